# What goes wrong with one file stops none of the others, and leaves nothing half done behind: a full disk, folders and files that
# cannot be used, corrupt caches among many.
# RUN: %python %s %t
import os
import pathlib
import pty
import resource
import shutil
import subprocess
import sys

root = pathlib.Path(sys.argv[1])
shutil.rmtree(root, ignore_errors=True)
(root / "p").mkdir(parents=True)
os.chdir(root)
for i in range(300):
    pathlib.Path(f"p/m{i:03}.py").write_text(f"x = {i}\n")
pathlib.Path("p/m100.py").write_text("x = '" + "long " * 20000 + "'\n")
pathlib.Path("p/m200.py").write_text("return\n")


def pycache(*arguments, **keywords):
    return subprocess.run(["pycache", *arguments], capture_output=True, text=True, **keywords)


def caches():
    return {p.name for p in pathlib.Path("p/__pycache__").iterdir()}


# No file may be larger than 64 KiB, as if the disk were full: m100 fails, all others are written, and no piece is left.
for workers in ("1", "3"):
    shutil.rmtree("p/__pycache__", ignore_errors=True)
    result = pycache("compile", "-q", "-j", workers, "p", preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536)))
    assert result.returncode == 1, result
    assert "*** Error compiling 'p/m100.py'...\nOSError: " in result.stdout, result.stdout
    assert result.stdout.index("m100.py") < result.stdout.index("m200.py") and "'return' outside function" in result.stdout
    assert caches() == {f"m{i:03}.cpython-311.pyc" for i in range(300) if i not in (100, 200)}, caches()

# An old cache stays as it was if the new one cannot be written.
pathlib.Path("p/m100.py").write_text("x = 1\n")
pycache("compile", "-q", "p")
old = pathlib.Path("p/__pycache__/m100.cpython-311.pyc").read_bytes()
pathlib.Path("p/m100.py").write_text("x = '" + "long " * 20000 + "'\n")
limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))
assert pycache("compile", "-q", "p", preexec_fn=limit).returncode == 1
assert pathlib.Path("p/__pycache__/m100.cpython-311.pyc").read_bytes() == old
assert not list(root.rglob("*.tmp"))

# The same for the commands that change files in place, and for output to a full device.
pycache("compile", "-q", "p")
big = pathlib.Path("p/__pycache__/m100.cpython-311.pyc")
for command in (["convert", "--invalidation-mode", "unchecked-hash"], ["relocate", "--old", "p", "--new", "q"], ["normalize"]):
    before = big.read_bytes()
    result = pycache(*command, str(big), preexec_fn=limit)
    assert result.returncode != 0 and big.read_bytes() == before and "pycache: error: " in result.stderr, (command, result)
with open("/dev/full", "w") as full:
    result = subprocess.run(["pycache", "extract", str(big)], stdout=full, stderr=subprocess.PIPE, text=True)
    assert result.returncode == 2 and "no space left on device" in result.stderr, result
assert not list(root.rglob("*.tmp"))

# Corrupt files among many: each is named, and the rest is dealt with.
for i in range(0, 90, 3):
    path = pathlib.Path(f"p/__pycache__/m{i:03}.cpython-311.pyc")
    path.write_bytes([b"", path.read_bytes()[:20], path.read_bytes()[:16] + b"junk"][i % 9 // 3])
result = pycache("check", "p")
assert result.returncode == 1 and result.stdout.count(": corrupt (") == 30, result.stdout
result = pycache("normalize", "p")
assert result.returncode == 1 and result.stderr.count("pycache: error: ") == 30, result
assert pycache("check", "p").stdout.count(": corrupt (") == 30
result = pycache("compile", "-f", "-q", "p")
assert "corrupt" not in pycache("check", "p").stdout

# What cannot be a folder or a file.
shutil.rmtree("p/__pycache__")
pathlib.Path("p/__pycache__").write_text("a file")
result = pycache("compile", "-q", "p/m001.py", "p/m002.py")
assert result.returncode == 1 and result.stdout.count("*** Error compiling") == 2 and "not a directory" in result.stdout, result
os.remove("p/__pycache__")

# A progress bar is for a terminal only.
master, slave = pty.openpty()
process = subprocess.Popen(["pycache", "compile", "p"], stdout=slave, stderr=slave, stdin=slave)
os.close(slave)
shown = b""
try:
    while piece := os.read(master, 65536):
        shown += piece
except OSError:
    pass  # the other end is closed
assert process.wait() == 1
assert b"\r\x1b[K[300/300] p/m299.py" in shown and shown.count(b"Compiling") == 1  # m200's
assert b"'return' outside function" in shown
assert "\r" not in pycache("compile", "-f", "p").stdout
