// Unpickling classes, functions and instances.
#include "VM/Core/Audit.h"
#include "VM/Core/Names.h"
#include "VM/Core/Shape.h"
#include "VM/Modules/_pickle/Reader.h"
#include "VM/Modules/_pickle/Writer.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"
#include "VM/Types/Str/Codec.h"
#include "VM/Types/Tuple.h"

using namespace coil::vm;
using namespace coil::vm::pickle;

// --- finding -----------------------------------------------------------------------------------------------

namespace {

// The names that Python 3 has for a global of Python 2.
Status useNewNames(Thread &t, Ref &module, Ref &name) {
  TupleRef key = packTuple(module, name);
  Value item = TRY(dictGet(t, dictOfState(state.newNames), Value(key)));
  if (!item.empty()) {
    if (!isTuple(item) || item.as<Tuple>()->length != 2)
      return raise(t, types::RuntimeError, "_compat_pickle.NAME_MAPPING values should be 2-tuples, not %",
                   fullName(item));
    Value newModule = (*item.as<Tuple>())[0], newName = (*item.as<Tuple>())[1];
    if (!isStr(newModule) || !isStr(newName))
      return raise(t, types::RuntimeError,
                   "_compat_pickle.NAME_MAPPING values should be pairs of str, not (%, %)",
                   fullName(newModule), fullName(newName));
    module = Ref::share(newModule);
    name = Ref::share(newName);
    return Status::ok();
  }
  item = TRY(dictGet(t, dictOfState(state.newModules), module));
  if (item.empty()) return Status::ok();
  if (!isStr(item))
    return raise(t, types::RuntimeError, "_compat_pickle.IMPORT_MAPPING values should be strings, not %",
                 fullName(item));
  module = Ref::share(item);
  return Status::ok();
}

Failure raiseCannotGet(Thread &t, Value object, Value name) {
  std::string shown = TRY(reprText(t, name));
  return raise(t, types::AttributeError, "Can't get attribute % on %", shown, TRY(reprText(t, object)));
}

} // namespace

Ref Reader::findClass(Thread &t, Value module, Value name) {
  CHECK(audit(t, "pickle.find_class", {module, name}));
  Ref moduleName = Ref::share(module), globalName = Ref::share(name);
  if (protocol < 3 && fixImports) CHECK(useNewNames(t, moduleName, globalName));
  Ref found = TRY(moduleNamed(t, moduleName));
  if (!isStr(globalName))
    return raise(t, types::TypeError, "attribute name must be string, not '%'", typeName(globalName));
  Ref global;
  if (protocol >= 4) {
    Ref parts = TRY(dottedPath(t, found, globalName.as<Str>())), parent;
    global = deepAttribute(t, found, parts, parent);
    if (!global && t.hasPending()) return {};
  } else {
    CHECK(lookupAttr(t, found, globalName.as<Str>(), global));
  }
  if (!global) return raiseCannotGet(t, found, globalName);
  return global;
}

// By the Unpickler's own find_class(), which a subclass may have made another.
Ref Reader::findClassBy(Thread &t, Value module, Value name) {
  if (self.empty() || typeOf(self) == &types::Unpickler) return findClass(t, module, name);
  return callMethod(t, self, internText("find_class"), {module, name});
}

Status Reader::loadGlobal(Thread &t) {
  auto text = [&](llvm::StringRef line) {
    return decodeBytes(t, llvm::arrayRefFromStringRef(line.drop_back()), "utf-8", "strict");
  };
  Ref module = TRY(text(TRY(takeLine(t, 2)))), name = TRY(text(TRY(takeLine(t, 2))));
  push(TRY(findClassBy(t, module, name)));
  return Status::ok();
}

Status Reader::loadStackGlobal(Thread &t) {
  Ref name = pop(t), module = name ? pop(t) : Ref();
  if (!module || !isExactStr(name) || !isExactStr(module)) {
    clearPending(t);
    return raiseUnpickling(t, "STACK_GLOBAL requires str");
  }
  push(TRY(findClassBy(t, module, name)));
  return Status::ok();
}

