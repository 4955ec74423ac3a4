// weakref.ProxyType and CallableProxyType: objects that behave as the one they refer to weakly.
#include "VM/Types/WeakProxy.h"
#include "VM/Bind/Native.h"
#include "VM/Core/Names.h"
#include "VM/Heap/WeakRefs.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Type/Mro.h"

using namespace coil::vm;

namespace coil::vm::types {
vm::Type WeakProxy, WeakCallableProxy;
} // namespace coil::vm::types

namespace {

bool isProxy(Value v) { return isExactly(v, types::WeakProxy) || isExactly(v, types::WeakCallableProxy); }

// The object behind a proxy, other values as they are; ReferenceError if it is dead.
Ref unwrap(Thread &t, Value v) {
  if (!isProxy(v)) return Ref::share(v);
  Object *referent = v.as<WeakRef>()->alive();
  if (!referent) return raise(t, types::ReferenceError, "weakly-referenced object no longer exists");
  return Ref::share(Value(referent));
}

Ref proxyGetAttr(Thread &t, Value v, Str *name) {
  Ref object = TRY(unwrap(t, v));
  return getAttr(t, object, name);
}

Status proxySetAttr(Thread &t, Value v, Str *name, Value value) {
  Ref object = TRY(unwrap(t, v));
  return setAttr(t, object, name, value);
}

Ref proxyRepr(Thread &, Value v) {
  Object *referent = v.as<WeakRef>()->alive();
  Value shown = referent ? Value(referent) : Value::none();
  return makeStr("<weakproxy at " + addressText(v) + " to " + typeName(shown).str() + " at " +
                 addressText(shown) + ">");
}

Ref proxyStr(Thread &t, Value v) {
  Ref object = TRY(unwrap(t, v));
  return str(t, object);
}

Ref proxyCompare(Thread &t, Value a, Value b, CompareOp op) {
  Ref left = TRY(unwrap(t, a)), right = TRY(unwrap(t, b));
  return compare(t, left, right, op);
}

Ref proxyIter(Thread &t, Value v) {
  Ref object = TRY(unwrap(t, v));
  return iterate(t, object);
}

Ref proxyNext(Thread &t, Value v) {
  Ref object = TRY(unwrap(t, v));
  if (!typeOf(object)->slots.next)
    return raise(t, types::TypeError, "Weakref proxy referenced a non-iterator '%' object", typeName(object));
  return nextItem(t, object);
}

Result<bool> proxyBool(Thread &t, Value v) {
  Ref object = TRY(unwrap(t, v));
  return truth(t, object);
}

Result<int64_t> proxyLen(Thread &t, Value v) {
  Ref object = TRY(unwrap(t, v));
  return length(t, object);
}

Ref proxyGetItem(Thread &t, Value v, Value key) {
  Ref object = TRY(unwrap(t, v)), realKey = TRY(unwrap(t, key));
  return getItem(t, object, realKey);
}

Status proxySetItem(Thread &t, Value v, Value key, Value value) {
  Ref object = TRY(unwrap(t, v));
  return value.empty() ? deleteItem(t, object, key) : setItem(t, object, key, value);
}

Result<bool> proxyContains(Thread &t, Value v, Value key) {
  Ref object = TRY(unwrap(t, v));
  return contains(t, object, key);
}

Ref proxyCall(Thread &t, Value v, const CallArgs &args) {
  Ref object = TRY(unwrap(t, v));
  return call(t, object, args);
}

template <BinaryOp kOp> Ref proxyBinary(Thread &t, Value a, Value b) {
  Ref left = TRY(unwrap(t, a)), right = TRY(unwrap(t, b));
  return binary(t, kOp, left, right);
}

template <BinaryOp kOp> Ref proxyInplace(Thread &t, Value a, Value b) {
  Ref left = TRY(unwrap(t, a)), right = TRY(unwrap(t, b));
  return inplace(t, kOp, left, right);
}

template <Ref (*kOperation)(Thread &, Value)> Ref proxyUnary(Thread &t, Value v) {
  Ref object = TRY(unwrap(t, v));
  return kOperation(t, object);
}

Ref proxyDivmod(Thread &t, Value a, Value b) {
  Ref left = TRY(unwrap(t, a)), right = TRY(unwrap(t, b));
  return divmod(t, left, right);
}

Ref proxyPow(Thread &t, Value base, Value exponent, Value modulus) {
  Ref x = TRY(unwrap(t, base)), y = TRY(unwrap(t, exponent)), z = TRY(unwrap(t, modulus));
  return power(t, x, y, z);
}

Ref proxyInt(Thread &t, Value v) {
  Ref object = TRY(unwrap(t, v));
  return call(t, Value(&types::Int), {object});
}

Ref proxyFloat(Thread &t, Value v) {
  Ref object = TRY(unwrap(t, v));
  return call(t, Value(&types::Float), {object});
}

Ref proxyBytes(Thread &t, const Value *args) {
  Ref object = TRY(unwrap(t, args[0]));
  return callMethod(t, object, names::special_bytes);
}

Ref proxyReversed(Thread &t, const Value *args) {
  Ref object = TRY(unwrap(t, args[0]));
  return callMethod(t, object, names::special_reversed);
}

void fillNumbers(Slots &s) {
  // clang-format off
#define BINARY(slot, Op) s.slot = proxyBinary<BinaryOp::Op>
  BINARY(add, Add); BINARY(sub, Sub); BINARY(mul, Mul); BINARY(mod, Mod); BINARY(lshift, Lshift);
  BINARY(rshift, Rshift); BINARY(bitAnd, And); BINARY(bitXor, Xor); BINARY(bitOr, Or);
  BINARY(floorDiv, FloorDiv); BINARY(trueDiv, TrueDiv); BINARY(matMul, MatMul);
#undef BINARY
#define INPLACE(slot, Op) s.slot = proxyInplace<BinaryOp::Op>
  INPLACE(inplaceAdd, Add); INPLACE(inplaceSub, Sub); INPLACE(inplaceMul, Mul); INPLACE(inplaceMod, Mod);
  INPLACE(inplacePow, Pow); INPLACE(inplaceLshift, Lshift); INPLACE(inplaceRshift, Rshift);
  INPLACE(inplaceAnd, And); INPLACE(inplaceXor, Xor); INPLACE(inplaceOr, Or);
  INPLACE(inplaceFloorDiv, FloorDiv); INPLACE(inplaceTrueDiv, TrueDiv); INPLACE(inplaceMatMul, MatMul);
  // clang-format on
#undef INPLACE
  s.divmod = proxyDivmod;
  s.pow = proxyPow;
  s.negative = proxyUnary<negative>;
  s.positive = proxyUnary<positive>;
  s.absolute = proxyUnary<absolute>;
  s.invert = proxyUnary<invert>;
  s.index = proxyUnary<index>;
  s.toInt = proxyInt;
  s.toFloat = proxyFloat;
}

void fillSlots(Slots &s) {
  s.getAttr = proxyGetAttr;
  s.setAttr = proxySetAttr;
  s.repr = proxyRepr;
  s.str = proxyStr;
  s.hash = hashNotImplemented;
  s.compare = proxyCompare;
  s.iter = proxyIter;
  s.next = proxyNext;
  s.boolean = proxyBool;
  s.len = proxyLen;
  s.getItem = proxyGetItem;
  s.setItem = proxySetItem;
  s.contains = proxyContains;
  fillNumbers(s);
}

void proxyTraverse(Object *o, Visitor &v) { v.visit(static_cast<WeakRef *>(o)->callback); }
void proxyClear(Object *o) {
  removeWeakRef(static_cast<WeakRef *>(o));
  replaceOwned(static_cast<WeakRef *>(o)->callback, Value());
}

NativeDef kMethods[] = {
    {"__bytes__", proxyBytes, "!($self, /)", nullptr},
    {"__reversed__", proxyReversed, "!($self, /)", nullptr},
};

} // namespace

