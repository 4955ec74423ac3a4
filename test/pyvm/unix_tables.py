# pwd, grp, fcntl, resource.
# RUN: %python %s
# RUN: pyvm --check-leaks %s
import sys

del sys.path[0]
import fcntl
import grp
import os
import pwd
import resource
import tempfile


def raises(kind, text, function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except kind as error:
        assert str(error) == text, str(error)
        return
    raise AssertionError(kind)


# Users and groups.
root = pwd.getpwnam("root")
assert root == pwd.getpwuid(0) and root.pw_name == "root" and root.pw_uid == root.pw_gid == 0 and root in pwd.getpwall()
assert len(root) == 7 and repr(root).startswith("pwd.struct_passwd(pw_name='root', pw_passwd=") and os.path.expanduser("~root") == root.pw_dir
group = grp.getgrgid(0)
assert group.gr_name == "root" and group == grp.getgrnam("root") and type(group.gr_mem) is list and group in grp.getgrall()
assert repr(group).startswith("grp.struct_group(gr_name='root', gr_passwd=")
raises(KeyError, "\"getpwnam(): name not found: 'no such'\"", pwd.getpwnam, "no such")
raises(KeyError, "'getpwuid(): uid not found: 987654'", pwd.getpwuid, 987654)
raises(KeyError, "'getpwuid(): uid not found: -1'", pwd.getpwuid, -1)
raises(KeyError, "'getpwuid(): uid not found'", pwd.getpwuid, -2)
raises(KeyError, "'getpwuid(): uid not found'", pwd.getpwuid, 1 << 40)
raises(TypeError, "uid should be integer, not str", pwd.getpwuid, "x")
raises(ValueError, "embedded null byte", pwd.getpwnam, "a\0")
raises(KeyError, "\"getgrnam(): name not found: 'no such'\"", grp.getgrnam, "no such")
raises(KeyError, "'getgrgid(): gid not found: 987654'", grp.getgrgid, 987654)
raises(TypeError, "gid should be integer, not float", grp.getgrgid, 1.5)

# Descriptors and locks.
with tempfile.TemporaryFile() as file:
    assert fcntl.fcntl(file, fcntl.F_GETFD) == fcntl.FD_CLOEXEC and fcntl.fcntl(file, fcntl.F_SETFD, 0) == 0
    assert fcntl.fcntl(file.fileno(), fcntl.F_GETFD, 1 << 40) == 0 and fcntl.fcntl(file, fcntl.F_GETFD, b"abc") == b"abc"
    assert fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB) is None and fcntl.flock(file, fcntl.LOCK_UN) is None
    assert fcntl.lockf(file, fcntl.LOCK_EX, 10, 5) is None
    if os.fork() == 0:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, 7)
        except BlockingIOError:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 5)
            os._exit(3)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.wait()[1]) == 3
    fcntl.lockf(file, fcntl.LOCK_UN)
    raises(ValueError, "unrecognized lockf argument", fcntl.lockf, file, 16)
read, write = os.pipe()
os.write(write, b"12345")
size = bytearray(4)
FIONREAD = 0x541B
assert fcntl.ioctl(read, FIONREAD, size) == 0 and int.from_bytes(size, sys.byteorder) == 5
assert int.from_bytes(fcntl.ioctl(read, FIONREAD, b"0000"), sys.byteorder) == 5
assert fcntl.ioctl(read, FIONREAD, bytearray(4), False) == size and fcntl.fcntl(read, fcntl.F_GETPIPE_SZ) >= 4096
raises(OSError, "[Errno 25] Inappropriate ioctl for device", fcntl.ioctl, read, 0x5401, bytearray(100))
raises(OSError, "[Errno 9] Bad file descriptor", fcntl.fcntl, 99, 1)
raises(ValueError, "fcntl string arg too long", fcntl.fcntl, 0, 1, b"a" * 2000)
raises(ValueError, "ioctl string arg too long", fcntl.ioctl, 0, 1, b"a" * 2000)
raises(TypeError, "'float' object cannot be interpreted as an integer", fcntl.fcntl, 0, 1, 1.5)
raises(TypeError, "argument must be an int, or have a fileno() method.", fcntl.fcntl, "a", 1)

# Resources.
usage = resource.getrusage(resource.RUSAGE_SELF)
assert len(usage) == 16 and usage.ru_utime >= 0.0 and usage.ru_maxrss > 1000 and type(usage.ru_stime) is float
soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
resource.setrlimit(resource.RLIMIT_CORE, [0, hard])
assert resource.getrlimit(resource.RLIMIT_CORE) == (0, hard) == resource.prlimit(0, resource.RLIMIT_CORE, (0, hard))
assert resource.getpagesize() == 4096 and resource.RLIM_INFINITY == -1 and resource.error is OSError
raises(ValueError, "invalid who parameter", resource.getrusage, 99)
raises(ValueError, "invalid resource specified", resource.getrlimit, 99)
raises(ValueError, "expected a tuple of 2 integers", resource.setrlimit, 7, (1,))
raises(TypeError, "'int' object is not iterable", resource.setrlimit, 7, 1)
raises(TypeError, "'str' object cannot be interpreted as an integer", resource.setrlimit, 7, ("a", 2))
raises(ValueError, "current limit exceeds maximum limit", resource.setrlimit, 7, (5, 2))
