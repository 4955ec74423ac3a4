// _thread.lock.
#include "VM/Modules/_thread/Lock.h"
#include "VM/Core/Clock.h"
#include "VM/Core/Names.h"
#include "VM/Core/Signals.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Int/Int.h"
#include <cerrno>
#include <unistd.h>

using namespace coil::vm;

Type coil::vm::types::Lock;

namespace {

struct PlainLock : Object {
  bool locked;
};

PlainLock *self(Value v) { return v.as<PlainLock>(); }

// acquire(blocking=True, timeout=-1)
Ref lockAcquire(Thread &t, const Value *args) {
  double seconds = TRY(acquireTimeout(t, args[1], args[2]));
  if (self(args[0])->locked && !TRY(waitForLock(t, seconds))) return Ref::boolean(false);
  self(args[0])->locked = true;
  return Ref::boolean(true);
}

Ref lockRelease(Thread &t, const Value *args) {
  if (!self(args[0])->locked) return raise(t, types::RuntimeError, "release unlocked lock");
  self(args[0])->locked = false;
  return Ref::none();
}

Ref lockEnter(Thread &t, const Value *args) {
  const Value withDefaults[] = {args[0], Value::trueValue(), Value::smallInt(-1)};
  return lockAcquire(t, withDefaults);
}

Ref lockLocked(Thread &, const Value *args) { return Ref::boolean(self(args[0])->locked); }

Ref lockReset(Thread &, const Value *args) {
  self(args[0])->locked = false;
  return Ref::none();
}

Ref lockRepr(Thread &, Value v) {
  return makeStr(std::string("<") + (self(v)->locked ? "locked" : "unlocked") + " " +
                 typeOf(v)->fullName().str() + " object at " + addressText(v) + ">");
}

constexpr char kAcquireDoc[] =
    "acquire(blocking=True, timeout=-1) -> bool\n(acquire_lock() is an obsolete synonym)\n\nLock "
    "the lock. The return value tells whether it was locked.";
constexpr char kReleaseDoc[] =
    "release()\n(release_lock() is an obsolete synonym)\n\nUnlock a lock that is locked.";
constexpr char kLockedDoc[] =
    "locked() -> bool\n(locked_lock() is an obsolete synonym)\n\nReturn whether the lock is in the "
    "locked state.";

NativeDef kMethods[] = {
    {"acquire", lockAcquire, "!($self, /, blocking=True, timeout=-1)", kAcquireDoc},
    {"acquire_lock", lockAcquire, "!($self, /, blocking=True, timeout=-1)", kAcquireDoc},
    {"release", lockRelease, "!($self, /)", kReleaseDoc},
    {"release_lock", lockRelease, "!($self, /)", kReleaseDoc},
    {"locked", lockLocked, "!($self, /)", kLockedDoc},
    {"locked_lock", lockLocked, "!($self, /)", kLockedDoc},
    {"__enter__", lockEnter, "!($self, /)", kAcquireDoc},
    {"__exit__", lockRelease, "!($self, /, *args)", kReleaseDoc},
    {"_at_fork_reinit", lockReset, "!($self, /)", nullptr},
};

} // namespace

Ref coil::vm::newLock() { return Ref::take(Value(heap::allocateObject(types::Lock))); }

int64_t coil::vm::threadIdentifier() { return int64_t(reinterpret_cast<uintptr_t>(&Thread::current())); }

Result<double> coil::vm::acquireTimeout(Thread &t, Value blocking, Value timeout) {
  bool wait = TRY(truth(t, blocking));
  double seconds = TRY(asDouble(t, timeout));
  if (!wait && seconds != -1)
    return raise(t, types::ValueError, "can't specify a timeout for a non-blocking call");
  if (seconds < 0 && seconds != -1)
    return raise(t, types::ValueError, "timeout value must be a non-negative number");
  if (seconds > kTimeoutMax) return raise(t, types::OverflowError, "timeout value is too large");
  return wait ? seconds : 0.0;
}

Result<bool> coil::vm::waitForLock(Thread &t, double seconds) {
  if (seconds < 0) // nobody else is there to release it: only a signal's handler ends the wait
    for (;;) {
      ::pause();
      CHECK(runSignalHandlers(t));
    }
  timespec until = timespecFrom(monotonicNanoseconds() + int64_t(seconds * double(kNanoseconds)));
  while (::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr) == EINTR)
    CHECK(runSignalHandlers(t));
  return false;
}

const TypeSpec coil::vm::kLockSpec = {
    .name = "_thread.lock",
    .size = sizeof(PlainLock),
    .flags = kTypeNoInstantiate | kTypeHasWeakRefs,
    .fillSlots = [](Slots &s) { s.repr = lockRepr; },
    .methods = kMethods,
    .doc = "A lock object is a synchronization primitive.  To create a lock,\ncall threading.Lock().  "
           "Methods are:\n\nacquire() "
           "-- lock the lock, possibly blocking until it can be obtained\nrelease() -- unlock of the "
           "lock\nlocked() -- test "
           "whether the lock is currently locked\n\nA lock is not owned by the thread that locked it; "
           "another thread may\n"
           "unlock it.  A thread attempting to lock a lock that it has already locked\nwill block until "
           "another thread "
           "unlocks it.  Deadlocks may ensue.",
    .heapType = true,
    .own = 0,
};
