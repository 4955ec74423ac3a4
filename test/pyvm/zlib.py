# zlib: whole strings and streams, dictionaries, limits, checksums, errors; gzip and zipfile on top.
# RUN: %python %s
# RUN: pyvm --check-leaks %s
import sys

del sys.path[0]
import copy
import gzip
import io
import random
import zipfile
import zlib


def outcome(text):
    try:
        return repr(eval(text))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


x = zlib.compress(b"hello" * 100)
c, d = zlib.compressobj(), zlib.decompressobj()
c2, d2, d3 = zlib.compressobj(), zlib.decompressobj(), zlib.decompressobj()
zd = b"hello"
cz = zlib.compressobj(zdict=zd)
y = cz.compress(b"hello hello") + cz.flush()
for case in r"""
zlib.compress('a') -> TypeError: a bytes-like object is required, not 'str'
zlib.compress(b'a', 10) -> error: Bad compression level
zlib.compress(b'a', level=3, wbits=-15) -> b'K\x04\x00'
zlib.decompress(b'a') -> error: Error -5 while decompressing data: incomplete or truncated stream
zlib.decompress(b'') -> error: Error -5 while decompressing data: incomplete or truncated stream
zlib.decompress(x[:-1]) -> error: Error -5 while decompressing data: incomplete or truncated stream
zlib.decompress(x + b'tail') == b'hello' * 100 -> True
zlib.decompress(x, bufsize=-1) -> ValueError: bufsize must be non-negative
zlib.decompress(b'abc', 99) -> error: Error -2 while preparing to decompress data: inconsistent stream state
zlib.decompress(x, bufsize='a') -> TypeError: 'str' object cannot be interpreted as an integer
zlib.adler32(b'abc') -> 38600999
zlib.adler32(b'abc', -1) -> 42074420
zlib.adler32(b'') -> 1
zlib.crc32(b'abc', 1 << 40) -> 891568578
zlib.adler32('a') -> TypeError: a bytes-like object is required, not 'str'
zlib.compressobj(10) -> ValueError: Invalid initialization option
zlib.compressobj(level=1, method=9) -> ValueError: Invalid initialization option
zlib.compressobj(wbits=99) -> ValueError: Invalid initialization option
zlib.compressobj(memLevel=0) -> ValueError: Invalid initialization option
zlib.compressobj(strategy=9) -> ValueError: Invalid initialization option
zlib.compressobj(zdict='x') -> TypeError: a bytes-like object is required, not 'str'
type(zlib.compressobj(zdict=b'xxx')) -> <class 'zlib.Compress'>
c.compress('a') -> TypeError: a bytes-like object is required, not 'str'
c.compress(b'aaa') -> b'x\x9c'
c.flush(99) -> error: Error -2 while flushing: inconsistent stream state
c.flush(0) -> b''
c.flush() -> b'KLL\x04\x00\x02I\x01$'
c.flush() -> error: Error -2 while flushing: inconsistent stream state
c.compress(b'a') -> error: Error -2 while compressing data: inconsistent stream state
c.copy() -> ValueError: Inconsistent stream state
d.decompress('a') -> TypeError: a bytes-like object is required, not 'str'
d.decompress(b'x') -> b''
zlib.decompressobj(99) -> ValueError: Invalid initialization option
zlib.decompressobj(zdict='x') -> TypeError: zdict argument must support the buffer protocol
type(zlib.decompressobj(wbits=15, zdict=b'')) -> <class 'zlib.Decompress'>
d.unused_data -> b''
d.unconsumed_tail -> b''
d.eof -> False
d.decompress(b'a', -1) -> ValueError: max_length must be non-negative
zlib.decompressobj().flush(0) -> ValueError: length must be greater than zero
zlib.decompressobj().flush() -> b''
type(zlib.decompressobj().copy()) -> <class 'zlib.Decompress'>
type(d)() -> TypeError: cannot create 'zlib.Decompress' instances
type(c)() -> TypeError: cannot create 'zlib.Compress' instances
zlib.error.__mro__ -> (<class 'zlib.error'>, <class 'Exception'>, <class 'BaseException'>, <class 'object'>)
d2.decompress(x + b'tail', 10) -> b'hellohello'
len(d2.unconsumed_tail) -> 11
d2.unused_data -> b''
len(d2.flush()) -> 490
d2.unused_data -> b'tail'
d2.eof -> True
d2.unconsumed_tail -> b'tail'
d2.decompress(b'more') -> error: Error -2 while decompressing data: inconsistent stream state
d2.unused_data -> b'tail'
d3.decompress(x + b'one', max_length=500) == b'hello' * 100 -> True
d3.decompress(b'two') -> b''
d3.unused_data -> b'onetwo'
zlib.decompressobj(zdict=zd).decompress(y) -> b'hello hello'
zlib.decompress(y) -> error: Error 2 while decompressing data
zlib.decompressobj(zdict=b'wrong').decompress(y) -> error: Error -3 while setting zdict: invalid input data
zlib.decompressobj(wbits=-15, zdict=b'abc').decompress(b'') -> b''
zlib.decompressobj().decompress(b'xyz123') -> error: Error -3 while decompressing data: incorrect header check
zlib.decompressobj(wbits=31).decompress(b'xyz123') -> error: Error -3 while decompressing data: incorrect header check
copy.deepcopy(d3).unused_data -> b'onetwo'
""".strip().splitlines():
    text, wanted = case.split(" -> ")
    assert outcome(text) == wanted, (text, outcome(text))

# There and back: sizes, levels, containers, pieces.
numbers = random.Random(5)
for size in (0, 1, 100, 16383, 16384, 16385, 70000, 300000):
    data = bytes(numbers.choices(b"abcdefgh\0\xff", k=size))
    for level, wbits in ((-1, 15), (0, 15), (9, 31), (1, -15), (6, 9)):
        packed = zlib.compress(data, level, wbits)
        assert zlib.decompress(packed, wbits) == zlib.decompress(packed, wbits=wbits, bufsize=1) == data
        compressor = zlib.compressobj(level, zlib.DEFLATED, wbits)
        pieces = b"".join(compressor.compress(data[i:i + 5000]) for i in range(0, size, 5000)) + compressor.flush()
        decompressor = zlib.decompressobj(wbits)
        out, rest = b"", pieces + b"tail"
        while not decompressor.eof:
            out += decompressor.decompress(rest[:1000], 777)
            rest = decompressor.unconsumed_tail + rest[1000:]
        assert out == data and (decompressor.unused_data + rest).endswith(b"tail")
compressor = zlib.compressobj()
first = compressor.compress(b"a" * 1000) + compressor.flush(zlib.Z_SYNC_FLUSH)
other = copy.copy(compressor)
assert zlib.decompress(first + compressor.compress(b"x") + compressor.flush()) == b"a" * 1000 + b"x"
assert zlib.decompress(first + other.compress(b"y") + other.flush()) == b"a" * 1000 + b"y"

# The modules on top.
assert gzip.decompress(gzip.compress(b"text" * 50)) == b"text" * 50
stream = io.BytesIO()
with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
    archive.writestr("name", b"content" * 100)
assert zipfile.ZipFile(stream).read("name") == b"content" * 100 and zipfile.ZipFile(stream).testzip() is None
with gzip.open(stream := io.BytesIO(), "wt") as file:
    file.write("line\n" * 3)
assert gzip.open(io.BytesIO(stream.getvalue()), "rt").readlines() == ["line\n"] * 3
