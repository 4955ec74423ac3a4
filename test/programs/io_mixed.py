# Streams over odd objects, print to them, and closing.
# RUN: %S/every-way.sh %s %t
# REQUIRES: pyvm
import _io, sys

def show(f, *a, **k):
    try:
        print(repr(f(*a, **k)))
    except BaseException as e:
        print(type(e).__name__, e)

class Buf(_io.BytesIO):

    def read1(s, n=-1):
        return s.read(n)

    def close(s):
        print('bclose')
        super().close()

    def __del__(s):
        print('bdel')
f = _io.TextIOWrapper(Buf(b'abc'))
print(f.read())
f.close()
del f
f = _io.TextIOWrapper(Buf(b'abc'))
del f

class T(_io.TextIOWrapper):

    def close(s):
        print('tclose')
        super().close()
f = T(_io.BytesIO(b'x'))
f.foo = 1
print(f.__dict__)
del f

class NoSeek(_io.BytesIO):

    def seekable(s):
        return False
f = _io.TextIOWrapper(NoSeek(b'ab\ncd'))
show(f.tell)
show(f.seek, 0)
show(f.read, 1)
show(f.tell)
show(f.truncate)

class Weird:
    closed = False

    def readable(s):
        return 1

    def writable(s):
        return []

    def seekable(s):
        return 0

    def read(s, n=-1):
        return b'data' if not hasattr(s, 'x') else b''

    def flush(s):
        pass

    def close(s):
        print('wclose')
w = Weird()
f = _io.TextIOWrapper(w)
show(f.readable)
show(f.writable)
show(f.write, 'x')
show(f.read, 2)
show(f.isatty)
show(f.fileno)
show(lambda: f.name)
show(repr, f)
w.x = 1
show(f.read)
show(f.close)

class Named(_io.BytesIO):

    @property
    def name(s):
        raise KeyError('n')
show(repr, _io.TextIOWrapper(Named()))

class Named2(_io.BytesIO):

    @property
    def name(s):
        raise ValueError('n')
show(repr, _io.TextIOWrapper(Named2()))
show(repr, _io.BufferedReader(open('/dev/null', 'rb', 0)))
b = _io.BytesIO()
b.name = b
f = _io.TextIOWrapper(b)
b2 = _io.BufferedReader(open('/dev/null', 'rb', 0))
b2.raw.name = b2
show(lambda: str(repr(b2))[:60])
r = open('/dev/null', 'rb')
show(lambda: r.raw.__init__('/dev/zero'))
show(r.read, 3)
r.close()
with open('/dev/null') as f, open('/dev/null', 'w') as g:
    print(f.fileno() != g.fileno(), g.write('x'), g.tell() if False else '')
show(print, 'a', file=5)
show(print, 'a', file=None)

class F:

    def write(s, x):
        sys.__stdout__.write('[' + x + ']')
print('q', 3, end='!', file=F(), sep='-')
print(file=F())
print('z', flush=True)
print(1, 2, sep='', end='\n\n')
show(print, 1, sep=3)
show(print, 1, end=3)
show(print, 1, foo=3)
with _io.StringIO() as s:
    print('x', [1], file=s)
    print(s.getvalue())
show(s.getvalue)
s = _io.StringIO('héllo\n€uro\n😀')
print(ascii(s.readlines()))
s.seek(0)
print(ascii(s.read(3)), s.tell())
s.seek(20)
s.write('end')
print(ascii(s.getvalue()))
s = _io.StringIO(newline=None)
s.write('a\r')
s.write('\nb')
print(repr(s.getvalue()), s.newlines)
b = _io.BytesIO(b'abc')
b.seek(10)
print(b.read(), b.readline(), b.readlines(), b.tell())
b.write(b'z')
print(b.getvalue())
print(b.readinto(memoryview(bytearray(5))[1:3]))
p = _io.BufferedRWPair(_io.BytesIO(b'in'), _io.BytesIO())
show(p.read)
show(p.seek, 0)
x = _io.BufferedRandom(_io.BytesIO(b'0123456789'), 4)
print(x.read(3), x.write(b'AB'), x.read(2), x.seek(-1, 1), x.write(b'Z' * 6), x.seek(0), x.read(), x.raw.getvalue())
x = _io.BufferedReader(_io.BytesIO(b'0123456789'), 3)
x.peek()
x.raw.close()
show(x.read, 2)
show(x.read, 5)
show(x.close)

class C(_io.BufferedReader):
    pass
c = C(_io.BytesIO(b'l1\nl2\n'))
c.attr = 1
print(list(c), c.__dict__)
c.close()
show(next, c)

class RL(_io.RawIOBase if hasattr(_io, 'RawIOBase') else _io._RawIOBase):

    def readable(s):
        return True

    def readinto(s, b):
        b[:2] = b'ab'
        s.n = getattr(s, 'n', 0) + 1
        return 2 if s.n < 4 else 0
print(_io.BufferedReader(RL(), 100).read(5), RL().read(10), RL().readall(), RL().readline())
