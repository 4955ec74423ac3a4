// Assigning to cls.__bases__: another place in the hierarchy, for the class and all that derive from it.
#include "VM/Core/Audit.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Type/Mro.h"
#include "VM/Types/Type/TypeObject.h"

using namespace coil::vm;

namespace {

// The orders are not always up to date: a mro() in Python may run between.
bool inBaseChain(const Type *from, const Type *type) {
  for (; from; from = from->base)
    if (from == type) return true;
  return false;
}

Status checkBases(Thread &t, Type *type, Value value) {
  if (!isTuple(value))
    return raise(t, types::TypeError, "can only assign tuple to %.__bases__, not %", type->nameText(),
                 typeName(value));
  auto *bases = value.as<Tuple>();
  if (!bases->length)
    return raise(t, types::TypeError, "can only assign non-empty tuple to %.__bases__, not ()",
                 type->nameText());
  for (Value base : bases->values()) {
    if (!isType(base))
      return raise(t, types::TypeError, "%.__bases__ must be tuple of classes, not '%'", type->nameText(),
                   typeName(base));
    if (isSubtype(base.as<Type>(), type) || inBaseChain(base.as<Type>(), type))
      return raise(t, types::TypeError, "a __bases__ item causes an inheritance cycle");
  }
  return Status::ok();
}

struct ChangedOrder {
  Type *type;
  TupleRef before, after;
};

// Gives the class and everything below it new orders; remembers the old ones.
Status reorder(Thread &t, Type &type, std::vector<ChangedOrder> &changed) {
  TupleRef before;
  if (!TRY(assignMro(t, type, before))) return Status::ok();
  changed.push_back({&type, std::move(before), TupleRef::share(type.mro)});
  typeModified(type);
  if (type.subclasses)
    for (Type *below : std::vector<Type *>(*type.subclasses)) CHECK(reorder(t, *below, changed));
  return Status::ok();
}

void leaveBases(Type &type, Tuple *bases) {
  for (Value v : bases->values())
    if (auto *list = v.as<Type>()->subclasses) llvm::erase(*list, &type);
}

void joinBases(Type &type, Tuple *bases) {
  for (Value v : bases->values()) {
    auto *base = v.as<Type>();
    if (!base->subclasses) base->subclasses = new std::vector<Type *>();
    if (!llvm::is_contained(*base->subclasses, &type)) base->subclasses->push_back(&type);
  }
}

} // namespace

Status coil::vm::typeSetBases(Thread &t, Value self, Value value) {
  auto *type = self.as<Type>();
  if (type->has(kTypeImmutable))
    return raise(t, types::TypeError, "cannot set '__bases__' attribute of immutable type '%'",
                 type->fullName());
  if (value.empty())
    return raise(t, types::TypeError, "cannot delete '__bases__' attribute of immutable type '%'",
                 type->fullName());
  CHECK(auditWrite(t, self, "__bases__", value));
  CHECK(checkBases(t, type, value));
  TupleRef bases = TupleRef::share(value.as<Tuple>());
  ObjectRef<Type> base = TRY(bestBase(t, bases));
  if (!sameLayout(base.get(), type->base))
    return raise(t, types::TypeError, "__bases__ assignment: '%' % differs from '%'", base->nameText(),
                 base->has(kTypeGc) == type->base->has(kTypeGc) ? "object layout" : "deallocator",
                 type->base->nameText());
  Tuple *given = bases;
  TupleRef oldBases = TupleRef::take(std::exchange(type->bases, bases.release()));
  auto oldBase = ObjectRef<Type>::take(std::exchange(type->base, base.release()));
  std::vector<ChangedOrder> changed;
  if (!reorder(t, *type, changed)) {
    for (ChangedOrder &entry : changed)
      if (entry.type->mro == entry.after.get()) {
        replaceOwned(entry.type->mro, entry.before.release());
        typeModified(*entry.type);
      }
    if (type->bases == given) {
      replaceOwned(type->bases, oldBases.release());
      replaceOwned(type->base, oldBase.release());
    }
    return {};
  }
  if (type->bases != given) return Status::ok(); // a mro() has assigned others
  leaveBases(*type, oldBases);
  joinBases(*type, type->bases);
  typeModified(*type);
  for (ChangedOrder &entry : changed) updateAllSlots(*entry.type);
  return Status::ok();
}
