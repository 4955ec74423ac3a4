// _collections._deque_iterator and _deque_reverse_iterator.
#include "VM/Modules/_collections/Deque.h"

using namespace coil::vm;

namespace {

struct DequeIterator : Object {
  Deque *deque;   // owned
  int64_t left;   // items still to come
  uint64_t state; // the deque's when the iteration began
};

// The next item, borrowed; empty at the end or after a change, which raises.
Value step(Thread &t, DequeIterator *it, bool forward) {
  Deque *deque = it->deque;
  if (!forward && !it->left) return {}; // backwards, the count is looked at first
  if (deque->state != it->state) {
    it->left = 0;
    (void)raise(t, types::RuntimeError, "deque mutated during iteration");
    return {};
  }
  if (!it->left) return {};
  --it->left;
  return deque->at(forward ? deque->length - 1 - it->left : it->left);
}

Ref forwardNext(Thread &t, Value v) { return Ref::share(step(t, v.as<DequeIterator>(), true)); }
Ref reverseNext(Thread &t, Value v) { return Ref::share(step(t, v.as<DequeIterator>(), false)); }

// _deque_iterator(deque, index=0)
template <Type *kType> Ref iteratorNew(Thread &t, Value, const CallArgs &args) {
  size_t n = args.positional - 1;
  if (n < 1 || n > 2)
    return raise(t, types::TypeError, "function takes at % % argument% (% given)", n < 1 ? "least" : "most",
                 n < 1 ? 1 : 2, n < 1 ? "" : "s", n);
  Value deque = args.values[1];
  if (!isInstance(deque, types::Deque))
    return raise(t, types::TypeError, "argument 1 must be collections.deque, not %",
                 typeOf(deque)->fullName());
  int64_t skipped = n > 1 ? TRY(indexInt64(t, args.values[2])) : 0;
  Ref result = newDequeIterator(*kType, deque.as<Deque>());
  auto *it = result.as<DequeIterator>();
  it->left -= std::clamp<int64_t>(skipped, 0, it->left);
  return result;
}

Ref iteratorHint(Thread &, const Value *args) { return makeInt(args[0].as<DequeIterator>()->left); }

Ref iteratorReduce(Thread &, const Value *args) {
  auto *it = args[0].as<DequeIterator>();
  Ref index = makeInt(it->deque->length - it->left);
  TupleRef arguments = packTuple(Value(it->deque), index);
  return packTuple(Value(typeOf(args[0])), arguments);
}

constexpr char kNewDoc[] = "Make a new object of the class.";
constexpr char kHintDoc[] = "How many elements are still to come.";
constexpr char kReduceDoc[] = "What pickle and copy need to go on from the same place.";

NativeDef kForwardMethods[] = {
    {"__new__", iteratorNew<&types::DequeIterator>, "!($type, *args, **kwargs)", kNewDoc},
    {"__length_hint__", iteratorHint, "!($self, /)", kHintDoc},
    {"__reduce__", iteratorReduce, "!($self, /)", kReduceDoc},
};
NativeDef kReverseMethods[] = {
    {"__new__", iteratorNew<&types::DequeReverseIterator>, "!($type, *args, **kwargs)", kNewDoc},
    {"__length_hint__", iteratorHint, "!($self, /)", kHintDoc},
    {"__reduce__", iteratorReduce, "!($self, /)", kReduceDoc},
};

TypeSpec iteratorSpec(const char *name, llvm::ArrayRef<NativeDef> methods, void (*fill)(Slots &)) {
  TypeSpec spec{.name = name, .size = sizeof(DequeIterator), .flags = kTypeGc, .fillSlots = fill};
  spec.traverse = [](Object *o, Visitor &v) { v.visitPointer(static_cast<DequeIterator *>(o)->deque); };
  // An iterator that a collection clears may still be asked: it keeps its deque until it dies.
  spec.clear = [](Object *o) {
    if (o->refCount == 0) replaceOwned<Deque>(static_cast<DequeIterator *>(o)->deque, nullptr);
  };
  spec.methods = methods;
  return spec;
}

} // namespace

Ref coil::vm::newDequeIterator(Type &type, Deque *deque) {
  auto *it = heap::make<DequeIterator>(type);
  it->deque = ObjectRef<Deque>::share(deque).release();
  it->left = deque->length;
  it->state = deque->state;
  return Ref::take(Value(it));
}

const TypeSpec coil::vm::kDequeIteratorSpec =
    iteratorSpec("_collections._deque_iterator", kForwardMethods,
                 [](Slots &s) { s.getAttr = genericGetAttr, s.iter = selfIter, s.next = forwardNext; });
const TypeSpec coil::vm::kDequeReverseIteratorSpec =
    iteratorSpec("_collections._deque_reverse_iterator", kReverseMethods,
                 [](Slots &s) { s.getAttr = genericGetAttr, s.iter = selfIter, s.next = reverseNext; });
