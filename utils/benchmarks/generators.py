# Generators, yield from, closures, comprehensions.
def tree(depth):
    if depth:
        yield from tree(depth - 1)
        yield depth
        yield from tree(depth - 1)


def pairs(n):
    return ((i, j) for i in range(n) for j in range(i) if (i + j) % 3 == 0)


def counter():
    total = 0

    def add(n):
        nonlocal total
        total += n
        return total

    return add


add = counter()
for i in range(300000):
    add(i)
squares = {i: i * i for i in range(100000)}
print(sum(tree(14)), sum(1 for _ in pairs(600)), add(0), len([x for x in squares.values() if x & 1]))
print(sum(map(lambda x: x + 1, filter(lambda x: x % 2, range(200000)))))
