# pycache compile against compileall: output, status, files and their code, with every option that changes them.
# RUN: %python %s %t
import marshal
import os
import pathlib
import shutil
import subprocess
import sys

scratch = pathlib.Path(sys.argv[1])
SOURCES = {
    "pkg/__init__.py": "",
    "pkg/a.py": '"""Doc."""\ndef f(x):\n    """Doc."""\n    assert x\n    return x + 1\n',
    "pkg/b.py": "import sys\nprint([i for i in range(3)], 'b')\n",
    "pkg/plain.py": "x = 1\n",
    "pkg/sub/__init__.py": "y = {1, 2}\n",
    "pkg/sub/deep/c.py": "class C:\n    z = lambda self: self\n",
    "pkg/sub/note.txt": "no source\n",
    "one.py": "one = 1\n",
    "bad/ok.py": "x = 2\n",
    "bad/return.py": "x = 1\nreturn x\n",
    "bad/encoding.py": "# coding: nonsense\n",
}


def tree(name):
    root = scratch / name
    shutil.rmtree(root, ignore_errors=True)
    for path, text in SOURCES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
        os.utime(root / path, (1700000000, 1700000000))
    (root / "list").write_text("one.py\npkg/sub\n")
    os.symlink("../one.py", root / "pkg/link.py")
    return root


def files(root):
    result = {}
    for path in sorted(root.rglob("*.pyc")):
        data = path.read_bytes()
        result[str(path.relative_to(root)).replace("/theirs/", "/ours/")] = (data[:16], marshal.loads(data[16:]), path.stat().st_mode)
    return result


def filenames(code):
    yield code.co_filename
    for constant in code.co_consts:
        if hasattr(constant, "co_code"):
            yield from filenames(constant)


def run(root, command, options, environment=()):
    result = subprocess.run([*command, *options], cwd=root, stdin=open(root / "list"), stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, env={**os.environ, "LC_ALL": "C.UTF-8",
                                 "PYTHONDONTWRITEBYTECODE": "1", **dict(environment)},
                            encoding="utf-8")
    return result.returncode, result.stdout, result.stderr


THEIRS, OURS = ["/usr/bin/python3.11", "-m", "compileall"], ["pycache", "compile"]
CASES = [
    ["pkg"], ["pkg/a.py", "one.py"], ["-q", "pkg"], ["-qq", "bad"], ["-q", "bad"], ["bad"], ["-l", "pkg"],
    ["-r", "1", "pkg"], ["-r", "0", "-l", "pkg"], ["-b", "pkg"], ["-d", "/dest", "pkg"], ["-d", "/dest", "one.py"],
    ["-s", "pkg", "pkg"], ["-s", "pkg/sub", "-p", "/new", "pkg"], ["-p", "/new", "pkg"], ["-x", "sub|b\\.py$", "pkg"],
    ["-x", r"/\w\.py", "pkg"], ["-i", "list"], ["-i", "-"], ["-i", "list", "pkg/a.py"], ["-j", "2", "-q", "pkg"],
    ["-o", "0", "-o", "1", "-o", "2", "pkg"], ["-o", "2", "pkg"], ["-o", "1", "-o", "2", "--hardlink-dupes", "pkg"],
    ["-e", "pkg", "pkg"], ["-e", ".", "pkg"], ["--invalidation-mode", "checked-hash", "pkg"],
    ["--invalidation-mode=unchecked-hash", "pkg"], ["--invalidation-mode", "timestamp", "pkg"], ["pkg", "bad", "one.py"],
]
for options in CASES:
    for environment in ((), (("SOURCE_DATE_EPOCH", "1600000000"),), (("PYTHONPYCACHEPREFIX", "elsewhere"),)):
        if environment and options not in (["pkg"], ["-q", "pkg"], ["--invalidation-mode", "timestamp", "pkg"]):
            continue
        a, b = tree("theirs"), tree("ours")
        theirs, ours = run(a, THEIRS, options, environment), run(b, OURS, options, environment)
        assert ours == theirs, f"{options} {environment}\nours:    {ours}\nCPython: {theirs}"
        x, y = files(a), files(b)
        assert list(x) == list(y), f"{options}\n{list(x)}\n{list(y)}"
        for name in x:
            assert x[name] == y[name], f"{options}: {name}: {x[name]} {y[name]}"
            assert list(filenames(x[name][1])) == list(filenames(y[name][1])), f"{options}: {name}"
        if "--hardlink-dupes" in options:
            def links(root):
                return {str(p.relative_to(root)): p.stat().st_nlink for p in root.rglob("*.pyc")}
            assert links(a) == links(b) and max(links(b).values()) == 2

# Nothing that is up to date is compiled, in any mode; what is not is.
root = tree("ours")
for mode in ("timestamp", "checked-hash", "unchecked-hash"):
    options = ["--invalidation-mode", mode, "pkg"]
    assert "Compiling" in run(root, OURS, options)[1], mode
    assert "Compiling" not in run(root, OURS, options)[1], mode
    assert "Compiling" in run(root, OURS, ["-f", *options])[1], mode
    (root / "pkg/a.py").write_text(f"mode = {mode!r}  # another size\n")
    os.utime(root / "pkg/a.py", (1700000000, 1700000000))
    assert run(root, OURS, options)[1].count("Compiling") == 1, mode

# The bytes depend on nothing but the sources: not on workers, nor on what was compiled before.
shots = []
for options in (["-j1"], ["-j4"], ["-j0", "-f"]):
    root = tree("ours")
    run(root, OURS, ["-q", *options, "pkg/sub", "pkg", "one.py"])
    shots.append({str(p.relative_to(root)): p.read_bytes() for p in sorted(root.rglob("*.pyc"))})
assert shots[0] == shots[1] == shots[2] and shots[0]

# Mistakes in the options.
for options in (["-d", "x", "-s", "y", "pkg"], ["-o", "1", "--hardlink-dupes", "pkg"], ["-o", "7", "pkg"], ["-x", "(", "pkg"], [],
                ["--invalidation-mode", "never", "pkg"], ["-i", "missing"]):
    status, out, err = run(tree("ours"), OURS, options)
    assert status == 2 and err.startswith("pycache"), (options, status, out, err)
assert not list((scratch / "ours").rglob("*.tmp"))
