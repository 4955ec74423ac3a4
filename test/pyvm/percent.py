# printf-style formatting of str and bytes.
# RUN: %python %s
# RUN: pyvm --check-leaks %s
# REQUIRES: pyvm

STRINGS = [
    ('%s', "'a'", 'a'),
    ('%s %r', "'a', 'b'", "a 'b'"),
    ('%a', "'\\xe9'", "'\\xe9'"),
    ('%d', '3', '3'),
    ('%d', '3.99', '3'),
    ('%i', '-3.99', '-3'),
    ('%u', '7', '7'),
    ('%5d|', '3', '    3|'),
    ('%-5d|', '3', '3    |'),
    ('%05d', '-3', '-0003'),
    ('%+d', '3', '+3'),
    ('% d', '3', ' 3'),
    ('%+05d', '3', '+0003'),
    ('%.5d', '-3', '-00003'),
    ('%8.5d', '-3', '  -00003'),
    ('%08.5d', '-3', '-0000003'),
    ('%x', '255', 'ff'),
    ('%#x', '-255', '-0xff'),
    ('%#X', '255', '0XFF'),
    ('%#o', '8', '0o10'),
    ('%#08x', '255', '0x0000ff'),
    ('%-#8x|', '255', '0xff    |'),
    ('%#.5x', '255', '0x000ff'),
    ('%o', '2**70', '200000000000000000000000'),
    ('%d', '10**30', '1000000000000000000000000000000'),
    ('%x', 'True', '1'),
    ('%d', 'True', '1'),
    ('%e', '12345.678', '1.234568e+04'),
    ('%.3E', '12345.678', '1.235E+04'),
    ('%f', '1', '1.000000'),
    ('%.0f', '2.5', '2'),
    ('%#.0f', '2.5', '2.'),
    ('%g', '1e-5', '1e-05'),
    ('%G', '1e-5', '1E-05'),
    ('%#g', '1', '1.00000'),
    ('%10.3f|', '3.14159', '     3.142|'),
    ('%-10.3f|', '3.14159', '3.142     |'),
    ('%010.3f|', '-3.14159', '-00003.142|'),
    ('%+.1f', '0.05', '+0.1'),
    ('%f', "float('inf')", 'inf'),
    ('%05f', "float('nan')", '00nan'),
    ('%F', "-float('inf')", '-INF'),
    ('%07F', "-float('inf')", '-000INF'),
    ('%c', '97', 'a'),
    ('%c', "'x'", 'x'),
    ('%3c|', "'\\u4e2d'", '  \u4e2d|'),
    ('%-3c|', "'x'", 'x  |'),
    ('%.2s', "'abc'", 'ab'),
    ('%5.1s|', "'abc'", '    a|'),
    ('%05s', "'a'", '    a'),
    ('%%', '', '%'),
    ('%d%%', '5', '5%'),
    ('%*d', '5, 3', '    3'),
    ('%-*d|', '5, 3', '3    |'),
    ('%*d|', '-5, 3', '3    |'),
    ('%.*f', '2, 1.23456', '1.23'),
    ('%*.*f', '8, 2, 1.23456', '    1.23'),
    ('%.*f', '-1, 1.5', '2'),
    ('%ld%hd%Ld', '1, 2, 3', '123'),
    ('%.f', '2.5', '2'),
    ('%c', "'ab'", TypeError('%c requires int or char')),
    ('%c', '1.5', TypeError('%c requires int or char')),
    ('%c', '-1', OverflowError('%c arg not in range(0x110000)')),
    ('%c', '10**30', OverflowError('%c arg not in range(0x110000)')),
    ('%c', '0x110000', OverflowError('%c arg not in range(0x110000)')),
    ('%x', '1.5', TypeError('%x format: an integer is required, not float')),
    ('%o', "'a'", TypeError('%o format: an integer is required, not str')),
    ('%d', "'a'", TypeError('%d format: a real number is required, not str')),
    ('%i', 'None', TypeError('%i format: a real number is required, not NoneType')),
    ('%d', '1j', TypeError('%d format: a real number is required, not complex')),
    ('%f', "'a'", TypeError('must be real number, not str')),
    ('%5%', '', TypeError('not enough arguments for format string')),
    ('%', '1', ValueError('incomplete format')),
    ('%(a', '{}', TypeError('format requires a mapping')),
    ('%*d', "'a', 1", TypeError('* wants int')),
    ('%.*d', '1.5, 1', TypeError('* wants int')),
    ('%y', '1', ValueError("unsupported format character 'y' (0x79) at index 1")),
    ('%\u1234', '1', ValueError("unsupported format character '?' (0x1234) at index 1")),
    ('%99999999999999999999d', '1', ValueError('width too big')),
    ('%.99999999999d', '1', ValueError('precision too big')),
    ('%*d', '10**30, 1', OverflowError('Python int too large to convert to C ssize_t')),
    ('%.*d', '2**31, 1', OverflowError('Python int too large to convert to C int')),
    ('%s', '', TypeError('not enough arguments for format string')),
    ('%s', '1, 2', TypeError('not all arguments converted during string formatting')),
    ('%s%s', '1', TypeError('not enough arguments for format string')),
    ('abc', '1', TypeError('not all arguments converted during string formatting')),
    ('%b', '1', ValueError("unsupported format character 'b' (0x62) at index 1")),
    ('%hhd', '1', ValueError("unsupported format character 'h' (0x68) at index 2")),
    ('%d', '10**5000',
     ValueError('Exceeds the limit (4300 digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit')),
    ('%(a)s', '1', TypeError('format requires a mapping')),
]

