// re.Pattern: a compiled regular expression. The methods that go through a string are in PatternMethods.cpp.
#include "VM/Modules/_sre/Sre.h"
#include "VM/Types/Type/TypeObject.h"
#include "llvm/ADT/Hashing.h"
#include <cstdlib>

using namespace coil::vm;
using namespace coil::vm::sre;

namespace {

Pattern *self(const Value *args) { return args[0].as<Pattern>(); }

enum class How : uint8_t { Match, FullMatch, Search };

template <How kHow> Ref patternMatch(Thread &t, const Value *args) {
  int64_t from, to;
  CHECK(positions(t, args[2], args[3], from, to));
  Subject subject;
  Matching m = TRY(beginMatching(t, self(args), subject, args[1], from, to));
  m.matchAll = kHow == How::FullMatch;
  bool found = (kHow == How::Search ? searchFrom : matchHere)(self(args)->codes(), m);
  return found ? newMatch(self(args), args[1], m) : Ref::none();
}

Ref patternScanner(Thread &t, const Value *args) {
  int64_t from, to;
  CHECK(positions(t, args[2], args[3], from, to));
  return newScanner(t, self(args), args[1], from, to);
}

constexpr struct {
  int64_t flag;
  const char *name;
} kFlagNames[] = {
    {1, "re.TEMPLATE"}, {2, "re.IGNORECASE"}, {4, "re.LOCALE"},  {8, "re.MULTILINE"}, {16, "re.DOTALL"},
    {32, "re.UNICODE"}, {64, "re.VERBOSE"},   {128, "re.DEBUG"}, {256, "re.ASCII"},
};

Ref patternRepr(Thread &t, Value v) {
  auto *pattern = v.as<Pattern>();
  int64_t flags = pattern->flags;
  if (pattern->hasSource && !pattern->isBytes && (flags & (4 | 32 | 256)) == 32)
    flags &= ~32; // goes without saying
  Ref source = TRY(repr(t, pattern->pattern));
  StrBuilder out;
  out.appendAscii("re.compile(");
  out.append(source.as<Str>(), 0, std::min<int64_t>(source.as<Str>()->length, 200));
  const char *separator = ", ";
  for (auto [flag, name] : kFlagNames) {
    if (!(flags & flag)) continue;
    out.appendAscii(std::exchange(separator, "|"));
    out.appendAscii(name);
    flags &= ~flag;
  }
  if (flags) {
    char rest[24];
    snprintf(rest, sizeof rest, "0x%x", unsigned(flags));
    out.appendAscii(separator);
    out.appendAscii(rest);
  }
  out.append(')');
  return out.finish();
}

Result<int64_t> patternHash(Thread &t, Value v) {
  auto *pattern = v.as<Pattern>();
  int64_t h = TRY(hash(t, pattern->pattern));
  uint64_t code = llvm::hash_combine_range(pattern->codes().begin(), pattern->codes().end());
  h ^= int64_t(code >> 4) ^ pattern->flags ^ pattern->isBytes ^ pattern->codeSize;
  return h == -1 ? -2 : h;
}

Ref patternCompare(Thread &t, Value a, Value b, CompareOp op) {
  if ((op != CompareOp::Eq && op != CompareOp::Ne) || !isExactly(b, types::Pattern))
    return Ref::notImplemented();
  auto *x = a.as<Pattern>(), *y = b.as<Pattern>();
  bool same = x == y || (x->flags == y->flags && x->isBytes == y->isBytes && x->hasSource == y->hasSource &&
                         x->codes() == y->codes());
  if (same && x != y) same = TRY(equal(t, x->pattern, y->pattern));
  return Ref::boolean(same == (op == CompareOp::Eq));
}

Ref getPattern(Thread &, Value v) { return Ref::share(v.as<Pattern>()->pattern); }
Ref getFlags(Thread &, Value v) { return makeInt(v.as<Pattern>()->flags); }
Ref getGroups(Thread &, Value v) { return makeInt(v.as<Pattern>()->groups); }
Ref getGroupIndex(Thread &, Value v) { return newMappingProxy(Value(v.as<Pattern>()->groupIndex)); }

constexpr char kRange[] = "($self, /, string, pos=0, endpos=sys.maxsize)";

NativeDef kMethods[] = {
    {"match", patternMatch<How::Match>, kRange,
     "Matches zero or more characters at the beginning of the string."},
    {"fullmatch", patternMatch<How::FullMatch>, kRange, "Matches against all of the string."},
    {"search", patternMatch<How::Search>, kRange,
     "Scan through string looking for a match, and return a corresponding match object instance.\n\nReturn "
     "None if no position in the string matches."},
    {"sub", patternSub, "($self, /, repl, string, count=0)",
     "Return the string obtained by replacing the leftmost non-overlapping occurrences of pattern in string "
     "by the replacement repl."},
    {"subn", patternSubn, "($self, /, repl, string, count=0)",
     "Return the tuple (new_string, number_of_subs_made) found by replacing the leftmost non-overlapping "
     "occurrences of pattern with the replacement repl."},
    {"findall", patternFindAll, kRange, "Return a list of all non-overlapping matches of pattern in string."},
    {"split", patternSplit, "($self, /, string, maxsplit=0)", "Split string by the occurrences of pattern."},
    {"finditer", patternFindIter, kRange,
     "Return an iterator over all non-overlapping matches for the RE pattern in string.\n\nFor each match, "
     "the iterator returns a match object."},
    {"scanner", patternScanner, kRange, nullptr},
    {"__copy__", regularCopy, "($self, /)", nullptr},
    {"__deepcopy__", regularCopy, "($self, memo, /)", nullptr},
    {"__class_getitem__", newGenericAliasMethod, "!($type, item, /)", "See PEP 585", NativeKind::Class},
};

const GetSetDef kGetSets[] = {
    {"pattern", getPattern, nullptr, "The pattern string from which the RE object was compiled.", true},
    {"flags", getFlags, nullptr, "The regex matching flags.", true},
    {"groups", getGroups, nullptr, "The number of capturing groups in the pattern.", true},
    {"groupindex", getGroupIndex, nullptr, "A dictionary mapping group names to group numbers."},
};

void patternClear(Object *o) {
  if (o->refCount) return;
  auto *pattern = static_cast<Pattern *>(o);
  replaceOwned(pattern->pattern, Value());
  replaceOwned<Dict>(pattern->groupIndex, nullptr);
  replaceOwned<Tuple>(pattern->indexGroup, nullptr);
  std::free(std::exchange(pattern->code, nullptr));
}

} // namespace

Ref coil::vm::regularCopy(Thread &, const Value *args) { return Ref::share(args[0]); }

const TypeSpec coil::vm::kPatternSpec = {
    .name = "re.Pattern",
    .size = sizeof(Pattern),
    .flags = kTypeGc | kTypeHasWeakRefs | kTypeNoInstantiate,
    .fillSlots = [](Slots &s) { s.repr = patternRepr, s.hash = patternHash, s.compare = patternCompare; },
    .traverse =
        [](Object *o, Visitor &v) {
          auto *pattern = static_cast<Pattern *>(o);
          v.visit(pattern->pattern);
          v.visitPointer(pattern->groupIndex);
          v.visitPointer(pattern->indexGroup);
        },
    .clear = patternClear,
    .methods = kMethods,
    .getsets = kGetSets,
    .doc = "Compiled regular expression object.",
    .heapType = true,
    .own = 0,
};
