# RUN: %S/every-way.sh %s %t
# REQUIRES: pyvm
# What happens to exceptions that nobody can catch: the report, and hooks of the program's own.
import atexit
import sys
import weakref


class A:
    def __init__(self, text="x"):
        self.text = text

    def __del__(self):
        raise ValueError(self.text)


class BadRepr:
    def __call__(self, *args):
        raise KeyError("called")

    def __repr__(self):
        raise TypeError("no repr")


def show(args):
    print(type(args).__name__, args.exc_type, args.exc_value, args.err_msg, args.object.__qualname__, args.exc_traceback.tb_lineno)


A("plain")
sys.unraisablehook = show
A("hooked")
sys.unraisablehook = lambda args: 1 / 0
A("lost")
sys.unraisablehook = sys.__unraisablehook__
A("again")
try:
    sys.unraisablehook(1)
except TypeError as error:
    print(error)
target = type("T", (), {})()
ref = weakref.ref(target, BadRepr())
del target
atexit.register(lambda: 1 / 0)
del sys.unraisablehook
A("without a hook")
print("end")
