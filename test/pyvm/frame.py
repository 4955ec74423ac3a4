# RUN: pyvm %s > %t.ours
# RUN: %python %s | diff %t.ours -
# RUN: pyvm --check-leaks %s > /dev/null
# Frames and tracebacks as objects: what can be set, clear(), and the constructor of tracebacks.
import sys
import types
import warnings

f = sys._getframe()
T = types.TracebackType
for a in [(None,f,1,2),(None,f,-1,2),(None,f,4,-1),(None,f,4,0),(None,f,10**12,2),(None,f,2**31,2),(None,f,1,2**31),(None,f,1,2**80),(None,f,1,True),(None, f, 1.0, 1),(None, f, 1, "x"),(1,f,1,1),(None,1,1,1)]:
    try:
        t = T(*a); print(t.tb_lasti, t.tb_lineno, t.tb_next, t.tb_frame is f)
    except Exception as e: print(type(e).__name__, e)
t = T(tb_next=None, tb_frame=f, tb_lasti=1, tb_lineno=3)
for v in (1, t, None, T(None,f,1,1)):
    try: t.tb_next = v; print(t.tb_next is None)
    except Exception as e: print(type(e).__name__, e)
try: del t.tb_next
except Exception as e: print(type(e).__name__, e)
for n in 'tb_frame','tb_lasti','tb_lineno':
    try: setattr(t,n,1)
    except Exception as e: print(type(e).__name__, e)
print(dir(t))
a=T(None,f,1,1); b=T(a,f,1,1)
try: a.tb_next=b
except ValueError as e: print(e)
try: 
    class S(T): pass
except TypeError as e: print(e)
print(dir(f))
for n in 'f_back','f_code','f_globals','f_builtins','f_locals','f_lasti','clear':
    try: setattr(f,n,1)
    except Exception as e: print(type(e).__name__, e)
for n in ('f_trace','f_trace_lines','f_trace_opcodes','f_lineno'):
    for v in (1, None, True, 'del'):
        try:
            if v=='del': delattr(f,n)
            else: setattr(f,n,v)
            print(n, v, getattr(f,n))
        except Exception as e: print(n, v, type(e).__name__, e)
        f.f_trace=None
try: f.clear()
except Exception as e: print(e)
try: f.clear(1)
except Exception as e: print(e)
try: type(f)()
except Exception as e: print(e)
print(f.__sizeof__()>0)
for a in ((100,), (-1,), ('x',), (0,0), (True,), (2**40,)):
    try: print(sys._getframe(*a) is f)
    except Exception as e: print(type(e).__name__, e)


# clear() closes a generator
def generator():
    try:
        yield
    finally:
        print("closed")


async def coroutine():
    pass


g = generator()
g.gi_frame.clear()
print(g.gi_frame, list(g))
g = generator()
next(g)
frame = g.gi_frame
frame.clear()
print(g.gi_frame, frame.f_lineno, frame.f_lasti, frame.f_back, frame.f_locals)


def clears():
    frame = sys._getframe()
    try:
        yield frame.clear()
    except RuntimeError as e:
        yield str(e)


print(next(clears()))
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    c = coroutine()
    c.cr_frame.clear()
print(caught[0].message)
c.close()
for name in "send", "throw", "close":
    print("coroutine" in getattr(c, name).__doc__)
