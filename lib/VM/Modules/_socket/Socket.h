// What the files of _socket share.
#pragma once

#include "VM/Modules/Modules.h"
#include "VM/Protocol/Protocol.h"
#include <sys/socket.h>
#include <sys/un.h>

namespace coil::vm {

namespace types {
extern vm::Type Socket;
}
extern const TypeSpec kSocketSpec;

namespace sockets {

struct Socket : Object {
  int fd; // -1: closed
  int family, kind, protocol;
  int64_t timeout; // nanoseconds; -1: blocking, 0: not blocking
};

Socket *socketOf(Value v);
// A socket object for an open descriptor. -1: closes it and fails.
Ref newSocket(Thread &t, int fd, int family, int kind, int protocol);

// settimeout()'s argument in nanoseconds.
Result<int64_t> readTimeout(Thread &t, Value v);
Ref timeoutValue(int64_t nanoseconds);
extern int64_t defaultTimeout;

// The module's own exceptions; owned.
extern Type *gaierrorType, *herrorType;
Failure raiseGaiError(Thread &t, int code);

// --- Address.cpp
struct Address {
  sockaddr_storage storage;
  socklen_t length = 0;
  sockaddr *generic() { return reinterpret_cast<sockaddr *>(&storage); }
};
// A Python address as the system has it; `function` is for messages.
Status readAddress(Thread &t, const Socket *s, Value v, const char *function, Address &out);
// None for no address.
Ref addressValue(const sockaddr *address, socklen_t length);
// A host name as the resolver takes it: ASCII as it is, other text by IDNA.
Result<std::string> hostName(Thread &t, Value v, const char *message);
// "127.0.0.1" or "::1".
std::string addressText(int family, const void *bytes);

// --- Resolver.cpp
llvm::ArrayRef<NativeDef> resolverFunctions();
// --- Transfer.cpp: methods of socket
Ref socketRecv(Thread &t, const Value *args);
Ref socketRecvInto(Thread &t, const Value *args);
Ref socketRecvFrom(Thread &t, const Value *args);
Ref socketRecvFromInto(Thread &t, const Value *args);
Ref socketSend(Thread &t, const Value *args);
Ref socketSendAll(Thread &t, const Value *args);
Ref socketSendTo(Thread &t, Value self, const CallArgs &args);
Ref socketRecvMsg(Thread &t, const Value *args);
Ref socketSendMsg(Thread &t, const Value *args);

// Waits until the socket is ready. False: the time is over.
Result<bool> waitReady(Thread &t, Socket *s, bool writing, int64_t end);
// When its timeout, which begins now, ends.
int64_t deadlineOf(const Socket *s);

} // namespace sockets
} // namespace coil::vm
