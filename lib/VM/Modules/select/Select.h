// What the files of select share.
#pragma once

#include "VM/Modules/Modules.h"
#include "VM/Protocol/Protocol.h"

namespace coil::vm {

namespace types {
extern vm::Type Poll, Epoll;
}
extern const TypeSpec kPollSpec, kEpollSpec;

Ref newPoll();

// A moment until which to wait; -1: for ever.
struct Deadline {
  int64_t span = -1; // nanoseconds from the start
  int64_t end = 0;   // by the monotonic clock

  // None and, with `negativeIsForever`, negative numbers mean no end. `message`: the TypeError of what is no
  // number.
  Status read(Thread &t, Value timeout, int64_t unit, bool negativeIsForever, const char *message);
  bool forever() const { return span < 0; }
  // What is left, at least 0; what poll() and epoll_wait() take.
  int64_t left() const;
  int milliseconds() const;
};

} // namespace coil::vm
