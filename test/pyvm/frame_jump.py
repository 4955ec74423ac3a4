# RUN: pyvm %s > %t.ours
# RUN: %python %s | diff %t.ours -
# Sends functions from every line to every other by f_lineno, and prints where they went or why they may not.
# Some jumps leave an exception handled for ever: --check-leaks would tell of it.
import sys
import warnings

warnings.simplefilter("ignore")
log = []


class CM:
    def __enter__(self): log.append('enter'); return self
    def __exit__(self, *a): log.append('exit' + str(a[0])); return False


class Sup(CM):
    def __exit__(self, *a): log.append('sup' + str(a[0])); return True


def f1(n=3):
    a = []
    for i in range(n):
        if i == 1:
            a.append(i)
            continue
        a.append(-i)
    else:
        a.append('else')
    while n:
        n -= 1
        a.append(n)
    return a


def f2():
    out = []
    try:
        out.append(1)
        1 / 0
        out.append(2)
    except ZeroDivisionError as e:
        out.append(3)
        out.append(type(e))
    except (TypeError, KeyError):
        out.append(4)
    else:
        out.append(5)
    finally:
        out.append(6)
    out.append(sys.exc_info()[0])
    return out


def f3():
    out = []
    with CM() as c:
        out.append(1)
        for x in 'ab':
            out.append(x)
            with Sup():
                out.append(2)
                raise KeyError
            out.append(3)
    out.append(4)
    return out


def f4():
    out = []
    try:
        try:
            out.append(1)
            raise ValueError
        finally:
            out.append(2)
            for i in (1, 2):
                out.append(i)
    except ValueError:
        out.append(3)
        try:
            raise KeyError
        except:
            out.append(4)
        out.append(sys.exc_info()[0])
    out.append(sys.exc_info()[0])
    return out


def f5(p=(1, [2, 3])):
    out = []
    match p:
        case (1, [x, *y]):
            out.append(x)
            out.append(y)
        case {'a': z}:
            out.append(z)
        case _:
            out.append('no')
    out.append([x
        for x in range(3)
        if x])
    out.append(max(
        1,
        2,
    ))
    return out


def f6():
    def g():
        out = yield 1
        log.append(out)
        for i in 'ab':
            out = yield i
            log.append(out)
        with CM():
            yield 5
        return 9
    r = []
    for x in g():
        r.append(x)
    h = g()
    next(h)
    try:
        h.throw(KeyError)
    except KeyError:
        r.append('k')
    return r


def f7(a=1, b=None):
    out = []
    if a is not None and b is None or a:
        out.append(1)
    if b is not None:
        out.append(2)
    else:
        out.append(3)
    while True:
        a += 1
        if a > 3:
            break
        try:
            continue
        finally:
            out.append(a)
    del b
    x = (a
         if out
         else 3)
    return out, x


def f8():
    async def co():
        out = []
        async with ACM() as z:
            out.append(1)
            async for i in agen():
                out.append(i)
            out.append(2)
        out.append(await ident(5))
        return out
    c = co()
    try:
        c.send(None)
    except StopIteration as e:
        return e.value


class ACM:
    async def __aenter__(self): log.append('ae')
    async def __aexit__(self, *a): log.append('ax')


async def agen():
    yield 1
    yield 2


async def ident(x): return x


def f9():
    out = []
    try:
        out.append(1)
        raise ExceptionGroup('x', [ValueError(), KeyError()])
    except* ValueError as e:
        out.append(2)
    except* KeyError:
        out.append(3)
    out.append(4)
    return out


def run(fn, name, src, dst, event, nth=1):
    log.clear()
    ev = []
    state = {'n': 0, 'seen': 0}
    base = fn.__code__.co_firstlineno
    def tr(frame, what, arg):
        if frame.f_code.co_filename != __file__: return None
        if frame.f_code.co_name in ('__enter__','__exit__','__aenter__','__aexit__','agen','ident'): return None
        state['n'] += 1
        if state['n'] > 120: raise MemoryError('limit')
        ev.append(f'{what[:2]}{frame.f_lineno-base}.{frame.f_lasti}')
        if frame.f_code.co_name == name and what == event and frame.f_lineno - base == src:
            state['seen'] += 1
            if state['seen'] == nth:
                try:
                    frame.f_lineno = base + dst
                    ev.append(f'jumped{frame.f_lineno-base}.{frame.f_lasti}')
                except ValueError as e:
                    ev.append('VE:' + str(e))
        return tr
    sys.settrace(tr)
    try:
        r = repr(fn())
    except BaseException as e:
        r = type(e).__name__ + str(e)
    sys.settrace(None)
    print(fn.__name__, name, src, dst, event, nth, '|', ' '.join(ev), '|', r, log, sys.exc_info()[0])


FUNCTIONS = [(f1, "f1", 14), (f2, "f2", 17), (f3, "f3", 13), (f4, "f4", 20), (f5, "f5", 20), (f6, "f6", 20), (f6, "g", 11),
             (f7, "f7", 23), (f8, "f8", 16), (f8, "co", 11), (f9, "f9", 11)]
for fn, name, n in FUNCTIONS:
    first = 2 if name in ("g", "co") else -1  # CPython would make another generator in this one's place
    for src in range(n):
        for dst in range(first, n + 1):
            run(fn, name, src, dst, "line")
            if src % 3 == 0:
                run(fn, name, src, dst, "line", 2)
for dst in (2, 4, 5, 8, 10):  # what else begins with more than a value: CPython crashes
    run(f6, "g", 5, dst, "return")


def outside():
    frame = sys._getframe()
    for value in (1.5, "1", True, None, 10 ** 30, 3):
        try:
            frame.f_lineno = value
        except ValueError as e:
            print(e)
    try:
        del frame.f_lineno
    except AttributeError as e:
        print(e)


outside()
