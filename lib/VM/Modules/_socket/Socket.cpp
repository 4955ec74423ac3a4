// _socket.socket: its state, its connections and its options.
#include "VM/Modules/_socket/Socket.h"
#include "VM/Core/Audit.h"
#include "VM/Exceptions/Warnings.h"
#include "VM/Modules/_socket/Transfer.h"
#include "VM/Protocol/Buffer.h"
#include "VM/Types/Bytes.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Str/TextArguments.h"
#include "VM/Types/Tuple.h"
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

using namespace coil::vm;
using namespace coil::vm::sockets;

Type coil::vm::types::Socket;

int64_t sockets::defaultTimeout = -1;

Socket *sockets::socketOf(Value v) { return v.as<Socket>(); }

Result<int64_t> sockets::readTimeout(Thread &t, Value v) {
  if (v.isNone()) return int64_t(-1);
  int64_t span = TRY(nanosecondsFrom(t, v, Round::Up));
  if (span < 0) return raise(t, types::ValueError, "Timeout value out of range");
  return span;
}

Ref sockets::timeoutValue(int64_t nanoseconds) {
  return nanoseconds < 0 ? Ref::none() : Ref::number(double(nanoseconds) / 1e9);
}

namespace {

Socket *self(const Value *args) { return socketOf(args[0]); }

bool setBlocking(int fd, bool blocking) {
  int flags = ::fcntl(fd, F_GETFL);
  if (flags < 0) return false;
  int wanted = blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK;
  return wanted == flags || ::fcntl(fd, F_SETFL, wanted) >= 0;
}

Status begin(Thread &t, Socket *s, int fd, int family, int kind, int protocol) {
  s->fd = fd;
  s->family = family;
  s->kind = kind & ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
  s->protocol = protocol;
  s->timeout = kind & SOCK_NONBLOCK ? 0 : defaultTimeout;
  if (s->timeout >= 0 && !setBlocking(fd, false)) return raiseOSError(t, errno);
  return Status::ok();
}

Ref socketNew(Thread &, Value, const CallArgs &args) {
  auto *s = heap::make<Socket>(*args.values[0].as<Type>());
  s->fd = -1;
  s->timeout = defaultTimeout;
  return Ref::take(Value(s));
}

// What an open descriptor is, where the caller did not say.
Status inspect(Thread &t, int fd, int &family, int &kind, int &protocol) {
  Address address;
  address.length = sizeof address.storage;
  if (::getsockname(fd, address.generic(), &address.length) < 0) {
    if (family == -1 || errno == EBADF || errno == ENOTSOCK) return raiseOSError(t, errno);
  } else if (family == -1) {
    family = address.storage.ss_family;
  }
  socklen_t size = sizeof(int);
  if (kind == -1 && ::getsockopt(fd, SOL_SOCKET, SO_TYPE, &kind, &size) < 0) return raiseOSError(t, errno);
  size = sizeof(int);
  if (protocol == -1 && ::getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &protocol, &size) < 0)
    return raiseOSError(t, errno);
  return Status::ok();
}

// __init__(family=-1, type=-1, proto=-1, fileno=None)
Status initialize(Thread &t, Socket *s, const Value *args) {
  int family = TRY(intArgument(t, args[1])), kind = TRY(intArgument(t, args[2]));
  int protocol = TRY(intArgument(t, args[3]));
  TRY(audit(t, "socket.__new__",
            {args[0], Value::smallInt(family), Value::smallInt(kind), Value::smallInt(protocol)}));
  if (!args[4].isNone()) {
    int fd = TRY(intArgument(t, args[4]));
    if (fd < 0) return raise(t, types::ValueError, "negative file descriptor");
    TRY(inspect(t, fd, family, kind, protocol));
    return begin(t, s, fd, family, kind, protocol);
  }
  if (family == -1) family = AF_INET;
  if (kind == -1) kind = SOCK_STREAM;
  if (protocol == -1) protocol = 0;
  int fd = unlocked(t, [&] { return ::socket(family, kind | SOCK_CLOEXEC, protocol); });
  if (fd < 0) return raiseOSError(t, errno);
  if (begin(t, s, fd, family, kind, protocol)) return Status::ok();
  ::close(std::exchange(s->fd, -1));
  return {};
}

