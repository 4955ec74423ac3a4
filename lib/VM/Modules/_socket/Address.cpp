// Socket addresses: Python's tuples and paths, and the system's structures.
#include "VM/Core/Gil.h"
#include "VM/Core/Names.h"
#include "VM/Modules/_socket/Socket.h"
#include "VM/Modules/posix/Path.h"
#include "VM/Protocol/Buffer.h"
#include "VM/Types/ByteArray.h"
#include "VM/Types/Bytes.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Str/TextArguments.h"
#include "VM/Types/Tuple.h"
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>

using namespace coil::vm;
using namespace coil::vm::sockets;

Failure sockets::raiseGaiError(Thread &t, int code) {
  if (code == EAI_SYSTEM) return raiseOSError(t, errno);
  StrRef text = makeStr(::gai_strerror(code));
  Ref error = call(t, Value(gaierrorType), {Value::smallInt(code), Value(text)});
  if (!error) return {};
  return raiseObject(t, error);
}

Result<std::string> sockets::hostName(Thread &t, Value v, const char *message) {
  if (isBytes(v)) return std::string(v.as<Bytes>()->bytes().begin(), v.as<Bytes>()->bytes().end());
  if (isByteArray(v))
    return std::string(v.as<ByteArray>()->bytes().begin(), v.as<ByteArray>()->bytes().end());
  if (!isStr(v)) return raise(t, types::TypeError, message, typeName(v));
  auto *text = v.as<Str>();
  if (text->ascii) return text->asciiText().str();
  StrRef idna = makeStrAscii("idna");
  Ref bytes = TRY(callMethod(t, v, internText("encode"), {Value(idna)}));
  if (!isBytes(bytes)) return raise(t, types::TypeError, "encoding of hostname failed");
  return std::string(bytes.as<Bytes>()->bytes().begin(), bytes.as<Bytes>()->bytes().end());
}

std::string sockets::addressText(int family, const void *bytes) {
  char text[INET6_ADDRSTRLEN];
  return ::inet_ntop(family, bytes, text, sizeof text) ? text : "";
}

