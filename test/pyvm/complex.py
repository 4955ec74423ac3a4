# complex: reading, repr, arithmetic and methods.
# RUN: %python %s
# RUN: pyvm --check-leaks %s
# REQUIRES: pyvm

inf, nan = float("inf"), float("nan")

TEXTS = [
    ('1', complex(1.0, 0.0)),
    ('1j', complex(0.0, 1.0)),
    (' ( 1+2j ) ', complex(1.0, 2.0)),
    ('1+j', complex(1.0, 1.0)),
    ('+j', complex(0.0, 1.0)),
    ('-J', complex(0.0, -1.0)),
    ('1_0j', complex(0.0, 10.0)),
    ('(1+2j)', complex(1.0, 2.0)),
    ('nan', complex(nan, 0.0)),
    ('infj', complex(0.0, inf)),
    ('nan+nanj', complex(nan, nan)),
    ('-inf-infj', complex(-inf, -inf)),
    ('1e5-2e-3j', complex(100000.0, -0.002)),
    ('\u0661j', complex(0.0, 1.0)),
    ('.5j', complex(0.0, 0.5)),
    ('1.j', complex(0.0, 1.0)),
    ('1e400', complex(inf, 0.0)),
    ('-0.0-0.0j', complex(-0.0, -0.0)),
    ('1__0', ValueError("could not convert string to complex: '1__0'")),
    ('(1', ValueError('complex() arg is a malformed string')),
    ('1)', ValueError('complex() arg is a malformed string')),
    ('', ValueError('complex() arg is a malformed string')),
    ('1 + 2j', ValueError('complex() arg is a malformed string')),
    ('j1', ValueError('complex() arg is a malformed string')),
    ('1+2', ValueError('complex() arg is a malformed string')),
    ('1+2jj', ValueError('complex() arg is a malformed string')),
    ('\ud800', ValueError('complex() arg is a malformed string')),
    ('(  )', ValueError('complex() arg is a malformed string')),
    ('1\x00', ValueError('complex() arg is a malformed string')),
    ('_1j', ValueError("could not convert string to complex: '_1j'")),
    ('+-1j', ValueError('complex() arg is a malformed string')),
    ('1-+2j', ValueError('complex() arg is a malformed string')),
    ('()', ValueError('complex() arg is a malformed string')),
    ('j+1', ValueError('complex() arg is a malformed string')),
    ('1jj', ValueError('complex() arg is a malformed string')),
    ('((1))', ValueError('complex() arg is a malformed string')),
]

REPRS = [
    (1j, '1j'),
    (-1j, '(-0-1j)'),
    (0j, '0j'),
    (1+2j, '(1+2j)'),
    (1-2j, '(1-2j)'),
    (-(1+2j), '(-1-2j)'),
    (complex(-0.0, 1), '(-0+1j)'),
    (complex(0, -0.0), '-0j'),
    (complex(1e16, 1e-5), '(1e+16+1e-05j)'),
    (complex("nan"), '(nan+0j)'),
    (complex(0, float("nan")), 'nanj'),
    (complex(0, -float("inf")), '-infj'),
    (complex(1, float("inf")), '(1+infj)'),
    (1.5+0j, '(1.5+0j)'),
]

