# Dictionaries, lists and sets.
def sieve(n):
    flags = [True] * (n + 1)
    for i in range(2, int(n ** 0.5) + 1):
        if flags[i]:
            flags[i * i::i] = [False] * len(range(i * i, n + 1, i))
    return sum(flags) - 2


def histogram(n):
    table = {}
    for i in range(n):
        key = (i * 7919) % 1009
        if key in table:
            table[key] += 1
        else:
            table[key] = 1
    return len(table), max(table.values())


def matrix(n):
    a = [[i * j % 7 for j in range(n)] for i in range(n)]
    b = [[i + j for j in range(n)] for i in range(n)]
    c = [[0] * n for _ in range(n)]
    for i in range(n):
        for j in range(n):
            total = 0
            for k in range(n):
                total += a[i][k] * b[k][j]
            c[i][j] = total
    return sum(map(sum, c))


evens = set(range(0, 200000, 2))
threes = set(range(0, 200000, 3))
print(sieve(500000), histogram(400000), matrix(70), len(evens & threes), len(evens | threes))
