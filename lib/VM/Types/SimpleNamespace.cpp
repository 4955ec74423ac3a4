// types.SimpleNamespace: an object that is nothing but attributes.
#include "VM/Types/SimpleNamespace.h"
#include "VM/Bind/Native.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Tuple.h"
#include "VM/Types/Type/Mro.h"

using namespace coil::vm;

namespace {

Dict *dictOfNamespace(Value v) { return dictOf(v.object(), true); }

Ref namespaceInit(Thread &t, Value self, const CallArgs &args) {
  if (args.positional) return raise(t, types::TypeError, "no positional arguments expected");
  for (size_t i = 0; i < args.keywordCount(); ++i)
    dictSetStr(dictOfNamespace(self), (*args.kwNames)[int64_t(i)].as<Str>(), args.values[i]);
  return Ref::none();
}

Ref namespaceNew(Thread &, Value, const CallArgs &args) {
  return Ref::take(Value(heap::allocateObject(*args.values[0].as<Type>())));
}

Ref namespaceRepr(Thread &t, Value self) {
  std::string name = isExactly(self, types::SimpleNamespace) ? "namespace" : typeName(self).str();
  ReprGuard guard(self);
  if (!guard.entered()) return makeStr(name + "(...)");
  DictRef dict = DictRef::share(dictOfNamespace(self));
  std::string out = name + "(";
  bool first = true;
  for (int64_t i = 0; i < dict->entryCount; ++i) {
    Ref key = Ref::share(dict->entries[i].key), value = Ref::share(dict->entries[i].value);
    if (!key || !isStr(key) || !key.as<Str>()->length) continue;
    if (!first) out += ", ";
    first = false;
    out += toUtf8(key.as<Str>()) + "=" + TRY(reprText(t, value));
  }
  return makeStr(out + ")");
}

Ref namespaceCompare(Thread &t, Value a, Value b, CompareOp op) {
  if (!isInstance(a, types::SimpleNamespace) || !isInstance(b, types::SimpleNamespace))
    return Ref::notImplemented();
  return compare(t, Value(dictOfNamespace(a)), Value(dictOfNamespace(b)), op);
}

Ref namespaceReduce(Thread &, const Value *args) {
  TupleRef none = emptyTuple();
  return packTuple(Value(typeOf(args[0])), Value(none), Value(dictOfNamespace(args[0])));
}

Ref getDict(Thread &, Value self) { return DictRef::share(dictOfNamespace(self)); }

NativeDef kMethods[] = {
    {"__new__", namespaceNew, "!($type, *args, **kwargs)", "Make a new object of the class."},
    {"__init__", namespaceInit, "($self, /, *args, **kwargs)",
     "Set the object up from the arguments; the help of its class tells which they are."},
    {"__reduce__", namespaceReduce, "!($self, /)", "What pickle and copy need to make an equal object."},
};
const GetSetDef kGetSets[] = {{"__dict__", getDict, nullptr, nullptr, true}};

} // namespace

Ref coil::vm::newSimpleNamespace(Dict *attributes) {
  auto *space = heap::make<SimpleNamespace>(types::SimpleNamespace);
  space->dict = DictRef::share(attributes).release();
  return Ref::take(Value(space));
}

const TypeSpec coil::vm::kSimpleNamespaceSpec = {
    .name = "types.SimpleNamespace",
    .size = sizeof(SimpleNamespace),
    .flags = kTypeBase | kTypeGc,
    .fillSlots =
        [](Slots &s) { s.repr = namespaceRepr, s.compare = namespaceCompare, s.hash = hashNotImplemented; },
    .traverse = [](Object *o, Visitor &v) { v.visitPointer(static_cast<SimpleNamespace *>(o)->dict); },
    .clear = [](Object *o) { replaceOwned<Dict>(static_cast<SimpleNamespace *>(o)->dict, nullptr); },
    .dictOffset = offsetof(SimpleNamespace, dict),
    .methods = kMethods,
    .getsets = kGetSets,
    .doc =
        "SimpleNamespace(**kwargs): an object whose attributes are those given, and can be set and deleted.",
    .own = kOwnGetAttr | kOwnSetAttr,
};
