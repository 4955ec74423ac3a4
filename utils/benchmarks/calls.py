# Calls with all kinds of arguments, decorators, and built-in functions.
def plain(a, b, c):
    return a + b + c


def defaults(a, b=2, *rest, c=3, **named):
    return a + b + c + len(rest) + len(named)


def twice(f):
    def wrapper(*args, **kwargs):
        return f(*args, **kwargs) * 2
    return wrapper


@twice
def decorated(x, y=1):
    return x + y


total = 0
for i in range(150000):
    total += plain(i, 1, 2)
    total += defaults(i)
    total += defaults(i, 1, 2, 3, c=4, d=5)
    total += decorated(i, y=2)
    total += len(str(i)) + abs(-i) + max(i, 3) + min(i, 7)
    if isinstance(i, int) and getattr(i, "real") == i:
        total += 1
print(total)
