# RUN: %S/every-way.sh %s %t
# REQUIRES: pyvm
s = "Hello, Wörld"
print(s.upper(), s.lower(), s.title(), s.swapcase(), len(s), s[::-1], s[1:4], s[-3:], "ö" in s, s.find("W"), s.count("l"))
print("a,b,,c".split(","), " a  b ".split(), "x".join(["1", "2"]), "abc".replace("b", "BB"), " pad ".strip() + "|", "abc".center(9, "*"))
print("%5d|%-5s|%05.2f|%x|%%|%r|%s" % (42, "ab", 3.14159, 255, "q", None), "%(k)s-%(n)03d" % {"k": "key", "n": 7})
print("{} {1} {0}".format if False else "{0} {1} {0}".format("a", "b"), "{:>8}|{:<8}|{:^8}|{:*^8}".format("r", "l", "c", "f"))
print("{:,} {:_} {:.3f} {:e} {:g} {:%} {:b} {:#x} {:+d} {:08.3f}".format(1234567, 1234567, 3.14159, 12345.678, 0.0001, 0.25, 10, 255, 5, -3.14159))
print("{a.real} {b[0]} {c[k]} {!r:>6}".format("z", a=3, b=[7], c={"k": "v"}) if False else "{a.real} {b[0]} {c[k]}".format(a=3, b=[7], c={"k": "v"}))
x, w, name = 3.14159, 10, "n"
print(f"{x:.2f} {x:{w}.3f} {name!r} {name!s:>4} {x=} {x = :.1f} {{}} {'nested' + f'{w}'} {w:#06x} {1_000_000:,}")
print(repr("tab\t nl\n q' dq\" both'\" \\ \x00 \x7f é \u2028 \U0001F600"), ascii("é€😀"))
print(b"bytes\x00\xff", bytes([1, 2, 3]), b"abc"[1], b"abc"[1:], "é€".encode(), b"\xc3\xa9".decode(), b"a,b".split(b","), b"x".hex())
print("abc" < "abd", "Z" < "a", "a" * 3, "ab" "cd", "abc".startswith(("x", "a")), "abc".endswith("bc"))
print("12".zfill(5), "-12".zfill(5), "a\tb".expandtabs(4), "one\ntwo\r\nthree".splitlines(), "a-b-c".rsplit("-", 1), "a-b".partition("-"))
print("abc".isalpha(), "123".isdigit(), "a1".isalnum(), " ".isspace(), "Ab".istitle(), "x_1".isidentifier(), "ß".upper(), "ǅ".lower(), "ΑΣ".lower())
print(str(1.0), str(1e100), str(1e-7), repr(0.1), str(10**20), str(-5), str(True), str(None), str([1, "a", (2,)]), str({1: {2}}))
print("".join(sorted("hello")), "hello".index("l"), "hello".rindex("l"), "a".ljust(3) + "|", "hello".translate({104: "J", 101: None}))
print("%s %s" % ("a", [1]), "%c%c" % (65, "B"), "%.3s" % "abcdef", "%*d" % (5, 3), "%-*s|" % (5, "x"), "%g %G" % (1e-10, 1e20), "%o" % 8)
print(str.maketrans("ab", "xy"), "aabb".translate(str.maketrans("ab", "xy")), "hé".encode("latin-1"), "é".encode("ascii", "replace"))
print("{:10.4}|{:s}|{!r}".format("abcdefgh", "s", "t"), format(3, "05"), format("x", ">4"), format(2.5, ""), f"{'a':-<5}", f"{10:>+6}", f"{3:^7}")
print("ABC".casefold(), "abc".capitalize(), "removeprefix".removeprefix("remove"), "a.b.c".removesuffix(".c"), "\N{BULLET}", "\x41\u0042\103")
for i, line in enumerate("""multi
  line
text""".split("\n")):
    print(i, repr(line))
print(1, 2, sep="-", end="!\n")
print(*"abc", sep="")
