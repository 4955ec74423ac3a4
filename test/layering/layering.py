# Dependencies between the libraries point one way, in #include lines and in CMake alike; and the root stays tidy.
# RUN: %python %s %root
import pathlib
import re
import subprocess
import sys

# Each library and the ones it may use directly; what these use, it may use too.
MAY_USE = {
    "Support": [],
    "Lex": ["Support"],
    "AST": ["Lex"],
    "Parse": ["AST"],
    "Bytecode": ["Support"],
    "Compile": ["AST", "Bytecode"],
    "Disasm": ["Bytecode"],
    "Cache": ["Bytecode"],
    "VM": ["Bytecode", "Parse", "Compile"],  # compile(), exec() and eval(); the markers of tracebacks
}
ROOT_ENTRIES = {"CMakeLists.txt", "tools", "lib", "test", "utils", "docs", "README.md", "LICENSE"}
HEAVY = {"iostream", "regex", "CLI/CLI.hpp"}  # only where it is said below
HEAVY_ALLOWED = {"lib/Support/CommandLine.cpp"}

root = pathlib.Path(sys.argv[1])
problems = []


def closure(library):
    found = {library}
    todo = [library]
    while todo:
        for used in MAY_USE[todo.pop()]:
            if used not in found:
                found.add(used)
                todo.append(used)
    return found


def check_file(path, library):
    allowed = closure(library)
    name = path.relative_to(root)
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        match = re.match(r'\s*#\s*include\s*(["<])([^">]+)[">]', line)
        if not match:
            continue
        target = match[2]
        if match[1] == '"' and not target.startswith(("llvm/", "CLI/")):
            first = target.split("/")[0]
            if first not in MAY_USE:
                problems.append(f"{name}:{number}: \"{target}\" is not written from the include root")
            elif first not in allowed:
                problems.append(f"{name}:{number}: {library} may not use {first}")
        if target in HEAVY and str(name) not in HEAVY_ALLOWED:
            problems.append(f"{name}:{number}: <{target}> is not used here")


libraries = 0
for folder in sorted((root / "lib").iterdir()):
    if not folder.is_dir():
        continue
    library = folder.name
    if library not in MAY_USE:
        problems.append(f"lib/{library} is not in the table of libraries")
        continue
    libraries += 1
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".h", ".cpp", ".def"):
            check_file(path, library)
    cmake = (folder / "CMakeLists.txt").read_text()
    for declared, deps in re.findall(r"coil_library\((\w+)([^)]*)\)", cmake):
        if declared != library:
            problems.append(f"lib/{library} declares the library {declared}")
        for dep in re.findall(r"\bcoil(\w+)", deps):
            if dep not in closure(library):
                problems.append(f"lib/{library}/CMakeLists.txt: {library} may not link {dep}")

tracked = subprocess.run(["git", "-C", str(root), "ls-files"], stdout=subprocess.PIPE, encoding="utf-8")
if tracked.returncode == 0:
    for entry in sorted({line.split("/")[0] for line in tracked.stdout.splitlines()}):
        if not entry.startswith(".") and entry not in ROOT_ENTRIES:
            problems.append(f"{entry} does not belong in the root of the repository")

if libraries < 2:
    problems.append("no libraries were found")
if problems:
    sys.exit("\n".join(problems))
