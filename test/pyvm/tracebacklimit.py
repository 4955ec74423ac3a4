# RUN: pyvm %s > %t.ours
# RUN: %python %s | diff %t.ours -
# RUN: pyvm --check-leaks %s > /dev/null
# sys.tracebacklimit, as what prints uncaught exceptions takes it.
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
