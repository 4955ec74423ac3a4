# GOLDEN: unparse
# RUN: pyparse --unparse %s | diff %golden.unparse -
# RUN: pyparse %s | pyparse --unparse | diff %golden.unparse -
# RUN: pyparse --emit=binary %s | pyparse --unparse | diff %golden.unparse -
"""Source from trees: precedence, quotes, f-strings, and what ast.unparse does oddly.\t'''quoted''' \\ and "more" """
from __future__ import annotations
from . import a
from ...b.c import (d as e, f)
import os.path as p, sys

x = y = 1, 2
(x), y = (1,), ()
x: int = 3
(x): int
a.b: (yield) = 4
a[1:2, ::3, ...]: "s"
a[()], a[1,], a[(1, 2)], a[:], a[b:=1], a[*b], a[*b, c] = x
x @= y ** -z ** 2
x = (-y) ** 2, -y ** 2, (a ** b) ** c, a ** b ** c, 2 ** (not a), not (a == b), not a == b
x = a - (b - c), (a - b) - c, a // b % c, (a, b) + c, a << (b + c), (a << b) + c, a | b ^ c & d, (a | b) & c
x = (a and b) and c, a and (b and c), a or b and c, (a or b) and c, a or (b or (c or d)), not (a or b)
x = a < b < c, (a < b) < c, a < (b < c), a in b, a not in b, a is not (b is c), (a if b else c) < d
x = (lambda: 0)(), lambda a, /, b=1, *c, d, e=2, **f: (yield), lambda *, a: a, lambda: (a, b), (lambda x: x) + 1
x = (a if b else c) if d else e, a if (b if c else d) else e, a if b else (c if d else e), lambda: a if b else c
x = [a := 1, (b := 2)], (y := (z := 3)), {**a, 'b': (c, d), **(e or f)}, {*a, b}, set(), {*()}
x = f(a for a in b), f((a for a in b), *c, d=1, **e), f(*a or b, **c or d), f(**a, b=1), (yield_ := 1)
x = 3 .real, 3.5.real, True.real, (-3).real, 1j.imag, 'a'.b, 1e999, -1e999, 1e999j, 1e-7, 0xff, 10 ** 100, b'\x00"\'', u'u'
x = 99999999999999999999999999999999 .__class__, None, ..., __debug__
x = [a for a, b in c if d if (lambda: e) if (f if g else h)], {a: b for a in (b if c else d) for e, in f}
x = (await_ for await_ in (a, b)), [*a, *b], (*a,), *a, b
x = 'a"b', "a'b", 'a"\'b', '\n', '\\', 'é\xa0\u2028\ud800\U0001f600\x7f\r', '''a
b'''
x = f'', f'{a}', f'{a!r:>{b}}', f'{{}}{{{a}}}', f'{a}\n\t\\', f"{a['b']}", f'''{a["b"]}{c['d']}''', f'{ {1: 2}[1]}'
x = f'{a:{b}{c!s}}', f'{(lambda: 1)}', f'{a if b else c}', f'{a, b}', f'{(yield)}', f'{a!a}', f"{'a' 'b'}", f'{f"{a}"}'
x = f'{a=}', f'{a = !r:^20}', f"it's {a}", f'"{a}"', f'''"{a}"\'''', f"{a:'}", 'x' f'{b}' 'y', f'{a}' '\N{BULLET}'
x = f"\'\"{a}", f'\'\'\'"""{a}', f'{a}\x00', f'''{a
}''', f'{a:%H:%M}', f'{(a := 5)}', f'{a:=5}', f'{a:{"x"}}', f'{not a}', f'{*a, b}', f'{-a}'
assert a, (b, c)
assert (a, b)
del a, (b, c), d[0], e.f
raise
raise A from B
global_ = 1
if a: pass
elif b: pass
else:
    if c: pass
if a:
    pass
else:
    if b: pass
    pass
while a:
    break
else:
    continue_
for a, in b, c: continue
else: pass
for (a, b) in c: pass
for a.b in *c, d: pass
with a as b, (c) as (d, e), f: pass
with (a, b): pass
with (a as b, c): pass
try: pass
except A: pass
except (B, C) as d: pass
except: raise
else: pass
finally: pass
try: pass
except* A as b:
    try: pass
    except B: pass
except* (C, D): pass


@a.b(c)
@d
class C(D, *e, f=g, **h):
    'docstring with \\ and "quotes" and \ttab'

    x: int

    async def f(self, a: int = 1, /, b: str = 'x', *args: list, c: int, d: 'e' = 2, **kwargs: dict) -> (yield):
        u"""Not
        only one line. '''"""
        async with a as b, c: await d
        async for e in f: await g ** 2, -await h, (await i).j
        else: pass
        return [k async for k in l if await m]

    def g(self): "ends with a quote\""

    def h(self, *, a, b=1): """ends with a quote\""""


class E: ''
class F(): f'no docstring'
def g(*a, b): nonlocal_ = (yield from a), (yield), (yield a, b); x = yield; x += (yield 1); return *a, b; yield (x := 1)
def h():
    def i(): nonlocal x, y; global z
match a, *b:
    case 1 | 'a' | -1 | 1+2j | None | True | a.b | -1.5: pass
    case [a, b, *_] | (c, *d) | [] | (e,): pass
    case {'a': 1, b.c: d, **rest}: pass
    case {**rest} | {}: pass
    case A() | b.C(1, x=2, y=D() as e): pass
    case (1 | 2) as x if (y := 1): pass
    case (a as b) as c: pass
    case [(1 | 2) as x, (a as y)]: pass
    case 1, 2: pass
    case *a, b: pass
    case 'a' 'b': pass
    case _: pass
