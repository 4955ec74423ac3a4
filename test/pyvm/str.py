# str: literals, operators, methods, encodings and their errors.
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
    check(repr("a"), "'a'")
    check(repr("it's"), '"it\'s"')
    check(repr("'\""), "'\\'\"'")
    check(repr("\t\n\r\\\0\x1f\x7f"), r"'\t\n\r\\\x00\x1f\x7f'")
    check(repr("é\xad€\u2028\ud800\U0001f600\U0010ffff"), "'é\\xad€\\u2028\\ud800\U0001f600\\U0010ffff'")
    check(ascii("é€\U0001f600'"), '"\\xe9\\u20ac\\U0001f600\'"')


def test_operators():
    check("ab" + "cd", "abcd")
    check("ab" + "€" + "\U0001f600", "ab€\U0001f600")
    check("ab" * 3, "ababab")
    check(3 * "é", "ééé")
    check("ab" * -1, "")
    check("x" * 5, "xxxxx")
    assert "b" in "abc" and "" in "abc" and "ac" not in "abc" and "€" not in "abc"
    assert "a" < "b" <= "b" < "ba" and "z" < "é" < "€" < "\U0001f600"
    assert "a" != 1 and not "a" == b"a"
    raises(TypeError, 'can only concatenate str (not "int") to str', lambda: "a" + 1)
    raises(TypeError, "can't multiply sequence by non-int of type 'str'", lambda: "a" * "b")
    raises(TypeError, "'in <string>' requires string as left operand, not int", lambda: 1 in "a")
    raises(TypeError, "'<' not supported between instances of 'str' and 'int'", lambda: "a" < 1)
    check("%s-%d" % ("a", 3), "a-3")
    check(hash("") == hash(str()), True)
    check(len("a€\U0001f600"), 3)


def test_indexing():
    s = "hé€\U0001f600o"
    check([s[i] for i in range(-5, 5)], ["h", "é", "€", "\U0001f600", "o"] * 2)
    check(s[1:3], "é€")
    check(s[::-1], "o\U0001f600€éh")
    check(s[::2], "h€o")
    check(s[3:1], "")
    check(s[:2].isascii(), False)
    check(s[:1].isascii(), True)
    check(list(s), ["h", "é", "€", "\U0001f600", "o"])
    key, none = "x", None
    raises(IndexError, "string index out of range", lambda: s[5])
    raises(TypeError, "string indices must be integers, not 'str'", lambda: s[key])
    raises(TypeError, "string indices must be integers, not 'NoneType'", lambda: s[none])
    iterator = iter("abc")
    check(next(iterator), "a")
    check(iterator.__length_hint__(), 2)
    check("".join(iterator), "bc")
    check(list(iterator), [])


def test_construction():
    check(str(), "")
    check(str(12), "12")
    check(str(b"\xc3\xa9", "utf-8"), "é")
    check(str(b"\xe9", encoding="latin-1"), "é")
    check(str(b"a\xff", errors="replace"), "a\ufffd")
    check(str(object="x"), "x")
    raises(TypeError, "decoding str is not supported", str, "a", "utf-8")
    raises(TypeError, "decoding to str: need a bytes-like object, int found", str, 3, "utf-8")
    raises(TypeError, "str() argument 'encoding' must be str, not int", str, b"a", 3)

    class Text(str):
        pass

    t = Text("héllo")
    t.attribute = 1
    check(t.attribute, 1)
    assert t == "héllo" and type(t) is Text and hash(t) == hash("héllo") and len(t) == 5
    for plain in (str(t), t[:], t + "", "" + t, t.strip(), t.replace("x", "y"), t * 1, t.center(2), t.zfill(1)):
        check(plain, "héllo")
    check({"héllo": 1}[t], 1)
    check(t.upper(), "HÉLLO")
    check(repr(t), "'héllo'")
    check(t.__getnewargs__(), ("héllo",))
    raises(TypeError, "str.upper() takes no arguments (1 given)", lambda: t.upper(1))
    raises(TypeError, " expected 1 argument, got 0", t.__mul__)
    raises(TypeError, "'str' object cannot be interpreted as an integer", t.__mul__, "x")
    raises(OverflowError, "cannot fit 'int' into an index-sized integer", lambda: t * 10**20)


