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
    {"__new__", epollNew, "!($type, sizehint=-1, flags=0)",
     "Create and return a new object.  See help(type) for accurate signature."},
    {"fromfd", epollFromFd, "($type, fd, /)", "Create an epoll object from a given control fd.",
     NativeKind::Class},
    {"close", epollClose, "($self, /)",
     "Close the epoll control file descriptor.\n\nFurther operations on the epoll object will raise an "
     "exception."},
    {"fileno", epollFileno, "($self, /)", "Return the epoll control file descriptor."},
    {"modify", epollModify, "($self, /, fd, eventmask)",
     "Modify event mask for a registered file descriptor.\n\n  fd\n    the target file descriptor of the "
     "operation\n  eventmask\n    a bit set composed of the various EPOLL constants"},
    {"register", epollRegister,
     "($self, /, fd,\n         eventmask=select.EPOLLIN | select.EPOLLPRI | select.EPOLLOUT)",
     "Registers a new fd or raises an OSError if the fd is already registered.\n\n  fd\n    the target file "
     "descriptor of the operation\n  eventmask\n    a bit set composed of the various EPOLL "
     "constants\n\nThe epoll interface supports all file descriptors that support poll."},
    {"unregister", epollUnregister, "($self, /, fd)",
     "Remove a registered file descriptor from the epoll object.\n\n  fd\n    the target file descriptor of "
     "the operation"},
    {"poll", epollPoll, "($self, /, timeout=None, maxevents=-1)",
     "Wait for events on the epoll file descriptor.\n\n  timeout\n    the maximum time to wait in seconds "
     "(as "
     "float);\n    a timeout of None or -1 makes poll wait indefinitely\n  maxevents\n    the maximum number "
     "of events returned; -1 means no limit\n\nReturns a list containing any descriptors that have events to "
     "report,\nas a list of (fd, events) 2-tuples."},
    {"__enter__", epollEnter, "($self, /)", nullptr},
    {"__exit__", epollExit, "($self, exc_type=None, exc_value=None, exc_tb=None, /)", nullptr},
};

const GetSetDef kGetSets[] = {{"closed", epollClosed, nullptr, "True if the epoll handler is closed"}};

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
    .doc =
        "select.epoll(sizehint=-1, flags=0)\n\nReturns an epolling object\n\nsizehint must be a positive "
        "integer or -1 for the default size. The\nsizehint is used to optimize internal data structures. It "
        "doesn't limit\nthe maximum number of monitored events.",
    .heapType = true,
};
