// Calls on a socket that may block.
#pragma once

#include "VM/Core/Clock.h"
#include "VM/Core/Gil.h"
#include "VM/Core/Signals.h"
#include "VM/Modules/_socket/Socket.h"

namespace coil::vm::sockets {

template <class Call> Result<ssize_t> transfer(Thread &t, Socket *s, bool writing, int64_t end, Call call) {
  for (;;) {
    if (s->timeout > 0 && !TRY(waitReady(t, s, writing, end)))
      return raise(t, types::TimeoutError, "timed out");
    ssize_t result = unlocked(t, call);
    if (result >= 0) return result;
    if (errno == EINTR) {
      CHECK(runSignalHandlers(t));
      continue;
    }
    if (s->timeout > 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) continue;
    return raiseOSError(t, errno);
  }
}

} // namespace coil::vm::sockets
