# RUN: pyvm --check-leaks %s
# RUN: %python %s
# Source that is not complete yet, as codeop and the consoles that rest on it see it (PyCF_ALLOW_INCOMPLETE_INPUT).
import code
import codeop
import contextlib
import io


def state(source):
    try:
        return "more" if codeop.compile_command(source) is None else "whole"
    except SyntaxError as e:
        return e.msg


for source, expected in [
    ("x=1", "whole"), ("if x:", "more"), ("if x:\n  y", "more"), ("if x:\n  y\n", "whole"), ("(", "more"),
    ("x = (1,\n", "more"), ("'''", "more"), ("def f():\n  pass\n  return", "more"), ("@x", "more"),
    ("class A: pass", "more"), ("x = \\", "more"), ("else:", "invalid syntax"), ("print(", "more"),
    ("try:\n  x\n", "more"), ("if x = 1:", "invalid syntax. Maybe you meant '==' or ':=' instead of '='?"),
    ("if 1:\n  y\nelse:", "more"), ("", "whole"), ("# a comment", "whole"), ("x; y z", "incomplete input"),
]:
    assert state(source) == expected, (source, state(source))

ALLOW, DEDENT = 0x4000, 0x200
for source, mode, flags, message, offset in [
    ("'a", "single", ALLOW, "incomplete input", 1), ("'a", "exec", ALLOW, "unterminated string literal (detected at line 1)", 1),
    ("from b import (", "single", ALLOW | DEDENT, "incomplete input", 15), ("from b import (", "exec", ALLOW, "incomplete input", 16),
    ("try:\n  await x\n", "single", ALLOW, "incomplete input", 10), ("f(a b\n    1", "single", 0, "invalid syntax. Perhaps you forgot a comma?", 3),
]:
    try:
        compile(source, "<input>", mode, flags)
        assert False, source
    except SyntaxError as e:
        assert (e.msg, e.offset) == (message, offset), (source, e.msg, e.offset)

lines = iter(["if 1:", "    print('printed')", "", "1/0", "6 * 7"])


def read(prompt):
    prompts.append(prompt)
    for line in lines:
        return line
    raise EOFError


prompts = []
out, err = io.StringIO(), io.StringIO()
with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
    code.interact(banner="hello", readfunc=read, exitmsg="")
assert out.getvalue() == "printed\n42\n", out.getvalue()
assert prompts == [">>> ", "... ", "... ", ">>> ", ">>> ", ">>> "], prompts
assert "ZeroDivisionError: division by zero" in err.getvalue() and err.getvalue().startswith("hello\n"), err.getvalue()

# A string that the end of the source cuts off, behind an escaped line end too; what hides behind the closing quote.
INCOMPLETE = 0x4000
for source, mode, cut in [
    ("a = 'a\\\n", "single", True), ("a = 'a\\\n", "exec", True), ("a = 'a\n", "exec", False), ("'a", "eval", True),
    ("x = 'a\\\nb", "single", True), ("x = 'a\\\nb\n", "single", False), ("f('a\\", "eval", True), ("[1''", "eval", True),
    ("[1'a'", "eval", False), ("['a'", "eval", True), ("x='a\\\\\n", "single", False),
]:
    try:
        compile(source, "<input>", mode, INCOMPLETE)
    except SyntaxError as e:
        assert (e.msg == "incomplete input") is cut, (source, mode, e.msg)
    else:
        raise AssertionError(source)
