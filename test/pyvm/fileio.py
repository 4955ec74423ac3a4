# _io.FileIO: reading, writing, seeking, reprs and refusals.
# REQUIRES: pyvm
# RUN: mkdir -p %t.dir && cd %t.dir && rm -f * && %python %s
# RUN: mkdir -p %t.dir && cd %t.dir && rm -f * && pyvm --check-leaks %s
import _io
from _io import FileIO


def raises(kind, text, f, *args, **kwargs):
    try:
        f(*args, **kwargs)
    except kind as e:
        assert str(e) == text, (str(e), text)
        return e
    assert False, text


f = FileIO("file", "w")
assert repr(f) == "<_io.FileIO name='file' mode='wb' closefd=True>"
assert f.write(b"hello") == 5 and f.write(bytearray(b" world")) == 6 and f.write(memoryview(b"!")) == 1
assert f.tell() == 12 and f.seekable() and f.writable() and not f.readable() and not f.isatty()
raises(_io.UnsupportedOperation, "File not open for reading", f.read)
raises(_io.UnsupportedOperation, "File not open for reading", f.readinto, bytearray(1))
raises(TypeError, "a bytes-like object is required, not 'str'", f.write, "x")
assert issubclass(_io.UnsupportedOperation, OSError) and issubclass(_io.UnsupportedOperation, ValueError)
assert f.truncate(5) == 5 and f.tell() == 12
f.note = "has a dict"
assert f.__dict__ == {"name": "file", "note": "has a dict"}
f.close()
f.close()
assert f.closed and repr(f) == "<_io.FileIO [closed]>"
for method in f.read, f.readall, f.tell, f.fileno, f.isatty, f.readable, f.writable, f.seekable, f.truncate:
    raises(ValueError, "I/O operation on closed file", method)
raises(ValueError, "I/O operation on closed file.", f.__enter__)

f = FileIO("file")
assert f.read(2) == b"he" and f.read() == b"llo" and f.read() == b"" and f.read(3) == b""
assert f.seek(-2, 2) == 3 and f.readall() == b"lo" and f.seek(1) == 1 and f.seek(1, 1) == 2
room = bytearray(10)
assert f.readinto(room) == 3 and room == b"llo" + bytes(7)
assert f.readinto(memoryview(room)[2:4]) == 0
raises(TypeError, "readinto() argument must be read-write bytes-like object, not bytes", f.readinto, b"abc")
raises(TypeError, "'float' object cannot be interpreted as an integer", f.seek, 1.5)
raises(OSError, "[Errno 22] Invalid argument", f.seek, -1)
raises(_io.UnsupportedOperation, "File not open for writing", f.write, b"")
raises(_io.UnsupportedOperation, "File not open for writing", f.truncate)
f.seek(0)
assert f.readline() == b"hello" and list(f) == [] and f.mode == "rb" and f.closefd and f._blksize > 0
raises(AttributeError, "attribute 'mode' of '_io.FileIO' objects is not writable", setattr, f, "mode", "x")
second = FileIO(f.fileno(), closefd=False)
assert repr(second) == f"<_io.FileIO name={f.fileno()} mode='rb' closefd=False>"
second.close()
assert f.fileno() >= 0 and not f.closed

raises(TypeError, "FileIO() missing required argument 'file' (pos 1)", FileIO)
raises(TypeError, "FileIO() takes at most 4 arguments (5 given)", FileIO, 1, 2, 3, 4, 5)
raises(ValueError, "invalid mode: z", FileIO, "file", "z")
raises(ValueError, "Must have exactly one of create/read/write/append mode and at most one plus", FileIO, "file", "r++")
raises(TypeError, "FileIO() argument 'mode' must be str, not int", FileIO, "file", 3)

a = FileIO("file", "ab")
assert a.tell() == 5 and a.mode == "ab"
a.__init__("other", "w+")
assert a.mode == "ab+" and a.name == "other"
a.close()


class Named(FileIO):
    closes = 0

    def close(self):
        Named.closes += 1
        super().close()


Named("file").x = 1
assert Named.closes == 1  # by its finalizer
with Named("file") as n:
    assert n.read() == b"hello"
del n
assert Named.closes == 2
print("ok")
