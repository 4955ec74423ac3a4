# Warnings are shown, dropped and made errors as CPython does under the same filters: every program below, under every
# filter, given by -W and by PYTHONWARNINGS.
# RUN: %python %s %bin %t
import json
import os
import pathlib
import subprocess
import sys

PROGRAMS = [
    "x = 1if 1else 2\n",
    "s = 'é\\d' + '\\q'\n",
    "if 1:\n    f = f'a\\q{1}'\n",
    "b = b'\\400' '''\n\\z'''\n",
    "y = 1\nif y is 1 or y is not 'a': pass\n",
    "z = lambda: 'a'(3)\n",
    "z = lambda: (1, 2)['x']\n",
    "assert (0, 'never')\n",
    "z = lambda: [1] [2, 3]\ns = '\\d'\n",
    "def f():\n    s = '\\d'\n    return x is ()\nreturn\n",
    "s = '\\d'\ndef f(:\n",
    "s = '\\d'\nx = 1 or 1\nif x:\n    print '\\e'\ns = '\\w'\n",
    "s = f('\\d' for x in y, z)\n",
    "s = '\\d' = 1\n",
    "s = '\\d'\n\ns = '\\d'\n\n\ns = '\\w'\n",
    "\xe9 = '\\p'; y = '\u20ac' is '\\e'\n",
]
FILTERS = [
    [], ["error"], ["always"], ["ignore"], ["all"], ["once"], ["module"], ["e"], ["d"], ["default::DeprecationWarning"],
    ["error::SyntaxWarning"], ["error::DeprecationWarning", "ignore::Warning:other"], ["ignore", "error::::3"],
    ["error:invalid escape"], ["error:INVALID ESCAPE sequence '\\d"], ["always", "ignore:::program"], ["error:::prog"],
    ["error", "default"], ["default", "error::builtins.SyntaxWarning"], ["nothing"], ["error::NoWarning"],
    ["error::::x"], ["error:1:2:3:4:5"], [" error : : SyntaxWarning : program : 1 "], ["ignore::::-1"],
]
tool, folder = os.path.join(sys.argv[1], "pycomp"), os.path.abspath(sys.argv[2])

# One process of CPython for each filter compiles all programs, each as the file program.py of its folder.
CPYTHON = """
import _warnings, io, json, linecache, os, sys
results = []
for number in range(int(sys.argv[1])):
    os.chdir(f'{sys.argv[2]}/{number}')
    linecache.clearcache()
    _warnings._onceregistry.clear()
    sys.stderr, status = io.StringIO(), 0
    with open('program.py', 'rb') as f:
        source = f.read()
    try:
        compile(source, 'program.py', 'exec')
    except SyntaxError as e:
        sys.__excepthook__(type(e), e.with_traceback(None), None)
        status = 1
    results.append((status, sys.stderr.getvalue()))
sys.stderr = sys.__stderr__
print(json.dumps(results))
"""


def run(command, environment, where=None):
    return subprocess.run(command, capture_output=True, text=True, cwd=where,
                          env={**os.environ, "PYTHONWARNINGS": environment})


for number, program in enumerate(PROGRAMS):
    os.makedirs(f"{folder}/{number}", exist_ok=True)
    pathlib.Path(f"{folder}/{number}/program.py").write_text(program, "utf-8")
cases = [([word for text in filters for word in ("-W", text)], "") for filters in FILTERS]
cases += [([], ",".join(filters)) for filters in FILTERS if len(filters) == 2] + [(["-W", "e"], "ignore,,nothing,")]
failed = runs = 0
for options, environment in cases:
    theirs = run([sys.executable, *options, "-c", CPYTHON, str(len(PROGRAMS)), folder], environment)
    for number, (status, text) in enumerate(json.loads(theirs.stdout)):
        ours = run([tool, *options, "program.py", "-o", "out.pyc"], environment, f"{folder}/{number}")
        runs += 1
        if (ours.returncode, ours.stderr) != (status, theirs.stderr + text):
            failed += 1
            print(f"{options} {environment} {PROGRAMS[number]!r}\nours:    {ours.stderr}\nCPython: {theirs.stderr + text}")
assert runs > 300
sys.exit(bool(failed))
