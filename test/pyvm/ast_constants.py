# RUN: pyvm --check-leaks %s
# RUN: %python %s
"""Trees that a program has built: constants that no literal can say, and the checks that compile() makes."""
import ast


def value_of(constant):
    tree = ast.Expression(ast.Constant(constant))
    return eval(compile(ast.fix_missing_locations(tree), "<tree>", "eval"))


for constant in (
    (), (1, 2), ("a", b"b", None, True, ..., 1.5, 1 << 70), ((((1,), 2), "name"), 2), frozenset(), frozenset({1, "x"}),
    frozenset({frozenset({frozenset({1}), 2}), 2}), 1 + 2j, complex(-0.0, 1), (1 + 2j, frozenset("ab")),
):
    value = value_of(constant)
    assert value == constant and type(value) is type(constant), value
    assert repr(value) == repr(constant) or isinstance(constant, (frozenset, tuple)), value


class Int(int):
    pass


def refused(error, words, tree, mode="exec"):
    try:
        compile(ast.fix_missing_locations(tree), "<tree>", mode)
    except error as e:
        assert words in str(e), e
    else:
        raise AssertionError(words)


refused(TypeError, "got an invalid type in Constant: list", ast.Expression(ast.Constant([1])), "eval")
refused(TypeError, "got an invalid type in Constant: list", ast.Expression(ast.Constant((1, [2]))), "eval")
refused(TypeError, "got an invalid type in Constant: Int", ast.Expression(ast.Constant(Int(1))), "eval")


def statement(words, node, error=ValueError):
    refused(error, words, ast.Module([node], []))


load, store = ast.Load(), ast.Store()
statement("empty body on If", ast.If(ast.Constant(1), [], []))
statement("must have Load context", ast.Expr(ast.Name("x", store)))
statement("must have Store context", ast.Assign([ast.Name("x", load)], ast.Constant(1)))
statement("None disallowed in expression list", ast.Expr(ast.List([None], load)))
statement("None disallowed in statement list", ast.If(ast.Constant(1), [None], []))
statement("identifier field can't represent 'None' constant", ast.Expr(ast.Name("None", load)))
statement("Try has neither except handlers nor finalbody", ast.Try([ast.Pass()], [], [], []))
statement("unexpected constant inside of a literal pattern",
          ast.Match(ast.Constant(1), [ast.match_case(ast.MatchValue(ast.Constant((1, 2))), None, [ast.Pass()])]))
place = ast.parse("a = 1\nb = 2")
place.body[0].lineno, place.body[0].end_lineno = 10, 1
refused(ValueError, "AST node line range (10, 1) is not valid", place)

# Where a node's end is not told, it ends where it begins.
bare = ast.parse("a = 1 / 0")
for node in ast.walk(bare):
    for name in "end_lineno", "end_col_offset":
        if hasattr(node, name):
            delattr(node, name)
code = compile(bare, "<tree>", "exec")
assert {(p[0], p[1]) for p in code.co_positions()} <= {(0, 0), (1, 1), (0, 1)}, list(code.co_positions())

# compile() itself: how long a decimal literal may be, whose syntax it reads, what names a file.
import sys
import warnings

limit = sys.get_int_max_str_digits()
for digits, good in (1000, True), (1001, False):
    sys.set_int_max_str_digits(1000)
    try:
        compile("1" * digits, "", "eval")
        assert good
    except SyntaxError as e:
        assert not good and e.msg.startswith("Exceeds the limit (1000 digits) for integer string conversion"), e
sys.set_int_max_str_digits(limit)
try:
    ast.parse("(x := 1)", feature_version=(3, 7))
except SyntaxError as e:
    assert e.msg == "Assignment expressions are only supported in Python 3.8 and greater", e
else:
    raise AssertionError
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    assert compile("1", bytearray(b"name"), "eval").co_filename == "name"
assert str(caught[0].message) == "path should be string, bytes, or os.PathLike, not bytearray"
assert compile("1", b"\xff", "eval").co_filename == "\udcff"
