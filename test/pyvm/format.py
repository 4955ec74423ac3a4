# format() of int, float, complex and str by the format mini-language, and str.format.
# RUN: %python %s
# RUN: pyvm --check-leaks %s
# REQUIRES: pyvm

inf, nan = float("inf"), float("nan")

INTS = [
    (42, '', '42'),
    (42, 'd', '42'),
    (-42, '5', '  -42'),
    (42, '<5', '42   '),
    (42, '^6', '  42  '),
    (42, '*>6', '****42'),
    (42, '=+6', '+   42'),
    (-42, '06', '-00042'),
    (42, 'x', '2a'),
    (255, '#x', '0xff'),
    (255, '#X', '0XFF'),
    (255, '#b', '0b11111111'),
    (8, '#o', '0o10'),
    (-255, '#010x', '-0x00000ff'),
    (97, 'c', 'a'),
    (128512, '3c', '  \U0001f600'),
    (1234567, ',', '1,234,567'),
    (1234567, '_', '1_234_567'),
    (180150000, '_x', 'abc_def0'),
    (255, '_b', '1111_1111'),
    (1234, '07,', '001,234'),
    (1234, '08,', '0,001,234'),
    (1234, '05,', '1,234'),
    (-1234, '010,', '-0,001,234'),
    (0, ',', '0'),
    (1000000000000000000000000000000, ',', '1,000,000,000,000,000,000,000,000,000,000'),
    (10000000000000000000000000000000000000000, 'x', '1d6329f1c35ca4bfabb9f5610000000000'),
    (18446744073709551616, '+d', '+18446744073709551616'),
    (3, 'n', '3'),
    (1234567, 'n', '1234567'),
    (True, '', 'True'),
    (True, 'd', '1'),
    (True, '5', '    1'),
    (3, 'e', '3.000000e+00'),
    (3, '.2f', '3.00'),
    (3, '%', '300.000000%'),
    (10000000000000000000000, 'g', '1e+22'),
    (7, ' ', ' 7'),
    (7, '\u4e2d^5', '\u4e2d\u4e2d7\u4e2d\u4e2d'),
    (1, 'abc', ValueError("Invalid format specifier 'abc' for object of type 'int'")),
    (1, 'z', ValueError('Negative zero coercion (z) not allowed in integer format specifier')),
    (1, '.3', ValueError('Precision not allowed in integer format specifier')),
    (1, '+c', ValueError("Sign not allowed with integer format specifier 'c'")),
    (1, '#c', ValueError("Alternate form (#) not allowed with integer format specifier 'c'")),
    (-1, 'c', OverflowError('%c arg not in range(0x110000)')),
    (1000000000000000000000000000000, 'c', OverflowError('Python int too large to convert to C long')),
    (1, ',n', ValueError("Cannot specify ',' with 'n'.")),
    (1, ',_', ValueError("Cannot specify both ',' and '_'.")),
    (1, '_,', ValueError("Cannot specify both ',' and '_'.")),
    (1, ',s', ValueError("Cannot specify ',' with 's'.")),
    (1, ',c', ValueError("Cannot specify ',' with 'c'.")),
    (1, ',,', ValueError("Cannot specify ',' with ','.")),
    (1, '.', ValueError('Format specifier missing precision')),
    (1, '999999999999999999999999999999', ValueError('Too many decimal digits in format string')),
    (1, 's', ValueError("Unknown format code 's' for object of type 'int'")),
    (True, 's', ValueError("Unknown format code 's' for object of type 'bool'")),
    (1, '\u1234', ValueError("Unknown format code '\\x1234' for object of type 'int'")),
    (1, '\x01', ValueError("Unknown format code '\\x1' for object of type 'int'")),
    (1, ',x', ValueError("Cannot specify ',' with 'x'.")),
    (1, '_n', ValueError("Cannot specify '_' with 'n'.")),
    (1, '\u0665', '    1'),
]