def test_case():
    check("hELLO wORLD".capitalize(), "Hello world")
    check("hELLO wORLD's".title(), "Hello World'S")
    check("Hello".swapcase(), "hELLO")
    check("ÀÉß".lower(), "àéß")
    check("straße ŉ ﬁ".upper(), "STRASSE ʼN FI")
    check("ﬁn ǆ".title(), "Fin ǅ")
    check("ΑΣ ΑΣΑ Σ".lower(), "ας ασα σ")
    check("İ".lower(), "i̇")
    check("ß".casefold(), "ss")
    check("ßA".swapcase(), "SSa")
    check("ǆ".capitalize(), "ǅ")
    check("".capitalize() + "".title() + "".upper(), "")


def test_predicates():
    names = "alnum alpha ascii decimal digit identifier lower numeric printable space title upper".split()
    expected = {
        "": "ascii printable",
        "a": "alnum alpha ascii identifier lower printable",
        "A": "alnum alpha ascii identifier printable title upper",
        "1": "alnum ascii decimal digit numeric printable",
        "²": "alnum digit numeric printable",
        "½": "alnum numeric printable",
        "٣": "alnum decimal digit numeric printable",
        " \t\n": "ascii space",
        "\u2003": "space",
        "é_1": "identifier lower printable",
        "_": "ascii identifier printable",
        "ǅ": "alnum alpha identifier printable title",
        "Ab Cd": "ascii printable title",
        "AB c": "ascii printable",
        "中": "alnum alpha identifier numeric printable" if "中".isnumeric() else "alnum alpha identifier printable",
        "ª": "alnum alpha identifier lower printable",
        "\ud800": "",
    }
    for text, answers in expected.items():
        check([n for n in names if getattr(text, "is" + n)()], answers.split())


def test_search():
    s = "banana€na"
    check(s.find("na"), 2)
    check(s.find("na", 3), 4)
    check(s.find("na", 3, 5), -1)
    check(s.rfind("na"), 7)
    check(s.rfind("na", 0, -1), 4)
    check(s.index("€"), 6)
    check(s.rindex("a"), 8)
    check(s.count("na"), 3)
    check(s.count("ana"), 1)
    check("aaa".count(""), 4)
    check("aaa".count("", 4), 0)
    check("aaa".count("", 3), 1)
    check("abc".find("", 3), 3)
    check("abc".find("", 4), -1)
    check("abc".rfind(""), 3)
    check("abc".find("\U0001f600"), -1)
    check("abc".find("c", None, None), 2)
    check("abc".find("a", -100, 10**30), 0)
    check(s.startswith("ban"), True)
    check(s.startswith("nan", 2), True)
    check(s.startswith(("x", "ba")), True)
    check(s.startswith(()), False)
    check(s.endswith("€na"), True)
    check(s.endswith("nan", 0, 5), True)
    check("abc".startswith("", 4), False)
    check("abc".endswith("", 3), True)
    check("prefix-x".removeprefix("prefix-"), "x")
    check("x.py".removesuffix(".py"), "x")
    check("abc".removesuffix(""), "abc")
    raises(ValueError, "substring not found", s.index, "x")
    raises(ValueError, "substring not found", s.rindex, "x")
    raises(TypeError, "must be str, not int", s.find, 1)
    raises(TypeError, "find() takes at least 1 argument (0 given)", s.find)
    raises(TypeError, "find() takes at most 3 arguments (4 given)", s.find, "a", 1, 2, 3)
    raises(TypeError, "str.find() takes no keyword arguments", lambda: s.find(sub="a"))
    raises(TypeError, "slice indices must be integers or None or have an __index__ method", s.find, "a", "b")
    raises(TypeError, "startswith first arg must be str or a tuple of str, not int", s.startswith, 1)
    raises(TypeError, "tuple for endswith must only contain str, not bytes", s.endswith, (b"a",))
    raises(TypeError, "removeprefix() argument must be str, not None", s.removeprefix, None)


