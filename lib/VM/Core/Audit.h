// Audit events (PEP 578): native code tells what it is about to do, hooks may object.
#pragma once

#include "VM/Core/Ref.h"
#include "llvm/ADT/ArrayRef.h"

namespace coil::vm {

class Thread;

// Calls the hooks of sys.addaudithook() with the event and a tuple of its arguments; fails with what one
// raises. Costs nothing while there are none.
Status audit(Thread &t, const char *event, llvm::ArrayRef<Value> args = {});
Status audit(Thread &t, Value event, struct Tuple *args);
bool isAudited();
// Hooks stay until the process ends.
void addAuditHook(Value hook);

} // namespace coil::vm
