# Buffered streams over raw streams written in Python that answer oddly, and the base classes.
# RUN: %S/every-way.sh %s %t
# REQUIRES: pyvm
import _io

def show(f, *a, **k):
    try:
        r = f(*a, **k)
    except BaseException as e:
        r = type(e).__name__ + ': ' + str(e)
        for n in ('cause', 'context'):
            c = getattr(e, '__%s__' % n)
            if c is not None:
                r += ' %s(%s: %s)' % (n, type(c).__name__, c)
        if isinstance(e, BlockingIOError):
            r += ' cw=%r' % (e.characters_written,)
    print(r if isinstance(r, str) and ': ' in r else repr(r))

class Raw(_io._RawIOBase):

    def __init__(s, chunks, log=True):
        s.c = list(chunks)
        s.w = []
        s.pos = 0

    def readable(s):
        return True

    def writable(s):
        return True

    def seekable(s):
        return False

    def readinto(s, b):
        if not s.c:
            return 0
        x = s.c.pop(0)
        if not isinstance(x, bytes):
            return x
        b[:len(x)] = x
        return len(x)

    def write(s, b):
        if s.c and s.c[0] != 'w':
            x = s.c.pop(0)
            if isinstance(x, bytes):
                x = len(x)
            if isinstance(x, int):
                s.w.append(bytes(b)[:x])
            return x
        s.w.append(bytes(b))
        return len(b)

    def tell(s):
        return s.pos
for bad in (-1, None, 'x', 1.5, 2 ** 70):
    r = _io.BufferedReader(Raw([bad]), 10)
    show(r.read, 5)
    r = _io.BufferedReader(Raw([bad]), 10)
    show(r.read1, 5)
    show(r.peek)
    show(r.readline)
    w = _io.BufferedWriter(Raw([bad]), 10)
    show(w.write, b'a' * 20)
    show(w.write, b'b' * 20)
    show(w.flush)
    w.raw.c = []
    show(w.close)
    show(_io._RawIOBase.read, Raw([bad]), 5)
    show(_io._RawIOBase.readall, Raw([bad]))
r = _io.BufferedReader(Raw([b'abc', b'de\nf', None, b'gh', b'']), 4)
show(r.read, 2)
show(r.readline)
show(r.read, 4)
show(r.read, 4)
show(r.read)
show(r.read)
r = _io.BufferedReader(Raw([b'abc', b'de\nf', None, b'gh']), 4)
show(r.read)
show(r.read)
show(r.read)
w = _io.BufferedWriter(Raw([b'12', None, b'1']), 5)
show(w.write, b'hello')
show(w.write, b'w')
show(w.write, b'orldorldor')
show(w.flush)
print(w.raw.w)
show(w.close)
print(w.raw.w)

class E(Raw):

    def flush(s):
        raise OSError('flush!')

    def close(s):
        _io._RawIOBase.close(s)
        raise ValueError('close!')
w = _io.BufferedWriter(E([]))
show(w.write, b'x')
show(w.close)
show(lambda: w.closed)
r = _io.BufferedReader(E([]))
show(r.close)
show(lambda: r.closed)
show(r.close)

class W(_io.BufferedWriter):

    def flush(s):
        raise OSError('bf')
w = W(Raw([]))
show(w.close)
show(lambda: w.closed)
tw = _io.TextIOWrapper(W(Raw([])), 'utf-8')
show(tw.close)
show(lambda: tw.closed)

class Reent(Raw):

    def write(s, b):
        s.b.write(b'q')
        return len(b)
x = Reent([])
b = _io.BufferedWriter(x, 4)
x.b = b
show(b.write, b'0123456789')
x.b = _io.BytesIO()
show(b.close)
p = _io.BufferedRWPair(Raw([b'ab\ncd']), Raw([]))
show(p.readline)
show(p.read, 1)
show(p.write, b'zz')
show(p.flush)
print(p.readable(), p.writable(), p.seekable(), p.closed, p.isatty())
show(p.tell)
show(p.close)
print(p.closed)
show(p.close)

class S(Raw):

    def __init__(s):
        s.p = 0
        s.seekret = None

    def seekable(s):
        return True

    def seek(s, *a):
        return s.seekret

    def tell(s):
        return -5
x = _io.BufferedReader.__new__(_io.BufferedReader)
show(x.read)
show(x.close)
show(repr, x)
show(lambda: x.closed)
show(lambda: x.raw)
show(x.__init__, S(), 0)
show(x.read)
b = _io.BufferedReader(S())
show(b.tell)
b.raw.seekret = -3
show(b.seek, 3)
b.raw.seekret = 'a'
show(b.seek, 3)
show(b.seek, 0, 9)
show(b.seek, 1.5)
show(b.seek, 2 ** 80)
show(b.truncate)
show(_io.BufferedReader, Raw([]), 0)
show(_io.BufferedReader, 3)
show(_io.BufferedReader)
show(_io.BufferedReader, Raw([]), 2, 3)
show(_io.BufferedReader, raw=Raw([]), buffer_size=3).__class__
show(_io.BufferedWriter, open('/dev/null'))
show(_io.BufferedRandom, open('/dev/null', 'rb').raw)
d = _io.BufferedReader(Raw([b'x']))
show(d.detach)
show(d.read)
show(d.detach)
show(repr, d)
show(lambda: d.raw)

class B(_io._BufferedIOBase):

    def read(s, n=-1):
        return s.v
    read1 = read
b = B()
for b.v in (b'ab', b'abcdef', 's', None):
    a = bytearray(3)
    show(b.readinto, a)
    show(b.readinto1, a)
    print(a)
show(b.readinto, b'ab')
show(b.write, 1)
show(b.detach)
show(_io._BufferedIOBase().read)

class L(_io._IOBase):

    def __init__(s, x):
        s.x = list(x)

    def read(s, n=-1):
        return s.x.pop(0)[:] if s.x else b''
show(L([b'a', b'b', b'\n', b'c']).readline)
show(L([b'a', 'q']).readline)
show(L([b'a', b'\n', b'c', b'\n']).readlines)
show(L([b'a', b'\n', b'c', b'\n', b'd']).readlines, 2)
show(L([b'a'] * 5).readline, 3)
show(L([]).readline, 'x')
show(L([]).readline, None)

class P(L):

    def peek(s, n):
        return s.pk
q = P([b'ab\n'])
q.pk = b'ab\ncd'
show(q.readline)
q = P([b'ab\n'])
q.pk = 3
show(q.readline)
i = _io._IOBase()
show(i.seek, 0)
show(i.tell)
show(i.truncate)
show(i.fileno)
show(i.isatty)
show(i._checkReadable)
show(i._checkSeekable)
show(i._checkWritable)
show(i._checkClosed)
show(i.writelines, 3)
show(i.writelines, [1])
show(i.close)
show(i.flush)
show(i.isatty)
show(i.__enter__)
show(iter, i)
show(next, i)
show(i.writelines, [])
show(lambda: i.__dict__)
show(i.readlines)
c = _io._IOBase()
c.closed_ = 1
show(lambda: c.closed)
show(c.__exit__, 1, 2, 3)
show(lambda: c.closed)
tb = _io._TextIOBase()
show(tb.read)
show(tb.write, 1, 2)
show(tb.detach)
show(lambda: (tb.encoding, tb.errors, tb.newlines))
show(_io._RawIOBase().readinto, b'')
show(_io._RawIOBase().write, 1)
show(_io._RawIOBase().read, 0)
