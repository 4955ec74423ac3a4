# RUN: %S/every-way.sh %s %t
# REQUIRES: pyvm
def counter(start=0):
    n = start

    def bump(by=1):
        nonlocal n
        n += by
        return n

    def peek():
        return n

    return bump, peek


bump, peek = counter(10)
print(bump(), bump(5), peek())
fs = [lambda i=i: i * i for i in range(4)]
gs = [lambda: i for i in range(4)]
print([f() for f in fs], [g() for g in gs])


def outer():
    x = "outer"

    def middle():
        def inner():
            return x
        return inner
    f = middle()
    x = "changed"
    return f()


print(outer())
total = 0


def add(n):
    global total
    total += n


for k in range(5):
    add(k)
print(total)


def unbound():
    print(later)
    later = 1


try:
    unbound()
except UnboundLocalError as e:
    print(type(e).__name__, e)


def free():
    def f():
        return z
    try:
        f()
    except NameError as e:
        print(type(e).__name__, e)
    z = 1
    return f()


print(free())
try:
    undefined_name
except NameError as e:
    print(e, e.name)


def decorate(prefix):
    def wrap(f):
        def inner(*a):
            return prefix + str(f(*a))
        inner.__name__ = f.__name__
        return inner
    return wrap


@decorate("<")
@decorate(">")
def twice(x):
    return x * 2


print(twice(4), twice.__name__)


def fact(n):
    return 1 if n < 2 else n * fact(n - 1)


print(fact(20), fact(40))
compose = lambda *fs: (lambda x: x if not fs else compose(*fs[:-1])(fs[-1](x)))
print(compose(str, abs, lambda v: v - 10)(3))
