# exec, eval and compile: namespaces, source forms, errors with their attributes.
# REQUIRES: pyvm
# RUN: %python %s
# RUN: pyvm --check-leaks %s


def raises(kind, message, function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except kind as error:
        assert type(error) is kind, error
        assert str(error) == message, (str(error), message)
        return error
    raise AssertionError(f"no {kind.__name__}: {message}")


# --- namespaces

x = 10
assert eval("x + 1") == 11 and eval(b"x") == 10 and eval("  \tx") == 10
exec("y = x * 2")
assert y == 20
space = {}
exec("a = 1\ndef f():\n    return a\n", space)
assert space["a"] == 1 and space["f"]() == 1 and "__builtins__" in space
assert sorted(k for k in space if k != "__builtins__") == ["a", "f"]
space["a"] = 2
assert space["f"]() == 2
g, l = {"a": 1}, {}
exec("b = a\nc = [a for _ in range(2)]", g, l)
assert l == {"b": 1, "c": [1, 1]} and "b" not in g
assert eval("a + b", g, l) == 2
assert eval("a", g) == 1


def in_function(p):
    q = 2
    assert eval("p + q") == p + q
    exec("q = 99")
    assert q == 2
    exec("made = 1", globals())
    return made


assert in_function(1) == 1


class Recorder(dict):
    def __getitem__(self, key):
        log.append(("get", key))
        return dict.__getitem__(self, key)

    def __setitem__(self, key, value):
        log.append(("set", key))
        dict.__setitem__(self, key, value)


class Mapping:
    def __getitem__(self, key):
        if key == "magic":
            return 7
        raise KeyError(key)

    def __setitem__(self, key, value):
        log.append((key, value))


log = []
exec("n = 1\nm = n", {}, Recorder())
assert log == [("set", "n"), ("get", "n"), ("set", "m")], log
log = []
exec("k = magic + len('ab')", {}, Mapping())
assert log == [("k", 9)] and eval("magic", {}, Mapping()) == 7

# Builtins of one's own.
raises(NameError, "name 'len' is not defined", eval, "len('a')", {"__builtins__": {}})
assert eval("len('a')", {"__builtins__": {"len": lambda s: "mine"}}) == "mine"

raises(TypeError, "globals must be a dict", eval, "1", 1)
raises(TypeError, "globals must be a real dict; try eval(expr, {}, mapping)", eval, "1", Mapping())
raises(TypeError, "locals must be a mapping", eval, "1", {}, 1)
raises(TypeError, "exec() globals must be a dict, not int", exec, "1", 1)
raises(TypeError, "locals must be a mapping or None, not int", exec, "1", {}, 1)
raises(TypeError, "eval() arg 1 must be a string, bytes or code object", eval, 1)
raises(TypeError, "exec() arg 1 must be a string, bytes or code object", exec, 1)
raises(TypeError, "eval expected at least 1 argument, got 0", eval)

# --- code objects

code = compile("x + 1", "<test>", "eval")
assert eval(code) == 11 and code.co_filename == "<test>" and code.co_name == "<module>" and code.co_names == ("x",)
assert eval(code, {"x": 1}) == 2 and exec(code) is None
code = compile("z = 5", "<test>", "exec")
assert eval(code) is None and z == 5
code = compile("assert False", "f", "exec", optimize=1)
exec(code)
raises(AssertionError, "", exec, compile("assert False", "f", "exec", optimize=0))
code = compile("def f():\n 'doc'\nd = f.__doc__", "f", "exec", optimize=2)
exec(code)
assert d is None
code = compile("def h(v: undefined) -> w: pass", "f", "exec", flags=0x1000000)
exec(code)
assert h.__annotations__ == {"v": "undefined", "return": "w"}
code = compile(source="1", filename=b"bytes.py", mode="eval", flags=0, dont_inherit=True, optimize=-1)
assert code.co_filename == "bytes.py"


class Path:
    def __fspath__(self):
        return "path.py"


assert compile("1", Path(), "eval").co_filename == "path.py"
raises(TypeError, "expected str, bytes or os.PathLike object, not int", compile, "1", 1, "eval")
raises(ValueError, "compile() mode must be 'exec', 'eval' or 'single'", compile, "1", "f", "x")
raises(ValueError, "compile() mode 'func_type' requires flag PyCF_ONLY_AST", compile, "1", "f", "func_type")
raises(TypeError, "compile() arg 1 must be a string, bytes or AST object", compile, 1, "f", "exec")
raises(ValueError, "compile(): unrecognised flags", compile, "1", "f", "exec", flags=1 << 30)
raises(ValueError, "compile(): invalid optimize value", compile, "1", "f", "exec", optimize=5)
raises(TypeError, "compile() missing required argument 'mode' (pos 3)", compile, "1", "f")


def closure_maker():
    a = 5

    def inner():
        global seen
        seen = a

    return inner


inner = closure_maker()
exec(inner.__code__, closure=inner.__closure__)
assert seen == 5
raises(TypeError, "code object passed to eval() may not contain free variables", eval, inner.__code__)
raises(TypeError, "code object requires a closure of exactly length 1", exec, inner.__code__)
raises(TypeError, "code object requires a closure of exactly length 1", exec, inner.__code__, closure=())
raises(TypeError, "cannot use a closure with this code object", exec, code, closure=inner.__closure__)
raises(TypeError, "closure can only be used when source is a code object", exec, "1", closure=())

# Interactive mode shows expressions.
import sys


class Out:
    def __init__(self):
        self.text = ""

    def write(self, s):
        self.text += s


stdout, sys.stdout = sys.stdout, Out()
exec(compile("40 + 2", "<stdin>", "single"))
exec(compile("None", "<stdin>", "single"))
out, sys.stdout = sys.stdout, stdout
assert out.text == "42\n" and _ == 42

# --- source text

assert eval("'é€😀'") == "é€😀" and eval("'é'".encode()) == "é"
assert eval(b"# coding: latin-1\n'\xe9'") == "é"
assert eval("# coding: latin-1\n'é'") == "é"
raises(ValueError, "source code string cannot contain null bytes", eval, "a\0b")
raises(
    UnicodeEncodeError,
    "'utf-8' codec can't encode characters in position 1-2: surrogates not allowed",
    eval,
    "'\ud800\ud801'",
)

# --- errors


def fault(source, mode="exec"):
    try:
        compile(source, "faulty.py", mode)
    except SyntaxError as e:
        return (type(e).__name__, e.msg, e.filename, e.lineno, e.offset, e.text, e.end_lineno, e.end_offset, e.args)
    raise AssertionError(source)


def expected(kind, message, *place):
    return (kind, message, *place, (message, place))


assert fault("x y") == expected("SyntaxError", "invalid syntax", "faulty.py", 1, 3, "x y\n", 1, 4)
assert fault("return") == expected("SyntaxError", "'return' outside function", "faulty.py", 1, 1, None, 1, 7)
assert fault(" x") == expected("IndentationError", "unexpected indent", "faulty.py", 1, 1, " x\n", 1, -1)
assert fault("if 1:\n\tx\n        y") == expected(
    "TabError", "inconsistent use of tabs and spaces in indentation", "faulty.py", 3, 1, "        y\n", 3, 0
)
assert fault("", "eval") == expected("SyntaxError", "invalid syntax", "faulty.py", 0, 0, "", 0, 0)
# The symbol table gives the place as attributes only.
for source, message, line, offset, end in [
    ("def f(x,x):pass", "duplicate argument 'x' in function definition", 1, 9, 10),
    ("nonlocal x", "nonlocal declaration not allowed at module level", 1, 1, 11),
    ("def f():\n x = 1\n global x", "name 'x' is assigned to before global declaration", 3, 2, 10),
]:
    kind, msg, filename, lineno, column, text, end_lineno, end_offset, args = fault(source)
    assert (kind, msg, args) == ("SyntaxError", message, (message,)), (kind, msg, args)
    assert (filename, lineno, column, end_lineno, end_offset) == ("faulty.py", line, offset, line, end), source
assert str(raises(SyntaxError, "invalid syntax (<string>, line 1)", exec, "x y")) == "invalid syntax (<string>, line 1)"
raises(SyntaxError, "invalid syntax (<string>, line 1)", eval, "x = 1")

# The exception being handled becomes the context.
try:
    try:
        raise ValueError("first")
    except ValueError:
        exec("x y")
except SyntaxError as error:
    assert isinstance(error.__context__, ValueError)

# An exception in executed code has its frame in the traceback.
try:
    exec(compile("\n\n1 / 0", "inner.py", "exec"))
except ZeroDivisionError as error:
    tb = error.__traceback__.tb_next
    assert (tb.tb_lineno, tb.tb_frame.f_code.co_filename, tb.tb_next) == (3, "inner.py", None)

# Deep nesting is refused, not fatal.
for source in ("(" * 5000 + ")" * 5000, "-" * 100000 + "1"):
    try:
        eval(source)
    except (SyntaxError, MemoryError, RecursionError):
        pass
    else:
        raise AssertionError


def eval_in_eval(n):
    return eval("eval_in_eval(n - 1)") if n else "bottom"


assert eval_in_eval(50) == "bottom"


# Globals and builtins of a class derived from dict are asked for their items.
class Refusing(dict):
    def __getitem__(self, key):
        raise LookupError(key)


class Answering(dict):
    def __getitem__(self, key):
        return f"<{key}>" if key == "answer" else super().__getitem__(key)


def refused(source, namespace):
    try:
        exec(source, namespace)
    except LookupError as e:
        assert type(e) is LookupError, e
    else:
        raise AssertionError(source)


refused("known", Refusing(known=1))
refused("known", {"__builtins__": Refusing(known=1)})
refused("def f(): return known\nf()", {"__builtins__": Refusing(known=1)})
for _ in range(3):
    seen = {"__builtins__": Answering()}
    exec("def f(): return answer\nx = answer\ny = f()", seen)
    assert seen["x"] == seen["y"] == "<answer>"
    seen = Answering()
    exec("def f(): return answer\nx = answer\ny = f()", seen)
    assert seen["x"] == seen["y"] == "<answer>"
