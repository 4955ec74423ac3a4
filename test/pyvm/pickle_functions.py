# Built-in functions, methods and classes go through pickle and copy.
# RUN: %python %s
# RUN: pyvm --check-leaks %s
import array
import copy
import pickle
from collections import OrderedDict, defaultdict, deque, namedtuple

Point = namedtuple("Point", "x y")


class Plain:
    def __init__(self, value):
        self.value = value

    def __eq__(self, other):
        return type(self) is type(other) and vars(self) == vars(other)


class Slotted:
    __slots__ = ("a", "b")

    def __init__(self):
        self.a = 1

    def __eq__(self, other):
        return self.a == other.a and not hasattr(other, "b")


things = [
    1, -5, 1 << 80, 2.5, 3j, "tëxt", b"bytes", None, True, ..., NotImplemented, [1, [2]], (1, (2,)), {1: {2}}, frozenset([3]),
    range(3), slice(1, 2), bytearray(b"xy"), array.array("i", [1, 2]), Point(1, 2), deque([1, 2], 5), defaultdict(list, a=[1]),
    OrderedDict([(1, 2), (0, 3)]), Plain([1]), Slotted(), len, str.upper, "abc".upper, dict.fromkeys, int, Plain, ValueError("x", 1),
]
for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
    for thing in things:
        if protocol < 2 and isinstance(thing, Slotted):
            continue
        back = pickle.loads(pickle.dumps(thing, protocol))
        if isinstance(thing, BaseException):
            assert type(back) is type(thing) and back.args == thing.args
        elif callable(thing) and not isinstance(thing, type):
            assert back == thing or back() == thing(), thing
        else:
            assert back == thing and type(back) is type(thing), (protocol, thing, back)
assert len.__reduce__() == "len" and str.upper.__reduce__() == (getattr, (str, "upper"))
shared = [1]
pair = copy.deepcopy([shared, shared])
assert pair == [[1], [1]] and pair[0] is pair[1] and copy.copy(things[-1]).args == ("x", 1)
loop = []
loop.append(loop)
back = pickle.loads(pickle.dumps(loop))
assert back[0] is back
for refused in (iter([]).__class__.__new__ if False else (x for x in ()), open(__file__)):
    try:
        pickle.dumps(refused)
    except TypeError as error:
        assert str(error).startswith("cannot pickle '"), error
    else:
        raise AssertionError
