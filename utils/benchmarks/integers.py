# Loops over small integers.
def collatz(limit):
    best = 0
    for start in range(1, limit):
        n, steps = start, 0
        while n != 1:
            n = n // 2 if n % 2 == 0 else 3 * n + 1
            steps += 1
        if steps > best:
            best = steps
    return best


def bits(limit):
    total = 0
    for i in range(limit):
        total ^= (i << 3) & 0xFFFF | i >> 2
    return total


print(collatz(12000), bits(600000))
