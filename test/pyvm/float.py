# float: reading, repr, rounding, and its other methods.
# RUN: %python %s
# RUN: pyvm --check-leaks %s
# REQUIRES: pyvm

inf, nan = float("inf"), float("nan")

TEXTS = [
    ('1', 1.0),
    ('-1', -1.0),
    ('+1.5', 1.5),
    ('  2.5\n', 2.5),
    ('.5', 0.5),
    ('5.', 5.0),
    ('1e5', 100000.0),
    ('1E-5', 1e-05),
    ('1_000.5_5', 1000.55),
    ('1e1_0', 10000000000.0),
    ('inf', inf),
    ('-Infinity', -inf),
    ('+INF', inf),
    ('nan', nan),
    ('-nan', nan),
    ('1e400', inf),
    ('-1e400', -inf),
    ('1e-400', 0.0),
    ('\u0661\u0662.\u0663', 12.3),
    ('\u30001\u2003', 1.0),
    ('9007199254740993', 9007199254740992.0),
    ('2.2250738585072011e-308', 2.225073858507201e-308),
    ('10000000000000000000000000', 1e+25),
    ('0x10', ValueError("could not convert string to float: '0x10'")),
    ('', ValueError("could not convert string to float: ''")),
    ('  ', ValueError("could not convert string to float: '  '")),
    ('.', ValueError("could not convert string to float: '.'")),
    ('e5', ValueError("could not convert string to float: 'e5'")),
    ('1e', ValueError("could not convert string to float: '1e'")),
    ('1e+', ValueError("could not convert string to float: '1e+'")),
    ('1__0', ValueError("could not convert string to float: '1__0'")),
    ('_1', ValueError("could not convert string to float: '_1'")),
    ('1_', ValueError("could not convert string to float: '1_'")),
    ('1_.5', ValueError("could not convert string to float: '1_.5'")),
    ('1._5', ValueError("could not convert string to float: '1._5'")),
    ('infin', ValueError("could not convert string to float: 'infin'")),
    ('nann', ValueError("could not convert string to float: 'nann'")),
    ('1 2', ValueError("could not convert string to float: '1 2'")),
    ('--1', ValueError("could not convert string to float: '--1'")),
    ('1\x00', ValueError("could not convert string to float: '1\\x00'")),
    ('\ud800', ValueError("could not convert string to float: '\\ud800'")),
    ('abc', ValueError("could not convert string to float: 'abc'")),
]

REPRS = [
    (0.0, '0.0'),
    (-0.0, '-0.0'),
    (1.0, '1.0'),
    (0.1, '0.1'),
    (1e15, '1000000000000000.0'),
    (1e16, '1e+16'),
    (123456789012345680.0, '1.2345678901234568e+17'),
    (0.0001, '0.0001'),
    (0.00001, '1e-05'),
    (1e22, '1e+22'),
    (1e100, '1e+100'),
    (5e-324, '5e-324'),
    (1.7976931348623157e308, '1.7976931348623157e+308'),
    (2.2250738585072014e-308, '2.2250738585072014e-308'),
    (0.1+0.2, '0.30000000000000004'),
    (1/3, '0.3333333333333333'),
    (100.0, '100.0'),
    (-1.5e-10, '-1.5e-10'),
    (float("inf"), 'inf'),
    (-float("inf"), '-inf'),
    (float("nan"), 'nan'),
    (123456.789, '123456.789'),
    (9999999999999998.0, '9999999999999998.0'),
    (2.0**53, '9007199254740992.0'),
    (2.0**70, '1.1805916207174113e+21'),
]