Ref socketInitBound(Thread &t, const Value *args) {
  CHECK(initialize(t, self(args), args));
  return Ref::none();
}
const NativeDef kInit{"socket", socketInitBound, "!($self, family=-1, type=-1, proto=-1, fileno=None)",
                      nullptr};

Status socketInit(Thread &t, Value v, const CallArgs &args) {
  CHECK(callNativeBound(t, kInit, nullptr, v, args));
  return Status::ok();
}

Ref socketRepr(Thread &, Value v) {
  Socket *s = socketOf(v);
  return makeStr("<socket object, fd=" + std::to_string(s->fd) + ", family=" + std::to_string(s->family) +
                 ", type=" + std::to_string(s->kind) + ", proto=" + std::to_string(s->protocol) + ">");
}

void socketDel(Thread &t, Value v) {
  Socket *s = socketOf(v);
  if (s->fd < 0) return;
  Ref saved = takePending(t);
  auto shown = reprText(t, v);
  if (!shown || !warn(t, types::ResourceWarning, "unclosed " + *shown, 1, v)) {
    if (pendingIs(t, types::Warning))
      writeUnraisable(t, nullptr, v);
    else
      clearPending(t);
  }
  if (saved) (void)setPending(t, std::move(saved));
  if (s->fd >= 0) ::close(std::exchange(s->fd, -1));
}

// --- connections

Ref socketAccept(Thread &t, const Value *args) {
  Socket *s = self(args);
  Address from;
  int fd = int(TRY(transfer(t, s, false, deadlineOf(s), [&]() -> ssize_t {
    from.length = sizeof from.storage;
    return ::accept4(s->fd, from.generic(), &from.length, SOCK_CLOEXEC);
  })));
  Ref address = addressValue(from.generic(), from.length);
  if (!address) {
    ::close(fd);
    return {};
  }
  return packTuple(Value::smallInt(fd), address.get());
}

Ref socketBind(Thread &t, const Value *args) {
  Address to;
  Socket *s = self(args);
  CHECK(readAddress(t, s, args[1], "bind", to));
  CHECK(audit(t, "socket.bind", {args[0], args[1]}));
  if (unlocked(t, [&] { return ::bind(s->fd, to.generic(), to.length); }) < 0) return raiseOSError(t, errno);
  return Ref::none();
}

// The error of connecting, or 0; EINTR and a timeout wait for the end of the handshake.
Result<int> connectTo(Thread &t, Socket *s, Address &to, bool &timedOut) {
  int64_t end = deadlineOf(s);
  int status = unlocked(t, [&] { return ::connect(s->fd, to.generic(), to.length); });
  if (status == 0) return 0;
  int error = errno;
  bool wait = error == EINTR ? s->timeout != 0 : error == EINPROGRESS && s->timeout > 0;
  if (error == EINTR) CHECK(runSignalHandlers(t));
  if (!wait) return error;
  bool ready = TRY(waitReady(t, s, true, s->timeout > 0 ? end : INT64_MAX));
  if (!ready) {
    timedOut = true;
    return EWOULDBLOCK;
  }
  socklen_t size = sizeof error;
  if (::getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0) return errno;
  return error == EISCONN ? 0 : error;
}

Ref socketConnect(Thread &t, const Value *args) {
  Address to;
  bool timedOut = false;
  CHECK(readAddress(t, self(args), args[1], "connect", to));
  CHECK(audit(t, "socket.connect", {args[0], args[1]}));
  int error = TRY(connectTo(t, self(args), to, timedOut));
  if (timedOut) return raise(t, types::TimeoutError, "timed out");
  return error ? Ref(raiseOSError(t, error)) : Ref::none();
}

