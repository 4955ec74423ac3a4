# RUN: pyvm %s > %t.ours
# RUN: %python %s | diff %t.ours -
# RUN: pyvm --check-leaks %s > /dev/null
# sys.call_tracing()
import sys
log = []
def inner(): return 1
def tr3(f, e, a):
    log.append(('3', f.f_code.co_name, e))
    return tr3
def inner2():
    sys.settrace(tr3)
    inner()
    return 2
def run(what):
    log.clear()
    state = []
    def tr2(f, e, a):
        if f.f_code.co_name in ('inner', 'outer', 'inner2'): log.append((f.f_code.co_name, e))
        if f.f_code.co_name == 'outer' and e == 'line' and not state:
            state.append(1); sys.call_tracing(what, ())
        return tr2
    sys.settrace(tr2); outer(); sys.settrace(None); print(log)
def outer():
    a = 1
    return a
def off():
    sys.settrace(None)
    inner()
def pdbish():
    sys.settrace(tr3)
    try: inner()
    finally: sys.settrace(None)
for w in inner, inner2, off, pdbish: run(w)
def bad(): raise ValueError
try: run(bad)
except ValueError: print('bad', log, sys.gettrace())
sys.settrace(None)
print(sys.call_tracing(inner, ()))
