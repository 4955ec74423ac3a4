# Destructors that change the list that lets go of its items.
# RUN: %python %s
# RUN: pyvm --check-leaks %s
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


# __index__ of a key may change the list, too.
class Empties:
    def __init__(self, number=1):
        self.number = number

    def __index__(self):
        items.clear()
        return self.number


def fails(error, operation):
    global items
    items = list(range(100))
    try:
        operation()
    except error:
        return
    assert False, "expected " + error.__name__


def assign():
    items[Empties()] = 5


def delete():
    del items[Empties()]


fails(IndexError, lambda: items[Empties()])
fails(IndexError, assign)
fails(IndexError, delete)
items = list(range(100))
assert items[Empties():50] == []
items = list(range(100))
assert items[50:Empties():-1] == []
items = list(range(100))
del items[Empties():50]
assert items == []
items = list(range(100))
items[Empties():50] = [1, 2]
assert items == [1, 2]


# A bound of a search may shrink the bytearray that is searched.
class Shrinks:
    def __index__(self):
        del data[:]
        return 40


data = bytearray(b"x" * 64)
assert data.find(b"q", 0, Shrinks()) == -1
