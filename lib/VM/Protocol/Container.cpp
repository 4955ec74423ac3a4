// Length, indexing and membership.
#include "VM/Core/Names.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Sequence.h"

using namespace coil::vm;

Result<int64_t> coil::vm::length(Thread &t, Value v) {
  if (LenFn len = typeOf(v)->slots.len) return len(t, v);
  return raise(t, types::TypeError, "object of type '%' has no len()", typeName(v));
}

Result<int64_t> coil::vm::lengthHint(Thread &t, Value v, int64_t fallback) {
  if (typeOf(v)->slots.len) {
    auto n = length(t, v);
    if (n || !catchPending(t, types::TypeError)) return n;
  }
  bool found;
  Ref hint = callSpecial(t, v, names::special_length_hint, {}, found);
  if (!found) return fallback;
  if (!hint) {
    if (!catchPending(t, types::TypeError)) return {};
    return fallback;
  }
  if (hint->isNotImplemented()) return fallback;
  if (!isIntLike(hint))
    return raise(t, types::TypeError, "__length_hint__ must be an integer, not %", typeName(hint));
  int64_t n = TRY(asInt64(t, hint));
  if (n < 0) return raise(t, types::ValueError, "__length_hint__() should return >= 0");
  return n;
}

Ref coil::vm::getItem(Thread &t, Value container, Value key) {
  if (BinaryFn slot = typeOf(container)->slots.getItem) return slot(t, container, key);
  if (isType(container)) {
    if (container == Value(&types::Type)) { // type[C] alone: it may not pass to other metaclasses
      const Value args[] = {container, key};
      return newGenericAliasMethod(t, args);
    }
    Ref method;
    TRY(lookupAttr(t, container, names::special_class_getitem, method));
    if (method && !method->isNone()) return call(t, method, {key});
    return raise(t, types::TypeError, "type '%' is not subscriptable", container.as<Type>()->nameText());
  }
  return raise(t, types::TypeError, "'%' object is not subscriptable", typeName(container));
}

Status coil::vm::setItem(Thread &t, Value container, Value key, Value value) {
  if (SetItemFn slot = typeOf(container)->slots.setItem) return slot(t, container, key, value);
  return raise(t, types::TypeError, "'%' object does not support item assignment", typeName(container));
}

Status coil::vm::deleteItem(Thread &t, Value container, Value key) {
  if (SetItemFn slot = typeOf(container)->slots.setItem) return slot(t, container, key, Value());
  // Two messages: sequences, to which Python's own classes count, are asked as such if the key is an index.
  const Type *type = typeOf(container);
  bool sequence = type->has(kTypeHeap) || type->slots.contains || type->slots.concat || type->slots.len;
  bool byIndex = sequence && (isIntLike(key) || typeOf(key)->slots.index);
  return raise(t, types::TypeError, "'%' object % support item deletion", typeName(container),
               byIndex ? "doesn't" : "does not");
}

Result<bool> coil::vm::contains(Thread &t, Value container, Value key) {
  if (ContainsFn slot = typeOf(container)->slots.contains) return slot(t, container, key);
  Slots &slots = typeOf(container)->slots;
  if (!slots.iter && !slots.getItem)
    return raise(t, types::TypeError, "argument of type '%' is not iterable", typeName(container));
  Ref iterator = TRY(iterate(t, container));
  while (Ref item = nextItem(t, iterator))
    if (TRY(equal(t, item, key))) return true;
  if (t.hasPending()) return {};
  return false;
}
