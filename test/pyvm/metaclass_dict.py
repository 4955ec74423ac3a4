# What classes of classes keep: the namespace, __dict__ of classes, abstract methods; empty frozensets stay empty.
# RUN: %python %s
# RUN: pyvm --check-leaks %s
import abc


class Meta(type):
    def __new__(mcs, name, bases, space, **options):
        cls = super().__new__(mcs, name, bases, space)
        cls.options = options
        return cls


class Made(metaclass=Meta, extra=1):
    a = 1

    def method(self):
        return self


assert list(vars(Made)) == ["__module__", "a", "method", "__dict__", "__weakref__", "__doc__", "options"], list(vars(Made))
assert Made.options == {"extra": 1} and Made.__dict__["a"] == 1 and list(vars(Meta)) == ["__module__", "__new__", "__doc__"], list(vars(Meta))


class Abstract(abc.ABC):
    @abc.abstractmethod
    def needed(self):
        pass


class Partial(Abstract):
    def __init__(self, value):
        self.value = value


for make in (Abstract, lambda: Partial(1)):
    try:
        make()
    except TypeError as error:
        assert str(error).endswith("with abstract method needed")
    else:
        raise AssertionError
assert Abstract.__abstractmethods__ == {"needed"} and frozenset() == set()


class Whole(Partial):
    def needed(self):
        return self.value


assert Whole(5).needed() == 5 and not Whole.__abstractmethods__
