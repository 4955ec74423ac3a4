# memoryview: attributes, casts, subscripts, assignment, comparison, release, and buffers of views.
# RUN: %python %s
# RUN: pyvm --check-leaks %s
# REQUIRES: pyvm

def raises(kind, text, f, *args):
    try:
        f(*args)
    except kind as e:
        assert str(e) == text, (str(e), text)
    else:
        assert False, text

def attributes(m):
    return (m.nbytes, m.readonly, m.itemsize, m.format, m.ndim, m.shape, m.strides, m.suboffsets, m.c_contiguous,
            m.f_contiguous, m.contiguous)

b = bytearray(b'abcdefgh')
m = memoryview(b)
d2 = m.cast('B', [2, 4])
scalar = m.cast('q', [])
assert m.obj is b and memoryview(m).obj is b and memoryview(object=b'ab').tolist() == [97, 98]
assert attributes(m) == (8, False, 1, 'B', 1, (8,), (1,), (), True, True, True)
assert attributes(memoryview(b'abc')) == (3, True, 1, 'B', 1, (3,), (1,), (), True, True, True)
assert attributes(m[::-2]) == (4, False, 1, 'B', 1, (4,), (-2,), (), False, False, False)
assert attributes(m.cast('@h')) == (8, False, 2, '@h', 1, (4,), (2,), (), True, True, True)
assert attributes(d2) == (8, False, 1, 'B', 2, (2, 4), (4, 1), (), True, False, True)
assert attributes(scalar) == (8, False, 8, 'q', 0, (), (), (), True, True, True)
raises(TypeError, "memoryview: a bytes-like object is required, not 'int'", memoryview, 3)

# casts
assert m.cast('c').tolist()[:2] == [b'a', b'b'] and m.cast('?').tolist() == [True] * 8
for code in 'bBhHiIlLqQnNP':
    assert m.cast(code)[0] == int.from_bytes(b[:m.cast(code).itemsize], 'little'), code
for code in 'fd':
    assert m.cast(code).cast('B') == m
assert d2.cast('B') == m and d2.cast('i').tolist() == m.cast('i').tolist() and m.cast('B', (2, 2, 2))[1, 0, 1] == 102
where = 'memoryview: destination format must be a native single character format prefixed with an optional \'@\''
for format in 'e', '<i', 'ii', '':
    raises(ValueError, where, m.cast, format)
raises(TypeError, "cast() argument 'format' must be str, not int", m.cast, 3)
raises(TypeError, 'memoryview: cannot cast between two non-byte formats', m.cast('i').cast, 'h')
raises(TypeError, 'memoryview: length is not a multiple of itemsize', m[:7].cast, 'i')
raises(TypeError, 'memoryview: casts are restricted to C-contiguous views', m[::2].cast, 'B')
raises(TypeError, 'memoryview: cast must be 1D -> ND or ND -> 1D', d2.cast, 'B', [4, 2])
raises(TypeError, 'memoryview: product(shape) * itemsize != buffer size', m.cast, 'B', [3])
raises(TypeError, 'shape must be a list or a tuple', m.cast, 'B', 3)
raises(ValueError, 'memoryview.cast(): elements of shape must be integers > 0', m.cast, 'B', [0])
raises(ValueError, 'memoryview: number of dimensions must not exceed 64', m.cast, 'B', [1] * 65)
raises(TypeError, 'memoryview: cannot cast view with zeros in shape or strides', memoryview(b'').cast, 'B', [1])

# subscripts
assert m[0] == 97 and m[-1] == 104 and m[0,] == 97 and m[1:3].tobytes() == b'bc' and bytes(m[::-1]) == b'hgfedcba'
assert d2[1, 2] == 103 and d2[0:1].tolist() == [[97, 98, 99, 100]] and len(d2) == 2 and scalar[()] == m.cast('q')[0]
assert scalar[...] is scalar and len(scalar) == 1
raises(IndexError, 'index out of bounds on dimension 1', m.__getitem__, 100)
raises(IndexError, 'index out of bounds on dimension 1', d2.__getitem__, (5, 0))
raises(TypeError, 'cannot index 1-dimension view with 2-element tuple', m.__getitem__, (0, 1))
raises(TypeError, 'memoryview: invalid slice key', m.__getitem__, 'a')
raises(TypeError, 'invalid indexing of 0-dim memory', scalar.__getitem__, 0)
raises(NotImplementedError, 'multi-dimensional sub-views are not implemented', d2.__getitem__, 0)
raises(NotImplementedError, 'sub-views are not implemented', d2.__getitem__, (0,))
raises(NotImplementedError, 'multi-dimensional slicing is not implemented', d2.__getitem__, (slice(1), slice(1)))
assert d2.tolist() == [[97, 98, 99, 100], [101, 102, 103, 104]]
assert d2.tobytes() == b'abcdefgh' and d2.tobytes('F') == b'aebfcgdh' and d2[::-1].tobytes(order='A') == b'efghabcd'
assert d2.hex('-', 2) == '6162-6364-6566-6768'
raises(ValueError, "order must be 'C', 'F' or 'A'", m.tobytes, 'x')

