# bytearray: construction, mutation, what it shares with bytes, growth, buffers and pickling.
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

def run(source, code):
    b = bytearray(source)
    exec(code, {'b': b})
    return bytes(b)

def fails(kind, text, source, code):
    b = bytearray(source)
    raises(kind, text, exec, code, {'b': b})
    assert b == source, b

# construction
assert bytearray() == b'' and bytearray(3) == b'\0\0\0' and bytearray([1, 2]) == b'\1\2'
assert bytearray('é', 'latin-1') == b'\xe9' and bytearray('a', encoding='utf-8', errors='strict') == b'a'
assert bytearray(b'ab') == b'ab' and bytearray(source=bytearray(b'x')) == b'x'
raises(TypeError, 'string argument without an encoding', bytearray, 'x')
raises(TypeError, 'encoding without a string argument', bytearray, 1, 'x')
raises(TypeError, "cannot convert 'float' object to bytearray", bytearray, 1.5)
raises(ValueError, 'negative count', bytearray, -1)
raises(ValueError, 'byte must be in range(0, 256)', bytearray, [1, 300])
raises(TypeError, "'str' object cannot be interpreted as an integer", bytearray, ['a'])
raises(OverflowError, "cannot fit 'int' into an index-sized integer", bytearray, 1 << 80)
raises(TypeError, 'bytearray() takes at most 3 arguments (4 given)', bytearray, 1, 2, 3, 4)
raises(TypeError, "unhashable type: 'bytearray'", hash, bytearray())
assert repr(bytearray(b"it's")) == '''bytearray(b"it\\'s")''' and str(bytearray(b'\0')) == "bytearray(b'\\x00')"

# subscripts
b = bytearray(b'abcdef')
assert b[1] == 98 and b[-1] == 102 and b[::-2] == b'fdb' and type(b[1:3]) is bytearray
assert run(b'abcdef', 'b[0] = 65') == b'Abcdef'
assert run(b'abcdef', "b[1:2] = b'xyz'") == b'axyzcdef'
assert run(b'abcdef', 'b[1:2] = b') == b'aabcdefcdef'
assert run(b'abcdef', "b[5:2] = b'Q'") == b'abcdeQf'
assert run(b'abcdef', "b[::2] = b'123'") == b'1b2d3f'
assert run(b'abcdef', "b[::2] = b''") == b'bdf'
assert run(b'abcdef', 'b[1:3] = [1, 2, 3]') == b'a\1\2\3def'
assert run(b'abcdef', 'del b[0]') == b'bcdef' and run(b'abcdef', 'del b[1:4]') == b'aef'
assert run(b'abcdef', 'del b[::-2]') == b'ace' and run(b'abcdef', 'del b[:]') == b''
fails(IndexError, 'bytearray index out of range', b'abc', 'b[9] = 1')
fails(ValueError, 'byte must be in range(0, 256)', b'abc', 'b[0] = 256')
fails(TypeError, 'bytearray indices must be integers or slices, not str', b'abc', "b['x'] = 1")
fails(ValueError, 'attempt to assign bytes of size 1 to extended slice of size 2', b'abc', "b[::2] = b'1'")
fails(TypeError, 'can assign only bytes, buffers, or iterables of ints in range(0, 256)', b'abc', 'b[1:2] = 3')
fails(TypeError, 'can assign only bytes, buffers, or iterables of ints in range(0, 256)', b'abc', "b[1:2] = 'ab'")
fails(TypeError, "cannot convert 'NoneType' object to bytearray", b'abc', 'b[1:2] = None')

# methods that change it
assert run(b'abc', "b += b'xyz'") == b'abcxyz' and run(b'ab', 'b *= 3') == b'ababab' and run(b'ab', 'b *= 0') == b''
assert run(b'ab', 'b.extend([1, 2])') == b'ab\1\2' and run(b'ab', 'b.extend(b)') == b'abab'
assert run(b'ab', 'b.append(3); b.insert(1, 2); b.insert(-100, 1)') == b'\1a\2b\3'
assert run(b'abcb', 'assert b.pop() == 98 and b.pop(0) == 97; b.remove(98)') == b'c'
assert run(b'abc', 'b.reverse()') == b'cba' and run(b'abc', 'b.clear()') == b''
fails(TypeError, "can't concat int to bytearray", b'abc', 'b += 3')
fails(BufferError, 'Existing exports of data: object cannot be re-sized', b'abc', 'b += b')
fails(TypeError, "can't extend bytearray with int", b'abc', 'b.extend(3)')
fails(ValueError, 'value not found in bytearray', b'abc', 'b.remove(1)')
fails(IndexError, 'pop index out of range', b'abc', 'b.pop(100)')
fails(IndexError, 'pop from empty bytearray', b'', 'b.pop()')
fails(OverflowError, 'Python int too large to convert to C ssize_t', b'abc', 'b.insert(1 << 80, 1)')

