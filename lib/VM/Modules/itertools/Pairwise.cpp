// itertools.pairwise.
#include "VM/Modules/itertools/Itertools.h"

using namespace coil::vm;

namespace {

enum { kSource, kOld }; // the iterator, empty once exhausted; the item that was the second one last time
using Pairwise = ValueRow<2>;

Ref pairwiseNew(Thread &t, const Value *args) {
  Ref source = TRY(iterate(t, args[1]));
  return Ref::take(Value(newRow<Pairwise>(*args[0].as<Type>(), {source})));
}

Ref pairwiseNext(Thread &t, Value v) {
  auto &values = v.as<Pairwise>()->values;
  if (values[kSource].empty()) return {};
  Ref source = Ref::share(values[kSource]);
  if (values[kOld].empty()) {
    Ref first = nextItem(t, source);
    if (!first) {
      replaceOwned(values[kSource], Value());
      return {};
    }
    replaceOwned(values[kOld], first.release());
    if (values[kSource].empty()) { // the iterator's code has used this object
      replaceOwned(values[kOld], Value());
      return {};
    }
  }
  Ref old = Ref::share(values[kOld]), item = nextItem(t, source);
  if (!item) {
    replaceOwned(values[kSource], Value());
    replaceOwned(values[kOld], Value());
    return {};
  }
  replaceOwned(values[kOld], retained(item));
  return packTuple(old, item);
}

NativeDef kMethods[] = {
    {"__new__", pairwiseNew, "($type, iterable, /)", kNewDoc},
};

} // namespace

const TypeSpec coil::vm::kItertoolsPairwiseSpec = {
    .name = "itertools.pairwise",
    .size = sizeof(Pairwise),
    .flags = kTypeGc | kTypeBase,
    .fillSlots = [](Slots &s) { s.iter = selfIter, s.next = pairwiseNext; },
    .traverse = traverseRow<Pairwise>,
    .clear = clearRow<Pairwise>,
    .methods = kMethods,
    .doc = "An iterator over pairs of neighbours: the first and the second item, the second and the\n"
           "third, and so on.",
};
