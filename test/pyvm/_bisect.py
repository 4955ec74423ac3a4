# _bisect: lists and other sequences, bounds, keys, and what is refused.
# RUN: %python %s
# RUN: pyvm %s
# RUN: pyvm --check-leaks %s
import sys
del sys.path[0]
import _bisect
import bisect

assert bisect.bisect is _bisect.bisect_right
left, right = _bisect.bisect_left, _bisect.bisect_right
assert left.__text_signature__ == '($module, /, a, x, lo=0, hi=None, *, key=None)'


def raises(kind, text, function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except kind as error:
        assert str(error) == text, str(error)
    else:
        raise AssertionError(kind)


for items in [[1, 3, 3, 3, 7], [1.0, 3.0, 3.0, 3.0, 7.5], (1, 3, 3, 3, 7), range(10), b'abc', [], 'abc']:
    for x in [0, 1, 2, 3, 4, 7, 9, 98] if items != 'abc' else 'aAz':
        below = [i for i in items if i < x]
        upto = [i for i in items if i <= x]
        assert left(items, x) == len(below) and right(items, x) == len(upto), (items, x)
assert right(['a', 'b', 'b', 'c'], 'b') == 3 and left([(1, 'x'), (1, 'y'), (2, 'a')], (1, 'y')) == 1
assert left([(0.0, 1), (0.0, 2)], (-0.0, 2)) == 1 and right([(1, 2), (1, 2)], (1, 2)) == 2
assert left([5, 1, 2, 3], 2, 1) == 2 and left([1, 2, 3], 3, 0, 2) == 2 and left([1], 0, hi=None) == 0
assert left([1], 5, 0, -1) == 1 and left([1], 5, 0, -2) == 0 and left([1], 5, 3) == 3
assert left(['bb', 'a'], -1, key=lambda s: -len(s)) == 1
items = ['a', 'ccc']
_bisect.insort_left(items, 'bb', key=len)
_bisect.insort_right(items, 'dd', key=len)
assert items == ['a', 'bb', 'dd', 'ccc'], items


class Sub(list):
    def insert(self, where, what):
        super().insert(where, what * 2)


sub = Sub([1, 5])
_bisect.insort_right(sub, 3)
assert sub == [1, 6, 5]


class OnlyItems:
    def __getitem__(self, i):
        return i * i


assert left(OnlyItems(), 50, hi=100) == 8
raises(TypeError, "object of type 'OnlyItems' has no len()", left, OnlyItems(), 1)
raises(TypeError, 'dict is not a sequence', left, {}, 1)
raises(TypeError, "'set' object does not support indexing", left, {1}, 1)
raises(TypeError, "argument should be integer or None, not 'str'", left, [1], 1, 0, 'x')
raises(TypeError, "'str' object cannot be interpreted as an integer", left, [1], 1, 'x')
raises(OverflowError, "cannot fit 'int' into an index-sized integer", left, [1], 1, 0, 2**70)
raises(OverflowError, 'Python int too large to convert to C ssize_t', left, [1], 1, 2**70)
raises(ValueError, 'lo must be non-negative', right, [1], 1, -1)
raises(TypeError, "'<' not supported between instances of 'int' and 'str'", left, [1], 'x')
raises(TypeError, "'<' not supported between instances of 'str' and 'int'", right, [1], 'x')
raises(AttributeError, "'tuple' object has no attribute 'insert'", _bisect.insort_left, (1,), 1)
raises(IndexError, 'list index out of range', left, [1], 1, 0, 5)
