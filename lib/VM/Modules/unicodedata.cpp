// The module unicodedata. Its functions are methods of its type UCD, too, whose one instance speaks for
// Unicode 3.2.
#include "Support/UnicodeCharacters.h"
#include "Support/UnicodeNames.h"
#include "VM/Modules/Modules.h"
#include "VM/Protocol/Buffer.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Int/Int.h"

using namespace coil;
using namespace coil::vm;
using unicode::Database;
using unicode::NormalizationForm;

namespace {

Type ucdType;

// The arguments without self, and which database they are for.
struct Call {
  Database database;
  const Value *args;

  Call(const Value *args)
      : database(isExactly(args[0], ucdType) ? Database::Old : Database::Current), args(args + 1) {}
};

// `place` is "argument" or "argument 1".
Result<char32_t> characterArgument(Thread &t, Value v, const char *function, const char *place) {
  if (!isStr(v) || v.as<Str>()->length != 1)
    return raise(t, types::TypeError, "%() % must be a unicode character, not %", function, place,
                 typeName(v));
  return v.as<Str>()->at(0);
}

Result<unicode::Character> onlyCharacter(Thread &t, const Call &call, const char *function) {
  char32_t c = TRY(characterArgument(t, call.args[0], function, "argument"));
  return unicode::character(c, call.database);
}
Result<unicode::Character> firstCharacter(Thread &t, const Call &call, const char *function) {
  char32_t c = TRY(characterArgument(t, call.args[0], function, "argument 1"));
  return unicode::character(c, call.database);
}

// What there is no value for: the default, or a ValueError.
Ref valueOrDefault(Thread &t, bool there, Ref value, Value defaultValue, const char *message) {
  if (there) return value;
  if (defaultValue.empty()) return raise(t, types::ValueError, message);
  return Ref::share(defaultValue);
}

Ref ucdDecimal(Thread &t, const Value *args) {
  Call call(args);
  int value = TRY(firstCharacter(t, call, "decimal")).decimal;
  return valueOrDefault(t, value >= 0, makeInt(value), call.args[1], "not a decimal");
}
Ref ucdDigit(Thread &t, const Value *args) {
  Call call(args);
  int value = TRY(firstCharacter(t, call, "digit")).digit;
  return valueOrDefault(t, value >= 0, makeInt(value), call.args[1], "not a digit");
}
Ref ucdNumeric(Thread &t, const Value *args) {
  Call call(args);
  unicode::Character c = TRY(firstCharacter(t, call, "numeric"));
  return valueOrDefault(t, c.hasNumber, Ref::number(c.number), call.args[1], "not a numeric character");
}
Ref ucdCategory(Thread &t, const Value *args) {
  return makeStrAscii(TRY(onlyCharacter(t, Call(args), "category")).category);
}
Ref ucdBidirectional(Thread &t, const Value *args) {
  return makeStrAscii(TRY(onlyCharacter(t, Call(args), "bidirectional")).bidirectional);
}
Ref ucdCombining(Thread &t, const Value *args) {
  return makeInt(TRY(onlyCharacter(t, Call(args), "combining")).combining);
}
Ref ucdMirrored(Thread &t, const Value *args) {
  return makeInt(int(TRY(onlyCharacter(t, Call(args), "mirrored")).mirrored));
}
Ref ucdEastAsianWidth(Thread &t, const Value *args) {
  return makeStrAscii(TRY(onlyCharacter(t, Call(args), "east_asian_width")).width);
}
Ref ucdDecomposition(Thread &t, const Value *args) {
  Call call(args);
  char32_t c = TRY(characterArgument(t, call.args[0], "decomposition", "argument"));
  return makeStrAscii(unicode::decompositionText(c, call.database));
}

// --- names

bool isAssigned(uint32_t c, Database database) {
  return database == Database::Current || llvm::StringRef(unicode::character(c, database).category) != "Cn";
}

Ref ucdName(Thread &t, const Value *args) {
  Call call(args);
  char32_t c = TRY(characterArgument(t, call.args[0], "name", "argument 1"));
  std::string name = isAssigned(c, call.database) ? unicode::nameOf(c) : "";
  return valueOrDefault(t, !name.empty(), makeStrAscii(name), call.args[1], "no such name");
}

// Unicode 3.2 has no aliases and no sequences.
bool inOldDatabase(llvm::StringRef name, uint32_t c) {
  bool computed = name.starts_with("CJK UNIFIED IDEOGRAPH-") || name.starts_with("HANGUL SYLLABLE ");
  return computed || (isAssigned(c, Database::Old) && unicode::nameOf(c) == name.upper());
}

Ref ucdLookup(Thread &t, const Value *args) {
  constexpr size_t kLongest = 256;
  Call call(args);
  std::string name;
  if (isStr(call.args[0])) {
    name = toUtf8(call.args[0].as<Str>());
  } else {
    Buffer buffer;
    CHECK(buffer.open(t, call.args[0]));
    name.assign(buffer.bytes().begin(), buffer.bytes().end());
  }
  if (name.size() > kLongest) return raise(t, types::KeyError, "name too long");
  uint32_t c;
  bool old = call.database == Database::Old;
  if (unicode::lookupName(name, c) && (!old || inOldDatabase(name, c))) return makeStrFromCodePoint(c);
  llvm::SmallVector<char32_t, 4> sequence;
  if (!old)
    for (uint32_t point : unicode::lookupSequence(name)) sequence.push_back(point);
  if (sequence.empty()) return raise(t, types::KeyError, "undefined character name '%'", name);
  return makeStr(llvm::ArrayRef<char32_t>(sequence));
}

// --- normal forms

Status formArguments(Thread &t, const Call &call, const char *function) {
  for (int i = 0; i < 2; ++i)
    if (!isStr(call.args[i]))
      return raise(t, types::TypeError, "%() argument % must be str, not %", function, i + 1,
                   argumentTypeName(call.args[i]));
  return Status::ok();
}

// The normal form of the second argument, which is given back itself if it is that already.
Ref normalForm(Thread &t, const Call &call) {
  auto *text = call.args[1].as<Str>();
  std::string name = toUtf8(call.args[0].as<Str>());
  NormalizationForm form;
  if (text->length == 0) return Ref::share(call.args[1]);
  if (name == "NFC")
    form = NormalizationForm::NFC;
  else if (name == "NFD")
    form = NormalizationForm::NFD;
  else if (name == "NFKC")
    form = NormalizationForm::NFKC;
  else if (name == "NFKD")
    form = NormalizationForm::NFKD;
  else
    return raise(t, types::ValueError, "invalid normalization form");
  if (text->ascii) return Ref::share(call.args[1]);
  llvm::SmallVector<uint32_t, 64> points, normal;
  for (int64_t i = 0; i < text->length; ++i) points.push_back(text->at(i));
  if (call.database == Database::Old)
    unicode::normalizeOld(form, points, normal);
  else
    unicode::normalize(form, points, normal);
  if (points == normal) return Ref::share(call.args[1]);
  llvm::SmallVector<char32_t, 64> result(normal.begin(), normal.end());
  return makeStr(llvm::ArrayRef<char32_t>(result));
}

Ref ucdNormalize(Thread &t, const Value *args) {
  Call call(args);
  CHECK(formArguments(t, call, "normalize"));
  Ref result = TRY(normalForm(t, call));
  return isExactStr(result) ? std::move(result)
                            : Ref(substring(result.as<Str>(), 0, result.as<Str>()->length));
}

Ref ucdIsNormalized(Thread &t, const Value *args) {
  Call call(args);
  CHECK(formArguments(t, call, "is_normalized"));
  Ref result = TRY(normalForm(t, call));
  return Ref::boolean(result.get() == call.args[1]);
}

Ref ucdVersion(Thread &, Value) { return makeStrAscii("3.2.0"); }

#define FUNCTIONS                                                                                            \
  {"decimal", ucdDecimal, "($self, chr, default=<unrepresentable>, /)",                                      \
   "The value of a character that is a decimal digit in some script, as an int.\n"                           \
   "For others it is default, or ValueError if that is not given."},                                         \
      {"digit", ucdDigit, "($self, chr, default=<unrepresentable>, /)",                                      \
       "The value of a character that is a digit in some form, such as a superscript, as an int.\n"          \
       "For others it is default, or ValueError if that is not given."},                                     \
      {"numeric", ucdNumeric, "($self, chr, default=<unrepresentable>, /)",                                  \
       "The value of a character that stands for a number, such as a fraction, as a float.\n"                \
       "For others it is default, or ValueError if that is not given."},                                     \
      {"category", ucdCategory, "($self, chr, /)",                                                           \
       "The general category of a character in two letters, such as 'Lu' for a capital."},                   \
      {"bidirectional", ucdBidirectional, "($self, chr, /)",                                                 \
       "How a character behaves in text of either direction, such as 'L' or 'AN'; '' if that is open."},     \
      {"combining", ucdCombining, "($self, chr, /)",                                                         \
       "Where a mark that combines with the character before it goes, as a number; 0 for all others."},      \
      {"mirrored", ucdMirrored, "($self, chr, /)",                                                           \
       "1 if a character, such as a bracket, is drawn the other way round in text from right to left, else " \
       "0."},                                                                                                \
      {"east_asian_width", ucdEastAsianWidth, "($self, chr, /)",                                             \
       "How wide a character is among East Asian ones, such as 'W' for wide or 'Na' for narrow."},           \
      {"decomposition", ucdDecomposition, "($self, chr, /)",                                                 \
       "What a character is made of: code points in hexadecimal, maybe after a tag in brackets; '' if of "   \
       "nothing else."},                                                                                     \
      {"name", ucdName, "($self, chr, default=<unrepresentable>, /)",                                        \
       "What Unicode calls a character. Without a name it is default, or ValueError if that is not given."}, \
      {"lookup", ucdLookup, "($self, name, /)",                                                              \
       "The character, or sequence of characters, that Unicode calls so; KeyError if there is none."},       \
      {"is_normalized", ucdIsNormalized, "($self, form, unistr, /)",                                         \
       "Whether normalize() would leave a str as it is. form is 'NFC', 'NFD', 'NFKC' or 'NFKD'."},           \
      {"normalize", ucdNormalize, "($self, form, unistr, /)",                                                \
       "Bring a str into a form in which equal text has equal characters.\n"                                 \
       "form is 'NFC' (composed) or 'NFD' (taken apart); 'NFKC' and 'NFKD' besides replace characters\n"     \
       "that only differ in looks by plain ones."},

NativeDef kFunctions[] = {FUNCTIONS};
NativeDef kMethods[] = {FUNCTIONS};

const GetSetDef kGetSets[] = {{"unidata_version", ucdVersion, nullptr, nullptr, true}};

const TypeSpec kUcdSpec = {
    .name = "unicodedata.UCD",
    .flags = kTypeNoInstantiate,
    .fillSlots = [](Slots &s) { s.getAttr = genericGetAttr; },
    .methods = kMethods,
    .getsets = kGetSets,
    .heapType = true,
};

const ModuleType kTypes[] = {{ucdType, kUcdSpec, types::Object}};

Status populate(Thread &, Module *module) {
  dictSetStr(module->dict, internText("unidata_version"), makeStrAscii("14.0.0"));
  dictSetStr(module->dict, internText("ucd_3_2_0"), Ref::take(Value(heap::allocateObject(ucdType))));
  return Status::ok();
}

} // namespace

const ModuleSpec coil::vm::kUnicodeDataModule = {
    .name = "unicodedata",
    .doc = "Properties of characters after the Unicode Character Database, version 14.0.0.\n"
           "\n"
           "ucd_3_2_0 has the same functions for version 3.2.0.",
    .functions = kFunctions,
    .populate = populate,
    .types = kTypes,
};
