# RUN: %python %s
# RUN: pyvm --check-leaks %s
# obj.__class__ = cls: between classes whose instances look alike, modules included.
import sys
import types


def refused(obj, cls):
    try:
        obj.__class__ = cls
    except TypeError as e:
        return str(e)
    raise AssertionError(f"{obj!r} became {cls}")


class AB:
    __slots__ = ["a", "b"]


class BA:
    __slots__ = ["b", "a"]


class CB:
    __slots__ = ["c", "b"]


class ABPlus(AB):
    __slots__ = ["e"]


class BAPlus(BA):
    __slots__ = ["e"]


class Watched(CB):
    __slots__ = ["__weakref__"]


class WithDict(CB):
    __slots__ = ["__dict__"]


class Both(CB):
    __slots__ = ["__dict__", "__weakref__"]


class Plain(CB):
    pass


for one, other in (AB, BA), (BA, AB), (Both, Plain), (Plain, Both):
    x = one()
    x.b = 1
    x.__class__ = other
    assert type(x) is other and x.b == 1
for one in ABPlus, BAPlus, CB, Watched, WithDict, Both, AB:
    for other in ABPlus, BAPlus, CB, Watched, WithDict, Both, AB:
        if one is not other:
            assert refused(one(), other) == (
                f"__class__ assignment: '{other.__name__}' object layout differs from '{one.__name__}'")
immutable = "__class__ assignment only supported for mutable types or ModuleType subclasses"
assert refused(AB(), list) == refused([], AB) == refused(True, int) == refused(AB(), object) == immutable
assert refused(AB(), 1) == "__class__ must be set to a class, not 'int' object"


class Loud(types.ModuleType):
    @property
    def answer(self):
        return 42

    def __setattr__(self, name, value):
        super().__setattr__(name, (value, value))


this = sys.modules[__name__]
this.__class__ = Loud
assert this.answer == 42 and type(this) is Loud
this.twice = 1
assert twice == (1, 1)
object.__setattr__(this, "__class__", types.ModuleType)
assert not hasattr(this, "answer") and this.twice == (1, 1)
