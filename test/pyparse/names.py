# \N{...}: names, aliases, syllables and ideographs mean what unicodedata says; unknown names are refused as by CPython.
# RUN: %python %s %t.py
# RUN: pyparse --no-header %t.py | diff %t.py.ast -
import ast
import sys
import unicodedata

names = [n for c in range(0, 0x110000, 17) if (n := unicodedata.name(chr(c), ""))]
names += ["LINE FEED", "nbsp", "VS17", "ZERO WIDTH joiner", "HANGUL SYLLABLE GAG", "HANGUL SYLLABLE YI",
          "CJK UNIFIED IDEOGRAPH-4E00", "CJK UNIFIED IDEOGRAPH-3134A", "TIBETAN MARK BKA- SHOG GI MGO RGYAN"]
source = "x = [\n" + "".join(f' "\\N{{{n}}}",\n' for n in names) + "]\n"
with open(sys.argv[1], "w") as f:
    f.write(source)
with open(sys.argv[1] + ".ast", "w", encoding="utf-8", errors="surrogatepass") as f:
    f.write(ast.dump(ast.parse(source), include_attributes=True, indent=3) + "\n")
