# RUN: %S/every-way.sh %s %t
# REQUIRES: pyvm
l = [5, 3, 8, 1]
l.append(4)
l.extend((7, 6))
l.insert(0, 9)
l.sort()
print(l, l.pop(), l.pop(0), l.index(5), l.count(3), l[1:4], l[::2], l[-1], len(l))
l[1:3] = ["a", "b", "c"]
del l[0]
l.reverse()
l.remove("b")
print(l, [1] * 3, [1, 2] + [3], [1, 2] < [1, 3], 3 in [1, 2, 3], sorted("banana", reverse=True), sorted([-3, 2, -1], key=abs))
l[::2] = [0] * len(l[::2])
print(l, l.copy() == l, list("abc"), [[0] * 2 for _ in range(2)], [*range(3), *"xy"])
t = (1, "two", 3.0)
a, *b = t
print(t + (4,), t[1:], a, b, t.index("two"), (1,), (), tuple([1, 2]), hash((1, 2)) == hash((1, 2)), (1, 2) == (1, 2), t * 2)
d = {"one": 1, "two": 2}
d["three"] = 3
d.update(four=4, two=22)
print(d, d.get("x"), d.get("x", 0), d.pop("one"), "two" in d, list(d), list(d.values()), list(d.items()), len(d))
d.setdefault("five", []).append(5)
del d["two"]
print(d, {**d, "z": 0}, d | {"y": 1}, dict([(1, 2)]), dict(a=1), d.popitem(), {1: "a", 1.0: "b", True: "c"}, d == {"three": 3, "four": 4})
for k, v in sorted(d.items()):
    print(k, v, end="; ")
print()
s = {3, 1, 2}
s.add(4)
s.discard(9)
s |= {10, 20}
print(s, s & {1, 2, 99}, s - {1}, s ^ {1, 100}, {1} <= s, s.isdisjoint({55}), len(s), sorted(s), frozenset([1, 2]), set(), {"a"} | {"b"})
print(sum(s), min(s), max(s), {x * x for x in s if x < 4}, s.union([7]), s.issuperset([1]))
n = {"a": [1, {"b": (2, 3)}], "c": None}
print(n, n["a"][1]["b"][0])
rec = [1]
rec.append(rec)
print(rec, rec[1][1][0])
rd = {}
rd["self"] = rd
print(rd)
x, (y, [z, *w]), *q = 1, (2, [3, 4, 5]), 6, 7
print(x, y, z, w, q)
first, second = "ab"
(p, r), o = [1, 2], 3
print(first, second, p, r, o)
m = [[1, 2, 3], [4, 5, 6]]
print([list(c) for c in zip(*m)], [v for row in m for v in row], [[v * 2 for v in row] for row in m])
words = "the quick brown fox jumps over the lazy dog the end".split()
freq = {}
for word in words:
    freq[word] = freq.get(word, 0) + 1
print(sorted(freq.items(), key=lambda kv: (-kv[1], kv[0])))
stack, queue = [], []
for i in range(5):
    stack.append(i)
    queue.insert(0, i)
print([stack.pop() for _ in range(3)], [queue.pop() for _ in range(3)])
print(list(map(str, [1, 2])), list(zip("ab", [1, 2], (3, 4))), dict(zip("ab", [1, 2])), [i for i, c in enumerate("hello") if c == "l"])
big = {i: str(i) for i in range(1000)}
for i in range(0, 1000, 3):
    del big[i]
print(len(big), sum(big), big[1], 999 in big, next(iter(big)), list(big)[-1])
print(list(reversed({"a": 1, "b": 2})), slice(1, 2), [1, 2, 3][slice(0, 2)], "abc"[slice(None, None, -1)], {(): 1}[()])
try:
    for k in d:
        d[k + "x"] = 1
except RuntimeError as e:
    print(e)
