# enumerate, zip, map, filter, reversed, and the iterators of iter().
# RUN: %python %s
# RUN: pyvm --check-leaks %s
# REQUIRES: pyvm


def raises(kind, message, function, *args, **kwargs):
    try:
        result = function(*args, **kwargs)
    except kind as error:
        assert type(error) is kind, type(error)
        assert str(error) == message, str(error)
    else:
        assert False, "%s expected, not %r" % (kind.__name__, result)


class Sequence:
    """Has items by index, and nothing else."""

    def __init__(self, *items):
        self.items = items

    def __getitem__(self, index):
        return self.items[index]


class Sized(Sequence):
    def __len__(self):
        return len(self.items)


class Failing:
    """Gives `count` items, then fails."""

    def __init__(self, count):
        self.count = count

    def __iter__(self):
        return self

    def __next__(self):
        if self.count == 0:
            raise OSError("broken")
        self.count -= 1
        return self.count


def test_enumerate():
    assert list(enumerate("abc")) == [(0, "a"), (1, "b"), (2, "c")]
    assert list(enumerate("ab", 5)) == [(5, "a"), (6, "b")]
    assert list(enumerate(iterable="a", start=-1)) == [(-1, "a")]
    assert list(enumerate("ab", 2**49 - 1)) == [(2**49 - 1, "a"), (2**49, "b")]
    assert list(enumerate("ab", 2**63 - 1)) == [(2**63 - 1, "a"), (2**63, "b")]
    assert list(enumerate("a", 10**30)) == [(10**30, "a")]
    assert [type(i) for i, _ in enumerate("ab", True)] == [int, int]
    e = enumerate("ab")
    assert iter(e) is e and next(e) == (0, "a")
    cls, (iterator, count) = e.__reduce__()
    assert cls is enumerate and count == 1 and next(iterator) == "b"
    assert next(e, None) is None and next(e, None) is None
    raises(TypeError, "'int' object is not iterable", enumerate, 1)
    raises(TypeError, "'str' object cannot be interpreted as an integer", enumerate, [], "a")
    raises(TypeError, "enumerate() takes at most 2 arguments (3 given)", enumerate, [], 1, 2)
    raises(TypeError, "'foo' is an invalid keyword argument for enumerate()", enumerate, [], foo=2)
    raises(OSError, "broken", list, enumerate(Failing(2)))
    assert str(enumerate[int]) == "enumerate[int]"


def test_zip():
    assert list(zip()) == [] == list(zip(strict=True))
    assert list(zip("ab")) == [("a",), ("b",)]
    assert list(zip("abc", range(2), [5, 6, 7])) == [("a", 0, 5), ("b", 1, 6)]
    assert list(zip([1, 2], [3, 4], strict=True)) == [(1, 3), (2, 4)]
    raises(TypeError, "'int' object is not iterable", zip, [], 1)
    raises(TypeError, "'a' is an invalid keyword argument for zip()", zip, a=1)
    raises(ValueError, "zip() argument 2 is shorter than argument 1", list, zip([1], [], strict=True))
    raises(ValueError, "zip() argument 2 is longer than argument 1", list, zip([], [1], strict=True))
    raises(ValueError, "zip() argument 3 is shorter than arguments 1-2", list, zip([1], [1], [], strict=1))
    raises(ValueError, "zip() argument 3 is longer than arguments 1-2", list, zip([], [], [3], strict=1))
    raises(OSError, "broken", list, zip([1, 2, 3], Failing(1), strict=True))
    raises(OSError, "broken", list, zip([], Failing(0), strict=True))
    source = iter([1, 2, 3, 4])
    assert list(zip(source, source)) == [(1, 2), (3, 4)]
    assert zip([1]).__reduce__()[0] is zip and len(zip([1], [2]).__reduce__()[1]) == 2
    z = zip([1], [], strict=True)
    assert z.__reduce__()[2] is True
    z.__setstate__(False)
    assert list(z) == [] and iter(z) is z


def test_map():
    assert list(map(str, [1, 2])) == ["1", "2"]
    assert list(map(lambda *a: a, "abc", range(2))) == [("a", 0), ("b", 1)]
    assert list(map(None, [])) == []
    m = map(len, ["a"])
    assert iter(m) is m and m.__reduce__()[:1] == (map,) and m.__reduce__()[1][0] is len
    raises(TypeError, "map() must have at least two arguments.", map)
    raises(TypeError, "map() must have at least two arguments.", map, len)
    raises(TypeError, "map() takes no keyword arguments", map, len, [], a=1)
    raises(TypeError, "'int' object is not iterable", map, len, 1)
    raises(TypeError, "'NoneType' object is not callable", list, map(None, [1]))
    raises(OSError, "broken", list, map(str, Failing(2)))

    def stop(x):
        if x == 2:
            raise StopIteration
        return x

    assert list(map(stop, [1, 2, 3])) == [1]


