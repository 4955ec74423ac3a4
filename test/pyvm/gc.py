# RUN: pyvm --check-leaks %s
# RUN: %python %s
import gc
import weakref


def raises(kind, text, function, *args):
    try:
        function(*args)
    except kind as e:
        assert str(e) == text, (str(e), text)
    else:
        raise AssertionError(text)


assert gc.isenabled() and gc.get_threshold() == (700, 10, 10)
gc.set_threshold(800)
assert gc.get_threshold() == (800, 10, 10)
gc.set_threshold(700, 11, 12)
assert gc.get_threshold() == (700, 11, 12)
gc.set_threshold(700, 10, 10)
gc.collect()
raises(ValueError, "invalid generation", gc.collect, 3)
assert gc.get_debug() == 0 and gc.DEBUG_LEAK == 38
assert len(gc.get_stats()) == 3 and list(gc.get_stats()[0]) == ["collections", "collected", "uncollectable"]
gc.disable()
assert not gc.isenabled()


class Node:
    def __del__(self):
        log.append(self.name)


# finalizers run once, before anything is cleared; what they revive lives on, alone
log = []
a, b = Node(), Node()
a.name, b.name, a.other, b.other = "a", "b", b, a
del a, b
assert gc.collect() >= 2 and sorted(log) == ["a", "b"]

kept = []


class Phoenix:
    def __del__(self):
        kept.append(self)


bird, log = Phoenix(), []
bird.me = bird
plain = [1]
plain.append(plain)
watch = weakref.ref(bird)
del bird, plain
gc.collect()
assert len(kept) == 1 and kept[0].me is kept[0] and watch() is None and gc.is_finalized(kept[0])
kept.clear()
assert gc.collect() and not kept  # not a second time


# weak references: all are cleared before the first callback; those of garbage are not called
class Cell:
    pass


first, second = Cell(), Cell()
first.peer, second.peer, calls = second, first, []
outer = [weakref.ref(first, lambda r: calls.append((r() is None, outer[1]() is None))),
         weakref.ref(second, lambda r: calls.append((r() is None, outer[0]() is None)))]
first.inner = weakref.ref(second, lambda r: calls.append("inner"))
del first, second
gc.collect()
assert calls == [(True, True), (True, True)], calls

# callbacks
phases = []
gc.callbacks.append(lambda phase, info: phases.append((phase, sorted(info), info["generation"])))
gc.collect(1)
names = ["collected", "generation", "uncollectable"]
assert phases == [("start", names, 1), ("stop", names, 1)], phases
gc.callbacks.clear()

# what is tracked, and who refers to whom
assert gc.is_tracked([]) and gc.is_tracked({"a": []}) and not gc.is_tracked({"a": 1})
assert not gc.is_tracked(1) and not gc.is_tracked("a") and not gc.is_tracked(()) and gc.is_tracked(Cell())
target = Cell()
holder = [target]
assert any(r is holder for r in gc.get_referrers(target))
assert gc.get_referents(holder) == [target] and gc.get_referents() == []
assert any(o is holder for o in gc.get_objects()) and any(o is holder for o in gc.get_objects(0))
raises(ValueError, "generation parameter must be less than the number of available generations (3)", gc.get_objects, 3)
raises(ValueError, "generation parameter cannot be negative", gc.get_objects, -2)
raises(TypeError, "argument should be integer or None, not 'str'", gc.get_objects, "1")

# freezing
gc.freeze()
assert gc.get_freeze_count() > 0 and gc.get_count()[1:] == (0, 0)
gc.unfreeze()
assert gc.get_freeze_count() == 0

# DEBUG_SAVEALL
gc.collect()
gc.set_debug(gc.DEBUG_SAVEALL)
cycle = Cell()
cycle.me = cycle
del cycle
assert gc.collect() >= 1 and any(isinstance(o, Cell) for o in gc.garbage)
gc.set_debug(0)
gc.garbage.clear()
gc.collect()

# the collector starts by itself
gc.enable()
def collections():
    return sum(generation["collections"] for generation in gc.get_stats())


count = collections()
hold = [[] for _ in range(3000)]
assert collections() > count


def exception_of_a_class_in_the_same_cycle():
    class Local(Exception):
        __slots__ = ("first",)

    class Wide(tuple):
        pass

    e = Local("text")
    e.first = Wide([e, Local, Wide])
    e.__context__ = e


exception_of_a_class_in_the_same_cycle()
gc.collect()


# collections and weak references while a long chain is being destroyed
class Chained:
    count = 0

    def __init__(self, inner):
        self.inner = inner

    def __del__(self):
        Chained.count += 1
        if Chained.count % 7 == 0:
            gc.collect()


for _ in range(3):
    chain = None
    for _ in range(150):
        chain = [Chained((chain, {1: chain}))]
    del chain
gc.collect()
assert Chained.count == 450, Chained.count


class Linked:
    def __init__(self, parent):
        if parent is None:
            return
        me = weakref.ref(self)
        self.parent = weakref.ref(parent, lambda ref: seen.append(me()))


seen = []
mapping = weakref.WeakKeyDictionary()
root = link = Linked(None)
for _ in range(300):
    mapping[link] = link = Linked(link)
del root, link
gc.collect()
