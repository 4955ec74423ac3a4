# functools: partial, reduce, cmp_to_key and lru_cache natively; the rest of the module over them.
# RUN: %python %s
# RUN: pyvm --check-leaks %s
from _functools import _lru_cache_wrapper, cmp_to_key, partial, reduce
from copy import copy, deepcopy
from functools import cache, cached_property, lru_cache, partialmethod, singledispatch, total_ordering, wraps
from weakref import ref


def raises(kind, text, function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except kind as error:
        assert str(error) == text, str(error)
        return
    raise AssertionError(kind)


def show(*args, **kwargs):
    return args, kwargs


# partial
p = partial(show, 1, a=2)
assert p() == ((1,), {"a": 2}) and p(3, b=4) == ((1, 3), {"a": 2, "b": 4}) and p(a=5) == ((1,), {"a": 5})
q = partial(p, 2, b=3)
assert q.func is show and q.args == (1, 2) and q.keywords == {"a": 2, "b": 3} and p.keywords == {"a": 2}
p.tag = 1
assert partial(p).func is p and p.__dict__ == {"tag": 1} and partial(int, base=2)("101") == 5 and partial(len)("ab") == 2
assert repr(partial(len, 1, k="v")) == "functools.partial(<built-in function len>, 1, k='v')" and ref(q)() is q
assert list(q(z=1, a=9)[1]) == ["a", "b", "z"]
make, args, state = q.__reduce__()
assert make is partial and args == (show,) and state == (show, (1, 2), {"a": 2, "b": 3}, None)
other = make(*args)
other.__setstate__(state)
assert other() == q() and copy(p).tag == 1 and deepcopy(q)() == q() and partial[int].__origin__ is partial
other.__setstate__((other, (), {}, {}))
assert repr(other) == "functools.partial(...)"
other.__setstate__((len, (), None, None))
for bad in (1, (), (1, (), {}, {}), (len, [], {}, {}), (len, (), [], {})):
    raises(TypeError, "invalid partial state", other.__setstate__, bad)
raises(TypeError, "type 'partial' takes at least one argument", partial)
raises(TypeError, "the first argument must be callable", partial, 1)
raises(AttributeError, "readonly attribute", setattr, p, "func", 1)
other.__setstate__((show, (), {1: 2}, None))
raises(TypeError, "keywords must be strings", other)


class Sub(partial):
    pass


s = Sub(show, 1)
assert repr(s).startswith("Sub(<function show at ") and s(2) == ((1, 2), {}) and type(copy(s)) is Sub
loop = partial(show)
loop.me = loop
del loop

# reduce
assert reduce(lambda a, b: a + b, "abc") == "abc" and reduce(max, [], 3) == 3 and reduce(max, [5]) == 5
raises(TypeError, "reduce() of empty iterable with no initial value", reduce, max, [])
raises(TypeError, "reduce() arg 2 must support iteration", reduce, max, 3)
raises(TypeError, "reduce expected at least 2 arguments, got 1", reduce, max)
raises(ZeroDivisionError, "integer division or modulo by zero", reduce, lambda a, b: a // b, [1, 0])

# cmp_to_key
key = cmp_to_key(lambda a, b: b - a)
assert sorted([3, 1, 2], key=key) == [3, 2, 1] and key(1) == key(1) and key(2) < key(1) and key(obj=3).obj == 3
raises(TypeError, "other argument must be K instance", lambda: key(1) < 3)
raises(TypeError, "unhashable type: 'functools.KeyWrapper'", hash, key(1))
raises(TypeError, "K() missing required argument 'obj' (pos 1)", key)
raises(TypeError, "cmp_to_key() missing required argument 'mycmp' (pos 1)", cmp_to_key)
raises(TypeError, "cannot create 'functools.KeyWrapper' instances", type(key))

# lru_cache
calls = []


@lru_cache(maxsize=2)
def square(x):
    calls.append(x)
    return x * x


assert [square(i) for i in (1, 2, 1, 3, 1, 2)] == [1, 4, 1, 9, 1, 4] and calls == [1, 2, 3, 2]
assert str(square.cache_info()) == "CacheInfo(hits=2, misses=4, maxsize=2, currsize=2)"
assert square.cache_parameters() == {"maxsize": 2, "typed": False} and square.__wrapped__(3) == 9 and square.__name__ == "square"
square.cache_clear()
assert square.cache_info() == (0, 0, 2, 0) and ref(square)() is square and copy(square) is square is deepcopy(square)
assert square.__reduce__() == "square"
raises(TypeError, "unhashable type: 'list'", square, [])
raises(TypeError, "the first argument must be callable", lru_cache(3), 1)
raises(TypeError, "maxsize should be integer or None", _lru_cache_wrapper, len, "a", 3, 4)
raises(TypeError, "lru_cache() missing required argument 'user_function' (pos 1)", _lru_cache_wrapper)


@cache
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


assert fib(90) == 2880067194370816120 and fib.cache_info() == (88, 91, None, 91)


@lru_cache(typed=True)
def typed(*args, **kwargs):
    return args, kwargs


untyped = lru_cache()(typed.__wrapped__)
assert repr(typed(1)) == "((1,), {})" and repr(typed(1.0)) == "((1.0,), {})" and repr(typed(True)) == "((True,), {})"
assert repr(untyped(1, 2)) == "((1, 2), {})" and repr(untyped(1.0, 2)) == "((1, 2), {})"
assert untyped(a=1, b=2) == ((), {"a": 1, "b": 2}) and untyped(b=2, a=1)[1] == {"b": 2, "a": 1} and untyped.cache_info().misses == 3
assert untyped("a", 1) != untyped(a=1)
none = lru_cache(0)(square.__wrapped__)
assert none(2) == none(2) == 4 and none.cache_info() == (0, 2, 0, 0) and lru_cache(-5)(len).cache_info().maxsize == 0


class C:
    def __init__(self, k):
        self.k = k

    @lru_cache(None)
    def method(self, x):
        return self.k + x

    @cached_property
    def prop(self):
        return [self.k]

    part = partialmethod(lambda self, a, b: (self.k, a, b), 7)


a, b = C(1), C(2)
assert a.method(1) == 2 and b.method(1) == 3 and a.method(1) == 2 and C.method.cache_info().hits == 1
assert a.prop is a.prop and a.part(8) == (1, 7, 8)
C.method.cache_clear()


# A function that comes back to its own cache.
@lru_cache(maxsize=1)
def nested(n):
    return 0 if n == 0 else nested(n - 1) + 1


assert nested(20) == 20 and nested.cache_info().currsize == 1


@lru_cache(maxsize=3)
def same(n, seen=[]):
    if not seen:
        seen.append(1)
        same(n)
    return n


assert same(1) == 1 and same.cache_info() == (0, 2, 3, 1)
for size in (1, 5, 50):
    keyed, order = lru_cache(size)(lambda k: str(k)), []
    for i in range(400):
        k = i * i % 71
        assert keyed(k) == str(k)
        hit = k in order
        if hit:
            order.remove(k)
        order = (order + [k])[-size:]
        assert keyed.cache_info().currsize == len(order)

# The rest is Python.
@total_ordering
class T:
    def __init__(self, v):
        self.v = v

    def __lt__(self, other):
        return self.v < other.v

    def __eq__(self, other):
        return self.v == other.v


assert T(1) <= T(1) and T(2) > T(1)


@singledispatch
def kind(x):
    return "object"


@kind.register(int)
def _(x):
    return "int"


assert kind(1) == kind(True) == "int" and kind("") == "object"


@wraps(show)
def wrapper():
    pass


assert wrapper.__name__ == "show" and wrapper.__wrapped__ is show
