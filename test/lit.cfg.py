# The test suite: one folder per tool, and folders for what belongs to none. See docs/testing.md.
import os

import lit.formats

config.name = "coil"
config.test_format = lit.formats.ShTest(execute_external=True)
config.suffixes = [".py", ".test", ".pyasm"]
config.excludes = ["Inputs", "golden", "lit.cfg.py"]
config.test_source_root = os.path.dirname(__file__)

root = os.path.dirname(config.test_source_root)
build = lit_config.params.get("build", os.path.join(root, "build"))
config.test_exec_root = os.path.join(build, "test-output")
binaries = os.path.join(build, "bin")
llvm = "/usr/lib/llvm-19/bin"

config.environment["PATH"] = os.pathsep.join([binaries, llvm, "/usr/bin", "/bin"])
config.environment["LC_ALL"] = "C.UTF-8"
for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS"):
    if name in os.environ:
        config.environment[name] = os.environ[name]
config.environment.setdefault("UBSAN_OPTIONS", "print_stacktrace=1")
# Allocations that cannot be had fail, and faults end a program, as they do without the sanitizer.
config.environment.setdefault(
    "ASAN_OPTIONS", "allocator_may_return_null=1:handle_segv=0:handle_abort=0:handle_sigfpe=0:handle_sigbus=0"
)

config.substitutions.append(("%python", "/usr/bin/python3.11"))
config.substitutions.append(("%bin", binaries))
config.substitutions.append(("%utils", os.path.join(root, "utils")))
config.substitutions.append(("%root", root))
config.substitutions.append(("%build", build))
# %name is the test's file name without its folder; %golden.KIND is what CPython says of it, which utils/update-tests wrote.
config.substitutions.append(("%name", "%basename_t"))
config.substitutions.append(("%golden", "%S/golden/%basename_t"))
config.recursiveExpansionLimit = 3

for tool in ("pytok", "pyparse", "pycomp", "pydis", "pycache", "pyvm"):
    if os.path.exists(os.path.join(binaries, tool)):
        config.available_features.add(tool)
