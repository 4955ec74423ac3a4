# The listing, with and without caches, of one module that uses most statements.
# GOLDEN: pyc dis dis-caches code-info
# RUN: pydis %golden.pyc | diff %golden.dis -
# RUN: pydis -C %golden.pyc | diff %golden.dis-caches -
# RUN: pydis --code-info %golden.pyc | diff %golden.code-info -
# RUN: tail -c +17 %golden.pyc | pydis | diff %golden.dis -
# RUN: pydis --from=marshal < %golden.pyc; test $? = 1
"""Docstring with 'quotes' and "more" of them \x00\x7f\u1234\U0001f600 \\ \t."""
from __future__ import annotations

import os.path as path
from sys import argv, maxsize


class Base(object, metaclass=type):
    """A class."""
    attribute: int = 1

    def method(self, a, b=2, /, *args, c, d=4, **kwargs) -> int:
        nonlocal_value = 0

        def inner():
            nonlocal nonlocal_value
            nonlocal_value += 1
            return lambda x: x + nonlocal_value + a

        return super().method(inner, *args, **kwargs)

    @property
    def value(self):
        return f"{self!r:>{10}} {self.a!s} {self.b!a} {{}}"


def generator(n):
    for i in range(n):
        if i % 3 == 0 and i not in (1, 2) or i is not None:
            continue
        yield i
    else:
        x = yield from generator(n - 1)
    while n:
        n -= 1
        break
    return x


async def coroutine(items):
    async with items as i, i:
        await i
    async for j in i:
        yield j
    return


def errors(x):
    try:
        assert x > 1 <= 2, "message"
        raise ValueError(x) from None
    except (ValueError, KeyError) as e:
        del e
    finally:
        print(x, end="", file=None)
    try:
        pass
    except* OSError as group:
        raise


def matching(subject):
    match subject:
        case {"a": 1, **rest}:
            return rest
        case [x, *_, y] if x:
            return x, y
        case Base(attribute=1) | "s" | None:
            pass
    with open("f") as f, f:
        a, *b = f
        x[1:2], x.y, x[::3] = {1, 2, *b}, {**a, "k": b}, [*a, 1]
    return [i for i in a if i] + list({j: k for j, k in b}.items())


print(1 << 70, -(1 << 64), 1e300, -0.0, 1e16, 1.5e-7, 3j, -0.0 + 1j, b"by'tes\xff", ..., True, (1, (2,), ()),
      path in {"x", "y"}, 2 in {1, 2, 3, 100, (1, 2), 1.5, b"b"}, not argv, ~maxsize, "it's", '"', -5 ** 2)
global_name = [*range(3)]
global_name[0] @= global_name.attribute.method(1, key=2)
