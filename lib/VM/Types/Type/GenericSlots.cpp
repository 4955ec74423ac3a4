// From special method to slot: the slot functions of classes that define the methods in Python.
#include "VM/Bind/Native.h"
#include "VM/Core/Names.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Function.h"
#include "VM/Types/Type/SlotWrappers.h"

using namespace coil::vm;

namespace {

// Calls the special method `name` of `self`, which the class is known to have had when the slot was set.
Ref invoke(Thread &t, Value self, Str *name, llvm::ArrayRef<Value> args) {
  bool found;
  Ref result = callSpecial(t, self, name, args, found);
  if (!found) return raiseNoAttribute(t, self, name);
  return result;
}

#define UNARY(slot, name)                                                                                    \
  Ref slot##Generic(Thread &t, Value self) { return invoke(t, self, names::special_##name, {}); }
UNARY(toInt, int)
UNARY(toFloat, float)
UNARY(index, index)
UNARY(await, await)
UNARY(aiter, aiter)
UNARY(anext, anext)
#undef UNARY

Str *internedOnce(Str *&cache, const char *text) {
  if (!cache) cache = internText(text).release();
  return cache;
}
#define UNARY(slot, text)                                                                                    \
  Ref slot##Generic(Thread &t, Value self) {                                                                 \
    static Str *name = nullptr;                                                                              \
    return invoke(t, self, internedOnce(name, text), {});                                                    \
  }
UNARY(negative, "__neg__")
UNARY(positive, "__pos__")
UNARY(absolute, "__abs__")
UNARY(invert, "__invert__")
#undef UNARY

Ref reprGeneric(Thread &t, Value self) {
  bool found;
  Ref result = callSpecial(t, self, names::special_repr, {}, found);
  if (!found) return raise(t, types::TypeError, "'%' object has no __repr__", typeName(self));
  return result;
}

Ref strGeneric(Thread &t, Value self) { return invoke(t, self, names::special_str, {}); }

Result<int64_t> hashGeneric(Thread &t, Value self) {
  Value method = typeLookup(typeOf(self), names::special_hash);
  if (method.empty() || method.isNone())
    return raise(t, types::TypeError, "unhashable type: '%'", typeName(self));
  Ref result = TRY(invoke(t, self, names::special_hash, {}));
  if (!isIntLike(result)) return raise(t, types::TypeError, "__hash__ method should return an integer");
  return hashOfHash(result);
}

Ref callGeneric(Thread &t, Value self, const CallArgs &args) {
  Ref method;
  TRY(lookupSpecial(t, self, names::special_call, method));
  if (!method) return raise(t, types::TypeError, "'%' object is not callable", typeName(self));
  return call(t, method, args);
}

Ref compareGeneric(Thread &t, Value self, Value other, CompareOp op) {
  Str *const methods[] = {names::special_lt, names::special_le, names::special_eq,
                          names::special_ne, names::special_gt, names::special_ge};
  Str *name = methods[int(op)];
  // A method that cannot be had for an error is no method: the error is forgotten.
  Value method = typeLookup(typeOf(self), name);
  if (!method.empty() && !typeOf(method)->has(kTypeMethodDescriptor))
    if (DescrGetFn get = typeOf(method)->slots.descrGet) {
      Ref keep = Ref::share(method), bound = get(t, method, self, Value(typeOf(self)));
      if (bound) return call(t, bound, {other});
      clearPending(t);
      return Ref::notImplemented();
    }
  bool found;
  Ref result = callSpecial(t, self, name, {other}, found);
  if (!found) return Ref::notImplemented();
  return result;
}

Ref iterGeneric(Thread &t, Value self) {
  Value method = typeLookup(typeOf(self), names::special_iter);
  if (method.isNone()) return raise(t, types::TypeError, "'%' object is not iterable", typeName(self));
  return invoke(t, self, names::special_iter, {});
}

Ref nextGeneric(Thread &t, Value self) {
  return invoke(t, self, names::special_next, {}); // its StopIteration stays pending: it may have a value
}

Ref getAttrGeneric(Thread &t, Value self, Str *name) {
  Type *type = typeOf(self);
  Value getattribute = typeLookup(type, names::special_getattribute);
  bool plain = isExactly(getattribute, types::SlotWrapper) &&
               getattribute.as<SlotWrapper>()->owner->slots.getAttr == genericGetAttr;
  Ref result =
      plain ? genericGetAttr(t, self, name) : invoke(t, self, names::special_getattribute, {Value(name)});
  if (result || !pendingIs(t, types::AttributeError)) return result;
  if (typeLookup(type, names::special_getattr).empty()) return result;
  clearPending(t);
  return invoke(t, self, names::special_getattr, {Value(name)});
}

