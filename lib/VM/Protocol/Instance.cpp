// isinstance and issubclass.
#include "VM/Core/Names.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Tuple.h"
#include "VM/Types/Type/TypeObject.h"

using namespace coil::vm;

namespace {

enum Question { kInstance, kSubclass };

// Classes that are no type objects qualify by their __bases__.
Result<bool> abstractSubclass(Thread &t, Value derived, Value cls) {
  if (derived == cls) return true;
  Ref bases;
  TRY(lookupAttr(t, derived, names::special_bases, bases));
  if (!bases || !isTuple(bases)) return false;
  RecursionGuard guard(t, " in __subclasscheck__");
  if (!guard) return {};
  for (Value base : bases.as<Tuple>()->values())
    if (TRY(abstractSubclass(t, base, cls))) return true;
  return false;
}

Result<bool> hasBases(Thread &t, Value cls) {
  Ref bases;
  TRY(lookupAttr(t, cls, names::special_bases, bases));
  return bases && isTuple(bases);
}

Result<bool> plainInstance(Thread &t, Value object, Value cls) {
  if (isType(cls)) {
    if (isInstance(object, *cls.as<Type>())) return true;
    Ref claimed;
    TRY(lookupAttr(t, object, names::special_class, claimed));
    return claimed && isType(claimed) && isSubtype(claimed.as<Type>(), cls.as<Type>());
  }
  if (!TRY(hasBases(t, cls)))
    return raise(t, types::TypeError, "isinstance() arg 2 must be a type, a tuple of types, or a union");
  Ref claimed;
  TRY(lookupAttr(t, object, names::special_class, claimed));
  if (!claimed) return false;
  return abstractSubclass(t, claimed, cls);
}

Result<bool> plainSubclass(Thread &t, Value derived, Value cls) {
  if (isType(derived) && isType(cls)) return isSubtype(derived.as<Type>(), cls.as<Type>());
  if (!TRY(hasBases(t, derived))) return raise(t, types::TypeError, "issubclass() arg 1 must be a class");
  if (!TRY(hasBases(t, cls)))
    return raise(t, types::TypeError, "issubclass() arg 2 must be a class, a tuple of classes, or a union");
  return abstractSubclass(t, derived, cls);
}

Result<bool> ask(Thread &t, Value object, Value cls, Question question) {
  if (question == kInstance && Value(typeOf(object)) == cls) return true;
  if (typeOf(cls) == &types::Type)
    return question == kInstance ? plainInstance(t, object, cls) : plainSubclass(t, object, cls);
  if (Tuple *members = unionMembers(cls)) cls = Value(members);
  if (isTuple(cls)) {
    RecursionGuard guard(t, question == kInstance ? " in __instancecheck__" : " in __subclasscheck__");
    if (!guard) return {};
    for (Value part : cls.as<Tuple>()->values())
      if (TRY(ask(t, object, part, question))) return true;
    return false;
  }
  bool found;
  Str *method = question == kInstance ? names::special_instancecheck : names::special_subclasscheck;
  Ref answer = callSpecial(t, cls, method, {object}, found);
  if (found) return answer ? truth(t, answer) : Result<bool>();
  return question == kInstance ? plainInstance(t, object, cls) : plainSubclass(t, object, cls);
}

} // namespace

Result<bool> coil::vm::isInstanceOf(Thread &t, Value object, Value cls) {
  return ask(t, object, cls, kInstance);
}
Result<bool> coil::vm::isSubclassOf(Thread &t, Value derived, Value cls) {
  return ask(t, derived, cls, kSubclass);
}
