import sys


class Shape:
    def __init__(self, name):
        self.name = name

    @property
    def label(self):
        return f"<{self.name:>8}>"

    def area(self):
        raise NotImplementedError


class Square(Shape):
    def __init__(self, side):
        super().__init__("square")
        self.side = side

    def area(self):
        return self.side ** 2


def walk(n):
    if n:
        yield n
        yield from walk(n - 1)


def kind(x):
    match x:
        case int() | float():
            return "number"
        case [first, *rest]:
            return "list of %d" % (1 + len(rest))
        case {"k": v}:
            return "map " + repr(v)
        case _:
            return "other"


print("argv", sys.argv)
print(Square(3).label, Square(4).area(), list(walk(4)))
print([kind(x) for x in (1, 2.5, [1, 2, 3], {"k": None}, "s")])
print(2 ** 100, 10 ** 20 // 7, -7 // 2, 0.1 + 0.2, 1e100, "{:,}".format(1234567))
try:
    Shape("x").area()
except NotImplementedError as e:
    print("caught", type(e).__name__)
finally:
    print("done")
print(sorted({"b": 1, "a": 2}.items(), key=lambda p: p[1]), max("hello"), sum(range(10)))
sys.exit(3)
