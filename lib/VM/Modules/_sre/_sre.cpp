// The module _sre: what re needs to run its compiled patterns.
#include "VM/Modules/Modules.h"
#include "VM/Modules/_sre/Characters.h"
#include <cstdlib>

using namespace coil::vm;
using namespace coil::vm::sre;

namespace coil::vm::types {
vm::Type Pattern, Match, SreScanner;
} // namespace coil::vm::types

namespace {

Result<int64_t> intArgument(Thread &t, Value v) {
  Ref number = TRY(index(t, v));
  int64_t i;
  if (!toInt64(number, i) || i != int32_t(i))
    return raise(t, types::OverflowError, "Python int too large to convert to C int");
  return i;
}

Status checkArgument(Thread &t, Value v, const char *name, bool fits, const char *type) {
  if (fits) return Status::ok();
  return raise(t, types::TypeError, "compile() argument '%' must be %, not %", name, type,
               argumentTypeName(v));
}

// compile(pattern, flags, code, groups, groupindex, indexgroup)
Ref sreCompile(Thread &t, const Value *args) {
  int64_t flags = TRY(intArgument(t, args[1]));
  CHECK(checkArgument(t, args[2], "code", isList(args[2]), "list"));
  int64_t groups = TRY(indexInt64(t, args[3]));
  CHECK(checkArgument(t, args[4], "groupindex", isDict(args[4]), "dict"));
  CHECK(checkArgument(t, args[5], "indexgroup", isTuple(args[5]), "tuple"));
  Subject source;
  if (!args[0].isNone()) CHECK(source.open(t, args[0]));
  auto *pattern = heap::make<Pattern>(types::Pattern);
  Ref result = Ref::take(Value(pattern));
  llvm::ArrayRef<Value> code = args[2].as<List>()->values();
  pattern->pattern = retained(args[0]);
  pattern->groupIndex = DictRef::share(args[4].as<Dict>()).release();
  pattern->indexGroup = TupleRef::share(args[5].as<Tuple>()).release();
  pattern->flags = flags, pattern->groups = groups;
  pattern->isBytes = source.isBytes, pattern->hasSource = !args[0].isNone();
  pattern->code = static_cast<uint32_t *>(std::malloc(std::max<size_t>(code.size(), 1) * sizeof(uint32_t)));
  pattern->codeSize = code.size();
  for (size_t i = 0; i < code.size(); ++i) {
    int64_t word;
    if (!isIntLike(code[i]) || !toInt64(code[i], word) || word != uint32_t(word))
      return raise(t, types::OverflowError, "regular expression code size limit exceeded");
    pattern->code[i] = uint32_t(word);
  }
  if (!isValid(pattern->codes(), groups)) return raise(t, types::RuntimeError, "invalid SRE code");
  return result;
}

Ref sreGetCodeSize(Thread &, const Value *) { return makeInt(int64_t(kCodeSize)); }

template <bool (*kTest)(uint32_t)> Ref testCharacter(Thread &t, const Value *args) {
  return Ref::boolean(kTest(uint32_t(TRY(intArgument(t, args[0])))));
}
template <uint32_t (*kMap)(uint32_t)> Ref mapCharacter(Thread &t, const Value *args) {
  return makeInt(int64_t(int32_t(kMap(uint32_t(TRY(intArgument(t, args[0])))))));
}

bool isCasedAscii(uint32_t c) { return coil::unicode::isAsciiLetter(c); }
bool isCasedUnicode(uint32_t c) { return c != lowerUnicode(c) || c != upperUnicode(c); }

NativeDef kFunctions[] = {
    {"compile", sreCompile, "($module, /, pattern, flags, code, groups, groupindex,\n        indexgroup)",
     nullptr},
    {"getcodesize", sreGetCodeSize, "($module, /)", nullptr},
    {"ascii_iscased", testCharacter<isCasedAscii>, "($module, character, /)", nullptr},
    {"unicode_iscased", testCharacter<isCasedUnicode>, "($module, character, /)", nullptr},
    {"ascii_tolower", mapCharacter<lowerAscii>, "($module, character, /)", nullptr},
    {"unicode_tolower", mapCharacter<lowerUnicode>, "($module, character, /)", nullptr},
};

Status populate(Thread &, Module *module) {
  auto set = [&](const char *name, Value value) {
    StrRef key = internText(name);
    dictSetStr(module->dict, key, value);
  };
  set("MAGIC", makeInt(int64_t(kMagic)));
  set("CODESIZE", makeInt(int64_t(kCodeSize)));
  set("MAXREPEAT", makeInt(int64_t(kMaxRepeat)));
  set("MAXGROUPS", makeInt(kMaxGroups));
  set("copyright", makeStr(" SRE 2.2.2 Copyright (c) 1997-2002 by Secret Labs AB "));
  return Status::ok();
}

const ModuleType kTypes[] = {
    {types::Pattern, kPatternSpec, types::Object, false},
    {types::Match, kMatchSpec, types::Object, false},
    {types::SreScanner, kSreScannerSpec, types::Object, false},
};

} // namespace

const ModuleSpec coil::vm::kSreModule = {
    .name = "_sre",
    .doc = nullptr,
    .functions = kFunctions,
    .populate = populate,
    .types = kTypes,
};
