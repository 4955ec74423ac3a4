// The functions of _socket that ask the resolver, the service tables and the network interfaces.
#include "VM/Core/Audit.h"
#include "VM/Core/Gil.h"
#include "VM/Core/Names.h"
#include "VM/Modules/_socket/Socket.h"
#include "VM/Modules/posix/Path.h"
#include "VM/Protocol/Buffer.h"
#include "VM/Types/Bytes.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"
#include "VM/Types/Str/TextArguments.h"
#include "VM/Types/Tuple.h"
#include <arpa/inet.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <unistd.h>

using namespace coil::vm;
using namespace coil::vm::sockets;

namespace {

Result<std::string> textArgument(Thread &t, Value v, const char *function, int number) {
  if (isStr(v)) return toUtf8(v.as<Str>());
  return raise(t, types::TypeError, "%() argument % must be str, not %", function, number,
               argumentTypeName(v));
}

// --- getaddrinfo and its like

// A port as the resolver takes it; `none`: there is none.
Status serviceName(Thread &t, Value v, std::string &out, bool &none) {
  none = v.isNone();
  if (none) return Status::ok();
  if (isIntLike(v)) {
    int64_t port = TRY(asInt64(t, v));
    out = std::to_string(port);
    return Status::ok();
  }
  if (isStr(v)) {
    out = toUtf8(v.as<Str>());
    return Status::ok();
  }
  if (!isBytes(v)) return raise(t, types::OSError, "Int or String expected");
  out.assign(v.as<Bytes>()->bytes().begin(), v.as<Bytes>()->bytes().end());
  return Status::ok();
}

struct AddressList {
  addrinfo *first = nullptr;
  ~AddressList() {
    if (first) ::freeaddrinfo(first);
  }
};

// getaddrinfo(host, port, family=0, type=0, proto=0, flags=0)
Ref socketGetaddrinfo(Thread &t, const Value *args) {
  std::string host, service;
  bool anyHost = args[0].isNone(), anyService;
  if (!anyHost) {
    if (!isStr(args[0]) && !isBytes(args[0]))
      return raise(t, types::TypeError, "getaddrinfo() argument 1 must be string or None");
    host = TRY(hostName(t, args[0], ""));
  }
  CHECK(serviceName(t, args[1], service, anyService));
  addrinfo hints{};
  hints.ai_family = TRY(intArgument(t, args[2]));
  hints.ai_socktype = TRY(intArgument(t, args[3]));
  hints.ai_protocol = TRY(intArgument(t, args[4]));
  hints.ai_flags = TRY(intArgument(t, args[5]));
  CHECK(audit(t, "socket.getaddrinfo", {args[0], args[1], args[2], args[3], args[4]}));
  AddressList list;
  int code = unlocked(t, [&] {
    return ::getaddrinfo(anyHost ? nullptr : host.c_str(), anyService ? nullptr : service.c_str(), &hints,
                         &list.first);
  });
  if (code) return raiseGaiError(t, code);
  ListRef result = newList();
  for (addrinfo *entry = list.first; entry; entry = entry->ai_next) {
    Ref address = TRY(addressValue(entry->ai_addr, entry->ai_addrlen));
    StrRef name = makeStr(entry->ai_canonname ? entry->ai_canonname : "");
    listAppendOwned(result,
                    Ref(packTuple(Value::smallInt(entry->ai_family), Value::smallInt(entry->ai_socktype),
                                  Value::smallInt(entry->ai_protocol), Value(name), address.get()))
                        .release());
  }
  return result;
}

// getnameinfo(sockaddr, flags)
Ref socketGetnameinfo(Thread &t, const Value *args) {
  int flags = TRY(intArgument(t, args[1]));
  if (!isTuple(args[0])) return raise(t, types::TypeError, "getnameinfo() argument 1 must be a tuple");
  auto *parts = args[0].as<Tuple>();
  if (parts->length < 2 || parts->length > 4 || !isStr((*parts)[0]))
    return raise(t, types::TypeError, "getnameinfo(): illegal sockaddr argument");
  std::string host = toUtf8((*parts)[0].as<Str>());
  int port = TRY(intArgument(t, (*parts)[1]));
  int64_t flow = parts->length > 2 ? TRY(asInt64(t, (*parts)[2])) : 0;
  int64_t scope = parts->length > 3 ? TRY(asInt64(t, (*parts)[3])) : 0;
  if (flow < 0 || flow > 0xfffff)
    return raise(t, types::OverflowError, "getnameinfo(): flowinfo must be 0-1048575.");
  CHECK(audit(t, "socket.getnameinfo", {args[0]}));
  addrinfo hints{};
  hints.ai_socktype = SOCK_DGRAM;
  hints.ai_flags = AI_NUMERICHOST;
  AddressList list;
  std::string service = std::to_string(port);
  int code = unlocked(t, [&] { return ::getaddrinfo(host.c_str(), service.c_str(), &hints, &list.first); });
  if (code) return raiseGaiError(t, code);
  if (list.first->ai_next) return raise(t, types::OSError, "sockaddr resolved to multiple addresses");
  if (list.first->ai_family == AF_INET && parts->length != 2)
    return raise(t, types::OSError, "IPv4 sockaddr must be 2 tuple");
  if (list.first->ai_family == AF_INET6) {
    auto *in6 = reinterpret_cast<sockaddr_in6 *>(list.first->ai_addr);
    in6->sin6_flowinfo = htonl(uint32_t(flow));
    in6->sin6_scope_id = uint32_t(scope);
  }
  char name[NI_MAXHOST], number[NI_MAXSERV];
  code = unlocked(t, [&] {
    return ::getnameinfo(list.first->ai_addr, list.first->ai_addrlen, name, sizeof name, number,
                         sizeof number, flags);
  });
  if (code) return raiseGaiError(t, code);
  StrRef shownName = makeStr(name), shownNumber = makeStr(number);
  return packTuple(Value(shownName), Value(shownNumber));
}

// The first IPv4 address of a host, as the system has it.
Result<in_addr> resolveFour(Thread &t, const std::string &host) {
  in_addr four{};
  if (::inet_pton(AF_INET, host.c_str(), &four) == 1) return four;
  addrinfo hints{};
  hints.ai_family = AF_INET;
  AddressList list;
  int code = unlocked(t, [&] { return ::getaddrinfo(host.c_str(), nullptr, &hints, &list.first); });
  if (code) return raiseGaiError(t, code);
  return reinterpret_cast<sockaddr_in *>(list.first->ai_addr)->sin_addr;
}

Result<std::string> hostArgument(Thread &t, Value v, const char *function) {
  std::string message = std::string(function) + "() argument 1 must be str, bytes or bytearray, not %";
  return hostName(t, v, message.c_str());
}

Ref socketGethostbyname(Thread &t, const Value *args) {
  std::string host = TRY(hostArgument(t, args[0], "gethostbyname"));
  CHECK(audit(t, "socket.gethostbyname", {args[0]}));
  in_addr four = TRY(resolveFour(t, host));
  return makeStrAscii(addressText(AF_INET, &four));
}

// (name, aliases, addresses) of a host entry.
Ref hostEntry(Thread &t, const hostent *entry) {
  if (!entry) {
    StrRef text = makeStr(::hstrerror(h_errno));
    Ref error = TRY(call(t, Value(herrorType), {Value::smallInt(h_errno), Value(text)}));
    return raiseObject(t, error);
  }
  ListRef aliases = newList(), addresses = newList();
  for (char **alias = entry->h_aliases; *alias; ++alias)
    listAppendOwned(aliases, Ref(makeStr(*alias)).release());
  for (char **address = entry->h_addr_list; *address; ++address)
    listAppendOwned(addresses, Ref(makeStrAscii(addressText(entry->h_addrtype, *address))).release());
  StrRef name = makeStr(entry->h_name);
  return packTuple(Value(name), Value(aliases), Value(addresses));
}

Ref socketGethostbynameEx(Thread &t, const Value *args) {
  std::string host = TRY(hostArgument(t, args[0], "gethostbyname_ex"));
  CHECK(audit(t, "socket.gethostbyname", {args[0]}));
  CHECK(resolveFour(t, host));
  return hostEntry(t, ::gethostbyname(host.c_str()));
}

Ref socketGethostbyaddr(Thread &t, const Value *args) {
  std::string host = TRY(hostArgument(t, args[0], "gethostbyaddr"));
  CHECK(audit(t, "socket.gethostbyaddr", {args[0]}));
  AddressList list;
  int code = unlocked(t, [&] { return ::getaddrinfo(host.c_str(), nullptr, nullptr, &list.first); });
  if (code) return raiseGaiError(t, code);
  if (list.first->ai_family == AF_INET6)
    return hostEntry(t, ::gethostbyaddr(&reinterpret_cast<sockaddr_in6 *>(list.first->ai_addr)->sin6_addr,
                                        sizeof(in6_addr), AF_INET6));
  return hostEntry(t, ::gethostbyaddr(&reinterpret_cast<sockaddr_in *>(list.first->ai_addr)->sin_addr,
                                      sizeof(in_addr), AF_INET));
}

Ref socketGethostname(Thread &t, const Value *) {
  CHECK(audit(t, "socket.gethostname"));
  char name[1024];
  if (::gethostname(name, sizeof name - 1) < 0) return raiseOSError(t, errno);
  name[sizeof name - 1] = 0;
  return decodeFileName(name);
}

Ref socketSethostname(Thread &t, const Value *args) {
  std::string name;
  if (isStr(args[0])) {
    name = TRY(encodeFileName(t, args[0].as<Str>()));
  } else {
    Buffer buffer;
    CHECK(buffer.open(t, args[0]));
    name.assign(buffer.bytes().begin(), buffer.bytes().end());
  }
  CHECK(audit(t, "socket.sethostname", {args[0]}));
  if (::sethostname(name.data(), name.size()) < 0) return raiseOSError(t, errno);
  return Ref::none();
}

// --- services, protocols, interfaces

Ref socketGetservbyname(Thread &t, const Value *args) {
  std::string name = TRY(textArgument(t, args[0], "getservbyname", 1)), protocol;
  if (!args[1].empty()) protocol = TRY(textArgument(t, args[1], "getservbyname", 2));
  CHECK(audit(t, "socket.getservbyname", {args[0], args[1].empty() ? Value::none() : args[1]}));
  servent *entry = ::getservbyname(name.c_str(), args[1].empty() ? nullptr : protocol.c_str());
  if (!entry) return raise(t, types::OSError, "service/proto not found");
  return Ref::smallInt(ntohs(uint16_t(entry->s_port)));
}

Ref socketGetservbyport(Thread &t, const Value *args) {
  int port = TRY(intArgument(t, args[0]));
  std::string protocol;
  if (!args[1].empty()) protocol = TRY(textArgument(t, args[1], "getservbyport", 2));
  if (port < 0 || port > 0xffff)
    return raise(t, types::OverflowError, "getservbyport: port must be 0-65535.");
  CHECK(audit(t, "socket.getservbyport", {args[0], args[1].empty() ? Value::none() : args[1]}));
  servent *entry = ::getservbyport(htons(uint16_t(port)), args[1].empty() ? nullptr : protocol.c_str());
  if (!entry) return raise(t, types::OSError, "port/proto not found");
  return makeStr(entry->s_name);
}

Ref socketGetprotobyname(Thread &t, const Value *args) {
  std::string name = TRY(textArgument(t, args[0], "getprotobyname", 1));
  protoent *entry = ::getprotobyname(name.c_str());
  if (!entry) return raise(t, types::OSError, "protocol not found");
  return Ref::smallInt(entry->p_proto);
}

Ref socketIfNameindex(Thread &t, const Value *) {
  struct if_nameindex *all = ::if_nameindex();
  if (!all) return raiseOSError(t, errno);
  ListRef list = newList();
  for (auto *entry = all; entry->if_index || entry->if_name; ++entry) {
    Ref name = decodeFileName(entry->if_name);
    listAppendOwned(list, Ref(packTuple(Value::smallInt(entry->if_index), name.get())).release());
  }
  ::if_freenameindex(all);
  return list;
}

Ref socketIfNametoindex(Thread &t, const Value *args) {
  Path name;
  CHECK(readPath(t, args[0], {.function = "fsconvert", .argument = "argument"}, name));
  unsigned index = ::if_nametoindex(name.c_str());
  if (!index) return raise(t, types::OSError, "no interface with this name");
  return makeInt(int64_t(index));
}

Ref socketIfIndextoname(Thread &t, const Value *args) {
  int64_t index = TRY(asInt64(t, args[0]));
  char name[IF_NAMESIZE + 1];
  if (!::if_indextoname(unsigned(index), name)) return raiseOSError(t, errno);
  return decodeFileName(name);
}

// --- numbers and addresses

// ntohs and htons, whose names the errors tell.
Ref swap16(Thread &t, Value v, const char *name) {
  Ref number = TRY(index(t, v));
  int64_t value;
  if (isNegativeInt(number))
    return raise(t, types::OverflowError, "%: can't convert negative Python int to C 16-bit unsigned integer",
                 name);
  if (!toInt64(number, value) || value > 0xffff)
    return raise(t, types::OverflowError, "%: Python int too large to convert to C 16-bit unsigned integer",
                 name);
  return Ref::smallInt(htons(uint16_t(value)));
}
Ref socketHtons(Thread &t, const Value *args) { return swap16(t, args[0], "htons"); }
Ref socketNtohs(Thread &t, const Value *args) { return swap16(t, args[0], "ntohs"); }

Ref socketHtonl(Thread &t, const Value *args) {
  if (!isIntLike(args[0])) return raise(t, types::TypeError, "expected int, % found", typeName(args[0]));
  int64_t value;
  if (isNegativeInt(args[0]))
    return raise(t, types::OverflowError, "can't convert negative value to unsigned int");
  if (!toInt64(args[0], value) || value > int64_t(UINT32_MAX))
    return raise(t, types::OverflowError, "int larger than 32 bits");
  return makeInt(int64_t(htonl(uint32_t(value))));
}

Ref socketInetAton(Thread &t, const Value *args) {
  std::string text = TRY(textArgument(t, args[0], "inet_aton", 1));
  in_addr four;
  if (!::inet_aton(text.c_str(), &four))
    return raise(t, types::OSError, "illegal IP address string passed to inet_aton");
  return makeBytes({reinterpret_cast<uint8_t *>(&four), sizeof four});
}

Ref socketInetNtoa(Thread &t, const Value *args) {
  Buffer buffer;
  CHECK(buffer.open(t, args[0]));
  if (buffer.size() != 4) return raise(t, types::OSError, "packed IP wrong length for inet_ntoa");
  return makeStrAscii(addressText(AF_INET, buffer.data()));
}

Ref socketInetPton(Thread &t, const Value *args) {
  int family = TRY(intArgument(t, args[0]));
  std::string text = TRY(textArgument(t, args[1], "inet_pton", 2));
  uint8_t bytes[sizeof(in6_addr)];
  int status = ::inet_pton(family, text.c_str(), bytes);
  if (status < 0) return raiseOSError(t, errno);
  if (status == 0) return raise(t, types::OSError, "illegal IP address string passed to inet_pton");
  return makeBytes({bytes, family == AF_INET ? sizeof(in_addr) : sizeof(in6_addr)});
}

Ref socketInetNtop(Thread &t, const Value *args) {
  int family = TRY(intArgument(t, args[0]));
  Buffer buffer;
  CHECK(buffer.open(t, args[1]));
  if (family != AF_INET && family != AF_INET6)
    return raise(t, types::ValueError, "unknown address family %", family);
  if (buffer.size() != (family == AF_INET ? 4 : 16))
    return raise(t, types::ValueError, "invalid length of packed IP address string");
  return makeStrAscii(addressText(family, buffer.data()));
}

NativeDef kFunctions[] = {
    {"getaddrinfo", socketGetaddrinfo, "!($module, host, port, family=0, type=0, proto=0, flags=0)",
     "getaddrinfo(host, port, family=0, type=0, proto=0, flags=0): look up addresses to\n"
     "connect to. A list of (family, type, proto, canonname, sockaddr); family, type and\n"
     "proto, if not 0, limit it. gaierror if nothing is found."},
    {"getnameinfo", socketGetnameinfo, "!($module, sockaddr, flags, /)",
     "getnameinfo(sockaddr, flags): the names of the host and the service at an address, or\n"
     "numbers for those that have none."},
    {"gethostbyname", socketGethostbyname, "!($module, host, /)",
     "gethostbyname(host): the host's IPv4 address, such as '127.0.0.1'."},
    {"gethostbyname_ex", socketGethostbynameEx, "!($module, host, /)",
     "gethostbyname_ex(host): the host's proper name, its other names, and its IPv4 addresses."},
    {"gethostbyaddr", socketGethostbyaddr, "!($module, host, /)",
     "gethostbyaddr(host): the proper name of the host with this address, its other names, and\n"
     "its addresses."},
    {"gethostname", socketGethostname, "!($module, /)", "gethostname(): what this machine is called."},
    {"sethostname", socketSethostname, "!($module, name, /)",
     "sethostname(name): change what this machine is called, which the superuser may do."},
    {"getservbyname", socketGetservbyname, "!($module, servicename, protocolname=<unrepresentable>, /)",
     "getservbyname(service[, protocol]): the port of a service; OSError if none is known."},
    {"getservbyport", socketGetservbyport, "!($module, port, protocolname=<unrepresentable>, /)",
     "getservbyport(port[, protocol]): which service belongs to a port; OSError if none is known."},
    {"getprotobyname", socketGetprotobyname, "!($module, name, /)",
     "getprotobyname(name): the number of a protocol such as 'tcp'; OSError if it is unknown."},
    {"if_nameindex", socketIfNameindex, "!($module, /)",
     "if_nameindex(): a list of (index, name), one for each network interface."},
    {"if_nametoindex", socketIfNametoindex, "!($module, if_name, /)",
     "if_nametoindex(name): the index of a network interface; OSError if there is none of the\n"
     "name."},
    {"if_indextoname", socketIfIndextoname, "!($module, if_index, /)",
     "if_indextoname(index): the name of a network interface; OSError if there is none of the\n"
     "index."},
    {"htons", socketHtons, "!($module, integer, /)",
     "htons(n): put the bytes of a 16 bit number, as this machine has them, into network order."},
    {"ntohs", socketNtohs, "!($module, integer, /)",
     "ntohs(n): put the bytes of a 16 bit number in network order as this machine has them."},
    {"htonl", socketHtonl, "!($module, integer, /)",
     "htonl(n): put the bytes of a 32 bit number, as this machine has them, into network order."},
    {"ntohl", socketHtonl, "!($module, integer, /)",
     "ntohl(n): put the bytes of a 32 bit number in network order as this machine has them."},
    {"inet_aton", socketInetAton, "!($module, string, /)",
     "inet_aton(text): an IPv4 address as four bytes; OSError if it is malformed."},
    {"inet_ntoa", socketInetNtoa, "!($module, packed_ip, /)",
     "inet_ntoa(bytes): an IPv4 address of four bytes as text."},
    {"inet_pton", socketInetPton, "!($module, af, ip, /)",
     "inet_pton(family, text): an IPv4 or IPv6 address as bytes; OSError if it is malformed."},
    {"inet_ntop", socketInetNtop, "!($module, af, packed_ip, /)",
     "inet_ntop(family, bytes): an IPv4 or IPv6 address as text."},
};

} // namespace

llvm::ArrayRef<NativeDef> sockets::resolverFunctions() { return kFunctions; }
