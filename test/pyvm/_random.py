# _random: the Mersenne Twister, to the bit, and random on top of it.
# RUN: %python %s
# RUN: pyvm --check-leaks %s
import _random
import random


def raises(kind, text, function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except kind as error:
        assert str(error) == text, str(error)
        return
    raise AssertionError(kind)


# Seeds of all sizes and kinds.
r = _random.Random(0)
assert [r.random() for _ in range(3)] == [0.8444218515250481, 0.7579544029403025, 0.420571580830845]
for seed, first in [(1, 577090037), (-1, 577090037), (2**31, 1455117090), (2**32 - 1, 2728839433), (2**32, 485306839),
                    (2**64, 4198958755), (2**1000 + 7, 2185158888), (True, 577090037)]:
    assert _random.Random(seed).getrandbits(32) == first, (seed, _random.Random(seed).getrandbits(32))
assert _random.Random(1.5).getrandbits(32) == _random.Random(hash(1.5)).getrandbits(32)
assert _random.Random("x").getrandbits(32) == _random.Random(hash("x") % 2**64).getrandbits(32)
r.seed(7)
a = r.random()
assert r.seed(7) is None and r.random() == a
assert _random.Random().random() != _random.Random(None).random()


class Odd(int):
    def __abs__(self):
        raise AssertionError


assert _random.Random(Odd(-5)).random() == _random.Random(5).random()

# Bits: words from the lowest to the highest.
r = _random.Random(42)
assert [r.getrandbits(k) for k in (1, 32, 33, 64, 65, 5)] == [1, 478163327, 4402387665, 4517457392071889495, 21020764468182013662, 3]
assert r.getrandbits(0) == 0 and r.getrandbits(10000).bit_length() > 9900
raises(ValueError, "number of bits must be non-negative", r.getrandbits, -1)
raises(OverflowError, "Python int too large to convert to C int", r.getrandbits, 1 << 40)
raises(TypeError, "'float' object cannot be interpreted as an integer", r.getrandbits, 1.0)

# The state.
state = r.getstate()
assert type(state) is tuple and len(state) == 625
a = [r.random() for _ in range(700)]
r.setstate(state)
assert [r.random() for _ in range(700)] == a
raises(TypeError, "state vector must be a tuple", r.setstate, [1])
raises(ValueError, "state vector is the wrong size", r.setstate, (1,))
raises(TypeError, "an integer is required", r.setstate, (1.5,) * 625)
raises(OverflowError, "can't convert negative value to unsigned int", r.setstate, (-1,) * 625)
raises(OverflowError, "Python int too large to convert to C unsigned long", r.setstate, (1 << 70,) * 625)
raises(ValueError, "invalid state", r.setstate, (1,) * 624 + (700,))
raises(ValueError, "invalid state", r.setstate, (1,) * 624 + (-1,))
raises(OverflowError, "Python int too large to convert to C long", r.setstate, (1,) * 624 + (1 << 80,))

# Construction.
raises(TypeError, "Random() requires 0 or 1 argument", _random.Random, 1, 2)
raises(TypeError, "Random() takes no keyword arguments", _random.Random, n=1)
raises(TypeError, "unhashable type: 'list'", _random.Random, [])
raises(TypeError, "unhashable type: 'list'", r.seed, [])
raises(TypeError, "seed expected at most 1 argument, got 2", r.seed, 1, 2)
assert sorted(n for n in dir(_random.Random) if n[0] != "_") == ["getrandbits", "getstate", "random", "seed", "setstate"]

# random itself.
random.seed(12345)
assert (random.random(), random.randint(1, 10**20), random.choice("abcdef")) == (0.41661987254534116, 35635137841661491816, 'c')
random.seed("text")
items = list(range(10))
random.shuffle(items)
assert (items, random.sample(range(100), 4), random.gauss(0, 1)) == ([5, 8, 9, 0, 1, 2, 4, 3, 7, 6], [18, 85, 68, 16], -0.43541042836294114)
random.seed(b"bytes")
assert (random.uniform(1, 2), random.randbytes(5), random.choices("ab", k=5)) == (1.3707567797146987, b'\xee\xc5\x9a\xab\xfc', ['a', 'a', 'a', 'a', 'a'])