# assignment
def assigned(code):
    b = bytearray(b'abcdefgh')
    exec(code, {'m': memoryview(b)})
    return bytes(b)
assert assigned('m[0] = 65') == b'Abcdefgh' and assigned("m[1:3] = b'XY'") == b'aXYdefgh'
assert assigned('m[1:5] = m[0:4]') == b'aabcdfgh' and assigned('m[::-1] = m') == b'hgfedcba'
assert assigned("m.cast('i')[0] = -1") == b'\xff\xff\xff\xffefgh' and assigned("m.cast('B', [2, 4])[1, 1] = 90") == b'abcdeZgh'
assert assigned("m.cast('c')[0] = b'z'; m.cast('?')[1] = []") == b'z\0cdefgh'
assert assigned("m.cast('q', [])[...] = 5") == b'\5' + bytes(7) and assigned("m.cast('f')[0] = 1.5") == b'\0\0\xc0?efgh'
raises(ValueError, "memoryview: invalid value for format 'B'", m.__setitem__, 0, 300)
raises(TypeError, "memoryview: invalid type for format 'B'", m.__setitem__, 0, 'a')
raises(ValueError, "memoryview: invalid value for format 'c'", m.cast('c').__setitem__, 0, b'zz')
raises(ValueError, 'memoryview assignment: lvalue and rvalue have different structures', m.__setitem__, slice(1, 3), b'XYZ')
raises(TypeError, "a bytes-like object is required, not 'int'", m.__setitem__, slice(1, 3), 3)
raises(TypeError, 'cannot delete memory', m.__delitem__, 0)
raises(TypeError, 'cannot modify read-only memory', m.toreadonly().__setitem__, 0, 1)
raises(NotImplementedError, 'memoryview slice assignments are currently restricted to ndim = 1', d2.__setitem__, slice(1), b'')

# hashing and comparison: by format
assert hash(memoryview(b'abc')) == hash(b'abc') and hash(memoryview(b'abcd')[::2]) == hash(b'ac')
raises(ValueError, 'cannot hash writable memoryview object', hash, m)
raises(ValueError, "memoryview: hashing is restricted to formats 'B', 'b' or 'c'", hash, memoryview(b'abcd').cast('i'))
raises(TypeError, "unhashable type: 'bytearray'", hash, m.toreadonly())
assert memoryview(b'ab') == b'ab' == memoryview(b'ab') == bytearray(b'ab') and memoryview(b'ab') != memoryview(b'ac')
assert memoryview(b'\xff').cast('b') != memoryview(b'\xff') and memoryview(b'ab').cast('b') == memoryview(b'ab')
assert memoryview(bytes(8)).cast('d') == memoryview(bytes(8)).cast('q') and d2 != m and m != 'abcdefgh'
nan = memoryview(b'\0\0\0\0\0\0\xf8\x7f').cast('d')
assert nan != nan and (nan < nan if False else True) and memoryview(b'abcd')[::2] == b'ac'

# release
r = memoryview(bytearray(2))
v = memoryview(r)
hold = iter(b'')
raises(BufferError, 'Existing exports of data: object cannot be re-sized', r.obj.append, 1)
owner = r.obj
r.release()
r.release()
raises(BufferError, 'Existing exports of data: object cannot be re-sized', owner.append, 1)
v.release()
owner.append(1)
gone = 'operation forbidden on released memoryview object'
for f in (lambda: r[0], lambda: len(r), r.tolist, r.tobytes, lambda: r.nbytes, lambda: r.obj, lambda: memoryview(r),
          lambda: bytes(r), r.__enter__, lambda: hash(r)):
    raises(ValueError, gone, f)
assert r == r and r != b'' and repr(r).startswith('<released memory at 0x') and repr(m).startswith('<memory at 0x')
with memoryview(b'abc') as q:
    assert q.tolist() == [97, 98, 99]
raises(ValueError, gone, lambda: q[0])

class Release:
    def __init__(self, view):
        self.view = view
    def __index__(self):
        self.view.release()
        return 0
for use in (lambda v: v[Release(v)], lambda v: v.__setitem__(0, Release(v)), lambda v: v.__setitem__(Release(v), 1)):
    raises(ValueError, gone, use, memoryview(bytearray(2)))

# buffers of views
assert bytes(m[::2]) == b'aceg' and bytearray(m[::-1]) == b'hgfedcba' and int.from_bytes(m[::4], 'big') == 0x6165
raises(BufferError, 'memoryview: underlying buffer is not C-contiguous', lambda: b'abc'.find(m[::2]))
raises(TypeError, "can't concat memoryview to bytes", lambda: b'x' + m[::2])
assert b','.join([m[1:2], m[:1]]) == b'b,a' and b'%b' % m[::4] == b'ae' and b'x' + m[:1] == b'xa'
assert 97 in m and list(reversed(m[:2])) == [98, 97] and list(iter(m[::4])) == [97, 101]
match memoryview(b'ab'):
    case [x, y]:
        assert (x, y) == (97, 98)
raises(TypeError, "type 'memoryview' is not an acceptable base type", type, 'X', (memoryview,), {})
assert memoryview.cast.__text_signature__ == '($self, /, format, shape=<unrepresentable>)'