ROUNDED = [
    (2.675, 2, 2.67),
    (2.5, 0, 2.0),
    (0.5, 0, 0.0),
    (1.5, 0, 2.0),
    (-0.5, 0, -0.0),
    (1.15, 1, 1.1),
    (1234.5678, -2, 1200.0),
    (1250.0, -2, 1200.0),
    (1350.0, -2, 1400.0),
    (150.0, -2, 200.0),
    (50.0, -2, 0.0),
    (51.0, -2, 100.0),
    (49.0, -2, 0.0),
    (-250.0, -2, -200.0),
    (1e300, -300, 1e+300),
    (1.5e308, -308, OverflowError('rounded value too large to represent')),
    (1.7e308, -309, 0.0),
    (1.79e308, -308, OverflowError('rounded value too large to represent')),
    (5e-324, 323, 0.0),
    (5e-324, 400, 5e-324),
    (1.23, 400, 1.23),
    (1.5, -400, 0.0),
    (float("inf"), 2, inf),
    (float("nan"), 2, nan),
    (0.1, 30, 0.1),
    (123.456, 10, 123.456),
    (1e22, 2, 1e+22),
    (-0.0, 3, -0.0),
    (9.995, 2, 9.99),
    (99999.5, 0, 100000.0),
    (999.9, -1, 1000.0),
    (995.0, -1, 1000.0),
    (994.9999, -1, 990.0),
    (985.0, -1, 980.0),
]

WHOLE = [
    (0.5, 0),
    (1.5, 2),
    (2.5, 2),
    (-0.5, 0),
    (-1.5, -2),
    (0.49999999999999994, 0),
    (1e20, 100000000000000000000),
    (-2.7, -3),
    (float("inf"), OverflowError('cannot convert float infinity to integer')),
    (float("nan"), ValueError('cannot convert float NaN to integer')),
]

HEX = [
    (0.0, '0x0.0p+0'),
    (-0.0, '-0x0.0p+0'),
    (1.0, '0x1.0000000000000p+0'),
    (-0.1, '-0x1.999999999999ap-4'),
    (3.14159, '0x1.921f9f01b866ep+1'),
    (5e-324, '0x0.0000000000001p-1022'),
    (2.2250738585072014e-308, '0x1.0000000000000p-1022'),
    (1.7976931348623157e308, '0x1.fffffffffffffp+1023'),
    (1e10, '0x1.2a05f20000000p+33'),
    (float("inf"), 'inf'),
    (-float("inf"), '-inf'),
    (float("nan"), 'nan'),
]

FROM_HEX = [
    ('0x1p0', 1.0),
    ('1', 1.0),
    ('-0x1.8p1', -3.0),
    ('  0X.8P-1  ', 0.25),
    ('ff', 255.0),
    ('0x1.fffffffffffff8p0', 2.0),
    ('0x1.00000000000008p0', 1.0),
    ('0x1.000000000000080001p0', 1.0000000000000002),
    ('0x1p-1075', 0.0),
    ('0x1.8p-1075', 5e-324),
    ('0x1p1024', OverflowError('hexadecimal value too large to represent as a float')),
    ('0x1.fffffffffffff8p1023', OverflowError('hexadecimal value too large to represent as a float')),
    ('0x1p99999999999', OverflowError('hexadecimal value too large to represent as a float')),
    ('0x1p-99999999999', 0.0),
    ('0x0p99999', 0.0),
    ('inf', inf),
    ('-Infinity', -inf),
    ('nan', nan),
    ('', ValueError('invalid hexadecimal floating-point string')),
    ('0x', ValueError('invalid hexadecimal floating-point string')),
    ('0x.p1', ValueError('invalid hexadecimal floating-point string')),
    ('1p', ValueError('invalid hexadecimal floating-point string')),
    ('1p+', ValueError('invalid hexadecimal floating-point string')),
    ('0x1 p0', ValueError('invalid hexadecimal floating-point string')),
    ('g', ValueError('invalid hexadecimal floating-point string')),
    ('infx', ValueError('invalid hexadecimal floating-point string')),
    ('+-1', ValueError('invalid hexadecimal floating-point string')),
    ('0x1p1024z', OverflowError('hexadecimal value too large to represent as a float')),
]

