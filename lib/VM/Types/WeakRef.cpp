// weakref.ReferenceType.
#include "VM/Bind/Native.h"
#include "VM/Core/Names.h"
#include "VM/Heap/WeakRefs.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Sequence.h"

using namespace coil::vm;

namespace {

WeakRef *self(Value v) { return v.as<WeakRef>(); }
Value referent(Value v) { return self(v)->alive() ? Value(self(v)->referent) : Value::none(); }

Ref weakRefCall(Thread &t, Value v, const CallArgs &args) {
  if (args.keywordCount()) return raise(t, types::TypeError, "weakref() takes no keyword arguments");
  if (args.positional)
    return raise(t, types::TypeError, "weakref expected 0 arguments, got %", args.positional);
  return Ref::share(referent(v));
}

Ref weakRefRepr(Thread &, Value v) {
  std::string start = "<weakref at " + addressText(v) + "; ";
  if (!self(v)->alive()) return makeStr(start + "dead>");
  return makeStr(start + "to '" + typeName(referent(v)).str() + "' at " + addressText(referent(v)) + ">");
}

Result<int64_t> weakRefHash(Thread &t, Value v) {
  if (self(v)->hash != -1) return self(v)->hash;
  if (!self(v)->alive()) return raise(t, types::TypeError, "weak object has gone away");
  return self(v)->hash = TRY(hash(t, Ref::share(referent(v))));
}

Ref weakRefCompare(Thread &t, Value a, Value b, CompareOp op) {
  if ((op != CompareOp::Eq && op != CompareOp::Ne) || !isInstance(b, types::WeakRef))
    return Ref::notImplemented();
  if (!self(a)->alive() || !self(b)->alive()) return Ref::boolean((a == b) == (op == CompareOp::Eq));
  Ref left = Ref::share(referent(a)), right = Ref::share(referent(b));
  return compare(t, left, right, op);
}

Ref weakRefNew(Thread &t, const Value *args) {
  Type *type = args[0].as<Type>();
  if (!args[1].isObject() || !typeOf(args[1])->has(kTypeHasWeakRefs))
    return raise(t, types::TypeError, "cannot create weak reference to '%' object", typeName(args[1]));
  bool hasCallback = !args[2].isNone();
  if (type == &types::WeakRef && !hasCallback)
    if (WeakRef *shared = basicWeakRef(args[1].object())) return Ref::share(Value(shared));
  auto *ref = heap::make<WeakRef>(*type);
  ref->referent = args[1].object();
  ref->callback = hasCallback ? retained(args[2]) : Value();
  ref->hash = -1;
  addWeakRef(ref);
  return Ref::take(Value(ref));
}

Ref weakRefInit(Thread &, const Value *) { return Ref::none(); }
Ref getCallback(Thread &, Value v) {
  return self(v)->callback.empty() ? Ref::none() : Ref::share(self(v)->callback);
}

NativeDef kMethods[] = {
    {"__new__", weakRefNew, "!@ref($type, object, callback=None, /)", "Make a new object of the class."},
    {"__init__", weakRefInit, "@ref($self, object, callback=None, /)",
     "Set the object up from the arguments; the help of its class tells which they are."},
    {"__class_getitem__", newGenericAliasMethod, "!($type, item, /)", "See PEP 585", NativeKind::Class},
};

const GetSetDef kGetSets[] = {{"__callback__", getCallback, nullptr, nullptr, true}};

} // namespace

const TypeSpec coil::vm::kWeakRefSpec = {
    .name = "weakref.ReferenceType",
    .size = sizeof(WeakRef),
    .flags = kTypeBase | kTypeGc,
    .fillSlots =
        [](Slots &s) {
          s.call = weakRefCall, s.repr = weakRefRepr, s.hash = weakRefHash, s.compare = weakRefCompare;
        },
    .traverse = [](Object *o, Visitor &v) { v.visit(static_cast<WeakRef *>(o)->callback); },
    .clear =
        [](Object *o) {
          removeWeakRef(static_cast<WeakRef *>(o));
          replaceOwned(static_cast<WeakRef *>(o)->callback, Value());
        },
    .methods = kMethods,
    .getsets = kGetSets,
    .own = 0,
};