# growth, as __alloc__ shows it
sizes = []
b = bytearray()
for i in range(40):
    b.append(i)
    sizes.append(b.__alloc__())
assert sizes[:12] == [2, 5, 5, 5, 8, 8, 8, 12, 12, 12, 12, 19], sizes
del b[:10]
assert b.__alloc__() == 46 and b.__sizeof__() == 56 + 46, b.__alloc__()

# an iteration that changes the array, an __index__ that does
class Shrink:
    def __index__(self):
        b.clear()
        return 1
b = bytearray(b'abc')
raises(IndexError, 'bytearray index out of range', b.__setitem__, 0, Shrink())

# shared with bytes: the argument may be either, the result is self's kind
assert type(bytearray(b'a').upper()) is bytearray and bytearray(b'a b').split() == [b'a', b'b']
assert b'a,b'.split(bytearray(b',')) == [b'a', b'b'] and b'a,b'.partition(bytearray(b','))[1] == b','
assert type(bytearray(b'a,b').partition(b',')[1]) is bytearray
assert bytearray(b',').join([b'a', bytearray(b'b')]) == b'a,b' and b'x'.join([bytearray(b'a')]) == b'a'
assert b'abc'.find(bytearray(b'c')) == 2 and b'abc'.startswith((b'x', bytearray(b'ab')))
assert bytearray(b'xax').replace(b'x', bytearray(b'y')) == b'yay' and b'xax'.strip(bytearray(b'x')) == b'a'
assert bytearray(b'%s-%d') % (bytearray(b'q'), 3) == b'q-3' and type(bytearray(b'') % ()) is bytearray
assert b'a' + bytearray(b'b') == b'ab' and type(b'a' + bytearray()) is bytes and type(bytearray() + b'') is bytearray
assert bytearray(b'a') == b'a' and b'a' == bytearray(b'a') and b'a' < bytearray(b'b') and bytearray(b'a') != 'a'
assert b'b' in bytearray(b'abc') and bytearray(b'b') in b'abc' and 98 in bytearray(b'b')
assert int(bytearray(b'12')) == 12 and float(bytearray(b'1.5')) == 1.5 and ord(bytearray(b'a')) == 97
assert eval(bytearray(b'1 + 1')) == 2 and str(bytearray(b'ab'), 'utf-8') == 'ab' == bytearray(b'ab').decode()
assert bytearray.fromhex('61 62') == b'ab' and bytearray(b'ab').hex(':') == '61:62'
raises(TypeError, "a bytes-like object is required, not 'int'", b'x'.split, 1)
raises(TypeError, "a bytes-like object is required, not 'str'", bytearray(b'x').replace, 'a', 'b')
raises(TypeError, 'sequence item 0: expected a bytes-like object, int found', bytearray(b'x').join, [1])
raises(TypeError, "argument should be integer or bytes-like object, not 'str'", bytearray(b'x').find, 'b')
raises(TypeError, "can't concat str to bytearray", bytearray(b'x').__add__, 'b')
raises(TypeError, "can't concat str to bytes", b'x'.__add__, 'b')
raises(TypeError, "sum() can't sum bytearray [use b''.join(seq) instead]", sum, [], bytearray())
raises(ValueError, "invalid literal for int() with base 10: b'zz'", int, bytearray(b'zz'))
raises(ValueError, "could not convert string to float: bytearray(b'zz')", float, bytearray(b'zz'))

# subclasses, pickling, iterators
class Sub(bytearray):
    pass
s = Sub(b'ab')
s.tag = 1
assert repr(s) == "Sub(b'ab')" and type(s.copy()) is bytearray and type(Sub.fromhex('61')) is Sub
assert s.__reduce_ex__(2) == (Sub, ('ab', 'latin-1'), {'tag': 1})
assert s.__reduce_ex__(3) == (Sub, (b'ab',), {'tag': 1}) and bytearray().__reduce__() == (bytearray, (), None)
it = iter(bytearray(b'abc'))
assert next(it) == 97 and it.__length_hint__() == 2
assert it.__reduce__() == (iter, (bytearray(b'abc'),), 1)
it.__setstate__(100)
assert list(it) == [] and it.__reduce__() == (iter, ((),)), it.__reduce__()
match bytearray(b'a'):
    case bytearray(x):
        assert x == b'a'
assert bytearray.__text_signature__ is None and bytearray.pop.__text_signature__ == '($self, index=-1, /)'