RATIOS = [
    (0.0, (0, 1)),
    (-0.0, (0, 1)),
    (1.0, (1, 1)),
    (-0.25, (-1, 4)),
    (0.1, (3602879701896397, 36028797018963968)),
    (1e22, (10000000000000000000000, 1)),
    (2.0**-70, (1, 1180591620717411303424)),
    (1.5*2.0**70, (1770887431076116955136, 1)),
    (float("inf"), OverflowError('cannot convert Infinity to integer ratio')),
    (float("nan"), ValueError('cannot convert NaN to integer ratio')),
]

def check(function, expected, *what):
    """The function gives `expected`, or raises an exception of its class and message."""
    try:
        result = function()
    except Exception as error:
        assert isinstance(expected, Exception), (what, error)
        assert type(error) is type(expected), (what, error)
        assert str(error) == str(expected), (what, str(error))
    else:
        assert type(result) is type(expected), (what, result)
        assert repr(result) == repr(expected), (what, result, expected)


def test_tables():
    for text, expected in TEXTS:
        check(lambda: float(text), expected, text)
    for value, expected in REPRS:
        check(lambda: repr(value), expected)
    for value, digits, expected in ROUNDED:
        check(lambda: round(value, digits), expected, value, digits)
    for value, expected in WHOLE:
        check(lambda: round(value), expected, value)
    for value, expected in HEX:
        check(lambda: value.hex(), expected)
    for text, expected in FROM_HEX:
        check(lambda: float.fromhex(text), expected, text)
    for value, expected in RATIOS:
        check(lambda: value.as_integer_ratio(), expected, value)


def test_construction():
    class Number:
        def __float__(self):
            return 2.5

    class Index:
        def __index__(self):
            return 7

    class Wrong:
        def __float__(self):
            return 2

    class Sub(float):
        pass

    check(lambda: float(), 0.0)
    check(lambda: float(Number()), 2.5)
    check(lambda: float(Index()), 7.0)
    check(lambda: float(True), 1.0)
    check(lambda: float(b" 1.5 "), 1.5)
    check(lambda: float(b"x"), ValueError("could not convert string to float: b'x'"))
    check(lambda: float(10**400), OverflowError("int too large to convert to float"))
    check(lambda: float(None), TypeError("float() argument must be a string or a real number, not 'NoneType'"))
    check(lambda: float(Wrong()), TypeError("Wrong.__float__ returned non-float (type int)"))
    check(lambda: float("1", 2), TypeError("float expected at most 1 argument, got 2"))
    check(lambda: float(x=1), TypeError("float() takes no keyword arguments"))
    s = Sub("3.5")
    assert type(s) is Sub and s == 3.5 and s + 1 == 4.5 and repr(s) == "3.5" and type(float(s)) is float
    assert type(Sub.fromhex("0x1p1")) is Sub
    assert s.__getnewargs__() == (3.5,)
    check(lambda: float.fromhex(1), TypeError("bad argument type for built-in operation"))


def test_whole():
    assert (2.0).is_integer() and not (2.5).is_integer() and not float("inf").is_integer()
    check(lambda: (-2.5).__trunc__(), -2)
    check(lambda: (-2.5).__floor__(), -3)
    check(lambda: (-2.5).__ceil__(), -2)
    check(lambda: (1e20).__floor__(), 100000000000000000000)
    check(lambda: float("inf").__floor__(), OverflowError("cannot convert float infinity to integer"))
    check(lambda: float("nan").__ceil__(), ValueError("cannot convert float NaN to integer"))
    check(lambda: round(2.5, None), 2)
    check(lambda: round(2.5, "1"), TypeError("'str' object cannot be interpreted as an integer"))
    check(lambda: round(2.5, 10**30), 2.5)
    check(lambda: (1.5).conjugate(), 1.5)
    check(lambda: ((1.5).real, (1.5).imag), (1.5, 0.0))
    check(lambda: float.__getformat__("double"), "IEEE, little-endian")
    check(lambda: float.__getformat__("x"),
          ValueError("__getformat__() argument 1 must be 'double' or 'float'"))


test_tables()
test_construction()
test_whole()
