// _thread.lock.
#include "VM/Modules/_thread/Lock.h"
#include "VM/Core/Clock.h"
#include "VM/Core/Gil.h"
#include "VM/Core/Names.h"
#include "VM/Core/Signals.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Str/TextArguments.h"
#include <cerrno>

using namespace coil::vm;

Type coil::vm::types::Lock;

Result<bool> WaitLock::acquire(Thread &t, int64_t nanoseconds) {
  if (sem_trywait(&semaphore) == 0) return held = true;
  if (nanoseconds == 0) return false;
  int64_t end = 0;
  if (nanoseconds > 0 && __builtin_add_overflow(monotonicNanoseconds(), nanoseconds, &end)) end = INT64_MAX;
  timespec until = timespecFrom(end);
  auto wait = [&] {
    return nanoseconds < 0 ? sem_wait(&semaphore) : sem_clockwait(&semaphore, CLOCK_MONOTONIC, &until);
  };
  while (unlocked(t, wait) != 0) {
    if (errno == ETIMEDOUT) return false;
    CHECK(runSignalHandlers(t));
  }
  return held = true;
}

void WaitLock::acquireSurely(Thread &t) {
  while (unlocked(t, [&] { return sem_wait(&semaphore); }) != 0) {
  }
  held = true;
}

namespace {

struct PlainLock : Object {
  WaitLock lock;
};

PlainLock *self(Value v) { return v.as<PlainLock>(); }

// acquire(blocking=True, timeout=-1)
Ref lockAcquire(Thread &t, const Value *args) {
  int64_t timeout = TRY(acquireTimeout(t, args[1], args[2]));
  return Ref::boolean(TRY(self(args[0])->lock.acquire(t, timeout)));
}

Ref lockRelease(Thread &t, const Value *args) {
  if (!self(args[0])->lock.held) return raise(t, types::RuntimeError, "release unlocked lock");
  self(args[0])->lock.release();
  return Ref::none();
}

Ref lockEnter(Thread &t, const Value *args) {
  CHECK(self(args[0])->lock.acquire(t, -1));
  return Ref::boolean(true);
}

Ref lockLocked(Thread &, const Value *args) { return Ref::boolean(self(args[0])->lock.held); }

Ref lockReset(Thread &, const Value *args) {
  self(args[0])->lock.initialize();
  return Ref::none();
}

Ref lockRepr(Thread &, Value v) {
  return makeStr(std::string("<") + (self(v)->lock.held ? "locked" : "unlocked") + " " +
                 typeOf(v)->fullName().str() + " object at " + addressText(v) + ">");
}
constexpr char kAcquireDoc[] =
    "acquire(blocking=True, timeout=-1): take the lock and return True, waiting until it is free.\n"
    "False if it is still taken after timeout seconds, or at once if blocking is false.\n"
    "acquire_lock() is an old name of it.";
constexpr char kReleaseDoc[] = "release(): free the lock; RuntimeError if it is not taken.\n"
                               "Any thread may do so. release_lock() is an old name of it.";
constexpr char kLockedDoc[] = "locked(): whether the lock is taken. locked_lock() is an old name of it.";

NativeDef kMethods[] = {
    {"acquire", lockAcquire, "!($self, /, blocking=True, timeout=-1)", kAcquireDoc},
    {"acquire_lock", lockAcquire, "!($self, /, blocking=True, timeout=-1)", kAcquireDoc},
    {"release", lockRelease, "!($self, /)", kReleaseDoc},
    {"release_lock", lockRelease, "!($self, /)", kReleaseDoc},
    {"locked", lockLocked, "!($self, /)", kLockedDoc},
    {"locked_lock", lockLocked, "!($self, /)", kLockedDoc},
    {"__enter__", lockEnter, "!($self, /)", kAcquireDoc},
    {"__exit__", lockRelease, "!v($self, /, *args)", kReleaseDoc},
    {"_at_fork_reinit", lockReset, "!($self, /)", nullptr},
};

} // namespace

Ref coil::vm::newLock() {
  auto *lock = heap::make<PlainLock>(types::Lock);
  lock->lock.initialize();
  return Ref::take(Value(lock));
}

void coil::vm::releaseIfHeld(Value lock) {
  if (self(lock)->lock.held) self(lock)->lock.release();
}

Result<int64_t> coil::vm::acquireTimeout(Thread &t, Value blocking, Value timeout) {
  bool wait = TRY(intArgument(t, blocking)) != 0;
  bool unset = timeout == Value::smallInt(-1) || (timeout.isDouble() && timeout.asDouble() == -1);
  int64_t span = unset ? -1 : TRY(nanosecondsFrom(t, timeout, Round::Up));
  if (!wait && !unset) return raise(t, types::ValueError, "can't specify a timeout for a non-blocking call");
  if (span < 0 && !unset) return raise(t, types::ValueError, "timeout value must be positive");
  return wait ? span : 0;
}

const TypeSpec coil::vm::kLockSpec = {
    .name = "_thread.lock",
    .size = sizeof(PlainLock),
    .flags = kTypeNoInstantiate | kTypeHasWeakRefs,
    .fillSlots = [](Slots &s) { s.repr = lockRepr; },
    .clear = [](Object *o) { static_cast<PlainLock *>(o)->lock.destroy(); },
    .methods = kMethods,
    .doc = "A lock, which one thread at a time can take; threading.Lock() makes one. In a with\n"
           "statement it is taken at the start and freed at the end. It does not remember who took\n"
           "it: a thread that takes it twice waits for itself.",
    .heapType = true,
    .own = 0,
};
