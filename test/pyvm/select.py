# select: select(), poll and epoll objects.
# RUN: %python %s
# RUN: pyvm --check-leaks %s
import os
import select
import threading
import time


def raises(kind, text, function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except kind as error:
        assert str(error) == text, str(error)
        return
    raise AssertionError(kind)


class File:
    def __init__(self, fd):
        self.fd = fd

    def fileno(self):
        return self.fd


read, write = os.pipe()
file = File(read)

# select()
assert select.select([], [], [], 0) == ([], [], [])
assert select.select([file], [write], [], 0) == ([], [write], [])
os.write(write, b"x")
assert select.select((file, read), [], [], None) == ([file, read], [], [])
os.read(read, 1)
start = time.monotonic()
assert select.select([file], [], [], 0.05) == ([], [], []) and time.monotonic() - start >= 0.05
threading.Timer(0.02, os.write, (write, b"y")).start()
assert select.select([file], [], []) == ([file], [], [])
os.read(read, 1)
raises(TypeError, "arguments 1-3 must be sequences", select.select, 1, [], [])
raises(ValueError, "timeout must be non-negative", select.select, [], [], [], -1)
raises(TypeError, "timeout must be a float or None", select.select, [], [], [], "x")
raises(TypeError, "argument must be an int, or have a fileno() method.", select.select, ["a"], [], [])
raises(ValueError, "file descriptor cannot be a negative integer (-1)", select.select, [-1], [], [])
raises(ValueError, "filedescriptor out of range in select()", select.select, [5000], [], [])
raises(OSError, "[Errno 9] Bad file descriptor", select.select, [99], [], [], 0)
assert select.error is OSError

# poll objects
poll = select.poll()
assert poll.register(file) is None and poll.poll(0) == []
poll.register(write, select.POLLOUT)
assert poll.poll() == [(write, select.POLLOUT)] and poll.poll(10.5) == [(write, select.POLLOUT)]
os.write(write, b"x")
poll.modify(read, select.POLLIN)
assert sorted(poll.poll(-1)) == sorted([(read, select.POLLIN), (write, select.POLLOUT)])
poll.unregister(write)
os.read(read, 1)
assert poll.poll(5) == []
raises(KeyError, "77", poll.unregister, 77)
raises(FileNotFoundError, "[Errno 2] No such file or directory", poll.modify, 77, 1)
raises(ValueError, "value must be positive", poll.register, 1, -1)
raises(OverflowError, "Python int too large for C unsigned short", poll.register, 1, 1 << 17)
raises(TypeError, "timeout must be an integer or None", poll.poll, "x")
raises(OverflowError, "timestamp too large to convert to C _PyTime_t", poll.poll, 1e30)
raises(TypeError, "cannot create 'select.poll' instances", type(poll))

# epoll objects
with select.epoll() as epoll:
    assert epoll.fileno() > 2 and not epoll.closed and epoll.poll(0) == []
    epoll.register(read, select.EPOLLIN)
    epoll.register(File(write))
    assert epoll.poll(timeout=1, maxevents=5) == [(write, select.EPOLLOUT)]
    os.write(write, b"x")
    assert sorted(epoll.poll()) == sorted([(read, select.EPOLLIN), (write, select.EPOLLOUT)]) and len(epoll.poll(-1, 1)) == 1
    epoll.modify(write, select.EPOLLONESHOT)
    epoll.unregister(read)
    assert epoll.poll(0.01) == []
    raises(FileExistsError, "[Errno 17] File exists", epoll.register, write)
    raises(FileNotFoundError, "[Errno 2] No such file or directory", epoll.unregister, read)
    raises(OSError, "[Errno 9] Bad file descriptor", epoll.register, 99)
    raises(ValueError, "maxevents must be greater than 0, got 0", epoll.poll, 0, 0)
    raises(TypeError, "timeout must be an integer or None", epoll.poll, "x")
assert epoll.closed and epoll.close() is None
raises(ValueError, "I/O operation on closed epoll object", epoll.poll)
raises(ValueError, "I/O operation on closed epoll object", epoll.fileno)
raises(ValueError, "I/O operation on closed epoll object", epoll.__enter__)
raises(ValueError, "negative sizehint", select.epoll, -2)
raises(OSError, "invalid flags", select.epoll, 1, 1)
copy = select.epoll.fromfd(os.dup(read))
assert type(copy) is select.epoll
copy.close()
assert (select.PIPE_BUF, select.EPOLLET, select.POLLRDHUP) == (4096, 1 << 31, 8192)
