# RUN: %S/every-way.sh %s %t
# REQUIRES: pyvm
print(2**100, -(2**70), 10**30 // 7, 10**30 % 7, -7 // 2, -7 % 3, 7 // -2, divmod(-7, 2), 2**-1, 5 / 2, 6 / 3, 0.1 + 0.2)
print(12345678901234567890 * 98765432109876543210, (1 << 100) >> 98, ~5, 5 & 3, 5 | 3, 5 ^ 3, -1 & 0xFF, 1 << 64, (-5) >> 1)
print(int("ff", 16), int("0b101", 0), int("-12"), int(3.99), int(-3.99), hex(255), oct(8), bin(-5), int("1_000"), 0x_ff, 0o17, 0b11)
print(float("1e3"), float("inf"), float("-inf"), float("nan"), 1e308 * 10, 3.0, 1e16, 1e15, 123456789.123, 1.5e-5, -0.0, 0.1 + 0.7)
print(round(2.5), round(3.5), round(2.675, 2), round(1234, -2), abs(-3), pow(2, 10, 1000), pow(3, -1, 7), max(1, 2.5), min([3, 1]), sum([0.1] * 3))
print(1 == 1.0, hash(1) == hash(1.0), True + True, 3 > 2 > 1, 1 < 3 < 2, 10**400 > 1e308, 2**53 == 2.0**53, 2**53 + 1 == 2.0**53)
print((10).bit_length(), (255).to_bytes(2, "big"), int.from_bytes(b"\x01\x00", "little"), (3.5).is_integer(), (0.75).as_integer_ratio(), 1.5.hex())
print(complex(1, 2) * 2j, abs(3 + 4j), (1 + 2j).conjugate(), 1j**2)
print(sorted([3, 1.5, 2, True]), [x for x in range(20) if not x % 7], list(range(10, 0, -3)), range(5)[2], len(range(0, 100, 7)), 5 in range(0, 10, 5))
a, b = 1, 2
a, b = b, a
a += 5
b *= 3
b **= 2
a //= 4
a <<= 3
print(a, b, a if a > b else b, not a, a and b, 0 or "x", None is None)


def collatz(n):
    steps = 0
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        steps += 1
    return steps


print(max(range(1, 1000), key=collatz), collatz(97))
primes = [p for p in range(2, 60) if all(p % q for q in range(2, int(p**0.5) + 1))]
print(primes)
f = 1
for i in range(1, 60):
    f *= i
print(f, len(str(f)), f % 1000007)
x = 0.0
for i in range(1000):
    x += 1 / (i + 1)
print(x, f"{x:.10f}", x // 1, x % 1, int(x * 1000) / 1000)
print(562949953421311 + 1, 562949953421312 - 1, -562949953421312 - 1, 562949953421311 * 2, 9007199254740993 * 3, 2**49 - 1, 2**49, -(2**49))
print(10**18 // 3, 10**18 % 3, (2**64 - 1) & (2**63), (2**64) // (2**32), -(2**64) // 3, -(2**64) % 3, 7**77 // 7**70, (7**77) % (10**9 + 7))
for bad in ("1 // 0", "1 % 0", "1.0 / 0", "2 ** 'a'", "int('z')", "1 << -1", "0 ** -1", "round('x')"):
    try:
        eval(bad)
    except Exception as e:
        print(bad, "->", type(e).__name__, e)
