# weakref.proxy: an object that behaves as the one it refers to weakly; _string's splitters of format strings.
# RUN: %python %s
# RUN: pyvm --check-leaks %s
import _string
import weakref


class A:
    def __init__(self):
        self.x = 3

    def __add__(self, other):
        return "add", other

    def __len__(self):
        return 7

    def __getitem__(self, key):
        return key

    def __call__(self, *args):
        return args


def raises(kind, text, function, *args):
    try:
        function(*args)
    except kind as error:
        assert str(error) == text, str(error)
        return
    raise AssertionError(kind)


a = A()
p = weakref.proxy(a)
assert type(p) is weakref.CallableProxyType and p is weakref.proxy(a) and isinstance(p, A)
assert p.x == 3 and p + 1 == ("add", 1) and len(p) == 7 and p["k"] == "k" and p(1, 2) == (1, 2)
p.y = 5
assert a.y == 5
raises(TypeError, "unhashable type: 'weakref.CallableProxyType'", hash, p)
calls = []
q = weakref.proxy(a, calls.append)
assert q is not p
del a
assert len(calls) == 1
raises(ReferenceError, "weakly-referenced object no longer exists", getattr, p, "x")
raises(ReferenceError, "weakly-referenced object no longer exists", lambda: p + 1)
raises(TypeError, "cannot create weak reference to 'int' object", weakref.proxy, 1)
class N(float):
    def __index__(self):
        return int(float(self))


numbers = N(6)
n = weakref.proxy(numbers)
assert type(n) is weakref.ProxyType and n + 1 == 7 and 10 - n == 4 and -n == -6 and n == 6 and int(n) == 6 and divmod(20, n) == (3, 2) and list(range(9))[n] == 6

# The splitters.
parse = lambda text: list(_string.formatter_parser(text))
assert parse("a{b!r:c}{{d}}{}") == [("a", "b", "c", "r"), ("{", None, None, None), ("d}", None, None, None), ("", "", "", None)]
first, rest = _string.formatter_field_name_split("a.b[c][0]")
assert first == "a" and list(rest) == [(True, "b"), (False, "c"), (False, 0)]
assert _string.formatter_field_name_split("0.x")[0] == 0
for text, message in {
    "{": "Single '{' encountered in format string",
    "}": "Single '}' encountered in format string",
    "{a!}": "unmatched '{' in format spec",
    "{a!rx}": "expected ':' after conversion specifier",
    "{a[}": "expected '}' before end of string",
}.items():
    raises(ValueError, message, parse, text)
raises(TypeError, "expected str, got int", _string.formatter_parser, 1)
