# RUN: pyvm %s > %t.ours
# RUN: %python %s | diff %t.ours -
# RUN: pyvm --check-leaks %s > /dev/null
# f_locals and locals(): one dict a frame, brought up to date when asked for, and read back after a trace function.
import sys
def f(a):
    x = locals()
    assert locals() is x is sys._getframe().f_locals
    b = 1
    print(sorted(x))
    locals()
    print({k: v for k, v in x.items() if k != 'x'})
    exec("zz = 5")
    print(sorted(locals()))
    del b
    print(sorted(locals()))
    def g(): return a, f
    class C:
        y = a
        z = sorted(locals())
        def m(self): return __class__
        w = sorted(locals())
    print(C.z, C.w)
    return sorted(g.__code__.co_freevars), sorted(x)
print(f(3))
def tr(frame, event, arg):
    if frame.f_code.co_name == 'h' and event == 'line':
        l = frame.f_locals
        if frame.f_lineno == frame.f_code.co_firstlineno + 2: l['p'] = 10; l['c'] = 20; l['fresh'] = 3; l.pop('gone', None)
    return tr
def h(p, c, gone=1):
    q = 0
    def inner():
        return c
    c = c + 1
    return p, q, inner(), sorted(sys._getframe().f_locals), 
sys.settrace(tr)
try: print(h(1, 2))
except Exception as e: print(repr(e))
sys.settrace(None)
def h2(p):
    gone = 1
    x = 1
    try:
        return gone
    except UnboundLocalError as e:
        return str(e)
def tr2(frame, event, arg):
    if event == 'line' and frame.f_code.co_name == 'h2':
        if 'gone' in frame.f_locals: del frame.f_locals['gone']
    return tr2
sys.settrace(tr2)
print(h2(1))
sys.settrace(None)
def prof(frame, event, arg):
    if event == 'call' and frame.f_code.co_name == 'h3': frame.f_locals['p'] = 99
def h3(p): return p
sys.setprofile(prof); r = h3(1); sys.setprofile(None)
print(r)
def gen():
    a = 1
    yield locals()
    b = 2
    yield sys._getframe()
    yield
g = gen(); d = next(g); print(d); fr = next(g); print(fr.f_locals is d, d); next(g); print(fr.f_locals, fr.f_locals is d)
list(g); print(fr.f_locals, d)
[print(sorted(locals())) for i in [1]]
def ex():
    a = 1
    exec('a = 2; b = 3')
    return a, locals()['b'] if 'b' in locals() else None, eval('a'), eval('b')
try: print(ex())
except NameError as e: print(e)
def nested():
    x = 1
    def inner():
        y = x
        return locals()
    d = inner(); return d
print(nested())
