# operator: the operators as functions, and the three callable types.
# RUN: %python %s
# RUN: pyvm --check-leaks %s
import operator as o
from _operator import _compare_digest
from copy import copy


def raises(kind, text, function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except kind as error:
        assert str(error) == text, str(error)
        return
    raise AssertionError(kind)


# Functions.
assert o.add(2, 3) == 5 and o.sub(2, 3) == -1 and o.mul(2, 3) == 6 and o.floordiv(7, 2) == 3 and o.truediv(7, 2) == 3.5
assert o.mod(7, 4) == 3 and o.pow(2, 5) == 32 and o.lshift(1, 4) == 16 and o.rshift(16, 2) == 4 and o.neg(1) == -1 == ~0 == o.inv(0)
assert o.and_(6, 3) == 2 and o.or_(6, 3) == 7 and o.xor(6, 3) == 5 and o.invert(5) == -6 and o.pos(True) == 1 and o.abs(-3) == 3
assert o.lt(1, 2) and o.le(2, 2) and o.gt(2, 1) and o.ge(2, 2) and o.eq(1, 1.0) and o.ne(1, 2) and o.not_(0) and o.truth([0])
assert o.is_(None, None) and o.is_not([], []) and o.contains("abc", "b") and o.index(True) == 1
items = [1]
assert o.iadd(items, (2,)) is items == [1, 2] and o.imul(items, 2) is items and o.isub(3, 1) == 2 and o.ipow(2, 3) == 8
assert o.iand({1, 2}, {2}) == {2} and o.ior({1}, {2}) == {1, 2} and o.ixor(1, 3) == 2 and o.ilshift(1, 2) == 4 and o.irshift(4, 1) == 2
assert o.imod("%s", 1) == "1" and o.ifloordiv(5, 2) == 2 and o.itruediv(5, 2) == 2.5
o.setitem(items, 0, "x")
o.delitem(items, slice(1, 3))
assert items == ["x", 2] and o.getitem(items, 0) == "x" and o.concat("a", "b") == "ab" and o.iconcat(items, [3]) is items
assert o.countOf([1, 1.0, True, 2], 1) == 3 and o.indexOf(iter("abc"), "c") == 2 and o.call(int, "11", base=2) == 3
assert o.length_hint([1, 2]) == 2 and o.length_hint(iter("abc")) == 3 and o.length_hint(1, 7) == 7 and o.length_hint(1) == 0
nan = float("nan")
assert o.countOf([nan], nan) == 1 and o.__add__ is o.add and o.__concat__ is o.concat


class Sequence:
    def __getitem__(self, i):
        raise IndexError

    def __add__(self, other):
        return "added"


assert o.concat(Sequence(), Sequence()) == "added" == o.iconcat(Sequence(), [])
raises(TypeError, "'int' object can't be concatenated", o.concat, 1, 2)
raises(TypeError, 'can only concatenate list (not "int") to list', o.concat, [], 2)
raises(TypeError, "argument of type 'int' is not iterable", o.countOf, 1, 2)
raises(ValueError, "sequence.index(x): x not in sequence", o.indexOf, [], 1)
raises(TypeError, "'str' object cannot be interpreted as an integer", o.length_hint, [], "a")
raises(TypeError, "call expected at least 1 argument, got 0", o.call)
raises(TypeError, "add expected 2 arguments, got 1", o.add, 1)
raises(TypeError, "unsupported operand type(s) for @: 'int' and 'int'", o.matmul, 1, 2)
raises(TypeError, "bad operand type for unary ~: 'float'", o.invert, 1.5)

# _compare_digest
assert _compare_digest("abc", "abc") and not _compare_digest("abc", "abd") and not _compare_digest("abc", "ab")
assert _compare_digest(b"abc", bytearray(b"abc")) and not _compare_digest(b"", b"a") and not _compare_digest(b"a", b"")
raises(TypeError, "comparing strings with non-ASCII characters is not supported", _compare_digest, "\xe9", "a")
raises(TypeError, "unsupported operand types(s) or combination of types: 'int' and 'int'", _compare_digest, 1, 2)
raises(TypeError, "a bytes-like object is required, not 'str'", _compare_digest, b"a", "a")

# itemgetter
assert o.itemgetter(1)("abc") == "b" and o.itemgetter(2, 0)("abc") == ("c", "a") and o.itemgetter(slice(1, None))("abc") == "bc"
assert repr(o.itemgetter(1)) == "operator.itemgetter(1)" and repr(o.itemgetter(1, "a")) == "operator.itemgetter(1, 'a')"
assert o.itemgetter(1).__reduce__() == (o.itemgetter, (1,)) and copy(o.itemgetter("k"))({"k": 5}) == 5
raises(TypeError, "itemgetter expected 1 argument, got 0", o.itemgetter)
raises(TypeError, "itemgetter expected 1 argument, got 2", o.itemgetter(1), 1, 2)
raises(TypeError, "itemgetter() takes no keyword arguments", o.itemgetter, a=1)
raises(KeyError, "1", o.itemgetter(1), {})

# attrgetter
assert o.attrgetter("real")(5) == 5 and o.attrgetter("real", "imag")(2j) == (0.0, 2.0) and o.attrgetter("real.imag")(5) == 0
assert repr(o.attrgetter("a.b", "c")) == "operator.attrgetter('a.b', 'c')" and repr(o.attrgetter("a")) == "operator.attrgetter('a')"
assert o.attrgetter("a", "b.c").__reduce__() == (o.attrgetter, ("a", "b.c"))
raises(TypeError, "attribute name must be a string", o.attrgetter, 1)
raises(AttributeError, "'int' object has no attribute ''", o.attrgetter(".a"), 1)
raises(AttributeError, "'int' object has no attribute 'b'", o.attrgetter("real.b"), 1)

# methodcaller
assert o.methodcaller("upper")("a") == "A" and o.methodcaller("split", ",", maxsplit=1)("a,b,c") == ["a", "b,c"]
assert repr(o.methodcaller("f", 1, b=2)) == "operator.methodcaller('f', 1, b=2)" and o.methodcaller("f", 1).__reduce__() == (o.methodcaller, ("f", 1))
make, args = o.methodcaller("split", ",", maxsplit=1).__reduce__()
assert make(*args)("a,b,c") == ["a", "b,c"] and repr(make) == "functools.partial(<class 'operator.methodcaller'>, 'split', maxsplit=1)"
raises(TypeError, "methodcaller needs at least one argument, the method name", o.methodcaller)
raises(TypeError, "method name must be a string", o.methodcaller, 1)
raises(TypeError, "methodcaller expected 1 argument, got 0", o.methodcaller("a"))
raises(AttributeError, "'int' object has no attribute 'a'", o.methodcaller("a"), 1)
