// _thread._local: attributes of its own for each thread.
#include "VM/Core/Names.h"
#include "VM/Modules/_thread/Lock.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Dict/Dict.h"

using namespace coil::vm;

Type coil::vm::types::ThreadLocal;

namespace {

// The attributes that the one running thread sees.
struct LocalObject : Object {
  Dict *dict; // owned
};

LocalObject *self(Value v) { return v.as<LocalObject>(); }

// Arguments are for an __init__ of a subclass, which every thread runs anew.
Ref localNew(Thread &t, Value, const CallArgs &args) {
  Type &type = *args.values[0].as<Type>();
  bool hasArguments = args.positional > 1 || args.keywordCount();
  if (hasArguments && type.slots.init == types::Object.slots.init)
    return raise(t, types::TypeError, "Initialization arguments are not supported");
  auto *local = heap::make<LocalObject>(type);
  local->dict = newDict().release();
  return Ref::take(Value(local));
}

// __dict__ is no attribute of the class: there is one for each thread.
Ref localGetAttr(Thread &t, Value v, Str *name) {
  if (name == names::special_dict) return DictRef::share(self(v)->dict);
  return genericGetAttr(t, v, name);
}

NativeDef kMethods[] = {
    {"__new__", localNew, "!($type, *args, **kwargs)",
     "Create and return a new object.  See help(type) for accurate signature."},
};

} // namespace

const TypeSpec coil::vm::kThreadLocalSpec = {
    .name = "_thread._local",
    .size = sizeof(LocalObject),
    .flags = kTypeBase | kTypeGc | kTypeHasWeakRefs,
    .fillSlots = [](Slots &s) { s.getAttr = localGetAttr; },
    .traverse = [](Object *o, Visitor &v) { v.visitPointer(static_cast<LocalObject *>(o)->dict); },
    .clear = [](Object *o) { replaceOwned<Dict>(static_cast<LocalObject *>(o)->dict, nullptr); },
    .dictOffset = offsetof(LocalObject, dict),
    .methods = kMethods,
    .doc = "Thread-local data",
    .heapType = true,
    .own = kOwnGetAttr | kOwnSetAttr,
};
