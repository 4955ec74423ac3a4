# RUN: pyvm --check-leaks %s
# RUN: %python %s
"""The words of the TypeErrors of native functions: how they name themselves, and what they find fault with first."""
import array
import collections
import io
import math
import posix
import stat
import time
import types
import weakref


def says(words, function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except TypeError as e:
        assert str(e) == words, f"{e}\nnot {words}"
    else:
        raise AssertionError(f"no TypeError: {words}")


# Functions are qualified by their module, unless that is builtins; methods by their class.
says("math.sqrt() takes exactly one argument (2 given)", math.sqrt, 1, 2)
says("math.sqrt() takes no keyword arguments", math.sqrt, 1, 2, x=3)
says("posix.getpid() takes no arguments (1 given)", posix.getpid, 1)
says("len() takes exactly one argument (2 given)", len, 1, 2)
says("vars() takes no keyword arguments", vars, zzz=1)
says("fmod expected 2 arguments, got 1", math.fmod, 1)
says("math.gcd() takes no keyword arguments", math.gcd, x=1)
says("list.append() takes exactly one argument (0 given)", list.append, [])


# A bound method speaks of its object's class, an unbound one of where it is defined.
class Sub(list):
    pass


append = Sub().append
says("Sub.append() takes exactly one argument (0 given)", append)
says("int.__format__() takes exactly one argument (0 given)", (1).__format__)
says("int.__getstate__() takes no arguments (1 given)", getattr(1, "__getstate__"), 2)
says("BytesIO.__enter__() takes no arguments (1 given)", getattr(io.BytesIO(), "__enter__"), 2)
try:
    Sub().append()
except TypeError as e:
    assert str(e) == "list.append() takes exactly one argument (0 given)", e

# Functions with keywords: the sum of arguments first, then those by position, then what is missing, then what is unknown.
says("pow() missing required argument 'base' (pos 1)", pow, zzz=1)
says("round() takes at most 2 arguments (3 given)", round, 1, 2, zzz=3)
says("sum() takes at least 1 positional argument (0 given)", sum, zzz=1)
says("isclose() takes exactly 2 positional arguments (3 given)", math.isclose, 1, 2, 3)
says("prod() takes exactly 1 positional argument (0 given)", math.prod, zzz=1)
says("compile() missing required argument 'filename' (pos 2)", compile, "", zzz=1)
says("argument for compile() given by name ('source') and position (1)", compile, "", "", "exec", source=1)
says("'zzz' is an invalid keyword argument for compile()", compile, "", "", "exec", zzz=1)

# Slot wrappers leave a blank where others have a name.
says("expected 1 argument, got 0", (1).__add__)
says(" expected 2 arguments, got 0", [].__setitem__)
says(" expected 2 arguments, got 1", object().__setattr__, 1)
says(" expected at least 1 argument, got 0", (1).__pow__)

# Functions that take their arguments as a tuple refuse keywords by their bare name, and may count in other words.
says("find() takes no keyword arguments", getattr("abc", "find"), "a", x=1)
says("log() takes no keyword arguments", math.log, x=1)
says("update() takes no keyword arguments", getattr({1}, "update"), x=1)
says("split expected 1 argument, got 0", ExceptionGroup("", [ValueError()]).split)
says("clock_gettime() takes exactly 1 argument (0 given)", time.clock_gettime)
says("ctime() takes at most 1 argument (2 given)", time.ctime, 1, 2)
says("extend() takes exactly 1 positional argument (0 given)", array.array("i").extend)

# None is called by its name where an argument is of the wrong type.
says("format() argument 2 must be str, not None", format, 1, None)
says("__format__() argument must be str, not None", (1).__format__, None)

# A class method wants a class.
says("descriptor 'fromkeys' for type 'dict' needs a type, not a 'list' as arg 2", dict.__dict__["fromkeys"], [])
says("descriptor 'fromkeys' requires a subtype of 'dict' but received 'list'", dict.__dict__["fromkeys"], list)


class Plain:
    pass


says("Plain.__init__() takes exactly one argument (the instance to initialize)", Plain.__init__, Plain(), 1)
says("Plain() takes no arguments", Plain, 1)


# Deleting and setting attributes.
def attribute_error(words, function, *args):
    try:
        function(*args)
    except AttributeError as e:
        assert str(e) == words and e.name is None, e
    else:
        raise AssertionError(f"no AttributeError: {words}")


attribute_error("'Plain' object has no attribute 'x'", delattr, Plain(), "x")
attribute_error("type object 'Plain' has no attribute 'x'", delattr, Plain, "x")
attribute_error("'ValueError' object has no attribute 'x'", delattr, ValueError(), "x")
attribute_error("'collections.deque' object attribute 'append' is read-only", setattr, collections.deque(), "append", 1)

def deleted(container, key):
    del container[key]


# The types of arguments.
says("an integer is required", iter([]).__setstate__, None)
says("slice indices must be integers or have an __index__ method", [].index, 1, None)
says("pow() 3rd argument not allowed unless all arguments are integers", (1.5).__pow__, "a", 1)
says("from_bytes() argument 'byteorder' must be str, not int", int.from_bytes, b"", 1)
says("'object' object is not iterable", lambda: object() - {}.keys())
says("'object' object does not support item deletion", lambda: deleted(object(), 1))
says("'str' object doesn't support item deletion", lambda: deleted("a", 1))
says("'Plain' object doesn't support item deletion", lambda: deleted(Plain(), 1))
says("'Plain' object does not support item deletion", lambda: deleted(Plain(), "a"))
for function in ("a".encode, b"a".decode):
    for name, error in ("\ud800", UnicodeEncodeError), ("a\0b", ValueError):
        try:
            function(name)
        except error as e:
            assert type(e) is error, e
        else:
            raise AssertionError(name)

# Members of their own.
assert Plain.__init__.__reduce__() == (getattr, (object, "__init__"))
assert (1).__add__.__reduce__() == (getattr, (1, "__add__"))
try:
    1 / 0
except ZeroDivisionError as e:
    assert e.__traceback__.__dir__() == ["tb_frame", "tb_next", "tb_lasti", "tb_lineno"]
for kind in types.GeneratorType, types.CoroutineType, types.AsyncGeneratorType, types.FrameType, types.CodeType:
    assert "__sizeof__" in kind.__dict__
assert types.CellType.__text_signature__ == "([contents])"

# Names that some use for themselves.
says("structseq() missing required argument 'sequence' (pos 1)", time.struct_time)
says("TracebackType() missing required argument 'tb_next' (pos 1)", types.TracebackType)
says("mappingproxy() missing required argument 'mapping' (pos 1)", types.MappingProxyType)
says("mappingproxy() argument must be a mapping, not NoneType", types.MappingProxyType, None)
says("NoneType takes no arguments", type(None), 1)
says("EllipsisType takes no arguments", type(...), x=1)
says("ref() takes no keyword arguments", weakref.ref, says, callback=None)
says("weakref expected 0 arguments, got 1", weakref.ref(says), 1)
says("'zzz' is an invalid keyword argument for ImportError()", ModuleNotFoundError, zzz=1)
says("BaseExceptionGroup.__new__() argument 1 must be str, not None", ExceptionGroup, None, [])
says("super() argument 1 must be a type, not NoneType", super, None)


class Documented:
    "Documented(x, y=1)\n--\n\nA signature at the head of the docstring."


assert Documented.__text_signature__ == "(x, y=1)" and Plain.__text_signature__ is None

# Integers that do not fit.
for function, value, words in (
    (stat.S_IFMT, 1 << 64, "Python int too large to convert to C unsigned long"),
    (stat.S_IFMT, (1 << 64) - 1, "mode out of range"),
    (stat.S_IFMT, -(1 << 100), "can't convert negative value to unsigned int"),
    (object().__reduce_ex__, 1 << 40, "Python int too large to convert to C int"),
    (posix.getpgid, 1 << 64, "Python int too large to convert to C long"),
    (posix.stat, 1 << 40, "fd is greater than maximum"),
    (io.BytesIO().seek, 1 << 64, "Python int too large to convert to C ssize_t"),
):
    try:
        function(value)
    except OverflowError as e:
        assert str(e) == words, e
    else:
        raise AssertionError(words)
