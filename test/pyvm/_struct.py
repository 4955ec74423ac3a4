# _struct: formats, sizes and alignment, every code in both byte orders, and what is refused.
# RUN: %python %s
# RUN: pyvm --check-leaks %s
# REQUIRES: pyvm
import _struct as struct

def raises(kind, text, f, *args, **kwargs):
    try:
        f(*args, **kwargs)
    except kind as e:
        assert str(e) == text, (str(e), text)
    else:
        assert False, text

error = struct.error
assert error.__module__ == 'struct' and error.__base__ is Exception

# sizes and alignment
sizes = {'': 0, 'bi': 8, 'bi0q': 8, '=bi': 5, '<2h3s': 7, ' 2i x': 9, 'n': 8, '@bhilqd': 32, '3s0s1p': 4, 'bP': 16, '!?e': 3}
for format, size in sizes.items():
    assert struct.calcsize(format) == struct.Struct(format.encode()).size == size, (format, struct.calcsize(format))

# every code, both byte orders
values = {'b': -3, 'B': 250, 'h': -300, 'H': 65000, 'i': -70000, 'I': 1 << 31, 'l': -5, 'L': 5, 'q': -(1 << 62),
          'Q': (1 << 64) - 1, 'f': 1.5, 'd': -2.25, 'e': 0.5, '?': True, 'c': b'x'}
for code, value in values.items():
    for order in '@=<>!':
        packed = struct.pack(order + code, value)
        assert struct.unpack(order + code, packed) == (value,), (order, code)
    assert struct.pack('<' + code, value) == struct.pack('>' + code, value)[::-1]
assert struct.pack('>hHi', 1, 2, 3) == b'\0\1\0\2\0\0\0\3' and struct.unpack('nNP', bytes(24)) == (0, 0, 0)
assert struct.pack('3s', b'abcdef') == b'abc' and struct.pack('5s', bytearray(b'ab')) == b'ab\0\0\0'
assert struct.pack('3p', b'abcdef') == b'\2ab' and struct.unpack('3p', b'\x09ab') == (b'ab',)
assert struct.pack('3xb', 1) == b'\0\0\0\1' and struct.unpack('2b2x', b'\1\2\3\4') == (1, 2)

# half floats: rounding, subnormals, the end of the range
for number, bits in [(65504.0, 'ff7b'), (65519.0, 'ff7b'), (6e-8, '0100'), (2.98e-8, '0000'), (1.0009765625, '013c'),
                     (float('inf'), '007c'), (-0.0, '0080'), (float('nan'), '007e')]:
    assert struct.pack('<e', number).hex() == bits, (number, struct.pack('<e', number).hex())
assert struct.unpack('<e', b'\1\0') == (2.0 ** -24,)
raises(OverflowError, 'float too large to pack with e format', struct.pack, 'e', 65520.0)
raises(OverflowError, 'float too large to pack with f format', struct.pack, '<f', 1e300)
assert struct.pack('f', 1e300) == b'\0\0\x80\x7f'

# parts of buffers
b = bytearray(8)
struct.pack_into('<h', b, -2, 3)
assert b == b'\0\0\0\0\0\0\3\0' and struct.unpack_from('<h', b, 6) == struct.unpack_from('<h', buffer=b, offset=-2) == (3,)
it = struct.iter_unpack('<h', b)
assert it.__length_hint__() == 4 and list(it) == [(0,), (0,), (0,), (3,)] and list(it) == []
raises(BufferError, 'Existing exports of data: object cannot be re-sized', lambda i: b.clear(), struct.iter_unpack('b', b))

# errors
raises(error, 'byte format requires -128 <= number <= 127', struct.pack, 'b', 300)
raises(error, 'ushort format requires 0 <= number <= 65535', struct.pack, 'H', -1)
raises(error, "'i' format requires -2147483648 <= number <= 2147483647", struct.pack, 'i', 1 << 31)
raises(error, 'argument out of range', struct.pack, 'Q', -1)
raises(error, 'int too large to convert', struct.pack, '>q', 1 << 63)
raises(error, "'h' format requires -32768 <= number <= 32767", struct.pack, '>h', 1 << 15)
raises(error, 'required argument is not an integer', struct.pack, 'i', 1.5)
raises(error, 'required argument is not a float', struct.pack, 'd', 'a')
raises(error, 'char format requires a bytes object of length 1', struct.pack, 'c', b'ab')
raises(error, "argument for 's' must be a bytes object", struct.pack, 's', 'a')
raises(error, 'pack expected 1 items for packing (got 2)', struct.pack, 'i', 1, 2)
raises(TypeError, 'missing format argument', struct.pack)
raises(error, 'pack_into expected offset argument', struct.pack_into, 'i', b)
raises(TypeError, 'argument must be read-write bytes-like object, not bytes', struct.pack_into, 'i', b'abcd', 0, 1)
raises(error, 'no space to pack 4 bytes at offset -1', struct.pack_into, 'i', b, -1, 1)
raises(error, 'offset -10 out of range for 8-byte buffer', struct.pack_into, 'i', b, -10, 1)
raises(error, 'pack_into requires a buffer of at least 9 bytes for packing 4 bytes at offset 5 (actual buffer size is 8)',
       struct.pack_into, 'i', b, 5, 1)
raises(error, 'unpack requires a buffer of 4 bytes', struct.unpack, 'i', b'')
raises(error, 'not enough data to unpack 4 bytes at offset -1', struct.unpack_from, 'i', b, -1)
raises(error, 'unpack_from requires a buffer of at least 9 bytes for unpacking 4 bytes at offset 5 (actual buffer size is 8)',
       struct.unpack_from, 'i', b, 5)
raises(error, 'cannot iteratively unpack with a struct of length 0', struct.iter_unpack, '', b'')
raises(error, 'iterative unpacking requires a buffer of a multiple of 4 bytes', struct.iter_unpack, 'i', b'abc')
raises(error, 'bad char in struct format', struct.calcsize, '<n')
raises(error, 'repeat count given without format specifier', struct.calcsize, '3')
raises(error, 'total struct size too long', struct.calcsize, '9223372036854775807i')
raises(error, 'embedded null character', struct.calcsize, 'i\0')
raises(TypeError, 'Struct() argument 1 must be a str or bytes object, not int', struct.calcsize, 3)
raises(TypeError, "Struct() missing required argument 'format' (pos 1)", struct.Struct)
raises(TypeError, 'Struct() takes at most 1 argument (2 given)', struct.Struct, 'i', 3)
raises(AttributeError, "attribute 'size' of '_struct.Struct' objects is not writable", setattr, struct.Struct('i'), 'size', 3)

# Struct objects
class Sub(struct.Struct):
    pass
s = Sub(format='<ih')
assert (s.format, s.size) == ('<ih', 6) and s.unpack(s.pack(7, 8)) == (7, 8) and s.unpack_from(bytes(7), offset=1) == (0, 0)
assert s.__sizeof__() == 152 and struct.Struct.unpack_from.__text_signature__ == '($self, /, buffer, offset=0)'

# a sum of size and offset beyond 63 bits
raises(error, f'pack_into requires a buffer of at least {2**63 + 3} bytes for packing 4 bytes at offset {2**63 - 1} (actual buffer size is 10)',
       struct.pack_into, '<I', bytearray(10), 2**63 - 1, 123)
raises(error, f'unpack_from requires a buffer of at least {2**63 + 3} bytes for unpacking 4 bytes at offset {2**63 - 1} (actual buffer size is 10)',
       struct.unpack_from, '<I', bytearray(10), 2**63 - 1)
