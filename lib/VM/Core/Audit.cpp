// Audit events.
#include "VM/Core/Audit.h"
#include "VM/Core/Runtime.h"
#include "VM/Interp/Tracing.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Tuple.h"

using namespace coil::vm;

bool coil::vm::auditing = false;
static llvm::SmallVector<Value, 0> hooks; // owned

void coil::vm::addAuditHook(Value hook) {
  if (hooks.empty())
    releaseAtEnd([] {
      auditing = false;
      for (Value v : std::exchange(hooks, {})) release(v);
    });
  auditing = true;
  hooks.push_back(retained(hook));
}

// A hook is not traced, unless it says by __cantrace__ that it can be.
static Status callHook(Thread &t, Value hook, Value event, Tuple *args) {
  Ref keep = Ref::share(hook), says;
  CHECK(lookupAttr(t, keep, internText("__cantrace__"), says));
  bool traced = says && TRY(truth(t, says));
  bool pauses = !traced && pauseTracing(t);
  bool called = bool(call(t, keep, {event, Value(static_cast<Object *>(args))}));
  if (pauses) resumeTracing(t);
  return called ? Status::ok() : Status();
}

Status coil::vm::callAuditHooks(Thread &t, Value event, Tuple *args) {
  for (size_t i = 0; i < hooks.size(); ++i) CHECK(callHook(t, hooks[i], event, args));
  return Status::ok();
}

Status coil::vm::callAuditHooks(Thread &t, const char *event, llvm::ArrayRef<Value> args) {
  StrRef name = internText(event);
  TupleRef tuple = makeTuple(args);
  return callAuditHooks(t, Value(name), tuple);
}

Status coil::vm::tellRead(Thread &t, Value object, const char *name) {
  StrRef attribute = internText(name);
  return audit(t, "object.__getattr__", {object, Value(attribute)});
}

Status coil::vm::auditWrite(Thread &t, Value object, const char *name, Value value, bool noneDeletes) {
  if (!auditing) return Status::ok();
  StrRef attribute = internText(name);
  if (value.empty() || (noneDeletes && value.isNone()))
    return audit(t, "object.__delattr__", {object, Value(attribute)});
  return audit(t, "object.__setattr__", {object, Value(attribute), value});
}
