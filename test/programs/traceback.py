# RUN: %S/every-way.sh %s %t
# REQUIRES: pyvm
import sys


class Node:
    def __init__(self, v):
        self.v = v

    def compute(self, d):
        return self.v / d


def middle(n):
    node = Node(n)
    return node.compute(n - n) + 1


def outer():
    try:
        middle(3)
    except ZeroDivisionError as e:
        raise ValueError("bad value") from e


def last():
    try:
        outer()
    finally:
        print("on the way", file=sys.stderr)


data = {"a": [1, 2, 3]}
try:
    print(data["a"][0] +
          data["b"])
except KeyError as e:
    print("key", e)
last()
