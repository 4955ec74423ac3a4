// _thread.RLock: a lock that its owner may acquire again.
#include "VM/Modules/_thread/Lock.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Tuple.h"

using namespace coil::vm;

Type coil::vm::types::RLock;

namespace {

struct RecursiveLock : Object {
  int64_t owner, count;
  WaitLock lock;
};

RecursiveLock *self(Value v) { return v.as<RecursiveLock>(); }
bool isMine(const Thread &t, RecursiveLock *lock) { return lock->count > 0 && lock->owner == t.identifier; }

Ref rlockNew(Thread &, Value, const CallArgs &args) {
  auto *lock = heap::make<RecursiveLock>(*args.values[0].as<Type>());
  lock->lock.initialize();
  return Ref::take(Value(lock));
}

// acquire(blocking=True, timeout=-1)
Ref rlockAcquire(Thread &t, const Value *args) {
  int64_t timeout = TRY(acquireTimeout(t, args[1], args[2]));
  RecursiveLock *lock = self(args[0]);
  if (!isMine(t, lock) && !TRY(lock->lock.acquire(t, timeout))) return Ref::boolean(false);
  lock->owner = t.identifier;
  ++lock->count;
  return Ref::boolean(true);
}

Ref rlockRelease(Thread &t, const Value *args) {
  RecursiveLock *lock = self(args[0]);
  if (!isMine(t, lock)) return raise(t, types::RuntimeError, "cannot release un-acquired lock");
  if (--lock->count == 0) {
    lock->owner = 0;
    lock->lock.release();
  }
  return Ref::none();
}

Ref rlockEnter(Thread &t, const Value *args) {
  const Value withDefaults[] = {args[0], Value::trueValue(), Value::smallInt(-1)};
  return rlockAcquire(t, withDefaults);
}

Ref rlockIsOwned(Thread &t, const Value *args) { return Ref::boolean(isMine(t, self(args[0]))); }

// For conditions: gives all levels up, and takes them again.
Ref rlockReleaseSave(Thread &t, const Value *args) {
  RecursiveLock *lock = self(args[0]);
  if (lock->count == 0) return raise(t, types::RuntimeError, "cannot release un-acquired lock");
  Ref count = makeInt(lock->count), owner = makeInt(lock->owner);
  lock->count = lock->owner = 0;
  lock->lock.release();
  return packTuple(count, owner);
}

Ref rlockAcquireRestore(Thread &t, const Value *args) {
  if (!isTuple(args[1]))
    return raise(t, types::TypeError, "_acquire_restore() argument 1 must be 2-item sequence, not %",
                 argumentTypeName(args[1]));
  auto *state = args[1].as<Tuple>();
  if (state->length != 2)
    return raise(t, types::TypeError, "_acquire_restore() argument 1 must be sequence of length 2, not %",
                 state->length);
  int64_t count = TRY(asInt64(t, (*state)[0])), owner = TRY(asInt64(t, (*state)[1]));
  self(args[0])->lock.acquireSurely(t);
  self(args[0])->count = count;
  self(args[0])->owner = owner;
  return Ref::none();
}

Ref rlockReset(Thread &, const Value *args) {
  self(args[0])->count = self(args[0])->owner = 0;
  self(args[0])->lock.initialize();
  return Ref::none();
}

Ref rlockRepr(Thread &, Value v) {
  RecursiveLock *lock = self(v);
  return makeStr(std::string("<") + (lock->count ? "locked" : "unlocked") + " " +
                 typeOf(v)->fullName().str() + " object owner=" + std::to_string(lock->owner) +
                 " count=" + std::to_string(lock->count) + " at " + addressText(v) + ">");
}

NativeDef kMethods[] = {
    {"__new__", rlockNew, "!($type, *args, **kwargs)", "Make a new object of the class."},
    {"acquire", rlockAcquire, "!($self, /, blocking=True, timeout=-1)",
     "Lock the lock; a thread that holds it already takes it once more. The return value tells whether it "
     "was locked."},
    {"release", rlockRelease, "!($self, /)",
     "Release the lock once; it is free when it was released as often as acquired."},
    {"_is_owned", rlockIsOwned, "!($self, /)",
     "_is_owned(): whether this thread has the lock. For threading.Condition."},
    {"_acquire_restore", rlockAcquireRestore, "!($self, state, /)",
     "_acquire_restore(state): take the lock as often as it was taken at _release_save(). For\n"
     "threading.Condition."},
    {"_release_save", rlockReleaseSave, "!($self, /)",
     "_release_save(): free the lock, however often it was taken, and return what\n"
     "_acquire_restore() needs. For threading.Condition."},
    {"__enter__", rlockEnter, "!($self, /)", "Lock the lock."},
    {"__exit__", rlockRelease, "!v($self, /, *args)", "Release the lock."},
    {"_at_fork_reinit", rlockReset, "!($self, /)", nullptr},
};

} // namespace

const TypeSpec coil::vm::kRLockSpec = {
    .name = "_thread.RLock",
    .size = sizeof(RecursiveLock),
    .flags = kTypeBase | kTypeHasWeakRefs,
    .fillSlots = [](Slots &s) { s.repr = rlockRepr; },
    .clear = [](Object *o) { static_cast<RecursiveLock *>(o)->lock.destroy(); },
    .methods = kMethods,
    .heapType = true,
    .own = 0,
};
