# The tree of one module that uses all of the grammar, from every artifact.
# GOLDEN: ast ast-plain
# RUN: pyparse --no-header %s | diff %golden.ast -
# RUN: pyparse --no-header --no-attributes %s | diff %golden.ast-plain -
# RUN: pytok %s | pyparse --no-header | diff %golden.ast -
# RUN: pytok --emit=binary %s | pyparse --no-header | diff %golden.ast -
# RUN: pytok --emit=json %s | pyparse --no-header | diff %golden.ast -
# RUN: pyparse %s | pyparse --no-header | diff %golden.ast -
# RUN: pyparse --emit=binary %s | pyparse --no-header | diff %golden.ast -
# RUN: pyparse --emit=json %s | pyparse --no-header | diff %golden.ast -
import os, sys as s
from . import x
from ..a.b import (c as d, e,)
def f(a, b=1, /, c: int=2, *args: 'x', d, e=3, **kw) -> int:
    """doc"""
    return a + b * c ** -d if e else not kw
class A(B, metaclass=C):
    x: int = 3
    (y): str
    @property
    def z(self): return [i for i in range(10) if i % 2], {1: 2, **a}, {1, 2}, {k: v for k, v in z}
async def g():
    async with a as b, c: await x
    async for i in y: yield i
    return [x async for x in y]
with (open('a') as f, open('b') as g,): pass
with (a): pass
with (yield): pass
try:
    1
except (A, B) as e: raise X from e
except: pass
else: x = 1;
finally: pass
try: pass
except* A: pass
match x:
    case {"a": 1, **rest} if y: pass
    case [1, *_, -2+3j] | (4 as z): pass
    case A.B(1, x=2): pass
    case None | _: pass
match = 3
match(x)
print(f"a{x!r:>{w}}b{y=}" "c", u'x', b'a\n')
a[1:2, ::3] = b, *c = d
a[*b]
x = yield
lambda x, *y, z=1: (x := 3)
if a: pass
elif b: pass
elif c: pass
else: pass
for x, *y in z: break
else: continue
del a, (b, c), d[0]
global q, r
assert x, y
a @= b
1e100, 0xFFFFFFFFFFFFFFFFFF, 12345678901234567890123, 1_000, 0o17, 1j, 1e400
é = 'ñ' if 0 else "\ud800\U0001F600"
x < y <= z is not w not in v
f(*a, b=1, *c, **d)
f(x for x in y)
while 1: pass
