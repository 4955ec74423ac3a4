# Marshal data of every type code, written by chance: pydis takes what marshal.loads() takes, refuses the rest, and the value is
# the same when it has gone through assembly. Only objects that contain themselves are refused here alone.
# RUN: %python %s %bin 400
import marshal
import os
import random
import struct
import subprocess
import sys

binaries, count = sys.argv[1], int(sys.argv[2])
rng = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
# A code object without references, in whose constants the data goes.
BASE = marshal.dumps(compile("x", "f", "exec").replace(co_consts=("MARK1",)), 2)
at = BASE.index(b"MARK1") - 5
TEXTS = [b"", b"a", b"abc", b"x" * 20, "é€".encode(), b"\xed\xa0\x80", b"\xff", b"1.5", b"inf", b"nan", b"-0.0", b"1e400", b" 1",
         b"1_0", b"0x1", b"NaN", b"infinity"]


def size(n):
    return struct.pack("<i", n)


def short(text):
    return bytes([len(text)]) + text


def long():
    count = rng.choice([0, 1, 2, 5, -1, -3])
    return size(count) + b"".join(struct.pack("<h", rng.choice([0, 1, 2**15 - 1, 77, 3, 3, -1])) for _ in range(abs(count)))


def data(depth=0):
    kind = rng.choice("iiIlfgxysutaAzZNFTS.r0?R" + ("()[<>{c" if depth < 4 else ""))
    head = bytes([ord(kind) | rng.choice([0, 0, 0x80])])
    text, n = rng.choice(TEXTS), rng.choice([0, 1, 1, 2, 3])
    items = [data(depth + 1) for _ in range(n)] if kind in "()[<>{" else []
    if kind in "(<>[":
        return head + size(n) + b"".join(items)
    if kind in "sutaA":
        return head + size(len(text) if rng.random() < 0.97 else -1) + text
    return head + {
        ")": lambda: bytes([n]) + b"".join(items),
        "{": lambda: b"".join(item + data(depth + 1) for item in items) + b"0",
        "i": lambda: size(rng.choice([0, 1, -1, 5, 2**31 - 1, -2**31, 257])),
        "I": lambda: struct.pack("<q", rng.choice([0, -1, 2**40, -2**63, 7])),
        "l": long,
        "f": lambda: short(text),
        "x": lambda: short(text) + short(rng.choice(TEXTS)),
        "g": lambda: struct.pack("<d", rng.choice([0.0, -0.0, 1.5, float("inf"), float("nan")])),
        "y": lambda: struct.pack("<dd", rng.random(), -0.0),
        "z": lambda: short(text),
        "Z": lambda: short(text),
        "r": lambda: size(rng.choice([0, 0, 1, 2, 3, -1, 9])),
        "R": lambda: size(0),
        "c": lambda: BASE[1:],
    }.get(kind, bytes)()


def key(value):
    """Equal for values that are equal in type, order and bits, too."""
    if isinstance(value, (tuple, list)):
        return type(value).__name__, [key(x) for x in value]
    if isinstance(value, (set, frozenset)):
        return type(value).__name__, sorted(map(repr, map(key, value)))
    if isinstance(value, dict):
        return "dict", [(key(a), key(b)) for a, b in value.items()]
    if hasattr(value, "co_code"):
        return "code", value.co_code, key(value.co_consts)
    return type(value).__name__, repr(value)


def tool(name, *arguments, data):
    return subprocess.run([os.path.join(binaries, name), *arguments], input=data, capture_output=True)


taken = failed = 0
for number in range(count):
    item = data()
    whole = BASE[:at] + item + BASE[at + 10:]
    expected = problem = None
    assembly = tool("pydis", "--from=marshal", "--emit=asm", data=whole)
    if b"contains itself" in assembly.stderr and b"r" in item.replace(b"\xf2", b"r"):
        continue  # CPython itself may crash over these
    try:
        expected = key(marshal.loads(whole))
    except RecursionError:
        continue
    except Exception as e:
        problem = e
    found = None
    if assembly.returncode == 0:
        back = tool("pycomp", "--emit=marshal", data=assembly.stdout)
        found = key(marshal.loads(back.stdout)) if back.returncode == 0 else back.stderr
    taken += expected is not None
    if assembly.returncode not in (0, 1) or found != expected:
        failed += 1
        print(f"{item}\n  ours:    {str(found):.300} {assembly.stderr}\n  CPython: {str(expected):.300} {problem!r}")
assert taken > count // 4
sys.exit(bool(failed))
