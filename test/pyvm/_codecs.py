# _codecs: the registry, error handlers, every native encoding with its errors, and str.encode through codecs.
# RUN: %python -W ignore %s
# RUN: pyvm --check-leaks -W ignore %s
# REQUIRES: pyvm
import _codecs as c

def raises(kind, text, f, *args):
    try:
        f(*args)
    except kind as e:
        assert str(e) == text, (str(e), text)
        return e
    assert False, text

# UTF-8
assert c.utf_8_encode('aé\u1234\U0001f600', None) == (b'a\xc3\xa9\xe1\x88\xb4\xf0\x9f\x98\x80', 4)
assert c.utf_8_decode(b'a\xf0\x9f\x98') == ('a', 1) and c.utf_8_decode(b'\xed\xa0') == ('', 0)
assert c.utf_8_decode(b'\xed\xa0\x80', 'surrogatepass') == ('\ud800', 3)
assert 'a\udc80'.encode('utf-8', 'surrogateescape') == b'a\x80' and b'\xff\xfe'.decode('utf8', 'surrogateescape') == '\udcff\udcfe'
raises(UnicodeDecodeError, "'utf-8' codec can't decode bytes in position 0-1: unexpected end of data",
       c.utf_8_decode, b'\xe2\x82', None, True)
raises(UnicodeDecodeError, "'utf-8' codec can't decode byte 0xed in position 0: invalid continuation byte",
       c.utf_8_decode, b'\xed\xa0', None, True)
raises(UnicodeEncodeError, "'utf-8' codec can't encode characters in position 1-2: surrogates not allowed",
       'a\ud800\ud801'.encode)
raises(LookupError, "unknown error handler name 'foo'", '\ud800'.encode, 'utf-8', 'foo')

# UTF-16, UTF-32
assert c.utf_16_encode('a\U00010000') == (b'\xff\xfea\0\0\xd8\0\xdc', 2) and c.utf_16_encode('a', None, 1) == (b'\0a', 1)
assert c.utf_16_ex_decode(b'\xfe\xff\0a', None, 0) == ('a', 4, 1) and c.utf_16_ex_decode(b'a\0', None, 0, True) == ('a', 2, 0)
assert c.utf_16_decode(b'a\0b') == ('a', 2) and c.utf_16_le_decode(b'\0\xd8') == ('', 0)
assert c.utf_32_encode('a\ud800', 'surrogatepass')[0] == b'\xff\xfe\0\0a\0\0\0\0\xd8\0\0'
assert c.utf_16_encode('\udc80', 'xmlcharrefreplace')[0] == b'\xff\xfe' + '&#56448;'.encode('utf-16-le')
for data, reason in [(b'\0\xd8', 'unexpected end of data'), (b'\0\xd8a\0', 'illegal UTF-16 surrogate'), (b'\0\xdc', 'illegal encoding')]:
    raises(UnicodeDecodeError, f"'utf-16-le' codec can't decode bytes in position 0-1: {reason}", c.utf_16_le_decode, data, None, True)
raises(UnicodeDecodeError, "'utf-16-le' codec can't decode byte 0x62 in position 2: truncated data", b'a\0b'.decode, 'utf-16')
raises(UnicodeDecodeError, "'utf-32-be' codec can't decode bytes in position 0-3: code point not in range(0x110000)",
       c.utf_32_be_decode, b'\0\x11\0\0')
raises(UnicodeEncodeError, "'utf-16' codec can't encode character '\\udc80' in position 1: surrogates not allowed",
       'a\udc80'.encode, 'utf-16', 'surrogateescape')

# ASCII, Latin-1
assert 'é\u1234'.encode('ascii', 'backslashreplace') == b'\\xe9\\u1234' and '\u1234'.encode('latin-1', 'replace') == b'?'
assert b'a\xff'.decode('ascii', 'replace') == 'a\ufffd' and b'\xff'.decode('latin-1') == '\xff'
raises(UnicodeEncodeError, "'latin-1' codec can't encode character '\\u1234' in position 2: ordinal not in range(256)",
       '\udc80\udc81\u1234a'.encode, 'latin-1', 'surrogateescape')

