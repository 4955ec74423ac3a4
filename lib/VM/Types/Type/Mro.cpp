// C3 linearization (https://docs.python.org/3/glossary.html#term-method-resolution-order) and version tags.
#include "VM/Types/Type/Mro.h"
#include "VM/Core/Names.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/List.h"

using namespace coil::vm;

bool coil::vm::isSubtype(const Type *type, const Type *base) {
  if (type == base) return true;
  if (type->mro) {
    for (Value v : type->mro->values())
      if (v.object() == base) return true;
    return false;
  }
  for (; type; type = type->base)
    if (type == base) return true;
  return base == &types::Object;
}

namespace {

using Sequence = llvm::SmallVector<Type *, 8>;

Failure raiseInconsistent(Thread &t, llvm::ArrayRef<Sequence> sequences) {
  std::string names;
  llvm::SmallVector<Type *, 8> seen;
  for (const Sequence &s : sequences) {
    if (s.empty() || llvm::is_contained(seen, s[0])) continue;
    seen.push_back(s[0]);
    if (!names.empty()) names += ", ";
    names += s[0]->nameText();
  }
  return raise(t, types::TypeError, "Cannot create a consistent method resolution\norder (MRO) for bases %",
               names);
}

// The first head that is in no other sequence's tail; null if there is none.
Type *nextInOrder(llvm::ArrayRef<Sequence> sequences) {
  for (const Sequence &candidateOf : sequences) {
    if (candidateOf.empty()) continue;
    Type *candidate = candidateOf.front();
    bool blocked = llvm::any_of(sequences, [&](const Sequence &s) {
      return llvm::is_contained(llvm::ArrayRef<Type *>(s).drop_front(s.empty() ? 0 : 1), candidate);
    });
    if (!blocked) return candidate;
  }
  return nullptr;
}

} // namespace

TupleRef coil::vm::computeMro(Thread &t, Type &type, Tuple *bases) {
  for (int64_t i = 0; i < bases->length; ++i)
    for (int64_t j = i + 1; j < bases->length; ++j)
      if ((*bases)[i] == (*bases)[j])
        return raise(t, types::TypeError, "duplicate base class %", (*bases)[i].as<Type>()->nameText());
  llvm::SmallVector<Sequence, 4> sequences;
  Sequence last;
  for (Value base : bases->values()) {
    Sequence order;
    if (!base.as<Type>()->mro)
      return raise(t, types::TypeError, "Cannot extend an incomplete type '%'", base.as<Type>()->nameText());
    for (Value v : base.as<Type>()->mro->values()) order.push_back(v.as<Type>());
    sequences.push_back(std::move(order));
    last.push_back(base.as<Type>());
  }
  sequences.push_back(std::move(last));
  llvm::SmallVector<Value, 8> result{Value(&type)};
  while (llvm::any_of(sequences, [](const Sequence &s) { return !s.empty(); })) {
    Type *next = nextInOrder(sequences);
    if (!next) return raiseInconsistent(t, sequences);
    result.push_back(Value(next));
    for (Sequence &s : sequences)
      if (!s.empty() && s.front() == next) s.erase(s.begin());
  }
  return makeTuple(result);
}

namespace {

// What a mro() written in Python has returned.
TupleRef checkedMro(Thread &t, Type &type, Value returned) {
  TupleRef order = TRY(tupleFrom(t, returned));
  if (!order->length) return raise(t, types::TypeError, "type MRO must not be empty");
  Type *solid = solidBase(&type);
  for (Value v : order->values()) {
    if (!isType(v)) return raise(t, types::TypeError, "mro() returned a non-class ('%')", typeName(v));
    if (!isSubtype(solid, solidBase(v.as<Type>())))
      return raise(t, types::TypeError, "mro() returned base with unsuitable layout ('%')",
                   v.as<Type>()->nameText());
  }
  return order;
}

} // namespace

Result<bool> coil::vm::assignMro(Thread &t, Type &type, TupleRef &old) {
  old = type.mro ? TupleRef::share(type.mro) : TupleRef();
  Type *metatype = typeOf(Value(&type));
  TupleRef order;
  if (metatype != &types::Type && typeLookup(metatype, names::mro) != typeLookup(&types::Type, names::mro)) {
    Ref returned = TRY(callMethod(t, Value(&type), names::mro));
    order = TRY(checkedMro(t, type, returned));
    if (type.mro != old.get()) return false;
  } else {
    order = TRY(computeMro(t, type, type.bases));
  }
  replaceOwned(type.mro, order.release());
  return true;
}

void coil::vm::typeModified(Type &type) {
  if (type.version == 0 && !type.subclasses) return;
  type.version = 0;
  if (type.subclasses)
    for (Type *sub : *type.subclasses) typeModified(*sub);
}

uint32_t coil::vm::typeVersion(Type &type) {
  static uint32_t next = 1;
  if (type.version == 0) type.version = next++;
  return type.version;
}

// --- the lookup cache
// ----------------------------------------------------------------------------------------

namespace {

struct LookupEntry {
  uint32_t version;
  Str *name;
  Value value; // borrowed: alive as long as the version is
};
constexpr size_t kLookupEntries = 4096;
LookupEntry lookupCache[kLookupEntries];

} // namespace

Value coil::vm::typeLookup(Type *type, Str *name) {
  uint32_t version = typeVersion(*type);
  size_t slot = (version ^ (reinterpret_cast<uintptr_t>(name) >> 4)) % kLookupEntries;
  LookupEntry &entry = lookupCache[slot];
  if (entry.version == version && entry.name == name) return entry.value;
  Value found;
  if (type->mro) {
    for (Value v : type->mro->values())
      if (Value value = dictGetStr(v.as<Type>()->dict, name); !value.empty()) {
        found = value;
        break;
      }
  }
  // Only interned names live long enough to be told apart by their address.
  if (name->isInterned()) entry = {version, name, found};
  return found;
}
