# A class and its instances that are garbage together: what an instance holds is found by its class's layout.
# RUN: %python %s
# RUN: pyvm --check-leaks %s
import gc


def cycle(kind, argument):
    class Garbage(kind):
        pass

    one = Garbage(argument)
    one.me = one
    Garbage.instances = [one, Garbage(argument), type("Sub", (Garbage,), {})(argument)]


for kind, argument in [(StopIteration, "x"), (OSError, 2), (ImportError, "x"), (Exception, "x"), (str, "text"), (tuple, [1, 2, 3]),
                       (bytes, b"abc"), (int, 10**40), (float, 1.5), (list, [1]), (dict, [(1, 2)]), (set, [1])]:
    cycle(kind, argument)
    gc.collect()
    cycle(kind, argument)
gc.collect()
