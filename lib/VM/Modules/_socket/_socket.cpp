// The module _socket.
#include "VM/Core/Gil.h"
#include "VM/Core/Runtime.h"
#include "VM/Modules/_socket/Socket.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Str/TextArguments.h"
#include "VM/Types/Tuple.h"
#include <fcntl.h>
#include <unistd.h>

using namespace coil::vm;
using namespace coil::vm::sockets;

Type *sockets::gaierrorType = nullptr, *sockets::herrorType = nullptr;

namespace {

// socketpair(family=AF_UNIX, type=SOCK_STREAM, proto=0)
Ref socketPair(Thread &t, const Value *args) {
  int family = TRY(intArgument(t, args[0])), kind = TRY(intArgument(t, args[1])), fds[2];
  int protocol = TRY(intArgument(t, args[2]));
  if (unlocked(t, [&] { return ::socketpair(family, kind | SOCK_CLOEXEC, protocol, fds); }) < 0)
    return raiseOSError(t, errno);
  Ref first = newSocket(t, fds[0], family, kind, protocol);
  if (!first) {
    ::close(fds[1]);
    return {};
  }
  Ref second = TRY(newSocket(t, fds[1], family, kind, protocol));
  return packTuple(first, second);
}

Ref socketCloseFd(Thread &t, const Value *args) {
  int fd = TRY(intArgument(t, args[0]));
  if (unlocked(t, [&] { return ::close(fd); }) < 0 && errno != ECONNRESET) return raiseOSError(t, errno);
  return Ref::none();
}

Ref socketDup(Thread &t, const Value *args) {
  int fd = TRY(intArgument(t, args[0]));
  int copy = ::fcntl(fd, F_DUPFD_CLOEXEC, 0);
  return copy < 0 ? Ref(raiseOSError(t, errno)) : makeInt(copy);
}

Ref socketGetDefaultTimeout(Thread &, const Value *) { return timeoutValue(defaultTimeout); }
Ref socketSetDefaultTimeout(Thread &t, const Value *args) {
  defaultTimeout = TRY(readTimeout(t, args[0]));
  return Ref::none();
}

// The space of a control message with so many bytes of data.
Result<size_t> messageLength(Thread &t, Value v, const char *function) {
  int64_t length = TRY(asInt64(t, v));
  if (length < 0 || length > INT32_MAX)
    return raise(t, types::OverflowError, "%() argument out of range", function);
  return size_t(length);
}
Ref socketCmsgLen(Thread &t, const Value *args) {
  return makeInt(int64_t(CMSG_LEN(TRY(messageLength(t, args[0], "CMSG_LEN")))));
}
Ref socketCmsgSpace(Thread &t, const Value *args) {
  return makeInt(int64_t(CMSG_SPACE(TRY(messageLength(t, args[0], "CMSG_SPACE")))));
}

NativeDef kFunctions[] = {
    {"socketpair", socketPair, "!($module, family=1, type=1, proto=0, /)",
     "socketpair([family[, type[, proto]]]): two sockets connected with one another, Unix\n"
     "sockets by default."},
    {"close", socketCloseFd, "!($module, fd, /)", "close(fd): close the descriptor of a socket."},
    {"dup", socketDup, "!($module, fd, /)",
     "dup(fd): a second descriptor for the same socket, which programs started later do not\n"
     "inherit."},
    {"getdefaulttimeout", socketGetDefaultTimeout, "!($module, /)",
     "getdefaulttimeout(): how many seconds new sockets wait, None if there is no limit."},
    {"setdefaulttimeout", socketSetDefaultTimeout, "!($module, timeout, /)",
     "setdefaulttimeout(seconds): how long new sockets wait; None for ever."},
    {"CMSG_LEN", socketCmsgLen, "!($module, length, /)",
     "CMSG_LEN(n): the length of an item of ancillary data with n bytes in it, without padding\n"
     "behind."},
    {"CMSG_SPACE", socketCmsgSpace, "!($module, length, /)",
     "CMSG_SPACE(n): the room an item of ancillary data with n bytes in it takes, with padding\n"
     "behind."},
};

const ModuleType kTypes[] = {{types::Socket, kSocketSpec, types::Object}};

Status populate(Thread &t, Module *module) {
  auto set = [&](const char *name, Value v) { dictSetStr(module->dict, internText(name), v); };
#define CONSTANT(Name, number) set(#Name, makeInt(int64_t(number)));
#include "VM/Modules/_socket/Constants.def"
  addFunctions(module, resolverFunctions(), internText("_socket"));
  CHECK(addException(t, module, gaierrorType, "socket.gaierror", types::OSError));
  CHECK(addException(t, module, herrorType, "socket.herror", types::OSError));
  set("error", Value(&types::OSError));
  set("timeout", Value(&types::TimeoutError));
  set("SocketType", Value(&types::Socket));
  set("has_ipv6", Value::trueValue());
  set("BDADDR_ANY", makeStrAscii("00:00:00:00:00:00"));
  set("BDADDR_LOCAL", makeStrAscii("00:00:00:FF:FF:FF"));
  return Status::ok();
}

} // namespace

const ModuleSpec coil::vm::kSocketModule = {
    .name = "_socket",
    .doc = "What the module socket is built on.",
    .functions = kFunctions,
    .populate = populate,
    .types = kTypes,
};
