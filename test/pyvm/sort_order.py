# list.sort compares what CPython compares, in the same order, and keeps every item whatever the comparisons say.
# RUN: %python %s > %t.expected
# RUN: pyvm --check-leaks %s > %t.got
# RUN: diff %t.expected %t.got
log = 0


class Item:
    def __init__(self, key, number):
        self.key, self.number = key, number

    def __lt__(self, other):
        global log
        log = (log * 31 + self.number * 7 + other.number) % 1000000007
        if self.key == "raise" or other.key == "raise":
            raise KeyError(self.number)
        return self.key < other.key


def numbers(n, seed, spread):
    out = []
    for _ in range(n):
        seed = (seed * 1103515245 + 12345) % 2147483648
        out.append(seed % spread)
    return out


def show(name, keys, **options):
    global log
    log = 0
    items = [Item(key, number) for number, key in enumerate(keys)]
    try:
        items.sort(**options)
    except KeyError as error:
        print("raised", error)
    order = 0
    for item in items:
        order = (order * 131 + item.number) % 1000000007
    print(name, len(keys), log, order, sorted(item.number for item in items) == list(range(len(keys))))


for n in (0, 1, 2, 3, 7, 31, 63, 64, 65, 100, 257, 1000, 2500):
    show("random", numbers(n, 42 + n, 1000000))
    show("few values", numbers(n, 7 + n, 5))
    show("ascending", list(range(n)))
    show("descending", list(range(n, 0, -1)))
    show("sawtooth", [i % 17 for i in range(n)])
    show("runs", sorted(numbers(n // 2, n, 10000)) + sorted(numbers(n - n // 2, n + 1, 10000), reverse=True))
    show("nearly", [i if i % 13 else i + 50 for i in range(n)])
    show("reverse", numbers(n, 3 + n, 20), reverse=True)
    show("key", numbers(n, 5 + n, 30), key=lambda item: item)
    if n > 10:
        show("raising", numbers(n - 1, 5 + n, 30) + ["raise"])


# Comparisons that contradict each other lose nothing.
class Liar:
    def __init__(self, number):
        self.number = number

    def __lt__(self, other):
        return (self.number * 7919 + other.number * 104729) % 3 == 0


for n in (10, 100, 1000):
    liars = [Liar(i) for i in range(n)]
    liars.sort()
    print(hash(tuple(liar.number for liar in liars)), sorted(liar.number for liar in liars) == list(range(n)))
print(sorted([(3, "c"), (1, "b"), (3, "a"), (1, "a"), (2, None)], key=lambda p: p[0]), sorted([(2, 1), (1, 2), (1, 1)]))
try:
    sorted([(1, None), (1, 2)])
except TypeError as error:
    print(error)
