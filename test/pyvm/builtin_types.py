# RUN: pyvm --check-leaks %s
# RUN: %python %s
# What the dicts of the built-in types hold, and what may not be done to classes.
import operator
import warnings
import weakref


def raises(kind, text, function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except kind as e:
        assert str(e) == text, (str(e), text)
    else:
        raise AssertionError(text)


# __init__ is the wrapper of its slot; types repeat some slots of their bases
wrapper = type(object.__init__)
for cls in (list, dict, set, property, ValueError, type(weakref), weakref.ref):
    assert type(cls.__dict__["__init__"]) is wrapper, cls
assert type([].__init__) is type((1).__add__) and list.__init__.__qualname__ == "list.__init__"
assert "__getattribute__" in int.__dict__ and "__getattribute__" not in bool.__dict__
assert Exception.__new__.__qualname__ == "Exception.__new__" and "__new__" not in KeyError.__dict__
assert ValueError.__text_signature__ is None and dict.pop.__text_signature__ == "($self, key, default=<unrepresentable>, /)"
assert int.__radd__.__doc__ == "Return value+self." and int.__rpow__.__doc__ == "Return pow(value, self, mod)."
assert bytes.maketrans.__self__ is None and bytes.maketrans.__qualname__ == "bytes.maketrans"
assert type.__subclasshook__.__qualname__ == "type.__subclasshook__"
assert type(lambda: 0).__module__ == "builtins" and type({}.__class__.__hash__) is type(None)

# keywords meant for the other constructor are nothing to this one
for base, args in ((list, ([1, 2],)), (tuple, ([1, 2],)), (float, ("1",)), (frozenset, ([1],))):
    class WithInit(base):
        def __init__(self, value, extra=None):
            self.extra = extra

    class WithNew(base):
        def __new__(cls, value, extra=None):
            self = super().__new__(cls, value)
            self.extra = extra
            return self

    assert WithInit(*args, extra=3).extra == 3 or base is list
    assert WithNew(*args, extra=3).extra == 3
    raises(TypeError, base.__name__ + "() takes no keyword arguments", base, *args, extra=3)

# setting attributes past type, making objects past their types
raises(TypeError, "can't apply this __setattr__ to type object", object.__setattr__, str, "x", 1)
raises(TypeError, "can't apply this __delattr__ to type object", object.__delattr__, str, "lower")
generator = (i for i in ())
raises(TypeError, "object.__new__(generator) is not safe, use generator.__new__()", object.__new__, type(generator))

# names and slots
raises(ValueError, "type name must not contain null characters", type, "a\0b", (), {})
raises(TypeError, "__slots__ must be identifiers", type, "A", (), {"__slots__": "a b"})
raises(TypeError, "nonempty __slots__ not supported for subtype of 'int'", type, "A", (int,), {"__slots__": "x"})
raises(TypeError, "__dict__ slot disallowed: we already got one", type, "A", (), {"__slots__": ("__dict__",) * 2})
raises(TypeError, "__weakref__ slot disallowed: either we already got one, or __itemsize__ != 0",
       type, "A", (), {"__slots__": ("__weakref__", "__weakref__")})


# mro() of a metaclass
class Meta(type):
    def mro(cls):
        if cls.__mro__ is None and cls.__name__ == "Made":
            raises(TypeError, "Cannot extend an incomplete type 'Made'", type, "Sub", (cls,), {})
        return order if order else type.mro(cls)


order = None
Made = Meta("Made", (), {})
for order, text in (((1,), "mro() returned a non-class ('int')"), ([int], "mro() returned base with unsuitable layout ('int')")):
    raises(TypeError, text, Meta, "Bad", (), {})
order = None

# exceptions
error = ImportError("m", name="n", path="p")
assert error.__reduce__() == (ImportError, ("m",), {"name": "n", "path": "p"})
error.__init__("a", "b")
assert error.msg is error.name is error.path is None
assert OSError(1, "a", "f").__reduce__() == (PermissionError, (1, "a", "f"))
assert UnicodeDecodeError("ascii", bytearray(b"\xff"), 0, 1, "r").object == b"\xff"
raises(TypeError, "argument 1 must be str, not int", UnicodeEncodeError, 1, "", 0, 1, "")

first, second = ValueError(1), ValueError(2)
first.__context__, second.__context__ = second, second
try:
    try:
        raise first
    except ValueError:
        raise KeyError
except KeyError as e:
    assert e.__context__ is first

try:
    try:
        raise ExceptionGroup("g", [TypeError()])
    except* TypeError:
        raise SyntaxError("alone")
except ExceptionGroup as e:
    assert e.message == "" and [type(x) for x in e.exceptions] == [SyntaxError]

# ranges at the edge of 64 bits, and slices of any size
big = 2**63 - 1
assert list(range(big - 2, big + 3)) == [big - 2, big - 1, big, big + 1, big + 2]
assert list(range(1, 2, big)) == [1] and range(2**70)[2**69 : 2**69 + 3][1] == 2**69 + 1
assert slice(0, 2**100).indices(2**100) == (0, 2**100, 1) and slice(None, None, -2).indices(5) == (4, -1, -2)
iterator = iter(range(10))
next(iterator), next(iterator)
assert iterator.__reduce__()[1:] == ((range(10),), 2)


# conversions that return a strict subclass
class Odd:
    def __int__(self):
        return True

    def __len__(self):
        return 2**64


with warnings.catch_warnings(record=True) as seen:
    warnings.simplefilter("always")
    assert int(Odd()) == 1 and type(int(Odd())) is int
assert str(seen[0].message) == (
    "__int__ returned non-int (type bool).  The ability to return an instance of a strict subclass of int is deprecated, "
    "and may be removed in a future version of Python.")
assert float.fromhex("0x0.ffffffffffffecp-1022").hex() == "0x0.fffffffffffffp-1022"
raises(OverflowError, "cannot fit 'int' into an index-sized integer", len, Odd())

# iterators nested as deeply as memory allows
for nest in (enumerate, zip, lambda x: filter(None, x), lambda x: map(max, x, x)):
    deep = ()
    for _ in range(2000):
        deep = nest(deep)
    assert tuple(deep) == ()
raises(OverflowError, "Python int too large to convert to C ssize_t", [].insert, 2**70, 1)
assert operator.length_hint(iter(range(3))) == 3

# names that are no strings
raises(TypeError, "attribute name must be string, not 'int'", ValueError().__setstate__, {1: 2})
import _ast  # noqa: E402

raises(TypeError, "attribute name must be string, not 'int'", type("Node", (_ast.AST,), {"_fields": (1,)}), 2)
