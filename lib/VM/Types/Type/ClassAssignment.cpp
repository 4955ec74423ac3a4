// Assigning to obj.__class__, and the question behind it and cls.__bases__: do objects of two classes look
// alike?
#include "VM/Bind/Native.h"
#include "VM/Core/Audit.h"
#include "VM/Core/Shape.h"
#include "VM/Exceptions/Raise.h"
#include "VM/Types/Type/Mro.h"
#include "VM/Types/Type/TypeObject.h"

using namespace coil::vm;

namespace {

constexpr uint32_t kPlaces = kTypeHasDict | kTypeHasWeakRefs;

// The class makes the same objects as its base.
bool addsNothing(const Type *type) {
  constexpr uint32_t kLayout = kTypeGc | kPlaces;
  const Type *base = type->base;
  return base && type->size == base->size && type->slotCount == base->slotCount &&
         type->dictOffset == base->dictOffset && type->clear == base->clear &&
         (type->typeFlags & kLayout) == (base->typeFlags & kLayout);
}

const Type *layoutOf(const Type *type) {
  while (addsNothing(type)) type = type->base;
  return type;
}

// The names of the __slots__ that the class itself adds, in the order of their places.
llvm::SmallVector<std::pair<uint32_t, Str *>, 8> ownSlots(const Type *type) {
  llvm::SmallVector<std::pair<uint32_t, Str *>, 8> slots;
  int64_t position = 0;
  for (DictEntry *entry; dictNext(type->dict, position, entry);)
    if (isExactly(entry->value, types::MemberDescriptor))
      if (auto *member = entry->value.as<MemberDescriptor>(); member->name && member->owner == type)
        slots.push_back({member->number, member->name});
  llvm::sort(slots);
  return slots;
}

// Two classes that extend one base by the same.
bool addTheSame(const Type *a, const Type *b) {
  return a->base == b->base && a->has(kTypeHeap) && b->has(kTypeHeap) && a->slotCount == b->slotCount &&
         (a->typeFlags & kPlaces) == (b->typeFlags & kPlaces) && ownSlots(a) == ownSlots(b);
}

bool isModuleType(const Type *type) { return isSubtype(type, &types::Module); }

} // namespace

bool coil::vm::sameLayout(const Type *a, const Type *b) {
  const Type *x = layoutOf(a), *y = layoutOf(b);
  return x == y || addTheSame(x, y);
}

Status coil::vm::objectSetClass(Thread &t, Value v, Value value) {
  if (value.empty()) return raise(t, types::TypeError, "can't delete __class__ attribute");
  if (!isType(value))
    return raise(t, types::TypeError, "__class__ must be set to a class, not '%' object", typeName(value));
  CHECK(auditWrite(t, v, "__class__", value));
  Type *from = typeOf(v), *to = value.as<Type>();
  if (!(isModuleType(from) && isModuleType(to)) && (from->has(kTypeImmutable) || to->has(kTypeImmutable)))
    return raise(t, types::TypeError,
                 "__class__ assignment only supported for mutable types or ModuleType subclasses");
  if (!sameLayout(from, to))
    return raise(t, types::TypeError, "__class__ assignment: '%' object layout differs from '%'",
                 to->nameText(), from->nameText());
  moveAttributes(v.object(), *to);
  return Status::ok();
}
