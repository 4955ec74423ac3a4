# _symtable: the names of every scope, compared with CPython, over some modules of the standard library, too.
# RUN: %python -W ignore %s > %t.python
# RUN: pyvm -W ignore %s > %t.pyvm
# RUN: diff %t.python %t.pyvm
# RUN: pyvm --check-leaks %s
import sys
del sys.path[0]
import _symtable
import os
import symtable


def dump(table, depth=0):
    print(' ' * depth, table.name, table.type, table.lineno, table.nested, table.varnames, sorted(table.symbols.items()))
    for child in table.children:
        dump(child, depth + 1)


def show(text):
    try:
        print(text, '->', repr(eval(text)))
    except Exception as error:
        print(text, '->', type(error).__name__, error, error.args)


source = '''
from __future__ import annotations
import os
from a import b as c
x: int = [i for i in y]
def f(a, b=1, *args, k, **kw) -> int:
    global g
    nonlocal_ = 1
    def inner():
        nonlocal nonlocal_
        nonlocal_ = a
        return {i: j for i in a if i for j in (z for z in i)}, {s for s in a}
    lambda q: q + x
    return inner
class C(object):
    __priv = 1
    @property
    def m(self, __mangled):
        return __class__, super(), self.__priv
    z = {k: v for k, v in x}
    (y := 3)
async def co():
    async with x as w:
        yield w
def gen(a: int):
    yield a
    del a
    try: pass
    except E as e: pass
    match a:
        case {'k': v, **rest}: pass
'''
top = _symtable.symtable(source, 'name', 'exec')
dump(top)
print([type(child).__name__ for child in top.children], top.children[0] is top.children[0], type(top.id), sorted(vars(type(top))))
for text in '''\
dump(_symtable.symtable('x + (lambda: y)()', 'name', 'eval'))
dump(_symtable.symtable(b'# coding: latin-1\\nx = 1', b'name', 'single'))
repr(top).startswith(f'<symtable entry top({top.id}), line 0>')
_symtable.symtable('x', 'f', 'bad')
_symtable.symtable('x=', 'f', 'exec')
_symtable.symtable(5, 'f', 'exec')
_symtable.symtable('x', 5, 'exec')
_symtable.symtable('x', 'f', 5)
_symtable.symtable('x\\0', 'f', 'exec')
_symtable.symtable('x')
_symtable.symtable('def f(x):\\n global x', 'f', 'exec')
_symtable.symtable('nonlocal x', 'f', 'exec')
_symtable.symtable('from __future__ import nonsense', 'f', 'exec')
_symtable.symtable('return', 'f', 'exec').name
setattr(top, 'name', 5)
type(top)()
symtable.symtable(source, 'name', 'exec').get_children()[0].get_frees()
symtable.symtable(source, 'name', 'exec').get_children()[1].get_methods()
symtable.symtable(source, 'name', 'exec').lookup('x').is_annotated()'''.splitlines():
    show(text)
print([(name, getattr(_symtable, name)) for name in dir(_symtable) if name.isupper()], _symtable.symtable.__doc__)
for name in 'argparse', 'ast', 'dataclasses', 'enum', 'functools', 'inspect', 'typing':
    path = os.path.join(os.path.dirname(os.__file__), name + '.py')
    with open(path, 'rb') as file:
        dump(_symtable.symtable(file.read(), name, 'exec'))