Status setAttrGeneric(Thread &t, Value self, Str *name, Value valueOrEmpty) {
  if (valueOrEmpty.empty()) {
    CHECK(invoke(t, self, names::special_delattr, {Value(name)}));
  } else {
    CHECK(invoke(t, self, names::special_setattr, {Value(name), valueOrEmpty}));
  }
  return Status::ok();
}

Ref descrGetGeneric(Thread &t, Value descr, Value instance, Value owner) {
  Value get = typeLookup(typeOf(descr), names::special_get);
  if (get.empty()) return Ref::share(descr);
  return call(t, get,
              {descr, instance.empty() ? Value::none() : instance, owner.empty() ? Value::none() : owner});
}

Status descrSetGeneric(Thread &t, Value descr, Value instance, Value valueOrEmpty) {
  bool found;
  Str *name = valueOrEmpty.empty() ? names::special_delete : names::special_set;
  Value args[] = {instance, valueOrEmpty};
  Ref result = callSpecial(t, descr, name, llvm::ArrayRef<Value>(args, valueOrEmpty.empty() ? 1 : 2), found);
  if (!found) {
    (void)raiseMessage(t, types::AttributeError, toUtf8(name));
    return {};
  }
  return result ? Status::ok() : Status();
}

Status initGeneric(Thread &t, Value self, const CallArgs &args) {
  Ref method;
  TRY(lookupSpecial(t, self, names::special_init, method));
  if (!method) return raise(t, types::AttributeError, "__init__");
  Ref result = TRY(call(t, method, args));
  if (!result->isNone())
    return raise(t, types::TypeError, "__init__() should return None, not '%'", typeName(result));
  return Status::ok();
}

void delGeneric(Thread &t, Value self) {
  bool found;
  Ref result = callSpecial(t, self, names::special_del, {}, found);
  if (found && !result) writeUnraisable(t, nullptr, typeLookup(typeOf(self), names::special_del));
}

Result<bool> booleanGeneric(Thread &t, Value self) {
  Ref result = TRY(invoke(t, self, names::special_bool, {}));
  if (result->isBool()) return result->isTrue();
  return raise(t, types::TypeError, "__bool__ should return bool, returned %", typeName(result));
}

Result<int64_t> lenGeneric(Thread &t, Value self) {
  Ref result = TRY(invoke(t, self, names::special_len, {}));
  Ref number = TRY(index(t, result));
  if (isNegativeInt(number)) return raise(t, types::ValueError, "__len__() should return >= 0");
  int64_t length;
  if (toInt64(number, length)) return length;
  return raise(t, types::OverflowError, "cannot fit 'int' into an index-sized integer");
}

Ref getItemGeneric(Thread &t, Value self, Value key) {
  return invoke(t, self, names::special_getitem, {key});
}

Status setItemGeneric(Thread &t, Value self, Value key, Value valueOrEmpty) {
  if (valueOrEmpty.empty()) {
    CHECK(invoke(t, self, names::special_delitem, {key}));
  } else {
    CHECK(invoke(t, self, names::special_setitem, {key, valueOrEmpty}));
  }
  return Status::ok();
}

Result<bool> containsGeneric(Thread &t, Value self, Value key) {
  Value method = typeLookup(typeOf(self), names::special_contains);
  if (method.isNone()) return raise(t, types::TypeError, "'%' object is not a container", typeName(self));
  return truth(t, TRY(invoke(t, self, names::special_contains, {key})));
}

// The two-sided dispatch of an operator method pair: left.__op__(right), then right.__rop__(left), the right
// one first where its class derives from the left one's and overrides the method.
Ref binaryGeneric(Thread &t, Value a, Value b, void *self, size_t offset, Str *name, Str *reflected) {
  auto slotOf = [&](Value v) {
    return *reinterpret_cast<void **>(reinterpret_cast<char *>(&typeOf(v)->slots) + offset);
  };
  bool leftHas = slotOf(a) == self;
  bool tryRight = typeOf(a) != typeOf(b) && slotOf(b) == self;
  bool found;
  if (leftHas) {
    if (tryRight && isSubtype(typeOf(b), typeOf(a))) {
      Value ours = typeLookup(typeOf(b), reflected), theirs = typeLookup(typeOf(a), reflected);
      if (!ours.empty() && ours != theirs) {
        Ref result = callSpecial(t, b, reflected, {a}, found);
        if (found && (!result || !result->isNotImplemented())) return result;
        tryRight = false;
      }
    }
    Ref result = callSpecial(t, a, name, {b}, found);
    if (found && (!result || !result->isNotImplemented() || typeOf(a) == typeOf(b))) return result;
  }
  if (tryRight) {
    Ref result = callSpecial(t, b, reflected, {a}, found);
    if (found) return result;
  }
  return Ref::notImplemented();
}

