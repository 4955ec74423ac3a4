# Imports of native modules and of what is in sys.modules, and their errors.
# REQUIRES: pyvm
# RUN: %python %s
# RUN: pyvm --check-leaks %s
import builtins
import sys
import sys as system
from builtins import len as length, ValueError
from sys import *


def raises(kind, message, function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except kind as error:
        assert type(error) is kind, error
        assert str(error) == message, (str(error), message)
        return error
    raise AssertionError(f"no {kind.__name__}: {message}")


assert system is sys is sys.modules["sys"] and builtins is sys.modules["builtins"]
assert length is len and ValueError is builtins.ValueError and maxsize == sys.maxsize
assert "_getframe" not in globals() and intern is sys.intern
assert __import__("sys") is sys and __import__("sys", fromlist=("path",)) is sys

# A module made by hand, and packages of such modules.
Module = type(sys)
made = Module("made", "Its documentation.")
made.visible, made._hidden = 1, 2
sys.modules["made"] = made
import made as again
from made import visible, _hidden

assert again is made and (visible, _hidden) == (1, 2)
space = {}
exec("from made import *", space)
assert "visible" in space and "_hidden" not in space
made.__all__ = ["_hidden"]
space = {}
exec("from made import *", space)
assert "visible" not in space and space["_hidden"] == 2
made.__all__ = ["absent"]
raises(AttributeError, "module 'made' has no attribute 'absent'", exec, "from made import *", {})
made.__all__ = [1]
raises(TypeError, "Item in made.__all__ must be str, not int", exec, "from made import *", {})
del made.__all__
made.__dict__[1] = 1
raises(TypeError, "Key in made.__dict__ must be str, not int", exec, "from made import *", {})

package, sub = Module("package"), Module("package.sub")
package.__path__ = []
sys.modules["package"], sys.modules["package.sub"] = package, sub
import package.sub as bound_sub
from package import sub as from_sub

assert bound_sub is sub and from_sub is sub
assert __import__("package.sub") is package and __import__("package.sub", fromlist=["x"]) is sub
inside = {"__name__": "package.other", "__package__": "package"}
exec("from . import sub as s1\nfrom .sub import __name__ as n1", inside)
assert inside["s1"] is sub and inside["n1"] == "package.sub"
assert __import__("sub", inside, None, ["x"], 1) is sub and __import__("sub", inside, None, [], 1) is sub
assert __import__("", inside, None, ["x"], 1) is package
deep = {"__name__": "package.sub.deep", "__package__": "package.sub"}
assert __import__("", deep, None, ["x"], 2) is package

# Errors.
error = raises(ModuleNotFoundError, "No module named 'no_such_module'", __import__, "no_such_module")
assert error.name == "no_such_module" and error.path is None and error.msg == "No module named 'no_such_module'"
raises(ModuleNotFoundError, "No module named 'no_such_module'", __import__, "no_such_module.x")
error = raises(ModuleNotFoundError, "No module named 'sys.x'; 'sys' is not a package", __import__, "sys.x")
assert error.name == "sys.x"
raises(ModuleNotFoundError, "No module named 'package.absent'", __import__, "package.absent")
sys.modules["halted"] = None
error = raises(ModuleNotFoundError, "import of halted halted; None in sys.modules", __import__, "halted")
assert error.name == "halted"


def from_missing():
    from sys import no_such_name


error = raises(ImportError, "cannot import name 'no_such_name' from 'sys' (unknown location)", from_missing)
assert error.name == "sys" and error.path is None
made.__file__ = "/made/up.py"


def from_file():
    from made import no_such_name


error = raises(ImportError, "cannot import name 'no_such_name' from 'made' (/made/up.py)", from_file)
assert error.path == "/made/up.py"
raises(TypeError, "module name must be a string", __import__, 1)
raises(ValueError, "Empty module name", __import__, "")
raises(ValueError, "level must be >= 0", __import__, "x", level=-1)
raises(KeyError, "\"'__name__' not in globals\"", __import__, "x", level=1)
raises(ImportError, "attempted relative import beyond top-level package", __import__, "x", inside, None, (), 2)
raises(ImportError, "attempted relative import with no known parent package", exec, "from . import x", {"__name__": "top", "__package__": ""})

# The import statement goes through __import__ of its builtins.
calls = []


def hook(name, globals=None, locals=None, fromlist=(), level=0):
    calls.append((name, fromlist, level))
    return made


space = {"__builtins__": {"__import__": hook}}
exec("import a.b\nfrom c import visible", space)
assert calls == [("a.b", None, 0), ("c", ("visible",), 0)] and space["a"] is made and space["visible"] == 1, calls
