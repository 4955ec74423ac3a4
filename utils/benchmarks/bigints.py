# Integers beyond 64 bits: factorials, powers, printing.
def factorial(n):
    result = 1
    for i in range(2, n + 1):
        result *= i
    return result


def digits(n):
    # Decimal digits of pi by the spigot of Gibbons.
    q, r, t, k, m, x, out = 1, 0, 1, 1, 3, 3, []
    while len(out) < n:
        if 4 * q + r - t < m * t:
            out.append(m)
            q, r, m = 10 * q, 10 * (r - m * t), 10 * (3 * q + r) // t - 10 * m
        else:
            q, r, t, k, m, x = q * k, (2 * q + r) * x, t * x, k + 1, (q * (7 * k + 2) + r * x) // (t * x), x + 2
    return "".join(map(str, out))


print(len(str(factorial(1500))), digits(500)[-10:], pow(3, 5000, 10 ** 50 + 7), (2 ** 2203 - 1) % 1000007)