namespace {

constexpr char kHostMessage[] = "str, bytes or bytearray expected, not %";

// The address of a host in `out`, which has the family already; the port stays to be set.
Status resolveHost(Thread &t, const std::string &host, int family, Address &out) {
  bool four = family == AF_INET;
  out.length = four ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
  auto *in = reinterpret_cast<sockaddr_in *>(&out.storage);
  auto *in6 = reinterpret_cast<sockaddr_in6 *>(&out.storage);
  std::memset(&out.storage, 0, sizeof out.storage);
  out.storage.ss_family = sa_family_t(family);
  if (host.empty()) return Status::ok(); // any address
  if (four && (host == "255.255.255.255" || host == "<broadcast>")) {
    in->sin_addr.s_addr = INADDR_BROADCAST;
    return Status::ok();
  }
  if (::inet_pton(family, host.c_str(), four ? static_cast<void *>(&in->sin_addr) : &in6->sin6_addr) == 1)
    return Status::ok();
  addrinfo hints{}, *found = nullptr;
  hints.ai_family = family;
  int code = unlocked(t, [&] { return ::getaddrinfo(host.c_str(), nullptr, &hints, &found); });
  if (code) return raiseGaiError(t, code);
  std::memcpy(&out.storage, found->ai_addr, std::min<size_t>(found->ai_addrlen, out.length));
  ::freeaddrinfo(found);
  return Status::ok();
}

Result<uint16_t> readPort(Thread &t, Value v, const char *function) {
  int port = TRY(intArgument(t, v));
  if (port < 0 || port > 0xffff)
    return raise(t, types::OverflowError, "%(): port must be 0-65535.", function);
  return uint16_t(port);
}

Status readInternet(Thread &t, Value v, const char *function, int family, Address &out) {
  bool four = family == AF_INET;
  const char *name = four ? "AF_INET" : "AF_INET6";
  if (!isTuple(v))
    return raise(t, types::TypeError, "%(): % address must be tuple, not %", function, name, typeName(v));
  auto *parts = v.as<Tuple>();
  if (four ? parts->length != 2 : parts->length < 2 || parts->length > 4)
    return raise(t, types::TypeError,
                 four ? "AF_INET address must be a pair (host, port)"
                      : "AF_INET6 address must be a tuple (host, port[, flowinfo[, scopeid]])");
  std::string host = TRY(hostName(t, (*parts)[0], kHostMessage));
  uint16_t port = TRY(readPort(t, (*parts)[1], function));
  TRY(resolveHost(t, host, family, out));
  auto *in6 = reinterpret_cast<sockaddr_in6 *>(&out.storage);
  if (four) {
    reinterpret_cast<sockaddr_in *>(&out.storage)->sin_port = htons(port);
    return Status::ok();
  }
  in6->sin6_port = htons(port);
  int64_t flow = parts->length > 2 ? TRY(asInt64(t, (*parts)[2])) : 0;
  if (flow < 0 || flow > 0xfffff)
    return raise(t, types::OverflowError, "%(): flowinfo must be 0-1048575.", function);
  in6->sin6_flowinfo = htonl(uint32_t(flow));
  if (parts->length > 3) in6->sin6_scope_id = uint32_t(TRY(asInt64(t, (*parts)[3])));
  return Status::ok();
}

// A path, or an abstract name, which begins with NUL.
Status readUnix(Thread &t, Value v, Address &out) {
  std::string path;
  if (isStr(v)) {
    path = TRY(encodeFileName(t, v.as<Str>()));
  } else {
    Buffer buffer;
    TRY(buffer.open(t, v));
    path.assign(buffer.bytes().begin(), buffer.bytes().end());
  }
  auto *un = reinterpret_cast<sockaddr_un *>(&out.storage);
  bool abstract = !path.empty() && path[0] == 0;
  if (path.size() + !abstract > sizeof un->sun_path) return raise(t, types::OSError, "AF_UNIX path too long");
  std::memset(un, 0, sizeof *un);
  un->sun_family = AF_UNIX;
  std::copy(path.begin(), path.end(), un->sun_path);
  out.length = socklen_t(offsetof(sockaddr_un, sun_path) + path.size() + !abstract);
  return Status::ok();
}

Ref unixValue(const sockaddr *address, socklen_t length) {
  auto *un = reinterpret_cast<const sockaddr_un *>(address);
  size_t size = length - offsetof(sockaddr_un, sun_path);
  if (size && un->sun_path[0] == 0) return makeBytes({reinterpret_cast<const uint8_t *>(un->sun_path), size});
  return decodeFileName(llvm::StringRef(un->sun_path, ::strnlen(un->sun_path, size)));
}

} // namespace

Status sockets::readAddress(Thread &t, const Socket *s, Value v, const char *function, Address &out) {
  switch (s->family) {
  case AF_INET:
  case AF_INET6: return readInternet(t, v, function, s->family, out);
  case AF_UNIX: return readUnix(t, v, out);
  default: return raise(t, types::OSError, "%(): bad family", function);
  }
}

Ref sockets::addressValue(const sockaddr *address, socklen_t length) {
  if (length == 0) return Ref::none();
  switch (address->sa_family) {
  case AF_INET: {
    auto *in = reinterpret_cast<const sockaddr_in *>(address);
    StrRef host = makeStrAscii(addressText(AF_INET, &in->sin_addr));
    return packTuple(Value(host), Value::smallInt(ntohs(in->sin_port)));
  }
  case AF_INET6: {
    auto *in6 = reinterpret_cast<const sockaddr_in6 *>(address);
    StrRef host = makeStrAscii(addressText(AF_INET6, &in6->sin6_addr));
    return packTuple(Value(host), Value::smallInt(ntohs(in6->sin6_port)),
                     Value::smallInt(ntohl(in6->sin6_flowinfo)), Value::smallInt(in6->sin6_scope_id));
  }
  case AF_UNIX: return unixValue(address, length);
  default: {
    BytesRef rest =
        makeBytes({reinterpret_cast<const uint8_t *>(address->sa_data), length - sizeof(sa_family_t)});
    return packTuple(Value::smallInt(address->sa_family), Value(rest));
  }
  }
}
