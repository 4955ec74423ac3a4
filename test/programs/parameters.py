# RUN: %S/every-way.sh %s %t
# REQUIRES: pyvm
def plain(a, b=2, *args, c, d=4, **kw):
    return a, b, args, c, d, sorted(kw.items())


def positional(a, b, /, c, *, d):
    return (a, b, c, d)


print(plain(1, c=3))
print(plain(1, 2, 3, 4, c=5, e=6, f=7))
print(positional(1, 2, 3, d=4), positional(1, 2, c=3, d=4))
print(plain(*[1, 2, 3], **{"c": 9, "z": 0}))
for bad in (lambda: plain(), lambda: plain(1), lambda: positional(1, b=2, c=3, d=4), lambda: positional(1, 2),
            lambda: positional(1, 2, 3, 4, d=1), lambda: plain(1, c=1, a=2), lambda: positional(1, 2, 3, d=4, e=5),
            lambda: plain(*1), lambda: plain(**1), lambda: (lambda x, y=1: 0)(1, 2, 3)):
    try:
        bad()
    except TypeError as e:
        print("TypeError:", e)


def annotated(x: int, y: "str" = "q") -> float:
    """Doc."""
    return x


print(annotated.__name__, annotated.__doc__, annotated.__annotations__, annotated.__defaults__)
print((lambda *a, **k: (a, k))(1, 2, x=3))


def mutable(x, acc=[]):
    acc.append(x)
    return acc


print(mutable(1), mutable(2), mutable(3, []))
