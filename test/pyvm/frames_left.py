# RUN: pyvm --check-leaks %s
# RUN: %python %s
"""Where a frame object says that its frame was, after the frame has been left; code that does not fit."""
import sys

frame = None


def look():
    global frame
    frame = sys._getframe(1)


def line_of(function):
    try:
        function()
    except ZeroDivisionError:
        pass
    return frame.f_lineno - function.__code__.co_firstlineno


def implicit(x=0):
    look()
    if x:
        pass


def explicit():
    look()
    x = 1
    return x


def generator():
    look()
    yield 1
    x = 2


def other_except():
    look()
    try:
        1 / 0
    except TypeError:
        pass


def in_finally():
    look()
    try:
        1 / 0
    finally:
        x = 3


def named():
    look()
    try:
        1 / 0
    except Exception as e:
        1 / 0


assert line_of(implicit) == 2
assert line_of(explicit) == 3
list(generator())
assert frame.f_lineno == generator.__code__.co_firstlineno + 3
assert line_of(other_except) == 4
assert line_of(in_finally) == 5
assert line_of(named) == 5

# A location table is free: what it does not cover has no line.
code = explicit.__code__
bare = code.replace(co_linetable=b"")
assert list(bare.co_lines()) == list(bare.co_positions()) == [] and bare.co_lnotab == b""
assert bare != code
explicit.__code__ = bare
assert explicit() == 1 and frame.f_lineno is None
assert code.replace(co_linetable=b"\xff").co_lnotab == b""
# So is what will never run.
assert code.replace(co_stacksize=0).co_stacksize == 0
assert code.replace(co_freevars=("free",)).co_freevars == ("free",)
assert code.replace(co_code=generator.__code__.co_code).co_consts == code.co_consts
if sys.implementation.name == "coil":  # CPython comes to its end here
    implicit.__code__ = implicit.__code__.replace(co_stacksize=0)
    try:
        implicit()
    except SystemError as e:
        assert str(e) == "bad bytecode in implicit: offset 2: the stack grows beyond co_stacksize 0", e
    else:
        raise AssertionError

# A traceback keeps the very offset that it is made with.
import types
tb = types.TracebackType(None, sys._getframe(), 1, 2)
assert (tb.tb_lasti, tb.tb_lineno) == (1, 2)

# frame.clear() of a generator's frame ends the generator; of a coroutine that was never started, it tells so.
import warnings


def suspended():
    try:
        yield 1
    finally:
        seen.append("closed")


seen = []
g = suspended()
next(g)
g.gi_frame.clear()
assert seen == ["closed"] and g.gi_frame is None


async def never():
    pass


with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    c = never()
    c.cr_frame.clear()
    c.close()
assert [str(w.message) for w in caught] == ["coroutine 'never' was never awaited"], caught

# Code that is made for a namespace, called as a function, has its globals for one.
namespace = {}
types.FunctionType(compile("x = 1\nassert locals() is globals()\ndel x\ny = 2", "", "exec"), namespace)()
assert "x" not in namespace and namespace["y"] == 2


# A comparison method that cannot be had is none.
class NoMethod:
    __eq__ = property(lambda self: 1 / 0)


assert NoMethod() != NoMethod()

import marshal
text = sys.intern("this is interned")
assert marshal.loads(marshal.dumps(text)) is text