Ref socketConnectEx(Thread &t, const Value *args) {
  Address to;
  bool timedOut = false;
  CHECK(readAddress(t, self(args), args[1], "connect_ex", to));
  CHECK(audit(t, "socket.connect", {args[0], args[1]}));
  return makeInt(TRY(connectTo(t, self(args), to, timedOut)));
}

Ref socketListen(Thread &t, const Value *args) {
  int backlog = args[1].empty() ? std::min(SOMAXCONN, 128) : std::max(TRY(intArgument(t, args[1])), 0);
  Socket *s = self(args);
  if (unlocked(t, [&] { return ::listen(s->fd, backlog); }) < 0) return raiseOSError(t, errno);
  return Ref::none();
}

Ref socketShutdown(Thread &t, const Value *args) {
  int how = TRY(intArgument(t, args[1]));
  Socket *s = self(args);
  if (unlocked(t, [&] { return ::shutdown(s->fd, how); }) < 0) return raiseOSError(t, errno);
  return Ref::none();
}

// A connection that the other side has reset is closed, too.
Ref socketClose(Thread &t, const Value *args) {
  int fd = std::exchange(self(args)->fd, -1);
  if (fd >= 0 && unlocked(t, [&] { return ::close(fd); }) < 0 && errno != ECONNRESET)
    return raiseOSError(t, errno);
  return Ref::none();
}
Ref socketDetach(Thread &, const Value *args) { return makeInt(std::exchange(self(args)->fd, -1)); }
Ref socketFileno(Thread &, const Value *args) { return makeInt(self(args)->fd); }

template <int (*kFunction)(int, sockaddr *, socklen_t *)> Ref ownAddress(Thread &t, const Value *args) {
  Address address;
  address.length = sizeof address.storage;
  if (kFunction(self(args)->fd, address.generic(), &address.length) < 0) return raiseOSError(t, errno);
  return addressValue(address.generic(), address.length);
}

// --- blocking

Ref applyTimeout(Thread &t, Socket *s, int64_t timeout) {
  if (!setBlocking(s->fd, timeout < 0)) return raiseOSError(t, errno);
  s->timeout = timeout;
  return Ref::none();
}
Ref socketSetTimeout(Thread &t, const Value *args) {
  int64_t timeout = TRY(readTimeout(t, args[1]));
  return applyTimeout(t, self(args), timeout);
}
Ref socketSetBlocking(Thread &t, const Value *args) {
  bool blocking = TRY(truth(t, args[1]));
  return applyTimeout(t, self(args), blocking ? -1 : 0);
}
Ref socketGetTimeout(Thread &, const Value *args) { return timeoutValue(self(args)->timeout); }
Ref socketGetBlocking(Thread &, const Value *args) { return Ref::boolean(self(args)->timeout != 0); }

Ref socketTimeout(Thread &, Value v) { return timeoutValue(socketOf(v)->timeout); }
Ref socketFamily(Thread &, Value v) { return makeInt(socketOf(v)->family); }
Ref socketType(Thread &, Value v) { return makeInt(socketOf(v)->kind); }
Ref socketProtocol(Thread &, Value v) { return makeInt(socketOf(v)->protocol); }

// --- options

// getsockopt(level, option[, buflen])
Ref socketGetOption(Thread &t, const Value *args) {
  int level = TRY(intArgument(t, args[1])), option = TRY(intArgument(t, args[2]));
  int length = args[3].empty() ? 0 : TRY(intArgument(t, args[3]));
  if (length == 0) {
    int value = 0;
    socklen_t size = sizeof value;
    if (::getsockopt(self(args)->fd, level, option, &value, &size) < 0) return raiseOSError(t, errno);
    return makeInt(value);
  }
  if (length < 0 || length > 1024) return raise(t, types::OSError, "getsockopt buflen out of range");
  uint8_t bytes[1024];
  auto size = socklen_t(length);
  if (::getsockopt(self(args)->fd, level, option, bytes, &size) < 0) return raiseOSError(t, errno);
  return makeBytes({bytes, size});
}

