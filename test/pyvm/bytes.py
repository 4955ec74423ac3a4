# bytes: literals, operators, construction, methods, and decoding with its errors.
# RUN: %python %s
# RUN: pyvm --check-leaks %s
# REQUIRES: pyvm


def raises(kind, message, function, *args, **kwargs):
    try:
        result = function(*args, **kwargs)
    except kind as error:
        assert type(error) is kind, type(error)
        assert str(error) == message, str(error)
    else:
        assert False, "%s expected, not %r" % (kind.__name__, result)


def check(actual, expected):
    assert type(actual) is type(expected), (actual, expected)
    assert actual == expected, (actual, expected)


def test_repr():
    check(repr(b"a'\"\\\t\n\r\0\x7f\xff"), "b'a\\'\"\\\\\\t\\n\\r\\x00\\x7f\\xff'")
    check(repr(b"it's"), 'b"it\'s"')
    check(str(b"a"), "b'a'")


def test_operators():
    check(b"ab" + b"c", b"abc")
    check(b"ab" * 3, b"ababab")
    check(2 * b"a", b"aa")
    check(b"ab" * 0, b"")
    assert b"a" < b"ab" < b"b" <= b"b" and b"a" != b"b" and b"a" != "a"
    assert b"b" in b"abc" and 97 in b"abc" and 120 not in b"abc" and b"" in b""
    check(hash(b"abc") == hash(bytes([97, 98, 99])), True)
    check(b"%d-%s" % (3, b"x"), b"3-x")
    raises(TypeError, "can't concat str to bytes", lambda: b"a" + "b")
    raises(TypeError, "a bytes-like object is required, not 'str'", lambda: "a" in b"a")
    raises(ValueError, "byte must be in range(0, 256)", lambda: 300 in b"a")
    raises(TypeError, "'<' not supported between instances of 'bytes' and 'str'", lambda: b"a" < "b")


def test_indexing():
    b = b"hello"
    key = "x"
    check(b[0], 104)
    check(b[-1], 111)
    check(b[1:3], b"el")
    check(b[::-2], b"olh")
    check(list(b), [104, 101, 108, 108, 111])
    raises(IndexError, "index out of range", lambda: b[5])
    raises(TypeError, "byte indices must be integers or slices, not str", lambda: b[key])
    iterator = iter(b"ab")
    check(next(iterator), 97)
    check(iterator.__length_hint__(), 1)
    check(list(iterator), [98])
    check(list(iterator), [])


def test_construction():
    check(bytes(), b"")
    check(bytes(3), b"\0\0\0")
    check(bytes([1, 2, 255]), b"\x01\x02\xff")
    check(bytes(range(3)), b"\0\1\2")
    check(bytes("é", "utf-8"), b"\xc3\xa9")
    check(bytes("é€", "ascii", "replace"), b"??")
    check(bytes(b"x"), b"x")
    check(bytes(source="a", encoding="ascii"), b"a")

    class Convertible:
        def __bytes__(self):
            return b"converted"

    class Index:
        def __index__(self):
            return 2

    class Bad:
        def __bytes__(self):
            return "text"

    check(bytes(Convertible()), b"converted")
    check(bytes(Index()), b"\0\0")
    check(bytes([Index()]), b"\2")
    raises(TypeError, "__bytes__ returned non-bytes (type str)", bytes, Bad())
    raises(ValueError, "negative count", bytes, -1)
    raises(ValueError, "bytes must be in range(0, 256)", bytes, [256])
    raises(ValueError, "bytes must be in range(0, 256)", bytes, [-1])
    raises(TypeError, "'str' object cannot be interpreted as an integer", bytes, ["a"])
    raises(TypeError, "string argument without an encoding", bytes, "a")
    raises(TypeError, "string argument without an encoding", bytes, "a", errors="strict")
    raises(TypeError, "encoding without a string argument", bytes, 3, "utf-8")
    raises(TypeError, "encoding without a string argument", bytes, encoding="utf-8")
    raises(TypeError, "cannot convert 'float' object to bytes", bytes, 1.5)
    raises(TypeError, "cannot convert 'NoneType' object to bytes", bytes, None)
    raises(OverflowError, "cannot fit 'int' into an index-sized integer", bytes, 10**30)

    class Data(bytes):
        pass

    d = Data(b"abc")
    d.attribute = 1
    check(d.attribute, 1)
    assert d == b"abc" and type(d) is Data and hash(d) == hash(b"abc")
    for plain in (bytes(d), d[:], d + b"", b"" + d, d * 1, d.strip(), d.replace(b"x", b""), d.__bytes__()):
        check(plain, b"abc")
    check(d.__getnewargs__(), (b"abc",))
    check(type(Data.fromhex("6162")), Data)


