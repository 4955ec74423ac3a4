// Calling objects.
#include "VM/Core/Names.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Dict/Dict.h"
#include "VM/Types/Tuple.h"

using namespace coil::vm;

bool coil::vm::isCallable(Value value) { return typeOf(value)->slots.call != nullptr; }

Ref coil::vm::call(Thread &t, Value callee, const CallArgs &args) {
  CallFn function = typeOf(callee)->slots.call;
  if (!function) return raise(t, types::TypeError, "'%' object is not callable", typeName(callee));
  if (isExactly(callee, types::Function)) return function(t, callee, args); // counts itself
  RecursionGuard guard(t, " while calling a Python object");
  if (!guard) return {};
  return function(t, callee, args);
}

Ref coil::vm::call(Thread &t, Value callee, llvm::ArrayRef<Value> args) {
  return call(t, callee, CallArgs(args.data(), args.size()));
}

Ref coil::vm::call(Thread &t, Value callee, Tuple *args, Dict *kwargsOrNull) {
  if (!kwargsOrNull || !kwargsOrNull->used) return call(t, callee, CallArgs(args->items(), args->length));
  llvm::SmallVector<Value, 8> values(args->values().begin(), args->values().end());
  TupleRef names = newTuple(kwargsOrNull->used);
  int64_t position = 0, count = 0;
  DictEntry *entry;
  while (dictNext(kwargsOrNull, position, entry)) {
    if (!isStr(entry->key)) return raise(t, types::TypeError, "keywords must be strings");
    names->items()[count++] = retained(entry->key);
    values.push_back(entry->value);
  }
  return call(t, callee, CallArgs(values.data(), args->length, names));
}

Ref coil::vm::callMethod(Thread &t, Value object, Str *name, llvm::ArrayRef<Value> args) {
  Value method = typeLookup(typeOf(object), name);
  if (!method.empty() && typeOf(method)->has(kTypeMethodDescriptor) &&
      typeOf(object)->slots.getAttr == genericGetAttr && !typeOf(object)->has(kTypeHasDict)) {
    bool found;
    return callSpecial(t, object, name, args, found);
  }
  Ref bound = TRY(getAttr(t, object, name));
  return call(t, bound, args);
}
