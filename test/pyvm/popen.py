# subprocess over _posixsubprocess: pipes, environment, descriptors, errors.
# RUN: %python %s
# RUN: pyvm --check-leaks %s
import sys

del sys.path[0]  # there is a signal.py beside this file
import os
import subprocess
from subprocess import PIPE, STDOUT, CalledProcessError, Popen, TimeoutExpired, check_output, run

assert run(["true"]).returncode == 0 and run("exit 3", shell=True).returncode == 3
result = run(["sh", "-c", "cat; echo error >&2; exit 2"], input=b"text", capture_output=True)
assert (result.returncode, result.stdout, result.stderr) == (2, b"text", b"error\n")
assert check_output(["sh", "-c", "echo out; echo err >&2"], stderr=STDOUT, text=True) == "out\nerr\n"
big = b"x" * 300000
assert run(["cat"], input=big, stdout=PIPE).stdout == big
assert check_output(["pwd"], cwd="/usr").strip() == b"/usr"
assert check_output(["sh", "-c", "echo $A$B"], env={"A": "1", "B": "é"}).strip() == "1é".encode()
assert check_output("umask", shell=True, umask=0o77).strip() == b"0077"

# Descriptors: only those that are passed on.
read, write = os.pipe()
process = Popen(["sh", "-c", f"echo hello >&{write}"], pass_fds=[write])
assert process.wait() == 0 and os.read(read, 100) == b"hello\n"
os.set_inheritable(write, True)
assert run(["sh", "-c", f"echo hello >&{write}"], stderr=subprocess.DEVNULL).returncode != 0
assert run(["sh", "-c", f"echo again >&{write}"], close_fds=False).returncode == 0 and os.read(read, 100) == b"again\n"

# Errors arrive from the child.
for arguments, kind, name in [({"args": ["/no/such/program"]}, FileNotFoundError, "/no/such/program"),
                              ({"args": ["true"], "cwd": "/no/such/folder"}, FileNotFoundError, "/no/such/folder"),
                              ({"args": ["/etc/passwd"]}, PermissionError, "/etc/passwd")]:
    try:
        Popen(**arguments)
    except kind as error:
        assert error.filename == name, error.filename
    else:
        raise AssertionError(arguments)
try:
    run(["false"], check=True)
except CalledProcessError as error:
    assert str(error) == "Command '['false']' returned non-zero exit status 1."
else:
    raise AssertionError
try:
    run(["sleep", "10"], timeout=0.05)
except TimeoutExpired as error:
    assert 0 < error.timeout <= 0.05
else:
    raise AssertionError
seen = []
assert check_output(["sh", "-c", "echo $X"], preexec_fn=lambda: os.environ.__setitem__("X", "y") or seen.append(1)).strip() == b"y"
assert seen == []
try:
    run(["true"], preexec_fn=lambda: 1 / 0, stderr=subprocess.DEVNULL)
except subprocess.SubprocessError as error:
    assert str(error) == "Exception occurred in preexec_fn."
else:
    raise AssertionError
process = Popen(["sleep", "10"])
process.terminate()
assert process.wait() == -15 and repr(process) == "<Popen: returncode: -15 args: ['sleep', '10']>"
