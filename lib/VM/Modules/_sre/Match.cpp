// re.Match: what a pattern has found.
#include "VM/Import/Import.h"
#include "VM/Modules/_sre/Sre.h"
#include "VM/Types/Dict/Dict.h"
#include <cstdlib>

using namespace coil::vm;
using namespace coil::vm::sre;

namespace {

Match *self(const Value *args) { return args[0].as<Match>(); }

// The number of the group that a number or a name means.
Result<int64_t> groupNumber(Thread &t, Match *match, Value group) {
  int64_t i = -1;
  if (group.empty()) return 0;
  if (isIntLike(group) || typeOf(group)->slots.index) {
    i = TRY(indexInt64(t, group, true));
  } else {
    Value number = TRY(dictGet(t, match->pattern->groupIndex, group));
    if (!number.empty() && isIntLike(number) && !toInt64(number, i)) i = -1;
  }
  if (i < 0 || i >= match->groupCount) return raise(t, types::IndexError, "no such group");
  return i;
}

Ref groupText(Thread &t, Match *match, int64_t group, Value absent) {
  if (match->marks[group * 2] < 0) return Ref::share(absent);
  if (isStr(match->string)) {
    int64_t from = match->marks[group * 2], to = match->marks[group * 2 + 1];
    auto *text = match->string.as<Str>();
    if (from == 0 && to == text->length && isExactStr(match->string)) return Ref::share(match->string);
    return substring(text, from, std::max(from, to));
  }
  Subject subject;
  CHECK(subject.open(t, match->string));
  return subject.slice(t, match->marks[group * 2], match->marks[group * 2 + 1]);
}

Ref matchGroup(Thread &t, Value v, const CallArgs &args) {
  auto *match = v.as<Match>();
  if (args.keywordCount()) return raise(t, types::TypeError, "Match.group() takes no keyword arguments");
  if (args.positional == 0) return groupText(t, match, 0, Value::none());
  if (args.positional == 1)
    return groupText(t, match, TRY(groupNumber(t, match, args.values[0])), Value::none());
  TupleRef result = newTuple(args.positional);
  for (size_t i = 0; i < args.positional; ++i)
    result->items()[i] =
        TRY(groupText(t, match, TRY(groupNumber(t, match, args.values[i])), Value::none())).release();
  return result;
}

Ref matchGetItem(Thread &t, Value v, Value key) {
  return groupText(t, v.as<Match>(), TRY(groupNumber(t, v.as<Match>(), key)), Value::none());
}

Ref matchGroups(Thread &t, const Value *args) {
  TupleRef result = newTuple(self(args)->groupCount - 1);
  for (int64_t g = 1; g < self(args)->groupCount; ++g)
    result->items()[g - 1] = TRY(groupText(t, self(args), g, args[1])).release();
  return result;
}

Ref matchGroupDict(Thread &t, const Value *args) {
  DictRef result = newDict(), names = DictRef::share(self(args)->pattern->groupIndex);
  int64_t position = 0;
  for (DictEntry *entry; dictNext(names, position, entry);) {
    Ref name = Ref::share(entry->key);
    int64_t hash = entry->hash, group = TRY(groupNumber(t, self(args), name));
    Ref text = TRY(groupText(t, self(args), group, args[1]));
    CHECK(dictSetHashed(t, result, name, hash, text));
  }
  return result;
}

template <int kSide> Ref matchSide(Thread &t, const Value *args) {
  return makeInt(self(args)->marks[TRY(groupNumber(t, self(args), args[1])) * 2 + kSide]);
}

TupleRef spanOf(Match *match, int64_t group) {
  Ref from = makeInt(match->marks[group * 2]), to = makeInt(match->marks[group * 2 + 1]);
  return packTuple(from, to);
}

Ref matchSpan(Thread &t, const Value *args) {
  return spanOf(self(args), TRY(groupNumber(t, self(args), args[1])));
}

Ref matchExpand(Thread &t, const Value *args) {
  Ref expand = TRY(importAttribute(t, "re", "_expand"));
  return call(t, expand, {Value(self(args)->pattern), args[0], args[1]});
}

Ref matchRepr(Thread &t, Value v) {
  auto *match = v.as<Match>();
  Ref text = TRY(groupText(t, match, 0, Value::none()));
  return makeStr("<" + typeName(v).str() + " object; span=(" + std::to_string(match->marks[0]) + ", " +
                 std::to_string(match->marks[1]) + "), match=" + TRY(reprText(t, text)) + ">");
}

Ref getString(Thread &, Value v) { return Ref::share(v.as<Match>()->string); }
Ref getPattern(Thread &, Value v) { return Ref::share(Value(v.as<Match>()->pattern)); }
Ref getPosition(Thread &, Value v) { return makeInt(v.as<Match>()->position); }
Ref getEnd(Thread &, Value v) { return makeInt(v.as<Match>()->end); }
Ref getLastIndex(Thread &, Value v) {
  int64_t i = v.as<Match>()->lastIndex;
  return i < 0 ? Ref::none() : makeInt(i);
}
Ref getLastGroup(Thread &, Value v) {
  auto *match = v.as<Match>();
  Tuple *names = match->pattern->indexGroup;
  if (match->lastIndex < 0 || match->lastIndex >= names->length) return Ref::none();
  return Ref::share((*names)[match->lastIndex]);
}
Ref getRegs(Thread &, Value v) {
  auto *match = v.as<Match>();
  if (match->regs.empty()) {
    TupleRef regs = newTuple(match->groupCount);
    for (int64_t g = 0; g < match->groupCount; ++g) regs->items()[g] = Value(spanOf(match, g).release());
    match->regs = Value(regs.release());
  }
  return Ref::share(match->regs);
}

NativeDef kMethods[] = {
    {"group", matchGroup, "!($self, *args)",
     "group(*groups): the text of a group, named by number or name, or of the whole match (0)\n"
     "without argument. Several arguments give a tuple. None for a group that took no part,\n"
     "IndexError if there is none."},
    {"start", matchSide<0>, "($self, group=0, /)",
     "Where the group begins in the string; -1 if it took no part."},
    {"end", matchSide<1>, "($self, group=0, /)",
     "Where the group ends in the string; -1 if it took no part."},
    {"span", matchSpan, "($self, group=0, /)",
     "Where the group begins and ends in the string; (-1, -1) if it took no part."},
    {"groups", matchGroups, "($self, /, default=None)",
     "A tuple of the texts of all groups but the whole match, with default for those that took\n"
     "no part."},
    {"groupdict", matchGroupDict, "($self, /, default=None)",
     "A dict from the names of groups to their texts, with default for those that took no part."},
    {"expand", matchExpand, "($self, /, template)",
     "The template with its references to groups, such as \\1 and \\g<name>, replaced by their\n"
     "texts."},
    {"__copy__", regularCopy, "($self, /)", nullptr},
    {"__deepcopy__", regularCopy, "($self, memo, /)", nullptr},
    {"__class_getitem__", newGenericAliasMethod, "!($type, item, /)", "See PEP 585", NativeKind::Class},
};

const GetSetDef kGetSets[] = {
    {"string", getString, nullptr, "What was searched.", true},
    {"re", getPattern, nullptr, "The pattern that has matched.", true},
    {"pos", getPosition, nullptr, "Where in the string the search was to begin.", true},
    {"endpos", getEnd, nullptr, "Where in the string the search was to end.", true},
    {"lastindex", getLastIndex, nullptr, "The number of the group that closed last; None if none took part."},
    {"lastgroup", getLastGroup, nullptr,
     "The name of the group that closed last; None if it has none, or none took part."},
    {"regs", getRegs, nullptr, nullptr},
};

void matchClear(Object *o) {
  if (o->refCount) return;
  auto *match = static_cast<Match *>(o);
  replaceOwned(match->string, Value());
  replaceOwned<Pattern>(match->pattern, nullptr);
  replaceOwned(match->regs, Value());
  std::free(std::exchange(match->marks, nullptr));
}

} // namespace