FLOATS = [
    (1.0, '', '1.0'),
    (1.5, '5', '  1.5'),
    (1.0, '.3', '1.0'),
    (123.0, '.3', '1.23e+02'),
    (1234567.0, '.3', '1.23e+06'),
    (1e16, '', '1e+16'),
    (1e22, '.3', '1e+22'),
    (0.1, '.20', '0.10000000000000000555'),
    (1.5, 'd', ValueError("Unknown format code 'd' for object of type 'float'")),
    (3.14159, '.2f', '3.14'),
    (2.5, '.0f', '2'),
    (0.5, '.0f', '0'),
    (1.5, '.0f', '2'),
    (1e10, 'e', '1.000000e+10'),
    (1e10, '.0e', '1e+10'),
    (1e10, '#.0e', '1.e+10'),
    (1.0, '#.0f', '1.'),
    (123456789.0, 'g', '1.23457e+08'),
    (1.0, '#g', '1.00000'),
    (0.0001, 'g', '0.0001'),
    (0.00001, 'g', '1e-05'),
    (1234.5, '+,.1f', '+1,234.5'),
    (1234567.891, ',', '1,234,567.891'),
    (1234567.891, '_.2f', '1_234_567.89'),
    (-1234.5, '012,.1f', '-0,001,234.5'),
    (0.25, '%', '25.000000%'),
    (0.256, '.1%', '25.6%'),
    (-0.0, 'z', '0.0'),
    (-0.0001, 'z.2f', '0.00'),
    (-0.0001, '.2f', '-0.00'),
    (float("inf"), '06', '000inf'),
    (-float("inf"), 'F', '-INF'),
    (float("nan"), '+', '+nan'),
    (float("nan"), '010', '0000000nan'),
    (float("nan"), 'G', 'NAN'),
    (float("inf"), '%', 'inf%'),
    (1e30, '.3f', '1000000000000000019884624838656.000'),
    (5e-324, '.3e', '4.941e-324'),
    (1.1, '.60f', '1.100000000000000088817841970012523233890533447265625000000000'),
    (1e-7, '.0%', '0%'),
    (12.0, 'n', '12'),
    (1.0, '#', '1.0'),
    (1e16, '#', '1.e+16'),
    (2.0, ' .1f', ' 2.0'),
    (1.5, '*^9', '***1.5***'),
    (1.5, '=+9', '+     1.5'),
    (1.5, '.99999999999999999999', ValueError('Too many decimal digits in format string')),
    (1.5, '.2147483648f', ValueError('precision too big')),
    (1.5, 'abc', ValueError("Invalid format specifier 'abc' for object of type 'float'")),
    (1.5, '_n', ValueError("Cannot specify '_' with 'n'.")),
    (1.5, 's', ValueError("Unknown format code 's' for object of type 'float'")),
    (9.995, '.2f', '9.99'),
    (1e21, 'f', '1000000000000000000000.000000'),
    (0.0, 'e', '0.000000e+00'),
    (0.0, '#.3g', '0.00'),
    (1e5, '.5', '1e+05'),
    (1e5, '.6', '1e+05'),
]

COMPLEXES = [
    (1j, '', '1j'),
    (1+2j, '', '(1+2j)'),
    (1+2j, '.2f', '1.00+2.00j'),
    (1+2j, '+.1e', '+1.0e+00+2.0e+00j'),
    (1-2j, '>12', '      (1-2j)'),
    (0j, '*^8', '***0j***'),
    (-0j, '', '(-0-0j)'),
    (1+2j, 'g', '1+2j'),
    (1.5+2.25j, '.2', '(1.5+2.2j)'),
    (1234567+7654321j, ',', '(1,234,567+7,654,321j)'),
    (1j, '05', ValueError('Zero padding is not allowed in complex format specifier')),
    (1j, '=5', ValueError("'=' alignment flag is not allowed in complex format specifier")),
    (1j, '%', ValueError("Unknown format code '%' for object of type 'complex'")),
    (1j, 's', ValueError("Unknown format code 's' for object of type 'complex'")),
    (1j, 'x<8', '1jxxxxxx'),
    (complex(-0.0,1), 'z', '(0+1j)'),
    (complex(-0.0,1), 'zf', '0.000000+1.000000j'),
    (complex(float("inf"),float("nan")), '', '(inf+nanj)'),
]

