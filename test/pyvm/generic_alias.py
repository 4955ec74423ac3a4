# RUN: pyvm --check-leaks %s
# RUN: %python %s
# types.GenericAlias and types.UnionType: parameters, substitution, what they show and compare.
import copy
import pickle
import types
import weakref


def raises(kind, text, function, *args):
    try:
        function(*args)
    except kind as e:
        assert str(e) == text, (str(e), text)
    else:
        raise AssertionError(text)


class Variable:
    def __init__(self, name):
        self.name = name

    def __repr__(self):
        return "~" + self.name

    def __typing_subst__(self, argument):
        return argument


T, U = Variable("T"), Variable("U")
alias = dict[T, list[U]]
assert alias.__parameters__ == (T, U) and alias.__origin__ is dict and repr(alias) == "dict[~T, list[~U]]"
assert alias[int, str] == dict[int, list[str]] and hash(alias[int, str]) == hash(dict[int, list[str]])
raises(TypeError, "Too few arguments for dict[~T, list[~U]]; actual 1, expected 2", lambda: alias[int])
raises(TypeError, "Too many arguments for list[~T]; actual 2, expected 1", lambda: list[T][int, str])
raises(TypeError, "list[int] is not a generic class", lambda: list[int][str])

# an alias is of its own class, and otherwise what its origin is
assert list[int].__class__ is types.GenericAlias and not isinstance(list[int], type)
assert list[int].__doc__ == list.__doc__ and "__parameters__" in dir(list[int]) and "append" in dir(list[int])
assert list[int](range(3)) == [0, 1, 2] and weakref.ref(alias)() is alias
raises(TypeError, "isinstance() argument 2 cannot be a parameterized generic", isinstance, [], list[int])


class Remembers(dict):
    __class_getitem__ = classmethod(types.GenericAlias)


assert Remembers[int]().__orig_class__ == Remembers[int]
for value in (list[int], list[int] | None, next(iter(tuple[int, str]))):
    assert copy.copy(value) == value and pickle.loads(pickle.dumps(value)) == value
assert types.resolve_bases((list[int],)) == (list,)

# unpacked
(star,) = list[int]
assert star.__unpacked__ and repr(star) == "*list[int]" and star != list[int]
(star,) = tuple[int, str]
assert star.__typing_unpacked_tuple_args__ == (int, str) and list[T].__typing_unpacked_tuple_args__ is None

# unions
union = list[T] | int | None
assert union.__parameters__ == (T,) and union[str] == list[str] | int | None == None | int | list[str]
assert repr(union) == "list[~T] | int | None" and hash(int | str) == hash(str | int) == hash(frozenset((int, str)))
assert (int | str).__module__ == "types" and (int | int) is int and isinstance(3, str | int)
assert (list[int] | list[int]) == list[int]
raises(TypeError, "isinstance() argument 2 cannot be a parameterized generic", isinstance, "", int | list[int])
