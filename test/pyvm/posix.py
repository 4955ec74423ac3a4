# RUN: pyvm --check-leaks %s
# RUN: %python %s
import errno
import os
import sys


def raises(kind, text, function, *args, **kw):
    try:
        function(*args, **kw)
    except kind as e:
        assert str(e) == text, (str(e), text)
    else:
        raise AssertionError(text)


# fork and wait
pid = os.fork()
if pid == 0:
    os._exit(7)
assert os.waitpid(pid, 0) == (pid, 7 << 8) and os.waitstatus_to_exitcode(7 << 8) == 7
raises(ChildProcessError, "[Errno 10] No child processes", os.wait)
log = []
os.register_at_fork(before=lambda: log.append("before"), after_in_parent=lambda: log.append("parent"),
                    after_in_child=lambda: log.append("child"))
pid = os.fork()
if pid == 0:
    os._exit(0 if log == ["before", "child"] else 1)
assert os.wait() == (pid, 0) and log == ["before", "parent"]
raises(TypeError, "At least one argument is required.", os.register_at_fork)

# exec, through a pipe
readEnd, writeEnd = os.pipe()
assert not os.get_inheritable(readEnd)
pid = os.fork()
if pid == 0:
    os.dup2(writeEnd, 1)
    os.execve("/bin/sh", ["sh", "-c", "echo $GREETING; exit 3"], {"GREETING": "hello"})
os.close(writeEnd)
assert os.read(readEnd, 100) == b"hello\n" and os.read(readEnd, 100) == b""
os.close(readEnd)
assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 3
raises(ValueError, "execv() arg 2 must not be empty", os.execv, "/bin/true", [])
raises(TypeError, "execv() arg 2 must be a tuple or list", os.execv, "/bin/true", "a")
raises(FileNotFoundError, "[Errno 2] No such file or directory", os.execv, "/nonexistent", ["a"])
raises(FileNotFoundError, "[Errno 2] No such file or directory: '/nonexistent'", os.execve, "/nonexistent", ["a"], {})

# posix_spawn
readEnd, writeEnd = os.pipe()
pid = os.posix_spawn("/bin/echo", ["echo", "spawned"], os.environ,
                     file_actions=[(os.POSIX_SPAWN_DUP2, writeEnd, 1), (os.POSIX_SPAWN_CLOSE, readEnd)], setsigdef=[2])
os.close(writeEnd)
assert os.read(readEnd, 100) == b"spawned\n"
os.close(readEnd)
info = os.waitid(os.P_PID, pid, os.WEXITED)
assert (info.si_pid, info.si_status, info.si_code) == (pid, 0, os.CLD_EXITED) and len(info) == 5
raises(TypeError, "Unknown file_actions identifier", os.posix_spawn, "/bin/true", ["true"], {}, file_actions=[(9,)])
raises(FileNotFoundError, "[Errno 2] No such file or directory: '/nonexistent'", os.posix_spawn, "/nonexistent", ["x"], {})
assert os.system("exit 5") == 5 << 8

# signals to a process
pid = os.fork()
if pid == 0:
    while True:
        os.read(os.pipe()[0], 1)
os.kill(pid, 9)
status = os.waitpid(pid, 0)[1]
assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == 9 and os.waitstatus_to_exitcode(status) == -9
assert not os.WIFEXITED(status) and not os.WIFSTOPPED(status) and not os.WIFCONTINUED(status)
raises(ProcessLookupError, "[Errno 3] No such process", os.kill, 2 ** 22 + 1, 0)
assert os.getpid() != os.getppid() and os.getpgid(0) == os.getpgrp()
assert os.getsid(0) == os.getsid(os.getpid())  # 0 where the session's leader is outside of the PID namespace
assert os.getpriority(os.PRIO_PROCESS, 0) == os.nice(0)

