# code objects made from their parts: code(...) and code.replace(...).
# RUN: %python %s
# RUN: pyvm --check-leaks %s
import types


def f(a, b=1, /, c=2, *args, d=3, **kwargs):
    inner = lambda: (a, total)
    total = a + b + c
    return inner(), d


def outer():
    x = 1

    def inner():
        return x

    return inner


def raises(kind, text, function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except kind as error:
        assert str(error) == text, str(error)
        return
    raise AssertionError(kind)


def same(a, b):
    names = [n for n in dir(a) if n.startswith("co_") and not callable(getattr(a, n))]
    return all(getattr(a, n) == getattr(b, n) for n in names) and a == b


code = f.__code__
assert same(code.replace(), code) and code.replace() is not code
inner = outer().__code__
assert same(inner.replace(), inner) and inner.co_freevars == ("x",)

# Other parts.
g = types.FunctionType(code.replace(co_name="g", co_qualname="q.g", co_filename="elsewhere.py", co_firstlineno=100), globals())
g.__defaults__, g.__kwdefaults__ = f.__defaults__, f.__kwdefaults__
assert g(1) == f(1) == ((1, 4), 3) and g.__code__.co_name == "g" and g.__name__ == "g" and g.__code__.co_filename == "elsewhere.py"
marker = object()
one = (lambda: 1).__code__
assert types.FunctionType(one.replace(co_consts=(None, marker)), {})() is marker
coroutine = types.coroutine(lambda: (yield 1))
assert coroutine.__code__.co_flags & 0x100

# From nothing but parts.
parts = [
    getattr(code, "co_" + name)
    for name in "argcount posonlyargcount kwonlyargcount nlocals stacksize flags code consts names varnames filename name "
    "qualname firstlineno linetable exceptiontable freevars cellvars".split()
]
assert same(types.CodeType(*parts), code)

# What is refused.
raises(ValueError, "co_argcount must be a positive integer", code.replace, co_argcount=-2)
raises(ValueError, "code: co_varnames is too small", code.replace, co_varnames=("a",))
raises(ValueError, "code: co_nlocals != len(co_varnames)", code.replace, co_nlocals=50)
raises(ValueError, "code: co_code is malformed", code.replace, co_code=b"a")
raises(TypeError, "replace() argument 'co_filename' must be str, not int", code.replace, co_filename=3)
raises(TypeError, "replace() argument 'co_consts' must be tuple, not list", code.replace, co_consts=[1])
raises(TypeError, "code expected at least 16 arguments, got 1", types.CodeType, 1)
raises(SystemError, "non-string found in code slot", code.replace, co_names=(1,))

# What it says of itself.
assert code._varname_from_oparg(0) == "a"
raises(IndexError, "tuple index out of range", code._varname_from_oparg, 100)
lines = {line for _, _, line in code.co_lines()}
assert lines - {None} == {7, 8, 9, 10}, lines
assert isinstance(code.co_lnotab, bytes) and sum(code.co_lnotab[::2]) <= len(code.co_code)
