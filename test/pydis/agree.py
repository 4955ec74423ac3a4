# --json says what dis.get_instructions, code_info and co_positions say; --marshal, --cfg and --stats agree with them.
# RUN: %python %s %S/golden/statements.py.pyc
import collections
import dis
import json
import marshal
import re
import subprocess
import sys

path = sys.argv[1]
with open(path, "rb") as f:
    data = f.read()
root = marshal.loads(data[16:])


def pydis(*args):
    return subprocess.run(["pydis", *args, path], stdout=subprocess.PIPE, check=True, encoding="utf-8").stdout


def codes(code):
    yield code
    for constant in code.co_consts:
        if hasattr(constant, "co_code"):
            yield from codes(constant)


def flat(entry):
    yield entry
    for nested in entry["code"]:
        yield from flat(nested)


document = json.loads(pydis("--json"))
assert document["coil"] == "dis" and document["version"] == 1
ours, theirs = list(flat(document["code"][0])), list(codes(root))
assert len(ours) == len(theirs)
for a, b in zip(ours, theirs):
    for key in ("name", "qualname", "filename", "firstlineno", "argcount", "posonlyargcount", "kwonlyargcount",
                "stacksize", "flags"):
        assert a[key] == getattr(b, "co_" + key), (b, key, a[key])
    for key in ("names", "varnames", "cellvars", "freevars"):
        assert a[key] == list(getattr(b, "co_" + key)), (b, key, a[key])
    labels = {i.offset for i in dis.get_instructions(b) if i.is_jump_target}
    labels |= {e.target for e in dis._parse_exception_table(b)}
    instructions = list(dis.get_instructions(b))
    assert len(instructions) == len(a["instructions"])
    for x, y in zip(a["instructions"], instructions):
        assert x["offset"] == y.offset and x["opname"] == y.opname and x.get("arg") == y.arg, (x, y)
        assert x.get("starts_line") == y.starts_line, (x, y)
        assert x["positions"] == list(y.positions), (x, y)
        assert x.get("is_jump_target", False) == (y.offset in labels), (x, y)
        if not hasattr(y.argval, "co_code") and not isinstance(y.argval, frozenset):
            assert x.get("argrepr", "") == y.argrepr, (x, y)
    table = [(e["start"], e["end"], e["target"], e["depth"], e["lasti"]) for e in a["exception_table"]]
    assert table == [tuple(e) for e in dis._parse_exception_table(b)]

assert len(json.loads(pydis("--json", "--depth", "0"))["code"][0]["code"]) == 0
assert json.loads(pydis("--json", "--function", "errors"))["code"][0]["name"] == "errors"

counts = collections.Counter(i.opname for c in codes(root) for i in dis.get_instructions(c))
shown = {name: int(n) for n, name in re.findall(r"^ *(\d+) +[\d.]+%  (\w+)$", pydis("--stats"), re.M)}
assert shown == counts, (shown, counts)

# Every FLAG_REF of the file has its number in order, and every reference one that was given.
numbers = [int(n) for n in re.findall(r"^ *\d+  \S #(\d+)", pydis("--marshal"), re.M)]
assert numbers == list(range(len(numbers))) and numbers
references = [int(n) for n in re.findall(r"^ *\d+  r >(\d+)", pydis("--marshal"), re.M)]
assert references and max(references) < len(numbers)
for line in pydis("--marshal").splitlines():
    offset, kind = re.match(r" *(\d+)  (\S)", line).groups()
    assert data[int(offset)] & 0x7F == ord(kind), line

graph = pydis("--cfg", "--function", "generator")
nodes = set(re.findall(r"^    (\w+) \[label", graph, re.M))
edges = re.findall(r"^    (\w+) -> (\w+)", graph, re.M)
assert nodes and edges and all(a in nodes and b in nodes for a, b in edges)
generator = [c for c in theirs if c.co_name == "generator"][0]
for i in dis.get_instructions(generator):
    if i.is_jump_target:
        assert f"c0_{i.offset}" in nodes
