# itertools: every iterator's items, representation, errors and pickling.
# RUN: %python %s
# RUN: pyvm --check-leaks %s
from itertools import *


def raises(kind, text, function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except kind as error:
        assert str(error) == text, str(error)
        return
    raise AssertionError(kind)


# Endless ones.
assert list(islice(count(10), 3)) == [10, 11, 12] and list(islice(count(1.5, 0.5), 2)) == [1.5, 2.0]
assert list(islice(count(1 << 70), 2)) == [1 << 70, (1 << 70) + 1]
assert repr(count(2, 3)) == "count(2, 3)" and repr(count(5)) == "count(5)"
assert list(islice(cycle("abc"), 7)) == list("abcabca") and list(cycle("")) == []
assert list(repeat(3, 2)) == [3, 3] and repr(repeat("x", 3)) == "repeat('x', 3)" and repeat(1, 4).__length_hint__() == 4
raises(TypeError, "len() of unsized object", repeat(1).__length_hint__)
raises(TypeError, "a number is required", count, "a")

# Those that end with their input.
assert list(accumulate([1, 2, 3, 4])) == [1, 3, 6, 10]
assert list(accumulate([1, 2, 3], lambda a, b: a * b, initial=10)) == [10, 10, 20, 60]
assert list(chain("ab", [1], ())) == ["a", "b", 1] and list(chain.from_iterable(["ab", "cd"])) == list("abcd")
assert list(compress("abcdef", [1, 0, 1, 0, 1])) == list("ace")
assert list(dropwhile(lambda x: x < 3, [1, 2, 3, 1])) == [3, 1] and list(takewhile(lambda x: x < 3, [1, 2, 3, 1])) == [1, 2]
assert list(filterfalse(None, [0, 1, "", 2])) == [0, ""] and list(filterfalse(lambda x: x % 2, range(6))) == [0, 2, 4]
assert list(islice(range(100), 2, 10, 3)) == [2, 5, 8] and list(islice(range(5), 2, None)) == [2, 3, 4]
assert list(pairwise("abcd")) == [("a", "b"), ("b", "c"), ("c", "d")] and list(pairwise("a")) == []
assert list(starmap(pow, [(2, 3), (3, 2)])) == [8, 9]
assert list(zip_longest("abc", "x", fillvalue="-")) == [("a", "x"), ("b", "-"), ("c", "-")] and list(zip_longest()) == []

# Slices take from their source no more than they need.
source = iter(range(10))
assert list(islice(source, 3)) == [0, 1, 2] and next(source) == 3
assert list(islice(source, 1, 4, 2)) == [5, 7] and next(source) == 8

# Groups end when the next one is asked for.
assert [(k, "".join(g)) for k, g in groupby("aaabbca")] == [("a", "aaa"), ("b", "bb"), ("c", "c"), ("a", "a")]
assert [(k, list(g)) for k, g in groupby([1, 3, 2, 5], key=lambda x: x % 2)] == [(1, [1, 3]), (0, [2]), (1, [5])]
groups = groupby("aab")
_, first = next(groups)
_, second = next(groups)
assert list(first) == [] and list(second) == ["b"]

# Copies of an iterator.
one, two = tee(range(200))
assert next(one) == 0 and sum(two) == 19900 and sum(one) == 19900
assert tee("ab", 0) == () and len(tee("ab", 3)) == 3
third = tee(two, 1)[0]
assert list(third) == []

# Combinatorics.
assert list(combinations(range(4), 2)) == [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]
assert list(combinations("ab", 3)) == [] and list(combinations("ab", 0)) == [()]
assert list(combinations_with_replacement("ab", 2)) == [("a", "a"), ("a", "b"), ("b", "b")]
assert list(permutations("abc", 2)) == [("a", "b"), ("a", "c"), ("b", "a"), ("b", "c"), ("c", "a"), ("c", "b")]
assert len(list(permutations(range(5)))) == 120 and list(permutations("ab", 3)) == []
assert list(product("ab", repeat=2)) == [("a", "a"), ("a", "b"), ("b", "a"), ("b", "b")]
assert list(product()) == [()] and list(product("ab", ())) == []
raises(ValueError, "r must be non-negative", combinations, "a", -1)
raises(ValueError, "repeat argument cannot be negative", product, "a", repeat=-1)
raises(TypeError, "'x' is an invalid keyword argument for product()", product, "a", x=1)
raises(ValueError, "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.", islice, [1], -1)
raises(ValueError, "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.", islice, [1], 1, -2)
raises(ValueError, "Step for islice() must be a positive integer or None.", islice, [1], 1, 2, 0)
raises(TypeError, "chain() takes no keyword arguments", chain, k=1)
raises(TypeError, "cycle expected 1 argument, got 0", cycle)


# Where they stand can be taken down, and gone back to.
def rebuilt(iterator):
    make, args, *state = iterator.__reduce__()
    copy = make(*args)
    if state:
        copy.__setstate__(state[0])
    return list(copy)


for make in (
    lambda: combinations("abcd", 2),
    lambda: combinations_with_replacement("abc", 2),
    lambda: permutations("abc", 2),
    lambda: product("ab", "cd"),
    lambda: islice("abcdef", 1, 5, 2),
    lambda: takewhile(str.isalpha, "ab1"),
    lambda: zip_longest("ab", "c", fillvalue=0),
    lambda: repeat(1, 3),
):
    for steps in range(3):
        a, b = make(), make()
        for _ in range(steps):
            next(a), next(b)
        rest = list(b)
        assert rebuilt(a) == rest, (a, steps)


total = accumulate([1, 2, 3])
next(total)
assert rebuilt(total) == [3, 6]


class Sub(chain):
    def __init__(self, *args, k=1):
        self.k = k


assert list(Sub("ab", k=2)) == ["a", "b"] and Sub("a", k=3).k == 3 and chain[int].__args__ == (int,)
