// The lock types of _thread.
#pragma once

#include "VM/Bind/Native.h"

namespace coil::vm {

namespace types {
extern vm::Type Lock, RLock, ThreadLocal;
}
extern const TypeSpec kLockSpec, kRLockSpec, kThreadLocalSpec;

// A new, unlocked lock.
Ref newLock();
// The number that identifies the calling thread to Python.
int64_t threadIdentifier();
// The largest timeout of acquire, in seconds.
inline constexpr double kTimeoutMax = 9223372036.0;

// The timeout of an acquire in seconds: -1 for no end, 0 not to wait. Checks the two arguments against each
// other.
Result<double> acquireTimeout(Thread &t, Value blocking, Value timeout);
// Waits for a lock that is held. There is one thread, so nobody can release it: true never comes back; false
// after the timeout. Without a timeout the wait ends only by a signal.
Result<bool> waitForLock(Thread &t, double seconds);

} // namespace coil::vm
