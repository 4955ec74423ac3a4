# Streams over descriptors that do not block.
# RUN: %S/every-way.sh %s %t
# REQUIRES: pyvm
import _io, posix

r, w = posix.pipe()
rn = posix.open("/proc/self/fd/%d" % r, posix.O_RDONLY | posix.O_NONBLOCK)
wn = posix.open("/proc/self/fd/%d" % w, posix.O_WRONLY | posix.O_NONBLOCK)


def show(f, *args):
    try:
        x = f(*args)
        print(len(x) if isinstance(x, bytes) and len(x) > 20 else repr(x))
    except Exception as e:
        print(type(e).__name__, e, getattr(e, "errno", None), getattr(e, "characters_written", "-"))


raw = _io.FileIO(rn, closefd=False)
print(raw.seekable(), raw.isatty(), raw.mode)
show(raw.read, 5)
show(raw.read)
show(raw.readall)
show(raw.readinto, bytearray(3))
show(raw.tell)
show(raw.seek, 0)
reader = open(rn, "rb", 16, closefd=False)
for f, args in (reader.read, (5,)), (reader.read, ()), (reader.read1, (4,)), (reader.peek, ()), (reader.readline, ()), (reader.readinto, (bytearray(4),)):
    show(f, *args)
posix.write(w, b"abc\nde")
for f, args in (reader.peek, ()), (reader.readline, ()), (reader.read, (10,)), (reader.read, (1,)):
    show(f, *args)
text = open(rn, "r", encoding="ascii", closefd=False)
posix.write(w, b"line\nrest")
show(text.readline)
show(text.read, 2)
show(text.read, 10)
show(text.read)
show(text.tell)

writer = open(wn, "wb", 100, closefd=False)
show(writer.write, b"x" * 50)
show(writer.flush)
for size in 80000, 10, 60, 100, 1000:
    show(writer.write, b"y" * size)
show(writer.flush)
show(reader.read, 70000)
show(writer.flush)
show(writer.write, b"z" * 200000)
show(reader.read, 70000)
show(writer.close)
show(reader.read)
show(reader.read)
print(writer.closed)
posix.close(w)
posix.close(wn)
show(reader.read)
show(reader.readline)
