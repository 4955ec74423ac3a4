# RUN: diff <(pyvm %s) <(%python %s)
# Attribute instructions remember what they have met; what changes behind their back is seen all the same.
class C:
    "one"
    def f(self): return 1
def g(o): return o.__doc__, o.__module__
c = C()
print(g(c), g(c)); C.__doc__ = "two"; C.__module__ = 'x'; print(g(c))
class M(type):
    @property
    def p(cls): return 'meta'
class D(metaclass=M): p = 3
for _ in range(3): print(D.p)
import types
m = types.ModuleType('m')
def h(m): return m.a
for i in range(3):
    m.a = i; print(h(m))
m.__dict__['a'] = 9; print(h(m))
del m.a
m.__getattr__ = lambda n: n
print(h(m))
class E:
    def __getattr__(self, n): return 'ga ' + n
e = E()
def k(o): return o.zz
print(k(e)); e.zz = 1; print(k(e)); del e.zz; print(k(e))
class F:
    def m(self): return 'F'
class G(F): pass
def call(o): return o.m()
gg = G(); print(call(gg), call(gg)); F.m = lambda self: 'new'; print(call(gg)); G.m = lambda s: 'G'; print(call(gg)); del G.m; print(call(gg)); gg.m = lambda: 'i'; print(call(gg))
G.__bases__ = (C,)
try: print(call(G()))
except AttributeError as x: print(x)
class S(F):
    def m(self): return super().m() + 's'
    @classmethod
    def c(cls): return super().__name__
    def n(self):
        f = super
        return f().m()
print(S().m(), S().m(), S().n())
def q(o): o.x = 1; return o.x
class P: pass
print(q(P()), q(P())); P.x = property(lambda s: 'prop', lambda s, v: None); print(q(P()))
# In the class first and in the instance's dict then, at one place of code.
class Counter:
    count = 1
    def step(self):
        self.count += 1
        return self.count
for _ in range(3):
    k = Counter(); first = k.step(); k.__dict__
    print(first, [k.step() for _ in range(4)])
