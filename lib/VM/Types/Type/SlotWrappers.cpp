// From slot to special method: how the wrapper of each kind of slot takes its arguments and calls the slot
// function.
#include "VM/Types/Type/SlotWrappers.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Tuple.h"

using namespace coil::vm;

namespace {

// `blank` stands where a name would if CPython's wrapper has its arguments unpacked for a function without
// name.
Status checkCount(Thread &t, const CallArgs &args, size_t least, size_t most, const SlotDef &def,
                  const char *blank = "") {
  if (args.keywordCount())
    return raise(t, types::TypeError, "wrapper %() takes no keyword arguments", def.name);
  if (args.positional >= least && args.positional <= most) return Status::ok();
  bool tooFew = args.positional < least;
  size_t bound = tooFew ? least : most;
  const char *quantity = least == most ? "" : tooFew ? "at least " : "at most ";
  return raise(t, types::TypeError, "%expected %% argument%, got %", blank, quantity, bound,
               bound == 1 ? "" : "s", args.positional);
}

ObjectRef<Str> nameArgument(Thread &t, Value name) {
  if (!isStr(name))
    return raise(t, types::TypeError, "attribute name must be string, not '%'", typeName(name));
  return intern(StrRef::share(name.as<Str>()));
}

// object.__setattr__(cls, ...) must not get past what a class in between has to say about setting: its own
// native function is the one to call.
Status checkNotBypassed(Thread &t, void *function, Value self, const SlotDef &def) {
  Type *type = typeOf(self);
  auto *set = reinterpret_cast<SetAttrFn>(function);
  auto *generic = reinterpret_cast<SetAttrFn>(def.generic);
  Type *defining = type;
  for (Value v : type->mro->values()) // the last class with this function is the one that defines it
    if (SetAttrFn own = v.as<Type>()->slots.setAttr; own != generic && own == type->slots.setAttr)
      defining = v.as<Type>();
  for (Type *base = defining; base; base = base->base) {
    if (base->slots.setAttr == set) break;
    if (base->slots.setAttr != generic)
      return raise(t, types::TypeError, "can't apply this % to % object", def.name, type->fullName());
  }
  return Status::ok();
}

template <class Fn> Fn as(void *function) { return reinterpret_cast<Fn>(function); }

} // namespace

#define WRAPPER(Kind)                                                                                        \
  Ref wrappers::wrap##Kind(Thread &t, void *function, Value self, const CallArgs &args, const SlotDef &def)

WRAPPER(Unary) {
  TRY(checkCount(t, args, 0, 0, def));
  return as<UnaryFn>(function)(t, self);
}

WRAPPER(Next) {
  TRY(checkCount(t, args, 0, 0, def));
  Ref item = as<NextFn>(function)(t, self);
  if (!item && !t.hasPending()) return raiseStopIteration(t, Value());
  return item;
}

WRAPPER(Binary) {
  TRY(checkCount(t, args, 1, 1, def));
  return def.reflected ? as<BinaryFn>(function)(t, args.values[0], self)
                       : as<BinaryFn>(function)(t, self, args.values[0]);
}

WRAPPER(Repeat) {
  TRY(checkCount(t, args, 1, 1, def, " "));
  Ref count = TRY(index(t, args.values[0]));
  return as<BinaryFn>(function)(t, self, count);
}

WRAPPER(Power) {
  TRY(checkCount(t, args, 1, 2, def, " "));
  Value modulus = args.positional == 2 ? args.values[1] : Value::none();
  return def.reflected ? as<PowerFn>(function)(t, args.values[0], self, modulus)
                       : as<PowerFn>(function)(t, self, args.values[0], modulus);
}

WRAPPER(Compare) {
  TRY(checkCount(t, args, 1, 1, def));
  return as<CompareFn>(function)(t, self, args.values[0], CompareOp(def.compareOp));
}

WRAPPER(Hash) {
  TRY(checkCount(t, args, 0, 0, def));
  return makeInt(TRY(as<HashFn>(function)(t, self)));
}

WRAPPER(Len) {
  TRY(checkCount(t, args, 0, 0, def));
  return makeInt(TRY(as<LenFn>(function)(t, self)));
}

WRAPPER(Bool) {
  TRY(checkCount(t, args, 0, 0, def));
  return Ref::boolean(TRY(as<BoolFn>(function)(t, self)));
}

WRAPPER(Contains) {
  TRY(checkCount(t, args, 1, 1, def));
  return Ref::boolean(TRY(as<ContainsFn>(function)(t, self, args.values[0])));
}

WRAPPER(SetItem) {
  TRY(checkCount(t, args, 2, 2, def, " "));
  TRY(as<SetItemFn>(function)(t, self, args.values[0], args.values[1]));
  return Ref::none();
}

WRAPPER(DelItem) {
  TRY(checkCount(t, args, 1, 1, def));
  TRY(as<SetItemFn>(function)(t, self, args.values[0], Value()));
  return Ref::none();
}

WRAPPER(GetAttr) {
  TRY(checkCount(t, args, 1, 1, def));
  StrRef name = TRY(nameArgument(t, args.values[0]));
  return as<GetAttrFn>(function)(t, self, name);
}

WRAPPER(SetAttr) {
  TRY(checkCount(t, args, 2, 2, def, " "));
  TRY(checkNotBypassed(t, function, self, def));
  StrRef name = TRY(nameArgument(t, args.values[0]));
  TRY(as<SetAttrFn>(function)(t, self, name, args.values[1]));
  return Ref::none();
}

WRAPPER(DelAttr) {
  TRY(checkCount(t, args, 1, 1, def));
  TRY(checkNotBypassed(t, function, self, def));
  StrRef name = TRY(nameArgument(t, args.values[0]));
  TRY(as<SetAttrFn>(function)(t, self, name, Value()));
  return Ref::none();
}

WRAPPER(DescrGet) {
  TRY(checkCount(t, args, 1, 2, def, " "));
  Value instance = args.values[0].isNone() ? Value() : args.values[0];
  Value owner = args.positional == 2 && !args.values[1].isNone() ? args.values[1] : Value();
  if (instance.empty() && owner.empty()) return raise(t, types::TypeError, "__get__(None, None) is invalid");
  return as<DescrGetFn>(function)(t, self, instance, owner);
}

WRAPPER(DescrSet) {
  TRY(checkCount(t, args, 2, 2, def, " "));
  TRY(as<DescrSetFn>(function)(t, self, args.values[0], args.values[1]));
  return Ref::none();
}

WRAPPER(DescrDelete) {
  TRY(checkCount(t, args, 1, 1, def));
  TRY(as<DescrSetFn>(function)(t, self, args.values[0], Value()));
  return Ref::none();
}

WRAPPER(Call) { return as<CallFn>(function)(t, self, args); }

WRAPPER(Init) {
  TRY(as<InitFn>(function)(t, self, args));
  return Ref::none();
}

WRAPPER(Del) {
  TRY(checkCount(t, args, 0, 0, def));
  as<DelFn>(function)(t, self);
  return Ref::none();
}
