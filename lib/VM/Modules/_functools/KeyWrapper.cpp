// functools.KeyWrapper: what cmp_to_key() makes of a comparison function, and of each key.
#include "VM/Modules/_functools/Functools.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Type/Mro.h"

using namespace coil::vm;

namespace {

struct KeyWrapper : Object {
  Value compare; // owned
  Value key;     // owned; empty: the function itself, to be called with a key
};

Ref newKeyWrapper(Value compare, Value key) {
  auto *wrapper = heap::make<KeyWrapper>(types::KeyWrapper);
  wrapper->compare = retained(compare);
  wrapper->key = retained(key);
  return Ref::take(Value(wrapper));
}

Ref wrapKey(Thread &, const Value *args) { return newKeyWrapper(args[0].as<KeyWrapper>()->compare, args[1]); }

NativeDef kCall{"K", wrapKey, "!($self, obj)", nullptr};

Ref keyCall(Thread &t, Value v, const CallArgs &args) { return callNativeBound(t, kCall, nullptr, v, args); }

Ref keyCompare(Thread &t, Value a, Value b, CompareOp op) {
  if (!isExactly(b, types::KeyWrapper))
    return raise(t, types::TypeError, "other argument must be K instance");
  auto *x = a.as<KeyWrapper>(), *y = b.as<KeyWrapper>();
  if (x->key.empty() || y->key.empty()) return raise(t, types::AttributeError, "object");
  Ref function = Ref::share(x->compare), left = Ref::share(x->key), right = Ref::share(y->key);
  Ref order = TRY(call(t, function, {left, right}));
  return compare(t, order, Value::smallInt(0), op);
}

Ref getKey(Thread &, Value v) {
  Value key = v.as<KeyWrapper>()->key;
  return key.empty() ? Ref::none() : Ref::share(key);
}

Status setKey(Thread &, Value v, Value value) {
  replaceOwned(v.as<KeyWrapper>()->key, value.empty() ? Value() : retained(value));
  return Status::ok();
}

const GetSetDef kGetSets[] = {{"obj", getKey, setKey, "The object whose key this is.", true}};

} // namespace

Ref coil::vm::functoolsCmpToKey(Thread &, const Value *args) { return newKeyWrapper(args[0], Value()); }

const TypeSpec coil::vm::kKeyWrapperSpec = {
    .name = "functools.KeyWrapper",
    .size = sizeof(KeyWrapper),
    .flags = kTypeGc | kTypeNoInstantiate,
    .fillSlots =
        [](Slots &s) {
          s.call = keyCall, s.getAttr = genericGetAttr, s.compare = keyCompare, s.hash = hashNotImplemented;
        },
    .traverse =
        [](Object *o, Visitor &v) {
          v.visit(static_cast<KeyWrapper *>(o)->compare);
          v.visit(static_cast<KeyWrapper *>(o)->key);
        },
    .clear =
        [](Object *o) {
          if (!o->refCount) replaceOwned(static_cast<KeyWrapper *>(o)->compare, Value());
          replaceOwned(static_cast<KeyWrapper *>(o)->key, Value());
        },
    .getsets = kGetSets,
    .heapType = true,
};
