// itertools.repeat.
#include "VM/Modules/itertools/Itertools.h"

using namespace coil::vm;

namespace {

struct Repeat : ValueRow<1> {
  int64_t remaining; // -1: endless
};

Ref repeatNew(Thread &t, const Value *args) {
  int64_t times = args[2].empty() ? -1 : std::max<int64_t>(TRY(asInt64(t, args[2])), 0);
  auto *self = newRow<Repeat>(*args[0].as<Type>(), {args[1]});
  self->remaining = times;
  return Ref::take(Value(self));
}

Ref repeatNext(Thread &, Value v) {
  auto *self = v.as<Repeat>();
  if (self->remaining == 0) return {};
  if (self->remaining > 0) --self->remaining;
  return Ref::share(self->values[0]);
}

Ref repeatRepr(Thread &t, Value v) {
  auto *self = v.as<Repeat>();
  std::string text = typeOf(v)->nameText().str() + "(" + TRY(reprText(t, self->values[0]));
  if (self->remaining >= 0) text += ", " + std::to_string(self->remaining);
  return makeStr(text + ")");
}

Ref repeatHint(Thread &t, const Value *args) {
  int64_t remaining = args[0].as<Repeat>()->remaining;
  if (remaining < 0) return raise(t, types::TypeError, "len() of unsized object");
  return makeInt(remaining);
}

Ref repeatReduce(Thread &, const Value *args) {
  auto *self = args[0].as<Repeat>();
  if (self->remaining < 0) return reduceTo(args[0], self->values);
  Ref times = makeInt(self->remaining);
  return reduceTo(args[0], {self->values[0], times});
}

NativeDef kMethods[] = {
    {"__new__", repeatNew, "!($type, object, times=<absent>)", kNewDoc},
    {"__length_hint__", repeatHint, "!($self, /)", "How many times are still to come."},
    {"__reduce__", repeatReduce, "!($self, /)", kReduceDoc},
};

} // namespace

const TypeSpec coil::vm::kItertoolsRepeatSpec = {
    .name = "itertools.repeat",
    .size = sizeof(Repeat),
    .flags = kTypeGc | kTypeBase,
    .fillSlots = [](Slots &s) { s.iter = selfIter, s.next = repeatNext, s.repr = repeatRepr; },
    .traverse = traverseRow<Repeat>,
    .clear = clearRow<Repeat>,
    .methods = kMethods,
    .doc = "repeat(object[, times]): an iterator that gives the same object so many times, or\n"
           "without end.",
};
