// The descriptors of built-in types: method_descriptor, classmethod_descriptor, wrapper_descriptor,
// method-wrapper, getset_descriptor, member_descriptor and builtin_function_or_method.
#include "VM/Bind/Native.h"
#include "VM/Core/Names.h"
#include "VM/Core/Shape.h"
#include "VM/Heap/Heap.h"
#include "VM/Import/Import.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Type/Mro.h"
#include "VM/Types/Type/TypeObject.h"

using namespace coil::vm;

namespace {

template <class T> Type *ownerOf(Value v) { return v.as<T>()->owner; }

Failure raiseWrongObject(Thread &t, const std::string &name, Type *owner, Value object) {
  return raise(t, types::TypeError, "descriptor '%' for '%' objects doesn't apply to a '%' object", name,
               owner->fullName(), typeName(object));
}

// --- builtin_function_or_method
// ------------------------------------------------------------------------------

Ref nativeCall(Thread &t, Value callee, const CallArgs &args) {
  auto *f = callee.as<NativeFunction>();
  if (f->self.empty() || signatureOf(*f->def).isNew) return callNative(t, *f->def, f->owner, args);
  return callNativeBound(t, *f->def, f->owner, f->self, args, NamedBy::Self);
}

Ref nativeRepr(Thread &, Value self) {
  auto *f = self.as<NativeFunction>();
  if (f->self.empty() || isExactly(f->self, types::Module))
    return makeStr(std::string("<built-in function ") + f->def->name + ">");
  return makeStr(std::string("<built-in method ") + f->def->name + " of " + typeName(f->self).str() +
                 " object at " + addressText(f->self) + ">");
}

Ref nativeGetName(Thread &, Value self) { return makeStr(self.as<NativeFunction>()->def->name); }
Ref nativeGetQualname(Thread &, Value self) {
  auto *f = self.as<NativeFunction>();
  if (!f->owner || f->self.empty()) return makeStr(f->def->name);
  Type *type = isType(f->self) ? f->self.as<Type>() : typeOf(f->self);
  return makeStr(toUtf8(type->qualname) + "." + f->def->name);
}
Ref nativeGetSelf(Thread &, Value self) {
  Value bound = self.as<NativeFunction>()->self;
  if (self.as<NativeFunction>()->def->kind == NativeKind::Static) return Ref::none(); // it is but its home
  return bound.empty() ? Ref::none() : Ref::share(bound);
}
Ref nativeGetModule(Thread &, Value self) {
  auto *f = self.as<NativeFunction>();
  return f->module ? Ref::share(Value(f->module)) : Ref::none();
}
Ref docOf(const NativeDef &def) { return def.doc ? Ref(makeStr(def.doc)) : Ref::none(); }
Ref signatureText(const NativeDef &def) {
  if (def.name == llvm::StringRef("__new__")) return makeStrAscii("($type, *args, **kwargs)");
  std::string text = visibleSignature(def).str();
  // "= None" only hides a default from the binding.
  for (size_t at; (at = text.find("= ")) != std::string::npos;) text.erase(at + 1, 1);
  return text.empty() ? Ref::none() : Ref(makeStr(text));
}
Ref nativeGetDoc(Thread &, Value self) { return docOf(*self.as<NativeFunction>()->def); }
Ref nativeGetSignature(Thread &, Value self) { return signatureText(*self.as<NativeFunction>()->def); }

Ref nativeCompare(Thread &, Value a, Value b, CompareOp op) {
  if ((op != CompareOp::Eq && op != CompareOp::Ne) || !isExactly(b, types::NativeFunction))
    return Ref::notImplemented();
  auto *f = a.as<NativeFunction>(), *g = b.as<NativeFunction>();
  bool same = f->def == g->def && f->self == g->self;
  return Ref::boolean(same == (op == CompareOp::Eq));
}
Result<int64_t> nativeHash(Thread &, Value self) {
  auto *f = self.as<NativeFunction>();
  int64_t h = int64_t(reinterpret_cast<uintptr_t>(f->def) >> 4) ^ int64_t(f->self.bits() >> 4);
  return h == -1 ? -2 : h;
}

void nativeTraverse(Object *self, Visitor &visitor) {
  visitor.visit(static_cast<NativeFunction *>(self)->self);
}
void nativeClear(Object *self) {
  auto *f = static_cast<NativeFunction *>(self);
  replaceOwned(f->self, Value());
  if (f->refCount == 0) replaceOwned<Str>(f->module, nullptr);
}

// (getattr, (object, name)): how what belongs to an object or class is found again.
Ref reduceToAttribute(Thread &t, Value owner, llvm::StringRef name) {
  Ref getattr = TRY(importAttribute(t, "builtins", "getattr"));
  StrRef text = makeStr(name);
  TupleRef arguments = packTuple(owner, text);
  return packTuple(getattr, arguments);
}

// A module's function is found by its name alone.
Ref nativeReduce(Thread &t, const Value *args) {
  auto *f = args[0].as<NativeFunction>();
  if (f->self.empty() || isInstance(f->self, types::Module)) return makeStr(f->def->name);
  return reduceToAttribute(t, f->self, f->def->name);
}

NativeDef kNativeMethods[] = {{"__reduce__", nativeReduce, "!($self, /)", nullptr}};

const GetSetDef kNativeGetSets[] = {
    {"__name__", nativeGetName, nullptr, nullptr},
    {"__qualname__", nativeGetQualname, nullptr, nullptr},
    {"__self__", nativeGetSelf, nullptr, nullptr},
    {"__module__", nativeGetModule, nullptr, nullptr, true},
    {"__doc__", nativeGetDoc, nullptr, nullptr},
    {"__text_signature__", nativeGetSignature, nullptr, nullptr},
};

// --- method_descriptor and classmethod_descriptor
// ---------------------------------------------------------------

Ref methodGet(Thread &t, Value descr, Value instance, Value) {
  auto *d = descr.as<MethodDescriptor>();
  if (instance.empty()) return Ref::share(descr);
  if (!isInstance(instance, *d->owner)) return raiseWrongObject(t, d->def->name, d->owner, instance);
  return newNativeFunction(*d->def, instance, d->owner, nullptr);
}

Ref methodCall(Thread &t, Value callee, const CallArgs &args) {
  auto *d = callee.as<MethodDescriptor>();
  return callNative(t, *d->def, d->owner, args);
}

// A class method must get a class that has it.
Status checkClassArgument(Thread &t, MethodDescriptor *d, Value cls) {
  if (!isType(cls))
    return raise(t, types::TypeError, "descriptor '%' for type '%' needs a type, not a '%' as arg 2",
                 d->def->name, d->owner->fullName(), typeName(cls));
  if (!isSubtype(cls.as<Type>(), d->owner))
    return raise(t, types::TypeError, "descriptor '%' requires a subtype of '%' but received '%'",
                 d->def->name, d->owner->fullName(), cls.as<Type>()->fullName());
  return Status::ok();
}

Ref classMethodGet(Thread &t, Value descr, Value instance, Value owner) {
  auto *d = descr.as<MethodDescriptor>();
  Value cls = owner.empty() ? Value(typeOf(instance)) : owner;
  TRY(checkClassArgument(t, d, cls));
  return newNativeFunction(*d->def, cls, d->owner, nullptr);
}

Ref classMethodCall(Thread &t, Value callee, const CallArgs &args) {
  auto *d = callee.as<MethodDescriptor>();
  if (args.positional < 1)
    return raise(t, types::TypeError, "descriptor '%' of '%' object needs an argument", d->def->name,
                 d->owner->fullName());
  TRY(checkClassArgument(t, d, args.values[0]));
  return callNativeBound(t, *d->def, d->owner, args.values[0],
                         CallArgs(args.values + 1, args.positional - 1, args.kwNames));
}

Ref methodRepr(Thread &, Value self) {
  auto *d = self.as<MethodDescriptor>();
  return makeStr(std::string("<method '") + d->def->name + "' of '" + d->owner->fullName().str() +
                 "' objects>");
}

Ref methodGetName(Thread &, Value self) { return makeStr(self.as<MethodDescriptor>()->def->name); }
Ref methodGetQualname(Thread &, Value self) {
  auto *d = self.as<MethodDescriptor>();
  return makeStr(toUtf8(d->owner->qualname) + "." + d->def->name);
}
Ref methodGetOwner(Thread &, Value self) { return Ref::share(Value(ownerOf<MethodDescriptor>(self))); }
Ref methodGetDoc(Thread &, Value self) { return docOf(*self.as<MethodDescriptor>()->def); }
Ref methodGetSignature(Thread &, Value self) { return signatureText(*self.as<MethodDescriptor>()->def); }

Ref methodReduce(Thread &t, const Value *args) {
  auto *m = args[0].as<MethodDescriptor>();
  return reduceToAttribute(t, Value(m->owner), m->def->name);
}

NativeDef kMethodMethods[] = {{"__reduce__", methodReduce, "!($self, /)", nullptr}};

const GetSetDef kMethodGetSets[] = {
    {"__name__", methodGetName, nullptr, nullptr, true},
    {"__qualname__", methodGetQualname, nullptr, nullptr},
    {"__objclass__", methodGetOwner, nullptr, nullptr, true},
    {"__doc__", methodGetDoc, nullptr, nullptr},
    {"__text_signature__", methodGetSignature, nullptr, nullptr},
};

// --- wrapper_descriptor and method-wrapper
// ------------------------------------------------------------------------

Ref callWrapper(Thread &t, SlotWrapper *w, Value self, const CallArgs &args) {
  if (w->owner->initDef && w->def->interned == names::special_init) {
    TRY(initAs(t, *w->owner, self, args));
    return Ref::none();
  }
  return w->def->wrap(t, slotField(w->owner->slots, *w->def), self, args, *w->def);
}

Ref wrapperGet(Thread &t, Value descr, Value instance, Value) {
  auto *w = descr.as<SlotWrapper>();
  if (instance.empty()) return Ref::share(descr);
  if (!isInstance(instance, *w->owner)) return raiseWrongObject(t, w->def->name, w->owner, instance);
  auto *bound = heap::make<MethodWrapper>(types::MethodWrapper);
  retain(descr);
  bound->wrapper = w;
  bound->self = retained(instance);
  return Ref::take(Value(bound));
}

Ref wrapperCall(Thread &t, Value callee, const CallArgs &args) {
  auto *w = callee.as<SlotWrapper>();
  if (args.positional < 1)
    return raise(t, types::TypeError, "descriptor '%' of '%' object needs an argument", w->def->name,
                 w->owner->fullName());
  if (!isInstance(args.values[0], *w->owner))
    return raise(t, types::TypeError, "descriptor '%' requires a '%' object but received a '%'", w->def->name,
                 w->owner->fullName(), typeName(args.values[0]));
  return callWrapper(t, w, args.values[0], CallArgs(args.values + 1, args.positional - 1, args.kwNames));
}

Ref wrapperRepr(Thread &, Value self) {
  auto *w = self.as<SlotWrapper>();
  return makeStr(std::string("<slot wrapper '") + w->def->name + "' of '" + w->owner->fullName().str() +
                 "' objects>");
}

Ref wrapperGetName(Thread &, Value self) { return makeStr(self.as<SlotWrapper>()->def->name); }
Ref wrapperGetQualname(Thread &, Value self) {
  auto *w = self.as<SlotWrapper>();
  return makeStr(toUtf8(w->owner->qualname) + "." + w->def->name);
}
Ref wrapperGetOwner(Thread &, Value self) { return Ref::share(Value(ownerOf<SlotWrapper>(self))); }
Ref textOrNone(const char *text) { return *text ? Ref(makeStr(text)) : Ref::none(); }
Ref wrapperGetDoc(Thread &, Value self) { return textOrNone(self.as<SlotWrapper>()->def->doc); }
Ref wrapperGetSignature(Thread &, Value self) { return textOrNone(self.as<SlotWrapper>()->def->signature); }

Ref wrapperReduce(Thread &t, const Value *args) {
  auto *w = args[0].as<SlotWrapper>();
  return reduceToAttribute(t, Value(w->owner), w->def->name);
}

NativeDef kWrapperMethods[] = {{"__reduce__", wrapperReduce, "!($self, /)", nullptr}};

const GetSetDef kWrapperGetSets[] = {
    {"__name__", wrapperGetName, nullptr, nullptr, true},
    {"__qualname__", wrapperGetQualname, nullptr, nullptr},
    {"__objclass__", wrapperGetOwner, nullptr, nullptr, true},
    {"__doc__", wrapperGetDoc, nullptr, nullptr},
    {"__text_signature__", wrapperGetSignature, nullptr, nullptr},
};

Ref boundWrapperCall(Thread &t, Value callee, const CallArgs &args) {
  auto *b = callee.as<MethodWrapper>();
  return callWrapper(t, b->wrapper, b->self, args);
}

Ref boundWrapperRepr(Thread &, Value self) {
  auto *b = self.as<MethodWrapper>();
  return makeStr(std::string("<method-wrapper '") + b->wrapper->def->name + "' of " +
                 typeName(b->self).str() + " object at " + addressText(b->self) + ">");
}

Ref boundWrapperCompare(Thread &, Value a, Value b, CompareOp op) {
  if ((op != CompareOp::Eq && op != CompareOp::Ne) || !isExactly(b, types::MethodWrapper))
    return Ref::notImplemented();
  auto *x = a.as<MethodWrapper>(), *y = b.as<MethodWrapper>();
  return Ref::boolean((x->wrapper == y->wrapper && x->self == y->self) == (op == CompareOp::Eq));
}

Result<int64_t> boundWrapperHash(Thread &, Value self) {
  auto *b = self.as<MethodWrapper>();
  return int64_t((reinterpret_cast<uintptr_t>(b->wrapper) ^ b->self.bits()) >> 4);
}

Ref boundGetSelf(Thread &, Value self) { return Ref::share(self.as<MethodWrapper>()->self); }
Ref boundGetWrapper(Value self) { return Ref::share(Value(self.as<MethodWrapper>()->wrapper)); }
Ref boundGetName(Thread &t, Value self) { return wrapperGetName(t, boundGetWrapper(self)); }
Ref boundGetQualname(Thread &t, Value self) { return wrapperGetQualname(t, boundGetWrapper(self)); }
Ref boundGetOwner(Thread &t, Value self) { return wrapperGetOwner(t, boundGetWrapper(self)); }
Ref boundGetDoc(Thread &t, Value self) { return wrapperGetDoc(t, boundGetWrapper(self)); }
Ref boundGetSignature(Thread &t, Value self) { return wrapperGetSignature(t, boundGetWrapper(self)); }

Ref boundWrapperReduce(Thread &t, const Value *args) {
  auto *b = args[0].as<MethodWrapper>();
  return reduceToAttribute(t, b->self, b->wrapper->def->name);
}

NativeDef kMethodWrapperMethods[] = {{"__reduce__", boundWrapperReduce, "!($self, /)", nullptr}};

const GetSetDef kMethodWrapperGetSets[] = {
    {"__self__", boundGetSelf, nullptr, nullptr, true},
    {"__name__", boundGetName, nullptr, nullptr},
    {"__qualname__", boundGetQualname, nullptr, nullptr},
    {"__objclass__", boundGetOwner, nullptr, nullptr},
    {"__doc__", boundGetDoc, nullptr, nullptr},
    {"__text_signature__", boundGetSignature, nullptr, nullptr},
};

void boundWrapperTraverse(Object *self, Visitor &visitor) {
  visitor.visit(static_cast<MethodWrapper *>(self)->self);
}
void boundWrapperClear(Object *self) {
  auto *b = static_cast<MethodWrapper *>(self);
  replaceOwned<SlotWrapper>(b->wrapper, nullptr);
  replaceOwned(b->self, Value());
}

// --- getset_descriptor and member_descriptor
// -----------------------------------------------------------------------

Ref getSetGet(Thread &t, Value descr, Value instance, Value) {
  auto *d = descr.as<GetSetDescriptor>();
  if (instance.empty()) return Ref::share(descr);
  if (!isInstance(instance, *d->owner)) return raiseWrongObject(t, d->def->name, d->owner, instance);
  if (!d->def->get)
    return raise(t, types::AttributeError, "attribute '%' of '%' objects is not readable", d->def->name,
                 d->owner->fullName());
  return d->def->get(t, instance);
}

Status getSetSet(Thread &t, Value descr, Value instance, Value valueOrEmpty) {
  auto *d = descr.as<GetSetDescriptor>();
  if (!isInstance(instance, *d->owner)) return raiseWrongObject(t, d->def->name, d->owner, instance);
  if (d->def->set) return d->def->set(t, instance, valueOrEmpty);
  if (d->def->member) return raise(t, types::AttributeError, "readonly attribute");
  return raise(t, types::AttributeError, "attribute '%' of '%' objects is not writable", d->def->name,
               d->owner->fullName());
}

Ref getSetRepr(Thread &, Value self) {
  auto *d = self.as<GetSetDescriptor>();
  return makeStr(std::string(d->def->member ? "<member '" : "<attribute '") + d->def->name + "' of '" +
                 d->owner->fullName().str() + "' objects>");
}

Ref getSetName(Thread &, Value self) { return makeStr(self.as<GetSetDescriptor>()->def->name); }
Ref getSetQualname(Thread &, Value self) {
  auto *d = self.as<GetSetDescriptor>();
  return makeStr(toUtf8(d->owner->qualname) + "." + d->def->name);
}
Ref getSetOwner(Thread &, Value self) { return Ref::share(Value(ownerOf<GetSetDescriptor>(self))); }
Ref getSetDoc(Thread &, Value self) {
  const char *doc = self.as<GetSetDescriptor>()->def->doc;
  return doc ? Ref(makeStr(doc)) : Ref::none();
}

const GetSetDef kGetSetGetSets[] = {
    {"__name__", getSetName, nullptr, nullptr, true},
    {"__qualname__", getSetQualname, nullptr, nullptr},
    {"__objclass__", getSetOwner, nullptr, nullptr, true},
    {"__doc__", getSetDoc, nullptr, nullptr},
};

Value &memberValue(MemberDescriptor *m, Value instance) {
  return attributes(instance.object())->values[m->number];
}

Ref memberGet(Thread &t, Value descr, Value instance, Value owner) {
  auto *m = descr.as<MemberDescriptor>();
  if (m->def) return getSetGet(t, descr, instance, owner);
  if (instance.empty()) return Ref::share(descr);
  if (!isInstance(instance, *m->owner)) return raiseWrongObject(t, toUtf8(m->name), m->owner, instance);
  Value *values = attributes(instance.object())->values;
  if (!values || values[m->number].empty()) return raiseNoAttribute(t, instance, m->name);
  return Ref::share(values[m->number]);
}

Status memberSet(Thread &t, Value descr, Value instance, Value valueOrEmpty) {
  auto *m = descr.as<MemberDescriptor>();
  if (m->def) return getSetSet(t, descr, instance, valueOrEmpty);
  if (!isInstance(instance, *m->owner)) return raiseWrongObject(t, toUtf8(m->name), m->owner, instance);
  ensureSlotValues(instance.object());
  Value &slot = memberValue(m, instance);
  if (valueOrEmpty.empty() && slot.empty()) return raise(t, types::AttributeError, "%", m->name);
  replaceOwned(slot, retained(valueOrEmpty));
  return Status::ok();
}

Ref memberRepr(Thread &t, Value self) {
  auto *m = self.as<MemberDescriptor>();
  if (m->def) return getSetRepr(t, self);
  return makeStr("<member '" + toUtf8(m->name) + "' of '" + m->owner->fullName().str() + "' objects>");
}

Ref memberName(Thread &t, Value self) {
  auto *m = self.as<MemberDescriptor>();
  return m->def ? getSetName(t, self) : Ref::share(Value(m->name));
}
Ref memberQualname(Thread &t, Value self) {
  auto *m = self.as<MemberDescriptor>();
  if (m->def) return getSetQualname(t, self);
  return makeStr(toUtf8(m->owner->qualname) + "." + toUtf8(m->name));
}
Ref memberOwner(Thread &, Value self) { return Ref::share(Value(self.as<MemberDescriptor>()->owner)); }
Ref memberDoc(Thread &t, Value self) {
  return self.as<MemberDescriptor>()->def ? getSetDoc(t, self) : Ref::none();
}

const GetSetDef kMemberGetSets[] = {
    {"__name__", memberName, nullptr, nullptr, true},
    {"__qualname__", memberQualname, nullptr, nullptr},
    {"__objclass__", memberOwner, nullptr, nullptr, true},
    {"__doc__", memberDoc, nullptr, nullptr},
};

void memberClear(Object *self) { replaceOwned<Str>(static_cast<MemberDescriptor *>(self)->name, nullptr); }

} // namespace