MAPPINGS = [
    ('%(a)s-%(b)d', "{'a': 1, 'b': 2}", '1-2'),
    ('%(a(b))s', "{'a(b)': 3}", '3'),
    ('%()s', "{'': 4}", '4'),
    ('%(a)5.1f|%(a)-6d|', "{'a': 2.25}", '  2.2|2     |'),
    ('%s', "{'a': 1}", "{'a': 1}"),
    ('no', "{'a': 1}", 'no'),
    ('%s', '[1, 2]', '[1, 2]'),
    ('no', '[1]', 'no'),
    ('no', '()', 'no'),
    ('no', "'x'", TypeError('not all arguments converted during string formatting')),
    ('%(a)s%%', "{'a': 1}", '1%'),
    ('%(a)s%s', "{'a': 1}", TypeError('not enough arguments for format string')),
    ('%(b)s', "{'a': 1}", KeyError('b')),
    ('%(a)s', "'x'", TypeError('format requires a mapping')),
    ('%(a)s', '(1,)', TypeError('format requires a mapping')),
    ('%(a)*d', "{'a': 1}", TypeError('not enough arguments for format string')),
    ('%s %s', "{'a': 1}", TypeError('not enough arguments for format string')),
    ('%s', '(1,)', '1'),
    ('%s', "'t'", 't'),
    ('%(a)', "{'a': 1}", ValueError('incomplete format')),
]

BYTES = [
    (b'%s|%b', "b'a', b'b'", b'a|b'),
    (b'%5s|%-5s|%.1s', "b'ab', b'cd', b'ef'", b'   ab|cd   |e'),
    (b'%d %x %#o %05d', '1, 255, 8, -3', b'1 ff 0o10 -0003'),
    (b'%r %a', "'\\xe9', b'x'", b"'\\xe9' b'x'"),
    (b'%c%c', "65, b'z'", b'Az'),
    (b'%.2f %e %g', '1.005, 1, 1e20', b'1.00 1.000000e+00 1e+20'),
    (b'\xff%s\x80', "b'\\xfe'", b'\xff\xfe\x80'),
    (b'%%', '', b'%'),
    (b'%*d', '5, 2', b'    2'),
    (b'%s', '1',
     TypeError("%b requires a bytes-like object, or an object that implements __bytes__, not 'int'")),
    (b'%s', "'a'",
     TypeError("%b requires a bytes-like object, or an object that implements __bytes__, not 'str'")),
    (b'%c', '300', OverflowError('%c arg not in range(256)')),
    (b'%c', '-1', OverflowError('%c arg not in range(256)')),
    (b'%c', '10**30', OverflowError('%c arg not in range(256)')),
    (b'%c', "b'ab'", TypeError('%c requires an integer in range(256) or a single byte')),
    (b'%c', "'a'", TypeError('%c requires an integer in range(256) or a single byte')),
    (b'%f', "'a'", TypeError('float argument required, not str')),
    (b'%d', "'a'", TypeError('%d format: a real number is required, not str')),
    (b'%i', "'a'", TypeError('%d format: a real number is required, not str')),
    (b'%x', '1.5', TypeError('%x format: an integer is required, not float')),
    (b'%5%', '', TypeError('not enough arguments for format string')),
    (b'%.3%', '1', ValueError("unsupported format character '%' (0x25) at index 3")),
    (b'%y', '1', ValueError("unsupported format character 'y' (0x79) at index 1")),
    (b'%\xff', '1', ValueError()),
    (b'%\x01', '1', ValueError("unsupported format character '\x01' (0x1) at index 1")),
    (b'%', '1', ValueError('incomplete format')),
    (b'%s', "b'1', 2", TypeError('not all arguments converted during bytes formatting')),
    (b'%s', '', TypeError('not enough arguments for format string')),
    (b'%.99999999999d', '1', ValueError('prec too big')),
    (b'%99999999999999999999d', '1', ValueError('width too big')),
    (b'%(a)s', '1', TypeError('format requires a mapping')),
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
    for table in (STRINGS, BYTES):
        for text, arguments, expected in table:
            values = eval("(%s,)" % arguments if arguments else "()")
            check(lambda: text % values, expected, text, arguments)
    for text, arguments, expected in MAPPINGS:
        check(lambda: text % eval(arguments), expected, text, arguments)


def test_protocol():
    class Text:
        def __str__(self):
            return "str"

        def __repr__(self):
            return "repr"

    class Index:
        def __index__(self):
            return 65

    class Int:
        def __int__(self):
            return 7

    class Float:
        def __float__(self):
            return 2.5

    class Bytes:
        def __bytes__(self):
            return b"bytes"

    class Wrong:
        def __bytes__(self):
            return "bytes"

    class Mapping:
        def __getitem__(self, key):
            return key * 2

    assert "%s %r %a" % (Text(), Text(), Text()) == "str repr repr"
    assert "%x %d %c" % (Index(), Index(), Index()) == "41 65 A"
    assert "%d %.1f" % (Int(), Float()) == "7 2.5"
    check(lambda: "%x" % Int(), TypeError("%x format: an integer is required, not Int"))
    assert b"%s %b %5d" % (Bytes(), Bytes(), Index()) == b"bytes bytes    65"
    check(lambda: b"%s" % Wrong(), TypeError("__bytes__ returned non-bytes (type str)"))
    assert "%(ab)s" % Mapping() == "abab"
    assert b"%(ab)s" % Mapping() == b"abab"
    check(lambda: "%z" % {"a": 1}, ValueError("unsupported format character 'z' (0x7a) at index 1"))


test_tables()
test_protocol()
