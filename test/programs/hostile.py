# RUN: %S/every-way.sh %s %t
# REQUIRES: pyvm
# Comparisons that change the container they are asked for, and sizes that no machine has.
import array
import itertools
from collections import deque
from operator import length_hint


class Clears:
    def __init__(self, container, answer=True):
        self.container, self.answer = container, answer

    def __eq__(self, other):
        while len(self.container):
            self.container.pop()
        return self.answer

    __hash__ = object.__hash__


def outcome(function):
    try:
        return function()
    except Exception as e:
        return f"{type(e).__name__}: {e}"


for make in list, deque, lambda n: array.array("i", n), bytearray:
    for name in "remove", "index", "count", "__contains__":
        for answer in True, False:
            c = make([1, 2, 3])
            print(name, answer, str(outcome(lambda: getattr(c, name)(Clears(c, answer))))[:30], len(c))
items = [1, 2, 3]
print(items == [Clears(items), 2, 3], len(items))
source = {1: 2, 3: 4}
print(len(dict.fromkeys(source)), {*source} | {3, 5}, set(source) ^ source.keys())

for factory in itertools.combinations, itertools.combinations_with_replacement, itertools.permutations:
    print(outcome(lambda: factory("abc", 1 << 64)), outcome(lambda: factory("abc", 1 << 44)), outcome(lambda: factory("ab", -1)))
    print(outcome(lambda: list(factory("ab", 3))), outcome(lambda: factory("ab", 5).__reduce__()[1:]))
print(outcome(lambda: [0] * (1 << 62)), outcome(lambda: list(range(1 << 60))), outcome(lambda: "ab" * (1 << 62)))

d = deque(range(5))
forward, backward = iter(d), reversed(d)
next(forward), next(backward)
d.pop()
for it in forward, backward:
    print(length_hint(it), outcome(lambda: next(it)), length_hint(it), outcome(lambda: next(it)))