# UTF-7
for text, encoded in [('a+b', b'a+-b'), ('é', b'+AOk-'), ('éa', b'+AOk-a'), ('é-', b'+AOk--'), ('\U0001f600x', b'+2D3eAA-x'),
                      ('~\\', b'+AH4AXA-'), ('\ud800', b'+2AA-')]:
    assert c.utf_7_encode(text)[0] == encoded and c.utf_7_decode(encoded, None, True) == (text, len(encoded)), text
assert c.utf_7_decode(b'x+AO') == ('x', 1) and c.utf_7_decode(b'+AOk') == ('', 0)
for data, reason in [(b'+AO', 'unterminated shift sequence'), (b'+!x', None), (b'+AOl-', 'non-zero padding bits in shift sequence')]:
    if reason:
        raises(UnicodeDecodeError, f"'utf7' codec can't decode bytes in position 0-{len(data) - 1}: {reason}", c.utf_7_decode, data, None, True)
    else:
        raises(UnicodeDecodeError, "'utf7' codec can't decode bytes in position 0-1: ill-formed sequence", c.utf_7_decode, data, None, True)

# escapes
assert c.unicode_escape_encode('a\n\\\x7f\xe9\u1234\U0001f600')[0] == b'a\\n\\\\\\x7f\\xe9\\u1234\\U0001f600'
assert c.unicode_escape_decode(b'\\101\\n\\x41\\u1234\\N{DIGIT ONE}\\q\\\nz') == ('A\nA\u12341\\qz', 34)
assert c.unicode_escape_decode('\\x4', None, False) == ('', 0) and c.unicode_escape_decode(b'\\x4z', 'replace') == ('\ufffdz', 4)
for data, end, reason in [(b'a\\', None, '\\ at end of string'), (b'a\\N{foo}', 7, 'unknown Unicode character name'),
                          (b'a\\U00110000', 10, 'illegal Unicode character'), (b'a\\N{', 3, 'malformed \\N character escape')]:
    where = f'bytes in position 1-{end}' if end else 'byte 0x5c in position 1'
    raises(UnicodeDecodeError, f"'unicodeescape' codec can't decode {where}: {reason}", c.unicode_escape_decode, data)
assert c.raw_unicode_escape_encode('\\é\u1234') == (b'\\\xe9\\u1234', 3) and c.raw_unicode_escape_decode(b'\\n\\u1234\xe9') == ('\\n\u1234\xe9', 9)
assert c.escape_encode(b'a\'"\\\n\x80') == (b'a\\\'"\\\\\\n\\x80', 6) and c.escape_decode('a\\n\\x41\\q') == (b'a\nA\\q', 9)
raises(ValueError, 'invalid \\x escape at position 0', c.escape_decode, b'\\x4')
raises(ValueError, 'Trailing \\ in string', c.escape_decode, b'\\')

# tables
table = '\0' + ''.join(chr(200 + i) for i in range(255))
m = c.charmap_build(table)
assert type(m).__name__ == 'EncodingMap' and m.size() == 463 and c.charmap_build('abc') == {97: 0, 98: 1, 99: 2}
assert c.charmap_encode('\0\xc9', None, m) == (b'\0\2', 2) and c.charmap_decode(b'\0\2', None, table) == ('\0\xc9', 2)
assert c.charmap_encode('ab\u1234\u1235', 'replace', {97: 1, 98: b'xy', 63: b'?'})[0] == b'\1xy??'
assert c.charmap_decode(b'ab', 'replace', {97: 'xyz', 98: None})[0] == 'xyz\ufffd'
raises(UnicodeEncodeError, "'charmap' codec can't encode characters in position 1-2: character maps to <undefined>",
       c.charmap_encode, 'a\u1234\u1235', None, {97: 1})
raises(UnicodeDecodeError, "'charmap' codec can't decode byte 0x62 in position 1: character maps to <undefined>",
       c.charmap_decode, b'ab', None, {97: 98})
raises(TypeError, 'character mapping must be in range(256)', c.charmap_encode, 'a', None, {97: 300})
raises(TypeError, 'character mapping must return integer, bytes or None, not str', c.charmap_encode, 'a', None, {97: 'x'})
raises(TypeError, 'character mapping must return integer, None or str', c.charmap_decode, b'a', None, {97: b'x'})

