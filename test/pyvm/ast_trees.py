# Trees as objects: compile() with PyCF_ONLY_AST, compile() of trees, and the classes of _ast.
# RUN: %python %s
# RUN: pyvm --check-leaks %s
import ast


def raises(kind, text, function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except kind as error:
        assert str(error) == text, str(error)
        return
    raise AssertionError(kind)


tree = ast.parse("def f(a, *, b=1) -> int:\n    return a + b[0] if a < 1 < 2 else 'x'\n")
assert ast.dump(tree.body[0].args) == (
    "arguments(posonlyargs=[], args=[arg(arg='a')], kwonlyargs=[arg(arg='b')], kw_defaults=[Constant(value=1)], defaults=[])"
)
assert ast.unparse(tree) == "def f(a, *, b=1) -> int:\n    return a + b[0] if a < 1 < 2 else 'x'"
f = tree.body[0]
assert (f.lineno, f.col_offset, f.end_lineno, f.end_col_offset) == (1, 0, 2, 41) and f.type_comment is None
space = {}
exec(compile(tree, "made", "exec"), space)
assert space["f"](5, b=[2]) == "x" and space["f"](0, b=[2]) == 2


# Changed trees run, too.
class Doubler(ast.NodeTransformer):
    def visit_Constant(self, node):
        return ast.copy_location(ast.Constant(node.value * 2), node) if isinstance(node.value, int) else node


assert eval(compile(ast.fix_missing_locations(Doubler().visit(ast.parse("3 + 4", mode="eval"))), "", "eval")) == 14
assert ast.literal_eval("{'a': [1, 2.5, -3j, None, b'x', (True, ...)]}")["a"][2] == -3j

# Every constant comes back as it is.
for text in ("1", "10**0", "123456789012345678901234567890", "0x1p0" if False else "1e400", "2j", "'\\ud800'", "b'\\xff'", "...", "None"):
    assert repr(eval(compile(ast.parse(text, mode="eval"), "", "eval"))) == repr(eval(text)), text

# The classes.
assert ast.Name.__mro__[1:3] == (ast.expr, ast.AST) and ast.Name._fields == ast.Name.__match_args__ == ("id", "ctx")
assert ast.expr._attributes == ("lineno", "col_offset", "end_lineno", "end_col_offset") and ast.mod._attributes == ()
assert ast.Name.__doc__ == "Name(identifier id, expr_context ctx)" and ast.boolop.__doc__ == "boolop = And | Or"
assert ast.Constant.kind is None and ast.Name.__module__ == "ast"
node = ast.Name("x", ctx=ast.Load())
assert node.id == "x" and isinstance(ast.parse("x").body[0].value.ctx, ast.Load)
assert ast.parse("a").body[0].value.ctx is ast.parse("b").body[0].value.ctx
raises(TypeError, "Name constructor takes at most 2 positional arguments", ast.Name, 1, 2, 3)
raises(TypeError, "Name got multiple values for argument 'id'", ast.Name, "x", id="y")

# What is no tree.
wrap = lambda *body: ast.Module(list(body), [])
at = dict(lineno=1, col_offset=0)
raises(TypeError, "expected Module node, got Expression", compile, ast.Expression(ast.Constant(1, **at)), "", "exec")
raises(TypeError, 'required field "lineno" missing from expr', compile, wrap(ast.Expr(ast.Name("x", ast.Load()), **at)), "", "exec")
raises(TypeError, 'required field "id" missing from Name', compile, wrap(ast.Expr(ast.Name(ctx=ast.Load(), **at), **at)), "", "exec")
raises(TypeError, "AST identifier must be of type str", compile, wrap(ast.Expr(ast.Name(1, ast.Load(), **at), **at)), "", "exec")
raises(TypeError, 'Module field "body" must be a list, not a int', compile, ast.Module(1, []), "", "exec")
raises(TypeError, 'required field "lineno" missing from stmt', compile, wrap(1), "", "exec")
raises(TypeError, 'required field "posonlyargs" missing from arguments', compile, ast.Expression(ast.Lambda(1, ast.Constant(1, **at), **at)), "", "eval")
raises(ValueError, "field 'value' is required for Expr", compile, wrap(ast.Expr(None, **at)), "", "exec")
raises(ValueError, "empty body on If", compile, wrap(ast.If(ast.Constant(1, **at), [], [], **at)), "", "exec")
raises(TypeError, "got an invalid type in Constant: list", compile, wrap(ast.Expr(ast.Constant([], **at), **at)), "", "exec")