def test_hex():
    check(b"\xb9\x01\xef".hex(), "b901ef")
    check(b"\xb9\x01\xef".hex(":"), "b9:01:ef")
    check(b"abcde".hex("_", 2), "61_6263_6465")
    check(b"abcde".hex(b"_", -2), "6162_6364_65")
    check(b"abc".hex("-", 0), "616263")
    check(b"".hex(":"), "")
    check(bytes.fromhex(" B9 01\tef "), b"\xb9\x01\xef")
    raises(ValueError, "non-hexadecimal number found in fromhex() arg at position 1", bytes.fromhex, "a")
    raises(ValueError, "non-hexadecimal number found in fromhex() arg at position 2", bytes.fromhex, "aa-")
    raises(ValueError, "non-hexadecimal number found in fromhex() arg at position 2", bytes.fromhex, "zzé")
    raises(TypeError, "fromhex() argument must be str, not bytes", bytes.fromhex, b"aa")
    raises(ValueError, "sep must be length 1.", b"a".hex, "--")
    raises(ValueError, "sep must be ASCII.", b"a".hex, "é")


def test_search():
    b = b"banana"
    check((b.find(b"na"), b.find(b"na", 3), b.find(97), b.find(b"x"), b.find(b"", 7)), (2, 4, 1, -1, -1))
    check((b.rfind(b"na"), b.rfind(97, 0, 4), b.rfind(b""), b.rfind(b"na", 0, -1)), (4, 3, 6, 2))
    check((b.index(b"n"), b.rindex(110), b.count(b"an"), b.count(97), b.count(b"")), (2, 4, 2, 3, 7))
    check((b.startswith(b"ba"), b.startswith((b"x", b"b")), b.endswith(b"na", 0, 4)), (True, True, True))
    check((b.removeprefix(b"ba"), b.removesuffix(b"na"), b.removesuffix(b"")), (b"nana", b"bana", b"banana"))
    raises(ValueError, "subsection not found", b.index, b"x")
    raises(TypeError, "argument should be integer or bytes-like object, not 'str'", b.find, "a")
    raises(ValueError, "byte must be in range(0, 256)", b.find, -1)
    raises(TypeError, "startswith first arg must be bytes or a tuple of bytes, not str", b.startswith, "a")
    raises(TypeError, "a bytes-like object is required, not 'str'", b.endswith, ("a",))
    raises(TypeError, "count() takes at least 1 argument (0 given)", b.count)


def test_split_and_join():
    check(b" a b\tc\x0b".split(), [b"a", b"b", b"c"])
    check(b"a b c ".split(None, 1), [b"a", b"b c "])
    check(b"a,b,,c".split(b","), [b"a", b"b", b"", b"c"])
    check(b"a,b,,c".rsplit(b",", 1), [b"a,b,", b"c"])
    check(b" a b ".rsplit(maxsplit=1), [b" a", b"b"])
    check(b"a\nb\r\nc\rd\x0be".splitlines(), [b"a", b"b", b"c", b"d\x0be"])
    check(b"a\nb".splitlines(True), [b"a\n", b"b"])
    check(b"a=b=c".partition(b"="), (b"a", b"=", b"b=c"))
    check(b"a=b=c".rpartition(b"="), (b"a=b", b"=", b"c"))
    check(b"a".partition(b"="), (b"a", b"", b""))
    check(b"a".rpartition(b"="), (b"", b"", b"a"))
    check((b" a ".strip(), b"xax".lstrip(b"x"), b"xax".rstrip(b"xy")), (b"a", b"ax", b"xa"))
    check(b", ".join([b"a", b"b"]), b"a, b")
    check(b"".join(bytes([i]) for i in range(3)), b"\0\1\2")
    raises(ValueError, "empty separator", b"a".split, b"")
    raises(TypeError, "a bytes-like object is required, not 'str'", b"a".split, "x")
    raises(TypeError, "a bytes-like object is required, not 'int'", b"a".strip, 1)
    raises(TypeError, "sequence item 1: expected a bytes-like object, str found", b"".join, [b"a", "b"])
    raises(TypeError, "can only join an iterable", b"".join, 1)


