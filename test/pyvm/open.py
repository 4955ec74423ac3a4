# open(), open_code() and text_encoding(): modes, layers, refusals, and descriptors.
# REQUIRES: pyvm
# RUN: mkdir -p %t.dir && cd %t.dir && rm -f * && %python %s
# RUN: mkdir -p %t.dir && cd %t.dir && rm -f * && pyvm --check-leaks %s
import _io


def raises(kind, text, f, *args, **kwargs):
    try:
        f(*args, **kwargs)
    except kind as e:
        assert str(e) == text, (str(e), text)
        return e
    assert False, text


assert open is _io.open and open.__module__ == "io"

# The layers of each mode.
for mode, layer, raw in [("w", "BufferedWriter", "wb"), ("r", "BufferedReader", "rb"), ("a", "BufferedWriter", "ab"),
                         ("r+", "BufferedRandom", "rb+"), ("w+", "BufferedRandom", "rb+"), ("a+", "BufferedRandom", "ab+")]:
    with open("file", mode) as f:
        assert type(f) is _io.TextIOWrapper and f.mode == mode and f.name == "file"
        assert type(f.buffer).__name__ == layer and f.buffer.raw.mode == raw, (mode, f.buffer, f.buffer.raw.mode)
        assert f.buffer.mode == raw and f.buffer.name == f.buffer.raw.name == "file"
    assert f.closed and f.buffer.closed and f.buffer.raw.closed
    with open("file", mode + "b") as f:
        assert type(f).__name__ == layer
    with open("file", mode + "b", 0) as f:
        assert type(f) is _io.FileIO
with open("new", "x") as f:
    assert f.buffer.raw.mode == "xb"
e = raises(FileExistsError, "[Errno 17] File exists: 'new'", open, "new", "x")
assert e.errno == 17 and e.filename == "new"

# Refusals.
raises(FileNotFoundError, "[Errno 2] No such file or directory: 'absent'", open, "absent")
raises(FileNotFoundError, "[Errno 2] No such file or directory: b'absent'", open, b"absent")
raises(IsADirectoryError, "[Errno 21] Is a directory: '.'", open, ".")
raises(ValueError, "invalid mode: 'U'", open, "file", "U")
raises(ValueError, "invalid mode: 'rr'", open, "file", "rr")
raises(ValueError, "can't have text and binary mode at once", open, "file", "rbt")
raises(ValueError, "must have exactly one of create/read/write/append mode", open, "file", "rw")
raises(ValueError, "Must have exactly one of create/read/write/append mode and at most one plus", open, "file", "b")
raises(ValueError, "binary mode doesn't take an encoding argument", open, "file", "rb", encoding="ascii")
raises(ValueError, "binary mode doesn't take an errors argument", open, "file", "rb", errors="strict")
raises(ValueError, "binary mode doesn't take a newline argument", open, "file", "rb", newline="")
raises(ValueError, "can't have unbuffered text I/O", open, "file", "r", 0)
raises(ValueError, "embedded null byte", open, "a\0b")
raises(ValueError, "negative file descriptor", open, -1)
raises(OSError, "[Errno 9] Bad file descriptor", open, 999)
raises(ValueError, "Cannot use closefd=False with file name", open, "file", closefd=False)
raises(LookupError, "unknown encoding: nope", open, "file", encoding="nope")
raises(ValueError, "illegal newline value: x", open, "file", newline="x")
raises(TypeError, "expected str, bytes or os.PathLike object, not list", open, [])
raises(TypeError, "expected str, bytes or os.PathLike object, not float", open, 1.5)
raises(TypeError, "open() argument 'mode' must be str, not int", open, "file", 1)
raises(TypeError, "open() argument 'encoding' must be str or None, not int", open, "file", encoding=1)
raises(TypeError, "open() missing required argument 'file' (pos 1)", open)

# Descriptors, openers, paths.
with open("file", "wb") as f:
    f.write(b"0123456789")
    g = open(f.fileno(), "wb", closefd=False)
    g.close()
    assert not f.closed and f.fileno() == g.raw.fileno() if not g.closed else True


class Path:
    def __fspath__(self):
        return "file"


assert open(Path()).read() == "0123456789"
seen = []


def opener(path, flags):
    seen.append((path, flags & 3))
    return keep.fileno()


keep = open("file", "rb", 0)
f = open("other name", opener=opener)
assert f.read() == "0123456789" and f.name == "other name" and seen == [("other name", 0)]
f.close()
raises(OSError, "[Errno 9] Bad file descriptor", keep.close)
raises(TypeError, "expected integer from opener", open, "x", opener=lambda p, f: "x")
raises(ValueError, "opener returned -3", open, "x", opener=lambda p, f: -3)

with _io.open_code("file") as f:
    assert type(f) is _io.BufferedReader and f.read() == b"0123456789"
raises(TypeError, "open_code() argument 'path' must be str, not bytes", _io.open_code, b"file")
assert _io.text_encoding("x") == "x" and _io.text_encoding(None) in ("locale", "utf-8")
assert open("file", encoding="locale").encoding == open("file").encoding

# Newline modes, both ways.
with open("lines", "wb") as f:
    f.write(b"a\nb\r\nc\rd")
for newline, text in [(None, ["a\n", "b\n", "c\n", "d"]), ("", ["a\n", "b\r\n", "c\r", "d"]), ("\n", ["a\n", "b\r\n", "c\rd"]),
                      ("\r", ["a\nb\r", "\nc\r", "d"]), ("\r\n", ["a\nb\r\n", "c\rd"])]:
    for chunk in 1, 2, 3, 8192:
        f = open("lines", newline=newline)
        f._CHUNK_SIZE = chunk
        assert list(f) == text, (newline, chunk)
        assert f.newlines == (("\r", "\n", "\r\n") if newline in (None, "") else None)
        f.close()
for newline, data in [(None, b"x\ny\r\n"), ("", b"x\ny\r\n"), ("\n", b"x\ny\r\n"), ("\r", b"x\ry\r\r"), ("\r\n", b"x\r\ny\r\r\n")]:
    with open("out", "w", newline=newline) as f:
        assert f.write("x\ny\r\n") == 5
    assert open("out", "rb").read() == data
print("ok")