Ref coil::vm::newNativeFunction(const NativeDef &def, Value selfOrEmpty, Type *owner, Str *module) {
  auto *f = heap::make<NativeFunction>(types::NativeFunction);
  f->def = &def;
  f->self = retained(selfOrEmpty);
  f->owner = owner;
  f->module = StrRef::share(module).release();
  return Ref::take(Value(f));
}

const TypeSpec coil::vm::kNativeFunctionSpec = {
    .name = "builtin_function_or_method",
    .size = sizeof(NativeFunction),
    .flags = kTypeGc | kTypeNoInstantiate | kTypeHasWeakRefs,
    .fillSlots =
        [](Slots &s) {
          s.call = nativeCall, s.repr = nativeRepr, s.compare = nativeCompare, s.hash = nativeHash;
        },
    .traverse = nativeTraverse,
    .clear = nativeClear,
    .methods = kNativeMethods,
    .getsets = kNativeGetSets,
};

const TypeSpec coil::vm::kMethodDescriptorSpec = {
    .name = "method_descriptor",
    .size = sizeof(MethodDescriptor),
    .flags = kTypeNoInstantiate | kTypeMethodDescriptor,
    .fillSlots = [](Slots &s) { s.call = methodCall, s.repr = methodRepr, s.descrGet = methodGet; },
    .methods = kMethodMethods,
    .getsets = kMethodGetSets,
};

