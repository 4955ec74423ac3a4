# RUN: pyvm --check-leaks %s
# RUN: %python %s
import _signal as signal
import posix
import sys
import time


def raises(kind, text, function, *args, **kw):
    try:
        function(*args, **kw)
    except kind as e:
        assert str(e) == text, (str(e), text)
    else:
        raise AssertionError(text)


seen = []


def handler(number, frame):
    seen.append((number, frame.f_code.co_name))


signal.signal(signal.SIGUSR1, signal.SIG_DFL)
assert signal.getsignal(signal.SIGPIPE) == signal.SIG_IGN
assert signal.getsignal(signal.SIGINT) in (signal.default_int_handler, signal.SIG_IGN)  # as inherited
signal.signal(signal.SIGINT, signal.default_int_handler)
assert signal.signal(signal.SIGUSR1, handler) == signal.SIG_DFL
assert signal.getsignal(signal.SIGUSR1) is handler


def send():
    signal.raise_signal(signal.SIGUSR1)


send()
assert seen == [(signal.SIGUSR1, "send")], seen
assert signal.signal(signal.SIGUSR1, signal.SIG_IGN) is handler
send()
assert len(seen) == 1
raises(ValueError, "signal number out of range", signal.signal, 65, handler)
raises(TypeError, "signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object",
       signal.signal, signal.SIGUSR1, "no")
raises(OSError, "[Errno 22] Invalid argument", signal.signal, signal.SIGKILL, handler)

# a handler interrupts a loop without calls
stop = False


def onAlarm(number, frame):
    global stop
    stop = True


signal.signal(signal.SIGALRM, onAlarm)
assert signal.setitimer(signal.ITIMER_REAL, 0.01) == (0.0, 0.0)
while not stop:
    pass
stop = False
signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
first, interval = signal.getitimer(signal.ITIMER_REAL)
assert 0 < first <= 0.01 and interval == 0.01
start = time.monotonic()
time.sleep(0.05)  # goes on after the handler (PEP 475)
assert time.monotonic() - start >= 0.05 and stop
signal.setitimer(signal.ITIMER_REAL, 0)
raises(signal.ItimerError, "[Errno 22] Invalid argument", signal.getitimer, 77)
assert signal.ItimerError.__qualname__ == "itimer_error" and issubclass(signal.ItimerError, OSError)


# what a handler raises ends a wait
class Timeout(Exception):
    pass


def raising(number, frame):
    raise Timeout


signal.signal(signal.SIGALRM, raising)
readEnd, writeEnd = posix.pipe()
for wait in (lambda: time.sleep(60), lambda: posix.read(readEnd, 1), signal.pause, lambda: open(readEnd, "rb", closefd=False).read(1)):
    signal.setitimer(signal.ITIMER_REAL, 0.01)
    try:
        wait()
    except Timeout:
        pass
    else:
        raise AssertionError
signal.setitimer(signal.ITIMER_REAL, 0.01)
try:
    while True:
        pass
except Timeout as e:
    assert e.__traceback__.tb_next.tb_frame.f_code.co_name == "raising"
assert signal.alarm(100) == 0 and signal.alarm(0) == 100

# KeyboardInterrupt
try:
    signal.raise_signal(signal.SIGINT)
except KeyboardInterrupt:
    pass
else:
    raise AssertionError

# masks and waiting
signal.signal(signal.SIGUSR2, handler)
assert signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2]) == set()
signal.raise_signal(signal.SIGUSR2)
assert signal.sigpending() == {signal.SIGUSR2} and len(seen) == 1
assert signal.sigwait({signal.SIGUSR2}) == signal.SIGUSR2
assert signal.sigtimedwait([signal.SIGUSR2], 0) is None
signal.raise_signal(signal.SIGUSR2)
info = signal.sigwaitinfo([signal.SIGUSR2])
assert (info.si_signo, info.si_pid, len(info)) == (signal.SIGUSR2, posix.getpid() if hasattr(posix, "getpid") else info.si_pid, 7)
signal.raise_signal(signal.SIGUSR2)
assert signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGUSR2]) == {signal.SIGUSR2}
assert seen[1][0] == signal.SIGUSR2
raises(ValueError, "signal number 65 out of range [1; 64]", signal.pthread_sigmask, signal.SIG_BLOCK, [65])
raises(ValueError, "timeout must be non-negative", signal.sigtimedwait, [], -1)
assert signal.valid_signals() == set(range(1, 65)) - {32, 33}

# the wake-up descriptor
raises(ValueError, "the fd %d must be in non-blocking mode" % writeEnd, signal.set_wakeup_fd, writeEnd)
assert signal.set_wakeup_fd(-1) == -1
assert signal.strsignal(signal.SIGINT) == "Interrupt" and signal.strsignal(33) is None
raises(ValueError, "signal number out of range", signal.strsignal, 0)
assert signal.siginterrupt(signal.SIGUSR1, False) is None

signal.signal(signal.SIGUSR2, signal.SIG_DFL)
signal.signal(signal.SIGALRM, signal.SIG_DFL)
if "_sre" not in sys.builtin_module_names:  # what enum needs
    sys.exit()
sys.path.pop(0)  # where this file has the name
import signal as python_signal
assert python_signal.getsignal(python_signal.SIGINT) is python_signal.default_int_handler
assert python_signal.signal(python_signal.SIGUSR1, python_signal.SIG_DFL) is python_signal.Handlers.SIG_IGN
