// itertools.zip_longest.
#include "VM/Core/Names.h"
#include "VM/Modules/itertools/Itertools.h"

using namespace coil::vm;

namespace {

enum { kIterators, kFill }; // a list, whose items are None once exhausted
struct ZipLongest : ValueRow<2> {
  int64_t active;
};

Status readFill(Thread &t, const CallArgs &args, Value &fill) {
  for (size_t i = 0; i < args.keywordCount(); ++i) {
    auto *name = (*args.kwNames)[int64_t(i)].as<Str>();
    if (toUtf8(name) != "fillvalue")
      return raise(t, types::TypeError, "zip_longest() got an unexpected keyword argument");
    fill = args.values[args.positional + i];
  }
  return Status::ok();
}

Ref ziplongestNew(Thread &t, Value, const CallArgs &args) {
  Value fill = Value::none();
  CHECK(readFill(t, args, fill));
  ListRef iterators = newList();
  for (size_t i = 1; i < args.positional; ++i) listAppend(iterators, TRY(iterate(t, args.values[i])));
  auto *self = newRow<ZipLongest>(*args.values[0].as<Type>(), {Value(iterators), fill});
  self->active = iterators->length;
  return Ref::take(Value(self));
}

Ref ziplongestNext(Thread &t, Value v) {
  auto *self = v.as<ZipLongest>();
  auto *iterators = self->values[kIterators].as<List>();
  if (iterators->length == 0 || self->active == 0) return {};
  ListRef items = newList(iterators->length);
  for (int64_t i = 0; i < iterators->length; ++i) {
    Ref iterator = Ref::share(iterators->items[i]);
    Ref item = iterator->isNone() ? Ref() : nextItem(t, iterator);
    if (!item && t.hasPending()) {
      self->active = 0;
      return {};
    }
    if (!item && !iterator->isNone()) {
      if (--self->active <= 0) return {};
      replaceOwned(iterators->items[i], Value::none());
    }
    listAppend(items, item ? item.get() : self->values[kFill]);
  }
  return makeTuple(items->values());
}

Ref ziplongestReduce(Thread &, const Value *args) {
  auto &values = args[0].as<ZipLongest>()->values;
  llvm::SmallVector<Value, 4> iterators;
  TupleRef none = emptyTuple();
  for (Value v : values[kIterators].as<List>()->values()) iterators.push_back(v.isNone() ? Value(none) : v);
  return reduceTo(args[0], iterators, values[kFill]);
}

Ref ziplongestSetState(Thread &, const Value *args) {
  replaceOwned(args[0].as<ZipLongest>()->values[kFill], retained(args[1]));
  return Ref::none();
}

NativeDef kMethods[] = {
    {"__new__", ziplongestNew, "!($type, *args, **kwargs)", kNewDoc},
    {"__reduce__", ziplongestReduce, "!($self, /)", kReduceDoc},
    {"__setstate__", ziplongestSetState, "!($self, state, /)", kSetStateDoc},
};

} // namespace

const TypeSpec coil::vm::kItertoolsZipLongestSpec = {
    .name = "itertools.zip_longest",
    .size = sizeof(ZipLongest),
    .flags = kTypeGc | kTypeBase,
    .fillSlots = [](Slots &s) { s.iter = selfIter, s.next = ziplongestNext; },
    .traverse = traverseRow<ZipLongest>,
    .clear = clearRow<ZipLongest>,
    .methods = kMethods,
    .doc = "zip_longest(*iterables, fillvalue=None): as zip(), but up to the end of the longest.\n"
           "fillvalue stands for the items of those that have ended before.",
};