def test_filter():
    assert list(filter(None, [0, 1, "", "a", [], [0]])) == [1, "a", [0]]
    assert list(filter(bool, [0, 1])) == [1]
    assert list(filter(lambda x: x % 2, range(6))) == [1, 3, 5]
    f = filter(None, [1])
    assert iter(f) is f and f.__reduce__()[0] is filter and f.__reduce__()[1][0] is None
    raises(TypeError, "filter expected 2 arguments, got 0", filter)
    raises(TypeError, "filter expected 2 arguments, got 3", filter, None, [], 3)
    raises(TypeError, "filter() takes no keyword arguments", filter, None, [], a=3)
    raises(TypeError, "'int' object is not iterable", filter, None, 1)
    raises(ZeroDivisionError, "division by zero", list, filter(lambda x: 1 / x, [1, 0]))
    raises(OSError, "broken", list, filter(None, Failing(3)))


def test_reversed():
    class WithMethod:
        def __reversed__(self):
            return "whatever"

    class Without:
        __reversed__ = None
        __len__ = __getitem__ = lambda *a: 0

    class Shrinking(Sized):
        def __getitem__(self, index):
            if index == 1:
                raise IndexError
            return index

    assert list(reversed("abc")) == ["c", "b", "a"]
    assert list(reversed([1, 2])) == [2, 1] and list(reversed((1, 2))) == [2, 1]
    assert list(reversed({"a": 1, "b": 2})) == ["b", "a"]
    assert list(reversed(range(3))) == [2, 1, 0]
    assert list(reversed(Sized(1, 2, 3))) == [3, 2, 1]
    assert list(reversed(Shrinking(0, 0, 0, 0))) == [3, 2]
    assert reversed(WithMethod()) == "whatever"
    raises(TypeError, "'int' object is not reversible", reversed, 1)
    raises(TypeError, "'set' object is not reversible", reversed, {1})
    raises(TypeError, "'Without' object is not reversible", reversed, Without())
    raises(TypeError, "object of type 'Sequence' has no len()", reversed, Sequence())
    raises(TypeError, "reversed expected 1 argument, got 0", reversed)
    raises(TypeError, "reversed expected 1 argument, got 2", reversed, [], [])
    raises(TypeError, "reversed() takes no keyword arguments", reversed, [], a=3)
    r = reversed("abc")
    assert r.__length_hint__() == 3 and next(r) == "c" and r.__length_hint__() == 2
    assert r.__reduce__() == (reversed, ("abc",), 1)
    assert list(r) == ["b", "a"] and list(r) == []
    assert r.__length_hint__() == 0 and r.__reduce__() == (reversed, ((),))
    r = reversed("abc")
    r.__setstate__(100)
    assert list(r) == ["c", "b", "a"]
    r = reversed("abc")
    r.__setstate__(-100)
    assert list(r) == []


def test_sequence_iterator():
    s = Sequence(1, 2, 3)
    i = iter(s)
    assert type(i).__name__ == "iterator" and iter(i) is i
    assert i.__reduce__() == (iter, (s,), 0)
    assert next(i) == 1 and i.__reduce__() == (iter, (s,), 1)
    assert i.__length_hint__() is NotImplemented
    assert list(i) == [2, 3] and list(i) == []
    assert i.__reduce__() == (iter, ((),)) and i.__length_hint__() == 0
    i = iter(s)
    i.__setstate__(2)
    assert list(i) == [3]
    i = iter(s)
    i.__setstate__(-5)
    assert list(i) == [1, 2, 3]
    i = iter(Sized(1, 2, 3))
    next(i)
    assert i.__length_hint__() == 2 and len(list(i)) == 2
    assert 2 in s and 5 not in s and [*s] == [1, 2, 3]
    raises(TypeError, "cannot create 'iterator' instances", type(i))


def test_callable_iterator():
    values = [1, 2, 3, 0, 4]
    get = lambda: values.pop(0)
    i = iter(get, 0)
    assert type(i).__name__ == "callable_iterator" and iter(i) is i
    assert i.__reduce__() == (iter, (get, 0))
    assert list(i) == [1, 2, 3] and list(i) == [] and values == [4]
    assert i.__reduce__() == (iter, ((),))

    def stop():
        raise StopIteration

    assert list(iter(stop, None)) == []
    raises(IndexError, "pop from empty list", list, iter([1].pop, 5))
    raises(TypeError, "iter(v, w): v must be callable", iter, 1, 2)
    raises(TypeError, "'int' object is not iterable", iter, 1)
    raises(TypeError, "cannot create 'callable_iterator' instances", type(i))


def test_subclasses():
    for base, args in ((enumerate, ("ab",)), (zip, ("ab",)), (map, (str, "ab")), (filter, (None, "ab"))):

        class Sub(base):
            extra = 5

        sub = Sub(*args)
        assert isinstance(sub, base) and sub.extra == 5
        sub.other = 7
        assert sub.other == 7 and list(sub) == list(base(*args))


def test_cycles():
    for make in (enumerate, zip, lambda n: map(n, []), lambda n: filter(n, []), lambda n: iter(n, 0)):
        collected = 0

        class Node:
            def __iter__(self):
                return self

            def __next__(self):
                raise StopIteration

            def __call__(self):
                return 0

            def __del__(self):
                nonlocal collected
                collected += 1

        for _ in range(3000):
            node = Node()
            node.cycle = make(node)
        assert collected > 1000, (node.cycle, collected)


test_enumerate()
test_zip()
test_map()
test_filter()
test_reversed()
test_sequence_iterator()
test_callable_iterator()
test_subclasses()
test_cycles()
