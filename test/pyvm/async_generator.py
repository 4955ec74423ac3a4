# Asynchronous generators: iteration, asend, athrow, aclose, finalizers, aiter() and anext().
# RUN: %python %s
# RUN: pyvm --check-leaks %s
import sys


def run(coroutine):
    try:
        while True:
            coroutine.send(None)
    except StopIteration as stop:
        return stop.value


def raises(kind, text, function, *args):
    try:
        function(*args)
    except kind as error:
        assert str(error) == text, str(error)
        return error
    raise AssertionError(kind)


class Pause:
    def __init__(self, value=None):
        self.value = value

    def __await__(self):
        got = yield self.value
        return got


async def count(n):
    for i in range(n):
        await Pause()
        yield i


async def collect():
    out = [i async for i in count(4)]
    out.append({i async for i in count(2)})
    out.append({i: i * i async for i in count(3) if i})
    out.append([x async for x in (i + 1 async for i in count(2))])
    async for i in count(2):
        out.append(i)
    else:
        out.append("end")
    return out


assert run(collect()) == [0, 1, 2, 3, {0, 1}, {1: 1, 2: 4}, [1, 2], 0, 1, "end"]


# Sending and throwing.
async def echo():
    log = []
    value = None
    while True:
        try:
            value = yield (value, list(log))
        except ValueError as error:
            log.append(str(error))


async def talk():
    gen = echo()
    assert await gen.asend(None) == (None, [])
    assert await gen.asend(5) == (5, [])
    assert await gen.athrow(ValueError("oops")) == (5, ["oops"])
    assert await gen.athrow(ValueError, "again") == (5, ["oops", "again"])
    await gen.aclose()
    await gen.aclose()
    try:
        await gen.asend(1)
    except StopAsyncIteration:
        pass
    else:
        raise AssertionError
    assert await gen.athrow(KeyError("late")) is None


run(talk())


# The steps by hand.
gen = count(1)
step = gen.__anext__()
assert type(step).__name__ == "async_generator_asend" and gen.ag_running is False
assert step.send(None) is None and gen.ag_running and type(gen.ag_await).__name__ == "generator"
raises(RuntimeError, "anext(): asynchronous generator is already running", gen.__anext__().send, None)
raises(RuntimeError, "aclose(): asynchronous generator is already running", gen.aclose().send, None)
raises(RuntimeError, "athrow(): asynchronous generator is already running", gen.athrow(KeyError).send, None)
assert raises(StopIteration, "0", step.send, None).value == 0
raises(RuntimeError, "cannot reuse already awaited __anext__()/asend()", step.send, None)
raises(TypeError, "can't send non-None value to a just-started async generator", count(1).asend(3).send, None)
closing = gen.aclose()
raises(StopIteration, "", closing.send, None)
raises(RuntimeError, "cannot reuse already awaited aclose()/athrow()", closing.send, None)
raises(StopAsyncIteration, "", gen.__anext__().send, None)


# Yielding while it is being closed.
async def stubborn():
    try:
        yield 1
    finally:
        yield 2


async def close_stubborn():
    gen = stubborn()
    await gen.asend(None)
    await gen.aclose()


raises(RuntimeError, "async generator ignored GeneratorExit", run, close_stubborn())


# Exceptions that may not leave it.
async def stops(kind):
    yield 1
    raise kind


async def drain(gen):
    return [item async for item in gen]


for kind in (StopIteration, StopAsyncIteration):
    error = raises(RuntimeError, f"async generator raised {kind.__name__}", run, drain(stops(kind)))
    assert type(error.__cause__) is kind


# finally clauses run when the loop's owner is done.
async def tidy(log):
    try:
        yield 1
        yield 2
    finally:
        await Pause()
        log.append("tidied")


async def leave():
    log = []
    gen = tidy(log)
    async for item in gen:
        break
    await gen.aclose()
    return log


assert run(leave()) == ["tidied"]

# Hooks.
calls = []
assert sys.get_asyncgen_hooks() == (None, None)
sys.set_asyncgen_hooks(firstiter=lambda g: calls.append("first"), finalizer=lambda g: calls.append("final"))
gen = tidy([])
raises(StopIteration, "1", gen.__anext__().send, None)
del gen
assert calls == ["first", "final"], calls
sys.set_asyncgen_hooks(None, None)
raises(TypeError, "callable firstiter expected, got int", sys.set_asyncgen_hooks, 1)
raises(TypeError, "callable finalizer expected, got int", sys.set_asyncgen_hooks, None, 1)
assert sys.get_asyncgen_hooks().firstiter is None


# aiter and anext.
async def builtins():
    iterator = aiter(count(2))
    assert aiter(iterator) is iterator
    got = [await anext(iterator), await anext(iterator, "default"), await anext(iterator, "default")]
    try:
        await anext(iterator)
    except StopAsyncIteration:
        got.append("end")
    return got


assert run(builtins()) == [0, 1, "default", "end"]
raises(TypeError, "'int' object is not an async iterable", aiter, 1)
raises(TypeError, "'int' object is not an async iterator", anext, 1)
raises(TypeError, "anext expected at least 1 argument, got 0", anext)

# What it says of itself.
gen = count(1)
assert repr(gen).startswith("<async_generator object count at 0x") and gen.__name__ == gen.__qualname__ == "count"
assert gen.ag_code is count.__code__ and gen.ag_frame.f_code is gen.ag_code and gen.ag_await is None
assert gen.__aiter__() is gen
names = {n for n in dir(gen) if not n.startswith("__")}
assert names == {"aclose", "ag_await", "ag_code", "ag_frame", "ag_running", "asend", "athrow"}, names
