# RUN: pyvm --check-leaks %s
# RUN: %python %s
# The interpreter replaces instructions by special cases of what it has met. None may show.
import sys


def check(got, wanted):
    assert got == wanted, (got, wanted)


# --- texts that grow where they are: nobody else may see it
def grow():
    text = "ab" * 300
    alias = text
    text += "c"
    check((len(alias), len(text)), (600, 601))
    del alias
    seen = {text: 1}
    for i in range(3):
        before = text
        text += "d"
        check(before + "d", text)
    check(seen[("ab" * 300) + "c"], 1)
    wide = "x" * 40
    for piece in ("y", "\xe9", "\u20ac", "\U0001f600", "z", ""):
        wide += piece
    check(wide, "x" * 40 + "y\xe9\u20ac\U0001f600z")
    short = ""
    for i in range(1000):
        short += chr(97 + i % 26)
        check(hash(short), hash("".join(list(short)))) if i % 97 == 0 else None
    check(len(short), 1000)
    twice = "q" * 50
    twice += twice
    check(twice, "q" * 100)
    return text


check(len(grow()), 604)
line = "start" * 20
keep = line
line += "1"
line += "2"
check((keep, line), ("start" * 20, "start" * 20 + "12"))


class Text(str):
    pass


sub = Text("sub")
sub += "x"
check(type(sub), str)


# --- attributes: the class, the instance and the module may change under a cache
class Point:
    scale = 1
    unit = "m"

    def __init__(self, x):
        self.x = x
        self.y = -x

    @property
    def both(self):
        return self.x, self.y

    def method(self):
        return "class"


def read(p):
    return p.x, p.scale, p.both, p.method()


p = Point(3)
for _ in range(5):
    check(read(p), (3, 1, (3, -3), "class"))
p.scale = 2
p.method = lambda: "instance"
check(read(p), (3, 2, (3, -3), "instance"))
q = Point(4)
check(read(q), (4, 1, (4, -4), "class"))
Point.scale = 7
Point.both = property(lambda self: "changed")
check(read(q), (4, 7, "changed", "class"))
Point.both = 5
check(read(q), (4, 7, 5, "class"))
del Point.scale
try:
    read(q)
    assert False
except AttributeError as e:
    check(str(e), "'Point' object has no attribute 'scale'")
Point.x = property(lambda self: "data descriptor wins", lambda self, value: None)
check(q.x, "data descriptor wins")
q.x = 9
check(q.__dict__["x"], 4)
check(Point(1).y, -1)


class Slotted:
    __slots__ = ("a", "b")


def slots(s):
    s.a = s.a + 1 if hasattr(s, "a") else 0
    return s.a


s = Slotted()
check([slots(s) for _ in range(4)], [0, 1, 2, 3])
try:
    s.b
    assert False
except AttributeError:
    pass


class Constants:
    A = 1
    B = "b"

    @staticmethod
    def plain(v):
        return v

    @classmethod
    def own(cls):
        return cls


def constants():
    return Constants.A, Constants.B, Constants.plain(4), Constants.own()


for value in (1, 2.5, None, "text"):
    Constants.A = value
    for _ in range(3):
        check(constants(), (value, "b", 4, Constants))


def fromModule():
    return sys.specialCase


for sys.specialCase in range(3):
    check(fromModule(), sys.specialCase)
del sys.specialCase
try:
    fromModule()
    assert False
except AttributeError as e:
    check(str(e), "module 'sys' has no attribute 'specialCase'")


# --- arithmetic and comparison on the edges of immediate numbers
def edges(a, b):
    return a + b, a - b, a * b, a < b, a == b, a // b, a % b, a / b, a << 3, a >> 2