Ref coil::vm::newWeakProxy(Thread &t, Value object, Value callback) {
  if (!object.isObject() || !typeOf(object)->has(kTypeHasWeakRefs))
    return raise(t, types::TypeError, "cannot create weak reference to '%' object", typeName(object));
  Type &type = isCallable(object) ? types::WeakCallableProxy : types::WeakProxy;
  if (callback.isNone())
    for (WeakRef *ref = firstWeakRef(object.object()); ref; ref = ref->next)
      if (ref->type == &type && ref->callback.empty() && ref->refCount > 0) return Ref::share(Value(ref));
  auto *proxy = heap::make<WeakRef>(type);
  proxy->referent = object.object();
  proxy->callback = callback.isNone() ? Value() : retained(callback);
  proxy->hash = -1;
  addWeakRef(proxy);
  return Ref::take(Value(proxy));
}

const TypeSpec coil::vm::kWeakProxySpec = {
    .name = "weakref.ProxyType",
    .size = sizeof(WeakRef),
    .flags = kTypeGc | kTypeNoInstantiate,
    .fillSlots = fillSlots,
    .traverse = proxyTraverse,
    .clear = proxyClear,
    .methods = kMethods,
};

const TypeSpec coil::vm::kWeakCallableProxySpec = {
    .name = "weakref.CallableProxyType",
    .size = sizeof(WeakRef),
    .flags = kTypeGc | kTypeNoInstantiate,
    .fillSlots = [](Slots &s) { fillSlots(s), s.call = proxyCall; },
    .traverse = proxyTraverse,
    .clear = proxyClear,
};
