# RUN: %python -P %s
# RUN: pyvm -P %s
# RUN: pyvm --check-leaks -P %s
# Where coroutines were made: sys.set_coroutine_origin_tracking_depth(), cr_origin, and asyncio's debug mode.
import asyncio
import sys
import warnings


async def nothing():
    pass


def make():
    return nothing()


def made(depth):
    sys.set_coroutine_origin_tracking_depth(depth)
    assert sys.get_coroutine_origin_tracking_depth() == depth
    coroutine = make()
    sys.set_coroutine_origin_tracking_depth(0)
    coroutine.close()
    return coroutine.cr_origin


assert made(0) is None
one = made(1)
first = make.__code__.co_firstlineno
assert one == ((__file__, first + 1, "make"),), one
assert [(line - first, name) for _, line, name in made(2)] == [(1, "make"), (7, "made")], made(2)
assert [name for _, _, name in made(10)] == ["make", "made", "<module>"]
for bad, kind in ((-1, ValueError), ("1", TypeError)):
    try:
        sys.set_coroutine_origin_tracking_depth(bad)
        assert False
    except kind:
        pass

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    sys.set_coroutine_origin_tracking_depth(2)
    make()
    sys.set_coroutine_origin_tracking_depth(0)
message = str(caught[0].message)
assert message.startswith("coroutine 'nothing' was never awaited\nCoroutine created at (most recent call last)\n"), message
assert message.endswith(", in make\n    return nothing()"), message
del caught


async def sum_up(n):
    total = 0
    for i in range(n):
        await asyncio.sleep(0)
        total += i
    return total


assert asyncio.run(sum_up(5), debug=True) == 10
