# Arguments of open() and FileIO.
# RUN: %S/every-way.sh %s %t
# REQUIRES: pyvm
import _io

def show(f, *a, **k):
    try:
        print(repr(f(*a, **k)))
    except BaseException as e:
        print(type(e).__name__, e)
show(open, '/dev/null', errors='nope')
show(open, '/dev/null', 'rb', 2 ** 40)
show(_io.TextIOWrapper, _io.BytesIO(), 'utf-8', 'nope')
show(open, '/dev/null', buffering=2 ** 33)
show(open, '/dev/null', buffering='a')
show(open, '/dev/null', closefd='a')
show(open, '/dev/null', opener=3)
show(open, b'/dev/null\xff')
show(open, '/dev/null\udcff')
show(open, '/nonexistent\ud800')
show(open, '/dev/null', 'r', -1, 'utf-8', 'strict', '\n', True, None, 5)
show(open, '/dev/null', foo=1)
show(open, True, closefd=False)
show(open, 0.0)

class I:

    def __index__(s):
        return 0
show(lambda: open(I(), closefd=False).fileno())

class P:

    def __fspath__(s):
        return 3
show(open, P())

class P:

    def __fspath__(s):
        raise KeyError('x')
show(open, P())
show(_io.FileIO, '/dev/null', 'r', False)
show(_io.FileIO, 3.5)
show(_io.FileIO, None)
show(_io.FileIO, 2 ** 70)
show(_io.FileIO, -1)
show(_io.FileIO, '/etc/passwd\x00')
f = _io.FileIO('/dev/null', 'r+')
show(f.write, b'abc')
show(f.read, 0)
show(f.read, 'a')
show(f.read, 2 ** 70)
show(f.truncate, 1)
show(f.truncate, 'a')
show(f.seek, 2 ** 70)
show(f.seek, 0, 7)
show(f.write, 3)
show(f.__sizeof__().__class__)
del f.name
show(repr, f)
f.name = f
show(repr, f)
f.name = 3
show(repr, f)

class Q:

    def __repr__(s):
        raise ValueError('bad repr')
f.name = Q()
show(repr, f)
show(open, '/')
show(open, '/proc/nope/x', 'w')
show(open, '/dev/null/x')
show(open, 'x' * 300)
show(open, '', 'w')
