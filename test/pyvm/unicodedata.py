# unicodedata: every property of every character, names, normal forms; Unicode 3.2, too.
# RUN: %python %s
# RUN: pyvm --check-leaks %s
import binascii
import random
import unicodedata
from unicodedata import ucd_3_2_0


def raises(kind, text, function, *args):
    try:
        function(*args)
    except kind as error:
        assert str(error) == text, str(error)
        return
    raise AssertionError(kind)


# Checksums over all characters.
characters = [chr(c) for c in range(0x110000)]


def checksum(function):
    crc = 0
    for start in range(0, len(characters), 0x1000):
        text = "\n".join([str(function(c)) for c in characters[start:start + 0x1000]])
        crc = binascii.crc32(text.encode("utf-8", "surrogatepass"), crc)
    return crc


for name, current, old in [
    ("category", 1692353914, 640815339),
    ("bidirectional", 59700470, 2134990172),
    ("combining", 3276514118, 752985995),
    ("mirrored", 195838508, 1084741542),
    ("east_asian_width", 2928472592, 3671921760),
    ("decomposition", 458390156, 1867097706),
    ("decimal", 546211993, 44966502),
    ("digit", 2344189642, 2344189642),
    ("numeric", 3119155940, 752187399),
    ("name", 3094091800, 229081303),
]:
    for database, wanted in ((unicodedata, current), (ucd_3_2_0, old)):
        function = getattr(database, name)
        if name in ("decimal", "digit", "numeric", "name"):
            crc = checksum(lambda c: function(c, None))
        else:
            crc = checksum(function)
        assert crc == wanted, (database, name, crc)
for form, current, old in [
    ("NFC", 2163058008, 4266608355),
    ("NFD", 4047760819, 393997196),
    ("NFKC", 3977013510, 3373125696),
    ("NFKD", 3689254314, 999296936),
]:
    for database, wanted in ((unicodedata, current), (ucd_3_2_0, old)):
        normalize = database.normalize
        crc = checksum(lambda c: normalize(form, c))
        assert crc == wanted, (database, form, crc)
    # Strings of marks, letters that compose, Hangul, and others.
    pool = [chr(c) for c in [*range(0x41, 0x50), *range(0xC0, 0x180), *range(0x300, 0x370), 0x1100, 0x1161, 0x11A7, 0x11A8, 0xAC00, 0xAC1C,
                             0x9C7, 0x9BE, 0x0F71, 0x0F72, 0x212B, 0xFB01, 0x1D15E, 0x2F868, 0xF951, 0x3099, 0x304B]]
    numbers = random.Random(3)
    crc = 0
    for _ in range(3000):
        text = "".join(numbers.choices(pool, k=numbers.randrange(1, 12)))
        result = unicodedata.normalize(form, text)
        assert unicodedata.is_normalized(form, text) == (result == text) and unicodedata.is_normalized(form, result)
        crc = binascii.crc32((result + ucd_3_2_0.normalize(form, text)).encode(), crc)
    assert crc == {'NFC': 912194402, 'NFD': 981292440, 'NFKC': 1773151084, 'NFKD': 3319463695}[form], (form, crc)

# Names there and back, aliases, sequences.
for c in characters[::7]:
    name = unicodedata.name(c, "")
    if name:
        assert unicodedata.lookup(name) == c
lookup = unicodedata.lookup
assert lookup("latin small letter a") == "a" and lookup("NULL") == "\0" and lookup("VS17") == "\U000e0100" and lookup(b"SPACE") == " "
assert lookup("KEYCAP NUMBER SIGN") == lookup("keycap number sign") == "#\ufe0f\u20e3" and lookup("TAMIL SYLLABLE KSSAU") == "\u0b95\u0bcd\u0bb7\u0bcc"
assert unicodedata.name("\uf900") == "CJK COMPATIBILITY IDEOGRAPH-F900" and unicodedata.name("\ud55c") == "HANGUL SYLLABLE HAN"
raises(KeyError, "\"undefined character name 'x'\"", lookup, "x")
raises(KeyError, "\"undefined character name 'KEYCAP NUMBER SIGN'\"", ucd_3_2_0.lookup, "KEYCAP NUMBER SIGN")
raises(KeyError, "\"undefined character name 'VS17'\"", ucd_3_2_0.lookup, "VS17")
raises(KeyError, "'name too long'", lookup, "a" * 300)
raises(ValueError, "no such name", unicodedata.name, "\0")
raises(ValueError, "no such name", ucd_3_2_0.name, "\u0221")

# Arguments.
raises(ValueError, "not a decimal", unicodedata.decimal, "a")
raises(ValueError, "not a digit", unicodedata.digit, "a")
raises(ValueError, "not a numeric character", unicodedata.numeric, "a")
raises(TypeError, "category() argument must be a unicode character, not str", unicodedata.category, "ab")
raises(TypeError, "name() argument 1 must be a unicode character, not int", unicodedata.name, 1)
raises(TypeError, "a bytes-like object is required, not 'int'", lookup, 1)
raises(ValueError, "invalid normalization form", unicodedata.normalize, "nfc", "a")
raises(TypeError, "normalize() argument 2 must be str, not int", unicodedata.normalize, "NFC", 1)
raises(TypeError, "normalize expected 2 arguments, got 1", unicodedata.normalize, "NFC")
raises(TypeError, "cannot create 'unicodedata.UCD' instances", type(ucd_3_2_0))
assert unicodedata.is_normalized("X", "") and unicodedata.normalize("X", "") == ""
assert unicodedata.unidata_version == "14.0.0" and ucd_3_2_0.unidata_version == "3.2.0"
