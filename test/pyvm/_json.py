# _json: the scanner, the encoder and string literals, and what they refuse.
# RUN: %python %s
# RUN: pyvm %s
# RUN: pyvm --check-leaks %s
import sys
del sys.path[0]
import _json
import json
from json.encoder import c_make_encoder, encode_basestring

assert json.scanner.make_scanner is _json.make_scanner and c_make_encoder is _json.make_encoder
assert sorted(n for n in dir(_json) if n != '__file__') == [
    '__doc__', '__loader__', '__name__', '__package__', '__spec__', 'encode_basestring', 'encode_basestring_ascii',
    'make_encoder', 'make_scanner', 'scanstring']


def raises(kind, text, function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except kind as error:
        assert str(error) == text, (str(error), text)
    else:
        raise AssertionError(kind)


# reading
scan = _json.make_scanner(json.JSONDecoder())
for text, value in [('{"a": [1, -2.5, true, false, null, "x"], "b": {}, "c": []}',
                     {'a': [1, -2.5, True, False, None, 'x'], 'b': {}, 'c': []}),
                    ('[]', []), ('-0', 0), ('1e5', 1e5), ('1E+2', 100.0), ('-0.0', -0.0), ('1e400', float('inf')),
                    ('123456789012345678901234567890', 123456789012345678901234567890), ('9' * 16, int('9' * 16)),
                    ('0.1e-1', 0.01), ('5e-324', 5e-324), ('-Infinity', float('-inf')), ('"\\ud834\\udd20"', '\U0001d120'),
                    ('"\\ud834\\u0020"', '\ud834 '), ('"\u20ac\\n\u00e9"', '\u20ac\n\u00e9'), ('"\U0001f600"', '\U0001f600'),
                    ('"' + 'long' * 50 + '\\t"', 'long' * 50 + '\t'), ('[1 , \r\n\t 2]', [1, 2])]:
    assert scan(text, 0) == (value, len(text)), text
    assert repr(scan(text, 0)[0]) == repr(value)
assert scan('01', 0) == (0, 1) and scan('1.', 0) == (1, 1) and scan('1e+', 0) == (1, 1) and scan('xx[7]', 2) == ([7], 5)
first, second = json.loads('[{"key": 1, "\\u006bey2": 2}, {"key": 3, "key2": 4}]')
assert all(a is b for a, b in zip(first, second))
assert len(json.loads('{%s}' % ', '.join('"%d": %d' % (i, i) for i in range(1000)))) == 1000
assert json.loads('{"a": {"b": 1}}', object_hook=lambda d: sorted(d.items())) == [('a', [('b', 1)])]
assert json.loads('{"a": 1, "a": 2}', object_pairs_hook=lambda d: d) == [('a', 1), ('a', 2)]
assert json.loads('[1, 2.50, NaN]', parse_int=str, parse_float=str, parse_constant=str) == ['1', '2.50', 'NaN']
for text, index in [('', 0), ('[', 1), ('[1,', 3), ('{"a":', 5), ('-', 0), ('nul', 0), ('[1,]', 3), ('-I', 0)]:
    raises(StopIteration, str(index), scan, text, 0)
for text, message in [('{', 'Expecting property name enclosed in double quotes: line 1 column 2 (char 1)'),
                      ('{"a', 'Unterminated string starting at: line 1 column 2 (char 1)'),
                      ('{"a"', "Expecting ':' delimiter: line 1 column 5 (char 4)"),
                      ('{"a":1', "Expecting ',' delimiter: line 1 column 7 (char 6)"),
                      ('{"a":1,}', 'Expecting property name enclosed in double quotes: line 1 column 8 (char 7)'),
                      ('[\n1 2]', "Expecting ',' delimiter: line 2 column 3 (char 4)"),
                      ('"\\u12"', 'Invalid \\uXXXX escape: line 1 column 3 (char 2)'),
                      ('"\\ud834\\udd2"', 'Invalid \\uXXXX escape: line 1 column 9 (char 8)'),
                      ('"\\x"', 'Invalid \\escape: line 1 column 2 (char 1)'),
                      ('"\\', 'Unterminated string starting at: line 1 column 1 (char 0)'),
                      ('"a\nb"', 'Invalid control character at: line 1 column 3 (char 2)')]:
    raises(json.JSONDecodeError, message, scan, text, 0)
raises(ValueError, 'idx cannot be negative', scan, '1', -1)
raises(TypeError, 'first argument must be a string, not bytes', scan, b'1', 0)
raises(TypeError, "scan_once() missing required argument 'string' (pos 1)", scan)
raises(AttributeError, "'int' object has no attribute 'strict'", _json.make_scanner, 5)
raises(AttributeError, 'readonly attribute', setattr, scan, 'strict', 1)
raises(RecursionError, 'maximum recursion depth exceeded while decoding a JSON array from a unicode string', json.loads, '[' * 100000)
raises(ValueError, 'Exceeds the limit (4300 digits) for integer string conversion: value has 5000 digits; '
       'use sys.set_int_max_str_digits() to increase the limit', json.loads, '1' * 5000)
assert _json.scanstring('"a\x01b"', 1, 0) == ('a\x01b', 5)
raises(ValueError, 'end is out of bounds', _json.scanstring, 'x', 5)
raises(TypeError, 'scanstring() takes at least 2 arguments (0 given)', _json.scanstring)
raises(TypeError, 'first argument must be a string, not int', _json.scanstring, 1, 2)

# writing
ascii, plain = _json.encode_basestring_ascii, _json.encode_basestring
assert ascii('a"\\\b\f\n\r\t\x00\x1f\x7f\u00e9\u20ac\U0001f600') == \
    r'"a\"\\\b\f\n\r\t\u0000\u001f\u007f\u00e9\u20ac\ud83d\ude00"'
assert plain('a"\n\x7f\u00e9\U0001f600') == '"a\\"\\n\x7f\u00e9\U0001f600"' and plain('') == '""'
raises(TypeError, 'first argument must be a string, not NoneType', ascii, None)


class F(float):
    def __repr__(self):
        return 'F'


class I(int):
    def __repr__(self):
        return 'I'


class S(str):
    pass


assert json.dumps([F(1.5), I(3), S('s'), True, None, (), {}, [], 2**70, 1e300, {F(1.5): 1, I(3): 2, True: 1, None: 2, 'k': (1,)}]) == \
    '[1.5, 3, "s", true, null, [], {}, [], 1180591620717411303424, 1e+300, {"1.5": 1, "3": 2, "true": 1, "null": 2, "k": [1]}]'
assert json.dumps({'b': 1, 'a': 2}, sort_keys=True, separators=(',', '\u2192')) == '{"a"\u21922,"b"\u21921}'
assert json.dumps({(1,): 2, 'a': 1}, skipkeys=True) == '{"a": 1}'
assert json.dumps([float('nan'), float('inf'), -float('inf')]) == '[NaN, Infinity, -Infinity]'
assert json.dumps([1j], default=lambda o: [o.real]) == '[[0.0]]'
encode = c_make_encoder({}, None, encode_basestring, None, ': ', ', ', False, False, True)
assert encode([1, {'a': 'b'}], 0) == ['[1, {"a": "b"}]'] and encode.markers == {} and encode.item_separator == ', '


class Changes(dict):
    def items(self):
        return [(1, 2, 3)]


circle = []
circle.append(circle)
deep = []
for i in range(100000):
    deep = [deep]
raises(ValueError, 'Circular reference detected', json.dumps, circle)
raises(ValueError, 'Circular reference detected', json.dumps, 1j, default=lambda o: o)
raises(RecursionError, 'maximum recursion depth exceeded while encoding a JSON object', json.dumps, deep)
raises(ValueError, 'items must return 2-tuples', json.dumps, Changes(a=1))
raises(ValueError, 'Out of range float values are not JSON compliant', json.dumps, float('nan'), allow_nan=False)
raises(TypeError, 'keys must be str, int, float, bool or None, not bytes', json.dumps, {b'': 1})
raises(TypeError, 'Object of type complex is not JSON serializable', json.dumps, 1j)
raises(TypeError, "'<' not supported between instances of 'str' and 'int'", json.dumps, {1: 2, 'a': 3}, sort_keys=True)
raises(TypeError, 'make_encoder() argument 5 must be str, not bytes', c_make_encoder, None, None, None, None, b'', '', 1, 1, 1)
raises(TypeError, 'make_encoder() argument 1 must be dict or None, not int', c_make_encoder, 5, None, None, None, '', '', 1, 1, 1)
raises(TypeError, 'encoder() must return a string, not int',
       c_make_encoder(None, None, lambda x: 5, None, ':', ',', 0, 0, 0), 'x', 0)
del deep
