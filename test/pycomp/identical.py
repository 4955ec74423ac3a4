# pycomp's payload is, byte for byte, what py_compile writes in a fresh process, at each optimisation level and from each artifact.
# RUN: for o in 0 1 2; do %python -c "import py_compile, sys; py_compile.compile(sys.argv[1], sys.argv[2], optimize=int(sys.argv[3]), doraise=True)" %s %t.theirs $o && tail -c +17 %t.theirs > %t.expected && pycomp -O $o %s | tail -c +17 | cmp - %t.expected || exit 1; done
# RUN: pycomp %s > %t.pyc && pytok %s | pyparse | pycomp | cmp - %t.pyc && pytok --emit=binary %s | pyparse --emit=binary | pycomp | cmp - %t.pyc && pyparse --emit=json %s | pycomp | cmp - %t.pyc
# RUN: %python %t.pyc > %t.ours && %python %s | diff - %t.ours
"""A docstring that -O2 leaves out."""
import sys


def outer(a, /, b: int = 1, *args, c=(1, "two", 3.0), **kwargs) -> "str":
    """Another."""
    assert b, "one that -O1 leaves out"
    cell = [x * cell for cell in args for x in range(cell) if x % 2]

    def inner():
        nonlocal cell
        try:
            with open(kwargs["name"]) as f, f:
                yield from f
        except (KeyError, OSError) as e:
            cell = f"{e!r:>{10}} {b=}"
        else:
            return a
        finally:
            cell = None
    return inner, cell, lambda *, k=b: (yield)


class Made(list, metaclass=type):
    x: "int" = 1 << 70
    __slots__ = ()

    @property
    def first(self):
        return super().__getitem__(0) if self else -0.0


def same(x, y, z):
    a, a = x, y
    a, z, z, a = (x, a), y, z, x
    (x.k, _), (_, _) = y, z
    return a, z


async def later(it):
    async with it as x:
        return [await y async for y in x if y not in {1, 2, 3}]


match sys.maxsize, {"k": [1, 2]}:
    case int(n), {"k": [a, *rest], **others} if n > 1_000:
        print(a, rest, others, Made([5]).first, 2**64 - 1, "\N{BULLET}é", b"\0", 1e100, 3j, ...)
    case _:
        raise SystemExit(1)
while True:
    try:
        raise ExceptionGroup("g", [ValueError(1)])
    except* ValueError:
        print("star")
    if not (a > 1 > 0 or a is None):
        break
