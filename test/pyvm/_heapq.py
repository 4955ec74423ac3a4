# _heapq: heaps of everything comparable, the order of comparisons, and what is refused.
# RUN: %python %s
# RUN: pyvm %s
# RUN: pyvm --check-leaks %s
import sys
del sys.path[0]
import _heapq
import heapq
import random
import zlib

assert heapq.heappush is _heapq.heappush
assert sorted(n for n in dir(_heapq) if n not in ('__file__',)) == [
    '__about__', '__doc__', '__loader__', '__name__', '__package__', '__spec__', '_heapify_max', '_heappop_max',
    '_heapreplace_max', 'heapify', 'heappop', 'heappush', 'heappushpop', 'heapreplace']


def raises(kind, text, function, *args):
    try:
        function(*args)
    except kind as error:
        assert str(error) == text, str(error)
    else:
        raise AssertionError(kind)


class Item:
    log = []

    def __init__(self, value):
        self.value = value

    def __lt__(self, other):
        self.log.append((self.value, other.value))
        return self.value < other.value


random.seed(3)
for make in [int, float, str, lambda i: (i % 7, str(i)), lambda i: (float(i % 5) * -0.0, i), lambda i: i * 10**20, Item]:
    values = [make(random.randrange(1000)) for _ in range(300)]
    key = (lambda v: v.value) if make is Item else None
    heap = values[:]
    _heapq.heapify(heap)
    got = [_heapq.heappop(heap) for _ in values]
    assert [key(v) if key else v for v in got] == sorted([key(v) if key else v for v in values])
    for v in values:
        _heapq.heappush(heap, v)
    least = min(values, key=key)
    old = heap[0]
    got = _heapq.heapreplace(heap, least)
    assert got is old or got == old
    assert _heapq.heappushpop(heap, least) is least
    heap = values[:]
    _heapq._heapify_max(heap)
    got = [_heapq._heappop_max(heap) for _ in values]
    assert [key(v) if key else v for v in got] == sorted([key(v) if key else v for v in values], reverse=True)
# checksums of the comparisons
LOGS = {1: 223132457, 2: 1164972177, 5: 4024980752, 2500: 3818521444, 2501: 499635607, 5000: 1425696913}
for n in 1, 2, 5, 2500, 2501, 5000:  # the long ones go row by row
    Item.log.clear()
    heap = [Item(i * 7919 % n) for i in range(n)]
    _heapq.heapify(heap)
    assert all(heap[i].value >= heap[(i - 1) // 2].value for i in range(1, n))
    log = zlib.crc32(repr(Item.log).encode())
    assert log == LOGS[n], n

raises(IndexError, 'index out of range', _heapq.heappop, [])
raises(IndexError, 'index out of range', _heapq.heapreplace, [], 1)
raises(TypeError, 'heappush() argument 1 must be list, not tuple', _heapq.heappush, (), 1)
raises(TypeError, '_heapify_max() argument must be list, not None', _heapq._heapify_max, None)
raises(TypeError, "'<' not supported between instances of 'str' and 'int'", _heapq.heappush, [1], 'x')
assert _heapq.heappushpop([], 4) == 4


class Clears:
    def __lt__(self, other):
        heap.clear()
        return False


heap = [Clears() for _ in range(10)]
raises(RuntimeError, 'list changed size during iteration', _heapq.heappush, heap, Clears())


class Fails:
    def __lt__(self, other):
        raise ZeroDivisionError


raises(ZeroDivisionError, '', _heapq.heapify, [Fails(), Fails()])
assert list(heapq.merge([1, 4], [2, 3])) == [1, 2, 3, 4] and heapq.nsmallest(2, 'hello') == ['e', 'h']