# descriptors
name = os.path.join(os.environ.get("TMPDIR", "/tmp"), "coil-posix-%d" % os.getpid())
fd = os.open(name, os.O_RDWR | os.O_CREAT)
assert os.write(fd, b"0123456789") == 10 and os.pread(fd, 3, 2) == b"234" and os.pwrite(fd, b"AB", 4) == 2
a, b = bytearray(3), bytearray(4)
assert os.preadv(fd, [a, b], 1) == 7 and (a, b) == (b"123", b"AB67")
assert os.pwritev(fd, [b"x", b"yz"], 0) == 3 and os.lseek(fd, 0, 0) == 0 and os.readv(fd, (a,)) == 3 and a == b"xyz"
assert os.writev(fd, [b"!", b"?"]) == 2
os.ftruncate(fd, 4)
os.truncate(name, 3)
assert os.fstat(fd).st_size == 3
os.fsync(fd), os.fdatasync(fd), os.lockf(fd, os.F_LOCK, 0), os.posix_fallocate(fd, 0, 8)
os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_NORMAL)
copy = os.dup(fd)
assert not os.get_inheritable(copy) and os.get_blocking(copy)
os.set_inheritable(copy, True)
os.set_blocking(copy, False)
assert os.get_inheritable(copy) and not os.get_blocking(copy)
memory = os.memfd_create("scratch")
assert os.sendfile(memory, fd, 0, 2) == 2 and os.copy_file_range(fd, fd, 2, 0, 4) == 2
os.close(memory)
raises(OSError, "[Errno 9] Bad file descriptor", os.dup, memory)
os.closerange(copy, copy + 1)
event = os.eventfd(3)
assert os.eventfd_read(event) == 3
os.eventfd_write(event, 5)
assert os.eventfd_read(event) == 5
os.close(event)
assert os.device_encoding(fd) is None
os.close(fd)
os.unlink(name)
os.mkfifo(name)
os.unlink(name)
assert (os.major(os.makedev(8, 1)), os.minor(os.makedev(8, 1))) == (8, 1)
readEnd, writeEnd = os.pipe2(os.O_NONBLOCK)
raises(BlockingIOError, "[Errno 11] Resource temporarily unavailable", os.read, readEnd, 1)

# terminals
master, slave = os.openpty()
assert os.ttyname(slave).startswith("/dev/pts/") and os.ctermid() == "/dev/tty"
assert os.get_terminal_size(slave) == (0, 0) and repr(os.terminal_size((80, 24))) == "os.terminal_size(columns=80, lines=24)"
raises(OSError, "[Errno 25] Inappropriate ioctl for device", os.get_terminal_size, readEnd)
assert os.device_encoding(slave) == "UTF-8"

# users, scheduling, the system
assert os.getuid() == os.getresuid()[0] and os.getegid() == os.getresgid()[1] and isinstance(os.getgroups(), list)
assert os.getgid() in os.getgrouplist("root", os.getgid())
raises(TypeError, "uid should be integer, not str", os.setuid, "a")
cpus = os.sched_getaffinity(0)
os.sched_setaffinity(0, cpus)
assert len(cpus) >= 1 and os.sched_getscheduler(0) == os.SCHED_OTHER and os.sched_getparam(0) == os.sched_param(0)
assert os.sched_get_priority_min(os.SCHED_FIFO) == 1 and os.sched_yield() is None
raises(ValueError, "negative CPU number", os.sched_setaffinity, 0, [-1])
system = os.uname()
assert system.sysname == "Linux" and len(system) == 5 and len(os.times()) == 5 and len(os.getloadavg()) == 3
assert os.cpu_count() >= 1 and len(os.urandom(10)) == 10 and len(os.getrandom(5)) == 5
raises(ValueError, "negative argument not allowed", os.urandom, -1)
assert os.strerror(2) == "No such file or directory" and os.umask(os.umask(0o22)) == 0o22
assert os.sysconf("SC_PAGESIZE") == 4096 and os.confstr("CS_PATH") and os.pathconf("/", "PC_NAME_MAX") == 255
raises(ValueError, "unrecognized configuration name", os.sysconf, "SC_NOTHING")
raises(TypeError, "configuration names must be strings or integers", os.sysconf, 1.5)
os.environ["COIL_TEST"] = "1"
assert os.system('test "$COIL_TEST" = 1') == 0
del os.environ["COIL_TEST"]
assert os.system('test -z "$COIL_TEST"') == 0
raises(ValueError, "illegal environment variable name", os.putenv, "a=b", "c")
assert os.popen if "subprocess" in sys.modules else True
