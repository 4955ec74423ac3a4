// mappingproxy: a read-only view of a mapping.
#include "VM/Bind/Native.h"
#include "VM/Core/Names.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Dict/Dict.h"
#include "VM/Types/Sequence.h"
#include "VM/Types/Type/Mro.h"
#include "VM/Types/Type/TypeObject.h"

using namespace coil::vm;

namespace {

struct MappingProxy : Object {
  Value mapping; // owned
};

Value mapping(Value v) { return v.as<MappingProxy>()->mapping; }

Ref proxyInplaceOr(Thread &t, Value v, Value) {
  return raise(t, types::TypeError, "'|=' is not supported by %; use '|' instead", typeName(v));
}

Ref proxyRepr(Thread &t, Value v) { return makeStr("mappingproxy(" + TRY(reprText(t, mapping(v))) + ")"); }
Ref proxyStr(Thread &t, Value v) { return str(t, mapping(v)); }
Ref proxyCompare(Thread &t, Value a, Value b, CompareOp op) {
  return compare(t, mapping(a), isExactly(b, types::MappingProxy) ? mapping(b) : b, op);
}
Result<int64_t> proxyLen(Thread &t, Value v) { return length(t, mapping(v)); }
Ref proxyGetItem(Thread &t, Value v, Value key) { return getItem(t, mapping(v), key); }
Result<bool> proxyContains(Thread &t, Value v, Value key) { return contains(t, mapping(v), key); }
Ref proxyIter(Thread &t, Value v) { return iterate(t, mapping(v)); }
Ref proxyOr(Thread &t, Value a, Value b) {
  Value left = isExactly(a, types::MappingProxy) ? mapping(a) : a,
        right = isExactly(b, types::MappingProxy) ? mapping(b) : b;
  return binary(t, BinaryOp::Or, left, right);
}

Ref proxyGet(Thread &t, const Value *args) {
  return callMethod(t, mapping(args[0]), names::get, {args[1], args[2]});
}
Ref proxyKeys(Thread &t, const Value *args) { return callMethod(t, mapping(args[0]), names::keys); }
Ref proxyValues(Thread &t, const Value *args) { return callMethod(t, mapping(args[0]), names::values); }
Ref proxyItems(Thread &t, const Value *args) { return callMethod(t, mapping(args[0]), names::items); }
Ref proxyCopy(Thread &t, const Value *args) { return callMethod(t, mapping(args[0]), names::copy); }
Ref proxyReversed(Thread &t, const Value *args) {
  return callMethod(t, mapping(args[0]), names::special_reversed);
}

Ref proxyNew(Thread &t, const Value *args) {
  if (!typeOf(args[1])->slots.getItem || isList(args[1]) || isTuple(args[1]))
    return raise(t, types::TypeError, "mappingproxy() argument must be a mapping, not %", typeName(args[1]));
  return newMappingProxy(args[1]);
}

NativeDef kMethods[] = {
    {"__new__", proxyNew, "!($type, mapping)", "Make a new object of the class."},
    {"get", proxyGet, "!($self, key, default=None, /)",
     "The key's value, or the default if it is not in the mapping."},
    {"keys", proxyKeys, "!($self, /)", "keys(): what the mapping's keys() returns."},
    {"values", proxyValues, "!($self, /)", "values(): what the mapping's values() returns."},
    {"items", proxyItems, "!($self, /)", "items(): what the mapping's items() returns."},
    {"copy", proxyCopy, "!($self, /)", "copy(): what the mapping's copy() returns."},
    {"__class_getitem__", newGenericAliasMethod, "!($type, item, /)", "See PEP 585", NativeKind::Class},
    {"__reversed__", proxyReversed, "!($self, /)",
     "__reversed__(): an iterator over the keys, the last one first."},
};

} // namespace

Ref coil::vm::newMappingProxy(Value mapping) {
  auto *proxy = heap::make<MappingProxy>(types::MappingProxy);
  proxy->mapping = retained(mapping);
  return Ref::take(Value(proxy));
}

const TypeSpec coil::vm::kMappingProxySpec = {
    .name = "mappingproxy",
    .size = sizeof(MappingProxy),
    .flags = kTypeGc | kTypeMatchMapping,
    .fillSlots =
        [](Slots &s) {
          s.repr = proxyRepr, s.str = proxyStr, s.compare = proxyCompare, s.hash = hashNotImplemented,
          s.len = proxyLen;
          s.getItem = proxyGetItem, s.contains = proxyContains, s.iter = proxyIter, s.bitOr = proxyOr;
          s.inplaceOr = proxyInplaceOr;
        },
    .traverse = [](Object *o, Visitor &v) { v.visit(static_cast<MappingProxy *>(o)->mapping); },
    .clear = [](Object *o) { replaceOwned(static_cast<MappingProxy *>(o)->mapping, Value()); },
    .methods = kMethods,
};
