# binascii: every encoding both ways, and what malformed input does.
# RUN: %python %s
# RUN: pyvm --check-leaks %s
import binascii


def outcome(text):
    try:
        return repr(eval(text))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


for case in r"""
binascii.a2b_hex('1') -> Error: Odd-length string
binascii.a2b_hex('zz') -> Error: Non-hexadecimal digit found
binascii.a2b_hex('0a0B') -> b'\n\x0b'
binascii.a2b_hex(1) -> TypeError: argument should be bytes, buffer or ASCII string, not 'int'
binascii.a2b_hex('\xe9') -> ValueError: string argument should contain only ASCII characters
binascii.unhexlify([]) -> TypeError: argument should be bytes, buffer or ASCII string, not 'list'
binascii.a2b_base64('a') -> Error: Invalid base64-encoded string: number of data characters (1) cannot be 1 more than a multiple of 4
binascii.a2b_base64('ab') -> Error: Incorrect padding
binascii.a2b_base64('abcde') -> Error: Invalid base64-encoded string: number of data characters (5) cannot be 1 more than a multiple of 4
binascii.a2b_base64('ab=') -> Error: Incorrect padding
binascii.a2b_base64('a b-c_d') -> b'i\xb7\x1d'
binascii.a2b_base64('====') -> b''
binascii.a2b_base64('ab=c=') -> b'i\xb7'
binascii.a2b_base64('a=b=c=d') -> b'i\xb7'
binascii.a2b_base64('ab==cd') -> b'i'
binascii.a2b_base64(memoryview(b'abcd')) -> b'i\xb7\x1d'
binascii.a2b_base64('=ab=', strict_mode=True) -> Error: Leading padding not allowed
binascii.a2b_base64('ab==c', strict_mode=True) -> Error: Excess data after padding
binascii.a2b_base64('ab==\n', strict_mode=True) -> Error: Excess data after padding
binascii.a2b_base64('a b==', strict_mode=True) -> Error: Only base64 data is allowed
binascii.a2b_base64('a=b=', strict_mode=True) -> Error: Discontinuous padding not allowed
binascii.a2b_base64('ab=c=', strict_mode=True) -> Error: Discontinuous padding not allowed
binascii.a2b_base64('abcd=', strict_mode=True) -> b'i\xb7\x1d'
binascii.a2b_base64('abc==', strict_mode=True) -> Error: Excess data after padding
binascii.a2b_base64('ab=', strict_mode=1) -> Error: Incorrect padding
binascii.a2b_base64('ab==', strict_mode='x') -> TypeError: 'str' object cannot be interpreted as an integer
binascii.b2a_base64('a') -> TypeError: a bytes-like object is required, not 'str'
binascii.b2a_base64(b'') -> b'\n'
binascii.b2a_base64(b'abc', newline=False) -> b'YWJj'
binascii.b2a_uu(b'a' * 46) -> Error: At most 45 bytes at once
binascii.b2a_uu(b'a\0\0\0\0', backtick=True) -> b'%80``````\n'
binascii.b2a_uu(b'a\0\0\0\0') -> b'%80      \n'
binascii.b2a_uu(b'') -> b' \n'
binascii.b2a_uu(b'', backtick=True) -> b'`\n'
binascii.a2b_uu(b'') -> b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00'
binascii.a2b_uu(b'#86(C\n') -> b'ab#'
binascii.a2b_uu(b'#86(C\nx') -> Error: Trailing garbage
binascii.a2b_uu(b'#8\x016(C\n') -> Error: Illegal char
binascii.a2b_uu(b'#86(C  `\n') -> b'ab#'
binascii.a2b_uu(b'$86') -> b'a`\x00\x00'
binascii.b2a_hex(b'abc', '::') -> ValueError: sep must be length 1.
binascii.b2a_hex(b'abc', '') -> ValueError: sep must be length 1.
binascii.b2a_hex(b'abc', b'\xff') -> b'61\xff62\xff63'
binascii.b2a_hex(b'abc', '\u1234') -> ValueError: sep must be ASCII.
binascii.b2a_hex(b'abc', 1) -> TypeError: object of type 'int' has no len()
binascii.b2a_hex(b'abc', [1]) -> TypeError: sep must be str or bytes.
binascii.b2a_hex(b'abc', None) -> TypeError: object of type 'NoneType' has no len()
binascii.b2a_hex(b'abcd', '-', -3) -> b'616263-64'
binascii.b2a_hex(b'abcd', '-', 3) -> b'61-626364'
binascii.b2a_hex(b'abcd', '-', 0) -> b'61626364'
binascii.hexlify('a') -> TypeError: a bytes-like object is required, not 'str'
binascii.crc_hqx(b'abc', 0) -> 40406
binascii.crc_hqx(b'abc', -1) -> 20810
binascii.crc_hqx(b'abc', 1.5) -> TypeError: 'float' object cannot be interpreted as an integer
binascii.crc_hqx(b'abc', 1 << 70) -> 40406
binascii.crc32(b'') -> 0
binascii.crc32(b'abc', -1) -> 899311407
binascii.crc32(b'abc', 1 << 70) -> 891568578
binascii.crc32('abc') -> TypeError: a bytes-like object is required, not 'str'
binascii.a2b_qp('=41=\n=4x=') -> b'A=4x'
binascii.a2b_qp('_=5F', header=1) -> b' _'
binascii.a2b_qp('==') -> b'='
binascii.a2b_qp('=\r\nab=xx') -> b'ab=xx'
binascii.a2b_qp('=\r') -> b''
binascii.a2b_qp('\xe9') -> ValueError: string argument should contain only ASCII characters
binascii.a2b_qp(1) -> TypeError: argument should be bytes, buffer or ASCII string, not 'int'
binascii.b2a_qp('a') -> TypeError: a bytes-like object is required, not 'str'
binascii.b2a_qp(b'a \n. \r\n.\n\t \xff= b_c', header=True) -> b'a_\n._\n=2E\n\t_=FF=3D_b=5Fc'
binascii.b2a_qp(b'a b\t\n', True, False) -> b'a=20b=09=0A'
binascii.b2a_qp(b'x' * 80 + b'\r\n' + b'y' * 75 + b'=z \n') -> b'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx=\r\nxxxxx\r\nyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy=\r\n=3Dz=20\r\n'
binascii.b2a_qp(b'.') -> b'=2E'
binascii.b2a_qp(b'.\n..\n') -> b'=2E\n..\n'
binascii.b2a_qp(b'.\0 ') -> b'=2E=00=20'
binascii.b2a_qp(b'a\r', istext=None) -> TypeError: 'NoneType' object cannot be interpreted as an integer
""".strip().splitlines():
    text, wanted = case.split(" -> ")
    assert outcome(text) == wanted, (text, outcome(text))

# There and back, for all lengths; the digest of everything shows that it is CPython's.
crc = 0
data = bytes(i * i * 7 + (i >> 3) & 255 for i in range(2000)) + b" line \n.\r\n.x = tab\t\n" * 5
for n in range(0, 200):
    piece = data[n * 3:n * 3 + n]
    assert binascii.a2b_base64(binascii.b2a_base64(piece)) == piece == binascii.unhexlify(binascii.hexlify(piece))
    uu = b"".join(binascii.b2a_uu(piece[i:i + 45], backtick=n % 2) for i in range(0, n, 45))
    assert b"".join(binascii.a2b_uu(line) for line in uu.splitlines()) == piece
    quoted = binascii.b2a_qp(piece, n % 2, n % 3, n % 5)
    crc = binascii.crc32(quoted + uu + binascii.b2a_hex(piece, "-", n - 50), crc)
crc = binascii.crc32(binascii.b2a_qp(data[-105:]) + binascii.b2a_qp(data[-105:], True) + binascii.b2a_qp(data[-105:], header=True), crc)
crc = binascii.crc_hqx(binascii.a2b_qp(data), crc)
assert crc == 6996, crc
assert binascii.Error.__mro__[1] is ValueError and binascii.Incomplete.__mro__[1] is Exception
