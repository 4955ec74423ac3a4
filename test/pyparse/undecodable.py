# Source that is not UTF-8: what pyparse writes is what CPython's compile() of the bytes says. Every kind of wrong
# sequence stands in every kind of place, with and without a cookie, a byte-order mark and \r\n.
# RUN: %python %s %t
import ast
import io
import linecache
import pathlib
import subprocess
import sys
import warnings

WRONG = [b"\xff", b"\x80", b"\xe2\x82", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf0\x9f\x98", b"\xc3\xa9\xff"]
HEADS = [b"", b"# coding: utf-8\n", b"#!\r\n# coding: UTF_8\n", b"# coding: utf8\n\r\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf# coding: utf-8\n"]
PLACES = [
    # comments, which may hold anything
    b"x = 1 # a%s", b"#%s\nx = 1\n", b"x = 1 1 # %s\n", b"y = (#%s\n", b"x = '\\q' #%s\n", b"f(a for a in b, #%s\n 1)\n",
    # strings
    b"x = 'a%sb'\n", b"x = '''a\nq%sb'''\n", b"x = r'a%sb'\n", b"x = '\\na%sb'\n", b"'''doc%s'''\n", b"x = u'%s'",
    b"'\\%s'\n", b"'\\x %s'\n", b"'\\N{%s}'\n", b"x = 'a%s\n", b"'%s\\'", b"x = ('a'\n  '%s')\n", b"x = 'a%sb' 'c'\ny z\n",
    b"x = '%s' 1 1\n", b"x = '%s' + \n1x\n", b"('%s' + \n 1 1)\n", b"def f():\n    if x:\n        return g('%s', y)\n",
    b"'''%s\n\n'''\nx 1\n", b"'''\n%s\n''' 1 1\n", b"x = 1\n  '%s'\n",
    # bytes
    b"x = b'a%sb'\n", b"b'%s' 'a'\n", b"'a' b'%s'\n", b"br'%s'\n",
    # f-strings
    b"f'a%sb'", b"rf'a%sb{x}'", b"f'a{x%s}b'", b"f'a{\"%s\"}b'", b"f'{a:%s}'", b"f'{x:{%s}}'", b"f'{x!%s}'", b"f'{x=%s}'",
    b"f'{\"%s\"=}'", b"f'{1 1 %s}'", b"f'{1 1} %s'", b"f'%s{'", b"f'%s}'", b"f'\\N{%s}'", b"f'''\n{x%s}'''", b"f'''\n{'a' f'%s'}'''",
    # names
    b"ab%scd = 1\n", b"x = %scd\n", b"x = 1 %s + 2\n", b"x = 1 +%s\n", b"import %s\n", b"match x:\n case %s: pass\n", b"x = 1\n%s",
    b"x = a%s", b"(\n1 1 %s\n", b"lambda: %s(1", b"x = 1\n  %s\n", b"1if%s", b"%s\x01", b"x = 1\r\nab%s\r\n", b"x = \\\n%s\n", b"\\\n%s\n",
    # behind an error
    b"x = 1 1\n%s = 2\n", b"x = 1 1\ny = '%s'\n", b"x = )\n%s", b"async = %s", b"$%s", b"\x01%s",
    # numbers and backslashes
    b"x = 1%s\n", b"0x%s", b"1_%s", b"1.%s", b"x = 1 + \\%s\n2\n",
]
COMMENTS = [
    b"x = 1 # type: %s\n", b"x = 1 # type: ignore %s\n", b"def f(\n a, # type: %s\n): pass\n", b"def f():\n  # type: () -> %s\n  pass\n",
    b"x # type: %s\n", b"for x in y: # type: %s\n  pass\n", b"for x in y: # type: %s\n  1 1\n", b"with x: # type: %s\n  pass\n",
]


def cpython(source, path, mode, flags):
    linecache.clearcache()
    saved, sys.stderr = sys.stderr, io.StringIO()
    try:
        compile(source, path, mode, ast.PyCF_ONLY_AST | flags, dont_inherit=True)
        return sys.stderr.getvalue(), 0
    except (SyntaxError, ValueError) as e:
        e.__traceback__ = None
        sys.__excepthook__(type(e), e, None)
        return sys.stderr.getvalue(), 1
    finally:
        sys.stderr = saved


def check(source, path, mode="exec", flags=0):
    path.write_bytes(source)
    expected, status = cpython(source, str(path), mode, flags)
    options = ["--type-comments"] if flags else []
    result = subprocess.run(["pyparse", "-m", mode, *options, path], capture_output=True, text=True)
    if result.stderr == expected and result.returncode == status:
        return 0
    print(f"{source!r} ({mode})\nCPython:\n{expected}\nours ({result.returncode}):\n{result.stderr}")
    return 1


def main():
    warnings.simplefilter("ignore")
    warnings.simplefilter("always", SyntaxWarning)
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "t.py"
    failures = 0
    for number, place in enumerate(PLACES):
        for wrong in WRONG:
            failures += check(place.replace(b"%s", wrong), path)
        for head in HEADS[1:]:
            failures += check(head + place.replace(b"%s", WRONG[number % len(WRONG)]), path)
        for mode in ("single", "eval"):
            failures += check(place.replace(b"%s", WRONG[number % len(WRONG)]), path, mode)
    for place in COMMENTS:
        for wrong in WRONG:
            failures += check(place.replace(b"%s", wrong), path, flags=ast.PyCF_TYPE_COMMENTS)
    sys.exit(failures > 0)


if __name__ == "__main__":
    main()
