# The sys module: what it says of the implementation, limits, hooks, frames.
# REQUIRES: pyvm
# RUN: %python %s one two
# RUN: pyvm --check-leaks %s one two
import sys


def raises(kind, message, function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except kind as error:
        assert type(error) is kind, error
        assert str(error) == message, (str(error), message)
        return error
    raise AssertionError(f"no {kind.__name__}: {message}")


# --- the version and other structures

v = sys.version_info
assert v[:2] == (3, 11) and v.major == 3 and v.minor == 11 and v >= (3, 8) and isinstance(v, tuple) and len(v) == 5
assert repr(v) == f"sys.version_info(major=3, minor=11, micro={v.micro}, releaselevel='final', serial=0)"
assert v == tuple(v) and hash(v) == hash(tuple(v)) and list(v) == [3, 11, v.micro, "final", 0]
major, minor, *rest = v
assert (major, minor) == (3, 11)
assert type(v).__name__ == "version_info" and type(v).__module__ == "sys" and type(v).n_fields == 5
assert type(v).__match_args__ == ("major", "minor", "micro", "releaselevel", "serial")
assert sys.version.startswith(f"3.11.{v.micro} (")
assert sys.hexversion == 3 << 24 | 11 << 16 | v.micro << 8 | 0xF0 and sys.api_version == 1013
raises(TypeError, "cannot create 'sys.version_info' instances", type(v))
try:
    v.major = 4
except AttributeError as error:
    assert str(error) == "readonly attribute"
else:
    raise AssertionError
raises(AttributeError, "'sys.version_info' object has no attribute 'nope'", getattr, v, "nope")
raises(TypeError, "type 'sys.version_info' is not an acceptable base type", type, "V", (type(v),), {})
match v:
    case type(major=3, minor=11):
        raise AssertionError
    case tuple():
        pass

f = sys.float_info
assert f.max == 1.7976931348623157e308 and f.min == 2.2250738585072014e-308 and f.epsilon == 2.0**-52 and f.dig == 15
assert (f.max_exp, f.max_10_exp, f.min_exp, f.min_10_exp, f.mant_dig, f.radix, f.rounds) == (1024, 308, -1021, -307, 53, 2, 1)
assert repr(f).startswith("sys.float_info(max=1.7976931348623157e+308, max_exp=1024,")
raises(TypeError, "sys.float_info() takes a 11-sequence (1-sequence given)", type(f), (1,))
raises(TypeError, "constructor requires a sequence", type(f), 1)
assert type(f)(range(11)).mant_dig == 7 and f.__reduce__() == (type(f), (tuple(f), {}))
assert repr(sys.int_info) == (
    "sys.int_info(bits_per_digit=30, sizeof_digit=4, default_max_str_digits=4300, str_digits_check_threshold=640)"
)
assert repr(sys.hash_info) == (
    "sys.hash_info(width=64, modulus=2305843009213693951, inf=314159, nan=0, imag=1000003, algorithm='siphash13', "
    "hash_bits=64, seed_bits=128, cutoff=0)"
)
assert hash(float("inf")) == sys.hash_info.inf and hash(sys.hash_info.modulus) == 0
assert len(sys.flags) == 18 and sys.flags.optimize == 0 and sys.flags.dev_mode is False and sys.flags.utf8_mode in (0, 1)
assert repr(sys.flags).startswith("sys.flags(debug=0, inspect=0,")
assert sys.maxsize == 2**63 - 1 and sys.maxunicode == 0x10FFFF and sys.byteorder == "little" and sys.platform == "linux"

i = sys.implementation
assert i.name in ("cpython", "coil") and i.cache_tag == "cpython-311" and i.version == v and i.hexversion == sys.hexversion
assert repr(i).startswith(f"namespace(name='{i.name}', cache_tag='cpython-311', version=sys.version_info(")
assert type(i).__name__ == "SimpleNamespace" and type(i).__module__ == "types"
Namespace = type(i)
n = Namespace(a=1, b="x")
assert repr(n) == "namespace(a=1, b='x')" and n == Namespace(b="x", a=1) and n != Namespace(a=1)
n.c = n
assert repr(n) == "namespace(a=1, b='x', c=namespace(...))" and vars(n)["a"] == 1
del n.c, n.a
assert repr(n) == "namespace(b='x')"
raises(TypeError, "no positional arguments expected", Namespace, 1)

# --- the program and the modules

assert sys.argv[0].endswith("sys.py") and sys.argv[1:] == ["one", "two"]
assert isinstance(sys.path, list) and isinstance(sys.executable, str) and sys.executable.startswith("/")
assert sys.modules["sys"] is sys and sys.modules["__main__"].__dict__ is globals()
assert "sys" in sys.builtin_module_names and "builtins" in sys.builtin_module_names
assert list(sys.builtin_module_names) == sorted(sys.builtin_module_names)
assert sys.prefix == sys.base_prefix and sys.exec_prefix == sys.base_exec_prefix
assert sys.getdefaultencoding() == "utf-8" and sys.getfilesystemencoding() == "utf-8"
assert sys.is_finalizing() is False and isinstance(sys.dont_write_bytecode, bool)
assert sys.__name__ == "sys" and sys.exit.__module__ == "sys"

# --- exceptions

assert sys.exc_info() == (None, None, None) and sys.exception() is None
try:
    raise ValueError("seen")
except ValueError as error:
    kind, value, tb = sys.exc_info()
    assert kind is ValueError and value is error is sys.exception() and tb is error.__traceback__

    def nested():
        assert sys.exception() is error
        try:
            raise KeyError
        except KeyError as inner:
            assert sys.exception() is inner
        assert sys.exception() is error

    nested()
assert sys.exc_info() == (None, None, None)
for args, code, exception_args in [((), None, ()), ((None,), None, ()), ((3,), 3, (3,)), (("text",), "text", ("text",)), (((1, 2),), (1, 2), (1, 2))]:
    try:
        sys.exit(*args)
    except SystemExit as error:
        assert error.code == code and error.args == exception_args, (args, error.code, error.args)
    else:
        raise AssertionError
raises(TypeError, "exit expected at most 1 argument, got 2", sys.exit, 1, 2)


class Out:
    def __init__(self):
        self.text = ""

    def write(self, s):
        self.text += s

    def flush(self):
        pass


def captured(function, *args):
    out, error = Out(), Out()
    saved = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = out, error
    try:
        function(*args)
    finally:
        sys.stdout, sys.stderr = saved
    return out.text, error.text


try:
    {}["key"]
except KeyError as error:
    text = captured(sys.excepthook, KeyError, error, error.__traceback__)[1]
    assert text.startswith("Traceback (most recent call last):\n") and text.endswith("\nKeyError: 'key'\n"), text
assert captured(sys.excepthook, ValueError, ValueError("plain"), None) == ("", "ValueError: plain\n")
assert captured(sys.displayhook, "text") == ("'text'\n", "") and _ == "text"
assert captured(sys.displayhook, None) == ("", "") and _ == "text"
assert sys.__excepthook__ is sys.excepthook and sys.__displayhook__ is sys.displayhook
del sys.displayhook
raises(RuntimeError, "lost sys.displayhook", exec, compile("1", "f", "single"))
sys.displayhook = sys.__displayhook__

# --- limits

limit = sys.getrecursionlimit()
assert limit == 1000


def depth(n=0):
    try:
        return depth(n + 1)
    except RecursionError as error:
        assert str(error).startswith("maximum recursion depth exceeded"), error
        return n


shallow = depth()
assert 900 < shallow < 1000, shallow
sys.setrecursionlimit(2000)
assert sys.getrecursionlimit() == 2000 and 1900 < depth() < 2000
sys.setrecursionlimit(limit)
raises(ValueError, "recursion limit must be greater or equal than 1", sys.setrecursionlimit, 0)
raises(OverflowError, "Python int too large to convert to C int", sys.setrecursionlimit, 2**40)
raises(TypeError, "'str' object cannot be interpreted as an integer", sys.setrecursionlimit, "a")
try:
    sys.setrecursionlimit(1)
except RecursionError as error:
    assert str(error).startswith("cannot set the recursion limit to 1 at the recursion depth "), error
else:
    raise AssertionError

assert sys.get_int_max_str_digits() == 4300
raises(ValueError, "maxdigits must be 0 or larger than 640", sys.set_int_max_str_digits, 5)
raises(ValueError, "maxdigits must be 0 or larger than 640", sys.set_int_max_str_digits, -1)
too_long = (
    "Exceeds the limit (4300 digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit"
)
raises(ValueError, too_long, str, 10**5000)
sys.set_int_max_str_digits(0)
assert sys.get_int_max_str_digits() == 0 and len(str(10**5000)) == 5001 and int("9" * 5000) % 10 == 9
sys.set_int_max_str_digits(700)
raises(
    ValueError,
    "Exceeds the limit (700 digits) for integer string conversion: value has 701 digits; use "
    "sys.set_int_max_str_digits() to increase the limit",
    int,
    "1" * 701,
)
assert len(str(10**699)) == 700
sys.set_int_max_str_digits(maxdigits=4300)

# --- objects

text = "".join(["in", "tern"])
assert sys.intern(text) is sys.intern("".join(["inte", "rn"]))
raises(TypeError, "intern() argument must be str, not int", sys.intern, 1)


class S(str):
    pass


raises(TypeError, "can't intern S", sys.intern, S("x"))
thing = object()
count = sys.getrefcount(thing)
again = [thing, thing]
assert sys.getrefcount(thing) == count + 2
del again
assert sys.getrefcount(thing) == count
assert sys.getsizeof([]) > 0 and sys.getsizeof("a" * 100) - sys.getsizeof("a" * 50) == 50


class Sized:
    def __init__(self, size):
        self.size = size

    def __sizeof__(self):
        return self.size


raises(ValueError, "__sizeof__() should return >= 0", sys.getsizeof, Sized(-1))
raises(TypeError, "an integer is required", sys.getsizeof, Sized("a"))
assert sys.getsizeof(Sized("a"), 5) == 5


def outer():
    return inner()


def inner():
    frame = sys._getframe()
    assert frame.f_code.co_name == "inner" and frame.f_back.f_code.co_name == "outer"
    assert sys._getframe(1) is frame.f_back and sys._getframe(2).f_globals is globals()
    return frame


assert outer().f_code is inner.__code__
raises(ValueError, "call stack is not deep enough", sys._getframe, 1000)
assert sys.gettrace() is None and sys.settrace(None) is None and sys.getprofile() is None
