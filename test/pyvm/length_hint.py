# RUN: %python %s
# RUN: pyvm --check-leaks %s
# What announces its length is asked, once, before its items come; what it says is believed as far as CPython believes it.


class Announcing:
    def __init__(self, answer):
        self.answer, self.asked = answer, 0

    def __iter__(self):
        return iter("abc")

    def __length_hint__(self):
        self.asked += 1
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer


def outcome(function, answer):
    source = Announcing(answer)
    try:
        result = function(source)
    except Exception as e:
        result = f"{type(e).__name__}: {e}"
    assert source.asked == 1, source.asked
    return result


whole = list("abc")
for function in list, tuple, lambda s: [*s], lambda s: [].extend(s) or whole, sorted:
    want = function(whole)
    for answer in 0, 3, 1000, NotImplemented, TypeError("not known"):
        assert outcome(function, answer) == want, (function, answer)
    assert outcome(function, ZeroDivisionError("boom")) == "ZeroDivisionError: boom"
    assert outcome(function, -1) == "ValueError: __length_hint__() should return >= 0"
    assert outcome(function, "3") == "TypeError: __length_hint__ must be an integer, not str"
    assert outcome(function, 1 << 70) == "OverflowError: Python int too large to convert to C ssize_t"
    assert outcome(function, 1 << 60) == "MemoryError: "
assert outcome(lambda s: bytearray().extend(s), ZeroDivisionError("boom")) == "ZeroDivisionError: boom"
assert outcome(bytes, ZeroDivisionError("boom")) == "ZeroDivisionError: boom"
try:
    list(range(1 << 70))
except OverflowError as e:
    assert str(e) == "Python int too large to convert to C ssize_t"
else:
    raise AssertionError