// setsockopt(level, option, value), or with None and a length
Ref socketSetOption(Thread &t, const Value *args) {
  int level = TRY(intArgument(t, args[1])), option = TRY(intArgument(t, args[2])), status;
  int fd = self(args)->fd;
  if (!args[4].empty()) {
    if (!args[3].isNone())
      return raise(t, types::TypeError, "setsockopt() argument 3 must be None, not %",
                   argumentTypeName(args[3]));
    int length = TRY(intArgument(t, args[4]));
    status = ::setsockopt(fd, level, option, nullptr, socklen_t(length));
  } else if (isIntLike(args[3])) {
    int value = TRY(intArgument(t, args[3]));
    status = ::setsockopt(fd, level, option, &value, sizeof value);
  } else {
    Buffer buffer;
    CHECK(buffer.open(t, args[3]));
    status = ::setsockopt(fd, level, option, buffer.data(), socklen_t(buffer.size()));
  }
  return status < 0 ? Ref(raiseOSError(t, errno)) : Ref::none();
}

NativeDef kMethods[] = {
    {"__new__", socketNew, "!($type, *args, **kwargs)", "Make a new object of the class."},
    {"_accept", socketAccept, "!($self, /)",
     "_accept(): wait for a connection; the new socket's descriptor and the peer's address."},
    {"bind", socketBind, "!($self, address, /)",
     "bind(address): give the socket an address of its own.\n"
     "For IPv4 and IPv6 that is (host, port, ...), for Unix sockets a path."},
    {"close", socketClose, "!($self, /)", "close(): close the socket, which cannot be used any more."},
    {"connect", socketConnect, "!($self, address, /)",
     "connect(address): connect to the socket at an address."},
    {"connect_ex", socketConnectEx, "!($self, address, /)",
     "connect_ex(address): connect() that returns the number of an error, 0 for none, and does not raise "
     "it."},
    {"detach", socketDetach, "!($self, /)",
     "detach(): let go of the descriptor without closing it, and return it."},
    {"fileno", socketFileno, "!($self, /)", "fileno(): the file descriptor, -1 once the socket is closed."},
    {"getpeername", ownAddress<::getpeername>, "!($self, /)",
     "getpeername(): the address of the other end; OSError if there is none."},
    {"getsockname", ownAddress<::getsockname>, "!($self, /)", "getsockname(): the socket's own address."},
    {"getsockopt", socketGetOption, "!($self, level, option, buffersize=<unrepresentable>, /)",
     "getsockopt(level, option[, buffersize]): the value of an option, an int.\n"
     "With a buffersize it is bytes, at most as many."},
    {"setsockopt", socketSetOption, "!($self, level, option, value, optlen=<unrepresentable>, /)",
     "setsockopt(level, option, value) or setsockopt(level, option, None, length): set an option.\n"
     "value is an int or a bytes-like object; None and a length are passed on as a null pointer."},
    {"listen", socketListen, "!($self, backlog=<unrepresentable>, /)",
     "listen([backlog]): let others connect; backlog is how many may wait to be accepted."},
    {"recv", socketRecv, "!($self, buffersize, flags=0, /)",
     "recv(size[, flags]): wait for data and return up to size bytes; b'' means that the peer\n"
     "has closed."},
    {"recv_into", socketRecvInto, "!($self, buffer, nbytes=0, flags=0)",
     "recv_into(buffer[, nbytes[, flags]]): recv() that fills a buffer and returns how many\n"
     "bytes came."},
    {"recvfrom", socketRecvFrom, "!($self, buffersize, flags=0, /)",
     "recvfrom(size[, flags]): recv() that returns the sender's address as well."},
    {"recvfrom_into", socketRecvFromInto, "!($self, buffer, nbytes=0, flags=0)",
     "recvfrom_into(buffer[, nbytes[, flags]]): recv_into() that returns the sender's address\n"
     "as well."},
    {"recvmsg", socketRecvMsg, "!($self, /, *args)",
     "recvmsg(size[, ancillary size[, flags]]): receive data together with ancillary data.\n"
     "Returns the data, a list of (level, type, data) of the latter, the flags and the\n"
     "sender's address."},
    {"recvmsg_into", socketRecvMsg, "!($self, /, *args)",
     "recvmsg_into(buffers[, ancillary size[, flags]]): recvmsg() that fills an iterable of\n"
     "buffers. The first item of the result is how many bytes came."},
    {"send", socketSend, "!($self, data, flags=0, /)",
     "send(data[, flags]): send as much of data as fits, and return how many bytes that was."},
    {"sendall", socketSendAll, "!($self, data, flags=0, /)",
     "sendall(data[, flags]): send data, as often as it takes until nothing is left."},
    {"sendto", socketSendTo, "!($self, /, *args, **kwargs)",
     "sendto(data[, flags], address): send data to an address, and return how many bytes went."},
    {"sendmsg", socketSendMsg, "!($self, /, *args)",
     "sendmsg(buffers[, ancillary[, flags[, address]]]): send the buffers' bytes as one\n"
     "message, with ancillary data. That is an iterable of (level, type, data). Returns how\n"
     "many bytes of the message went."},
    {"sendmsg_afalg", socketSendMsg, "!($self, /, *args, **kwargs)",
     "sendmsg_afalg([buffers], *, op[, iv[, assoclen[, flags]]]): give the kernel's\n"
     "cryptography its data, and what to do with it."},
    {"setblocking", socketSetBlocking, "!($self, flag, /)",
     "setblocking(flag): wait for what is not possible yet (true), or raise BlockingIOError at\n"
     "once (false)."},
    {"getblocking", socketGetBlocking, "!($self, /)",
     "getblocking(): whether the socket waits for what is not possible yet, with a limit or\n"
     "without."},
    {"settimeout", socketSetTimeout, "!($self, timeout, /)",
     "settimeout(seconds): how long the socket waits before it raises TimeoutError; None for\n"
     "ever, 0 not at all."},
    {"gettimeout", socketGetTimeout, "!($self, /)",
     "gettimeout(): how many seconds the socket waits, None if there is no limit."},
    {"shutdown", socketShutdown, "!($self, flag, /)",
     "shutdown(how): receive no more (SHUT_RD), send no more (SHUT_WR), or neither (SHUT_RDWR)."},
};