# handlers
encode_error = UnicodeEncodeError('utf-16-le', 'a\u1234\udc80b', 1, 3, 'r')
assert c.lookup_error('ignore')(encode_error) == ('', 3) and c.lookup_error('backslashreplace')(encode_error) == ('\\u1234\\udc80', 3)
assert c.lookup_error('surrogatepass')(UnicodeEncodeError('utf-16-be', '\ud800', 0, 1, 'r')) == (b'\xd8\0', 1)
assert c.lookup_error('replace')(UnicodeTranslateError('abc', 1, 2, 'r')) == ('\ufffd', 2)
assert c.lookup_error('backslashreplace')(UnicodeDecodeError('x', b'a\xff', 1, 2, 'r')) == ('\\xff', 2)
assert c.lookup_error('strict').__name__ == 'strict_errors'
raises(TypeError, 'codec must pass exception instance', c.lookup_error('strict'), 3)
raises(TypeError, "don't know how to handle UnicodeDecodeError in error callback", c.lookup_error('xmlcharrefreplace'),
       UnicodeDecodeError('x', b'a', 0, 1, 'r'))
def returns(result):
    c.register_error('test', lambda e: result)
returns(('x', 2))
assert b'a\xffb'.decode('utf-8', 'test') == 'axb' and 'aéb'.encode('ascii', 'test') == b'axb'
returns(('x', -1))
assert b'a\xffb'.decode('utf-8', 'test') == 'axb'
returns((b'\xee', 2))
assert 'aéb'.encode('ascii', 'test') == b'a\xeeb'
raises(TypeError, 'decoding error handler must return (str, int) tuple', b'\xff'.decode, 'utf-8', 'test')
returns(('é', 2))
raises(UnicodeEncodeError, "'ascii' codec can't encode character '\\xe9' in position 1: ordinal not in range(128)", 'aéb'.encode, 'ascii', 'test')
returns(('x', 9))
raises(IndexError, 'position 9 from error handler out of bounds', 'aéb'.encode, 'ascii', 'test')
returns(3)
raises(TypeError, 'encoding error handler must return (str/bytes, int) tuple', 'aéb'.encode, 'ascii', 'test')
def swap(e):
    e.object = b'zz'
    return '!', 0
c.register_error('swap', swap)
assert c.utf_8_decode(b'a\xffb', 'swap') == ('a!zz', 2)
raises(TypeError, 'handler must be callable', c.register_error, 'x', 3)

# the registry
assert c.lookup('UTF-8').name == 'utf-8' and 'é'.encode('cp1252') == b'\xe9' and b'+AOk-'.decode('utf-7') == 'é'
assert 'é'.encode('utf-8-sig') == b'\xef\xbb\xbf\xc3\xa9' and c.encode('x', 'rot13') == 'k' and b''.decode('nope') == ''
raises(LookupError, 'unknown encoding: nope', 'x'.encode, 'nope')
raises(LookupError, "'rot13' is not a text encoding; use codecs.encode() to handle arbitrary codecs", 'x'.encode, 'rot13')
raises(ValueError, 'embedded null character', 'x'.encode, 'a\0')
def fail(*args):
    raise ZeroDivisionError('no')
bad = {'bad1': 3, 'bad2': (lambda *a: 3, lambda *a: 3, 0, 0), 'bad3': (lambda *a: (3, 3), lambda *a: (3, 3), 0, 0),
       'bad4': (fail, fail, 0, 0)}
c.register(bad.get)
raises(TypeError, 'codec search functions must return 4-tuples', 'a'.encode, 'bad1')
raises(TypeError, 'encoder must return a tuple (object, integer)', 'a'.encode, 'bad2')
raises(TypeError, "'bad3' encoder returned 'int' instead of 'bytes'; use codecs.encode() to encode to arbitrary types", 'a'.encode, 'bad3')
raises(TypeError, "'bad3' decoder returned 'int' instead of 'str'; use codecs.decode() to decode to arbitrary types", b'a'.decode, 'bad3')
e = raises(ZeroDivisionError, "encoding with 'bad4' codec failed (ZeroDivisionError: no)", 'a'.encode, 'bad4')
assert isinstance(e.__cause__, ZeroDivisionError) and str(e.__cause__) == 'no'
c.unregister(bad.get)
