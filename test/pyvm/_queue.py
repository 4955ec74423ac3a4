# _queue: SimpleQueue between threads, its timeouts, and what is refused.
# RUN: %python %s
# RUN: pyvm %s
# RUN: pyvm --check-leaks %s
import sys
del sys.path[0]
import _queue
import gc
import pickle
import queue
import threading
import time
import weakref

assert queue.SimpleQueue is _queue.SimpleQueue and queue.Empty is _queue.Empty
assert _queue.Empty.__mro__[1] is Exception and _queue.Empty.__doc__
assert str(_queue.SimpleQueue[int]) == '_queue.SimpleQueue[int]'


def raises(kind, text, function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except kind as error:
        assert str(error) == text, str(error)
    else:
        raise AssertionError(kind)


q = _queue.SimpleQueue()
raises(_queue.Empty, '', q.get_nowait)
raises(_queue.Empty, '', q.get, False, -1)
raises(_queue.Empty, '', q.get, True, 0)
begin = time.monotonic()
raises(_queue.Empty, '', q.get, timeout=0.05)
assert time.monotonic() - begin >= 0.05
raises(ValueError, "'timeout' must be a non-negative number", q.get, True, -1)
raises(TypeError, "'str' object cannot be interpreted as an integer", q.get, timeout='x')
raises(OverflowError, 'timestamp too large to convert to C _PyTime_t', q.get, True, 1e20)
raises(TypeError, "put() missing required argument 'item' (pos 1)", q.put)
raises(TypeError, 'SimpleQueue() takes no positional arguments', _queue.SimpleQueue, 1)
raises(TypeError, 'SimpleQueue() takes no keyword arguments', _queue.SimpleQueue, a=1)
raises(TypeError, "cannot pickle '_queue.SimpleQueue' object", pickle.dumps, q)

assert q.empty() and q.put(1, False, -3) is None and q.put_nowait(2) is None
assert not q.empty() and q.qsize() == 2 and q.get() == 1 and q.get('x', timeout=5) == 2
for i in range(1000):
    q.put(i)
    q.put(-i)
    assert q.get() == (i // 2 if i % 2 == 0 else -(i // 2))
assert q.qsize() == 1000 and [q.get() for _ in range(1000)][-1] == -999

# many threads: every item arrives once
got = []


def consume():
    while (item := q.get()) is not None:
        got.append(item)


threads = [threading.Thread(target=consume) for _ in range(4)]
for thread in threads:
    thread.start()
for i in range(2000):
    q.put(i)
for _ in threads:
    q.put(None)
for thread in threads:
    thread.join()
assert sorted(got) == list(range(2000)) and q.empty()


class Sub(_queue.SimpleQueue):
    def __init__(self, a):
        self.a = a


# cycles through a queue
s = Sub(3)
s.put(s)
gone = weakref.ref(s)
del s
gc.collect()
assert gone() is None
