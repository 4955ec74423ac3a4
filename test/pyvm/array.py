# array: every type code, ranges, subscripts, methods, buffers, pickling, comparison and iteration.
# RUN: %python -W ignore %s
# RUN: pyvm --check-leaks -W ignore %s
# REQUIRES: pyvm
from array import array, ArrayType, typecodes, _array_reconstructor

def raises(kind, text, f, *args):
    try:
        f(*args)
    except kind as e:
        assert str(e) == text, (str(e), text)
    else:
        assert False, text

def after(code, a=None):
    a = array('i', [1, 2, 3, 4]) if a is None else a
    exec(code, {'a': a, 'array': array})
    return a.tolist()

assert ArrayType is array and typecodes == 'bBuhHiIlLqQfd'
assert [array(c).itemsize for c in typecodes] == [1, 1, 4, 2, 2, 4, 4, 8, 8, 8, 8, 4, 8]
assert repr(array('i')) == "array('i')" and repr(array('u', 'ab')) == "array('u', 'ab')" and repr(array('d', (1, 2))) == "array('d', [1.0, 2.0])"
assert array('i', b'abcd')[0] == 0x64636261 and array('i', memoryview(b'ab')).tolist() == [97, 98]
raises(TypeError, 'array() takes at least 1 argument (0 given)', array)
raises(ValueError, 'bad typecode (must be b, B, u, h, H, i, I, l, L, q, Q, f or d)', array, 'x')
raises(TypeError, 'array() argument 1 must be a unicode character, not int', array, 3)
raises(TypeError, "cannot use a str to initialize an array with typecode 'i'", array, 'i', 'a')
raises(ValueError, 'bytes length not a multiple of item size', array, 'i', b'abc')
for code, value, text in [('b', 200, 'signed char is greater than maximum'), ('B', -1, 'unsigned byte integer is less than minimum'),
                          ('h', 1 << 15, 'signed short integer is greater than maximum'), ('H', -1, 'unsigned short is less than minimum'),
                          ('i', 1 << 31, 'signed integer is greater than maximum'), ('I', -1, "can't convert negative value to unsigned int"),
                          ('I', 1 << 32, 'unsigned int is greater than maximum'), ('l', 1 << 63, 'Python int too large to convert to C long'),
                          ('q', 1 << 63, 'int too big to convert'), ('Q', -1, "can't convert negative int to unsigned")]:
    raises(OverflowError, text, array, code, [value])
raises(TypeError, 'array item must be unicode character', array, 'u', ['ab'])

assert after('a[0] = 9') == [9, 2, 3, 4] and after('a[1:2] = array("i", [7, 8])') == [1, 7, 8, 3, 4]
assert after('a[::2] = array("i", [7, 8])') == [7, 2, 8, 4] and after('a[1:1] = a') == [1, 1, 2, 3, 4, 2, 3, 4]
assert after('del a[::2]') == [2, 4] and after('del a[1:3]') == [1, 4] and after('a += a; a *= 2') == [1, 2, 3, 4] * 4
assert after('a.append(5); a.insert(-9, 0); a.remove(2); a.pop(1)') == [0, 3, 4, 5] and after('a.reverse()') == [4, 3, 2, 1]
assert after('a.extend([5]); a.fromlist([6]); a.frombytes(b"\\7\\0\\0\\0")') == [1, 2, 3, 4, 5, 6, 7] and after('a.byteswap()')[0] == 1 << 24
a = array('i', [1, 2, 3, 4])
assert a[-1] == 4 and a[::-2].tolist() == [4, 2] and (a + a)[4] == 1 and len(2 * a) == 8 and 3 in a and 'x' not in a
assert a.index(2) == 1 and a.count(1) == 1 and a.buffer_info()[1] == 4 and a.__copy__() == a == a.__deepcopy__({})
raises(IndexError, 'array index out of range', a.__getitem__, 9)
raises(IndexError, 'array assignment index out of range', a.__setitem__, 9, 1)
raises(TypeError, 'array indices must be integers', a.__getitem__, 'x')
raises(TypeError, 'can only assign array (not "list") to array slice', a.__setitem__, slice(1), [1])
raises(ValueError, 'attempt to assign array of size 1 to extended slice of size 2', a.__setitem__, slice(None, None, 2), array('i', [1]))
raises(TypeError, 'can only append array (not "list") to array', a.__add__, [1])
raises(TypeError, 'can only extend with array of same kind', a.extend, array('h', [1]))
raises(ValueError, 'array.index(x): x not in array', a.index, 1, 1)
raises(IndexError, 'pop index out of range', a.pop, 9)
raises(TypeError, "unhashable type: 'array.array'", hash, a)
raises(ValueError, 'tounicode() may only be called on unicode type arrays', a.tounicode)
assert array('u', 'é\U0001f600').tounicode() == 'é\U0001f600'

assert a == array('d', [1, 2, 3, 4]) and a < array('h', [2]) and a != [1, 2, 3, 4] and array('d', [float('nan')]) != array('d', [float('nan')])
m = memoryview(a)
assert m.format == 'i' and m.tolist() == [1, 2, 3, 4] and memoryview(array('u', 'a')).format == 'w' and bytes(a) == a.tobytes()
raises(BufferError, 'cannot resize an array that is exporting buffers', a.append, 1)
m[0] = 7
m.release()
a.append(5)
assert a.tolist() == [7, 2, 3, 4, 5]

class Sub(array):
    pass
s = Sub('i', [1])
s.x = 3
assert repr(s) == "Sub('i', [1])" and s.__reduce_ex__(2) == (Sub, ('i', [1]), {'x': 3}) and type(s[:]) is array
assert array('h', [1]).__reduce_ex__(3) == (_array_reconstructor, (array, 'h', 4, b'\1\0'), None)
for args, result in [((array, 'i', 9, b'\0\0\0\1'), array('i', [1])), ((array, 'q', 8, b'\1\0\0\0'), array('i', [1])),
                     ((array, 'f', 15, b'?\x80\0\0'), array('f', [1])), ((array, 'b', 0, b'\xff'), array('B', [255])),
                     ((array, 'd', 14, b'\0\0\x80?'), array('d', [1])), ((array, 'u', 20, b'a\0\0\0'), array('u', 'a'))]:
    made = _array_reconstructor(*args)
    assert made == result and made.typecode == result.typecode, made
raises(ValueError, 'third argument must be a valid machine format code.', _array_reconstructor, array, 'i', 99, b'')

it = iter(array('i', [1, 2, 3]))
assert next(it) == 1 and it.__reduce__() == (iter, (array('i', [1, 2, 3]),), 1)
it.__setstate__(2)
assert list(it) == [3] and it.__reduce__() == (iter, ((),))

class File:
    data = b''
    def write(self, block):
        self.data += block
    def read(self, n):
        block, self.data = self.data[:n], self.data[n:]
        return block
f = File()
array('i', [1, 2, 3]).tofile(f)
a = array('i')
a.fromfile(f, 2)
raises(EOFError, "read() didn't return enough bytes", a.fromfile, f, 2)
assert a.tolist() == [1, 2, 3]
match a:
    case [1, *rest]:
        assert rest == [2, 3]