def test_split():
    check("  a b\tc \n".split(), ["a", "b", "c"])
    check("  a b  c ".split(None, 1), ["a", "b  c "])
    check("  a b  c ".rsplit(None, 1), ["  a b", "c"])
    check("  a ".split(maxsplit=0), ["a "])
    check("".split(), [])
    check("".split(","), [""])
    check("a,b,,c".split(","), ["a", "b", "", "c"])
    check("a,b,,c".split(",", 2), ["a", "b", ",c"])
    check("a,b,,c".rsplit(",", 1), ["a,b,", "c"])
    check("aXXbXXc".split("XX", maxsplit=1), ["a", "bXXc"])
    check("aaa".rsplit("aa"), ["a", ""])
    check("é€é€".split("€"), ["é", "é", ""])
    check("a\u2003b\x85c".split(), ["a", "b", "c"])
    check("a\nb\r\nc\rd\x0be\u2028f\x1cg".splitlines(), ["a", "b", "c", "d", "e", "f", "g"])
    check("a\n\r\nb".splitlines(True), ["a\n", "\r\n", "b"])
    check("a\n".splitlines(keepends=False), ["a"])
    check("".splitlines(), [])
    check("a=b=c".partition("="), ("a", "=", "b=c"))
    check("a=b=c".rpartition("="), ("a=b", "=", "c"))
    check("abc".partition("x"), ("abc", "", ""))
    check("abc".rpartition("x"), ("", "", "abc"))
    check(" \u2003x\t".strip(), "x")
    check("xyaxy".strip("yx"), "a")
    check("xyaxy".lstrip("xy"), "axy")
    check("xyaxy".rstrip("xy"), "xya")
    check("aaa".strip("a"), "")
    raises(ValueError, "empty separator", "a".split, "")
    raises(ValueError, "empty separator", "a".partition, "")
    raises(TypeError, "must be str or None, not int", "a".split, 1)
    raises(TypeError, "must be str, not int", "a".rpartition, 1)
    raises(TypeError, "lstrip arg must be None or str", "a".lstrip, 1)


def test_align():
    check("abc".center(6), " abc  ")
    check("abc".center(8, "€"), "€€abc€€€")
    check("ab".center(5), "  ab ")
    check("abc".ljust(5, "*"), "abc**")
    check("abc".rjust(5), "  abc")
    check("abc".rjust(2), "abc")
    check("-12".zfill(6), "-00012")
    check("+é".zfill(4), "+00é")
    check("".zfill(2), "00")
    check("a\tbc\td\n\te".expandtabs(), "a       bc      d\n        e")
    check("a\tb".expandtabs(tabsize=4), "a   b")
    check("a\tb".expandtabs(0), "ab")
    raises(TypeError, "The fill character must be exactly one character long", "a".center, 5, "xx")
    raises(TypeError, "The fill character must be a unicode character, not int", "a".ljust, 5, 1)
    raises(TypeError, "'str' object cannot be interpreted as an integer", "a".rjust, "x")
    raises(OverflowError, "Python int too large to convert to C ssize_t", "a".center, 10**30)


def test_replace_and_join():
    check("banana".replace("a", "o"), "bonono")
    check("banana".replace("an", "€", 1), "b€ana")
    check("abc".replace("", "-"), "-a-b-c-")
    check("abc".replace("", "-", 2), "-a-bc")
    check("".replace("", "x"), "x")
    check("abc".replace("b", "x", 0), "abc")
    check("€a€".replace("€", "e"), "eae")
    check("€a€".replace("€", "e").isascii(), True)
    raises(TypeError, "replace() argument 1 must be str, not int", "a".replace, 1, "x")
    raises(TypeError, "replace() argument 2 must be str, not None", "a".replace, "x", None)
    check(", ".join(["a", "b", "c"]), "a, b, c")
    check("€".join(("a", "é", "\U0001f600")), "a€é€\U0001f600")
    check("".join([]), "")
    check("-".join("xyz"), "x-y-z")
    check("-".join(c.upper() for c in "ab"), "A-B")
    check("é".join(["a"]), "a")
    raises(TypeError, "can only join an iterable", "".join, 1)
    raises(TypeError, "sequence item 1: expected str instance, int found", "".join, ["a", 1])


