# RUN: %S/every-way.sh %s %t
# REQUIRES: pyvm
def check(f):
    try:
        return f()
    except ZeroDivisionError as e:
        return "zero: " + str(e)
    except (KeyError, IndexError) as e:
        return f"{type(e).__name__}: {e}"
    else:
        return "else"
    finally:
        print("finally")


print(check(lambda: 1 / 0), check(lambda: {}["k"]), check(lambda: [][1]), check(lambda: 5))


class Custom(Exception):
    def __init__(self, code, *a):
        super().__init__(code, *a)
        self.code = code


try:
    try:
        raise ValueError("inner")
    except ValueError as e:
        raise Custom(7, "outer") from e
except Custom as e:
    print(repr(e), e.code, e.args, repr(e.__cause__), e.__suppress_context__)
try:
    try:
        1 / 0
    except ZeroDivisionError:
        raise KeyError("ctx")
except KeyError as e:
    print(repr(e.__context__), e.__cause__)


def nested():
    for i in range(3):
        try:
            if i == 1:
                continue
            if i == 2:
                return "returned"
        finally:
            print("cleanup", i)


print(nested())


def override():
    try:
        return 1
    finally:
        return 2


print(override())
try:
    raise Custom
except TypeError as e:
    print(e)
try:
    raise 3
except TypeError as e:
    print(e)
e = None
try:
    raise ValueError
except ValueError as e:
    pass
try:
    e
except NameError as err:
    print(err)
try:
    assert 1 == 2, "message"
except AssertionError as err:
    print("assert", err)


class Ctx:
    def __init__(self, swallow):
        self.swallow = swallow

    def __enter__(self):
        print("enter")
        return self

    def __exit__(self, t, v, tb):
        print("exit", t and t.__name__, v, tb is not None)
        return self.swallow


with Ctx(True) as a, Ctx(False):
    raise RuntimeError("swallowed")
with Ctx(False):
    print("body")
try:
    with Ctx(False):
        raise LookupError("kept")
except LookupError as err:
    print("caught", err)
try:
    raise ExceptionGroup("group", [ValueError(1), TypeError("t"), ExceptionGroup("in", [ValueError(2)])])
except* ValueError as g:
    print("values", g.exceptions)
except* TypeError as g:
    print("types", g.exceptions)
err = ValueError("noted")
err.add_note("a note")
print(err.__notes__)


def reraise():
    try:
        raise OSError(2, "No such file")
    except OSError as e:
        print(e.errno, e.strerror, type(e).__name__, e)
        raise


try:
    reraise()
except FileNotFoundError as e:
    print("again", e.args)
try:
    int("x")
except ValueError as e:
    print(e)
for bad in ("1 + 'a'", "'a' + 1", "[] + ()", "{}[[]]", "len(5)", "5()", "(1).x", "None[0]", "iter(4)", "a, b = 1, 2, 3",
            "a, b = 1,", "[1, 2][5]", "(1, 2)['x']", "'abc'[10]", "float('q')", "chr(-1)", "ord('ab')", "1 < 'a'", "min([])",
            "int('12', 99)", "range(1, 2, 0)", "'%d' % 'x'", "'{}{}'.format(1)", "'{x}'.format()", "next(iter([]))", "sum(['a'])"):
    try:
        exec(bad)
    except Exception as e:
        print(f"{bad}: {type(e).__name__}: {e}")
