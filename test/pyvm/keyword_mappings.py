# RUN: pyvm --check-leaks %s
# RUN: %python %s
"""Mappings after ** in calls: whose fault is found first, and by what name."""
from collections.abc import Mapping


class Pairs(Mapping):
    def __init__(self, *pairs):
        self.pairs = pairs

    def __iter__(self):
        return (k for k, v in self.pairs)

    def __len__(self):
        return len(self.pairs)

    def __getitem__(self, key):
        return dict(self.pairs)[key]


def f(**kwargs):
    return kwargs


def says(words, call):
    try:
        call()
    except TypeError as e:
        assert str(e) == words, e
    else:
        raise AssertionError(words)


assert f(**Pairs(("a", 1), ("b", 2))) == {"a": 1, "b": 2}
says("__main__.f() got multiple values for keyword argument 'x'", lambda: f(**Pairs(("x", 1), ("x", 2))))
says("__main__.f() got multiple values for keyword argument 'x'", lambda: f(x=1, **{"x": 2}))
says("__main__.f() got multiple values for keyword argument '1'", lambda: f(**{1: 3}, **{1: 5}))
says("keywords must be strings", lambda: f(**{1: 3}))
says("__main__.f() argument after ** must be a mapping, not NoneType", lambda: f(**None))
