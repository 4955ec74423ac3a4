# RUN: %S/every-way.sh %s %t
# REQUIRES: pyvm
class Point:
    __match_args__ = ("x", "y")

    def __init__(self, x, y):
        self.x, self.y = x, y


def describe(v):
    match v:
        case 0 | 1:
            return "small"
        case int(n) if n > 100:
            return f"big {n}"
        case int() | float():
            return "number"
        case "hello":
            return "greeting"
        case str() as s:
            return f"str {s!r}"
        case []:
            return "empty"
        case [x]:
            return f"one {x}"
        case [x, y, *rest]:
            return f"seq {x} {y} {rest}"
        case {"type": "circle", "r": r, **others}:
            return f"circle {r} {others}"
        case {"k": [a, {"z": b}]}:
            return f"deep {a} {b}"
        case {}:
            return "mapping"
        case Point(0, y=yy):
            return f"on axis {yy}"
        case Point(x=xx, y=yy):
            return f"point {xx},{yy}"
        case None:
            return "none"
        case (True, _) | (_, True):
            return "unreachable"
        case _:
            return "other"


for v in (0, 1, 5, 500, 2.5, "hello", "x", [], [1], (1, 2), [1, 2, 3, 4], {"type": "circle", "r": 2, "c": "red"}, {"k": [1, {"z": 2}]},
          {}, {"q": 1}, Point(0, 5), Point(3, 4), None, object, {1, 2}, b"xy", range(3)):
    print(type(v).__name__, describe(v))


class Color:
    RED = "r"
    BLUE = "b"


def color(c):
    match c:
        case Color.RED:
            return "red"
        case Color.BLUE:
            return "blue"
    return "unknown"


print(color("r"), color("b"), color("x"))
match [1, [2, 3], {"a": 4}]:
    case [a, [b, *c], {"a": d}] if a < d:
        print(a, b, c, d)
match -3, 1 + 2j:
    case -3, complex():
        print("neg")