def test_replace_and_translate():
    check(b"banana".replace(b"an", b"<>"), b"b<><>a")
    check(b"banana".replace(b"a", b"", 2), b"bnna")
    check(b"ab".replace(b"", b"-"), b"-a-b-")
    table = bytes.maketrans(b"ab", b"xy")
    check(len(table), 256)
    check(b"aabbc".translate(table), b"xxyyc")
    check(b"aabbc".translate(table, b"c"), b"xxyy")
    check(b"aabbc".translate(None, delete=b"a"), b"bbc")
    raises(ValueError, "translation table must be 256 characters long", b"a".translate, b"x")
    raises(ValueError, "maketrans arguments must have same length", bytes.maketrans, b"a", b"")
    raises(TypeError, "a bytes-like object is required, not 'str'", b"a".replace, "a", b"")


def test_text():
    check((b"aB\xe9".upper(), b"aB".lower(), b"aB1".swapcase()), (b"AB\xe9", b"ab", b"Ab1"))
    check((b"hello wORLD".title(), b"hELLO".capitalize(), b"".capitalize()), (b"Hello World", b"Hello", b""))
    check((b"ab".center(5, b"*"), b"ab".ljust(4), b"ab".rjust(3, b"-")), (b"**ab*", b"ab  ", b"-ab"))
    check((b"-5".zfill(4), b"".zfill(2), b"a\tb".expandtabs(4)), (b"-005", b"00", b"a   b"))
    names = "alnum alpha ascii digit lower space title upper".split()
    expected = {
        b"": "ascii",
        b"a": "alnum alpha ascii lower",
        b"A1": "alnum ascii title upper",
        b"12": "alnum ascii digit",
        b" \n": "ascii space",
        b"\xe9": "",
        b"Ab Cd": "ascii title",
    }
    for data, answers in expected.items():
        check([n for n in names if getattr(data, "is" + n)()], answers.split())
    raises(TypeError, "center() argument 2 must be a byte string of length 1, not str", b"a".center, 3, "x")
    raises(TypeError, "bytes.upper() takes no arguments (1 given)", b"a".upper, 1)


def decode_error(data, encoding="utf-8", errors="strict"):
    try:
        data.decode(encoding, errors)
    except UnicodeDecodeError as error:
        return error.start, error.end, error.reason, str(error)


def test_decode():
    check(b"a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80".decode(), "aé€\U0001f600")
    check(b"\xe9".decode("latin-1"), "é")
    check(b"abc".decode("ascii"), "abc")
    check(b"a\xffb".decode("utf-8", "ignore"), "ab")
    check(b"a\xe2\x82b".decode("utf-8", "replace"), "a\ufffdb")
    check(b"\xed\xa0\x80".decode("utf-8", "replace"), "\ufffd\ufffd\ufffd")
    check(b"a\xff\xe2\x82".decode(errors="backslashreplace"), "a\\xff\\xe2\\x82")
    check(b"a\xff\xe2\x82".decode(errors="surrogateescape"), "a\udcff\udce2\udc82")
    check(b"a\xed\xa0\x80".decode("utf-8", "surrogatepass"), "a\ud800")
    check(b"a\xe9".decode("ascii", "replace"), "a\ufffd")
    start, continuation, end = "invalid start byte", "invalid continuation byte", "unexpected end of data"
    expected = {
        b"a\xff": (1, 2, start),
        b"\x80": (0, 1, start),
        b"\xc0\x80": (0, 1, start),
        b"\xc3": (0, 1, end),
        b"\xc3x": (0, 1, continuation),
        b"\xe2\x82": (0, 2, end),
        b"\xe2x": (0, 1, continuation),
        b"\xe2\x82x": (0, 2, continuation),
        b"\xe0\x80": (0, 1, continuation),
        b"\xed\xa0\x80": (0, 1, continuation),
        b"\xf0\x9f\x98": (0, 3, end),
        b"\xf0\x9f\x98x": (0, 3, continuation),
        b"\xf0\x80\x80\x80": (0, 1, continuation),
        b"\xf4\x90\x80\x80": (0, 1, continuation),
        b"\xf5\x80": (0, 1, start),
    }
    for data, error in expected.items():
        check(decode_error(data)[:3], error)
    check(decode_error(b"a\xff")[3], "'utf-8' codec can't decode byte 0xff in position 1: invalid start byte")
    check(
        decode_error(b"\xe2\x82")[3],
        "'utf-8' codec can't decode bytes in position 0-1: unexpected end of data",
    )
    check(
        decode_error(b"\xe9", "ascii")[3],
        "'ascii' codec can't decode byte 0xe9 in position 0: ordinal not in range(128)",
    )
    raises(LookupError, "unknown encoding: nonsense", b"a".decode, "nonsense")
    raises(LookupError, "unknown error handler name 'nonsense'", b"\xff".decode, "utf-8", "nonsense")


for name, value in list(globals().items()):
    if name.startswith("test_"):
        value()
