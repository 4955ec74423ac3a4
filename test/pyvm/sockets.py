# _socket and socket: addresses, options, errors, streams and datagrams, timeouts.
# RUN: %python %s
# RUN: pyvm --check-leaks %s
import sys

del sys.path[0]  # there are modules' names beside this file
import _socket
import os
import re
import socket
import threading
import warnings


def outcome(text):
    try:
        return re.sub(r"fd=\d+", "fd=N", repr(eval(text)))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


s, u = _socket.socket(), _socket.socket(1, 1)
for case in r"""
s -> <socket object, fd=N, family=2, type=1, proto=0>
s.bind(1) -> TypeError: bind(): AF_INET address must be tuple, not int
s.bind((1,)) -> TypeError: AF_INET address must be a pair (host, port)
s.bind(('localhost','x')) -> TypeError: 'str' object cannot be interpreted as an integer
s.bind(('localhost',70000)) -> OverflowError: bind(): port must be 0-65535.
s.bind((1,2)) -> TypeError: str, bytes or bytearray expected, not int
s.bind(('256.1.1.1',1)) -> gaierror: [Errno -2] Name or service not known
u.bind('a'*200) -> OSError: AF_UNIX path too long
u.bind(1) -> TypeError: a bytes-like object is required, not 'int'
u.bind('/no/such/x') -> FileNotFoundError: [Errno 2] No such file or directory
s.settimeout('x') -> TypeError: 'str' object cannot be interpreted as an integer
s.settimeout(-1) -> ValueError: Timeout value out of range
s.settimeout(1e30) -> OverflowError: timestamp too large to convert to C _PyTime_t
s.recv(-1) -> ValueError: negative buffersize in recv
s.recv(1) -> OSError: [Errno 107] Transport endpoint is not connected
s.recv('x') -> TypeError: 'str' object cannot be interpreted as an integer
s.send('x') -> TypeError: a bytes-like object is required, not 'str'
s.connect(('localhost',1)) -> ConnectionRefusedError: [Errno 111] Connection refused
s.connect_ex(('localhost',1)) -> 111
s.getsockopt(1,2) -> 0
s.getsockopt(1,2,4) -> b'\x00\x00\x00\x00'
s.getsockopt(1,2,5000) -> OSError: getsockopt buflen out of range
s.setsockopt(1,2,'x') -> TypeError: a bytes-like object is required, not 'str'
s.setsockopt(1,2,None) -> TypeError: a bytes-like object is required, not 'NoneType'
s.setsockopt(1,2,None,4) -> OSError: [Errno 14] Bad address
s.setsockopt(1,2,b'1234') -> None
s.getpeername() -> OSError: [Errno 107] Transport endpoint is not connected
_socket.getaddrinfo(1,2) -> TypeError: getaddrinfo() argument 1 must be string or None
_socket.getaddrinfo('localhost',[]) -> OSError: Int or String expected
_socket.getaddrinfo('localhost',80,0,1) -> [(2, 1, 6, '', ('127.0.0.1', 80))]
_socket.gethostbyname('localhost') -> '127.0.0.1'
_socket.inet_aton('1.2.3') -> b'\x01\x02\x00\x03'
_socket.inet_aton('x') -> OSError: illegal IP address string passed to inet_aton
_socket.inet_ntoa(b'123') -> OSError: packed IP wrong length for inet_ntoa
_socket.inet_ntoa(b'1234') -> '49.50.51.52'
_socket.inet_pton(2,'x') -> OSError: illegal IP address string passed to inet_pton
_socket.inet_pton(10,'::1') -> b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01'
_socket.inet_pton(99,'x') -> OSError: [Errno 97] Address family not supported by protocol
_socket.inet_ntop(2,b'1') -> ValueError: invalid length of packed IP address string
_socket.inet_ntop(99,b'1') -> ValueError: unknown address family 99
_socket.htons(70000) -> OverflowError: htons: Python int too large to convert to C 16-bit unsigned integer
_socket.htons(-1) -> OverflowError: htons: can't convert negative Python int to C 16-bit unsigned integer
_socket.htonl(1<<40) -> OverflowError: int larger than 32 bits
_socket.htonl(-1) -> OverflowError: can't convert negative value to unsigned int
_socket.htonl('x') -> TypeError: expected int, str found
_socket.htons(1) -> 256
_socket.getservbyname('xx') -> OSError: service/proto not found
_socket.getservbyport(-1) -> OverflowError: getservbyport: port must be 0-65535.
_socket.getprotobyname('x') -> OSError: protocol not found
_socket.getnameinfo(('127.0.0.1',80),3) -> ('127.0.0.1', '80')
_socket.getnameinfo(1,2) -> TypeError: getnameinfo() argument 1 must be a tuple
_socket.getnameinfo((1,),2) -> TypeError: getnameinfo(): illegal sockaddr argument
_socket.socketpair(2) -> OSError: [Errno 95] Operation not supported
_socket.close(99) -> OSError: [Errno 9] Bad file descriptor
_socket.close('x') -> TypeError: 'str' object cannot be interpreted as an integer
_socket.dup(99) -> OSError: [Errno 9] Bad file descriptor
_socket.if_nametoindex('lo') -> 1
_socket.if_nametoindex('x') -> OSError: no interface with this name
_socket.if_indextoname(1) -> 'lo'
_socket.if_indextoname(999) -> OSError: [Errno 6] No such device or address
_socket.setdefaulttimeout(-1) -> ValueError: Timeout value out of range
_socket.getdefaulttimeout() -> None
_socket.socket(99) -> OSError: [Errno 97] Address family not supported by protocol
_socket.socket(fileno=-1) -> ValueError: negative file descriptor
_socket.socket(fileno=99) -> OSError: [Errno 9] Bad file descriptor
_socket.socket(fileno='x') -> TypeError: 'str' object cannot be interpreted as an integer
_socket.socket(fileno=0) -> OSError: [Errno 88] Socket operation on non-socket
_socket.CMSG_LEN(4) -> 20
_socket.CMSG_SPACE(4) -> 24
_socket.gethostbyname(1) -> TypeError: gethostbyname() argument 1 must be str, bytes or bytearray, not int
s.sendto(b'',1) -> TypeError: sendto(): AF_INET address must be tuple, not int
s.sendto(b'') -> TypeError: sendto() takes 2 or 3 arguments (1 given)
s.sendto(b'',1,2,3) -> TypeError: sendto() takes 2 or 3 arguments (4 given)
s.recv_into(bytearray(2),5) -> ValueError: buffer too small for requested bytes
s.recv_into(b'') -> TypeError: recv_into() argument 1 must be read-write bytes-like object, not bytes
s.recv_into(bytearray(2),-1) -> ValueError: negative buffersize in recv_into
s.listen(-5) -> None
s.shutdown(9) -> OSError: [Errno 22] Invalid argument
s.detach()>2 -> True
s.detach() -> -1
s.fileno() -> -1
s -> <socket object, fd=-1, family=2, type=1, proto=0>
s.recv(1) -> OSError: [Errno 9] Bad file descriptor
s.close() -> None
s.timeout -> None
s.getblocking() -> True
s.setblocking(0) -> OSError: [Errno 9] Bad file descriptor
_socket.herror.__mro__ -> (<class 'socket.herror'>, <class 'OSError'>, <class 'Exception'>, <class 'BaseException'>, <class 'object'>)
_socket.gaierror.__mro__ -> (<class 'socket.gaierror'>, <class 'OSError'>, <class 'Exception'>, <class 'BaseException'>, <class 'object'>)
_socket.timeout -> <class 'TimeoutError'>
_socket.gethostbyname_ex('localhost') -> ('localhost', [], ['127.0.0.1'])
_socket.SocketType is _socket.socket -> True
s.type -> 1
s.foo -> AttributeError: '_socket.socket' object has no attribute 'foo'
_socket.inet_pton(2,1) -> TypeError: inet_pton() argument 2 must be str, not int
_socket.inet_ntop(2,'x') -> TypeError: a bytes-like object is required, not 'str'
_socket.inet_ntoa('x') -> TypeError: a bytes-like object is required, not 'str'
socket.AF_INET -> <AddressFamily.AF_INET: 2>
""".strip().splitlines():
    text, wanted = case.split(" -> ")
    assert outcome(text) == wanted, (text, outcome(text))
