# collections: deque, defaultdict, OrderedDict natively; namedtuple, Counter and ChainMap over them.
# RUN: %python %s
# RUN: pyvm --check-leaks %s
from _collections import _count_elements, _deque_iterator, _tuplegetter
from collections import ChainMap, Counter, OrderedDict, UserDict, defaultdict, deque, namedtuple
from copy import copy, deepcopy
from weakref import ref


def raises(kind, text, function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except kind as error:
        assert str(error) == text, str(error)
        return
    raise AssertionError(kind)


# A deque takes and gives at both ends.
d = deque("abc")
d.append("d")
d.appendleft("z")
assert list(d) == list("zabcd") and len(d) == 5 and d[0] == "z" and d[-1] == "d" and d[2] == "b"
assert d.pop() == "d" and d.popleft() == "z" and repr(d) == "deque(['a', 'b', 'c'])"
d.extend(d)
d.extendleft("xy")
assert "".join(d) == "yxabcabc" and "".join(reversed(d)) == "cbacbaxy" and d.count("a") == 2
for steps in range(-20, 20):
    e = deque(range(7))
    e.rotate(steps)
    k = steps % 7
    assert list(e) == list(range(7))[7 - k:] + list(range(7))[:7 - k], (steps, e)
for position in range(-9, 10):
    e, l = deque(range(6)), list(range(6))
    e.insert(position, "x")
    l.insert(position, "x")
    assert list(e) == l
for position in range(-6, 6):
    e, l = deque(range(6)), list(range(6))
    del e[position], l[position]
    assert list(e) == l
e = deque(range(40))
e[3] = "three"
e.remove(7)
e.reverse()
assert e[35] == "three" and 7 not in e and 8 in e and e.index(39) == 0 and e.index("three", -10) == 35
assert e.index(38, 1, 2) == 1 and len(e) == 39

# A bounded one drops what is too much at the other end.
b = deque(range(10), maxlen=3)
assert list(b) == [7, 8, 9] and b.maxlen == 3 and repr(b) == "deque([7, 8, 9], maxlen=3)"
b.append(10)
b.appendleft(1)
assert list(b) == [1, 8, 9] and (b * 3).maxlen == 3 and list(b * 2) == [1, 8, 9] and list(b + deque([5])) == [8, 9, 5]
assert list(deque("abc", 0)) == [] and deque(iter("abc"), 2) == deque("bc") and deque().maxlen is None
raises(IndexError, "deque already at its maximum size", b.insert, 0, 0)
raises(ValueError, "maxlen must be non-negative", deque, [], -1)
raises(TypeError, "an integer is required", deque, [], "a")
raises(AttributeError, "attribute 'maxlen' of 'collections.deque' objects is not writable", setattr, b, "maxlen", 1)

# Operators.
assert deque([1, 2]) + deque([3]) == deque([1, 2, 3]) and deque([1]) * 3 == 3 * deque([1]) == deque([1] * 3)
assert deque([1, 2]) < deque([1, 3]) < deque([2]) and deque() <= deque() and deque([1]) != [1] and deque([1]) > deque()
d = same = deque([1])
d += [2]
d *= 2
assert d is same and list(d) == [1, 2, 1, 2] and list(d * 0) == [] and list(d * -1) == []
d *= 0
assert not d
d.append(d)
assert repr(d) == "deque([[...]])"
d.clear()
raises(TypeError, 'can only concatenate deque (not "list") to deque', lambda: deque() + [])
raises(TypeError, "unhashable type: 'collections.deque'", hash, deque())
raises(TypeError, "can't multiply sequence by non-int of type 'float'", lambda: deque() * 1.5)
raises(IndexError, "pop from an empty deque", deque().pop)
raises(IndexError, "pop from an empty deque", deque().popleft)
raises(IndexError, "deque index out of range", lambda: deque()[0])
raises(TypeError, "sequence index must be integer, not 'slice'", lambda: deque()[1:])
raises(ValueError, "1 is not in deque", deque().remove, 1)
raises(ValueError, "'q' is not in deque", deque().index, "q")
raises(TypeError, "deque.rotate expected at most 1 argument, got 2", deque().rotate, 1, 2)
raises(TypeError, "insert() takes exactly 2 arguments (1 given)", deque().insert, 1)
raises(TypeError, "index() takes at least 1 argument (0 given)", deque().index)
raises(TypeError, "deque() takes at most 2 arguments (3 given)", deque, 1, 2, 3)
raises(TypeError, "'x' is an invalid keyword argument for deque()", deque, x=1)
raises(OverflowError, "Python int too large to convert to C ssize_t", deque().rotate, 1 << 80)


# Changes while somebody looks.
class Changer:
    def __init__(self, victim):
        self.victim = victim

    def __eq__(self, other):
        self.victim.append(1)
        return False


d = deque([1, 2])
it = iter(d)
next(it)
d.append(3)
raises(RuntimeError, "deque mutated during iteration", next, it)
for search, kind in (("count", RuntimeError), ("index", RuntimeError), ("__contains__", RuntimeError), ("remove", IndexError)):
    raises(kind, "deque mutated during iteration", getattr(d, search), Changer(d))

# Iterators, copies, pickles, weak references, cycles.
it = iter(deque("abcd"))
assert next(it) == "a" and it.__length_hint__() == 3 and it.__reduce__() == (_deque_iterator, (deque("abcd"), 1))
assert list(_deque_iterator(deque("abcd"), 2)) == ["c", "d"] and list(it) == ["b", "c", "d"] and list(it) == []
d = deque([[1], 2], 5)
assert copy(d) == d == deepcopy(d) and copy(d)[0] is d[0] and deepcopy(d)[0] is not d[0] and copy(d).maxlen == 5
assert d.__reduce__()[:3] == (deque, ((), 5), None) and deque("a").__reduce__()[:3] == (deque, (), None)


class Sub(deque):
    def __init__(self, items=(), maxlen=None):
        super().__init__(items, maxlen)
        self.extra = 1


s = Sub("ab", 4)
assert type(s + s) is Sub and type(s * 2) is Sub and type(copy(s)) is Sub and s.__reduce__()[2] == {"extra": 1}
assert repr(s) == "Sub(['a', 'b'], maxlen=4)" and ref(s)() is s and deque[int].__args__ == (int,)
s.append(s)
del s
match deque([1, 2]):
    case [1, x]:
        assert x == 2

# defaultdict
dd = defaultdict(list, {"a": 1}, b=2)
dd["c"].append(3)
assert dd == {"a": 1, "b": 2, "c": [3]} and dd.default_factory is list and dd.get("z") is None and "z" not in dd
assert repr(dd) == "defaultdict(<class 'list'>, {'a': 1, 'b': 2, 'c': [3]})" and repr(defaultdict()) == "defaultdict(None, {})"
raises(TypeError, "first argument must be callable or None", defaultdict, 1)
raises(TypeError, "dict expected at most 1 argument, got 2", defaultdict, None, 1, 2)
raises(KeyError, "1", lambda: defaultdict()[1])
assert type(dd | {}) is type({} | dd) is type(copy(dd)) is defaultdict and ({"q": 1} | dd)["q"] == 1 and (dd | {"a": 9})["a"] == 9
assert dd.__reduce__()[:4] == (defaultdict, (list,), None, None) and copy(dd).default_factory is list
dd.default_factory = None
raises(KeyError, "'z'", lambda: dd["z"])
dd.default_factory = lambda: dd.pop("a")
assert dd["z"] == 1 == dd["z"] and "a" not in dd


class Loop(defaultdict):
    def factory(self):
        return 0


loop = Loop()
loop.default_factory = loop.factory
assert repr(loop).startswith("Loop(<bound method Loop.factory of Loop(..., {})>, {})")
del loop

# OrderedDict
od = OrderedDict([("a", 1), ("b", 2)], c=3)
assert list(od) == ["a", "b", "c"] and list(reversed(od)) == ["c", "b", "a"] and repr(od) == "OrderedDict([('a', 1), ('b', 2), ('c', 3)])"
od.move_to_end("a")
assert "".join(od) == "bca"
od.move_to_end("a", last=False)
assert "".join(od) == "abc" and od.popitem(last=False) == ("a", 1) and od.popitem() == ("c", 3)
assert repr(OrderedDict()) == "OrderedDict()" and od.pop("q", 5) == 5 and od.pop("b") == 2 and not od
numbers, plain = OrderedDict(), []
for i in range(2000):
    k = i * 7919 % 500
    if i % 5 == 4 and plain:
        key = plain.pop(0 if i % 2 else -1)
        assert numbers.popitem(last=not i % 2) == (key, None)
    elif k not in numbers:
        numbers[k] = None
        plain.append(k)
    else:
        numbers.move_to_end(k, i % 3 > 0)
        plain.remove(k)
        plain.insert(len(plain) if i % 3 else 0, k)
    assert i % 50 or list(numbers) == plain and list(reversed(numbers)) == plain[::-1]
assert sorted(plain) == sorted(numbers) and all(k in numbers for k in plain) and -1 not in numbers
while numbers:
    assert numbers.popitem(False)[0] == plain.pop(0)
one, two = OrderedDict(a=1, b=2), OrderedDict(b=2, a=1)
assert one != two and one == dict(two) and dict(one) == two and one == OrderedDict(one) and not one == [1]
raises(TypeError, "'<' not supported between instances of 'collections.OrderedDict' and 'collections.OrderedDict'", lambda: one < two)
assert type(one | {}) is type({} | one) is OrderedDict and list(one | two) == ["a", "b"] and list({"z": 1} | one) == ["z", "a", "b"]
one |= [("x", 5)]
assert one.setdefault("x") == 5 and one.setdefault("y") is None and list(one.items())[-1] == ("y", None)
assert OrderedDict.fromkeys("ab", 1) == OrderedDict([("a", 1), ("b", 1)]) and repr(one.keys()) == "odict_keys(['a', 'b', 'x', 'y'])"
assert list(reversed(one.items()))[0] == ("y", None) and list(reversed(one.values()))[-1] == 1 and one.keys() & {"a"} == {"a"}
assert type(iter(one)).__name__ == "odict_iterator" and iter(one).__reduce__() == (iter, (["a", "b", "x", "y"],))
raises(KeyError, "'dictionary is empty'", OrderedDict().popitem)
raises(KeyError, "'k'", one.move_to_end, "k")
raises(KeyError, "'k'", one.pop, "k")
raises(TypeError, "expected at most 1 arguments, got 2", OrderedDict, 1, 2)
raises(TypeError, "update() takes at most 1 positional argument (2 given)", one.update, 1, 2)
raises(ValueError, "need more than 1 value to unpack", OrderedDict, ["a"])
raises(ValueError, "too many values to unpack (expected 2)", OrderedDict, ["abc"])
it = iter(one)
next(it)
one.move_to_end("a")
raises(RuntimeError, "OrderedDict mutated during iteration", next, it)
assert list(it) == []
one.tag = "t"
assert one.__reduce__()[:4] == (OrderedDict, (), {"tag": "t"}, None) and copy(one) == one and copy(one).tag == "t" and one.copy() == one
one["self"] = one
assert repr(one).endswith("('self', ...)])")
del one["self"]


class Upper(OrderedDict):
    def __setitem__(self, key, value):
        super().__setitem__(key.upper(), value)

    def __missing__(self, key):
        return key


u = Upper(a=1)
u.update({"b": 2}, c=3)
assert list(u) == ["A", "B", "C"] and u["q"] == "q" and u.setdefault("D", 4) == 4 and type(u.copy()) is Upper
assert repr(u) == "Upper([('A', 1), ('B', 2), ('C', 3), ('D', 4)])" and u.pop("A") == 1 and u.popitem() == ("D", 4)


# The rest of collections is Python, over these.
class P(namedtuple("P", "x y", defaults=[7])):
    pass


assert P(1) == (1, 7) and P(1).y == 7 and repr(P(1, 2)) == "P(x=1, y=2)" and P(1)._replace(x=3)._asdict() == {"x": 3, "y": 7}
getter = _tuplegetter(1, "doc")
assert repr(getter) == "_tuplegetter(1, 'doc')" and getter.__reduce__() == (_tuplegetter, (1, "doc")) and getter.__doc__ == "doc"
raises(TypeError, "descriptor for index '1' for tuple subclasses doesn't apply to 'list' object", getter.__get__, [])
raises(AttributeError, "can't set attribute", setattr, P(1), "x", 1)
c = Counter("abracadabra")
assert c.most_common(2) == [("a", 5), ("b", 2)] and c + Counter("z") - Counter("a") == Counter(a=4, b=2, r=2, c=1, d=1, z=1)
counts = {}
_count_elements(counts, "aab")
users = UserDict()
_count_elements(users, "aab")
assert counts == {"a": 2, "b": 1} == users.data and ChainMap({"a": 1}, {"a": 2, "b": 3})["b"] == 3

# A dict's table keeps an empty slot, however often its last item is taken.
table = {}
for i in range(100):
    table[i] = i
    assert table.popitem() == (i, i)
assert 100 not in table
