# RUN: pyvm %s > %t.ours
# RUN: %python %s | diff %t.ours -
# RUN: pyvm --check-leaks %s > /dev/null
# Prints every event that CPython tells a trace or profile function of.
import sys


def record(function, *args, opcodes=False, profile=False):
    print("==", function.__name__)
    lines = []
    base = function.__code__.co_firstlineno

    def show(arg):
        if arg is None or isinstance(arg, (int, str)):
            return repr(arg)
        if isinstance(arg, tuple):
            return arg[0].__name__ + ":" + str(arg[1])
        return getattr(arg, "__qualname__", type(arg).__name__)

    def tracer(frame, event, arg):
        line = frame.f_lineno and frame.f_lineno - base
        lines.append(f"{frame.f_code.co_name} {event} {line} {show(arg)}"
                     + (f" @{frame.f_lasti}" if opcodes else ""))
        frame.f_trace_opcodes = opcodes
        return tracer

    def profiler(frame, event, arg):
        lines.append(f"{frame.f_code.co_name} {event} {frame.f_lineno - base} {show(arg)}")

    (sys.setprofile if profile else sys.settrace)(profiler if profile else tracer)
    try:
        function(*args)
    except Exception as e:
        lines.append("raised " + repr(e))
    finally:
        (sys.setprofile if profile else sys.settrace)(None)
    print("\n".join(lines))


def straight():
    a = 1
    b = 2; c = 3
    pass
    return a + b


def loops():
    total = 0
    for i in range(3):
        if i == 1:
            continue
        total += i
    while total:
        total -= 1
        pass
    else:
        total = 5
    while True:
        break
    return [x for x in range(2)]


def generator():
    x = yield 1
    yield from range(2)
    return x


def generators():
    g = generator()
    next(g)
    for _ in g:
        pass
    h = generator()
    next(h)
    h.close()
    try:
        generator().throw(ValueError("thrown"))
    except ValueError:
        pass


def fails():
    raise KeyError("k")


def exceptions():
    try:
        fails()
    except KeyError as e:
        x = e
    finally:
        y = 1
    try:
        int("x")
    except ValueError:
        pass
    return 1 / 0


class Thing:
    def __init__(self, x):
        self.x = x

    def __enter__(self):
        return self

    def __exit__(self, *args):
        return True

    def double(self):
        return self.x * 2


def classes():
    t = Thing(3)
    with t:
        raise ValueError
    class Local:
        y = 1
    return (t.double()
            + Local.y)


def calls():
    "a b".split()
    len("abc")
    [].append(1)
    list(map(str, [1]))
    sorted([2, 1], key=abs)
    print(*[], end="")
    try:
        int("x", base=10)
    except ValueError:
        pass
    dict(a=1)


async def coroutine():
    return 1


def awaits():
    try:
        coroutine().send(None)
    except StopIteration:
        pass


def returning():
    yield 1
    return 2


def delegates():
    return (yield from returning())


class Delegate:
    def __iter__(self):
        return self

    def __next__(self):
        return 1

    def throw(self, *args):
        raise StopIteration(5)


def thrown():
    return (yield from Delegate())


def ends():
    for x in returning():
        pass
    for x in delegates():
        pass
    unstarted = returning()
    del unstarted
    g = delegates()
    next(g)
    try:
        g.throw(KeyError)
    except KeyError:
        pass
    g = thrown()
    next(g)
    try:
        g.throw(KeyError)
    except StopIteration as e:
        return e.value


class Told:
    def __iter__(self):
        return returning()

    def __exit__(self, *args):
        pass

    def __enter__(self):
        return self


def leaves():
    with Told() as told:
        for x in told:
            if x:
                pass
            if x is not None: pass
            for y in returning():
                undefined


def nested():
    with Told():
        with Told():
            try:
                fails()
            finally:
                a = 1


for f in straight, loops, generators, exceptions, classes, awaits, ends, leaves, nested:
    record(f)
    record(f, profile=True)
record(calls, profile=True)
record(straight, opcodes=True)
record(loops, opcodes=True)
record(ends, opcodes=True)
record(leaves, opcodes=True)
record(nested, opcodes=True)


# where frames stand: on a call's last cache while a Python function runs, where the exception came from after a with block
def places(exception):
    tb = exception.__traceback__
    while tb:
        yield tb.tb_frame.f_code.co_name, tb.tb_lineno, tb.tb_lasti, tb.tb_frame.f_lineno, tb.tb_frame.f_lasti
        tb = tb.tb_next


def caller():
    return sys._getframe(1).f_lasti


class Called:
    def __init__(self):
        self.place = sys._getframe(1).f_lasti


def standing():
    return caller(), [caller() for _ in "a"], list(map(lambda _: caller(), "a")), Called().place, caller(*[])


print(standing())
for f in leaves, nested, exceptions:
    try:
        f()
    except Exception as e:
        print(*places(e))


# what a trace function raises, and how it is switched off
def refuses(frame, event, arg):
    if event == "line":
        raise RuntimeError("no " + event)
    return refuses


def caught():
    try:
        a = 1
    except RuntimeError as e:
        return str(e), sys.gettrace()


sys.settrace(refuses)
assert sys.gettrace() is refuses
try:
    print(caught())
except RuntimeError as e:
    print("out", e, sys.gettrace())
sys.settrace(None)


def noLines(frame, event, arg):
    frame.f_trace_lines = False
    seen.append(event)
    return noLines


seen = []
sys.settrace(noLines)
straight()
sys.settrace(None)
print(seen, sys.gettrace(), sys.getprofile())


# f_lineno
def jumps():
    a = [1]
    a.append(2)
    a.append(3)
    return a


def jumper(frame, event, arg):
    if event == "line" and frame.f_lineno == jumps.__code__.co_firstlineno + 2:
        frame.f_lineno += 1
    return jumper


def check(text, line, onEvent):
    def tracer(frame, event, arg):
        if event == onEvent:
            try:
                frame.f_lineno = line
            except ValueError as e:
                print(e)
        return tracer
    sys.settrace(tracer)
    jumps()
    sys.settrace(None)


sys.settrace(jumper)
result = jumps()
sys.settrace(None)
print(result)
try:
    sys._getframe().f_lineno = 1
except ValueError as e:
    print(e)
check("before", 1, "line")
check("after", 10 ** 6, "line")
check("call", 200, "call")
check("return", 200, "return")

assert list(sys._current_frames().values()) == [sys._getframe()]
try:
    1 / 0
except ZeroDivisionError:
    assert list(sys._current_exceptions().values())[0][0] is ZeroDivisionError


# what dies with a function may not install another
class Callee:
    def __init__(self, install):
        self.install = install

    def __call__(self, *args):
        pass

    def __del__(self):
        try:
            self.install(record)
        except RuntimeError as e:
            print(e)


for install, get in (sys.settrace, sys.gettrace), (sys.setprofile, sys.getprofile):
    install(Callee(install))
    install(noLines)
    got = get()
    install(None)
    print(got.__name__, get())