STRINGS = [
    ('abc', '', 'abc'),
    ('abc', 's', 'abc'),
    ('abc', '5', 'abc  '),
    ('abc', '>5', '  abc'),
    ('abc', '^6', ' abc  '),
    ('abc', '.2', 'ab'),
    ('abc', '*^7.2', '**ab***'),
    ('abc', '05', 'abc00'),
    ('\u4e2d', ' >3', '  \u4e2d'),
    ('a', '\U0001f600^3', '\U0001f600a\U0001f600'),
    ('a', 'z', ValueError('Negative zero coercion (z) not allowed in string format specifier')),
    ('a', ' ', ValueError('Space not allowed in string format specifier')),
    ('a', '+', ValueError('Sign not allowed in string format specifier')),
    ('a', '#', ValueError('Alternate form (#) not allowed in string format specifier')),
    ('a', '=5', ValueError("'=' alignment not allowed in string format specifier")),
    ('a', '=010', ValueError("'=' alignment not allowed in string format specifier")),
    ('a', ',', ValueError("Cannot specify ',' with 's'.")),
    ('a', ',s', ValueError("Cannot specify ',' with 's'.")),
    ('a', '_s', ValueError("Cannot specify '_' with 's'.")),
    ('a', 'd', ValueError("Unknown format code 'd' for object of type 'str'")),
    ('a', 'abc', ValueError("Invalid format specifier 'abc' for object of type 'str'")),
    ('a', '{}', ValueError("Invalid format specifier '{}' for object of type 'str'")),
]

