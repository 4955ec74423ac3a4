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
     "Match the pattern at pos and return the Match, or None. The rest of the string may be\n"
     "anything."},
    {"fullmatch", patternMatch<How::FullMatch>, kRange,
     "Match the pattern from pos to endpos, all of it, and return the Match, or None."},
    {"search", patternMatch<How::Search>, kRange,
     "Find the first place from pos on where the pattern matches and return the Match, or None."},
    {"sub", patternSub, "($self, /, repl, string, count=0)",
     "The string with matches replaced, from the left, at most count of them unless that is 0.\n"
     "repl is a template, in which \\1 and \\g<name> stand for groups, or a function that gets\n"
     "the Match and returns the text."},
    {"subn", patternSubn, "($self, /, repl, string, count=0)",
     "As sub(), with the number of replacements: a pair (string, number)."},
    {"findall", patternFindAll, kRange,
     "A list of all matches from the left to the right, which do not overlap. Each is its\n"
     "text; with one group in the pattern that group's, with several a tuple of theirs."},
    {"split", patternSplit, "($self, /, string, maxsplit=0)",
     "A list of what lies between the matches, at most maxsplit of them unless that is 0.\n"
     "Groups of the pattern add their texts in between."},
    {"finditer", patternFindIter, kRange,
     "An iterator over the Match objects of all matches from the left to the right, which do\n"
     "not overlap."},
    {"scanner", patternScanner, kRange, nullptr},
    {"__copy__", regularCopy, "($self, /)", nullptr},
    {"__deepcopy__", regularCopy, "($self, memo, /)", nullptr},
    {"__class_getitem__", newGenericAliasMethod, "!($type, item, /)", "See PEP 585", NativeKind::Class},
};

const GetSetDef kGetSets[] = {
    {"pattern", getPattern, nullptr, "The source text of the pattern.", true},
    {"flags", getFlags, nullptr, "The flags it was compiled with, those within the pattern included.", true},
    {"groups", getGroups, nullptr, "How many groups it has.", true},
    {"groupindex", getGroupIndex, nullptr, "A mapping from the names of groups to their numbers."},
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
    .doc = "A compiled regular expression; re.compile() makes it.",
    .heapType = true,
    .own = 0,
};
