# Text streams in encodings of the codec registry: byte order marks, states, positions.
# RUN: %S/every-way.sh %s %t
# REQUIRES: pyvm
import _codecs
import _io

T, B = _io.TextIOWrapper, _io.BytesIO


def show(f, *args):
    try:
        print(ascii(f(*args)))
    except Exception as e:
        print(type(e).__name__, ascii(str(e)))


def writing(encoding, text):
    b = B()
    f = T(b, encoding, "replace", newline="")
    print(encoding, f.encoding)
    for piece in text[:5], text[5:]:
        show(f.write, piece)
    f.flush()
    data = b.getvalue()
    print(data)
    show(f.tell)
    for position in (0, 0), (0, 2):
        show(f.seek, *position)
        show(f.write, "x")
        f.flush()
        print(b.getvalue())
    return data


def reading(encoding, data):
    for chunk in 1, 3, 8192:
        f = T(B(data), encoding, newline=None)
        f._CHUNK_SIZE = chunk
        show(f.read, 3)
        show(f.tell)
        try:
            position = f.tell()
        except Exception:
            position = None
        show(f.readline)
        show(f.read)
        print(f.newlines)
        if position is not None:
            show(f.seek, position)
            show(f.readline)
            show(f.tell)
    f = T(B(data + b"\xff"), encoding)
    show(f.read)
    show(list, f)


text = "aé\n€😀\r\nzz\rend\n" * 3
for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig", "cp1252", "utf-7", "cp437", "koi8-r", "UTF8", "U8",
                 "Latin-1", "iso8859-15", "raw_unicode_escape"):
    reading(encoding, writing(encoding, text))
show(T, B(), "rot13")
show(T, B(), "nope")

for encoding in "utf-16", "utf-8-sig":
    with open("file", "w", encoding=encoding) as f:
        f.write("ab")
    with open("file", "a", encoding=encoding) as f:
        f.write("cd")
        print(f.tell())
    with open("file", "rb") as f:
        print(f.read())
    with open("file", "r+", encoding=encoding) as f:
        print(f.read(1))
        position = f.tell()
        f.seek(0)
        f.write("z")
        f.seek(position)
        print(ascii(f.read()), f.tell())
f = T(B(), "utf-8")
f.write("a")
f.reconfigure(encoding="utf-16")
f.write("b")
f.flush()
print(f.buffer.getvalue(), f.encoding)

_codecs.register_error("mine", lambda e: ("<%a>" % e.object[e.start : e.end], e.end))
print(T(B(b"a\xffb"), "utf-8", "mine").read())
for errors in "mine", "xmlcharrefreplace":
    f = T(B(), "ascii", errors)
    f.write("aéb")
    f.flush()
    print(f.buffer.getvalue())
