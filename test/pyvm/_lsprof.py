# _lsprof: what the profiler counts, compared with CPython; its clocks, and cProfile on top of it.
# RUN: %python %s > %t.python
# RUN: pyvm %s > %t.pyvm
# RUN: diff %t.python %t.pyvm
# RUN: pyvm --check-leaks %s
import sys
del sys.path[0]
import _lsprof
import cProfile
import gc
import io
import pstats
import weakref


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def gen():
    yield 1
    yield 2


def work():
    fib(5)
    len('x')
    [].append(1)
    'a'.upper()
    list(gen())
    sorted([3, 1], key=lambda x: x)
    dict.fromkeys('a')
    try:
        int('x')
        [].index(1)
    except ValueError:
        pass
    try:
        raising()
    except KeyError:
        pass


def raising():
    {}['x']
    raise KeyError


def name(entry):
    return entry.code if isinstance(entry.code, str) else entry.code.co_name


def show(profiler, times=False):
    for entry in sorted(profiler.getstats(), key=name):
        calls = entry.calls and sorted((name(sub), sub.callcount, sub.reccallcount) for sub in entry.calls)
        print(name(entry), entry.callcount, entry.reccallcount, calls, entry[3:5] if times else entry.totaltime >= entry.inlinetime >= 0)


def attempt(function, *args, **kwargs):
    try:
        print(function(*args, **kwargs))
    except Exception as error:
        print(type(error).__name__, error)


p = _lsprof.Profiler()
p.enable()
print(sys.getprofile() is p)
work()
p.disable()
show(p)
print(sys.getprofile(), p.clear(), p.getstats())
for options in {'subcalls': False}, {'builtins': False}, {'subcalls': False, 'builtins': False}:
    p = _lsprof.Profiler(**options)
    p.enable()
    work()
    p.disable()
    show(p)
p.enable(True, True)
work()
p.disable()
show(p)

# clocks of one's own
ticks = 0


def tick():
    global ticks
    ticks += 1
    return ticks


for options in (tick, 0.5), (tick,), (lambda: tick() / 4,):
    p = _lsprof.Profiler(*options)
    p.enable()
    work()
    p.disable()
    show(p, True)
raised = []
sys.unraisablehook = lambda args: raised.append((args.exc_type, args.object))
p = _lsprof.Profiler(raising)
p.enable()
len('')
p.disable()
sys.unraisablehook = sys.__unraisablehook__
print(raised == [(KeyError, raising)] * len(raised), len(raised))

attempt(_lsprof.Profiler, 1, 2, 3, 4, 5)
attempt(_lsprof.Profiler, timeunit='x')
attempt(_lsprof.Profiler, foo=1)
attempt(p.enable, 1, 2, 3)
print(_lsprof.profiler_entry.__match_args__, _lsprof.profiler_subentry((1, 2, 3, 4, 5)), sorted(vars(_lsprof.Profiler)))
for method in 'enable', 'disable', 'clear', 'getstats':
    print(vars(_lsprof.Profiler)[method].__doc__, vars(_lsprof.Profiler)[method].__text_signature__)
print(_lsprof.Profiler.__doc__)


class Sub(_lsprof.Profiler):
    pass


s = Sub()
s.me = s
gone = weakref.ref(s)
del s
gc.collect()
print(gone())

profile, text = cProfile.Profile(), io.StringIO()
print(profile.runcall(fib, 10))
pstats.Stats(profile, stream=text).sort_stats('calls').print_stats()
print(text.getvalue().split(' in ')[0])
