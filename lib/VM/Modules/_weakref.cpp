// The module _weakref: weak references and the questions about them (weakref.py builds on it).
#include "VM/Core/Names.h"
#include "VM/Heap/WeakRefs.h"
#include "VM/Modules/Modules.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"
#include "VM/Types/WeakProxy.h"

using namespace coil::vm;

namespace {

WeakRef *firstOf(Value v) { return v.isObject() ? firstWeakRef(v.object()) : nullptr; }

Ref weakrefCount(Thread &, const Value *args) {
  int64_t count = 0;
  for (WeakRef *ref = firstOf(args[0]); ref; ref = ref->next) count += ref->refCount > 0;
  return makeInt(count);
}

Ref weakrefList(Thread &, const Value *args) {
  ListRef list = newList();
  for (WeakRef *ref = firstOf(args[0]); ref; ref = ref->next)
    if (ref->refCount > 0) listAppend(list, Value(ref));
  return list;
}

// _remove_dead_weakref(dct, key): deletes dct[key] if it is a weak reference to something dead, at one go.
Ref weakrefRemoveDead(Thread &t, const Value *args) {
  if (!isDict(args[0]))
    return raise(t, types::TypeError, "_remove_dead_weakref() argument 1 must be dict, not %",
                 argumentTypeName(args[0]));
  Value found = TRY(dictGet(t, args[0].as<Dict>(), args[1]));
  if (found.empty()) return Ref::none();
  if (!isInstance(found, types::WeakRef)) return raise(t, types::TypeError, "not a weakref");
  if (!found.as<WeakRef>()->alive()) release(TRY(dictPop(t, args[0].as<Dict>(), args[1])));
  return Ref::none();
}

Ref weakrefProxy(Thread &t, const Value *args) { return newWeakProxy(t, args[0], args[1]); }

Status populate(Thread &, Module *module) {
  dictSetStr(module->dict, internText("ref"), Value(&types::WeakRef));
  dictSetStr(module->dict, internText("ReferenceType"), Value(&types::WeakRef));
  return Status::ok();
}

const ModuleType kTypes[] = {
    {types::WeakProxy, kWeakProxySpec, types::Object},
    {types::WeakCallableProxy, kWeakCallableProxySpec, types::Object},
};

NativeDef kFunctions[] = {
    {"proxy", weakrefProxy, "($module, object, callback=None, /)",
     "An object that stands for another one without keeping it alive. Whatever is done with it\n"
     "happens to the other; ReferenceError once that is gone. callback, if given, is called\n"
     "with the proxy then."},
    {"getweakrefcount", weakrefCount, "($module, object, /)",
     "How many weak references and proxies there are to an object."},
    {"getweakrefs", weakrefList, "($module, object, /)",
     "A list of all weak references and proxies to an object."},
    {"_remove_dead_weakref", weakrefRemoveDead, "($module, dct, key, /)",
     "Delete the item of a key if its value is a weak reference to an object that is gone."},
};

} // namespace

const ModuleSpec coil::vm::kWeakrefModule = {
    .name = "_weakref",
    .doc = "Weak references, as the module weakref offers them.",
    .functions = kFunctions,
    .populate = populate,
    .types = kTypes,
};
