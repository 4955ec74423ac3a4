# Daemon threads do not keep a program from ending, whatever they do.
# RUN: %python %s
# RUN: pyvm --check-leaks %s
import threading
import time


def compute():
    while True:
        sum(range(100))


def write():
    with open("/dev/null", "w") as stream:
        while True:
            print("x", file=stream, flush=True)


lock = threading.Lock()
lock.acquire()
for function in (compute, write, lock.acquire, lambda: time.sleep(1000)):
    threading.Thread(target=function, daemon=True).start()
time.sleep(0.05)
