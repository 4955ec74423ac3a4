// object: what every class inherits.
#include "VM/Bind/Native.h"
#include "VM/Core/Audit.h"
#include "VM/Core/Names.h"
#include "VM/Core/Shape.h"
#include "VM/Exceptions/Warnings.h"
#include "VM/Heap/Gc.h"
#include "VM/Heap/WeakRefs.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Dict/Dict.h"
#include "VM/Types/List.h"
#include "VM/Types/Reduce.h"
#include "VM/Types/Tuple.h"
#include "VM/Types/Type/Mro.h"
#include "VM/Types/Type/TypeObject.h"

using namespace coil::vm;

namespace {

Ref objectRepr(Thread &, Value v) {
  return makeStr("<" + qualifiedTypeName(*typeOf(v)) + " object at " + addressText(v) + ">");
}

Ref objectStr(Thread &t, Value v) { return repr(t, v); }

Result<int64_t> objectHash(Thread &, Value v) {
  uint64_t bits = v.bits();
  auto h = int64_t(bits >> 4 | bits << 60);
  return h == -1 ? -2 : h;
}

Ref objectCompare(Thread &t, Value a, Value b, CompareOp op) {
  if (op == CompareOp::Eq) return a == b ? Ref::boolean(true) : Ref::notImplemented();
  if (op != CompareOp::Ne || !typeOf(a)->slots.compare) return Ref::notImplemented();
  // != is the opposite of what == says, unless == declines.
  Ref equal = TRY(typeOf(a)->slots.compare(t, a, b, CompareOp::Eq));
  if (equal->isNotImplemented()) return equal;
  return Ref::boolean(!TRY(truth(t, equal)));
}

bool excessArguments(const CallArgs &args, size_t self) {
  return args.positional > self || args.keywordCount();
}

std::string abstractMethodList(Thread &t, Type *type, int64_t &count) {
  Value set = dictGetStr(type->dict, names::special_abstractmethods);
  ListRef list = set.empty() ? newList() : listFrom(t, set);
  if (list) (void)bool(listSort(t, list, Value::none(), false));
  count = list->length;
  std::string names;
  for (Value v : list->values()) names += (names.empty() ? "" : ", ") + toUtf8(v.as<Str>());
  return names;
}

// All native classes share one create slot; what it calls tells them apart.
bool overridesNew(const Type *type) {
  return type->slots.create != types::Object.slots.create || type->newDef != types::Object.newDef;
}

Ref objectNew(Thread &t, Value, const CallArgs &args) {
  Type *type = args.values[0].as<Type>();
  if (excessArguments(args, 1)) {
    if (overridesNew(type))
      return raise(t, types::TypeError,
                   "object.__new__() takes exactly one argument (the type to instantiate)");
    if (type->slots.init == types::Object.slots.init)
      return raise(t, types::TypeError, "%() takes no arguments", type->nameText());
  }
  if (type->has(kTypeAbstract)) {
    int64_t count;
    std::string names = abstractMethodList(t, type, count);
    return raise(t, types::TypeError, "Can't instantiate abstract class % with abstract method% %",
                 type->nameText(), count == 1 ? "" : "s", names);
  }
  return Ref::take(Value(heap::allocateObject(*type)));
}

Status objectInitSlot(Thread &t, Value self, const CallArgs &args) {
  if (!excessArguments(args, 0)) return Status::ok();
  Type *type = typeOf(self);
  if (type->slots.init != types::Object.slots.init)
    return raise(t, types::TypeError,
                 "object.__init__() takes exactly one argument (the instance to initialize)");
  if (!overridesNew(type))
    return raise(t, types::TypeError, "%.__init__() takes exactly one argument (the instance to initialize)",
                 type->fullName());
  return Status::ok();
}

Ref objectFormat(Thread &t, const Value *args) {
  if (!isStr(args[1]))
    return raise(t, types::TypeError, "__format__() argument must be str, not %", argumentTypeName(args[1]));
  if (args[1].as<Str>()->length)
    return raise(t, types::TypeError, "unsupported format string passed to %.__format__", typeName(args[0]));
  return str(t, args[0]);
}

Ref objectDir(Thread &t, const Value *args) {
  DictRef names = newDict();
  Ref own;
  TRY(lookupAttr(t, args[0], names::special_dict, own));
  if (own && isDict(own)) names = dictCopy(own.as<Dict>());
  Ref cls;
  TRY(lookupAttr(t, args[0], names::special_class, cls));
  if (cls && isType(cls) && cls.as<Type>()->mro) {
    for (Value v : cls.as<Type>()->mro->values()) {
      int64_t position = 0;
      DictEntry *entry;
      while (dictNext(v.as<Type>()->dict, position, entry)) {
        Ref key = Ref::share(entry->key); // a comparison may change the class
        TRY(dictSet(t, names, key, Value::none()));
      }
    }
  }
  return listFrom(t, names);
}

Ref objectSizeOf(Thread &, const Value *args) { return Ref::smallInt(typeOf(args[0])->size); }
Ref objectInitSubclass(Thread &, const Value *) { return Ref::none(); }
Ref objectSubclassHook(Thread &, const Value *) { return Ref::notImplemented(); }

Ref getClass(Thread &, Value v) { return Ref::share(Value(typeOf(v))); }

Ref getDictAttribute(Thread &t, Value v) {
  Dict *dict = v.isObject() ? dictOf(v.object(), true) : nullptr;
  if (!dict) return raiseNoAttribute(t, v, names::special_dict);
  return DictRef::share(dict);
}

NativeDef kMethods[] = {
    {"__new__", objectNew, "($type, /, *args, **kwargs)", "Make a new object of the class."},
    {"__format__", objectFormat, "($self, format_spec, /)",
     "Return str(self); any format_spec but an empty one raises TypeError."},
    {"__dir__", objectDir, "($self, /)",
     "The names of the object's attributes, and of its class's and their bases'."},
    {"__sizeof__", objectSizeOf, "($self, /)", "The bytes of memory the object occupies."},
    {"__init_subclass__", objectInitSubclass, "!($type, /)",
     "Called for a class when it gets a subclass, with the keywords of the class statement.\n\nThis one does "
     "nothing; classes may have their own.",
     NativeKind::Class},
    {"__subclasshook__", objectSubclassHook, "!v($type, *args)",
     "Asked by issubclass() with an abstract class: True or False settles it, NotImplemented\nleaves it to "
     "the usual way.\n\nThis one settles nothing; classes may have their own.",
     NativeKind::Class},
    {"__getstate__", objectGetState, "($self, /)", "The object's attributes, for pickle and copy."},
    {"__reduce__", objectReduce, "($self, /)", "What pickle and copy need to make an equal object."},
    {"__reduce_ex__", objectReduceEx, "($self, protocol, /)",
     "What pickle and copy need to make an equal object, in a form that the protocol has."},
};

const GetSetDef kGetSets[] = {{"__class__", getClass, objectSetClass, "the object's class"}};

Ref noneRepr(Thread &, Value) { return makeStrAscii("None"); }
Result<bool> noneBool(Thread &, Value) { return false; }
Result<bool> notImplementedBool(Thread &t, Value) {
  CHECK(warn(t, types::DeprecationWarning, "NotImplemented should not be used in a boolean context"));
  return true;
}

Ref notImplementedRepr(Thread &, Value) { return makeStrAscii("NotImplemented"); }
Ref ellipsisRepr(Thread &, Value) { return makeStrAscii("Ellipsis"); }

template <uint64_t kBits> Ref singletonNew(Thread &t, Value, const CallArgs &args) {
  Value singleton = Value::fromBits(kBits);
  if (args.positional == 1 && !args.keywordCount()) return Ref::take(singleton);
  return raise(t, types::TypeError, "% takes no arguments",
               singleton == Value::ellipsis() ? llvm::StringRef("EllipsisType") : typeName(singleton));
}
constexpr const char *kNewDoc = "Make a new object of the class.";
Ref singletonReduce(Thread &t, const Value *args) { return repr(t, args[0]); }

NativeDef kNoneMethods[] = {{"__new__", singletonNew<Value::none().bits()>, "!($type, /)", kNewDoc}};
NativeDef kNotImplementedMethods[] = {
    {"__new__", singletonNew<Value::notImplemented().bits()>, "!($type, /)", kNewDoc},
    {"__reduce__", singletonReduce, "!($self, /)", nullptr}};
NativeDef kEllipsisMethods[] = {{"__new__", singletonNew<Value::ellipsis().bits()>, "!($type, /)", kNewDoc},
                                {"__reduce__", singletonReduce, "!($self, /)", nullptr}};

} // namespace

