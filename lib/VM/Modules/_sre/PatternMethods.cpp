// The methods of re.Pattern that go through a whole string: findall, finditer, split, sub, subn.
#include "VM/Core/Names.h"
#include "VM/Import/Import.h"
#include "VM/Modules/_sre/Sre.h"
#include "VM/Types/Iterators.h"

using namespace coil::vm;
using namespace coil::vm::sre;

namespace {

Pattern *self(const Value *args) { return args[0].as<Pattern>(); }

// After a match: the next one begins at its end, and is not empty there if this one was.
void advance(Matching &m) {
  m.mustAdvance = m.position == m.start;
  m.start = m.position;
}

// What a group has matched; None or an empty string if it took no part.
Ref groupText(Thread &t, const Matching &m, int64_t group, bool emptyIfAbsent) {
  int64_t mark = (group - 1) * 2;
  if (mark >= m.lastMark || m.marks[mark] < 0 || m.marks[mark + 1] < 0)
    return emptyIfAbsent ? m.subject->slice(t, 0, 0) : Ref::none();
  return m.subject->slice(t, m.marks[mark], m.marks[mark + 1]);
}

// An item of findall(): the match, its one group, or a tuple of its groups.
Ref foundItem(Thread &t, const Matching &m, int64_t groups) {
  if (groups == 0) return m.subject->slice(t, m.start, m.position);
  if (groups == 1) return groupText(t, m, 1, true);
  TupleRef tuple = newTuple(groups);
  for (int64_t g = 0; g < groups; ++g) tuple->items()[g] = TRY(groupText(t, m, g + 1, true)).release();
  return tuple;
}

// What matches are replaced by: `value` itself, or what it makes of each match.
struct Replacement {
  Ref value;
  bool isFunction = false;
};

bool hasBackslash(const Subject &text) {
  auto find = [&](auto *data) { return std::find(data, data + text.length, '\\') != data + text.length; };
  return text.width == 1   ? find(static_cast<const uint8_t *>(text.data))
         : text.width == 2 ? find(static_cast<const uint16_t *>(text.data))
                           : find(static_cast<const uint32_t *>(text.data));
}

// A text without backslashes stands for itself; other templates re compiles.
Status prepareReplacement(Thread &t, Value pattern, Value given, Replacement &out) {
  out.isFunction = isCallable(given);
  out.value = Ref::share(given);
  if (out.isFunction) return Status::ok();
  Subject text;
  if (text.open(t, given)) {
    if (!hasBackslash(text)) return Status::ok();
  } else {
    clearPending(t);
  }
  Ref compile = TRY(importAttribute(t, "re", "_subx"));
  out.value = TRY(call(t, compile, {pattern, given}));
  out.isFunction = isCallable(out.value);
  return Status::ok();
}

// The pieces between the matches and what replaces these, joined.
Ref substitute(Thread &t, const Value *args, int64_t &count) {
  Value string = args[2];
  int64_t limit, unused;
  CHECK(positions(t, args[3], Value(), limit, unused));
  Replacement replacement;
  CHECK(prepareReplacement(t, args[0], args[1], replacement));
  Subject subject;
  Matching m = TRY(beginMatching(t, self(args), subject, string, 0, INT64_MAX));
  ListRef pieces = newList();
  int64_t copied = 0;
  for (count = 0; (!limit || count < limit) && searchFrom(self(args)->codes(), m); ++count) {
    if (copied < m.start) listAppendOwned(pieces, TRY(subject.slice(t, copied, m.start)).release());
    Ref item = replacement.value.copy();
    if (replacement.isFunction) {
      Ref match = newMatch(self(args), string, m);
      item = TRY(call(t, replacement.value, {match}));
    }
    if (!item->isNone()) listAppend(pieces, item);
    copied = m.position;
    advance(m);
  }
  if (copied < m.end) listAppendOwned(pieces, TRY(subject.slice(t, copied, m.end)).release());
  Ref joiner = TRY(subject.slice(t, 0, 0));
  if (!pieces->length) return joiner;
  return callMethod(t, joiner, names::join, {Value(pieces)});
}

} // namespace

Ref coil::vm::patternFindAll(Thread &t, const Value *args) {
  int64_t from, to;
  CHECK(positions(t, args[2], args[3], from, to));
  Subject subject;
  Matching m = TRY(beginMatching(t, self(args), subject, args[1], from, to));
  ListRef found = newList();
  for (; searchFrom(self(args)->codes(), m); advance(m))
    listAppendOwned(found, TRY(foundItem(t, m, self(args)->groups)).release());
  return found;
}

Ref coil::vm::patternFindIter(Thread &t, const Value *args) {
  int64_t from, to;
  CHECK(positions(t, args[2], args[3], from, to));
  Ref scanner = TRY(newScanner(t, self(args), args[1], from, to));
  StrRef name = internText("search");
  Ref search = TRY(getAttr(t, scanner, name));
  return newCallableIterator(search, Value::none());
}

Ref coil::vm::patternSplit(Thread &t, const Value *args) {
  int64_t limit, unused;
  CHECK(positions(t, args[2], Value(), limit, unused));
  Subject subject;
  Matching m = TRY(beginMatching(t, self(args), subject, args[1], 0, INT64_MAX));
  ListRef parts = newList();
  int64_t last = 0;
  for (int64_t n = 0; (!limit || n < limit) && searchFrom(self(args)->codes(), m); ++n) {
    listAppendOwned(parts, TRY(subject.slice(t, last, m.start)).release());
    for (int64_t g = 1; g <= self(args)->groups; ++g)
      listAppendOwned(parts, TRY(groupText(t, m, g, false)).release());
    last = m.position;
    advance(m);
  }
  listAppendOwned(parts, TRY(subject.slice(t, last, m.end)).release());
  return parts;
}

Ref coil::vm::patternSub(Thread &t, const Value *args) {
  int64_t count;
  return substitute(t, args, count);
}

Ref coil::vm::patternSubn(Thread &t, const Value *args) {
  int64_t count;
  Ref text = TRY(substitute(t, args, count)), number = makeInt(count);
  return packTuple(text, number);
}
