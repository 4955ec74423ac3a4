# Every code point's properties and case mappings, and normal forms of random strings, against CPython's own.
# RUN: %python %s %bin/unicode-dump %t
import random
import subprocess
import sys
import unicodedata

sys.path.insert(0, "/usr/lib/python3.11")
import _sre

tool, temporary = sys.argv[1:3]


def points(text):
    return ",".join(str(ord(c)) for c in text)


def properties(c):
    ch = chr(c)
    bits = [ch.isalpha(), ch.isdecimal(), ch.isdigit(), ch.isnumeric(), ch.isalnum(), ch.isspace(), ch.isprintable(),
            ch.isupper(), ch.islower(), unicodedata.category(ch) == "Lt", ch.isidentifier(),
            ("a" + ch).isidentifier(), (ch + "a").title()[-1] == "a", len(("a" + ch + "b").splitlines()) == 2]
    return (f"{c} {''.join('01'[b] for b in bits)} {unicodedata.category(ch)} {unicodedata.bidirectional(ch)} "
            f"{unicodedata.combining(ch)} {unicodedata.decimal(ch, -1)} {unicodedata.digit(ch, -1)} "
            f"{_sre.unicode_tolower(c)} {points(ch.upper())} {points(ch.lower())} {points(ch.title())} "
            f"{points(ch.casefold())}")


def fail(what, ours, theirs):
    sys.exit(f"{what}\n  ours:    {ours}\n  CPython: {theirs}")


count = 0
with subprocess.Popen([tool], stdout=subprocess.PIPE, encoding="utf-8") as process:
    for c, line in enumerate(process.stdout):
        expected = properties(c)
        if line.rstrip("\n") != expected:
            fail("properties differ", line.rstrip("\n"), expected)
        count += 1
if count != 0x110000:
    sys.exit(f"{count} code points printed")

# Strings made of what normalization touches: decomposable letters, marks, jamo, sigmas.
rng = random.Random(11)
touched = [c for c in range(0x30000) if unicodedata.decomposition(chr(c)) or unicodedata.combining(chr(c))]
touched += list(range(0x1100, 0x1200)) + list(range(0xAC00, 0xAC40)) + [0x3A3, 0x41, 0x61, 0x2E] * 200
texts = [chr(c) for c in range(0x110000) if not 0xD800 <= c < 0xE000 and (c < 0x30000 or c % 997 == 0)]
texts += ["".join(chr(rng.choice(touched)) for _ in range(rng.randrange(1, 9))) for _ in range(60000)]
with open(temporary, "w") as f:
    for text in texts:
        f.write(" ".join(f"{ord(c):x}" for c in text) + "\n")
result = subprocess.run([tool, temporary], stdout=subprocess.PIPE, encoding="utf-8", check=True).stdout.splitlines()
if len(result) != len(texts):
    sys.exit(f"{len(result)} lines for {len(texts)} texts")
for text, line in zip(texts, result):
    parts = ["".join(f"{ord(c):x} " for c in unicodedata.normalize(form, text))
             for form in ("NFC", "NFD", "NFKC", "NFKD")]
    # Only the final sigma has a lower case that depends on its place; count them among the others.
    lowered = [text[i] for i in range(len(text)) if text[i] == "\u03a3"]
    sigmas = []
    if lowered:
        marked = text.lower()
        position = 0
        for i, ch in enumerate(text):
            if ch == "\u03a3":
                sigmas.append(f"{ord(marked[position]):x} ")
                position += 1
            else:
                position += len(ch.lower())
    expected = "|".join(parts + ["".join(sigmas), unicodedata.normalize("NFKC", text).encode().hex()])
    if line != expected:
        fail("forms of " + ascii(text), line, expected)