// The first of the references that watch the object.
static Ref getWeakRefAttribute(Thread &, Value v) {
  WeakRef *ref = v.isObject() ? firstWeakRef(v.object()) : nullptr;
  return ref && ref->refCount > 0 ? Ref::share(Value(ref)) : Ref::none();
}

const GetSetDef coil::vm::kInstanceWeakRefAttribute = {"__weakref__", getWeakRefAttribute, nullptr,
                                                       "list of weak references to the object (if defined)"};

const GetSetDef coil::vm::kInstanceDictAttribute = {"__dict__", getDictAttribute, setInstanceDictAttribute,
                                                    "dictionary for instance variables (if defined)"};

Status coil::vm::setNativeDictAttribute(Thread &t, Value v, Value value) {
  if (value.empty()) return raise(t, types::TypeError, "cannot delete __dict__");
  return setInstanceDictAttribute(t, v, value);
}

Status coil::vm::setInstanceDictAttribute(Thread &t, Value v, Value value) {
  if (value.empty())
    value = Value(static_cast<Object *>(newDict().release())); // del obj.__dict__ leaves an empty one
  if (!isDict(value))
    return raise(t, types::TypeError, "__dict__ must be set to a dictionary, not a '%'", typeName(value));
  Type *type = typeOf(v);
  if (!type->dictOffset) {
    setInstanceDict(v.object(), value.as<Dict>());
    return Status::ok();
  }
  auto *&field = *reinterpret_cast<Dict **>(reinterpret_cast<char *>(v.object()) + type->dictOffset);
  replaceOwned(field, DictRef::share(value.as<Dict>()).release());
  return Status::ok();
}

