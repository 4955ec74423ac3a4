# RUN: %S/every-way.sh %s %t
# REQUIRES: pyvm
# A NaN is equal to nothing; containers take it for equal to itself by identity.
import cmath
import copy
import json
import marshal
import math
import struct

nan, other = float("nan"), float("NaN")
print(nan is nan, nan is other, nan == nan, nan in [nan], nan in [other], [nan] == [nan], [nan] == [other])
print(len({nan, other}), len({nan, nan}), hash(nan) == hash(nan), {nan: 1}.get(nan), {nan: 1}.get(other))
print((nan, 1) <= (nan, 1), (nan, 1) <= (other, 1), not (float("nan"),) <= (float("nan"),), [nan].index(nan))
print(float(nan) is nan, +nan is nan, copy.deepcopy(nan) is nan, type(nan), repr(nan), isinstance(nan, float))
print(math.nan is math.nan, math.nan is nan, cmath.nan is math.nan, math.isnan(math.nan), float.fromhex("nan") is nan)
print(nan + 1, nan * 0, 1 - nan, -nan, abs(nan), nan // 1, divmod(1.0, nan), nan % 2, nan**0, 2**nan, round(nan, 2))
print(nan < 1, nan > 1, nan != nan, max(1, nan), max(nan, 1), sorted([3, nan, 1])[0] == 3, bool(nan), nan.is_integer(), nan.hex())
print(f"{nan} {nan:.3f} {nan:e} {nan!r}", "%f %s %g" % (nan, nan, nan), format(nan, "10"), str(nan))
print(json.dumps([nan]), marshal.loads(marshal.dumps(nan)), struct.pack("d", nan).hex(), complex(nan), complex(nan, nan))
print(sum([nan, 1]), math.fsum([nan, 1.0]), [nan].count(nan), [nan, other].count(nan), nan.real is nan, nan.conjugate())
for function in (int, math.floor, math.ceil, math.trunc, round, nan.as_integer_ratio.__call__ if False else lambda x: x.as_integer_ratio()):
    try:
        print(function(nan))
    except (ValueError, OverflowError) as e:
        print(e)


class MyFloat(float):
    pass


print(MyFloat("nan") == MyFloat("nan"), MyFloat(nan), float(MyFloat("nan")))
i = float("inf")
print([i - i, i - i].count(i - i) in (0, 2), i - i != i - i)

import datetime
import pickle

print(pickle.dumps(nan, 2) == pickle.dumps(i - i, 2).replace(b"\xff\xf8", b"\x7f\xf8"), pickle.loads(pickle.dumps([nan, nan])))
for operation in (lambda d: d * nan, lambda d: nan * d, lambda d: d / nan, lambda d: d * MyFloat(2), lambda d: d / MyFloat(2)):
    try:
        print(operation(datetime.timedelta(1)))
    except ValueError as e:
        print(e)
