# TextIOWrapper, StringIO, BytesIO and IncrementalNewlineDecoder: arguments, states, refusals.
# RUN: %S/every-way.sh %s %t
# REQUIRES: pyvm
import _io, sys

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
T = _io.TextIOWrapper
B = _io.BytesIO
show(T)
show(T, 3)
show(T, B(), 3)
show(T, B(), None, 3)
show(T, B(), None, None, 3)
show(T, B(), newline='x')
show(T, B(), 'nope')
show(T, B(), errors='nope')
show(T, B(), 'a\x00b')
show(T, B(), b'utf-8')
show(T, B(), 'utf-8', 'strict', '', 'a', object())
x = T.__new__(T)
show(repr, x)
show(x.read)
show(lambda: x.buffer)
show(lambda: x.encoding)
show(lambda: x.errors)
show(lambda: x.closed)
show(x.close)
show(x.detach)
show(lambda: x.line_buffering)
show(lambda: x._CHUNK_SIZE)
show(lambda: x.name)
f = T(B(b'ab\r\ncd\re'), 'ascii')
show(repr, f)
show(lambda: f.mode)
f.mode = 'q'
show(repr, f)
show(f.read, 3)
show(lambda: f.newlines)
show(f.read)
show(lambda: f.newlines)
show(f.reconfigure, encoding='latin-1')
show(f.reconfigure, newline='')
show(f.reconfigure, line_buffering=1)
show(f.reconfigure, line_buffering='a')
show(f.reconfigure, errors='replace')
show(f.reconfigure, 3)
show(f.reconfigure, foo=3)
print(f.encoding, f.errors, f.line_buffering, f.write_through)
f = T(B())
show(f.reconfigure, newline=3)
show(f.reconfigure, newline='x')
show(f.reconfigure, encoding=3)
show(f.reconfigure, errors=3)
show(f.reconfigure, encoding='bad')
show(f.reconfigure, encoding='latin-1', newline=None, write_through=True)
print(f.encoding, f.errors, f.write_through)
show(f.write, 'é')
print(f.buffer.getvalue())
show(f.reconfigure, errors='ignore')
print(f.errors)
show(f.write, 3)
show(f.write, b'a')
show(f.seek, 1, 1)
show(f.seek, 1, 2)
show(f.seek, -1)
show(f.seek, 0, 5)
show(f.seek, 'a')
show(f.seek, 1.5)
show(f.seek, 0, 1)
show(f.seek, 2 ** 200)
show(setattr, f, '_CHUNK_SIZE', 0)
show(setattr, f, '_CHUNK_SIZE', 'a')
show(delattr, f, '_CHUNK_SIZE')
show(setattr, f, '_CHUNK_SIZE', 5)
show(lambda: f._CHUNK_SIZE)
show(setattr, f, 'encoding', 'x')
show(setattr, f, 'name', 3)
show(setattr, f, '_finalizing', 3)
show(delattr, f, '_finalizing')
show(setattr, f, 'newlines', 3)
show(setattr, f, 'buffer', 3)
show(f.detach)
show(f.read)
show(f.write, 'x')
show(repr, f)
show(f.detach)
show(lambda: f.closed)
show(lambda: f.buffer)
show(f.close)
show(lambda: f.name)
show(lambda: f.errors)
show(lambda: f.newlines)
show(f.fileno)
show(f.tell)

class O(B):

    def __init__(s, *a):
        B.__init__(s, *a)
        s.l = []

    def write(s, b):
        s.l.append(bytes(b))
        return B.write(s, b)

    def flush(s):
        s.l.append('f')
        return B.flush(s)
for kw in ({}, {'line_buffering': True}, {'write_through': True}, {'newline': '\r\n'}, {'newline': '\r', 'line_buffering': 1}):
    o = O()
    f = T(o, 'utf-8', **kw)
    f._CHUNK_SIZE = 10
    for s in ('a', 'bc\n', 'd' * 9, 'é' * 20, 'x\r', '', '\n', 'y' * 10, 'z' * 3):
        f.write(s)
    print(o.l)
    f.writelines(['q\n', 'r'])
    f.flush()
    print(o.l)

class RB(B):

    def read1(s, n=-1):
        return s.v

    def read(s, n=-1):
        return s.v
for v in ('s', None, 3, bytearray(b'ab')):
    for name in ('read', 'readline'):
        o = RB()
        o.v = v
        f = T(o, 'utf-8')
        if not isinstance(v, bytearray):
            show(getattr(f, name), 2)
    o = RB()
    o.v = v
    f = T(o, 'utf-8')
    show(f.read)
for data in (b'\xff', b'a\xe2\x82', b'\xe2(\xa1', b'\xf0\x9f\x98\x80' * 3, b'\xed\xa0\x80'):
    for err in ('strict', 'replace', 'ignore', 'surrogateescape', 'surrogatepass', 'backslashreplace'):
        f = T(B(data), 'utf-8', err)
        f._CHUNK_SIZE = 1
        show(f.read, 3)
        show(f.tell)
        show(f.read)
        f = T(B(data), 'utf-8', err)
        show(f.readline)
        show(f.tell)
