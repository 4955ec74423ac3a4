// The module _abc: abstract base classes' registries and caches, and the checks that use them (PEP 3119;
// abc.py builds on it).
#include "VM/Core/Names.h"
#include "VM/Heap/WeakRefs.h"
#include "VM/Modules/Modules.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"
#include "VM/Types/Set.h"
#include "VM/Types/Tuple.h"

using namespace coil::vm;

namespace coil::vm::types {
static vm::Type AbcData;
}

namespace {

// Changes when a class is registered anywhere: negative caches made before are void.
int64_t invalidationCounter = 0;

// A set of classes by weak references, made on demand. The callback of the references takes a dead class's
// out.
struct ClassSet {
  Set *set;     // owned; may be null
  Value forget; // owned: the callback, bound to the set
};

// cls._abc_impl
struct AbcData : Object {
  ClassSet registry, cache, negative;
  int64_t negativeVersion;
};

Ref forgetClass(Thread &t, const Value *args) {
  CHECK(setDiscard(t, args[0].as<Set>(), args[1]));
  return Ref::none();
}
NativeDef kForget = {"_destroy", forgetClass, "!($self, reference, /)", nullptr};

Status add(Thread &t, ClassSet &classes, Value cls) {
  if (!classes.set) {
    classes.set = newSet().release().as<Set>();
    classes.forget = newNativeFunction(kForget, Value(classes.set), nullptr, nullptr).release();
  }
  Ref reference = TRY(call(t, Value(&types::WeakRef), {cls, classes.forget}));
  return setAdd(t, classes.set, reference);
}

Result<bool> has(Thread &t, const ClassSet &classes, Value cls) {
  if (!classes.set || classes.set->used == 0) return false;
  Ref reference = call(t, Value(&types::WeakRef), {cls});
  if (!reference) { // what cannot be referred to weakly is in no set
    if (catchPending(t, types::TypeError)) return false;
    return {};
  }
  return setContains(t, classes.set, reference);
}

void clear(ClassSet &classes) {
  if (classes.set) setClear(classes.set); // its references own the callback, which owns the set
  replaceOwned<Set>(classes.set, nullptr);
  replaceOwned(classes.forget, Value());
}

// The data of a class; owned.
ObjectRef<AbcData> dataOf(Thread &t, Value cls) {
  Ref data = TRY(getAttr(t, cls, internText("_abc_impl")));
  if (!isExactly(data, types::AbcData)) return raise(t, types::TypeError, "_abc_impl is set to a wrong type");
  return ObjectRef<AbcData>::share(data.as<AbcData>());
}

// --- making a class

Result<bool> isAbstract(Thread &t, Value v) {
  Ref mark;
  CHECK(lookupAttr(t, v, names::special_isabstractmethod, mark));
  return mark ? truth(t, mark) : Result<bool>(false);
}

// The names of the base's abstract methods that the class leaves abstract.
Status inheritAbstract(Thread &t, Value cls, Value base, Set *abstract) {
  Ref inherited;
  CHECK(lookupAttr(t, base, names::special_abstractmethods, inherited));
  if (!inherited) return Status::ok();
  return forEach(t, inherited, [&](Value name) -> Status {
    if (!isStr(name)) return Status::ok();
    Ref found;
    CHECK(lookupAttr(t, cls, name.as<Str>(), found));
    if (found && TRY(isAbstract(t, found))) return setAdd(t, abstract, name);
    return Status::ok();
  });
}

Status computeAbstractMethods(Thread &t, Value cls) {
  Ref abstract = newFrozenSet();
  Ref nameSpace = TRY(getAttr(t, cls, names::special_dict));
  Ref items = TRY(callMethod(t, nameSpace, names::items));
  CHECK(forEach(t, items, [&](Value item) -> Status {
    auto *pair = item.as<Tuple>();
    if (TRY(isAbstract(t, (*pair)[1]))) return setAdd(t, abstract.as<Set>(), (*pair)[0]);
    return Status::ok();
  }));
  Ref bases = TRY(getAttr(t, cls, names::special_bases));
  CHECK(forEach(t, bases, [&](Value base) { return inheritAbstract(t, cls, base, abstract.as<Set>()); }));
  return setAttr(t, cls, names::special_abstractmethods, abstract);
}

// CPython's bits in __abc_tpflags__: what sequence and mapping patterns accept.
Status takePatternFlags(Thread &t, Value cls) {
  constexpr int64_t kSequence = 1 << 5, kMapping = 1 << 6;
  StrRef name = internText("__abc_tpflags__");
  auto *type = cls.as<Type>();
  Value given = dictGetStr(type->dict, name);
  int64_t flags;
  if (given.empty() || !given.isInt() || !toInt64(given, flags)) return Status::ok();
  if ((flags & kSequence) && (flags & kMapping))
    return raise(t, types::TypeError,
                 "__abc_tpflags__ cannot be both Py_TPFLAGS_SEQUENCE and Py_TPFLAGS_MAPPING");
  if (flags & kSequence) type->typeFlags |= kTypeMatchSequence;
  if (flags & kMapping) type->typeFlags |= kTypeMatchMapping;
  return setAttr(t, cls, name, Value());
}

Ref abcInit(Thread &t, const Value *args) {
  CHECK(computeAbstractMethods(t, args[0]));
  auto data = ObjectRef<AbcData>::take(heap::make<AbcData>(types::AbcData));
  data->negativeVersion = invalidationCounter;
  CHECK(setAttr(t, args[0], internText("_abc_impl"), data));
  if (isType(args[0])) CHECK(takePatternFlags(t, args[0]));
  return Ref::none();
}

// --- registering

void inheritPatternFlag(Type *type, uint32_t flag) {
  constexpr uint32_t kBoth = kTypeMatchSequence | kTypeMatchMapping;
  if (type->has(kTypeImmutable) || (type->typeFlags & kBoth) == flag) return;
  type->typeFlags = (type->typeFlags & ~kBoth) | flag;
  if (type->subclasses)
    for (Type *subclass : *type->subclasses) inheritPatternFlag(subclass, flag);
}

Ref abcRegister(Thread &t, const Value *args) {
  if (!isType(args[1])) return raise(t, types::TypeError, "Can only register classes");
  if (TRY(isSubclassOf(t, args[1], args[0]))) return Ref::share(args[1]);
  if (TRY(isSubclassOf(t, args[0], args[1])))
    return raise(t, types::RuntimeError, "Refusing to create an inheritance cycle");
  ObjectRef<AbcData> data = TRY(dataOf(t, args[0]));
  CHECK(add(t, data->registry, args[1]));
  ++invalidationCounter;
  if (isType(args[0]))
    if (uint32_t flag = args[0].as<Type>()->typeFlags & (kTypeMatchSequence | kTypeMatchMapping))
      inheritPatternFlag(args[1].as<Type>(), flag);
  return Ref::share(args[1]);
}

// --- checks

Ref remember(Thread &t, ClassSet &classes, Value subclass, bool answer) {
  CHECK(add(t, classes, subclass));
  return Ref::boolean(answer);
}

// What the caches say of the subclass; an empty Ref without an exception if nothing.
Ref cachedAnswer(Thread &t, AbcData *data, Value subclass) {
  if (TRY(has(t, data->cache, subclass))) return Ref::boolean(true);
  if (data->negativeVersion < invalidationCounter) {
    clear(data->negative);
    data->negativeVersion = invalidationCounter;
  } else if (TRY(has(t, data->negative, subclass))) {
    return Ref::boolean(false);
  }
  return {};
}

// One of the registered classes, or of the subclasses, has it.
Result<bool> isKnownBelow(Thread &t, Value self, AbcData *data, Value subclass) {
  if (data->registry.set) {
    Ref copy = newSet();
    CHECK(setUpdate(t, copy.as<Set>(), Value(data->registry.set)));
    int64_t position = 0;
    for (Value key; setNext(copy.as<Set>(), position, key);) {
      Object *registered = key.as<WeakRef>()->alive();
      if (!registered) continue;
      Ref keep = Ref::share(Value(registered));
      if (TRY(isSubclassOf(t, subclass, keep))) return true;
    }
  }
  Ref subclasses = TRY(callMethod(t, self, names::special_subclasses));
  if (!isList(subclasses)) return raise(t, types::TypeError, "__subclasses__() must return a list");
  for (int64_t i = 0; i < subclasses.as<List>()->length; ++i) {
    Ref below = Ref::share(subclasses.as<List>()->items[i]);
    if (TRY(isSubclassOf(t, subclass, below))) return true;
  }
  return false;
}

Ref abcSubclassCheck(Thread &t, const Value *args) {
  Value self = args[0], subclass = args[1];
  if (!isType(subclass)) return raise(t, types::TypeError, "issubclass() arg 1 must be a class");
  ObjectRef<AbcData> data = TRY(dataOf(t, self));
  if (Ref known = cachedAnswer(t, data, subclass)) return known;
  if (t.hasPending()) return {};
  Ref hook = TRY(callMethod(t, self, names::special_subclasshook, {subclass}));
  if (hook.get() == Value::trueValue()) return remember(t, data->cache, subclass, true);
  if (hook.get() == Value::falseValue()) return remember(t, data->negative, subclass, false);
  if (!hook->isNotImplemented())
    return raise(t, types::AssertionError,
                 "__subclasshook__ must return either False, True, or NotImplemented");
  Ref order = TRY(getAttr(t, subclass, names::special_mro));
  if (isTuple(order) && llvm::is_contained(order.as<Tuple>()->values(), self))
    return remember(t, data->cache, subclass, true);
  bool found = TRY(isKnownBelow(t, self, data, subclass));
  return remember(t, found ? data->cache : data->negative, subclass, found);
}

Ref abcInstanceCheck(Thread &t, const Value *args) {
  Value self = args[0], instance = args[1];
  ObjectRef<AbcData> data = TRY(dataOf(t, self));
  Ref subclass = TRY(getAttr(t, instance, names::special_class));
  if (TRY(has(t, data->cache, subclass))) return Ref::boolean(true);
  Value real(typeOf(instance));
  if (subclass.get() == real && data->negativeVersion == invalidationCounter &&
      TRY(has(t, data->negative, subclass)))
    return Ref::boolean(false);
  Ref answer = TRY(callMethod(t, self, names::special_subclasscheck, {subclass}));
  if (subclass.get() == real || TRY(truth(t, answer))) return answer;
  return callMethod(t, self, names::special_subclasscheck, {real});
}

// --- for tests of abc.py

Ref abcCacheToken(Thread &, const Value *) { return makeInt(invalidationCounter); }

Ref abcResetRegistry(Thread &t, const Value *args) {
  ObjectRef<AbcData> data = TRY(dataOf(t, args[0]));
  clear(data->registry);
  return Ref::none();
}

Ref abcResetCaches(Thread &t, const Value *args) {
  ObjectRef<AbcData> data = TRY(dataOf(t, args[0]));
  clear(data->cache);
  clear(data->negative);
  return Ref::none();
}

Ref abcGetDump(Thread &t, const Value *args) {
  ObjectRef<AbcData> data = TRY(dataOf(t, args[0]));
  auto copy = [&](const ClassSet &classes) -> Ref {
    Ref set = newSet();
    if (classes.set) CHECK(setUpdate(t, set.as<Set>(), Value(classes.set)));
    return set;
  };
  Ref registry = TRY(copy(data->registry)), cache = TRY(copy(data->cache)),
      negative = TRY(copy(data->negative));
  Ref version = makeInt(data->negativeVersion);
  return packTuple(registry, cache, negative, version);
}

const TypeSpec kAbcDataSpec = {
    .name = "_abc._abc_data",
    .size = sizeof(AbcData),
    .flags = kTypeGc | kTypeNoInstantiate,
    .traverse =
        [](Object *o, Visitor &v) {
          auto *data = static_cast<AbcData *>(o);
          for (ClassSet *classes : {&data->registry, &data->cache, &data->negative})
            v.visitPointer(classes->set), v.visit(classes->forget);
        },
    .clear =
        [](Object *o) {
          auto *data = static_cast<AbcData *>(o);
          for (ClassSet *classes : {&data->registry, &data->cache, &data->negative}) clear(*classes);
        },
    .doc = "What the machinery of abstract base classes keeps about one class.",
    .own = 0,
};

NativeDef kFunctions[] = {
    {"_abc_init", abcInit, "($module, self, /)",
     "Set up a class made by ABCMeta: find its abstract methods and start its registry. For\n"
     "abc only."},
    {"_abc_register", abcRegister, "($module, self, subclass, /)",
     "Enter subclass in the registry of cls. For abc only."},
    {"_abc_instancecheck", abcInstanceCheck, "($module, self, instance, /)",
     "What isinstance(instance, cls) comes to for an abstract base class. For abc only."},
    {"_abc_subclasscheck", abcSubclassCheck, "($module, self, subclass, /)",
     "What issubclass(subclass, cls) comes to for an abstract base class. For abc only."},
    {"get_cache_token", abcCacheToken, "($module, /)",
     "A number that grows with each registration at any abstract base class.\n"
     "Who caches answers of issubclass() can tell by it when they are out of date."},
    {"_reset_registry", abcResetRegistry, "($module, self, /)",
     "Empty the registry of a class. For tests of abc."},
    {"_reset_caches", abcResetCaches, "($module, self, /)",
     "Forget the remembered answers, good and bad, of a class's subclass checks. For tests of abc."},
    {"_get_dump", abcGetDump, "($module, self, /)",
     "What is kept about a class, for debugging: its registry, its two caches, and the token\n"
     "of the negative one."},
};

const ModuleType kTypes[] = {{types::AbcData, kAbcDataSpec, types::Object, false}};

} // namespace

const ModuleSpec coil::vm::kAbcModule = {
    .name = "_abc",
    .doc = "The quick half of the module abc, on which ABCMeta is built.",
    .functions = kFunctions,
    .types = kTypes,
};
