# contextvars: variables, tokens, contexts.
# RUN: %python %s
# RUN: pyvm --check-leaks %s
import contextvars
import gc
import re
import weakref
from contextvars import Context, ContextVar, Token, copy_context


def raises(kind, pattern, function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except kind as error:
        assert re.fullmatch(pattern, str(error)), str(error)
        return
    raise AssertionError(kind)


v = ContextVar("v")
d = ContextVar("d", default=5)
at = r" at 0x[0-9a-f]+>"
assert re.fullmatch("<ContextVar name='v'" + at, repr(v)) and re.fullmatch("<ContextVar name='d' default=5" + at, repr(d))
assert v.name == "v" and v == v and v != d and len({v, d, v}) == 2
raises(LookupError, "<ContextVar name='v'" + at, v.get)
assert v.get(1) == 1 and d.get() == 5 and d.get(6) == 6

# Setting and resetting.
token = v.set(1)
assert type(token) is Token and token.var is v and token.old_value is Token.MISSING and v.get() == 1
second = v.set(2)
assert second.old_value == 1 and v.get() == 2
assert re.fullmatch("<Token var=<ContextVar name='v'" + at + at, repr(second))
v.reset(second)
assert v.get() == 1 and re.fullmatch("<Token used var=<ContextVar name='v'" + at + at, repr(second))
raises(RuntimeError, "<Token used var=.*> has already been used once", v.reset, second)
raises(ValueError, "<Token var=.*> was created by a different ContextVar", d.reset, token)
raises(ValueError, "<Token var=.*> was created in a different Context", Context().run, v.reset, token)
raises(TypeError, "expected an instance of Token, got 1", v.reset, 1)
v.reset(token)
raises(LookupError, ".*", v.get)
assert repr(Token.MISSING) == "<Token.MISSING>" and repr(type(Token.MISSING)) == "<class 'Token.MISSING'>"

# Contexts are mappings.
token = v.set("a")
context = copy_context()
assert context[v] == "a" and v in context and d not in context and context.get(d) is None and context.get(d, 3) == 3
assert len(context) == 1 and list(context) == list(context.keys()) == [v]
assert list(context.values()) == ["a"] and list(context.items()) == [(v, "a")]
assert type(iter(context)).__name__ == "keys" and type(context.values()).__name__ == "values"
assert context == context.copy() and context != Context() and context.copy() is not context and context != 1
raises(KeyError, "<ContextVar name='d' default=5" + at, context.__getitem__, d)
raises(TypeError, "a ContextVar key was expected, got 1", context.__getitem__, 1)
raises(TypeError, "a ContextVar key was expected, got 1", context.get, 1)
raises(TypeError, "a ContextVar key was expected, got 'v'", lambda: "v" in context)
raises(TypeError, "unhashable type: '_contextvars.Context'", hash, context)
raises(TypeError, "unhashable type: '_contextvars.Token'", hash, token)

# A copy does not see what is set later, nor the other way round; an iterator keeps what it began with.
v.set("b")
d.set(8)
assert context[v] == "a" and len(context) == 1


def inside(x, *, y):
    assert v.get() == "a" and d.get() == 5
    keys = iter(copy_context())
    v.set(x)
    d.set(y)
    assert list(keys) == [v] and len(copy_context()) == 2
    raises(RuntimeError, "cannot enter context: <_contextvars.Context object" + at + " is already entered", context.run, len, [])
    return x + y


assert context.run(inside, 1, y=2) == 3 and v.get() == "b" and context[v] == 1 and context[d] == 2
raises(ZeroDivisionError, "division by zero", context.run, lambda: 1 / 0)
assert context.run(v.get) == 1
raises(TypeError, r"run\(\) missing 1 required positional argument", context.run)

# Construction.
raises(TypeError, r"Context\(\) does not accept any arguments", Context, 1)
raises(TypeError, "context variable name must be a str", ContextVar, 1)
raises(TypeError, "'x' is an invalid keyword argument for ContextVar\\(\\)", ContextVar, "a", x=1)
raises(RuntimeError, "Tokens can only be created by ContextVars", Token)
raises(TypeError, "type '_contextvars.ContextVar' is not an acceptable base type", type, "X", (ContextVar,), {})
raises(AttributeError, "readonly attribute", setattr, v, "name", "w")
raises(TypeError, r"ContextVar.set\(\) takes exactly one argument \(0 given\)", v.set)
raises(TypeError, "get expected at most 1 argument, got 2", v.get, 1, 2)
assert repr(ContextVar[int]) == "_contextvars.ContextVar[int]" and contextvars.Token is Token


# A context goes when nothing refers to it, cycles included.
class Thing:
    pass


def cycle():
    inner = copy_context()
    thing = Thing()
    inner.run(v.set, thing)
    thing.context = inner
    return weakref.ref(thing)


reference = cycle()
gc.collect()
assert reference() is None