const TypeSpec coil::vm::kClassMethodDescriptorSpec = {
    .name = "classmethod_descriptor",
    .size = sizeof(MethodDescriptor),
    .flags = kTypeNoInstantiate,
    .fillSlots = [](Slots &s) { s.call = classMethodCall, s.repr = methodRepr, s.descrGet = classMethodGet; },
    .getsets = kMethodGetSets,
};

const TypeSpec coil::vm::kSlotWrapperSpec = {
    .name = "wrapper_descriptor",
    .size = sizeof(SlotWrapper),
    .flags = kTypeNoInstantiate | kTypeMethodDescriptor,
    .fillSlots = [](Slots &s) { s.call = wrapperCall, s.repr = wrapperRepr, s.descrGet = wrapperGet; },
    .methods = kWrapperMethods,
    .getsets = kWrapperGetSets,
};

const TypeSpec coil::vm::kMethodWrapperSpec = {
    .name = "method-wrapper",
    .size = sizeof(MethodWrapper),
    .flags = kTypeGc | kTypeNoInstantiate,
    .fillSlots =
        [](Slots &s) {
          s.call = boundWrapperCall, s.repr = boundWrapperRepr, s.compare = boundWrapperCompare,
          s.hash = boundWrapperHash;
        },
    .traverse = boundWrapperTraverse,
    .clear = boundWrapperClear,
    .methods = kMethodWrapperMethods,
    .getsets = kMethodWrapperGetSets,
};

const TypeSpec coil::vm::kGetSetDescriptorSpec = {
    .name = "getset_descriptor",
    .size = sizeof(GetSetDescriptor),
    .flags = kTypeNoInstantiate,
    .fillSlots = [](Slots &s) { s.repr = getSetRepr, s.descrGet = getSetGet, s.descrSet = getSetSet; },
    .getsets = kGetSetGetSets,
};

static Ref memberReduce(Thread &t, const Value *args) {
  auto *m = args[0].as<MemberDescriptor>();
  StrRef name = m->name ? StrRef::share(m->name) : makeStr(m->def->name);
  return reduceToAttribute(t, Value(m->owner), toUtf8(name).c_str());
}

static NativeDef kMemberMethods[] = {{"__reduce__", memberReduce, "!($self, /)", nullptr}};

const TypeSpec coil::vm::kMemberDescriptorSpec = {
    .name = "member_descriptor",
    .size = sizeof(MemberDescriptor),
    .flags = kTypeNoInstantiate,
    .fillSlots = [](Slots &s) { s.repr = memberRepr, s.descrGet = memberGet, s.descrSet = memberSet; },
    .clear = memberClear,
    .methods = kMemberMethods,
    .getsets = kMemberGetSets,
};