big = 2**49
for a in (big - 1, -big, big, 7, -7, 2**31, 2**32):
    for b in (1, -1, 3, big - 1, -big, 2**32 + 1):
        c = a
        total = a + b
        check(edges(a, b), (total, a + -b, b * a, b > c, not a != b, (a - a % b) // b, a - b * (a // b), a / b, a * 8, a // 4))


def ordered(a, b):
    r = 0
    if a < b: r += 1
    if a <= b: r += 2
    if a == b: r += 4
    if a != b: r += 8
    if a > b: r += 16
    if a >= b: r += 32
    return r


nan = float("nan")
check([ordered(*pair) for pair in ((1, 2), (2, 2), (3, 2), (1.0, 2.0), (2.0, 2.0), (nan, nan), (nan, 1.0), (1, 1.0), ("a", "b"), ("a", "a"))],
      [11, 38, 56, 11, 38, 8, 8, 38, 11, 38])


# --- unbound locals, in the middle of what runs as one
def unbound(which):
    if which > 0: a = 1
    if which > 1: b = 2
    return a + b


for which, name in ((0, "a"), (1, "b")):
    try:
        unbound(which)
        assert False
    except UnboundLocalError as e:
        assert f"'{name}'" in str(e), e
check(unbound(2), 3)


# --- a trace function sees every line and instruction
def traced(n):
    total = 0
    for i in range(n):
        total = total + i
        if total > 100:
            total -= 1
    return total


events = []


def trace(frame, event, arg):
    frame.f_trace_opcodes = True
    events.append((event, frame.f_lineno - frame.f_code.co_firstlineno if event == "line" else None))
    return trace


traced(3)
sys.settrace(trace)
traced(2)
sys.settrace(None)
check([line for event, line in events if event == "line"], [1, 2, 3, 4, 2, 3, 4, 2, 6])
check(sum(event == "opcode" for event, _ in events) > 25, True)
check(traced(10), 45)


# --- where it raises, the line is right
def lines(values, key):
    total = 0
    for v in values:
        total = (
            total +
            v[key]
        )
    return total


try:
    lines([[1], [2], []], 0)
    assert False
except IndexError as e:
    check(e.__traceback__.tb_next.tb_lineno - lines.__code__.co_firstlineno, 5)
try:
    lines([{0: 1}, {}], 0)
    assert False
except KeyError as e:
    check(e.args, (0,))


# --- slices without a slice object
def parts(s, i, j):
    return s[i:j], s[i:], s[:j], s[:]


for s in ("abcdef", [1, 2, 3, 4, 5, 6], (1, 2, 3, 4, 5, 6), b"abcdef"):
    for i in (None, 0, 2, -2, 6, 9, -9, 2**60):
        for j in (None, 0, 3, -1, 6, 9, -9, -2**60, True):
            check(parts(s, i, j), (s[slice(i, j)], s[slice(i, None)], s[slice(None, j)], s[slice(None)]))
nothing = ()
check(parts(nothing, None, None)[3] is nothing, True)
try:
    parts("abc", "a", 1)
    assert False
except TypeError as e:
    check(str(e), "slice indices must be integers or None or have an __index__ method")


# --- the collector lets go of tuples that hold nothing to collect
import gc

plain = tuple([1, "a", (2.5, None)])
holder = tuple([[], 1])
gc.collect()
gc.collect()
check((gc.is_tracked(plain), gc.is_tracked(holder)), (False, True))
holder[0].append(holder)
check(gc.is_tracked(holder), True)
del holder
check(gc.collect() > 0, True)

# --- tuples compare item by item
check((1, "a", nan) == (1, "a", nan), True)
check((1, 2.0, "x") == (1.0, 2, "x"), True)
check((1, (2, "y")) == (1, (2, "z")), False)
check(sorted([(1, "b"), (1, "a"), (0, 5), (1,), (), (0, 4.5), (1, "a", 0)]), [(), (0, 4.5), (0, 5), (1,), (1, "a"), (1, "a", 0), (1, "b")])
check({(1, 2): 3}[(1.0, True + 1)], 3)


# --- powers and unary operators of immediate numbers
def power(a, b):
    return a ** b


for a, b, wanted in ((7, 2, 49), (-3, 3, -27), (0, 0, 1), (2, 48, 2**48), (2, 49, 562949953421312), (-2, 49, -562949953421312), (3, 40, 12157665459056928801),
                     (2, -1, 0.5), (2.0, 0.5, 1.4142135623730951), (4, 0.5, 2.0), (0.0, 2.0, 0.0), (-8.0, 2.0, 64.0), (2.0, -2000.0, 0.0)):
    for _ in range(3):
        check(repr(power(a, b)), repr(wanted))
check(type(power(-8.0, 1 / 3)), complex)
for a, b, kind in ((0, -1, ZeroDivisionError), (10.0, 400.0, OverflowError)):
    try:
        power(a, b)
        assert False
    except kind:
        pass
for v in (0, 5, -5, big - 1, -big, big, 0.0, -0.0, 2.5, True):
    check((repr(-v), repr(+v), repr(abs(v))), (repr(0 - v if v or type(v) is not float else v * -1), repr(v + 0 if v else v * 1), repr(v * 1 if str(v)[0] != "-" else v * -1)))
check([~v for v in (0, -1, big - 1, -big)], [-1, 0, -big, big - 1])
check([divmod(a, b) for a, b in ((7, 3), (-7, 3), (7, -3), (7.5, 2), (big - 1, 1))], [(2, 1), (-3, 2), (-3, -2), (3.0, 1.5), (big - 1, 0)])

# --- the tuples that zip and enumerate use again are watched again
for make in (lambda: zip([1, 2, 3, []], [1, 2, 3, []]), lambda: enumerate([1, 2, 3, []])):
    it = make()
    next(it), gc.collect(), next(it), gc.collect(), next(it), gc.collect()
    last = next(it)
    check(gc.is_tracked(last), True)
    last[1].append(last)
    del last, it
    check(gc.collect() > 0, True)


# --- the slots of a class whose metaclass orders the bases otherwise
class Loud:
    def __len__(self):
        return 7

    def __getitem__(self, i):
        return "loud"


class Order(type):
    def mro(cls):
        return [cls, Loud, object] if cls.__name__ == "Odd" else super().mro()


class Quiet(metaclass=Order):
    def __len__(self):
        return 0


class Odd(Quiet):
    pass


class Even(Quiet):
    pass


check((len(Odd()), Odd()[0], len(Even()), hasattr(Even, "__getitem__")), (7, "loud", 0, False))


# --- copies of dicts are dicts of their own
def copies(d):
    other = {}
    other.update(d)
    return d.copy(), dict(d), {**d}, other, {**d, "z": 1}


for d in ({}, {"a": 1, "b": [2]}, {1: "x", "y": None, (2,): 3}, {i: i for i in range(300)}):
    for c in copies(d)[:4]:
        check((c == d, list(c) == list(d), c is d), (True, True, False))
        c["new"] = 1
        c.pop("new")
        for k in list(c):
            del c[k]
        check((c, len(d)), ({}, len(d)))
    check(copies(d)[4]["z"], 1)
d = {1: 1, 2: 2, 3: 3}
del d[2]
check(list(d.copy().items()), [(1, 1), (3, 3)])
for n in (0, 1, 4, 5, 8, 30, 1000):
    keys = dict.fromkeys(i * 37 % 1009 for i in range(n))
    check((set(keys), len(set(keys))), (set(list(keys)), n))
