# RUN: %S/every-way.sh %s %t
# REQUIRES: pyvm
def f(n):
    return f(n + 1)


try:
    f(0)
except RecursionError as e:
    print(type(e).__name__, e)


class A:
    def __repr__(self):
        return repr(self)


try:
    repr(A())
except RecursionError as e:
    print("repr", type(e).__name__)
deep = None
for i in range(100000):
    deep = [deep]
del deep
x = []
for i in range(500):
    x = [x]
try:
    print(len(repr(x)))
except RecursionError as e:
    print(e)


def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)


print(depth(900))
f(0)
