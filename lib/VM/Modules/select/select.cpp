// The module select; its types are in files of their own.
#include "VM/Modules/select/Select.h"
#include "VM/Core/Clock.h"
#include "VM/Core/Gil.h"
#include "VM/Core/Names.h"
#include "VM/Core/Signals.h"
#include "VM/Modules/posix/Path.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"
#include "VM/Types/Tuple.h"
#include <climits>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>

using namespace coil::vm;

Status Deadline::read(Thread &t, Value timeout, int64_t unit, bool negativeIsForever, const char *message) {
  if (timeout.isNone()) return Status::ok();
  if (!isIntLike(timeout) && !isFloatLike(timeout) && !typeOf(timeout)->slots.index)
    return raise(t, types::TypeError, message);
  Ref number = isFloatLike(timeout) ? Ref::share(timeout) : TRY(index(t, timeout));
  if (unit != kNanoseconds)
    number = TRY(binary(t, BinaryOp::TrueDiv, number, Value::smallInt(kNanoseconds / unit)));
  span = TRY(nanosecondsFrom(t, number, Round::Up));
  if (span < 0 && !negativeIsForever) return raise(t, types::ValueError, "timeout must be non-negative");
  if (__builtin_add_overflow(monotonicNanoseconds(), span, &end)) end = INT64_MAX;
  return Status::ok();
}

int64_t Deadline::left() const { return std::max<int64_t>(end - monotonicNanoseconds(), 0); }

int Deadline::milliseconds() const {
  if (forever()) return -1;
  int64_t rest = span ? left() : 0;
  return int(std::min<int64_t>((rest + 999'999) / 1'000'000, INT_MAX));
}

namespace {

// One of the three lists: the objects, with their descriptors.
struct Waited {
  std::vector<std::pair<Ref, int>> objects;
  fd_set set;

  Status read(Thread &t, Value list, int &most) {
    FD_ZERO(&set);
    auto sequence = TRY(fastSequence(t, list, "arguments 1-3 must be sequences"));
    Value items(sequence);
    for (int64_t i = 0; i < TRY(length(t, items)); ++i) { // fileno() may change it
      Ref item = TRY(getItem(t, items, Value::smallInt(i)));
      int fd = TRY(readFd(t, item));
      if (fd >= FD_SETSIZE) return raise(t, types::ValueError, "filedescriptor out of range in select()");
      if (objects.size() >= FD_SETSIZE)
        return raise(t, types::ValueError, "too many file descriptors in select()");
      most = std::max(most, fd);
      objects.emplace_back(std::move(item), fd);
    }
    return Status::ok();
  }

  void prepare() {
    FD_ZERO(&set);
    for (auto &[object, fd] : objects) FD_SET(fd, &set);
  }

  ListRef ready() const {
    ListRef list = newList();
    for (auto &[object, fd] : objects)
      if (FD_ISSET(fd, &set)) listAppend(list, object);
    return list;
  }
};

// select(rlist, wlist, xlist, timeout=None)
Ref selectSelect(Thread &t, const Value *args) {
  Deadline deadline;
  CHECK(deadline.read(t, args[3], kNanoseconds, false, "timeout must be a float or None"));
  Waited lists[3];
  int most = -1;
  for (int i = 0; i < 3; ++i) CHECK(lists[i].read(t, args[i], most));
  for (;;) {
    for (Waited &list : lists) list.prepare();
    int64_t left = deadline.forever() ? 0 : deadline.left();
    timeval span{.tv_sec = time_t((left + 999) / 1000 / 1'000'000),
                 .tv_usec = suseconds_t((left + 999) / 1000 % 1'000'000)};
    int count = unlocked(t, [&] {
      return ::select(most + 1, &lists[0].set, &lists[1].set, &lists[2].set,
                      deadline.forever() ? nullptr : &span);
    });
    if (count < 0 && errno != EINTR) return raiseOSError(t, errno);
    if (count >= 0) break;
    CHECK(runSignalHandlers(t));
    if (!deadline.forever() && deadline.left() == 0) {
      for (Waited &list : lists) FD_ZERO(&list.set);
      break;
    }
  }
  ListRef read = lists[0].ready(), write = lists[1].ready(), special = lists[2].ready();
  return packTuple(Value(read), Value(write), Value(special));
}

Ref selectPoll(Thread &, const Value *) { return newPoll(); }

NativeDef kFunctions[] = {
    {"select", selectSelect, "($module, rlist, wlist, xlist, timeout=None, /)",
     "Wait until a descriptor is ready: to be read in rlist, to be written in wlist, or\n"
     "something unusual in xlist. The arguments are iterables of descriptors or objects with a\n"
     "fileno() method; three lists of those that are ready come back. They are empty if none\n"
     "was within timeout seconds; None waits for ever."},
    {"poll", selectPoll, "($module, /)",
     "An object that waits for events of many descriptors at once, by the system call poll()."},
};

const ModuleType kTypes[] = {{types::Poll, kPollSpec, types::Object, false},
                             {types::Epoll, kEpollSpec, types::Object}};

// CPython's names are those of the C library.
#define CONSTANT(Name) {#Name, uint32_t(Name)}
constexpr struct {
  const char *name;
  uint32_t value;
} kConstants[] = {
    CONSTANT(PIPE_BUF),     CONSTANT(POLLIN),         CONSTANT(POLLPRI),     CONSTANT(POLLOUT),
    CONSTANT(POLLERR),      CONSTANT(POLLHUP),        CONSTANT(POLLNVAL),    CONSTANT(POLLRDNORM),
    CONSTANT(POLLRDBAND),   CONSTANT(POLLWRNORM),     CONSTANT(POLLWRBAND),  CONSTANT(POLLMSG),
    CONSTANT(POLLRDHUP),    CONSTANT(EPOLLIN),        CONSTANT(EPOLLOUT),    CONSTANT(EPOLLPRI),
    CONSTANT(EPOLLERR),     CONSTANT(EPOLLHUP),       CONSTANT(EPOLLRDHUP),  CONSTANT(EPOLLET),
    CONSTANT(EPOLLONESHOT), CONSTANT(EPOLLEXCLUSIVE), CONSTANT(EPOLLRDNORM), CONSTANT(EPOLLRDBAND),
    CONSTANT(EPOLLWRNORM),  CONSTANT(EPOLLWRBAND),    CONSTANT(EPOLLMSG),    CONSTANT(EPOLL_CLOEXEC),
};
#undef CONSTANT

Status populate(Thread &, Module *module) {
  auto set = [&](const char *name, Value v) { dictSetStr(module->dict, internText(name), v); };
  set("error", Value(&types::OSError));
  for (auto [name, value] : kConstants) set(name, Value::smallInt(int64_t(value)));
  return Status::ok();
}

} // namespace

const ModuleSpec coil::vm::kSelectModule = {
    .name = "select",
    .doc = "Waiting until one of several files, sockets or pipes is ready to be read or written.",
    .functions = kFunctions,
    .populate = populate,
    .types = kTypes,
};
