# Assigning to __bases__; what ** unpacks.
# RUN: %python %s
# RUN: pyvm --check-leaks %s


def raises(kind, text, function, *args):
    try:
        function(*args)
    except kind as error:
        assert str(error) == text, str(error)
        return
    raise AssertionError(kind)


class Adds:
    def __add__(self, other):
        return "added"

    def __len__(self):
        return 3


class Bare:
    name = "bare"


class C(Adds):
    pass


class D(C):
    pass


c, d = C(), D()
assert c + 1 == d + 1 == "added" and len(d) == 3
C.__bases__ = (Bare,)
assert C.__mro__ == (C, Bare, object) and D.__mro__ == (D, C, Bare, object) and C.__base__ is Bare
assert d.name == "bare" and C in Bare.__subclasses__() and C not in Adds.__subclasses__()
raises(TypeError, "unsupported operand type(s) for +: 'D' and 'int'", lambda: d + 1)
raises(TypeError, "object of type 'C' has no len()", len, c)
C.__bases__ = (Bare, Adds)
assert d + 1 == "added" and len(c) == 3 and D.__mro__ == (D, C, Bare, Adds, object)

setter = lambda cls, bases: setattr(cls, "__bases__", bases)
raises(TypeError, "can only assign tuple to C.__bases__, not list", setter, C, [Bare])
raises(TypeError, "can only assign non-empty tuple to C.__bases__, not ()", setter, C, ())
raises(TypeError, "C.__bases__ must be tuple of classes, not 'int'", setter, C, (1,))
raises(TypeError, "a __bases__ item causes an inheritance cycle", setter, C, (D,))
raises(TypeError, "__bases__ assignment: 'int' deallocator differs from 'Bare'", setter, C, (int,))
raises(TypeError, "__bases__ assignment: 'list' object layout differs from 'Bare'", setter, C, (list,))
raises(TypeError, "cannot set '__bases__' attribute of immutable type 'int'", setter, int, (object,))
raises(TypeError, "cannot delete '__bases__' attribute of immutable type 'C'", delattr, C, "__bases__")
assert C.__bases__ == (Bare, Adds) and C.__mro__ == (C, Bare, Adds, object)

for thing, name in (([1], "list"), ("ab", "str"), ((1, 2), "tuple"), ([[1, 2]], "list")):
    raises(TypeError, f"'{name}' object is not a mapping", lambda: {**thing})
