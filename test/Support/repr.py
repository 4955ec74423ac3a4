# repr() of atomic values against CPython's.
# RUN: %python %s %bin/repr-dump %t
import random
import struct
import subprocess
import sys

tool, temporary = sys.argv[1:3]
sys.set_int_max_str_digits(0)
rng = random.Random(5)


def bits(value):
    return struct.pack(">d", value).hex()


cases = []
for text in ["", "'", '"', "'\"", "\\", "a\n\r\t\0\x7f\x80\xff", "\u0394\u200b\ud800\U0001f600\U000e0001", "it's"]:
    cases += [("str", text), ("ascii", text), ("bytes", text.encode("utf-8", "surrogatepass"))]
for _ in range(3000):
    text = "".join(chr(rng.choice([rng.randrange(128), rng.randrange(0x300), rng.randrange(0x110000)]))
                   for _ in range(rng.randrange(8)))
    cases += [("str", text), ("ascii", text), ("bytes", text.encode("utf-8", "surrogatepass"))]
floats = [0.0, -0.0, 1.0, 1e15, 1e16, 123456789012345680.0, 0.0001, 0.00001, 1e22, 1e-320, 5e-324, 1.7976931348623157e308,
          float("inf"), float("-inf"), float("nan"), 0.1, 1 / 3, 100.0, 9007199254740993.0, 1.5e-7, 12345.678]
floats += [struct.unpack(">d", rng.randbytes(8))[0] for _ in range(5000)]
floats += [rng.uniform(-1e6, 1e18) for _ in range(2000)] + [float(rng.randrange(10 ** 17)) for _ in range(1000)]
for value in floats:
    cases += [("float", value), ("complex", complex(value, rng.choice(floats))), ("complex", complex(0.0, value)),
              ("complex", complex(-0.0, value))]
for size in [0, 1, 63, 64, 65, 127, 128, 1000, 20000]:
    cases += [("int", 1 << size), ("int", (1 << size) - 1), ("int", -(1 << size)), ("int", rng.getrandbits(size + 1))]
cases += [("int", 10 ** n) for n in range(60)]

expected = []
with open(temporary, "w") as f:
    for kind, value in cases:
        expected.append(ascii(value) if kind == "ascii" else repr(value))
        if kind in ("str", "ascii"):
            value = value.encode("utf-8", "surrogatepass").hex()
        elif kind == "bytes":
            value = value.hex()
        elif kind == "float":
            value = bits(value)
        elif kind == "complex":
            value = bits(value.real) + " " + bits(value.imag)
        else:
            value = f"{value:x}"
        f.write(f"{kind} {value}\n")
ours = subprocess.run([tool, temporary], stdout=subprocess.PIPE, check=True).stdout.decode("utf-8").split("\n")
if len(ours) != len(expected) + 1:
    sys.exit(f"{len(ours) - 1} lines for {len(expected)} values")
for (kind, value), line, theirs in zip(cases, ours, expected):
    if line != theirs:
        sys.exit(f"{kind}\n  ours:    {line}\n  CPython: {theirs}")
