# mmap: files and anonymous memory, compared step by step with CPython.
# RUN: %python %s > %t.python
# RUN: pyvm --check-leaks %s > %t.pyvm
# RUN: diff %t.python %t.pyvm
import sys
del sys.path[0]
import copy
import mmap as M
import os
import pickle
import tempfile
import weakref


def show(text):
    """The value of an expression, or its error; a statement is executed."""
    try:
        code = compile(text, 'text', 'eval')
    except SyntaxError:
        return exec(text, globals())
    try:
        print(text, '->', repr(eval(code, globals())))
    except Exception as error:
        print(text, '->', type(error).__name__, error)


file = tempfile.TemporaryFile()
file.write(b'0123456789' * 1000)
file.flush()
fd = 99
os.dup2(file.fileno(), fd)
for text in '''\
m = M.mmap(fd, 0)
repr(m)
len(m)
m.size()
m.tell()
m.closed
M.mmap()
M.mmap(fd)
M.mmap(fd, -1)
M.mmap(fd, 20000)
M.mmap(fd, 10, offset=-1)
M.mmap(fd, 10, offset=5)
M.mmap(fd, 0, offset=20000 * 4096)
M.mmap(fd, 10, access=9)
M.mmap(fd, 10, flags=1, access=1)
M.mmap(fd, 10, prot=1, access=2)
M.mmap(-1, 0)
M.mmap(999, 10)
M.mmap('x', 10)
M.mmap(fd, 2 ** 70)
M.mmap(-1, 10, 1, 2, 3, 4, 5)
m.read(5)
m.read()
m.seek(0)
m.read(None)
m.seek(0)
m.read(-3)
m.read_byte()
m.seek(0)
m.read_byte()
m.readline()
m.seek(0)
m.seek(5)
m.seek(-1)
m.seek(1, 1)
m.seek(-1, 2)
m.seek(1, 2)
m.seek(0, 9)
m.seek('x')
m.tell()
m.write(b'xx')
m.seek(0)
m.write(b'ab')
m.write('x')
m.write_byte(65)
m.write_byte(300)
m.write_byte('x')
m[:5]
m[0]
m[-1]
m[0:10:2]
m[5:2]
m.__getitem__(20000)
m.__getitem__('x')
m.__setitem__(0, 66)
m.__setitem__(0, 300)
m.__setitem__(0, b'x')
m.__setitem__(slice(0, 2), b'zz')
m.__setitem__(slice(0, 2), b'z')
m.__setitem__(slice(0, 6, 2), b'QQQ')
m.__setitem__(slice(0, 2), 'z')
m.__setitem__('x', 1)
m.__delitem__(0)
m.__delitem__(slice(0, 1))
m.__setitem__(20000, 1)
m.seek(0)
m.find(b'56')
m.find(b'56', 10)
m.find(b'56', -20, -5)
m.rfind(b'56')
m.rfind(b'56', 0, 10)
m.find('x')
m.find()
m.find(b'')
m.rfind(b'', 5, 20)
m.find(b'56', 0, 3)
m.find(b'1', 0, 10, 3)
m.move(0, 5, 3)
m.move(0, 9999, 5)
m.move(-1, 0, 1)
m.move(1, 2)
m[:12]
m.flush()
m.flush(0, 4096)
m.flush(0, 99999)
m.flush(5, 10)
m.flush(1, 2, 3)
m.madvise(M.MADV_NORMAL)
m.madvise(M.MADV_NORMAL, 4096)
m.madvise(M.MADV_NORMAL, 99999)
m.madvise(M.MADV_NORMAL, 0, -1)
m.madvise(-5)
m.madvise(0, -1)
m.madvise(0, 5)
m.resize(5000)
len(m)
m.size()
m.resize(-1)
m.resize(0)
m.resize('x')
m.resize(10000)
v = memoryview(m)
v.readonly
v.format
v.nbytes
m.close()
m.resize(10)
v.release()
it = iter(m)
next(it)
98 in m
b'a' in m
m + m
m * 2
m < m
m == m
copy.copy(m)
weakref.ref(m)() is m
repr(m)
m.closed
m.close()
repr(m), m.closed
m.read()
m.read_byte()
m.readline()
m.size()
m.tell()
m.flush()
m.__len__()
m.__enter__()
m.seek(0)
m.write(b'x')
m.write_byte(1)
m.find(b'x')
m.move(0, 0, 0)
m.resize(5)
m.__getitem__(0)
m.__setitem__(0, 1)
memoryview(m)
m.madvise(0)
m.close()
r = M.mmap(fd, 10, access=M.ACCESS_READ)
repr(r)
r.write(b'x')
r.write_byte(1)
r.__setitem__(0, 1)
r.move(0, 1, 1)
r.resize(5)
memoryview(r).readonly
r.flush()
r.__setitem__(slice(0, 1), b'x')
c = M.mmap(fd, 10, access=M.ACCESS_COPY)
repr(c)
c[0] = 65
c.resize(5)
c.flush()
c.size()
w = M.mmap(fd, 10, access=M.ACCESS_WRITE, offset=4096)
repr(w)
w2 = M.mmap(fd, 10, flags=M.MAP_PRIVATE, prot=M.PROT_READ)
repr(w2)
w2.write(b'x')
a = M.mmap(-1, 100)
repr(a)
a.size()
a.resize(200)
a.readline()
a.seek(0)
a.write(b'ab\\ncd')
a.seek(0)
a.readline()
a.read(3)
a = M.mmap(-1, 100, M.MAP_PRIVATE | M.MAP_ANONYMOUS)
a.resize(200)'''.splitlines():
    show(text)

with M.mmap(-1, 10) as m:
    assert not m.closed
assert m.closed and weakref.ref(m)() is m


class Sub(M.mmap):
    pass


s = Sub(-1, 10)
s.x = s
assert (len(s), s.x) == (10, s) and len(pickle.__name__) and copy
show('pickle.dumps(M.mmap(-1, 1))')
for name in sorted(vars(M.mmap)):
    print(name, type(vars(M.mmap)[name]).__name__)
print([(name, getattr(M, name)) for name in dir(M) if name.isupper()], M.mmap.__doc__)
with tempfile.TemporaryFile() as empty:
    show('M.mmap(empty.fileno(), 0)')


class Resizes:
    def __index__(self):
        s.resize(1)
        return 5


for key in slice(0, Resizes()), Resizes():  # CPython takes the new size for the slice
    s.resize(10)
    try:
        assert len(s[key]) <= 1
    except IndexError:
        pass
