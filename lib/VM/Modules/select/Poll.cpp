// select.poll.
#include "VM/Core/Clock.h"
#include "VM/Core/Gil.h"
#include "VM/Core/Signals.h"
#include "VM/Modules/posix/Path.h"
#include "VM/Modules/select/Select.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"
#include "VM/Types/Tuple.h"
#include <poll.h>

using namespace coil::vm;

Type coil::vm::types::Poll;

namespace {

struct PollObject : Object {
  std::vector<pollfd> *entries; // owned; in the order of registration
  bool running;
};

PollObject *self(Value v) { return v.as<PollObject>(); }

pollfd *find(Value v, int fd) {
  for (pollfd &entry : *self(v)->entries)
    if (entry.fd == fd) return &entry;
  return nullptr;
}

// What a C unsigned short holds.
Result<uint16_t> eventMask(Thread &t, Value v) {
  Ref number = TRY(index(t, v));
  int64_t mask;
  if (isNegativeInt(number)) return raise(t, types::ValueError, "value must be positive");
  if (!toInt64(number, mask) || mask > UINT16_MAX)
    return raise(t, types::OverflowError, "Python int too large for C unsigned short");
  return uint16_t(mask);
}

// register(fd, eventmask=POLLIN | POLLPRI | POLLOUT)
Ref pollRegister(Thread &t, const Value *args) {
  int fd = TRY(readFd(t, args[1]));
  uint16_t mask = args[2].empty() ? uint16_t(POLLIN | POLLPRI | POLLOUT) : TRY(eventMask(t, args[2]));
  if (pollfd *entry = find(args[0], fd))
    entry->events = short(mask);
  else
    self(args[0])->entries->push_back({fd, short(mask), 0});
  return Ref::none();
}

Ref pollModify(Thread &t, const Value *args) {
  int fd = TRY(readFd(t, args[1]));
  uint16_t mask = TRY(eventMask(t, args[2]));
  pollfd *entry = find(args[0], fd);
  if (!entry) return raiseOSError(t, ENOENT);
  entry->events = short(mask);
  return Ref::none();
}

Ref pollUnregister(Thread &t, const Value *args) {
  int fd = TRY(readFd(t, args[1]));
  pollfd *entry = find(args[0], fd);
  if (!entry) return raiseWith(t, types::KeyError, Value::smallInt(fd));
  std::vector<pollfd> &entries = *self(args[0])->entries;
  entries.erase(entries.begin() + (entry - entries.data()));
  return Ref::none();
}

// poll(timeout=None), in milliseconds
Ref pollPoll(Thread &t, const Value *args) {
  Deadline deadline;
  CHECK(deadline.read(t, args[1], 1'000'000, true, "timeout must be an integer or None"));
  if (self(args[0])->running) return raise(t, types::RuntimeError, "concurrent poll() invocation");
  std::vector<pollfd> entries = *self(args[0])->entries;
  self(args[0])->running = true;
  int count;
  for (;;) {
    count = unlocked(t, [&] { return ::poll(entries.data(), entries.size(), deadline.milliseconds()); });
    int error = errno;
    if (count >= 0) break;
    if (error == EINTR && runSignalHandlers(t)) continue;
    self(args[0])->running = false;
    return t.hasPending() ? Ref() : Ref(raiseOSError(t, error));
  }
  self(args[0])->running = false;
  ListRef ready = newList();
  for (const pollfd &entry : entries)
    if (entry.revents)
      listAppendOwned(
          ready,
          Ref(packTuple(Value::smallInt(entry.fd), Value::smallInt(uint16_t(entry.revents)))).release());
  return ready;
}

NativeDef kMethods[] = {
    {"register", pollRegister,
     "($self, fd,\n         eventmask=select.POLLIN | select.POLLPRI | select.POLLOUT, /)",
     "Watch a descriptor, or an object with a fileno() method, for events; if it is watched\n"
     "already, for these. eventmask is a combination of POLL constants."},
    {"modify", pollModify, "($self, fd, eventmask, /)",
     "Change the events that a registered descriptor is watched for; OSError if it is not\n"
     "registered. eventmask is a combination of POLL constants."},
    {"unregister", pollUnregister, "($self, fd, /)",
     "Watch a descriptor no longer; KeyError if it is not registered."},
    {"poll", pollPoll, "($self, timeout=None, /)",
     "Wait until something happens to a registered descriptor: a list of (descriptor, events).\n"
     "It is empty if nothing did within timeout milliseconds; None or a negative number waits\n"
     "for ever."},
};

} // namespace

Ref coil::vm::newPoll() {
  auto *poll = heap::make<PollObject>(types::Poll);
  poll->entries = new std::vector<pollfd>();
  return Ref::take(Value(poll));
}

const TypeSpec coil::vm::kPollSpec = {
    .name = "select.poll",
    .size = sizeof(PollObject),
    .flags = kTypeNoInstantiate,
    .clear = [](Object *o) { delete std::exchange(static_cast<PollObject *>(o)->entries, nullptr); },
    .methods = kMethods,
    .heapType = true,
};
