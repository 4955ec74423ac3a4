# Threads: starting and joining, locks, conditions, thread-local objects, what ends a thread, fork.
# RUN: %python %s
# RUN: pyvm --check-leaks %s
import sys

del sys.path[0]  # there is a signal.py beside this file
import _thread
import io
import os
import queue
import signal
import threading
import time
import weakref


def raises(kind, text, function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except kind as error:
        assert str(error) == text, str(error)
        return
    raise AssertionError(kind)


def run(*functions):
    threads = [threading.Thread(target=f) for f in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return threads


# Threads that only compute take turns; those that wait let others run.
turns = []


def spin(n):
    end = time.monotonic() + 0.2
    while time.monotonic() < end:
        if not turns or turns[-1] != n:
            turns.append(n)


run(*[lambda n=n: spin(n) for n in range(3)])
assert len(turns) > 3, turns
start = time.monotonic()
run(*[lambda: time.sleep(0.1)] * 8)
assert time.monotonic() - start < 0.6
assert threading.active_count() == 1 and threading.current_thread() is threading.main_thread()

# A lock guards what is no single step.
count = 0
lock = threading.Lock()


def add():
    global count
    for _ in range(3000):
        with lock:
            value = count
            count = value + 1


run(*[add] * 4)
assert count == 12000
assert not lock.locked() and lock.acquire() and lock.locked() and not lock.acquire(False) and not lock.acquire(timeout=0.01)
run(lock.release)
assert not lock.locked()
raises(RuntimeError, "release unlocked lock", lock.release)
raises(ValueError, "can't specify a timeout for a non-blocking call", lock.acquire, False, 1)
raises(ValueError, "timeout value must be positive", lock.acquire, True, -2)
raises(OverflowError, "timestamp too large to convert to C _PyTime_t", lock.acquire, True, 1e10)
raises(TypeError, "'str' object cannot be interpreted as an integer", lock.acquire, "x")

# RLock belongs to a thread.
rlock = threading.RLock()
taken = []
with rlock, rlock:
    assert f"owner={threading.get_ident()} count=2" in repr(rlock)
    run(lambda: taken.append(rlock.acquire(timeout=0.01)), lambda: taken.append(rlock._is_owned()))
    run(lambda: raises(RuntimeError, "cannot release un-acquired lock", rlock.release))
    state = rlock._release_save()
    run(lambda: taken.append(rlock.acquire()) or rlock.release())
    rlock._acquire_restore(state)
assert taken == [False, False, True] and "count=0" in repr(rlock)
raises(RuntimeError, "cannot release un-acquired lock", rlock.release)

# Conditions, events, barriers, timers, queues.
event, box, results = threading.Event(), queue.Queue(3), []


def consume():
    event.wait()
    while (item := box.get()) is not None:
        results.append(item)


consumer = threading.Thread(target=consume)
consumer.start()
event.set()
for i in range(50):
    box.put(i)
box.put(None)
consumer.join(10)
assert results == list(range(50)) and not consumer.is_alive()
barrier = threading.Barrier(3)
arrived = []
run(*[lambda: arrived.append(barrier.wait())] * 3)
assert sorted(arrived) == [0, 1, 2]
timer = threading.Timer(0.01, results.clear)
timer.start()
timer.join()
assert results == []

# Attributes of thread-local objects.
local = threading.local()
local.x = 1


class Counter(threading.local):
    default = 3

    def __init__(self, start, *, step=1):
        self.n = start
        self.step = step


class Thing:
    pass


counter = Counter(5, step=2)
counter.n += 1
seen = []
alive = []


def look():
    seen.append((hasattr(local, "x"), counter.n, counter.step, counter.default, dict(local.__dict__)))
    local.x = Thing()
    alive.append(weakref.ref(local.x))


run(look)
assert seen == [(False, 5, 2, 3, {})]
assert alive[0]() is None and local.x == 1 and counter.n == 6, (alive[0](), counter.n)
raises(AttributeError, "'_thread._local' object attribute '__dict__' is read-only", setattr, local, "__dict__", {})
raises(TypeError, "Initialization arguments are not supported", threading.local, 1)

# What a thread raises.
errors = []
threading.excepthook = lambda args: errors.append((args.exc_type, str(args.exc_value), args.thread.name))
thread = threading.Thread(target=lambda: 1 / 0, name="bad")
thread.start()
thread.join()
assert errors == [(ZeroDivisionError, "division by zero", "bad")]
threading.excepthook = threading.__excepthook__
saved, sys.stderr = sys.stderr, io.StringIO()
run(sys.exit)
thread = threading.Thread(target=lambda: 1 / 0, name="worse")
thread.start()
thread.join()
text, sys.stderr = sys.stderr.getvalue(), saved
assert text.startswith("Exception in thread worse:\nTraceback (most recent call last):\n") and text.endswith("division by zero\n")
done = _thread.allocate_lock()
unraisable = []
sys.unraisablehook = unraisable.append


def fail(a, *, b):
    done.release()
    raise KeyError(a, b)


done.acquire()
identifier = _thread.start_new_thread(fail, (1,), {"b": 2})
done.acquire()
while _thread._count():
    time.sleep(0.001)
sys.unraisablehook = sys.__unraisablehook__
assert identifier != threading.get_ident() and unraisable[0].exc_type is KeyError
assert unraisable[0].err_msg == "Exception ignored in thread started by" and unraisable[0].object is fail
unraisable.clear()
raises(TypeError, "first arg must be callable", _thread.start_new_thread, 1, ())
raises(TypeError, "2nd arg must be a tuple", _thread.start_new_thread, len, [])
raises(TypeError, "optional 3rd arg must be a dictionary", _thread.start_new_thread, len, (), [])
raises(ValueError, "size not valid: 100 bytes", threading.stack_size, 100)

# Deep recursion ends with an error in a thread, too.
deep = []


def recurse():
    recurse()


def go():
    try:
        recurse()
    except RecursionError as error:
        deep.append(str(error))


run(go)
assert deep == ["maximum recursion depth exceeded"] or deep[0].startswith("maximum recursion depth exceeded")

# The frames of all threads, and a trace function for one of them.
waiting = threading.Event()


def wait_here():
    waiting.wait()


thread = threading.Thread(target=wait_here)
thread.start()
frame = sys._current_frames()[thread.ident]
while frame is not None and frame.f_code.co_name != "wait_here":
    frame = frame.f_back
assert frame is not None
assert set(sys._current_frames()) == {thread.ident, threading.get_ident()}
waiting.set()
thread.join()
del frame
lines = []


def traced():
    x = 1
    return x


def trace(frame, kind, argument):
    if frame.f_code is traced.__code__:
        lines.append(kind)
    return trace


threading.settrace(trace)
run(traced)
threading.settrace(None)
traced()
assert lines == ["call", "line", "line", "return"], lines

# Streams: several threads write to one.
read, write = os.pipe()
stream = open(write, "w")
text = []
reader = threading.Thread(target=lambda: text.append(open(read).read()))
reader.start()
run(*[lambda: [print("x" * 99, file=stream, flush=True) for _ in range(100)]] * 4)
stream.close()
reader.join()
assert sorted(set(text[0].split("\n"))) == ["", "x" * 99] and len(text[0]) == 40000, len(text[0])

# Signals go to the main thread.
arrived = []
signal.signal(signal.SIGUSR1, lambda number, frame: arrived.append(threading.current_thread()))
run(lambda: os.kill(os.getpid(), signal.SIGUSR1))
while not arrived:
    pass
assert arrived == [threading.main_thread()]
run(lambda: raises(ValueError, "signal only works in main thread of the main interpreter", signal.signal, signal.SIGUSR1, signal.SIG_DFL))
signal.signal(signal.SIGUSR1, signal.SIG_DFL)

# A child process has one thread; a thread may fork.
stop = threading.Event()
thread = threading.Thread(target=stop.wait)
thread.start()
statuses = []


def fork():
    child = os.fork()
    if child == 0:
        fine = threading.active_count() == 1 and threading.current_thread() is threading.main_thread()
        run(lambda: None)
        os._exit(7 if fine else 1)
    statuses.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


fork()
run(fork)
stop.set()
thread.join()
assert statuses == [7, 7], statuses


# Threads that end before others, started earlier or later, have run at all
for _ in range(20):
    ended, waiters = [], [_thread.allocate_lock() for _ in range(12)]
    for waiter in waiters:
        waiter.acquire()
        _thread.start_new_thread(lambda lock: (ended.append(1), lock.release()), (waiter,))
        _thread.start_new_thread(int, ())
    for waiter in waiters:
        waiter.acquire()
    assert len(ended) == 12


# The program waits for its threads.
def later():
    time.sleep(0.05)
    assert threading.main_thread().is_alive() is False


threading.Thread(target=later).start()
