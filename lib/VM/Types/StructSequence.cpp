// Struct sequences: tuple subclasses with named fields, as sys.version_info is one.
#include "VM/Types/StructSequence.h"
#include "VM/Bind/Native.h"
#include "VM/Heap/Gc.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Dict/Dict.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Tuple.h"
#include <array>
#include <utility>

using namespace coil::vm;

namespace {

// What a struct sequence type is made from: the hidden items lie behind the tuple's own.
struct SequenceSpec : TypeSpec {
  llvm::ArrayRef<StructField> fields;
  size_t visible;
};

template <size_t kIndex> Ref getField(Thread &, Value self) {
  return Ref::share(self.as<Tuple>()->items()[kIndex]);
}
template <size_t... kIndices> constexpr auto makeGetters(std::index_sequence<kIndices...>) {
  return std::array<GetterFn, sizeof...(kIndices)>{getField<kIndices>...};
}
constexpr auto kGetters = makeGetters(std::make_index_sequence<kMaxStructFields>());

// The spec of the struct sequence type itself, below any Python-level subclass.
const SequenceSpec &specOf(const Type *type) {
  while (type->has(kTypeHeap)) type = type->base;
  return *static_cast<const SequenceSpec *>(type->spec);
}

llvm::MutableArrayRef<Value> allItems(Object *o) {
  return {static_cast<Tuple *>(o)->items(), specOf(o->type).fields.size()};
}

Ref structRepr(Thread &t, Value self) {
  const SequenceSpec &spec = specOf(typeOf(self));
  std::string out = std::string(spec.name) + "(";
  // The i-th item stands beside the i-th name, which is another one where items have no name.
  for (size_t i = 0; i < spec.visible; ++i) {
    if (i) out += ", ";
    out += std::string(spec.getsets[i].name) + "=" + TRY(reprText(t, (*self.as<Tuple>())[int64_t(i)]));
  }
  return makeStr(out + ")");
}

Tuple *allocate(Type &type) {
  const SequenceSpec &spec = specOf(&type);
  auto *instance = heap::make<Tuple>(type, spec.fields.size() * sizeof(Value));
  instance->length = int64_t(spec.visible);
  return instance;
}

Status checkLength(Thread &t, const SequenceSpec &spec, int64_t given) {
  auto least = int64_t(spec.visible), most = int64_t(spec.fields.size());
  if (given >= least && given <= most) return Status::ok();
  if (least == most)
    return raise(t, types::TypeError, "%() takes a %-sequence (%-sequence given)", spec.name, least, given);
  bool few = given < least;
  return raise(t, types::TypeError, "%() takes an at % %-sequence (%-sequence given)", spec.name,
               few ? "least" : "most", few ? least : most, given);
}

// __new__(sequence, dict=None): hidden fields that the sequence does not reach come from the dict.
Ref structNew(Thread &t, const Value *args) {
  Type *type = args[0].as<Type>();
  const SequenceSpec &spec = specOf(type);
  ObjectRef<Object> given = TRY(fastSequence(t, args[1], "constructor requires a sequence"));
  if (!args[2].isNone() && !isDict(args[2]))
    return raise(t, types::TypeError, "%() takes a dict as second arg, if any", spec.name);
  TupleRef items = TRY(tupleFrom(t, Value(given.get())));
  CHECK(checkLength(t, spec, items->length));
  Ref instance = Ref::take(Value(allocate(*type)));
  llvm::MutableArrayRef<Value> all = allItems(instance->object());
  for (size_t i = 0; i < all.size(); ++i) {
    all[i] = Value::none();
    if (int64_t(i) < items->length) {
      all[i] = retained((*items)[int64_t(i)]);
    } else if (!args[2].isNone() && spec.fields[i].name) {
      Value named = dictGetStr(args[2].as<Dict>(), internText(spec.fields[i].name));
      if (!named.empty()) all[i] = retained(named);
    }
  }
  return instance;
}

Ref structReduce(Thread &, const Value *args) {
  const SequenceSpec &spec = specOf(typeOf(args[0]));
  TupleRef items = makeTuple(args[0].as<Tuple>()->values());
  DictRef hidden = newDict();
  for (size_t i = spec.visible; i < spec.fields.size(); ++i)
    dictSetStr(hidden, internText(spec.fields[i].name), args[0].as<Tuple>()->items()[i]);
  TupleRef arguments = packTuple(items, hidden);
  return packTuple(Value(typeOf(args[0])), Value(arguments));
}

void structTraverse(Object *o, Visitor &visitor) {
  for (Value item : allItems(o)) visitor.visit(item);
}
void structClear(Object *o) {
  for (Value &item : allItems(o)) replaceOwned(item, Value());
}

NativeDef kMethods[] = {
    {"__reduce__", structReduce, "!($self, /)", nullptr},
    {"__new__", structNew, "!@structseq($type, sequence, dict=None)", "Make a new object of the class."},
};

void addCounts(Type &type, const SequenceSpec &spec) {
  llvm::SmallVector<Value, 24> names;
  for (const StructField &field : spec.fields.take_front(spec.visible))
    if (field.name) names.push_back(Value(static_cast<Object *>(internText(field.name).release())));
  auto set = [&](const char *name, size_t count) {
    dictSetStr(type.dict, internText(name), Value::smallInt(int64_t(count)));
  };
  set("n_fields", spec.fields.size());
  set("n_sequence_fields", spec.visible);
  set("n_unnamed_fields", spec.visible - names.size());
  TupleRef matchArgs = takeTuple(names);
  gc::untrack(matchArgs.get()); // lives as long as the type
  dictSetStr(type.dict, internText("__match_args__"), matchArgs);
}

} // namespace

Type &coil::vm::makeStructSequenceType(const char *name, const char *doc, llvm::ArrayRef<StructField> fields,
                                       bool instantiable, size_t visible, llvm::ArrayRef<NativeDef> methods) {
  assert(fields.size() <= kMaxStructFields);
  auto *getsets = new std::vector<GetSetDef>();
  for (size_t i = 0; i < fields.size(); ++i)
    if (fields[i].name) getsets->push_back({fields[i].name, kGetters[i], nullptr, fields[i].doc, true});
  auto *spec = new SequenceSpec{
      {
          .name = name,
          .size = sizeof(Tuple),
          .flags = instantiable ? 0u : kTypeNoInstantiate,
          .fillSlots = [](Slots &s) { s.repr = structRepr; },
          .traverse = structTraverse,
          .clear = structClear,
          .extraSize = [](const Object *o) { return specOf(o->type).fields.size() * sizeof(Value); },
          .methods = methods.empty() ? llvm::ArrayRef(kMethods).take_front(instantiable ? 2 : 1) : methods,
          .getsets = *getsets,
          .doc = doc,
          .heapType = !llvm::StringRef(name).starts_with("sys."),
      },
      fields,
      visible ? visible : fields.size()};
  auto *type = new Type();
  initializeType(*type, *spec, types::Tuple);
  addCounts(*type, *spec);
  return *type;
}

Ref coil::vm::newStructSequence(Type &type, llvm::MutableArrayRef<Ref> values) {
  assert(values.size() == specOf(&type).fields.size());
  Tuple *instance = allocate(type);
  for (size_t i = 0; i < values.size(); ++i) instance->items()[i] = values[i].release();
  return Ref::take(Value(instance));
}
