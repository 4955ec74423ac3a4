# RUN: %S/every-way.sh %s %t
# REQUIRES: pyvm
def count(n):
    i = 0
    while i < n:
        got = yield i
        if got:
            print("got", got)
        i += 1
    return "done"


g = count(3)
print(next(g), g.send("hello"), next(g))
try:
    next(g)
except StopIteration as e:
    print("stop", e.value)


def delegate():
    result = yield from count(2)
    print("result", result)
    yield from [10, 20]
    yield from (x * x for x in range(3))


print(list(delegate()))


def closing():
    try:
        yield 1
        yield 2
    except GeneratorExit:
        print("closed")
        raise
    finally:
        print("final")


c = closing()
print(next(c))
c.close()
c = closing()
next(c)
del c


def catcher():
    while True:
        try:
            yield "ready"
        except ValueError as e:
            print("caught", e)


k = catcher()
next(k)
print(k.throw(ValueError("thrown")))
try:
    k.throw(KeyError("out"))
except KeyError as e:
    print("escaped", e)


def fib():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b


def take(n, it):
    for x, _ in zip(it, range(n)):
        yield x


print(list(take(10, fib())), sum(x for x in take(20, fib()) if x % 2))
print([x + y for x in range(3) for y in "ab" if False] or [f"{x}{y}" for x in range(3) for y in "ab" if x != 1])
print({x % 3 for x in range(10)}, {k: v for k, v in zip("abc", range(3))}, dict.fromkeys("xyz", 0))


def walk(tree):
    if tree:
        left, v, right = tree
        yield from walk(left)
        yield v
        yield from walk(right)


print(list(walk(((None, 1, None), 2, ((None, 3, None), 4, None)))))


class Iter:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        if not self.n:
            raise StopIteration
        self.n -= 1
        return self.n


print(list(Iter(4)), max(Iter(3)), 2 in Iter(5), [*Iter(2)], tuple(Iter(2)))
it = iter([1, 2, 3])
for x in it:
    print(x, next(it, "none"))


def bad():
    yield 1
    raise StopIteration("no")


try:
    list(bad())
except RuntimeError as e:
    print(e, repr(e.__cause__))
first, *rest = count(4)
print(first, rest)
print(list(map(lambda a, b: a * b, [1, 2, 3], [4, 5, 6])), list(filter(None, [0, 1, "", "a"])), list(enumerate("ab", 5)))
print(list(zip(*[[1, 2], [3, 4]])), list(reversed([1, 2, 3])), any(x > 2 for x in [1, 2, 3]), all([]))


async def coro(x):
    return x + 1


async def main():
    return await coro(1) + await coro(2)


m = main()
try:
    m.send(None)
except StopIteration as e:
    print(e.value)


# throw() chains what it throws to what the generator handles, not to what its caller does.
def finally_raises(error):
    try:
        yield
    finally:
        raise error


def contexts(error):
    found = []
    while error:
        found.append(str(error))
        error = error.__context__
    return found


waiting = [finally_raises(ValueError(n)) for n in (2, 3, 4)]
for generator in waiting:
    next(generator)
try:
    raise ValueError(1)
except ValueError as caught:
    current = caught
    for generator in waiting:
        try:
            generator.throw(current)
        except ValueError as new:
            print(contexts(new))
            current = new
