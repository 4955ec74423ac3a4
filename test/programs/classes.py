# RUN: %S/every-way.sh %s %t
# REQUIRES: pyvm
class Base:
    count = 0
    registry = []

    def __init_subclass__(cls, tag=None, **kw):
        super().__init_subclass__(**kw)
        cls.registry.append((cls.__name__, tag))

    def __init__(self, x):
        self.x = x
        Base.count += 1

    def who(self):
        return f"Base({self.x})"

    @classmethod
    def make(cls, x):
        return cls(x)

    @staticmethod
    def helper(a, b):
        return a + b

    def __repr__(self):
        return f"{type(self).__name__}({self.x!r})"

    def __eq__(self, other):
        return isinstance(other, Base) and self.x == other.x

    def __hash__(self):
        return hash(self.x)

    def __lt__(self, other):
        return self.x < other.x


class Left(Base, tag="l"):
    def who(self):
        return "Left+" + super().who()


class Right(Base, tag="r"):
    def who(self):
        return "Right+" + super().who()


class Both(Left, Right):
    def who(self):
        return "Both+" + super().who()


b = Both.make(3)
print(b, b.who(), Base.count, Base.registry)
print([c.__name__ for c in Both.__mro__], Both.__bases__)
print(b == Base(3), b != Base(4), hash(b) == hash(3), sorted([Base(3), Base(1), Base(2)]))
print(Base.helper(1, 2), b.helper("a", "b"))
print(isinstance(b, Right), issubclass(Both, Left), isinstance(3, (str, int)))


class Temp:
    def __init__(self, c):
        self._c = c

    @property
    def f(self):
        "Fahrenheit."
        return self._c * 9 / 5 + 32

    @f.setter
    def f(self, v):
        self._c = (v - 32) * 5 / 9

    @f.deleter
    def f(self):
        del self._c


t = Temp(100)
print(t.f, Temp.f.__doc__)
t.f = 32
print(t._c)
del t.f
print(hasattr(t, "_c"))
try:
    t.g
except AttributeError as e:
    print(e)


class Slotted:
    __slots__ = ("a", "b")

    def __init__(self):
        self.a = 1


s = Slotted()
print(s.a, hasattr(s, "b"))
try:
    s.c = 1
except AttributeError as e:
    print(e)


class Meta(type):
    def __new__(mcls, name, bases, ns, **kw):
        ns["added"] = len(ns)
        return super().__new__(mcls, name, bases, ns)

    def __call__(cls, *a):
        obj = super().__call__(*a)
        obj.made = True
        return obj

    def __len__(cls):
        return 42


class WithMeta(metaclass=Meta):
    y = 1


print(WithMeta().made, len(WithMeta), type(WithMeta).__name__, WithMeta.added > 0)


class Dyn:
    def __getattr__(self, name):
        if name.startswith("x"):
            return name * 2
        raise AttributeError(name)

    def __setattr__(self, name, value):
        object.__setattr__(self, "_" + name, value)

    def __call__(self, *a, **k):
        return a, k

    def __getitem__(self, key):
        return key

    def __len__(self):
        return 3

    def __contains__(self, v):
        return v == 1

    def __bool__(self):
        return False


d = Dyn()
d.q = 5
print(d.xy, d._q, d(1, k=2), d[1:2, ...], len(d), 1 in d, bool(d), not d)
print(type("Made", (Base,), {"z": 1})(9).z)


class Vec:
    def __init__(self, *v):
        self.v = v

    def __add__(self, o):
        return Vec(*(a + b for a, b in zip(self.v, o.v)))

    def __mul__(self, k):
        return Vec(*(a * k for a in self.v))

    __rmul__ = __mul__

    def __matmul__(self, o):
        return sum(a * b for a, b in zip(self.v, o.v))

    def __iadd__(self, o):
        self.v = (self + o).v
        return self

    def __neg__(self):
        return self * -1

    def __iter__(self):
        return iter(self.v)

    def __repr__(self):
        return "Vec%r" % (self.v,)


v = Vec(1, 2)
v += Vec(1, 1)
print(v, 3 * v, v * 2, v @ v, -v, list(v), [*v, *v])
try:
    v + 1
except AttributeError as e:
    print(e)
try:
    v - v
except TypeError as e:
    print(e)


class Descriptor:
    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, obj, cls=None):
        return self if obj is None else obj.__dict__.get(self.name, "unset")

    def __set__(self, obj, value):
        obj.__dict__[self.name] = value * 2


class Uses:
    field = Descriptor()


u = Uses()
print(u.field, Uses.field.name)
u.field = 4
print(u.field, vars(u), u.__class__, Uses.__name__, Uses.__qualname__, Uses.__module__)
