// Audit events (PEP 578): native code tells what it is about to do, hooks may object.
#pragma once

#include "VM/Core/Ref.h"
#include "llvm/ADT/ArrayRef.h"

namespace coil::vm {

class Thread;

// There are hooks. Arguments that have to be made for an event are made only then.
extern bool auditing;
Status callAuditHooks(Thread &t, Value event, struct Tuple *args);
Status callAuditHooks(Thread &t, const char *event, llvm::ArrayRef<Value> args);
// Calls the hooks of sys.addaudithook() with the event and a tuple of its arguments; fails with what one
// raises. Costs next to nothing while there are none.
inline Status audit(Thread &t, const char *event, std::initializer_list<Value> args = {}) {
  return auditing ? callAuditHooks(t, event, args) : Status::ok();
}
Status tellRead(Thread &t, Value object, const char *name);
// object.__getattr__ of what gives access to code and frames.
inline Status auditRead(Thread &t, Value object, const char *name) {
  return auditing ? tellRead(t, object, name) : Status::ok();
}
// object.__setattr__, or object.__delattr__ for an empty or None value if `noneDeletes`.
Status auditWrite(Thread &t, Value object, const char *name, Value value, bool noneDeletes = false);
// Hooks stay until the process ends.
void addAuditHook(Value hook);

} // namespace coil::vm
