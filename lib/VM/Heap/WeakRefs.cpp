// The weak reference table: a hash map by address, so that objects pay nothing for being referable.
#include "VM/Heap/WeakRefs.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/WeakProxy.h"
#include "llvm/ADT/DenseMap.h"

using namespace coil::vm;

static llvm::DenseMap<Object *, WeakRef *> &table() {
  static auto *map = new llvm::DenseMap<Object *, WeakRef *>();
  return *map;
}

// The plain reference and proxy, which are shared, stand before the others, of which the newest is the first.
static int rank(const WeakRef *ref) {
  if (!ref->callback.empty()) return 2;
  if (ref->type == &types::WeakRef) return 0;
  return ref->type == &types::WeakProxy || ref->type == &types::WeakCallableProxy ? 1 : 2;
}

void coil::vm::addWeakRef(WeakRef *ref) {
  WeakRef **link = &table()[ref->referent];
  while (*link && rank(*link) < rank(ref)) link = &(*link)->next;
  ref->next = *link;
  *link = ref;
  ref->referent->flags |= kHasWeakRefs;
}

void coil::vm::removeWeakRef(WeakRef *ref) {
  if (!ref->referent) return;
  auto found = table().find(ref->referent);
  WeakRef **link = &found->second;
  while (*link != ref) link = &(*link)->next;
  *link = ref->next;
  if (!found->second) {
    ref->referent->flags &= ~kHasWeakRefs;
    table().erase(found);
  }
  ref->referent = nullptr;
}

WeakRef *coil::vm::firstWeakRef(Object *referent) {
  return referent->flags & kHasWeakRefs ? table().lookup(referent) : nullptr;
}

WeakRef *coil::vm::basicWeakRef(Object *referent) {
  for (WeakRef *ref = firstWeakRef(referent); ref; ref = ref->next)
    if (ref->callback.empty() && ref->type == &types::WeakRef && ref->refCount > 0) return ref;
  return nullptr;
}

void coil::vm::detachWeakRefs(Object *referent, llvm::SmallVectorImpl<WeakRef *> &withCallback) {
  if (!(referent->flags & kHasWeakRefs)) return;
  WeakRef *head = table().lookup(referent);
  table().erase(referent);
  referent->flags &= ~kHasWeakRefs;
  for (WeakRef *ref = head; ref; ref = ref->next) {
    ref->referent = nullptr;
    if (ref->callback.empty() || ref->refCount == 0) continue;
    retain(ref);
    withCallback.push_back(ref);
  }
}

void coil::vm::callWeakRefCallback(WeakRef *ref) {
  Thread &t = Thread::current();
  Ref saved = takePending(t);
  Ref callback = Ref::take(std::exchange(ref->callback, Value()));
  if (callback && !call(t, callback, {Value(ref)})) writeUnraisable(t, nullptr, callback);
  if (saved) (void)setPending(t, std::move(saved));
  release(ref);
}

void coil::vm::clearWeakRefs(Object *referent) {
  llvm::SmallVector<WeakRef *, 4> withCallback;
  detachWeakRefs(referent, withCallback);
  for (WeakRef *ref : withCallback) callWeakRefCallback(ref);
}
