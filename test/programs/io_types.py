# The types of _io: their attributes, signatures, and which have documentation; subclasses, weak references, cycles.
# RUN: %S/every-way.sh %s %t
# REQUIRES: pyvm
import _io
from _weakref import ref

print(_io.__name__, bool(_io.__doc__), [n for n in dir(_io) if n not in ("__loader__", "__spec__", "__package__")])
for name in dir(_io):
    o = getattr(_io, name)
    if name.startswith("__") or name == "BlockingIOError":
        continue
    if not isinstance(o, type):
        print(name, getattr(o, "__text_signature__", o), bool(o.__doc__) if callable(o) else "")
        continue
    print(name, o.__bases__, o.__text_signature__, o.__module__, bool(o.__doc__))
    if name == "UnsupportedOperation":
        continue
    print(dir(o))
    for attribute, value in sorted(o.__dict__.items()):
        if attribute not in ("__doc__", "__new__"):
            print("  ", value, getattr(value, "__text_signature__", "-"), bool(value.__doc__))

for kind in _io.BytesIO, _io.StringIO, _io.IncrementalNewlineDecoder:
    print(kind.__new__.__text_signature__, kind.__init__.__text_signature__)


def show(f, *args):
    try:
        print(f(*args))
    except Exception as e:
        print(type(e).__name__, e)


show(_io.StringIO.close, 1)
show(_io.StringIO.close)
show(_io.StringIO().close, 1)
show(_io.StringIO().read, 1, 2)
show(_io.StringIO.__new__, int)
show(_io.StringIO.__next__, 3)
show(_io.StringIO.newlines.__get__, 3)
show(setattr, _io.StringIO(), "newlines", 2)
show(setattr, _io.StringIO, "newlines", 2)
show(lambda: _io.StringIO().absent)
show(lambda: _io.IncrementalNewlineDecoder(None, 0).absent)
show(setattr, _io.IncrementalNewlineDecoder(None, 0), "x", 1)
show(lambda: _io.BytesIO().__module__)


class Both(_io.BytesIO):
    __slots__ = ("slot",)

    def __init__(self, x):
        super().__init__(x)
        self.slot = x
        self.free = 1

    def __del__(self):
        print("del", self.closed)
        super().__del__()
        print("closed", self.closed)


b = Both(b"abc")
print(b.slot, b.free, b.__dict__, b.read(), b.getvalue())
r = ref(b)
assert r() is b
del b
print(r())

# Views of a BytesIO hold its size.
b = _io.BytesIO(b"abcdef")
view = b.getbuffer()
print(type(view), view.readonly, len(view), view.nbytes)
view[1:3] = b"XY"
print(b.getvalue())
for f, args in (b.write, (b"x" * 10,)), (b.truncate, (2,)), (b.close, ()), (b.__init__, (b"",)), (b.write, (b"1",)):
    show(f, *args)
view.release()
show(b.write, b"x" * 10)
print(b.getvalue())
view = b.getbuffer()
del b
print(bytes(view))


# Every layer ends with the outermost one, the flushes in order.
class Raw(_io._RawIOBase):
    def writable(self):
        return True

    def write(self, data):
        print("write", type(data).__name__, bytes(data))
        return len(data)

    def flush(self):
        print("flush", self.closed)

    def close(self):
        print("close")
        super().close()

    def _dealloc_warn(self, source):
        print("warn", type(source).__name__)


t = _io.TextIOWrapper(_io.BufferedWriter(Raw()), "ascii")
t.write("pending")
del t
