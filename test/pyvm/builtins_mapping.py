# RUN: %python %s
# RUN: pyvm --check-leaks %s
# What a global name means where globals or builtins are mappings of another type than dict.
import types


class Recording(dict):
    def __init__(self, *args):
        super().__init__(*args)
        self.asked = []

    def __getitem__(self, key):
        self.asked.append(key)
        return super().__getitem__(key)


def raised(exception, function, *args):
    try:
        function(*args)
    except exception as e:
        return str(e)
    raise AssertionError(f"{exception} not raised")


# Builtins of a dict subclass are asked through their methods, by LOAD_NAME and by LOAD_GLOBAL.
builtins = Recording({"len": lambda x: 42})
namespace = {"__builtins__": builtins}
exec("a = len(())\ndef f(): return len(())\n", namespace)
assert namespace["a"] == 42 and builtins.asked == ["len"]
assert namespace["f"]() == 42 and namespace["f"]() == 42
assert builtins.asked == ["len"] * 3
assert namespace["f"].__builtins__ is builtins

# A class statement looks __build_class__ up there, too.
assert raised(NameError, exec, "class A: pass", {"__builtins__": Recording()}) == "__build_class__ not found"
assert raised(TypeError, exec, "print", {"__builtins__": 123}) == "'int' object is not subscriptable"


# Globals of a dict subclass can make values up.
class Numbers(dict):
    def __missing__(self, key):
        if not key.startswith("n"):
            raise KeyError(key)
        return int(key[1:])


total = eval("lambda: n1 + n2 + n30", Numbers())
for _ in range(50):
    assert total() == 33
assert "name 'x1' is not defined" in raised(NameError, eval("lambda: x1", Numbers()))

# Code that is run with plain globals first and with such a mapping then keeps to its own.
code = compile("lambda: n5", "", "eval")
plain = types.FunctionType(eval(code, {}).__code__, {"n5": "plain"})
made = types.FunctionType(plain.__code__, Numbers())
for _ in range(20):
    assert plain() == "plain" and made() == 5

# A function whose globals have no builtins gets those of the code that makes it.
outer = {"__builtins__": {"only": 1}, "FunctionType": types.FunctionType}
exec("inner = FunctionType((lambda: only).__code__, {})", outer)
assert outer["inner"]() == 1 and outer["inner"].__builtins__ is outer["__builtins__"]
print("ok")
