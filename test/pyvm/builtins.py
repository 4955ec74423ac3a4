# The functions of builtins: results, and the exceptions that wrong arguments raise.
# REQUIRES: pyvm
# RUN: %python %s
# RUN: pyvm --check-leaks %s
import sys


def raises(kind, message, function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except kind as error:
        assert type(error) is kind, error
        assert str(error) == message, (str(error), message)
    else:
        raise AssertionError(f"no {kind.__name__}: {message}")


# --- attributes


class Point:
    kind = "point"

    def __init__(self):
        self.x = 1

    def __getattr__(self, name):
        if name == "broken":
            raise ValueError("broken")
        raise AttributeError(name)


p = Point()
assert getattr(p, "x") == 1 and getattr(p, "y", 5) == 5 and getattr(p, "kind") == "point"
assert hasattr(p, "x") and not hasattr(p, "y")
setattr(p, "y", 2)
assert p.y == 2 and vars(p) == {"x": 1, "y": 2}
delattr(p, "y")
assert not hasattr(p, "y")
raises(AttributeError, "y", getattr, p, "y")
raises(ValueError, "broken", hasattr, p, "broken")
raises(ValueError, "broken", getattr, p, "broken", None)
raises(TypeError, "attribute name must be string, not 'int'", getattr, p, 1)
raises(TypeError, "attribute name must be string, not 'int'", hasattr, p, 1)
raises(TypeError, "attribute name must be string, not 'int'", setattr, p, 1, 2)
raises(TypeError, "attribute name must be string, not 'int'", delattr, p, 1)
raises(TypeError, "getattr expected at least 2 arguments, got 1", getattr, p)
raises(TypeError, "hasattr expected 2 arguments, got 1", hasattr, p)
raises(AttributeError, "'int' object has no attribute 'x'", getattr, 1, "x")


class S(str):
    pass


assert getattr(p, S("x")) == 1
setattr(p, "".join(["a", "b"]), 3)
assert p.ab == 3

assert dir(type("D", (), {"b": 1, "a": 2}))[-2:] == ["a", "b"]
assert [n for n in dir(p) if not n.startswith("__")] == ["ab", "kind", "x"]


class WithDir:
    def __dir__(self):
        return ("z", "a")


assert dir(WithDir()) == ["a", "z"]
raises(TypeError, "dir expected at most 1 argument, got 2", dir, 1, 2)
raises(TypeError, "vars() argument must have __dict__ attribute", vars, 1)


def scopes(a, b=2):
    c = 3

    def inner():
        return a, sorted(locals().items()), dir()

    assert inner() == (a, [("a", a)], ["a"])
    return sorted(vars()), dir(), locals()["c"], globals() is module_globals


module_globals = globals()
names = ["a", "b", "c", "inner"]
assert scopes(1) == (names, names, 3, True)
assert locals() is globals() and vars() is globals()

# --- numbers

assert abs(-3) == 3 and abs(-2.5) == 2.5 and abs(True) == 1 and abs(-(2**70)) == 2**70
raises(TypeError, "bad operand type for abs(): 'str'", abs, "a")
assert round(2.5) == 2 and round(3.5) == 4 and round(1.25, 1) == 1.2 and round(1234, -2) == 1200
assert type(round(2.0)) is int and type(round(2.0, 0)) is float
raises(TypeError, "type str doesn't define __round__ method", round, "a")
raises(TypeError, "'str' object cannot be interpreted as an integer", round, 1.5, "a")
assert pow(2, 10) == 1024 and pow(2, 10, 1000) == 24 and pow(2, -1) == 0.5 and pow(base=3, exp=4, mod=5) == 1
assert pow(3, -1, 7) == 5
raises(TypeError, "unsupported operand type(s) for ** or pow(): 'int', 'int', 'str'", pow, 2, 3, "a")
raises(ValueError, "pow() 3rd argument cannot be 0", pow, 2, 3, 0)
assert divmod(7, -2) == (-4, -1) and divmod(-7.5, 2) == (-4.0, 0.5)
raises(TypeError, "unsupported operand type(s) for divmod(): 'int' and 'str'", divmod, 1, "a")

assert sum([]) == 0 and sum([1, 2, 3]) == 6 and sum([1, 2], 10) == 13 and sum((0.5, 1), start=1) == 2.5
assert sum([[1], [2]], []) == [1, 2] and sum(range(100001)) == 5000050000
assert sum([2**49 - 1, 2**49 - 1]) == 2**50 - 2 and sum([True, True]) == 2 and type(sum([True])) is int
assert sum([2**62, 2**62, -1, 0.0]) == 2.0**63
raises(TypeError, "sum() can't sum strings [use ''.join(seq) instead]", sum, ["a"], "")
raises(TypeError, "sum() can't sum bytes [use b''.join(seq) instead]", sum, [b""], b"")
raises(TypeError, "'int' object is not iterable", sum, 1)
raises(TypeError, "unsupported operand type(s) for +: 'int' and 'str'", sum, ["a"])

assert min(3, 1, 2) == 1 and max([3, 1, 2]) == 3 and min("b", "a") == "a"
assert max(["aa", "b", "cc"], key=len) == "aa" and min(["bb", "a", "c"], key=len) == "a"
assert max([], default=7) == 7 and min((), default=None, key=None) is None
assert max((x for x in (1, 5, 2)), key=lambda x: -x) == 1
raises(TypeError, "max expected at least 1 argument, got 0", max)
raises(ValueError, "max() arg is an empty sequence", max, [])
raises(ValueError, "min() arg is an empty sequence", min, [])
raises(TypeError, "Cannot specify a default for min() with multiple positional arguments", min, 1, 2, default=3)
raises(TypeError, "'x' is an invalid keyword argument for max()", max, 1, x=2)
raises(TypeError, "'>' not supported between instances of 'str' and 'int'", max, 1, "a")

assert bin(10) == "0b1010" and bin(-10) == "-0b1010" and oct(8) == "0o10" and hex(255) == "0xff" and hex(-255) == "-0xff"
assert hex(2**70) == "0x400000000000000000" and bin(0) == "0b0" and bin(True) == "0b1"


class Index:
    def __index__(self):
        return 5


assert bin(Index()) == "0b101" and hex(Index()) == "0x5"
raises(TypeError, "'float' object cannot be interpreted as an integer", hex, 1.0)

# --- iteration

it = iter([1, 2])
assert next(it) == 1 and next(it, 9) == 2 and next(it, 9) == 9
raises(StopIteration, "", next, it)
raises(TypeError, "'int' object is not an iterator", next, 1)
raises(TypeError, "'int' object is not iterable", iter, 1)
raises(TypeError, "iter(v, w): v must be callable", iter, 1, 2)
values = [3, 2, 1, 0, 5]
assert list(iter(values.pop, 1)) == [5, 0] and values == [3, 2]


def generator():
    yield 1
    return 42


g = generator()
assert next(g) == 1
try:
    next(g)
except StopIteration as stop:
    assert stop.value == 42
assert next(g, "end") == "end"


class OldSequence:
    def __getitem__(self, i):
        if i == 3:
            raise IndexError
        return i * i


assert list(iter(OldSequence())) == [0, 1, 4]

assert sorted([3, 1, 2]) == [1, 2, 3] and sorted("bca", reverse=True) == ["c", "b", "a"]
assert sorted(["b", "A", "c"], key=str.lower) == ["A", "b", "c"] and sorted({2: 0, 1: 0}) == [1, 2]
assert sorted([(1, "b"), (0, "x"), (1, "a")], key=lambda p: p[0]) == [(0, "x"), (1, "b"), (1, "a")]
raises(TypeError, "sorted expected 1 argument, got 2", sorted, [1], 1)
raises(TypeError, "'<' not supported between instances of 'str' and 'int'", sorted, [1, "a"])
assert all([]) and not any([]) and all([1, "a"]) and not all([1, 0]) and any([0, 1]) and not any([0, ""])
raises(TypeError, "'int' object is not iterable", all, 1)

assert list(map(lambda a, b: a + b, [1, 2], [10, 20, 30])) == [11, 22]
assert list(filter(None, [0, 1, "", "a"])) == [1, "a"] and list(zip("ab", (1, 2))) == [("a", 1), ("b", 2)]
assert list(enumerate("ab", 1)) == [(1, "a"), (2, "b")] and list(reversed([1, 2])) == [2, 1]

# --- text

assert repr("a'b") == '"a\'b"' and ascii("aé\n€😀") == r"'a\xe9\n\u20ac\U0001f600'"
assert chr(97) == "a" and chr(0x10FFFF) == "\U0010ffff" and ord("€") == 0x20AC and ord(b"a") == 97
raises(ValueError, "chr() arg not in range(0x110000)", chr, -1)
raises(ValueError, "chr() arg not in range(0x110000)", chr, 0x110000)
raises(OverflowError, "Python int too large to convert to C int", chr, 2**40)
raises(TypeError, "'str' object cannot be interpreted as an integer", chr, "a")
raises(TypeError, "ord() expected a character, but string of length 2 found", ord, "ab")
raises(TypeError, "ord() expected string of length 1, but int found", ord, 1)
assert format(3.14159, ".2f") == "3.14" and format("a", ">3") == "  a" and format(None) == "None"
raises(TypeError, "format() argument 2 must be str, not int", format, 1, 2)


class File:
    def __init__(self):
        self.calls = []

    def write(self, text):
        self.calls.append(text)

    def flush(self):
        self.calls.append("<flush>")


f = File()
print("a", 1, None, sep="-", end="!\n", file=f, flush=True)
print(file=f)
print("x", "y", sep=None, end=None, file=f)
assert f.calls == ["a", "-", "1", "-", "None", "!\n", "<flush>", "\n", "x", " ", "y", "\n"], f.calls
stdout, sys.stdout = sys.stdout, File()
print("redirected")
redirected, sys.stdout = sys.stdout, stdout
assert redirected.calls == ["redirected", "\n"]
raises(TypeError, "sep must be None or a string, not int", print, sep=1)
raises(TypeError, "end must be None or a string, not int", print, end=1)
raises(TypeError, "'x' is an invalid keyword argument for print()", print, x=1)
raises(AttributeError, "'int' object has no attribute 'write'", print, file=1)


class BadStr:
    def __str__(self):
        return 1


raises(TypeError, "__str__ returned non-string (type int)", print, BadStr(), file=File())

# input reads through whatever sys.stdin is.


class Lines:
    def __init__(self, *lines):
        self.lines = list(lines)

    def readline(self):
        return self.lines.pop(0) if self.lines else ""

    def fileno(self):
        raise OSError("no descriptor")


stdin, sys.stdin, sys.stdout = sys.stdin, Lines("first\n", "second"), File()
try:
    assert input("? ") == "first" and input() == "second"
    raises(EOFError, "EOF when reading a line", input)
    assert "".join(c for c in sys.stdout.calls if c != "<flush>") == "? "
    sys.stdin = None
    raises(RuntimeError, "input(): lost sys.stdin", input)
finally:
    sys.stdin, sys.stdout = stdin, stdout

# --- classes and identity

assert isinstance(1, int) and isinstance(True, (str, int)) and not isinstance("a", int) and isinstance(1, int | str)
assert issubclass(bool, int) and issubclass(bool, (str, object)) and not issubclass(int, bool)
raises(TypeError, "isinstance() arg 2 must be a type, a tuple of types, or a union", isinstance, 1, 1)
raises(TypeError, "issubclass() arg 1 must be a class", issubclass, 1, int)
assert callable(len) and callable(Point) and callable(lambda: 0) and not callable(1)
assert hash(1) == hash(1.0) == hash(True) == 1 and hash(-1) == -2 and hash("a") == hash("".join(["a"]))
raises(TypeError, "unhashable type: 'list'", hash, [])
assert id(p) == id(p) and id(p) != id(Point())
assert len("abc") == 3 and len({1: 2}) == 1 and len(range(10)) == 10
raises(TypeError, "object of type 'int' has no len()", len, 1)
raises(TypeError, "len() takes exactly one argument (0 given)", len)
raises(TypeError, "len() takes no keyword arguments", len, obj=1)


class BadLen:
    def __init__(self, n):
        self.n = n

    def __len__(self):
        return self.n


raises(ValueError, "__len__() should return >= 0", len, BadLen(-1))
raises(TypeError, "'str' object cannot be interpreted as an integer", len, BadLen("a"))

# __build_class__


class Meta(type):
    @classmethod
    def __prepare__(mcls, name, bases, **kwargs):
        return {"prepared": (name, bases, kwargs)}

    def __new__(mcls, name, bases, space, **kwargs):
        return super().__new__(mcls, name, bases, space)

    def __init__(cls, name, bases, space, **kwargs):
        cls.keywords = kwargs


class WithMeta(Point, metaclass=Meta, flag=1):
    def me(self):
        return __class__


assert WithMeta.prepared == ("WithMeta", (Point,), {"flag": 1}) and WithMeta.keywords == {"flag": 1}
assert type(WithMeta) is Meta and WithMeta().me() is WithMeta


class Derived(WithMeta):
    pass


assert type(Derived) is Meta and Derived.keywords == {}


class Stand:
    def __mro_entries__(self, bases):
        return (Point, WithDir)


stand = Stand()


class Standing(stand):
    pass


assert Standing.__bases__ == (Point, WithDir) and Standing.__orig_bases__ == (stand,)


def function_meta(name, bases, space):
    return name, bases, sorted(k for k in space if not k.startswith("__"))


class NoClass(metaclass=function_meta):
    a = 1


assert NoClass == ("NoClass", (), ["a"])


def conflicting():
    class M1(type):
        pass

    class M2(type):
        pass

    class A(metaclass=M1):
        pass

    class B(metaclass=M2):
        pass

    class C(A, B):
        pass


raises(
    TypeError,
    "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of all its "
    "bases",
    conflicting,
)


class BadPrepare(type):
    @classmethod
    def __prepare__(mcls, name, bases):
        return None


def bad_prepare():
    class X(metaclass=BadPrepare):
        pass


raises(TypeError, "BadPrepare.__prepare__() must return a mapping, not NoneType", bad_prepare)


class BadEntries:
    def __mro_entries__(self, bases):
        return [int]


def bad_entries():
    class X(BadEntries()):
        pass


raises(TypeError, "__mro_entries__ must return a tuple", bad_entries)


class LosesCell(type):
    def __new__(mcls, name, bases, space):
        space = dict(space)
        space.pop("__classcell__", None)
        return super().__new__(mcls, name, bases, space)


def loses_cell():
    class X(metaclass=LosesCell):
        def f(self):
            return __class__


try:
    loses_cell()
except RuntimeError as error:
    text = str(error)
    assert text.startswith("__class__ not set defining 'X' as <class '__main__.loses_cell.<locals>.X'>."), text
    assert text.endswith("Was __classcell__ propagated to type.__new__?"), text
else:
    raise AssertionError
raises(TypeError, "__build_class__: not enough arguments", __build_class__)
raises(TypeError, "__build_class__: func must be a function", __build_class__, 1, 2)
raises(TypeError, "__build_class__: name is not a string", __build_class__, lambda: 1, 2)

# --- the module

import builtins

assert builtins.__name__ == "builtins" and builtins.len is len
assert vars(builtins)["None"] is None and vars(builtins)["True"] is True and vars(builtins)["False"] is False
assert builtins.__debug__ is __debug__ and builtins.IOError is OSError is builtins.EnvironmentError
assert builtins.Ellipsis is ... and builtins.NotImplemented is NotImplemented
assert repr(len) == "<built-in function len>" and len.__name__ == "len" and len.__module__ == "builtins"
assert len.__self__ is builtins
signatures = {
    "abs": "($module, x, /)",
    "print": "($module, /, *args, sep=' ', end='\\n', file=None, flush=False)",
    "getattr": None,
    "sorted": "($module, iterable, /, *, key=None, reverse=False)",
    "sum": "($module, iterable, /, start=0)",
}
for name, text in signatures.items():
    assert getattr(builtins, name).__text_signature__ == text, name
builtins.injected = 5
assert injected == 5
del builtins.injected
raises(NameError, "name 'injected' is not defined", lambda: injected)