u.close()

# A pair, timeouts, and what is not there yet.
a, b = socket.socketpair()
a.sendall(b"hello")
assert b.recv(3) == b"hel" and b.recv(10) == b"lo"
b.settimeout(0.03)
assert outcome("b.recv(1)") == "TimeoutError: timed out" and b.gettimeout() == b.timeout == 0.03
b.setblocking(False)
assert outcome("b.recv(1)") == "BlockingIOError: [Errno 11] Resource temporarily unavailable" and not b.getblocking()
b.settimeout(None)
with b.makefile("r") as reader, a.makefile("w") as writer:
    writer.write("line\n")
    writer.flush()
    assert reader.readline() == "line\n"
a.shutdown(socket.SHUT_WR)
assert b.recv(1) == b"" and a.family is socket.AF_UNIX
a.close()
b.close()

# A server and its client.
server = socket.create_server(("127.0.0.1", 0))
answers = []


def client():
    with socket.create_connection(server.getsockname(), timeout=10) as c:
        c.sendall(b"x" * 200000)
        c.shutdown(socket.SHUT_WR)
        answers.append(c.recv(10))


thread = threading.Thread(target=client)
thread.start()
connection, address = server.accept()
count = 0
while data := connection.recv(4096):
    count += len(data)
connection.sendall(b"done")
thread.join()
assert count == 200000 and answers == [b"done"] and address[0] == "127.0.0.1" == connection.getpeername()[0]
connection.close()
server.settimeout(0.02)
assert outcome("server.accept()") == "TimeoutError: timed out"
server.close()

# Datagrams, with an abstract and a visible name.
first, second = socket.socket(type=socket.SOCK_DGRAM), socket.socket(type=socket.SOCK_DGRAM)
first.bind(("127.0.0.1", 0))
assert second.sendto(b"one", first.getsockname()) == 3
assert first.recvfrom(100) == (b"one", ("127.0.0.1", second.getsockname()[1]))
second.connect(first.getsockname())
second.send(memoryview(b"two"))
buffer = bytearray(5)
assert first.recvfrom_into(buffer)[0] == 3 and buffer == b"two\0\0"
second.send(b"three")
assert first.recv_into(buffer, 3) == 3 and buffer == b"thr\0\0"
first.close()
second.close()
with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as u:
    u.bind(b"\0coil-test-%d" % os.getpid())
    assert u.getsockname() == b"\0coil-test-%d" % os.getpid()
if os.path.exists("/proc/net/if_inet6"):
    with socket.socket(socket.AF_INET6) as v6:
        assert v6.getsockname() == ("::", 0, 0, 0)
assert socket.gethostbyname("127.0.0.1") == "127.0.0.1" and isinstance(socket.gethostname(), str)
assert [i for i in socket.if_nameindex() if i[1] == "lo"]

# A socket that is forgotten is closed, with a warning.
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    lost = socket.socket()
    fd = lost.fileno()
    del lost
assert caught[0].category is ResourceWarning and str(caught[0].message).startswith("unclosed <socket.socket fd=%d" % fd)
assert outcome("os.fstat(fd)") == "OSError: [Errno 9] Bad file descriptor"
