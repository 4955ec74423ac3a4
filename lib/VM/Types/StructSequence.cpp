// Struct sequences: tuple subclasses with named fields, as sys.version_info is one.
#include "VM/Types/StructSequence.h"
#include "VM/Bind/Native.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Dict/Dict.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Tuple.h"
#include <array>
#include <utility>

using namespace coil::vm;

namespace {

template <size_t kIndex> Ref getField(Thread &, Value self) {
  return Ref::share((*self.as<Tuple>())[int64_t(kIndex)]);
}
template <size_t... kIndices> constexpr auto makeGetters(std::index_sequence<kIndices...>) {
  return std::array<GetterFn, sizeof...(kIndices)>{getField<kIndices>...};
}
constexpr auto kGetters = makeGetters(std::make_index_sequence<kMaxStructFields>());

// The struct sequence type itself, below any Python-level subclass.
Type *specType(Type *type) {
  while (type->has(kTypeHeap)) type = type->base;
  return type;
}
size_t fieldCount(Type *type) { return specType(type)->spec->getsets.size(); }

Ref structRepr(Thread &t, Value self) {
  const TypeSpec &spec = *specType(typeOf(self))->spec;
  std::string out = std::string(spec.name) + "(";
  for (size_t i = 0; i < spec.getsets.size(); ++i) {
    if (i) out += ", ";
    out += std::string(spec.getsets[i].name) + "=" + TRY(reprText(t, (*self.as<Tuple>())[int64_t(i)]));
  }
  return makeStr(out + ")");
}

Tuple *allocate(Type &type, size_t count) {
  auto *instance = heap::make<Tuple>(type, count * sizeof(Value));
  instance->length = int64_t(count);
  return instance;
}

// __new__(sequence, dict=None)
Ref structNew(Thread &t, const Value *args) {
  Type *type = args[0].as<Type>();
  ObjectRef<Object> given = TRY(fastSequence(t, args[1], "constructor requires a sequence"));
  TupleRef items = TRY(tupleFrom(t, Value(given.get())));
  size_t count = fieldCount(type);
  if (size_t(items->length) != count)
    return raise(t, types::TypeError, "%() takes a %-sequence (%-sequence given)", specType(type)->spec->name,
                 count, items->length);
  Tuple *instance = allocate(*type, count);
  for (size_t i = 0; i < count; ++i) instance->items()[i] = retained((*items)[int64_t(i)]);
  return Ref::take(Value(instance));
}

Ref structReduce(Thread &, const Value *args) {
  TupleRef items = makeTuple(args[0].as<Tuple>()->values());
  DictRef hidden = newDict();
  TupleRef arguments = packTuple(items, hidden);
  return packTuple(Value(typeOf(args[0])), Value(arguments));
}

NativeDef kMethods[] = {
    {"__reduce__", structReduce, "!($self, /)", nullptr},
    {"__new__", structNew, "($type, sequence, dict=None)",
     "Create and return a new object.  See help(type) for accurate signature."},
};

} // namespace

Type &coil::vm::makeStructSequenceType(const char *name, const char *doc, llvm::ArrayRef<StructField> fields,
                                       bool instantiable) {
  assert(fields.size() <= kMaxStructFields);
  auto *getsets = new std::vector<GetSetDef>();
  for (size_t i = 0; i < fields.size(); ++i)
    getsets->push_back({fields[i].name, kGetters[i], nullptr, fields[i].doc, true});
  auto *spec = new TypeSpec{
      .name = name,
      .size = sizeof(Tuple),
      .flags = instantiable ? 0u : kTypeNoInstantiate,
      .fillSlots = [](Slots &s) { s.repr = structRepr; },
      .extraSize =
          [](const Object *o) { return size_t(static_cast<const Tuple *>(o)->length) * sizeof(Value); },
      .methods = llvm::ArrayRef(kMethods).take_front(instantiable ? 2 : 1),
      .getsets = *getsets,
      .doc = doc,
  };
  auto *type = new Type();
  initializeType(*type, *spec, types::Tuple);
  TupleRef names = newTuple(int64_t(fields.size()));
  for (size_t i = 0; i < fields.size(); ++i)
    names->items()[i] = Value(static_cast<Object *>(internText(fields[i].name).release()));
  Value count = Value::smallInt(int64_t(fields.size()));
  dictSetStr(type->dict, internText("n_fields"), count);
  dictSetStr(type->dict, internText("n_sequence_fields"), count);
  dictSetStr(type->dict, internText("n_unnamed_fields"), Value::smallInt(0));
  dictSetStr(type->dict, internText("__match_args__"), names);
  return *type;
}

Ref coil::vm::newStructSequence(Type &type, llvm::MutableArrayRef<Ref> values) {
  assert(values.size() == fieldCount(&type));
  Tuple *instance = allocate(type, values.size());
  for (size_t i = 0; i < values.size(); ++i) instance->items()[i] = values[i].release();
  return Ref::take(Value(instance));
}
