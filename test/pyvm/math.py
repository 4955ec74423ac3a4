# math: exact values, special values, big integers, errors.
# RUN: %python %s
# RUN: pyvm --check-leaks %s
import math
from math import inf, nan, pi


def raises(kind, text, function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except kind as error:
        assert str(error) == text, str(error)
        return
    raise AssertionError(kind)


def same(a, b):
    return repr(a) == repr(b)


# Elementary functions, to the last bit.
for text in """acos(0.5)=1.0471975511965979 acosh(2)=1.3169578969248166 asin(0.5)=0.5235987755982989 asinh(1)=0.881373587019543
 atan(1)=0.7853981633974483 atanh(0.5)=0.5493061443340548 cbrt(27)=3.0000000000000004 cos(1)=0.5403023058681398 cosh(1)=1.5430806348152437
 erf(0.5)=0.5204998778130465 erfc(0.5)=0.4795001221869535 exp(1)=2.718281828459045 exp2(0.5)=1.4142135623730951 expm1(1e-5)=1.0000050000166668e-05
 log1p(1e-5)=9.999950000333332e-06 sin(1)=0.8414709848078965 sinh(1)=1.1752011936438014 sqrt(2)=1.4142135623730951 tan(1)=1.5574077246549023
 tanh(1)=0.7615941559557649 gamma(0.5)=1.7724538509055159 gamma(-0.5)=-3.544907701811032 gamma(171.6)=1.5858969096672563e+308
 lgamma(1e300)=6.897755278982137e+302 atan2(-0.0,-1)=-3.141592653589793 copysign(1,-0.0)=-1.0 fmod(-7,3)=-1.0 remainder(5,3)=-1.0
 pow(2,0.5)=1.4142135623730951 pow(nan,0)=1.0 pow(1,nan)=1.0 pow(inf,-1)=0.0 fmod(5,inf)=5.0 remainder(5,inf)=5.0 log(8,2)=3.0
 log2(2**5000)=5000.0 log10(10**500)=500.0 log(10**400)=921.0340371976182 log(True)=0.0 degrees(pi)=180.0 radians(180)=3.141592653589793
 nextafter(1,2)=1.0000000000000002 ulp(1)=2.220446049250313e-16 ulp(-inf)=inf frexp(-5.5)=(-0.6875,3) frexp(inf)=(inf,0) modf(-2.5)=(-0.5,-2.0)
 modf(inf)=(0.0,inf) ldexp(0.5,4)=8.0 ldexp(1,-10**30)=0.0 log1p(-0.0)=-0.0 fabs(-3)=3.0 lgamma(-inf)=inf gamma(5)=24.0 log(inf)=inf""".split():
    call, value = text.split("=")
    assert same(eval("math." + call), eval(value)), (text, eval("math." + call))
assert math.tau == 2 * pi and math.isnan(nan) and math.isinf(-inf) and math.isfinite(0) and not math.isfinite(nan)

# Sums.
assert math.fsum([0.1] * 10) == 1.0 and math.fsum([1e100, 1.0, -1e100]) == 1.0 and same(math.fsum([]), 0.0) and math.isnan(math.fsum([nan]))
assert math.hypot(3, 4) == 5.0 and math.hypot() == 0.0 and math.hypot(1e308, 1e308) == 1.4142135623730951e308 and math.hypot(inf, nan) == inf
assert math.hypot(5e-324, 5e-324) == 5e-324 and math.dist([1, 2], iter((4, 6))) == 5.0 and math.hypot(*[0.1] * 7) == 0.26457513110645908
assert math.prod([]) == 1 and same(math.prod([2, 3.5]), 7.0) and math.prod(range(1, 30)) == math.factorial(29) and math.prod("a", start=3) == "aaa"

# Integers of any size.
big = 3 ** 300
assert math.gcd() == 0 and math.gcd(-12, 18, 8) == 2 and math.gcd(big * 10, big * 4) == big * 2 and math.lcm() == 1 and math.lcm(-4, 6) == 12 and math.lcm(5, 0) == 0
assert math.isqrt(big * big) == big and math.isqrt(big * big - 1) == big - 1 and math.isqrt(0) == 0 and math.factorial(21) == 51090942171709440000
assert math.comb(5, 2) == 10 and math.comb(3, 5) == 0 and math.comb(10 ** 30, 10 ** 30 - 1) == 10 ** 30 and math.comb(200, 100) == math.factorial(200) // math.factorial(100) ** 2
assert math.perm(5) == 120 and math.perm(5, 2) == 20 and math.perm(3, 5) == 0 and math.perm(10 ** 20, 2) == 10 ** 20 * (10 ** 20 - 1)
assert math.perm(100, 50) == math.factorial(100) // math.factorial(50) and type(math.factorial(True)) is int


# Rounding, by method or by value.
class Own:
    def __floor__(self):
        return "floor"

    def __ceil__(self):
        return "ceil"

    def __trunc__(self):
        return "trunc"

    def __float__(self):
        return 2.25


assert (math.floor(Own()), math.ceil(Own()), math.trunc(Own()), math.sqrt(Own())) == ("floor", "ceil", "trunc", 1.5)
assert math.floor(-0.5) == -1 and math.ceil(-0.5) == 0 and math.trunc(-2.7) == -2 and math.floor(2 ** 70) == 2 ** 70 and math.ceil(1e30) == int(1e30)
assert math.isclose(1, 1 + 1e-10) and not math.isclose(1, 1.1) and math.isclose(1, 1.1, rel_tol=0.2) and math.isclose(0, 1e-9, abs_tol=1e-8) and not math.isclose(inf, -inf)

# Errors.
for call in ("sqrt(-1)", "log(0)", "log(-inf)", "log2(-5)", "log(10, 0)", "log1p(-1)", "pow(0, -1)", "pow(-1, 0.5)", "fmod(1, 0)", "fmod(inf, 1)",
             "remainder(1, 0)", "gamma(0)", "gamma(-2)", "gamma(-inf)", "lgamma(-3)", "acos(2)", "acosh(0)", "atanh(1)", "sin(inf)", "log(-10**400)"):
    raises(ValueError, "math domain error", eval, "math." + call)
for call in ("exp(1000)", "exp2(2000)", "expm1(1000)", "cosh(1000)", "pow(10, 400)", "gamma(200.5)", "ldexp(1, 10**30)", "gamma(1e-310)"):
    raises(OverflowError, "math range error", eval, "math." + call)
raises(ZeroDivisionError, "float division by zero", math.log, 2, 1)
raises(TypeError, "must be real number, not str", math.sqrt, "a")
raises(OverflowError, "int too large to convert to float", math.sqrt, 10 ** 400)
raises(TypeError, "math.log requires 1 to 2 arguments", math.log)
raises(TypeError, "atan2 expected 2 arguments, got 1", math.atan2, 1)
raises(TypeError, "Expected an int as second argument to ldexp.", math.ldexp, 1, 1.0)
raises(ValueError, "factorial() not defined for negative values", math.factorial, -1)
raises(TypeError, "'float' object cannot be interpreted as an integer", math.factorial, 3.0)
raises(OverflowError, "factorial() argument should not exceed 9223372036854775807", math.factorial, 10 ** 30)
raises(ValueError, "isqrt() argument must be nonnegative", math.isqrt, -1)
raises(ValueError, "n must be a non-negative integer", math.comb, -1, 2)
raises(ValueError, "k must be a non-negative integer", math.perm, 1, -2)
raises(OverflowError, "min(n - k, k) must not exceed 9223372036854775807", math.comb, 10 ** 30, 10 ** 29)
raises(OverflowError, "cannot convert float infinity to integer", math.floor, inf)
raises(ValueError, "cannot convert float NaN to integer", math.ceil, nan)
raises(TypeError, "type str doesn't define __trunc__ method", math.trunc, "a")
raises(OverflowError, "intermediate overflow in fsum", math.fsum, [1e308, 1e308])
raises(ValueError, "-inf + inf in fsum", math.fsum, [inf, -inf])
raises(ValueError, "both points must have the same number of dimensions", math.dist, [1], [1, 2])
raises(ValueError, "tolerances must be non-negative", math.isclose, 1, 1, rel_tol=-1)
