// select.epoll.
#include "VM/Core/Clock.h"
#include "VM/Core/Gil.h"
#include "VM/Core/Signals.h"
#include "VM/Modules/posix/Path.h"
#include "VM/Modules/select/Select.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"
#include "VM/Types/Str/TextArguments.h"
#include "VM/Types/Tuple.h"
#include <sys/epoll.h>
#include <sys/select.h>
#include <unistd.h>

using namespace coil::vm;

Type coil::vm::types::Epoll;

namespace {

struct EpollObject : Object {
  int fd; // -1: closed
};

int &fdOf(Value v) { return v.as<EpollObject>()->fd; }

Status checkOpen(Thread &t, Value v) {
  if (fdOf(v) >= 0) return Status::ok();
  return raise(t, types::ValueError, "I/O operation on closed epoll object");
}

Ref newEpoll(Type &type, int fd) {
  auto *epoll = heap::make<EpollObject>(type);
  epoll->fd = fd;
  return Ref::take(Value(epoll));
}

// epoll(sizehint=-1, flags=0)
Ref epollNew(Thread &t, const Value *args) {
  int size = TRY(intArgument(t, args[1])), flags = TRY(intArgument(t, args[2]));
  if (size != -1 && size <= 0) return raise(t, types::ValueError, "negative sizehint");
  if (flags && flags != EPOLL_CLOEXEC) return raise(t, types::OSError, "invalid flags");
  int fd = ::epoll_create1(EPOLL_CLOEXEC);
  if (fd < 0) return raiseOSError(t, errno);
  return newEpoll(*args[0].as<Type>(), fd);
}

Ref epollFromFd(Thread &t, const Value *args) {
  int fd = TRY(intArgument(t, args[1]));
  return newEpoll(*args[0].as<Type>(), fd);
}

Ref epollClose(Thread &t, const Value *args) {
  int fd = std::exchange(fdOf(args[0]), -1);
  if (fd >= 0 && unlocked(t, [&] { return ::close(fd); }) < 0) return raiseOSError(t, errno);
  return Ref::none();
}

Ref epollFileno(Thread &t, const Value *args) {
  CHECK(checkOpen(t, args[0]));
  return makeInt(fdOf(args[0]));
}

Ref epollEnter(Thread &t, const Value *args) {
  CHECK(checkOpen(t, args[0]));
  return Ref::share(args[0]);
}

Ref epollExit(Thread &t, const Value *args) { return callMethod(t, args[0], internText("close")); }

Ref epollClosed(Thread &, Value v) { return Ref::boolean(fdOf(v) < 0); }

Result<uint32_t> eventMask(Thread &t, Value v) {
  Ref number = TRY(index(t, v));
  IntView view(number);
  uint64_t low = view.size() ? view.limbs()[0] : 0;
  return uint32_t(view.negative() ? 0 - low : low);
}

Ref control(Thread &t, Value self, int operation, Value file, uint32_t mask) {
  CHECK(checkOpen(t, self));
  int fd = TRY(readFd(t, file)), epoll = fdOf(self);
  epoll_event event{};
  event.events = mask;
  event.data.fd = fd;
  if (unlocked(t, [&] { return ::epoll_ctl(epoll, operation, fd, &event); }) < 0)
    return raiseOSError(t, errno);
  return Ref::none();
}

Ref epollRegister(Thread &t, const Value *args) {
  uint32_t mask = args[2].empty() ? uint32_t(EPOLLIN | EPOLLPRI | EPOLLOUT) : TRY(eventMask(t, args[2]));
  return control(t, args[0], EPOLL_CTL_ADD, args[1], mask);
}
Ref epollModify(Thread &t, const Value *args) {
  uint32_t mask = TRY(eventMask(t, args[2]));
  return control(t, args[0], EPOLL_CTL_MOD, args[1], mask);
}
Ref epollUnregister(Thread &t, const Value *args) { return control(t, args[0], EPOLL_CTL_DEL, args[1], 0); }

// poll(timeout=None, maxevents=-1), in seconds
Ref epollPoll(Thread &t, const Value *args) {
  constexpr int kEvents = FD_SETSIZE - 1;
  int most = TRY(intArgument(t, args[2]));
  CHECK(checkOpen(t, args[0]));
  Deadline deadline;
  CHECK(deadline.read(t, args[1], kNanoseconds, true, "timeout must be an integer or None"));
  if (most == -1) most = kEvents;
  if (most < 1) return raise(t, types::ValueError, "maxevents must be greater than 0, got %", most);
  std::vector<epoll_event> events{size_t(most)};
  int count, epoll = fdOf(args[0]);
  while ((count = unlocked(
              t, [&] { return ::epoll_wait(epoll, events.data(), most, deadline.milliseconds()); })) < 0) {
    if (errno != EINTR) return raiseOSError(t, errno);
    CHECK(runSignalHandlers(t));
  }
  ListRef ready = newList();
  for (int i = 0; i < count; ++i)
    listAppendOwned(ready, Ref(packTuple(Value::smallInt(events[size_t(i)].data.fd),
                                         Value::smallInt(int64_t(events[size_t(i)].events))))
                               .release());
  return ready;
}

NativeDef kMethods[] = {
    {"__new__", epollNew, "!($type, sizehint=-1, flags=0)", "Make a new object of the class."},
    {"fromfd", epollFromFd, "($type, fd, /)",
     "An epoll object for a descriptor that epoll_create() returned.", NativeKind::Class},
    {"close", epollClose, "($self, /)",
     "Close the descriptor; whatever is tried afterwards raises ValueError."},
    {"fileno", epollFileno, "($self, /)", "The object's own file descriptor."},
    {"modify", epollModify, "($self, /, fd, eventmask)",
     "Change the events that a registered descriptor is watched for.\n"
     "eventmask is a combination of EPOLL constants."},
    {"register", epollRegister,
     "($self, /, fd,\n         eventmask=select.EPOLLIN | select.EPOLLPRI | select.EPOLLOUT)",
     "Watch a descriptor for events; OSError if it is watched already.\n"
     "eventmask is a combination of EPOLL constants."},
    {"unregister", epollUnregister, "($self, /, fd)", "Watch a descriptor no longer."},
    {"poll", epollPoll, "($self, /, timeout=None, maxevents=-1)",
     "Wait until something happens to a registered descriptor: a list of (descriptor, events).\n"
     "It is empty if nothing did within timeout seconds; None or a negative number waits for\n"
     "ever. maxevents, unless -1, limits its length."},
    {"__enter__", epollEnter, "($self, /)", nullptr},
    {"__exit__", epollExit, "($self, exc_type=None, exc_value=None, exc_tb=None, /)", nullptr},
};

const GetSetDef kGetSets[] = {{"closed", epollClosed, nullptr, "Whether close() has been called."}};

} // namespace

const TypeSpec coil::vm::kEpollSpec = {
    .name = "select.epoll",
    .size = sizeof(EpollObject),
    .fillSlots = [](Slots &s) { s.getAttr = genericGetAttr; },
    .clear =
        [](Object *o) {
          int fd = std::exchange(static_cast<EpollObject *>(o)->fd, -1);
          if (fd >= 0) ::close(fd);
        },
    .methods = kMethods,
    .getsets = kGetSets,
    .doc = "Waits for events of many descriptors at once, by the Linux system calls of that name.\n"
           "epoll(sizehint=-1, flags=0); neither argument has an effect nowadays, except EPOLL_CLOEXEC.",
    .heapType = true,
};
