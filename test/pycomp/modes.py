# compile()'s modes and flags: exec, single, eval, top-level await, optimisation, columns, the recorded name.
# RUN: %python %s %bin %t
import ast
import io
import marshal
import os
import pathlib
import subprocess
import sys

tool, folder = os.path.join(sys.argv[1], "pycomp"), pathlib.Path(sys.argv[2])
folder.mkdir(exist_ok=True)
os.chdir(folder)
AWAIT = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
FIELDS = ("co_argcount co_posonlyargcount co_kwonlyargcount co_stacksize co_flags co_names co_varnames co_cellvars co_freevars "
          "co_filename co_name co_qualname co_firstlineno co_code co_linetable co_exceptiontable").split()
PROGRAMS = {
    "exec": ["x = 1\n", "'doc'\nassert x, 'y'\n", "await x\n", "async with a as b: pass\n", "async for x in y: await z\nelse: 1\n",
             "[await x for y in z]\n", "x = [y async for y in z]\n", "lambda: await x\n", "def f(): await x\n", "class C: await x\n",
             "class C:\n  x = [await y for y in z]\n", "yield 1\n", "await x; yield\n", "{await x: y async for x in z if await y}\n",
             "[[x async for x in y] for z in w]\n", "(await x for y in z)\n", "return await x\n", "from __future__ import annotations\nx: await y\n",
             "async def f(): return [await x for x in y]\n", "try: await x\nexcept* E: await y\n", "match await x:\n case 1: await y\n"],
    "single": ["x\n", "x = 1\n", "1; 2; x\n", "if x:\n  y\n", "await x\n", "for x in y: x\n", "'doc'\n", "def f():\n  x\n", "x: int\n",
               "pass\n", "lambda: x\n", "async with a: b\n", "x\ny\n", "return\n"],
    "eval": ["x", "1 + 2", "lambda x: x", "await x", "[await x for y in z]", "(yield)", "x, *y", "(x := 1)", "  x\n\n", "x = 1", "x is 1",
             "[x async for x in y]", "'a' 'b'", "__debug__"],
}


def same(ours, theirs):
    assert all(getattr(ours, f) == getattr(theirs, f) for f in FIELDS), [(f, getattr(ours, f), getattr(theirs, f)) for f in FIELDS]
    assert len(ours.co_consts) == len(theirs.co_consts)
    for a, b in zip(ours.co_consts, theirs.co_consts):
        same(a, b) if hasattr(b, "co_code") else None
        assert hasattr(b, "co_code") or repr(a) == repr(b)


compared = refused = 0
for mode, programs in PROGRAMS.items():
    for program in programs:
        pathlib.Path("program.py").write_text(program)
        for flags in (0, AWAIT):
            for level in (0, 1, 2):
                code, sys.stderr = None, io.StringIO()
                try:
                    code = compile(program, "program.py", mode, flags, True, level)
                except SyntaxError as e:
                    sys.__excepthook__(type(e), e.with_traceback(None), None)
                expected, sys.stderr = sys.stderr.getvalue(), sys.__stderr__
                command = [tool, "-m", mode, f"-O{level}", "--emit=marshal", *(["--top-level-await"] if flags else []), "program.py"]
                result = subprocess.run(command, capture_output=True)
                # Here the parser reads a str, there a file: that moves no error in these programs.
                assert result.stderr.decode() == expected, (command, program, result.stderr.decode(), expected)
                assert result.returncode == (code is None)
                refused += code is None
                compared += 1
                if code:
                    same(marshal.loads(result.stdout), code)
assert compared > 250 and 40 < refused < 150, (compared, refused)

# The recorded name, and code without columns.
source = "def f(x):\n    return x + \\\n        1\n"
pathlib.Path("program.py").write_text(source)
THEIRS = "import marshal, sys; sys.stdout.buffer.write(marshal.dumps(compile(open('program.py').read(), 'other/name.py', 'exec')))"
theirs = subprocess.run([sys.executable, "-X", "no_debug_ranges", "-c", THEIRS], capture_output=True, check=True).stdout
for stages in (f"{tool} --source-name other/name.py", f"{tool.replace('pycomp', 'pyparse')} --emit=binary --source-name other/name.py"):
    pipe = f" | {tool}" if "pyparse" in stages else ""
    ours = subprocess.run(f"{stages} program.py {pipe} --no-debug-ranges --emit=marshal", shell=True, capture_output=True, check=True).stdout
    same(marshal.loads(ours), marshal.loads(theirs))