METHOD = [
    ('{} {}', '1, 2', '1 2'),
    ('{0}{1}{0}', "'a', 'b'", 'aba'),
    ('{a}{b!r}', "a=1, b='x'", "1'x'"),
    ('{0.real} {0.imag}', '3', '3 0'),
    ('{0[1]} {0[0]}', "['a', 'b']", 'b a'),
    ('{0[k]}', "{'k': 5}", '5'),
    ('{0[-1]}', "{'-1': 5}", '5'),
    ('{:{}}', '1, 5', '    1'),
    ('{:{w}.{p}f}', '1.23456, w=10, p=2', '      1.23'),
    ('{{}}{{{}}}', '1', '{}{1}'),
    ('{!s:>4}{!a}', "'x', '\\xe9'", "   x'\\xe9'"),
    ('{a.b}', 'a=1', AttributeError("'int' object has no attribute 'b'")),
    ('{0[x', '{}', ValueError("expected '}' before end of string")),
    ('{', '1', ValueError("Single '{' encountered in format string")),
    ('}', '1', ValueError("Single '}' encountered in format string")),
    ('{0', '1', ValueError("expected '}' before end of string")),
    ('a{0!}', '1', ValueError("unmatched '{' in format spec")),
    ('{!z}', '1', ValueError('Unknown conversion specifier z')),
    ('{!\u4e2d}', '1', ValueError('Unknown conversion specifier \\x4e2d')),
    ('{!rx}', '1', ValueError("expected ':' after conversion specifier")),
    ('{!r', '1', ValueError("unmatched '{' in format spec")),
    ('{!', '1', ValueError('end of string while looking for conversion specifier')),
    ('{:{', '1', ValueError("unmatched '{' in format spec")),
    ('{:', '1', ValueError("unmatched '{' in format spec")),
    ('{}{0}', '1',
     ValueError('cannot switch from automatic field numbering to manual field specification')),
    ('{0}{}', '1',
     ValueError('cannot switch from manual field specification to automatic field numbering')),
    ('{}{}', '1', IndexError('Replacement index 1 out of range for positional args tuple')),
    ('{x}', '1', KeyError('x')),
    ('{{', '', '{'),
    ('{a{}}', '1', ValueError("unexpected '{' in field name")),
    ('{0[]}', '[1]', ValueError('Empty attribute in format string')),
    ('{0.}', '1', ValueError('Empty attribute in format string')),
    ('{0[0]x}', '[1]', ValueError("Only '.' or '[' may follow ']' in format field specifier")),
    ('{99999999999999999999}', '1', ValueError('Too many decimal digits in format string')),
    ('{0[99999999999999999999]}', '[1]', ValueError('Too many decimal digits in format string')),
    ('{:{:{:{}}}}', '1, 2, 3, 4', ValueError('Max string recursion exceeded')),
    ('{[a]b]}', "{'a': 1}", ValueError("Only '.' or '[' may follow ']' in format field specifier")),
    ("{0['k']}", '{"\'k\'": 2}', '2'),
    ('{a b}', "**{'a b': 3}", '3'),
    ('{ 0}', '1', KeyError(' 0')),
    ('{\u0661}', '1, 2', '2'),
    ('{:>{}}|{:<{}}|', "'a', 3, 'b', 3", '  a|b  |'),
    ('}}{{', '', '}{'),
    ('x}}y', '', 'x}y'),
    ('{0!r:}', "'q'", "'q'"),
    ('\u4e2d{}\U0001f600', '1', '\u4e2d1\U0001f600'),
    ('{:}', 'None', 'None'),
    ('{:5}', 'None', TypeError('unsupported format string passed to NoneType.__format__')),
    ('{:5}', '[]', TypeError('unsupported format string passed to list.__format__')),
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
    for table in (INTS, FLOATS, COMPLEXES, STRINGS):
        for value, spec, expected in table:
            check(lambda: format(value, spec), expected, value, spec)
    for text, arguments, expected in METHOD:
        check(lambda: eval("text.format(%s)" % arguments, {"text": text}), expected, text, arguments)


def test_protocol():
    class Plain:
        def __str__(self):
            return "plain"

    class Formatted:
        def __format__(self, spec):
            return "<" + spec + ">"

    class Wrong:
        def __format__(self, spec):
            return 3

    class Number(int):
        def __str__(self):
            return "number"

    assert format(Plain()) == "plain"
    assert f"{Formatted():a:b}" == "<a:b>" == "{:a:b}".format(Formatted())
    assert format(Number(3)) == "number"
    assert format(Number(3), "d") == "3"
    check(lambda: format(Wrong()), TypeError("__format__ must return a str, not int"))
    check(lambda: format(10**400, "f"), OverflowError("int too large to convert to float"))
    check(lambda: format(1, 2), TypeError("format() argument 2 must be str, not int"))
    check(lambda: (1).__format__(2), TypeError("__format__() argument must be str, not int"))
    check(lambda: (1.5).__format__(2), TypeError("__format__() argument must be str, not int"))
    check(lambda: (1j).__format__(2), TypeError("__format__() argument must be str, not int"))
    width, value = 8, 3.14159
    assert f"{value:{width}.{2}f}|{value!r:>{width}}" == "    3.14| 3.14159"


def test_format_map():
    class Default(dict):
        def __missing__(self, key):
            return "?" + key

    assert "{a}{b}".format_map(Default(a=1)) == "1?b"
    assert "{a[0].real}".format_map({"a": [5]}) == "5"
    check(lambda: "{}".format_map({}), ValueError("Format string contains positional fields"))
    check(lambda: "{0}".format_map({}), ValueError("Format string contains positional fields"))
    check(lambda: "{a}".format_map({}), KeyError("a"))


test_tables()
test_protocol()
test_format_map()