def test_translate():
    check("hello".translate({104: "J", 108: None, ord("o"): 0x20AC}), "Je€")
    check("abc".translate(str.maketrans("ab", "xy", "c")), "xy")
    check(str.maketrans({"a": 1, 98: "z"}), {97: 1, 98: "z"})
    check(str.maketrans("ab", "cd", "e"), {97: 99, 98: 100, 101: None})
    check("\x00\x01é".translate(["a", "b"]), "abé")
    raises(TypeError, "if you give only one argument to maketrans it must be a dict", str.maketrans, "a")
    raises(ValueError, "the first two maketrans arguments must have equal length", str.maketrans, "a", "bc")
    raises(ValueError, "string keys in translate table must be of length 1", str.maketrans, {"ab": 1})
    raises(TypeError, "keys in translate table must be strings or integers", str.maketrans, {1.5: 1})
    raises(TypeError, "character mapping must return integer, None or str", "a".translate, {97: 1.5})
    raises(ValueError, "character mapping must be in range(0x110000)", "a".translate, {97: 0x110000})
    raises(TypeError, "'int' object is not subscriptable", "a".translate, 1)


def encode_error(text, encoding, errors="strict"):
    try:
        text.encode(encoding, errors)
    except UnicodeEncodeError as error:
        return error.encoding, error.object, error.start, error.end, error.reason, str(error)


def test_encode():
    check("aé€\U0001f600".encode(), b"a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80")
    check("aé".encode("latin-1"), b"a\xe9")
    check("aé".encode("ISO-8859-1"), b"a\xe9")
    check("abc".encode("US-ASCII"), b"abc")
    check("a€é".encode("ascii", "ignore"), b"a")
    check("a€é".encode("latin1", errors="replace"), b"a?\xe9")
    check("é€\U0001f600".encode("ascii", "backslashreplace"), rb"\xe9\u20ac\U0001f600")
    check("é€".encode("ascii", "xmlcharrefreplace"), b"&#233;&#8364;")
    check("a\udcff".encode("utf-8", "surrogateescape"), b"a\xff")
    check("\ud800".encode("utf-8", "surrogatepass"), b"\xed\xa0\x80")
    check("\ud800x".encode("utf-8", "replace"), b"?x")
    check(
        encode_error("aé€b", "ascii"),
        ("ascii", "aé€b", 1, 3, "ordinal not in range(128)",
         "'ascii' codec can't encode characters in position 1-2: ordinal not in range(128)"),
    )
    check(
        encode_error("€", "latin-1"),
        ("latin-1", "€", 0, 1, "ordinal not in range(256)",
         "'latin-1' codec can't encode character '\\u20ac' in position 0: ordinal not in range(256)"),
    )
    check(
        encode_error("x\ud800", "utf8"),
        ("utf-8", "x\ud800", 1, 2, "surrogates not allowed",
         "'utf-8' codec can't encode character '\\ud800' in position 1: surrogates not allowed"),
    )
    check(encode_error("\udc80\ud800", "utf-8", "surrogateescape")[2:4], (1, 2))
    raises(LookupError, "unknown encoding: nonsense", "a".encode, "nonsense")
    raises(LookupError, "unknown error handler name 'nonsense'", "€".encode, "ascii", "nonsense")
    check("a".encode("ascii", "nonsense"), b"a")
    raises(TypeError, "encode() argument 'encoding' must be str, not int", "a".encode, 1)


def test_format():
    check("{}-{x}".format(1, x="é"), "1-é")
    check("{a}".format_map({"a": 3}), "3")
    check(format("ab", ">5"), "   ab")
    check("ab".__format__(""), "ab")
    raises(TypeError, "__format__() argument must be str, not int", "a".__format__, 1)


for name, value in list(globals().items()):
    if name.startswith("test_"):
        value()
