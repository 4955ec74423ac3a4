# cmath: ordinary, huge, tiny and special numbers to the bit, and errors.
# RUN: %python %s
# RUN: pyvm --check-leaks %s
import binascii
import cmath
import math
from math import inf, nan


def raises(kind, text, function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except kind as error:
        assert str(error) == text, str(error)
        return
    raise AssertionError(kind)


def outcome(function, *args):
    try:
        return repr(function(*args)).replace("-nan", "nan")
    except (ValueError, OverflowError) as error:
        return f"{type(error).__name__}: {error}"


parts = [0.0, -0.0, 1.0, -1.0, 0.5, -0.75, 1.5, 2.0, -3.7, 1e-5, -1e-170, 5e-324, -2e-308, 1e8, 1e160, -1e308, 1.7e308, 709.5, -710.9,
         1000.0, math.pi, -math.pi / 2, inf, -inf, nan]
numbers = [complex(x, y) for x in parts for y in parts]
for name, crc in [
    ("acos", 1347278752), ("acosh", 2326299203), ("asin", 806310399), ("asinh", 1517620675),
    ("atan", 3444274668), ("atanh", 2667022845), ("cos", 1384602072), ("cosh", 1282254280),
    ("exp", 685188491), ("log", 425193853), ("log10", 1873207088), ("sin", 3422281210),
    ("sinh", 2139249283), ("sqrt", 2732337423), ("tan", 3798944046), ("tanh", 479909704),
    ("phase", 2417649842), ("polar", 2433837248), ("isfinite", 630677759), ("isinf", 819605215),
    ("isnan", 2119364413),
]:
    text = "\n".join(outcome(getattr(cmath, name), z) for z in numbers)
    assert binascii.crc32(text.encode()) == crc, name
for name, crc in [("rect", 901204948), ("log", 4294440339)]:
    text = "\n".join(outcome(getattr(cmath, name), x, y) for x in parts for y in parts)
    assert binascii.crc32(text.encode()) == crc, name

# What counts as a number.
class C:
    def __complex__(self):
        return 4 + 0j


class F:
    def __float__(self):
        return 9.0


class Wrong:
    def __complex__(self):
        return 4.0


assert cmath.sqrt(C()) == 2 and cmath.sqrt(F()) == 3 and cmath.sqrt(-4) == 2j and cmath.sqrt(True) == 1
raises(TypeError, "must be real number, not str", cmath.sqrt, "1")
raises(TypeError, "__complex__ returned non-complex (type float)", cmath.sqrt, Wrong())
raises(TypeError, "must be real number, not complex", cmath.rect, 1j, 0)

# Closeness.
assert cmath.isclose(1 + 1j, 1 + 1.0000000001j) and not cmath.isclose(1, 1.1) and cmath.isclose(1, 1.1, rel_tol=0.2)
assert cmath.isclose(0, 1e-9j, abs_tol=1e-8) and not cmath.isclose(inf, 1) and cmath.isclose(inf, inf) and not cmath.isclose(nan, nan)
raises(ValueError, "tolerances must be non-negative", cmath.isclose, 1, 1, rel_tol=-1)

assert (cmath.pi, cmath.e, cmath.tau, cmath.inf, cmath.infj) == (math.pi, math.e, math.tau, inf, complex(0, inf))
assert repr(cmath.nan) == "nan" and repr(cmath.nanj) == "nanj"
