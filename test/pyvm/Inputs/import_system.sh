#!/bin/bash
# import_system.sh WORKDIR: what programs print that import in all ways, under pyvm and under python3.11.
set -u
work=$1
rm -rf "$work" && mkdir -p "$work" && cd "$work" || exit 2
export PYTHONHASHSEED=0
unset PYTHONPATH PYTHONDONTWRITEBYTECODE
mkdir -p pack/sub space1/ns space2/ns circ bad folder other
cat >pack/__init__.py <<'EOF'
print("pack", __name__, __package__, [p.rsplit("/", 1)[1] for p in __path__], __spec__.submodule_search_locations == __path__)
from . import first
from .first import value as renamed
EOF
echo 'print("first", __name__, __package__); value = 1; from .sub import deep' >pack/first.py
echo 'print("sub", __name__)' >pack/sub/__init__.py
echo 'from ..first import value; from ... import nothing' >pack/sub/far.py
echo 'print("deep", __name__, __file__.rsplit("/", 1)[1])' >pack/sub/deep.py
echo 'print("main of pack", __name__, __package__, __spec__.name)' >pack/__main__.py
echo 'a = 1' >space1/ns/a.py
echo 'b = 2' >space2/ns/b.py
echo 'from circ import two; x = 1' >circ/one.py
echo 'from circ.one import x' >circ/two.py
echo '' >circ/__init__.py
echo 'def f(:' >bad/syntax.py
echo 'import nowhere.at.all' >bad/chained.py
echo 'raise ValueError("in the module")' >bad/raises.py
echo '' >bad/__init__.py
echo 'import sys; print("folder main", __name__, repr(__package__), sys.path[0].rsplit("/", 1)[1], sys.argv[1:], __spec__.name); import helper' >folder/__main__.py
echo 'print("helper", __name__)' >folder/helper.py
echo 'print("script", __name__, __spec__, __file__.rsplit("/", 1)[1], __package__)
import sys; print([p for p in sys.path if p.endswith("other") or p == ""], sys.argv)' >other/script.py
cat >script.py <<'EOF'
import importlib, sys

print(pack := __import__("pack"), pack.renamed) if False else None
import pack.sub.deep as d, pack
from pack import *
print(d.__name__, pack.renamed, sorted(n for n in vars(pack) if not n.startswith("__")))
for statement in (
    "import nosuch", "import pack.nosuch", "import pack.first.x", "from pack import nosuch", "from pack.first import nosuch",
    "import circ.one", "import pack.sub.far", "import bad.syntax", "import bad.chained", "import bad.raises", "from . import x",
    "from .. import x", "import sys.path", "from os import nosuch", "import _imp.x", "from nosuch import *",
):
    try:
        exec(statement, {"__name__": "__main__", "__package__": None})
    except BaseException as error:
        print(statement, "->", type(error).__name__, str(error).replace(sys.path[0], "HERE"), getattr(error, "name", ""), sep=" | ")
sys.path[:0] = ["space1", "space2"]
import ns.a, ns.b
print(ns.a.a + ns.b.b, type(ns.__path__).__name__, ns.__file__ if hasattr(ns, "__file__") else None, repr(ns).split(" from ")[0])
sys.modules["blocked"] = None
try:
    import blocked
except ImportError as error:
    print(type(error).__name__, error)
importlib.reload(pack.first)
module = importlib.import_module(".deep", "pack.sub")
print(module is d, importlib.util.find_spec("pack.sub").name, importlib.util.find_spec("nosuch"))


class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == "made":
            return importlib.machinery.ModuleSpec(name, self)

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        module.answer = 42


sys.meta_path.insert(0, Finder())
import made
print(made.answer, made.__spec__.name, made.__loader__.__class__.__name__)
print(pack.__spec__.cached.rsplit("/", 3)[1:], type(pack.__loader__).__name__, sys.implementation.cache_tag)


def lazy(name):
    if name == "computed":
        return "on demand"
    raise AttributeError(name)


pack.__getattr__ = lazy
from pack import computed
print(computed, hasattr(pack, "nothing"))
EOF
failures=0
# pair LABEL ARGUMENTS...: runs both with the arguments and compares.
pair() {
  local label=$1 interpreter
  shift
  for interpreter in pyvm /usr/bin/python3.11; do
    rm -rf */__pycache__ */*/__pycache__
    name=${interpreter##*/}
    "$interpreter" "$@" >"$label.$name.out" 2>"$label.$name.err" </dev/null
    echo $? >>"$label.$name.out"
    sed -i -E "s,^(/usr/bin/)?(python3\.11|[^ :]*pyvm): ,INTERPRETER: ,; s/0x[0-9a-f]+/0x/g" "$label.$name.err" "$label.$name.out"
  done
  diff -u "$label.python3.11.out" "$label.pyvm.out" && diff -u "$label.python3.11.err" "$label.pyvm.err" || failures=1
}
pair script script.py
pair module -m pack a b
pair nomodule -m nosuch
pair nomain -m bad
pair submodule -m pack.sub.deep
pair runfolder folder x y
pair nomainfolder space1
pair missing nosuch.py
pair syntax bad/syntax.py
pair raises bad/raises.py
pair chained -c 'import bad.chained'
pair raising -c 'import bad.raises'
pair command -c 'import sys; print(sys.argv, sys.path[0] == "", __name__, __spec__, __loader__)' x
pair safe -P other/script.py
pair other other/script.py a b
pair isolated -I -c 'import sys; print(sys.flags.isolated, "" in sys.path, sys.flags.ignore_environment, sys.flags.no_user_site)'
pair nosite -S -c 'import sys; print("site" in sys.modules, [p for p in sys.path if "packages" in p])'
PYTHONPATH=other:space1 pair pythonpath -c 'import sys; print([p.rsplit("/", 1)[1] for p in sys.path[1:3]]); import script; import ns.a'
PYTHONPATH=other pair ignored -E -c 'import sys; print([p for p in sys.path if p.endswith("other")])'
/usr/bin/python3.11 -c 'import zipfile
with zipfile.ZipFile("app.zip", "w") as archive:
    for name in ("__main__.py", "helper.py"):
        archive.write("folder/" + name, name)' 
pair zip app.zip x
# Caches are shared: what one writes, the other takes, byte for byte.
rm -rf pack/__pycache__ pack/sub/__pycache__
pyvm -c 'import pack' >/dev/null && cp pack/__pycache__/first.cpython-311.pyc ours.pyc
rm -rf pack/__pycache__ pack/sub/__pycache__
/usr/bin/python3.11 -c 'import pack' >/dev/null && cmp ours.pyc pack/__pycache__/first.cpython-311.pyc || failures=1
pyvm -B -c 'import pack' | diff - <(/usr/bin/python3.11 -B -c 'import pack') || failures=1
rm -rf pack/__pycache__; pyvm -B -c 'import pack' >/dev/null; [[ ! -e pack/__pycache__ ]] || failures=1
pyvm -X pycache_prefix="$PWD/prefix" -c 'import pack' >/dev/null; [[ -n $(find prefix -name 'first.cpython-311.pyc') ]] || failures=1
exit $failures
