# Syntax errors of the parser and the tokenizer: what pyparse writes is what CPython prints, carets included. The broken
# programs are the lines of Inputs/errors.txt, as Python literals.
# RUN: %python %s %S/Inputs/errors.txt %t
import ast
import io
import linecache
import pathlib
import subprocess
import sys
import warnings

LONG = ["(" * 201 + ")" * 201 + "\n", "-" * 7000 + "x\n", "x = " + "not " * 7000 + "x\n", "9" * 4301 + "\n",
        "x = " + "1" * 5000 + " y\n", "if 1:\n" + "".join(" " * i + "if 1:\n" for i in range(1, 105)),
        "x" + "+x" * 50000, "x" + ".a" * 50000, "x" + "()" * 50000, "x" + "[0]" * 50000, "if a:\n p\n" + "elif a:\n p\n" * 9000,
        "x" + "+x" * 50000 + " y"]


def cpython(source, path):
    linecache.clearcache()
    saved, sys.stderr = sys.stderr, io.StringIO()
    try:
        compile(source, path, "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
        return sys.stderr.getvalue(), 0
    except (SyntaxError, ValueError, MemoryError, RecursionError) as e:
        e.__traceback__ = None
        sys.__excepthook__(type(e), e, None)
        return sys.stderr.getvalue(), 1
    finally:
        sys.stderr = saved


def main():
    warnings.simplefilter("always", SyntaxWarning)
    snippets = [ast.literal_eval(line) for line in open(sys.argv[1])] + LONG
    folder = pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    path = str(folder / "t.py")
    failures = 0
    for snippet in snippets:
        source = snippet.encode()
        pathlib.Path(path).write_bytes(source)
        expected, status = cpython(source, path)
        result = subprocess.run(["pyparse", path], capture_output=True, text=True)
        ours = result.stderr
        if ours != expected or result.returncode != status or (status and result.stdout):
            failures += 1
            print(f"{snippet!r}\nCPython:\n{expected}\nours ({result.returncode}):\n{ours}")
    sys.exit(failures > 0)


if __name__ == "__main__":
    main()
