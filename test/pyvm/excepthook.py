# RUN: pyvm %s > %t.ours
# RUN: %python %s | diff %t.ours -
# RUN: pyvm --check-leaks %s > /dev/null
# What prints uncaught exceptions: sys.tracebacklimit, suggestions, file names of syntax errors.
import sys

sys.stderr = sys.stdout


def fails():
    raise ExceptionGroup("x", [ValueError(1), KeyError(2)])


def calls():
    fails()


class Mute:
    __str__ = __repr__ = None


class Misses:
    bleach = None

    def __getattr__(self, name):
        raise AttributeError(Mute())


def shows(function):
    try:
        function()
    except Exception as e:
        sys.__excepthook__(type(e), e, e.__traceback__)


for limit in (10, 3, 2, 1, 0, -1, 10 ** 100, -10 ** 100, None, "x", True, False, 1.5):
    print("==", limit)
    sys.tracebacklimit = limit
    shows(calls)
    shows(lambda: 1 / 0)
    shows(lambda: Misses().bluech)


# the file name of a SyntaxError is whatever it is given
del sys.tracebacklimit
class Named:
    def __str__(self):
        return "named"


for name in b"bytes", 3, None, "text", Named():
    try:
        raise SyntaxError("msg", (name, 123, 0, "text"))
    except SyntaxError as e:
        sys.__excepthook__(type(e), e, None)