Status Reader::loadExtension(Thread &t, int bytes) {
  const uint8_t *from = TRY(take(t, bytes));
  uint32_t word = 0;
  for (int i = 0; i < bytes; ++i) word |= uint32_t(from[i]) << (8 * i);
  int64_t code = int32_t(word);
  if (code <= 0) return raiseUnpickling(t, "EXT specifies code <= 0");
  Ref key = makeInt(code);
  Value cached = TRY(dictGet(t, dictOfState(state.extensionCache), key));
  if (!cached.empty()) {
    push(Ref::share(cached));
    return Status::ok();
  }
  Ref pair = Ref::share(TRY(dictGet(t, dictOfState(state.invertedRegistry), key)));
  if (!pair) return raise(t, types::ValueError, "unregistered extension code %", code);
  auto *names = isTuple(pair) && pair.as<Tuple>()->length == 2 ? pair.as<Tuple>() : nullptr;
  if (!names || !isStr((*names)[0]) || !isStr((*names)[1]))
    return raise(t, types::ValueError, "_inverted_registry[%] isn't a 2-tuple of strings", code);
  Ref object = TRY(findClassBy(t, (*names)[0], (*names)[1]));
  CHECK(dictSet(t, dictOfState(state.extensionCache), key, object));
  push(std::move(object));
  return Status::ok();
}

Status Reader::loadExt1(Thread &t) { return loadExtension(t, 1); }
Status Reader::loadExt2(Thread &t) { return loadExtension(t, 2); }
Status Reader::loadExt4(Thread &t) { return loadExtension(t, 4); }

// --- persistent objects ------------------------------------------------------------------------------------

static Failure raiseNoPersistentLoad(Thread &t) {
  return raiseUnpickling(t,
                         "A load persistent id instruction was encountered,\nbut no persistent_load function "
                         "was specified.");
}

Status Reader::loadPersistent(Thread &t, Ref id) {
  push(TRY(persistentLoad.call(t, self, id)));
  return Status::ok();
}

Status Reader::loadPersId(Thread &t) {
  if (!persistentLoad) return raiseNoPersistentLoad(t);
  llvm::StringRef text = TRY(takeLine(t, 1)).drop_back();
  for (char c : text)
    if (c & 0x80) return raiseUnpickling(t, "persistent IDs in protocol 0 must be ASCII strings");
  return loadPersistent(t, makeStrAscii(text));
}

Status Reader::loadBinPersId(Thread &t) {
  if (!persistentLoad) return raiseNoPersistentLoad(t);
  return loadPersistent(t, TRY(pop(t)));
}

// --- making instances --------------------------------------------------------------------------------------

// A class without arguments is made as Python 2 made its old classes: without __init__.
static Ref instantiate(Thread &t, Value cls, Value args) {
  if (args.as<Tuple>()->length == 0 && isType(cls)) {
    Ref initArgs;
    CHECK(lookupAttr(t, cls, internText("__getinitargs__"), initArgs));
    if (!initArgs) return callMethod(t, cls, names::special_new, {cls});
  }
  return call(t, cls, args.as<Tuple>(), nullptr);
}

Status Reader::loadObj(Thread &t) {
  size_t mark = TRY(popMark(t));
  if (stack.size() < mark + 1) return raiseUnderflow(t);
  Ref args = TRY(tupleFromStack(t, mark + 1)), cls = TRY(pop(t));
  push(TRY(instantiate(t, cls, args)));
  return Status::ok();
}

Status Reader::loadInst(Thread &t) {
  size_t mark = TRY(popMark(t));
  auto text = [&](llvm::StringRef line) {
    return decodeBytes(t, llvm::arrayRefFromStringRef(line.drop_back()), "ascii", "strict");
  };
  Ref module = TRY(text(TRY(takeLine(t, 2)))), name = TRY(text(TRY(takeLine(t, 2))));
  Ref cls = TRY(findClassBy(t, module, name)), args = TRY(tupleFromStack(t, mark));
  push(TRY(instantiate(t, cls, args)));
  return Status::ok();
}

Status Reader::loadReduce(Thread &t) {
  Ref args = TRY(pop(t)), callable = TRY(pop(t));
  if (!isTuple(args)) return raise(t, types::TypeError, "argument list must be a tuple");
  push(TRY(call(t, callable, args.as<Tuple>(), nullptr)));
  return Status::ok();
}