Ref coil::vm::newMatch(Pattern *pattern, Value string, const Matching &m) {
  auto *match = heap::make<Match>(types::Match);
  match->string = retained(string);
  match->pattern = ObjectRef<Pattern>::share(pattern).release();
  match->groupCount = pattern->groups + 1;
  match->lastIndex = m.lastIndex;
  match->position = m.origin, match->end = m.end;
  match->marks = static_cast<int64_t *>(std::malloc(match->groupCount * 2 * sizeof(int64_t)));
  match->marks[0] = m.start, match->marks[1] = m.position;
  for (int64_t i = 0; i < pattern->groups * 2; i += 2) {
    bool took = i + 1 <= m.lastMark && m.marks[i] >= 0 && m.marks[i + 1] >= 0;
    match->marks[i + 2] = took ? m.marks[i] : -1;
    match->marks[i + 3] = took ? m.marks[i + 1] : -1;
  }
  return Ref::take(Value(match));
}

const TypeSpec coil::vm::kMatchSpec = {
    .name = "re.Match",
    .size = sizeof(Match),
    .flags = kTypeGc | kTypeNoInstantiate,
    .fillSlots = [](Slots &s) { s.repr = matchRepr, s.getItem = matchGetItem; },
    .traverse =
        [](Object *o, Visitor &v) {
          auto *match = static_cast<Match *>(o);
          v.visit(match->string);
          v.visitPointer(match->pattern);
          v.visit(match->regs);
        },
    .clear = matchClear,
    .methods = kMethods,
    .getsets = kGetSets,
    .doc = "What a pattern has found: where, and what its groups matched. It always counts as true.",
    .heapType = true,
    .own = 0,
};