const GetSetDef kGetSets[] = {
    {"family", socketFamily, nullptr, "the family of addresses, an AF_ constant", true},
    {"type", socketType, nullptr, "the kind of socket, a SOCK_ constant", true},
    {"proto", socketProtocol, nullptr, "the protocol, mostly 0", true},
    {"timeout", socketTimeout, nullptr, "how many seconds it waits, None if there is no limit"},
};

} // namespace

Ref sockets::newSocket(Thread &t, int fd, int family, int kind, int protocol) {
  auto s = ObjectRef<Socket>::take(heap::make<Socket>(types::Socket));
  s->fd = -1;
  if (begin(t, s, fd, family, kind, protocol)) return s;
  s->fd = -1;
  ::close(fd);
  return {};
}

const TypeSpec coil::vm::kSocketSpec = {
    .name = "_socket.socket",
    .size = sizeof(Socket),
    .flags = kTypeBase,
    .fillSlots =
        [](Slots &s) {
          s.init = socketInit, s.repr = socketRepr, s.del = socketDel, s.getAttr = genericGetAttr;
        },
    .methods = kMethods,
    .getsets = kGetSets,
    .doc = "An end of a connection: socket(family=AF_INET, type=SOCK_STREAM, proto=0, fileno=None).\n"
           "With fileno it is the socket of that descriptor, and what is not given is found out.",
};