f = T(B(), 'ascii')
show(f.write, 'é')
show(f.write, 'a')
f = T(B(), 'ascii', 'backslashreplace')
show(f.write, 'é€😀')
f.flush()
print(f.buffer.getvalue())

class Sub(T):

    def readline(s):
        return s.v
f = Sub(B(b'a'))
f.v = 3
show(next, f)
f.v = ''
show(next, f)
f.v = 'q'
show(next, f)
show(f.tell)
f = T(B(b'a\nb\n'))
show(next, f)
show(f.tell)
show(list, f)
show(f.tell)
f.close()
show(f.read)
show(f.close)
show(iter, f)
show(next, f)
show(repr, f)
show(f.__enter__)
show(f.flush)
N = _io.IncrementalNewlineDecoder
show(N)
show(N, None)
d = N(None, True)
show(d.decode, 'a\r')
show(d.getstate)
show(d.decode, '\nb\r\nc\rd\n')
show(lambda: d.newlines)
show(d.decode, '\r', True)
show(d.decode, b'')
show(d.decode, 3)
show(d.setstate, (b'', 1))
show(d.decode, '')
show(d.decode, 'x')
show(d.setstate, 3)
show(d.setstate, (1,))
show(d.setstate, ('a', 'b'))
show(d.reset)
show(lambda: d.newlines)
show(d.getstate)
d = N(None, False)
show(d.decode, 'a\r\nb\rc\r')
show(d.decode, '\n')
show(lambda: d.newlines)
x = N.__new__(N)
show(x.decode, '')
show(x.reset)
show(lambda: x.newlines)
show(x.getstate)

class D:

    def decode(s, b, f=False):
        return s.r

    def getstate(s):
        return s.s

    def setstate(s, x):
        print('set', x)

    def reset(s):
        print('reset')
d = D()
n = N(d, 1)
d.r = 3
show(n.decode, b'x')
d.r = 'ab\r'
show(n.decode, b'')
d.s = 3
show(n.getstate)
d.s = (1,)
show(n.getstate)
d.s = (b'q', 5)
show(n.getstate)
show(n.setstate, (b'z', 7))
show(n.reset)
S = _io.StringIO
show(S, 3)
show(S, '', 3)
show(S, '', 'x')
show(S, 'a', None, 3)
show(S, b'a')
s = S('a\r\nb\rc\n', None)
show(s.getvalue)
show(lambda: s.newlines)
s = S('a\nb', '\r\n')
show(s.getvalue)
show(s.readline)
show(s.write, 3)
show(s.write, b'a')
show(s.seek, -1)
show(s.seek, 1, 1)
show(s.seek, 1, 2)
show(s.seek, 0, 3)
show(s.seek, 'a')
show(s.truncate, -1)
show(s.truncate, 'a')
show(s.truncate, 1)
show(s.read, 'a')
show(s.fileno)
show(s.detach)
show(s.isatty)
show(s.line_buffering.__class__)
s.x = 5
st = s.__getstate__()
show(s.__getstate__)
n = S()
n.__setstate__(st)
show(n.getvalue)
show(lambda: (n.x, n.tell()))
show(n.__setstate__, 3)
show(n.__setstate__, ('a', '\n'))
show(n.__setstate__, ('a', '\n', 'x', None))
show(n.__setstate__, ('a', '\n', -1, None))
show(n.__setstate__, ('a', '\n', 1, 3))
show(n.__setstate__, (None, '\n', 0, None))
show(n.__setstate__, (3, '\n', 0, None))
show(n.__setstate__, ('a\n', 'x', 0, None))
s.close()
show(s.getvalue)
show(s.__setstate__, st)
show(s.__getstate__)
show(lambda: s.closed)
show(s.write, 3)
show(s.write, 'x')
x = S.__new__(S)
show(x.read)
show(lambda: x.closed)
show(x.write, 'x')
show(x.getvalue)
show(x.close)
b = B(b'abc')
b.y = 1
st = b.__getstate__()
show(b.__getstate__)
n = B()
n.__setstate__(st)
show(n.getvalue)
show(n.__setstate__, 3)
show(n.__setstate__, (b'',))
show(n.__setstate__, (b'', 'x', None))
show(n.__setstate__, (b'', -1, None))
show(n.__setstate__, (b'', 1, 2))
show(n.__setstate__, ('a', 1, None))
show(B, 3)
show(B, 'a')
show(B, None)
show(b.seek, -1)
show(b.seek, 0, 4)
show(b.truncate, -1)
show(b.readlines, 'x')
show(b.write, 'x')
show(b.writelines, [b'z', 1])
show(b.read1, None)
show(b.readinto, b'a')
show(b.readinto, 3)
show(b.seek, -100, 1)
show(b.fileno)
show(b.detach)
x = B.__new__(B)
show(x.getvalue)
show(x.__sizeof__().__class__)

class SB(B):
    pass
sb = SB(b'a\nb\n')
sb.readline = lambda: b'hi'
show(next, sb)
import sys
show(repr, S()) if 0 else None
for o in (S(), B(), _io.BufferedRWPair(B(), B())):
    print(type(o), repr(o).split(' at ')[0])
