# The value of StopIteration passes through next(), yield from and the iterators that pass another's end on; tracebacks
# can be made.
# RUN: %python %s
# RUN: pyvm --check-leaks %s
import sys
import types


class Stops:
    def __iter__(self):
        return self

    def __next__(self):
        raise StopIteration(42, "more")


def stop_of(function):
    try:
        function()
    except StopIteration as stop:
        return stop.value, stop.args
    raise AssertionError


for make in (Stops, lambda: enumerate(Stops()), lambda: map(str, Stops()), lambda: zip(Stops()), lambda: filter(None, Stops())):
    assert stop_of(lambda: next(make())) == (42, (42, "more")), make
    assert stop_of(lambda: make().__next__()) == (42, (42, "more")), make
    assert next(make(), "default") == "default" and list(make()) == []
assert list(zip(Stops(), Stops(), strict=True)) == []


def delegates():
    got = yield from Stops()
    yield got


assert list(delegates()) == [42]
assert StopIteration(1, 2).value == 1 and StopIteration().value is None


class NotAnError(Exception):
    def __new__(cls, *args):
        return 1


def generator():
    yield


for function in (generator().throw, lambda cls: (_ for _ in ()).throw(cls)):
    try:
        function(NotAnError)
    except TypeError as error:
        assert str(error).startswith("calling <class '__main__.NotAnError'> should have returned an instance of BaseException, not")

frame = sys._getframe()
inner = types.TracebackType(None, frame, 4, 7)
outer = types.TracebackType(inner, frame, 2, 5)
assert (outer.tb_next, outer.tb_frame, outer.tb_lasti, outer.tb_lineno) == (inner, frame, 2, 5)
try:
    types.TracebackType(1, frame, 0, 0)
except TypeError as error:
    assert str(error) == "expected traceback object or None, got 'int'"
del frame, inner, outer
