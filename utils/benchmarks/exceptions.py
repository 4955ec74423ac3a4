# Raising, catching, finally, with.
class Missing(Exception):
    pass


class Guard:
    def __init__(self, log):
        self.log = log

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        self.log[0] += 1
        return kind is Missing


def find(n):
    if n % 3 == 0:
        raise Missing(n)
    if n % 5 == 0:
        raise ValueError("five") from None
    return n


log = [0]
caught = 0
for i in range(120000):
    try:
        find(i)
    except Missing as e:
        caught += e.args[0] % 2
    except ValueError:
        caught += 1
    finally:
        log[0] += 1
for i in range(60000):
    with Guard(log):
        find(3)
for i in range(200000):
    try:
        caught += 1
    except ValueError:
        pass
print(caught, log[0])
