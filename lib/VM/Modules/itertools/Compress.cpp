// itertools.compress.
#include "VM/Modules/itertools/Itertools.h"

using namespace coil::vm;

namespace {

enum { kData, kSelectors };
using Compress = ValueRow<2>;

Ref compressNew(Thread &t, const Value *args) {
  Ref data = TRY(iterate(t, args[1])), selectors = TRY(iterate(t, args[2]));
  return Ref::take(Value(newRow<Compress>(*args[0].as<Type>(), {data, selectors})));
}

Ref compressNext(Thread &t, Value v) {
  auto &values = v.as<Compress>()->values;
  for (;;) {
    Ref item = nextItem(t, values[kData]);
    if (!item) return {};
    Ref selector = nextItem(t, values[kSelectors]);
    if (!selector) return {};
    if (TRY(truth(t, selector))) return item;
  }
}

Ref compressReduce(Thread &, const Value *args) { return reduceTo(args[0], args[0].as<Compress>()->values); }

NativeDef kMethods[] = {
    {"__new__", compressNew, "($type, data, selectors)", kNewDoc},
    {"__reduce__", compressReduce, "!($self, /)", kReduceDoc},
};

} // namespace

const TypeSpec coil::vm::kItertoolsCompressSpec = {
    .name = "itertools.compress",
    .size = sizeof(Compress),
    .flags = kTypeGc | kTypeBase,
    .fillSlots = [](Slots &s) { s.iter = selfIter, s.next = compressNext; },
    .traverse = traverseRow<Compress>,
    .clear = clearRow<Compress>,
    .methods = kMethods,
    .doc = "An iterator over those items of data whose counterpart in selectors is true, until one\n"
           "of the two ends.",
};
