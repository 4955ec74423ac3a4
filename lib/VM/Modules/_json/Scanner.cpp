// _json.make_scanner: reads a JSON value.
#include "VM/Bind/Native.h"
#include "VM/Core/Names.h"
#include "VM/Heap/Gc.h"
#include "VM/Modules/_json/Json.h"
#include "VM/Types/Dict/Dict.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"
#include "VM/Types/Str/TextArguments.h"
#include "VM/Types/Tuple.h"
#include <charconv>
#include <cstring>

using namespace coil::vm;
using namespace coil::vm::json;

Type coil::vm::types::JsonScanner;

namespace {

struct Scanner : Object {
  bool strict;
  // All owned.
  Value objectHook, objectPairsHook, parseFloat, parseInt, parseConstant;
};

// The keys of one document: equal ones are one string.
class KeyTable {
  llvm::SmallVector<Str *, 64> slots; // owned
  size_t used = 0;

  static uint64_t hashOf(const Str *s) {
    const uint8_t *p = s->data1();
    size_t n = size_t(s->length) * s->width;
    uint64_t h = n * 0x9E3779B97F4A7C15, word;
    for (; n >= 8; n -= 8, p += 8) {
      std::memcpy(&word, p, 8);
      h = (h ^ word) * 0x9E3779B97F4A7C15;
      h ^= h >> 32;
    }
    word = 0;
    std::memcpy(&word, p, n);
    h = (h ^ word) * 0x9E3779B97F4A7C15;
    return h ^ h >> 32;
  }

  Str *&slotOf(const Str *s) {
    size_t mask = slots.size() - 1;
    for (size_t i = hashOf(s) & mask;; i = (i + 1) & mask)
      if (!slots[i] || equalStr(slots[i], s)) return slots[i];
  }

  void grow() {
    llvm::SmallVector<Str *, 64> old(std::move(slots));
    slots.assign(std::max<size_t>(64, old.size() * 4), nullptr);
    for (Str *s : old)
      if (s) slotOf(s) = s;
  }

public:
  KeyTable() = default;
  KeyTable(const KeyTable &) = delete;
  ~KeyTable() {
    for (Str *s : slots)
      if (s) release(static_cast<Object *>(s));
  }

