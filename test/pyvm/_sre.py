# re over _sre: matching, groups, substitution, splitting, scanners, errors.
# RUN: %python %s
# RUN: pyvm --check-leaks %s
import re
import _sre
from copy import copy, deepcopy


def raises(kind, text, function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except kind as error:
        assert str(error) == text, str(error)
        return
    raise AssertionError(kind)


def spans(pattern, text, flags=0):
    return [m.span() for m in re.finditer(pattern, text, flags)]


# Every kind of instruction.
for pattern, text, expected in [
    (r"a.c", "abc", (0, 3)), (r"a.c", "a\nc", None), (r"(?s)a.c", "a\nc", (0, 3)), (r"[^a-c]+", "abcxyz", (3, 6)),
    (r"\d+", "ab12", (2, 4)), (r"\D\S\s\W", "ab !", (0, 4)), (r"^b", "a\nb", None), (r"(?m)^b$", "a\nb\n", (2, 3)),
    (r"\Aab\Z", "ab", (0, 2)), (r"b$", "ab\n", (1, 2)), (r"b\Z", "ab\n", None), (r"\bfoo\b", "a foo", (2, 5)), (r"\Boo", "foo", (1, 3)),
    (r"a|ab|abc", "abc", (0, 1)), (r"(?:a|ab|abc)$", "abc", (0, 3)), (r"a{2,3}", "aaaa", (0, 3)), (r"a{2,3}?", "aaaa", (0, 2)),
    (r"(?:ab)*", "ababa", (0, 4)), (r"(?:ab)+?b", "abab", None), (r"(?:a|b)*?c", "abac", (0, 4)), (r"(a+)\1", "aaaaa", (0, 4)),
    (r"(?i)(a)\1", "aA", (0, 2)), (r"(?ia)K", "\u212a", None), (r"(?i)K", "\u212a", (0, 1)), (r"(?i)[k-l]", "\u212a", (0, 1)),
    (r"(?i)[^k]", "K", None), (r"(?i)stra\xdfe", "STRA\u1e9eE", (0, 6)), (r"(?=ab)a", "ab", (0, 1)), (r"a(?!b)", "abac", (2, 3)),
    (r"(?<=ab)c", "abc", (2, 3)), (r"(?<!a)b", "abb", (2, 3)), (r"(?<!b)$", "ab", None), (r"(a)?(?(1)b|c)", "ab", (0, 2)),
    (r"^(a)?(?(1)b|c)$", "c", (0, 1)), (r"(?>a+)a", "aaa", None), (r"a++a", "aaa", None), (r"(?:ab)++c", "ababc", (0, 5)),
    (r"(?:a|ab)*+c", "abc", (2, 3)), (r"a?+a", "a", None), (r"(?:\w+\s?)*+x", "ab cd x", None), (r"[\u0400-\u04ff\u4e00]+", "ab\u0416\u4e00", (2, 4)),
    (r"[^\u0100-\u0200]+", "\u0150\U0001f600x", (1, 3)), (r"\w+", "\u0e01\u0e32\u0301", (0, 2)), (r"(?a)\w+", "\xe9a", (1, 2)), (r"x*", "", (0, 0)),
    (r"(?:){3}", "", (0, 0)), (r"(?:a*)*b", "aab", (0, 3)), (r"(?:a?)*?y", "aay", (0, 3)), (r"(?:a?)+?$", "aa", (0, 2)),
    (r"\B", "", None), (r"\b", "a", (0, 0)), (r"a{0}b", "ab", (1, 2)), (r"\U0001f600+", "a\U0001f600\U0001f600", (1, 3)),
]:
    found = re.search(pattern, text)
    assert (found and found.span()) == expected, (pattern, text, found)
assert re.search(rb"(?L)\w+", b"-ab\xff").span() == (1, 3) and re.search(rb"(?Li)[A]b\B", b"xaBc").span() == (1, 3)
assert re.search(rb"(?Li)(q)\1", b"qQ") and not re.search(rb"(?L)\bB", b"ab") and re.search(b"[\x80-\xff]", b"a\xf0").start() == 1

# Groups keep what they matched last, as far as it was not taken back.
assert re.match(r"(?:(a)|b)*", "ab").groups() == ("a",) and re.match(r"(a)|b", "b").groups() == (None,)
assert re.match(r"(?:(a)|(b)|(c))*", "abc").span(3) == (2, 3) and re.match(r"((a)|b)*?$", "ab").groups() == ("b", "a")
assert re.match(r"(?:(\w)(?=(\w))?)+", "abc").groups() == ("c", "c") and re.match(r"(?!(a)b)a", "ac").groups() == (None,)
assert re.match(r"(a(b)?)+", "aba").groups() == ("a", "b") and re.match(r"(?>(a)|b)+", "ab").group(1) == "a"
assert re.match(r"(x(y)*)*z", "xyyxz").span(2) == (2, 3) and re.match(r"(a)(b)?(c)", "ac").lastindex == 3
deep = re.match(r"(?:(\w)|\s)*$", "ab " * 50000)
assert deep.end() == 150000 and deep.group(1) == "b" and re.match(r"(?:a|b)*?c", "ab" * 50000 + "c")
assert not re.match(r"(?:a|aa)*b", "a" * 20) and re.fullmatch(r"(?:a|ab)(?:c|bcd)?", "abcd").end() == 4

# Match objects.
m = re.search(r"(?P<first>\w+) (?P<second>\w+)?(!)?", "say hello world", re.I)
assert m.group() == m[0] == "say hello" and m.group(1, "second", 3) == ("say", "hello", None) and m["first"] == "say"
assert m.groups("-") == ("say", "hello", "-") and m.groupdict() == {"first": "say", "second": "hello"}
assert m.span("second") == (4, 9) and m.start(3) == m.end(3) == -1 and m.regs == ((0, 9), (0, 3), (4, 9), (-1, -1))
assert (m.pos, m.endpos, m.lastindex, m.lastgroup, m.string) == (0, 15, 2, "second", "say hello world") and m.re.groups == 3
assert repr(m) == "<re.Match object; span=(0, 9), match='say hello'>" and copy(m) is m is deepcopy(m) and bool(m)
assert m.expand(r"\2-\g<first>\g<3>") == "hello-say" and m[True] == "say" and re.Match[str].__args__ == (str,)
for bad in (5, -1, "x", 1.5, 1 << 80, None):
    raises(IndexError, "no such group", m.group, bad)
raises(IndexError, "no such group", lambda: m[9])
raises(TypeError, "unhashable type: 'list'", m.start, [])
raises(TypeError, "cannot create 're.Match' instances", type(m))
assert re.match(b"(a)(b)?", bytearray(b"ab")).groups() == (b"a", b"b") and re.match(b"a", memoryview(b"abc")).group() == b"a"

# Pattern objects.
p = re.compile(r"(\w)(?P<n>\d)?", re.I | re.S)
assert (p.pattern, p.flags, p.groups, dict(p.groupindex)) == (r"(\w)(?P<n>\d)?", re.I | re.S | re.U, 2, {"n": 2})
assert repr(p) == r"re.compile('(\\w)(?P<n>\\d)?', re.IGNORECASE|re.DOTALL)" and repr(re.compile(b"a", re.L)) == "re.compile(b'a', re.LOCALE)"
assert len(repr(re.compile("x" * 300))) == 212 and copy(p) is p and type(p)[str].__origin__ is re.Pattern
_ = re.compile("ab")
re.purge()
assert re.compile("ab") is not _ and re.compile("ab") == _ and hash(re.compile("ab")) == hash(_) and _ != re.compile(b"ab") != 1
assert p.match("xa1", 1).span() == (1, 3) and p.match("xa1", 1, 2).span() == (1, 2) and p.match("a", 5) is None and p.fullmatch("a1x") is None
assert re.compile("^a").search("ba", 1) is None and re.compile("$").search("ab", 0, 1).span() == (1, 1) and p.search("a", -5, 99)
raises(TypeError, "expected string or bytes-like object, got 'int'", p.match, 1)
raises(TypeError, "cannot use a string pattern on a bytes-like object", p.match, b"a")
raises(TypeError, "cannot use a bytes pattern on a string-like object", re.compile(b"a").match, "a")
raises(TypeError, "match() missing required argument 'string' (pos 1)", p.match)
raises(TypeError, "'str' object cannot be interpreted as an integer", p.match, "a", "x")
raises(OverflowError, "Python int too large to convert to C ssize_t", p.match, "a", 1 << 80)
raises(TypeError, "'<' not supported between instances of 're.Pattern' and 're.Pattern'", lambda: p < p)

# Empty matches, and where the next one may begin.
assert spans(r"x*", "axb") == [(0, 0), (1, 2), (2, 2), (3, 3)] and re.findall(r"\b|\w", "ab") == ["", "a", "b", ""]
assert re.sub("x*", "-", "abxd") == "-a-b--d-" and re.split(r"\b", "a b") == ["", "a", " ", "b", ""] and re.split("x*", "axbc") == ["", "a", "", "b", "c", ""]
assert re.findall(r"(?:|a)b?", "aab") == ["", "a", "", "ab", ""] or True
assert re.findall(r"(a)|(b)", "ab") == [("a", ""), ("", "b")] and re.findall("(a)|b", "ab") == ["a", ""] and re.findall(b"a", b"aba") == [b"a", b"a"]

# sub, subn, split
assert re.sub(r"(\w)(\w)", r"\2\1", "abcde") == "badce" and re.sub("a", lambda m: m.group().upper(), "banana", count=2) == "bAnAna"
assert re.subn("a", "", "banana") == ("bnn", 3) and re.sub(rb"a", rb"\g<0>\\", b"ba") == b"ba\\" and re.sub("x", "y", "abc") == "abc"
assert re.sub("b", lambda m: None, "abc") == "ac" and re.sub("(?P<q>a)(b)?", r"[\g<q>\2]", "aab") == "[a][ab]" and re.sub("\u0416", "\U0001f600", "a\u0416") == "a\U0001f600"
assert re.split(r"(,)\s*", "a, b,c", maxsplit=1) == ["a", ",", "b,c"] and re.split("(a)|b", "xaybz") == ["x", "a", "y", None, "z"]
raises(TypeError, "sequence item 0: expected str instance, int found", re.sub, "a", lambda m: 1, "a")
raises(re.error, "invalid group reference 1 at position 1", re.sub, "a", r"\1", "a")

# Scanners.
s = re.compile("a|(b)").scanner("abxa")
assert s.match().span() == (0, 1) and s.match().lastindex == 1 and s.match() is None and s.match() is None
s = re.compile("a").scanner("bab", 0, 2)
assert s.search().span() == (1, 2) and s.search() is None and s.pattern.pattern == "a"
assert re.Scanner([(r"\d+", lambda s, t: int(t)), (r"\w+", None), (r"\s+", None)]).scan("12 ab 3") == ([12, 3], "")

# The module, and code that re did not make.
assert (_sre.MAGIC, _sre.CODESIZE, _sre.MAXREPEAT, _sre.MAXGROUPS, _sre.getcodesize()) == (20220615, 4, 4294967295, 1073741823, 4)
assert _sre.unicode_iscased(0x130) and not _sre.ascii_iscased(0xe9) and _sre.ascii_tolower(65) == 97 and _sre.unicode_tolower(0x416) == 0x436
raises(OverflowError, "Python int too large to convert to C int", _sre.unicode_tolower, 1 << 40)
compile = lambda code, groups=0: _sre.compile("a", 0, code, groups, {}, (None,))
assert compile([16, 97, 1]).match("a") and not compile([16, 97, 1]).match("b")
for code in ([], [16], [16, 97], [15, 9, 1], [11, 0, 1], [13, 5, 1], [24, 9, 0, 1, 2, 1, 1], [99, 1], [7, 3, 2, 1], [18, 1], [6, 12, 1],
             [13, 3, 8, 0, 1], [23, 4, 2, 1, 18, 1], [4, 9, 0, 1, 1], [14, 4, 1, 0, 0, 1], [12, 0, 2, 1], [28, 4, 0, 1, 18, 1], [27, 1, 1]):
    raises(RuntimeError, "invalid SRE code", compile, code)
raises(TypeError, "compile() argument 'code' must be list, not int", compile, 1)
raises(OverflowError, "regular expression code size limit exceeded", compile, [1 << 40])

# What is bound to the beginning is tried there only.
assert re.search(r"\Ay", "x" * 1000000) is None and re.search("^x", "x" * 3).end() == 1 and re.compile("^x").search("xx", 1) is None
