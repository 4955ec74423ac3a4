// operator.methodcaller.
#include "VM/Import/Import.h"
#include "VM/Modules/_operator/Operator.h"
#include "VM/Types/Dict/Dict.h"

using namespace coil::vm;

namespace {

struct MethodCaller : Object {
  Str *name;    // owned, as all below
  Tuple *args;  // the values of the keyword arguments at its end
  Tuple *names; // of the keyword arguments; may be null

  size_t positional() const { return args->length - (names ? names->length : 0); }
};

Ref methodCallerNew(Thread &t, Value, const CallArgs &args) {
  if (args.positional < 2)
    return raise(t, types::TypeError, "methodcaller needs at least one argument, the method name");
  if (!isStr(args.values[1])) return raise(t, types::TypeError, "method name must be a string");
  auto *caller = heap::make<MethodCaller>(*args.values[0].as<Type>());
  caller->name = intern(StrRef::share(args.values[1].as<Str>())).release();
  caller->args = makeTuple({args.values + 2, args.positional - 2 + args.keywordCount()}).release();
  caller->names = args.keywordCount() ? TupleRef::share(args.kwNames).release() : nullptr;
  return Ref::take(Value(caller));
}

Ref methodCallerCall(Thread &t, Value v, const CallArgs &args) {
  CHECK(takeOneArgument(t, args, "methodcaller"));
  Ref keep = Ref::share(v);
  auto *caller = v.as<MethodCaller>();
  if (!caller->names) return callMethod(t, args.values[0], caller->name, caller->args->values());
  Ref method = TRY(getAttr(t, args.values[0], caller->name));
  return call(t, method, CallArgs(caller->args->items(), caller->positional(), caller->names));
}

Ref methodCallerRepr(Thread &t, Value v) {
  ReprGuard guard(v);
  std::string text = typeName(v).str() + "(";
  if (!guard.entered()) return makeStr(text + "...)");
  auto *caller = v.as<MethodCaller>();
  text += TRY(reprText(t, Value(static_cast<Object *>(caller->name))));
  size_t positional = caller->positional();
  for (int64_t i = 0; i < caller->args->length; ++i) {
    text += ", ";
    if (size_t(i) >= positional) text += toUtf8((*caller->names)[i - positional].as<Str>()) + "=";
    text += TRY(reprText(t, (*caller->args)[i]));
  }
  return makeStr(text + ")");
}

// With keyword arguments, by way of functools.partial.
Ref methodCallerReduce(Thread &t, const Value *args) {
  auto *caller = args[0].as<MethodCaller>();
  Value type(typeOf(args[0])), name(static_cast<Object *>(caller->name));
  llvm::ArrayRef<Value> positional(caller->args->items(), caller->positional());
  if (!caller->names) {
    llvm::SmallVector<Value, 8> all{name};
    llvm::append_range(all, positional);
    TupleRef arguments = makeTuple(all);
    return packTuple(type, arguments);
  }
  Ref partial = TRY(importAttribute(t, "functools", "partial"));
  llvm::SmallVector<Value, 8> given{type, name};
  llvm::append_range(given, caller->args->values().drop_front(positional.size()));
  Ref make = TRY(call(t, partial, CallArgs(given.data(), 2, caller->names)));
  TupleRef arguments = makeTuple(positional);
  return packTuple(make, arguments);
}

NativeDef kMethods[] = {
    {"__new__", methodCallerNew, "!($type, *args, **kwargs)", kNewDoc},
    {"__reduce__", methodCallerReduce, "!($self, /)", kReduceDoc},
};

} // namespace

const TypeSpec coil::vm::kMethodCallerSpec = {
    .name = "operator.methodcaller",
    .size = sizeof(MethodCaller),
    .flags = kTypeGc,
    .fillSlots =
        [](Slots &s) { s.repr = methodCallerRepr, s.call = methodCallerCall, s.getAttr = genericGetAttr; },
    .traverse =
        [](Object *o, Visitor &v) {
          v.visitPointer(static_cast<MethodCaller *>(o)->name);
          v.visitPointer(static_cast<MethodCaller *>(o)->args);
          v.visitPointer(static_cast<MethodCaller *>(o)->names);
        },
    .clear =
        [](Object *o) {
          if (o->refCount) return;
          auto *caller = static_cast<MethodCaller *>(o);
          replaceOwned<Str>(caller->name, nullptr);
          replaceOwned<Tuple>(caller->args, nullptr);
          replaceOwned<Tuple>(caller->names, nullptr);
        },
    .methods = kMethods,
    .doc = "Calls a method: methodcaller('f', 1, k=2)(x) is x.f(1, k=2).",
    .heapType = true,
};
