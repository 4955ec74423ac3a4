# Damages a .pyc in many ways: every result is listed (status 0) or refused with a reason (status 1), never a crash.
import random
import subprocess
import sys

tool, path = sys.argv[1:3]
options = sys.argv[3:]
with open(path, "rb") as f:
    whole = f.read()
rng = random.Random(3)
refused = 0
for round in range(400):
    data = bytearray(whole)
    kind = round % 4
    if kind == 0:
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    elif kind == 1:
        data[rng.randrange(16, len(data))] = rng.randrange(256)
    elif kind == 2:
        del data[rng.randrange(1, len(data)):]
    else:
        at = rng.randrange(16, len(data))
        data[at:at + rng.randrange(8)] = rng.randbytes(rng.randrange(8))
    result = subprocess.run([tool, "--from=pyc", *options], input=data, stdout=subprocess.DEVNULL,
                            stderr=subprocess.PIPE)
    if result.returncode not in (0, 1):
        with open("/tmp/damaged.pyc", "wb") as f:
            f.write(data)
        sys.exit(f"round {round}: status {result.returncode}: {result.stderr.decode(errors='replace')[-2000:]}")
    if result.returncode == 1:
        refused += 1
        if b"error: " not in result.stderr:
            sys.exit(f"round {round}: refused without a reason")
if not refused:
    sys.exit("nothing was refused; the damage does not work")