const TypeSpec coil::vm::kObjectSpec = {
    .name = "object",
    .size = sizeof(Object),
    .flags = kTypeBase,
    .fillSlots =
        [](Slots &s) {
          s.repr = objectRepr, s.str = objectStr, s.hash = objectHash, s.compare = objectCompare,
          s.init = objectInitSlot;
          s.getAttr = genericGetAttr, s.setAttr = genericSetAttr;
        },
    .methods = kMethods,
    .getsets = kGetSets,
    .doc =
        "The class that all others derive from. An object of just this class has no attributes of its own.",
    .signature = "()",
};

const TypeSpec coil::vm::kNoneTypeSpec = {
    .name = "NoneType",
    .fillSlots = [](Slots &s) { s.repr = noneRepr, s.boolean = noneBool; },
    .methods = kNoneMethods,
    .own = 0,
};
const TypeSpec coil::vm::kNotImplementedTypeSpec = {
    .name = "NotImplementedType",
    .fillSlots = [](Slots &s) { s.repr = notImplementedRepr, s.boolean = notImplementedBool; },
    .methods = kNotImplementedMethods,
    .own = 0,
};
const TypeSpec coil::vm::kEllipsisTypeSpec = {
    .name = "ellipsis",
    .fillSlots = [](Slots &s) { s.repr = ellipsisRepr; },
    .methods = kEllipsisMethods,
};
