// Pickling classes and functions: by the names under which they are found again.
#include "VM/Core/Names.h"
#include "VM/Core/Runtime.h"
#include "VM/Modules/_pickle/Writer.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"
#include "VM/Types/Tuple.h"

using namespace coil::vm;
using namespace coil::vm::pickle;

namespace {

// `module` has this object under these names.
Result<bool> isIn(Thread &t, Value name, Value module, Value object, Value parts) {
  if (module.isNone() || (isExactStr(name) && equalStr(name.as<Str>(), names::special_main))) return false;
  Ref parent, found = deepAttribute(t, module, parts, parent);
  if (!found && t.hasPending()) return {};
  return found && found == object;
}

// Its __module__, or else the first module that has it; __main__ if none does.
Ref moduleOf(Thread &t, Value object, Value parts) {
  Ref name;
  CHECK(lookupAttr(t, object, names::special_module, name));
  if (name && !name->isNone()) return name;
  Value modules = dictGetStr(runtime.sysModule->dict, names::modules);
  if (modules.empty()) return raise(t, types::RuntimeError, "unable to get sys.modules");
  Ref keep = Ref::share(modules);
  if (isExactDict(modules)) {
    int64_t position = 0;
    for (DictEntry *entry; dictNext(modules.as<Dict>(), position, entry);) {
      Ref key = Ref::share(entry->key), module = Ref::share(entry->value);
      if (TRY(isIn(t, key, module, object, parts))) return key;
    }
    return StrRef::share(names::special_main);
  }
  Ref iterator = TRY(iterate(t, modules));
  while (Ref key = nextItem(t, iterator)) {
    Ref module = TRY(getItem(t, modules, key));
    if (TRY(isIn(t, key, module, object, parts))) return key;
  }
  if (t.hasPending()) return {};
  return StrRef::share(names::special_main);
}

// The names that Python 2 has for a global.
Status useOldNames(Thread &t, Ref &module, Ref &name) {
  TupleRef key = packTuple(module, name);
  Value item = TRY(dictGet(t, dictOfState(state.oldNames), Value(key)));
  if (!item.empty()) {
    if (!isTuple(item) || item.as<Tuple>()->length != 2)
      return raise(t, types::RuntimeError,
                   "_compat_pickle.REVERSE_NAME_MAPPING values should be 2-tuples, not %", fullName(item));
    Value oldModule = (*item.as<Tuple>())[0], oldName = (*item.as<Tuple>())[1];
    if (!isStr(oldModule) || !isStr(oldName))
      return raise(t, types::RuntimeError,
                   "_compat_pickle.REVERSE_NAME_MAPPING values should be pairs of str, not (%, %)",
                   fullName(oldModule), fullName(oldName));
    module = Ref::share(oldModule);
    name = Ref::share(oldName);
    return Status::ok();
  }
  item = TRY(dictGet(t, dictOfState(state.oldModules), module));
  if (item.empty()) return Status::ok();
  if (!isStr(item))
    return raise(t, types::RuntimeError,
                 "_compat_pickle.REVERSE_IMPORT_MAPPING values should be strings, not %", fullName(item));
  module = Ref::share(item);
  return Status::ok();
}

} // namespace

Status Writer::saveType(Thread &t, Value v) {
  for (Value singleton : {Value::none(), Value::ellipsis(), Value::notImplemented()}) {
    if (v != Value(typeOf(singleton))) continue;
    TupleRef args = packTuple(singleton), reduction = packTuple(Value(&types::Type), args);
    return saveReduce(t, reduction, v);
  }
  return saveGlobal(t, v, Value());
}

