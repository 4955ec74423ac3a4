// The builtins module, and what the interpreter needs of it and of sys.
#pragma once

#include "VM/Protocol/Protocol.h"

namespace coil::vm {

// sys.<name>; raises RuntimeError ("lost sys.stdout") when it is gone.
Ref sysAttribute(Thread &t, Str *name);
// The same, borrowed and without raising: empty when it is absent.
Value sysLookup(Str *name);

// Flushes sys.stdout and sys.stderr, ignoring what goes wrong.
void flushStandardStreams(Thread &t);
// builtins and sys, as namespaces that are ready to run code in.
void initializeBuiltins(Thread &t);
void initializeSys(Thread &t);

// from module import name.
Ref importFrom(Thread &t, Value module, Str *name);
// from module import *, into a namespace.
Status importStar(Thread &t, Value module, Value nameSpace);
// builtins.__import__.
Ref importModule(Thread &t, Str *name, Value fromList, int level);

} // namespace coil::vm
