// The import system: CPython's importlib, embedded, and the doors to it.
#pragma once

#include "VM/Protocol/Protocol.h"
#include "VM/Types/Code.h"

namespace coil::vm {

// Makes importlib._bootstrap ready: imports of native and embedded modules work afterwards. Called once,
// after builtins and sys.
Status startImport(Thread &t);
// Adds the import of files, zip files included (importlib._bootstrap_external, zipimport).
Status startExternalImport(Thread &t);

// What `import name` and `from name import ...` give (PyImport_ImportModuleLevelObject): the module that the
// statement binds, or takes names from.
Ref importModuleLevel(Thread &t, Str *name, Value globals, Value fromList, int level);
// The module of a dotted name itself.
Ref importModule(Thread &t, llvm::StringRef name);
// In the child of a fork: the import lock of a thread that is not there any more is free.
void importLockAfterFork(Thread &t);
// An attribute of a module that is imported first if need be.
Ref importAttribute(Thread &t, llvm::StringRef module, llvm::StringRef name);
// from module import name.
Ref importFrom(Thread &t, Value module, Str *name);
// from module import *, into a namespace.
Status importStar(Thread &t, Value module, Value nameSpace);

// The code of an embedded module; an empty reference if it is damaged (with an exception).
CodeRef frozenCode(Thread &t, const struct FrozenModule &module);
// Runs an embedded module in a module of its own, without importlib; raises ImportError if there is none.
Ref importFrozen(Thread &t, llvm::StringRef name);

} // namespace coil::vm
