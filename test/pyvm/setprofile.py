# RUN: pyvm %s > %t.ours
# RUN: %python %s | diff %t.ours -
# RUN: pyvm --check-leaks %s > /dev/null
# threading.settrace() and setprofile(), and the profile events of all kinds of calls.
import sys

del sys.path[0]  # the tests beside this one have modules' names
import threading

log = []
def tr(f, e, a):
    if f.f_code.co_filename == __file__: log.append((f.f_code.co_name, e))
    return tr
def work():
    x = 1
    return x
threading.settrace(tr)
print(threading.gettrace() is tr)
t = threading.Thread(target=work); t.start(); t.join()
threading.settrace(None)
print(log); log.clear()
def pr(f, e, a):
    if f.f_code.co_filename == __file__: log.append((f.f_code.co_name, e, getattr(a,'__name__',a)))
threading.setprofile(pr)
def work2(): len('a'); return [].append(1)
t = threading.Thread(target=work2); t.start(); t.join()
threading.setprofile(None)
print(log)
log.clear()
# profile: events of all kinds
log.clear()
class K:
    def __init__(self): pass
    def m(self): return 1
    @property
    def p(self): return 2
    def __getitem__(self, i): return i
    def __add__(self, o): return 1
    def __del__(self): pass
def gen():
    yield 1
    yield 2
def prof():
    k = K(); k.m(); k.p; k[1]; k + 1
    for x in gen(): pass
    list(gen()); sorted([3,1], key=lambda v: v); max(1, 2, key=abs)
    try: int('x')
    except ValueError: pass
    str.upper('a'); 'a'.upper(); dict(a=1); K.m(k); print(end='')
    f = [].append; f(1); f(*(1,)); int.from_bytes(b'a', 'big'); "".join(x for x in 'ab')
    isinstance(1, int); type(1); object(); range(3).__len__(); {}.get(1); [1].__len__()
    try: len(1)
    except TypeError: pass
    try: len()
    except TypeError: pass
    try: f(1, 2, x=3)
    except TypeError: pass
    import math; math.sqrt(4); math.floor(2.5)
    super(K, k).__repr__ ; getattr(k, 'm')(); next(iter([1])); ''.__class__
sys.setprofile(pr); prof(); sys.setprofile(None)
for l in log: print(l)
