// Audit events.
#include "VM/Core/Audit.h"
#include "VM/Core/Runtime.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Tuple.h"

using namespace coil::vm;

static llvm::SmallVector<Value, 0> hooks; // owned

bool coil::vm::isAudited() { return !hooks.empty(); }

void coil::vm::addAuditHook(Value hook) {
  if (hooks.empty())
    releaseAtEnd([] {
      for (Value v : std::exchange(hooks, {})) release(v);
    });
  hooks.push_back(retained(hook));
}

Status coil::vm::audit(Thread &t, Value event, Tuple *args) {
  for (size_t i = 0; i < hooks.size(); ++i) {
    Ref keep = Ref::share(hooks[i]);
    CHECK(call(t, keep, {event, Value(static_cast<Object *>(args))}));
  }
  return Status::ok();
}

Status coil::vm::audit(Thread &t, const char *event, llvm::ArrayRef<Value> args) {
  if (hooks.empty()) [[likely]]
    return Status::ok();
  StrRef name = internText(event);
  TupleRef tuple = makeTuple(args);
  return audit(t, Value(name), tuple);
}