#define BINARY(slot, text, rtext)                                                                            \
  Ref slot##Generic(Thread &t, Value a, Value b) {                                                           \
    static Str *name = nullptr, *reflected = nullptr;                                                        \
    return binaryGeneric(t, a, b, reinterpret_cast<void *>(&slot##Generic), offsetof(Slots, slot),           \
                         internedOnce(name, text), internedOnce(reflected, rtext));                          \
  }
BINARY(add, "__add__", "__radd__")
BINARY(sub, "__sub__", "__rsub__")
BINARY(mul, "__mul__", "__rmul__")
BINARY(mod, "__mod__", "__rmod__")
BINARY(divmod, "__divmod__", "__rdivmod__")
BINARY(lshift, "__lshift__", "__rlshift__")
BINARY(rshift, "__rshift__", "__rrshift__")
BINARY(bitAnd, "__and__", "__rand__")
BINARY(bitXor, "__xor__", "__rxor__")
BINARY(bitOr, "__or__", "__ror__")
BINARY(floorDiv, "__floordiv__", "__rfloordiv__")
BINARY(trueDiv, "__truediv__", "__rtruediv__")
BINARY(matMul, "__matmul__", "__rmatmul__")
#undef BINARY

Ref powGeneric(Thread &t, Value a, Value b, Value modulus) {
  static Str *name = nullptr, *reflected = nullptr;
  internedOnce(name, "__pow__"), internedOnce(reflected, "__rpow__");
  if (modulus.isNone())
    return binaryGeneric(t, a, b, reinterpret_cast<void *>(&powGeneric), offsetof(Slots, pow), name,
                         reflected);
  if (typeOf(a)->slots.pow != &powGeneric) return Ref::notImplemented();
  return invoke(t, a, name, {b, modulus});
}

#define INPLACE(slot, text)                                                                                  \
  Ref slot##Generic(Thread &t, Value a, Value b) {                                                           \
    static Str *name = nullptr;                                                                              \
    return invoke(t, a, internedOnce(name, text), {b});                                                      \
  }
INPLACE(inplaceAdd, "__iadd__")
INPLACE(inplaceSub, "__isub__")
INPLACE(inplaceMul, "__imul__")
INPLACE(inplaceMod, "__imod__")
INPLACE(inplacePow, "__ipow__")
INPLACE(inplaceLshift, "__ilshift__")
INPLACE(inplaceRshift, "__irshift__")
INPLACE(inplaceAnd, "__iand__")
INPLACE(inplaceXor, "__ixor__")
INPLACE(inplaceOr, "__ior__")
INPLACE(inplaceFloorDiv, "__ifloordiv__")
INPLACE(inplaceTrueDiv, "__itruediv__")
INPLACE(inplaceMatMul, "__imatmul__")
#undef INPLACE

} // namespace

// concat, repeat and their in-place forms stay empty: Python-level classes provide __add__ and the like
// through the number slots.
void GenericSlots::fill(Slots &s) {
#define FILL(slot) s.slot = slot##Generic;
  // clang-format off
  FILL(getAttr) FILL(setAttr) FILL(repr) FILL(str) FILL(hash) FILL(call) FILL(compare) FILL(iter)
  FILL(next) FILL(descrGet) FILL(descrSet) FILL(init) FILL(del) FILL(await) FILL(aiter) FILL(anext)
  FILL(add) FILL(sub) FILL(mul) FILL(mod) FILL(divmod) FILL(lshift) FILL(rshift) FILL(bitAnd) FILL(bitXor)
  FILL(bitOr) FILL(floorDiv) FILL(trueDiv) FILL(matMul) FILL(pow) FILL(negative) FILL(positive)
  FILL(absolute) FILL(invert) FILL(toInt) FILL(toFloat) FILL(index) FILL(boolean) FILL(inplaceAdd)
  FILL(inplaceSub) FILL(inplaceMul) FILL(inplaceMod) FILL(inplacePow) FILL(inplaceLshift)
  FILL(inplaceRshift) FILL(inplaceAnd) FILL(inplaceXor) FILL(inplaceOr) FILL(inplaceFloorDiv)
  FILL(inplaceTrueDiv) FILL(inplaceMatMul) FILL(len) FILL(getItem) FILL(setItem) FILL(contains)
  // clang-format on
#undef FILL
}