Status Writer::saveGlobal(Thread &t, Value v, Value given) {
  Ref name = Ref::share(given);
  if (given.empty()) {
    CHECK(lookupAttr(t, v, names::special_qualname, name));
    if (!name) name = TRY(getAttr(t, v, names::special_name));
    if (!isStr(name)) return raise(t, types::TypeError, "must be str, not %", fullName(name));
  }
  Ref parts = TRY(dottedPath(t, Value(), name.as<Str>()));
  Ref moduleName = TRY(moduleOf(t, v, parts));
  Ref module = moduleNamed(t, moduleName);
  if (!module) {
    Ref cause = takePending(t);
    return raisePickling(t, "Can't pickle %: import of module % failed", TRY(reprText(t, v)),
                         TRY(reprText(t, moduleName)));
  }
  Ref parent, found = deepAttribute(t, module, parts, parent);
  if (!found) {
    clearPending(t);
    return raisePickling(t, "Can't pickle %: attribute lookup % on % failed", TRY(reprText(t, v)),
                         TRY(strText(t, name)), TRY(strText(t, moduleName)));
  }
  if (found.get() != v)
    return raisePickling(t, "Can't pickle %: it's not the same object as %.%", TRY(reprText(t, v)),
                         TRY(strText(t, moduleName)), TRY(strText(t, name)));
  if (protocol >= 2 && TRY(saveExtension(t, v, moduleName, name))) return Status::ok();
  Ref last = Ref::share(parts.as<List>()->values().back());
  bool direct = parent.get() == module.get();
  if (direct) name = last.copy();
  if (protocol >= 4) {
    CHECK(save(t, moduleName));
    CHECK(save(t, name));
    put(Op::StackGlobal);
  } else if (!direct) { // getattr(parent, last)
    TupleRef args = packTuple(parent, last), reduction = packTuple(state.getattr, args);
    CHECK(saveReduce(t, reduction, Value()));
  } else {
    CHECK(saveOldGlobal(t, moduleName, name));
  }
  return memoize(t, v);
}

// What copyreg has a number for. False: it has none. It does not go into the memo.
Result<bool> Writer::saveExtension(Thread &t, Value v, Value module, Value name) {
  TupleRef key = packTuple(module, name);
  Value found = TRY(dictGet(t, dictOfState(state.extensionRegistry), Value(key)));
  if (found.empty()) return false;
  Ref code = Ref::share(found);
  if (!isIntLike(code))
    return raisePickling(t, "Can't pickle %: extension code % isn't an integer", TRY(reprText(t, v)),
                         TRY(reprText(t, code)));
  int64_t number = 0;
  if (!toInt64(code, number))
    return raise(t, types::OverflowError, "Python int too large to convert to C long");
  if (number <= 0 || number > 0x7fffffff)
    return raisePickling(t, "Can't pickle %: extension code % is out of range", TRY(reprText(t, v)), number);
  if (number <= 0xff)
    put(Op::Ext1, uint8_t(number));
  else
    putNumber(number <= 0xffff ? Op::Ext2 : Op::Ext4, uint64_t(number), number <= 0xffff ? 2 : 4);
  return true;
}

Status Writer::putIdentifier(Thread &t, Value name, const char *what) {
  if (!isStr(name)) return raise(t, types::TypeError, "bad argument type for built-in operation");
  auto *s = name.as<Str>();
  auto isSurrogate = [&] {
    for (int64_t i = 0; i < s->length; ++i)
      if (s->at(i) >= 0xd800 && s->at(i) < 0xe000) return true;
    return false;
  };
  if (!s->ascii && (protocol != 3 || isSurrogate()))
    return raisePickling(t, "can't pickle % identifier '%' using pickle protocol %", what, s, protocol);
  putText(toUtf8(s));
  putText("\n");
  return Status::ok();
}

Status Writer::saveOldGlobal(Thread &t, Value module, Value name) {
  Ref moduleName = Ref::share(module), globalName = Ref::share(name);
  put(Op::Global);
  if (protocol < 3 && fixImports) CHECK(useOldNames(t, moduleName, globalName));
  CHECK(putIdentifier(t, moduleName, "module"));
  return putIdentifier(t, globalName, "global");
}