Status Reader::loadNewObject(Thread &t, bool withKeywords) {
  const char *which = withKeywords ? "NEWOBJ_EX" : "NEWOBJ";
  Ref kwargs;
  if (withKeywords) kwargs = TRY(pop(t));
  Ref args = TRY(pop(t)), cls = TRY(pop(t));
  if (!isType(cls)) return raiseUnpickling(t, "% class argument must be a type, not %", which, fullName(cls));
  auto &type = *cls.as<Type>();
  if (!type.slots.create)
    return raiseUnpickling(t, "% class argument '%' doesn't have __new__", which, type.fullName());
  if (!isTuple(args))
    return raiseUnpickling(t, "% args argument must be a tuple, not %", which, fullName(args));
  if (withKeywords && !isDict(kwargs))
    return raiseUnpickling(t, "% kwargs argument must be a dict, not %", which, fullName(kwargs));
  llvm::SmallVector<Value, 8> values(args.as<Tuple>()->values());
  size_t positional = values.size();
  TupleRef names;
  if (withKeywords && kwargs.as<Dict>()->used) {
    llvm::SmallVector<Value, 8> keys;
    int64_t position = 0;
    for (DictEntry *entry; dictNext(kwargs.as<Dict>(), position, entry);) {
      if (!isStr(entry->key)) return raise(t, types::TypeError, "keywords must be strings");
      keys.push_back(entry->key);
      values.push_back(entry->value);
    }
    names = makeTuple(keys);
  }
  push(TRY(type.slots.create(t, type, CallArgs(values.data(), positional, names))));
  return Status::ok();
}

Status Reader::loadNewObj(Thread &t) { return loadNewObject(t, false); }
Status Reader::loadNewObjEx(Thread &t) { return loadNewObject(t, true); }

// --- state -------------------------------------------------------------------------------------------------

// The attributes of an instance whose __dict__ nobody has asked for are set without making one.
static bool hasPlainAttributes(Value v, Dict *attributesToBe) {
  Type *type = typeOf(v);
  if (!v.isObject() || !type->has(kTypeAttributes) || !type->has(kTypeHasDict) ||
      type->slots.getAttr != genericGetAttr || attributes(v.object())->shape->dictionary)
    return false;
  Value descriptor = typeLookup(type, names::special_dict);
  if (descriptor.empty() || !isExactly(descriptor, types::GetSetDescriptor)) return false;
  int64_t position = 0;
  for (DictEntry *entry; dictNext(attributesToBe, position, entry);)
    if (!isExactStr(entry->key)) return false;
  return true;
}

static Status setAttributes(Thread &t, Value instance, Dict *state) {
  int64_t position = 0;
  DictEntry *entry;
  if (hasPlainAttributes(instance, state)) {
    while (dictNext(state, position, entry)) {
      StrRef name = intern(StrRef::share(entry->key.as<Str>()));
      instanceSet(instance.object(), name, entry->value);
    }
    return Status::ok();
  }
  Ref dict = TRY(getAttr(t, instance, names::special_dict));
  while (dictNext(state, position, entry)) {
    Ref key = Ref::share(entry->key), value = Ref::share(entry->value);
    if (isExactStr(key)) key = intern(StrRef::share(key.as<Str>()));
    CHECK(setItem(t, dict, key, value));
  }
  return Status::ok();
}

static Status setSlots(Thread &t, Value instance, Dict *slots) {
  int64_t position = 0;
  for (DictEntry *entry; dictNext(slots, position, entry);) {
    Ref key = Ref::share(entry->key), value = Ref::share(entry->value);
    if (!isStr(key))
      return raise(t, types::TypeError, "attribute name must be string, not '%'", typeName(key));
    CHECK(setAttr(t, instance, key.as<Str>(), value));
  }
  return Status::ok();
}

Status Reader::loadBuild(Thread &t) {
  CHECK(need(t, 2));
  Ref state = Ref::take(stack.pop_back_val()), instance = Ref::share(stack.back()), setState;
  CHECK(lookupAttr(t, instance, names::special_setstate, setState));
  if (setState) {
    CHECK(call(t, setState, {state}));
    return Status::ok();
  }
  Value attributes = state, slots;
  if (isTuple(state) && state.as<Tuple>()->length == 2) {
    attributes = (*state.as<Tuple>())[0];
    slots = (*state.as<Tuple>())[1];
  }
  if (!attributes.isNone()) {
    if (!isDict(attributes)) return raiseUnpickling(t, "state is not a dictionary");
    CHECK(setAttributes(t, instance, attributes.as<Dict>()));
  }
  if (slots.empty()) return Status::ok();
  if (!isDict(slots)) return raiseUnpickling(t, "slot state is not a dictionary");
  return setSlots(t, instance, slots.as<Dict>());
}