EXPRESSIONS = [
    ('(1+2j)+(3-1j)', complex(4.0, 1.0)),
    ('(1+2j)-1', complex(0.0, 2.0)),
    ('1-(1+2j)', complex(0.0, -2.0)),
    ('(1+2j)*(3-1j)', complex(5.0, 5.0)),
    ('2*(1+2j)', complex(2.0, 4.0)),
    ('1.5*(1+2j)', complex(1.5, 3.0)),
    ('(1+2j)/(3-1j)', complex(0.1, 0.7000000000000001)),
    ('(1+2j)/2', complex(0.5, 1.0)),
    ('1/(1+2j)', complex(0.2, -0.4)),
    ('1j/0', ZeroDivisionError('complex division by zero')),
    ('(1+2j)**2', complex(-3.0, 4.0)),
    ('(1+2j)**-2', complex(-0.12, -0.16)),
    ('(1+2j)**0', complex(1.0, 0.0)),
    ('(2+3j)**101', complex(5.339750204400842e+55, -1.7140613529864519e+56)),
    ('(2+3j)**0.5', complex(1.6741492280355401, 0.895977476129838)),
    ('(-8)**(1/3)', complex(1.0000000000000002, 1.7320508075688772)),
    ('(-8.0)**0.5', complex(1.7319121124709868e-16, 2.8284271247461903)),
    ('0j**2', complex(0.0, 0.0)),
    ('0j**0', complex(1.0, 0.0)),
    ('0j**-1', ZeroDivisionError('0.0 to a negative or complex power')),
    ('0j**1j', ZeroDivisionError('0.0 to a negative or complex power')),
    ('(1+1j)**1e300', OverflowError('complex exponentiation')),
    ('pow(1j, 1, 2)', ValueError('complex modulo')),
    ('1j**(1+1j)', complex(1.272895288930342e-17, 0.20787957635076193)),
    ('abs(3+4j)', 5.0),
    ('abs(complex(1.7e308, 1.7e308))', OverflowError('absolute value too large')),
    ('abs(complex("inf"))', inf),
    ('-(1+2j)', complex(-1.0, -2.0)),
    ('+(1+2j)', complex(1.0, 2.0)),
    ('bool(0j)', False),
    ('bool(1j)', True),
    ('1j == 1j', True),
    ('1+0j == 1', True),
    ('1+0j == 1.0', True),
    ('1+1j == 1', False),
    ('1j != 2', True),
    ('2**53+1 == complex(2**53)', False),
    ('complex(2**53) == 2**53', True),
    ('1j == 10**400', False),
    ('1j == "a"', False),
    ('hash(1+2j)', 2000007),
    ('hash(3+0j)', 3),
    ('hash(0j)', 0),
    ('hash(1.5+0j) == hash(1.5)', True),
    ('(1+2j).real', 1.0),
    ('(1+2j).imag', 2.0),
    ('(1+2j).conjugate()', complex(1.0, -2.0)),
    ('(1+2j).__complex__()', complex(1.0, 2.0)),
    ('(1+2j).__getnewargs__()', (1.0, 2.0)),
    ('1j < 2', TypeError("'<' not supported between instances of 'complex' and 'int'")),
    ('1j // 1', TypeError("unsupported operand type(s) for //: 'complex' and 'int'")),
    ('1j % 1', TypeError("unsupported operand type(s) for %: 'complex' and 'int'")),
    ('divmod(1j, 1)', TypeError("unsupported operand type(s) for divmod(): 'complex' and 'int'")),
    ('int(1j)',
     TypeError("int() argument must be a string, a bytes-like object or a real number, not 'complex'")),
    ('float(1j)', TypeError("float() argument must be a string or a real number, not 'complex'")),
    ('1j + "a"', TypeError("unsupported operand type(s) for +: 'complex' and 'str'")),
    ('10**400 + 1j', OverflowError('int too large to convert to float')),
    ('setattr(1j, "real", 1)', AttributeError('readonly attribute')),
    ('complex("1", 2)', TypeError("complex() can't take second arg if first is a string")),
    ('complex(1, "2")', TypeError("complex() second arg can't be a string")),
    ('complex([])', TypeError("complex() first argument must be a string or a number, not 'list'")),
    ('complex(1, [])', TypeError("complex() second argument must be a number, not 'list'")),
    ('complex(1j, 1j)', complex(-1.0, 1.0)),
    ('complex(1j, 2)', complex(0.0, 3.0)),
    ('complex(real=1, imag=2)', complex(1.0, 2.0)),
    ('complex(imag=2)', complex(0.0, 2.0)),
    ('complex(1, 2, 3)', TypeError('complex() takes at most 2 arguments (3 given)')),
    ('complex(b"1")', TypeError("complex() first argument must be a string or a number, not 'bytes'")),
    ('complex()', complex(0.0, 0.0)),
    ('complex(True)', complex(1.0, 0.0)),
    ('complex(1.5)', complex(1.5, 0.0)),
    ('complex(2**70)', complex(1.1805916207174113e+21, 0.0)),
    ('sum([1j, 2, 3.5])', complex(5.5, 1.0)),
    ('1j.__add__("a")', NotImplemented),
    ('(1+2j)*float("inf")', complex(inf, inf)),
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
        check(lambda: complex(text), expected, text)
    for value, expected in REPRS:
        check(lambda: repr(value), expected)
    for text, expected in EXPRESSIONS:
        check(lambda: eval(text), expected, text)


def test_classes():
    class Sub(complex):
        pass

    class Wrong:
        def __complex__(self):
            return 3

    class Right:
        def __complex__(self):
            return 3j

        def __float__(self):
            return 1.0

    class Float:
        def __float__(self):
            return 1.5

    s = Sub(1, 2)
    assert type(s) is Sub and s == 1 + 2j and type(s + 0) is complex and type(+s) is complex
    assert type(complex(s)) is complex and type(Sub("1j")) is Sub
    check(lambda: complex(Wrong()), TypeError("__complex__ returned non-complex (type int)"))
    check(lambda: complex(Right()), 3j)
    check(lambda: complex(1, Right()), 1 + 1j)
    check(lambda: complex(Float(), Float()), 1.5 + 1.5j)


test_tables()
test_classes()
