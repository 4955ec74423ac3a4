# Destructors that change the list that lets go of its items.
# RUN: %python %s
# RUN: pyvm %s
# REQUIRES: pyvm


class Clears:
    def __del__(self):
        items.clear()


items = [Clears() for i in range(40)]
items[::2] = range(20)
assert items == []

items = [Clears() for i in range(40)]
items[::-1] = range(40)
assert items == []

replacement = list(range(20))
items = [None] * 40
items[1::2] = replacement
assert items[:4] == [None, 0, None, 1] and replacement == list(range(20))
items[::2] = items[1::2]
assert items[:4] == [0, 0, 1, 1]