  StrRef unique(StrRef s) {
    if (used * 2 >= slots.size()) grow();
    Str *&slot = slotOf(s);
    if (slot) return StrRef::share(slot);
    ++used;
    slot = StrRef::share(s).release();
    return s;
  }
};

Failure raiseStop(Thread &t, int64_t index) {
  Ref number = makeInt(index);
  return raiseStopIteration(t, number);
}

// Reads one document, whose characters are Chars.
template <class Char> class Reader {
  Thread &t;
  const Scanner &scanner;
  Str *document;
  const Char *s;
  int64_t length;
  KeyTable keys;

public:
  Reader(Thread &t, const Scanner &scanner, Str *document)
      : t(t), scanner(scanner), document(document), s(reinterpret_cast<const Char *>(document->data1())),
        length(document->length) {}

  // The value at `i`, which then is behind it.
  Ref value(int64_t &i) {
    if (i < 0) return raise(t, types::ValueError, "idx cannot be negative");
    if (i >= length) return raiseStop(t, i);
    switch (s[i]) {
    case '"': return string(i);
    case '{': return object(i);
    case '[': return array(i);
    case 'n':
      if (skipWord(i, "null")) return Ref::none();
      break;
    case 't':
      if (skipWord(i, "true")) return Ref::boolean(true);
      break;
    case 'f':
      if (skipWord(i, "false")) return Ref::boolean(false);
      break;
    case 'N':
      if (skipWord(i, "NaN")) return constant("NaN");
      break;
    case 'I':
      if (skipWord(i, "Infinity")) return constant("Infinity");
      break;
    case '-':
      if (skipWord(i, "-Infinity")) return constant("-Infinity");
      break;
    }
    return number(i);
  }

private:
  bool skipWord(int64_t &i, llvm::StringRef word) {
    if (length - i < int64_t(word.size())) return false;
    for (size_t k = 0; k < word.size(); ++k)
      if (s[i + int64_t(k)] != Char(word[k])) return false;
    i += int64_t(word.size());
    return true;
  }

  void skipSpace(int64_t &i) const {
    while (i < length && (s[i] == ' ' || s[i] == '\n' || s[i] == '\t' || s[i] == '\r')) ++i;
  }

  bool at(int64_t i, char c) const { return i < length && s[i] == Char(c); }
  bool digitAt(int64_t i) const { return i < length && s[i] >= '0' && s[i] <= '9'; }
  Failure expected(const char *message, int64_t i) {
    return raiseDecodeError(t, message, Value(document), i);
  }

  Ref string(int64_t &i) {
    ++i;
    return scanString(t, document, i, scanner.strict);
  }

  Ref constant(const char *name) {
    StrRef text = internText(name);
    return call(t, scanner.parseConstant, {Value(text)});
  }

  Ref array(int64_t &i) {
    RecursionGuard guard(t, " while decoding a JSON array from a unicode string");
    if (!guard) return {};
    ListRef list = newList();
    skipSpace(++i);
    if (at(i, ']')) {
      ++i;
      return list;
    }
    while (true) {
      listAppendOwned(list, TRY(value(i)).release());
      skipSpace(i);
      if (at(i, ']')) break;
      if (!at(i, ',')) return expected("Expecting ',' delimiter", i);
      skipSpace(++i);
    }
    ++i;
    return list;
  }

  // The key, the colon and the spaces around it.
  StrRef key(int64_t &i) {
    if (!at(i, '"')) return expected("Expecting property name enclosed in double quotes", i);
    StrRef name = keys.unique(TRY(scanString(t, document, ++i, scanner.strict)));
    skipSpace(i);
    if (!at(i, ':')) return expected("Expecting ':' delimiter", i);
    skipSpace(++i);
    return name;
  }

  // Calls `add(key, value)` for each pair of an object whose brace is before `i`.
  template <class Add> Status pairs(int64_t &i, Add add) {
    skipSpace(i);
    if (at(i, '}')) {
      ++i;
      return Status::ok();
    }
    while (true) {
      StrRef name = TRY(key(i));
      add(std::move(name), TRY(value(i)));
      skipSpace(i);
      if (at(i, '}')) break;
      if (!at(i, ',')) return expected("Expecting ',' delimiter", i);
      skipSpace(++i);
    }
    ++i;
    return Status::ok();
  }

  Ref object(int64_t &i) {
    RecursionGuard guard(t, " while decoding a JSON object from a unicode string");
    if (!guard) return {};
    ++i;
    if (!scanner.objectPairsHook.isNone()) {
      ListRef list = newList();
      CHECK(pairs(i, [&](StrRef name, Ref item) {
        listAppendOwned(list, Ref(packTuple(Value(name), item.get())).release());
      }));
      return call(t, scanner.objectPairsHook, {Value(list)});
    }
    DictRef dict = newDict();
    CHECK(pairs(i, [&](StrRef name, Ref item) { dictSetStr(dict, name, item); }));
    if (scanner.objectHook.isNone()) return dict;
    return call(t, scanner.objectHook, {Value(dict)});
  }

  // Finds the number's end; `real` if it has a fraction or an exponent. -1: it is no number.
  int64_t numberEnd(int64_t i, bool &real) const {
    if (s[i] == '-') ++i;
    if (!digitAt(i)) return -1;
    if (s[i] == '0')
      ++i;
    else
      while (digitAt(i)) ++i;
    if (at(i, '.') && digitAt(i + 1)) {
      real = true;
      for (i += 2; digitAt(i);) ++i;
    }
    if (!at(i, 'e') && !at(i, 'E')) return i;
    int64_t exponent = i + 1;
    if (at(exponent, '-') || at(exponent, '+')) ++exponent;
    if (!digitAt(exponent)) return i;
    real = true;
    while (digitAt(exponent)) ++exponent;
    return exponent;
  }

  Ref number(int64_t &i) {
    bool real = false;
    int64_t begin = i, end = numberEnd(begin, real);
    if (end < 0) return raiseStop(t, begin);
    i = end;
    Value parser = real ? scanner.parseFloat : scanner.parseInt;
    if (parser == Value(real ? &types::Float : &types::Int)) {
      if (!real && end - begin <= 16) return shortInt(begin, end);
      if (Ref d = real ? shortFloat(begin, end) : Ref()) return d;
    }
    llvm::SmallVector<char, 64> text(s + begin, s + end);
    StrRef digits = makeStrAscii({text.data(), text.size()});
    return call(t, parser, {Value(digits)});
  }

  Ref shortInt(int64_t begin, int64_t end) const {
    bool minus = s[begin] == '-';
    int64_t n = 0;
    for (int64_t i = begin + minus; i < end; ++i) n = n * 10 + (s[i] - '0');
    return makeInt(minus ? -n : n);
  }

  // Empty if the number is out of range, which float() knows how to treat.
  Ref shortFloat(int64_t begin, int64_t end) const {
    llvm::SmallVector<char, 64> text(s + begin, s + end);
    double d;
    if (std::from_chars(text.begin(), text.end(), d).ec != std::errc()) return {};
    return Ref::number(d);
  }
};

template <class Char> Ref readAt(Thread &t, const Scanner &scanner, Str *document, int64_t &index) {
  return Reader<Char>(t, scanner, document).value(index);
}

// scan_once(string, idx): the value at an index, and the index behind it.
Ref scanOnce(Thread &t, const Value *args) {
  int64_t index = TRY(sizeArgument(t, args[2]));
  if (!isStr(args[1]))
    return raise(t, types::TypeError, "first argument must be a string, not %", typeName(args[1]));
  Ref keep = Ref::share(args[0]);
  const Scanner &scanner = *args[0].as<Scanner>();
  auto *document = args[1].as<Str>();
  Ref result = TRY(document->width == 1   ? readAt<uint8_t>(t, scanner, document, index)
                   : document->width == 2 ? readAt<uint16_t>(t, scanner, document, index)
                                          : readAt<uint32_t>(t, scanner, document, index));
  Ref end = makeInt(index);
  return packTuple(result.get(), end.get());
}

const NativeDef kCall{"scan_once", scanOnce, "($self, string, idx)", nullptr};

Ref callScanner(Thread &t, Value self, const CallArgs &args) {
  return callNativeBound(t, kCall, nullptr, self, args);
}

Ref scannerNew(Thread &t, const Value *args) {
  auto scanner = ObjectRef<Scanner>::take(heap::make<Scanner>(*args[0].as<Type>()));
  auto take = [&](const char *name) { return getAttr(t, args[1], internText(name)); };
  scanner->strict = TRY(truth(t, TRY(take("strict"))));
  scanner->objectHook = TRY(take("object_hook")).release();
  scanner->objectPairsHook = TRY(take("object_pairs_hook")).release();
  scanner->parseFloat = TRY(take("parse_float")).release();
  scanner->parseInt = TRY(take("parse_int")).release();
  scanner->parseConstant = TRY(take("parse_constant")).release();
  return scanner;
}

template <Value Scanner::*member> Ref getMember(Thread &, Value self) {
  return Ref::share(self.as<Scanner>()->*member);
}

NativeDef kMethods[] = {
    {"__new__", scannerNew, "!($type, context)", "Make a new object of the class."},
};

const GetSetDef kMembers[] = {
    {"strict", [](Thread &, Value self) { return Ref::boolean(self.as<Scanner>()->strict); }, nullptr,
     "strict", true},
    {"object_hook", getMember<&Scanner::objectHook>, nullptr, "object_hook", true},
    {"object_pairs_hook", getMember<&Scanner::objectPairsHook>, nullptr, nullptr, true},
    {"parse_float", getMember<&Scanner::parseFloat>, nullptr, "parse_float", true},
    {"parse_int", getMember<&Scanner::parseInt>, nullptr, "parse_int", true},
    {"parse_constant", getMember<&Scanner::parseConstant>, nullptr, "parse_constant", true},
};

template <class Visit> void eachMember(Object *o, Visit visit) {
  auto *scanner = static_cast<Scanner *>(o);
  for (Value *v : {&scanner->objectHook, &scanner->objectPairsHook, &scanner->parseFloat, &scanner->parseInt,
                   &scanner->parseConstant})
    visit(*v);
}

} // namespace

const TypeSpec coil::vm::kJsonScannerSpec = {
    .name = "_json.make_scanner",
    .size = sizeof(Scanner),
    .flags = kTypeBase | kTypeGc,
    .fillSlots = [](Slots &s) { s.call = callScanner; },
    .traverse = [](Object *o, Visitor &visitor) { eachMember(o, [&](Value &v) { visitor.visit(v); }); },
    // A collection may clear it while it is still called: None means no hook, and fails as a parser.
    .clear = [](Object *o) { eachMember(o, [](Value &v) { replaceOwned(v, Value::none()); }); },
    .methods = kMethods,
    .getsets = kMembers,
    .doc = "Called with a str and an index, reads the JSON value there and returns it with the index\n"
           "behind it.",
    .heapType = true,
};
