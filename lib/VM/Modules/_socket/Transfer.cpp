// Sending and receiving.
#include "VM/Modules/_socket/Transfer.h"
#include "VM/Core/Audit.h"
#include "VM/Protocol/Buffer.h"
#include "VM/Types/Bytes.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Str/TextArguments.h"
#include "VM/Types/Tuple.h"
#include <climits>
#include <poll.h>

using namespace coil::vm;
using namespace coil::vm::sockets;

int64_t sockets::deadlineOf(const Socket *s) {
  int64_t end = 0;
  if (s->timeout > 0 && __builtin_add_overflow(monotonicNanoseconds(), s->timeout, &end)) end = INT64_MAX;
  return end;
}

Result<bool> sockets::waitReady(Thread &t, Socket *s, bool writing, int64_t end) {
  for (;;) {
    if (s->fd < 0) return true; // the call will say so
    pollfd waited{s->fd, short(writing ? POLLOUT : POLLIN), 0};
    int64_t left = std::max<int64_t>(end - monotonicNanoseconds(), 0);
    int milliseconds = int(std::min<int64_t>((left + 999'999) / 1'000'000, INT_MAX));
    int count = unlocked(t, [&] { return ::poll(&waited, 1, milliseconds); });
    if (count >= 0) return count > 0;
    if (errno != EINTR) return raiseOSError(t, errno);
    CHECK(runSignalHandlers(t));
  }
}

namespace {

Ref receive(Thread &t, Socket *s, int64_t size, int flags, Address *from, Ref &data) {
  BytesRef bytes = newBytes(size);
  uint8_t *to = bytes->data;
  ssize_t got = TRY(transfer(t, s, false, deadlineOf(s), [&]() -> ssize_t {
    if (!from) return ::recv(s->fd, to, size_t(size), flags);
    from->length = sizeof from->storage;
    return ::recvfrom(s->fd, to, size_t(size), flags, from->generic(), &from->length);
  }));
  data = got == size ? Ref(std::move(bytes)) : Ref(makeBytes({to, size_t(got)}));
  return Ref::none();
}

Result<int64_t> bufferSize(Thread &t, Value v, const char *function) {
  int64_t size = TRY(asInt64(t, v));
  if (size < 0) return raise(t, types::ValueError, "negative buffersize in %", function);
  return size;
}

// Into a buffer: `wanted` 0 means all of it.
Ref receiveInto(Thread &t, const Value *args, const char *function, Address *from) {
  Buffer buffer;
  CHECK(buffer.openWritable(t, args[1], function, "argument 1"));
  int64_t wanted = TRY(bufferSize(t, args[2], function));
  int flags = TRY(intArgument(t, args[3]));
  if (wanted > buffer.size())
    return raise(t, types::ValueError,
                 from ? "nbytes is greater than the length of the buffer"
                      : "buffer too small for requested bytes");
  auto size = size_t(wanted ? wanted : buffer.size());
  Socket *s = socketOf(args[0]);
  ssize_t got = TRY(transfer(t, s, false, deadlineOf(s), [&]() -> ssize_t {
    if (!from) return ::recv(s->fd, buffer.data(), size, flags);
    from->length = sizeof from->storage;
    return ::recvfrom(s->fd, buffer.data(), size, flags, from->generic(), &from->length);
  }));
  return makeInt(int64_t(got));
}

} // namespace

// recv(bufsize, flags=0)
Ref sockets::socketRecv(Thread &t, const Value *args) {
  int64_t size = TRY(bufferSize(t, args[1], "recv"));
  int flags = TRY(intArgument(t, args[2]));
  Ref data;
  CHECK(receive(t, socketOf(args[0]), size, flags, nullptr, data));
  return data;
}

Ref sockets::socketRecvFrom(Thread &t, const Value *args) {
  int64_t size = TRY(bufferSize(t, args[1], "recvfrom"));
  int flags = TRY(intArgument(t, args[2]));
  Address from;
  Ref data;
  CHECK(receive(t, socketOf(args[0]), size, flags, &from, data));
  Ref address = TRY(addressValue(from.generic(), from.length));
  return packTuple(data, address);
}

Ref sockets::socketRecvInto(Thread &t, const Value *args) {
  return receiveInto(t, args, "recv_into", nullptr);
}

Ref sockets::socketRecvFromInto(Thread &t, const Value *args) {
  Address from;
  Ref size = TRY(receiveInto(t, args, "recvfrom_into", &from));
  Ref address = TRY(addressValue(from.generic(), from.length));
  return packTuple(size, address);
}

Ref sockets::socketSend(Thread &t, const Value *args) {
  Buffer buffer;
  CHECK(buffer.open(t, args[1]));
  int flags = TRY(intArgument(t, args[2]));
  Socket *s = socketOf(args[0]);
  return makeInt(int64_t(TRY(transfer(t, s, true, deadlineOf(s), [&] {
    return ::send(s->fd, buffer.data(), size_t(buffer.size()), flags);
  }))));
}

// The timeout is for all of it.
Ref sockets::socketSendAll(Thread &t, const Value *args) {
  Buffer buffer;
  CHECK(buffer.open(t, args[1]));
  int flags = TRY(intArgument(t, args[2]));
  Socket *s = socketOf(args[0]);
  int64_t end = deadlineOf(s);
  llvm::ArrayRef<uint8_t> rest = buffer.bytes();
  do {
    ssize_t sent =
        TRY(transfer(t, s, true, end, [&] { return ::send(s->fd, rest.data(), rest.size(), flags); }));
    rest = rest.drop_front(size_t(sent));
    CHECK(runSignalHandlers(t));
  } while (!rest.empty());
  return Ref::none();
}

// sendto(data[, flags], address)
Ref sockets::socketSendTo(Thread &t, Value self, const CallArgs &args) {
  if (args.keywordCount()) return raise(t, types::TypeError, "socket.sendto() takes no keyword arguments");
  if (args.positional < 2 || args.positional > 3)
    return raise(t, types::TypeError, "sendto() takes 2 or 3 arguments (% given)", args.positional);
  Buffer buffer;
  CHECK(buffer.open(t, args.values[0]));
  int flags = args.positional == 3 ? TRY(intArgument(t, args.values[1])) : 0;
  Socket *s = socketOf(self);
  Address to;
  CHECK(readAddress(t, s, args.values[args.positional - 1], "sendto", to));
  CHECK(audit(t, "socket.sendto", {self, args.values[args.positional - 1]}));
  return makeInt(int64_t(TRY(transfer(t, s, true, deadlineOf(s), [&] {
    return ::sendto(s->fd, buffer.data(), size_t(buffer.size()), flags, to.generic(), to.length);
  }))));
}

Ref sockets::socketRecvMsg(Thread &t, const Value *) { return raiseNotImplemented(t, "socket.recvmsg"); }
Ref sockets::socketSendMsg(Thread &t, const Value *) { return raiseNotImplemented(t, "socket.sendmsg"); }
