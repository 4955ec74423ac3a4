// object.__reduce__, __reduce_ex__ and __getstate__, as typeobject.c defines them.
#include "VM/Types/Reduce.h"
#include "VM/Bind/Native.h"
#include "VM/Core/Names.h"
#include "VM/Core/Runtime.h"
#include "VM/Import/Import.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Dict/Dict.h"
#include "VM/Types/List.h"
#include "VM/Types/Str/TextArguments.h"
#include "VM/Types/Tuple.h"

using namespace coil::vm;

namespace {

// A function of copyreg, which is imported if it is not there.
Ref copyregFunction(Thread &t, Str *name) {
  Value loaded = dictGetStr(runtime.modules, names::copyreg);
  Ref module = loaded.empty() ? TRY(importModule(t, "copyreg")) : Ref::share(loaded);
  return getAttr(t, module, name);
}

// The names of the slots of a class and its bases, which copyreg finds and keeps on the class; None or a
// list.
Ref slotNames(Thread &t, Type *type) {
  Str *key = names::special_slotnames;
  if (Value kept = dictGetStr(type->dict, key); !kept.empty()) {
    if (kept.isNone() || isList(kept)) return Ref::share(kept);
    return raise(t, types::TypeError, "%.__slotnames__ should be a list or None, not %", type->nameText(),
                 typeName(kept));
  }
  Ref find = TRY(importAttribute(t, "copyreg", "_slotnames"));
  Ref names = TRY(call(t, find, {Value(type)}));
  if (names->isNone() || isList(names)) return names;
  return raise(t, types::TypeError, "copyreg._slotnames didn't return a list or None");
}

// The values of the slots that are set.
Ref slotState(Thread &t, Value object, List *names) {
  DictRef state = newDict();
  for (int64_t i = 0; i < names->length; ++i) {
    Ref name = Ref::share(names->items[i]), value;
    if (!isStr(name))
      return raise(t, types::TypeError, "attribute name must be string, not '%'", typeName(name));
    CHECK(lookupAttr(t, object, name.as<Str>(), value));
    if (value) CHECK(dictSet(t, state, name, value));
  }
  return state;
}

// `required`: nothing else of the object is pickled, so that state in C++ would be lost.
Ref defaultState(Thread &t, Value object, bool required) {
  Type *type = typeOf(object);
  if (required && type->spec && type->spec->extraSize)
    return raise(t, types::TypeError, "cannot pickle % objects", type->fullName());
  Dict *dict = object.isObject() ? dictOf(object.object(), false) : nullptr;
  Ref state = dict && dict->used ? Ref::share(Value(dict)) : Ref::none();
  Ref names = TRY(slotNames(t, type));
  if (required && (type->size > sizeof(Object) || !object.isObject()))
    return raise(t, types::TypeError, "cannot pickle '%' object", type->fullName());
  if (names->isNone() || names.as<List>()->length == 0) return state;
  Ref slots = TRY(slotState(t, object, names.as<List>()));
  if (slots.as<Dict>()->used == 0) return state;
  return packTuple(state, slots);
}

Ref stateOf(Thread &t, Value object, bool required) {
  StrRef name = StrRef::share(names::special_getstate);
  if (typeLookup(typeOf(object), name) == typeLookup(&types::Object, name) &&
      (!object.isObject() || !dictOf(object.object(), false) ||
       dictGetStr(dictOf(object.object(), false), name).empty()))
    return defaultState(t, object, required);
  Ref method = TRY(getAttr(t, object, name));
  return call(t, method);
}

// What __getnewargs_ex__ or __getnewargs__ say; both empty if the class has neither.
Status newArguments(Thread &t, Value object, Ref &args, Ref &kwargs) {
  bool found;
  Ref both = callSpecial(t, object, names::special_getnewargs_ex, {}, found);
  if (found) {
    if (!both) return {};
    if (!isTuple(both))
      return raise(t, types::TypeError, "__getnewargs_ex__ should return a tuple, not '%'", typeName(both));
    auto *pair = both.as<Tuple>();
    if (pair->length != 2)
      return raise(t, types::ValueError, "__getnewargs_ex__ should return a tuple of length 2, not %",
                   pair->length);
    if (!isTuple((*pair)[0]))
      return raise(t, types::TypeError,
                   "first item of the tuple returned by __getnewargs_ex__ must be a tuple, not '%'",
                   typeName((*pair)[0]));
    if (!isDict((*pair)[1]))
      return raise(t, types::TypeError,
                   "second item of the tuple returned by __getnewargs_ex__ must be a dict, not '%'",
                   typeName((*pair)[1]));
    args = Ref::share((*pair)[0]);
    kwargs = Ref::share((*pair)[1]);
    return Status::ok();
  }
  args = callSpecial(t, object, names::special_getnewargs, {}, found);
  if (!found) return Status::ok();
  if (!args) return {};
  if (!isTuple(args))
    return raise(t, types::TypeError, "__getnewargs__ should return a tuple, not '%'", typeName(args));
  return Status::ok();
}

// Protocol 2 and later: copyreg.__newobj__ or __newobj_ex__, its arguments, state, and the items of lists and
// dicts.
Ref reduceNewObject(Thread &t, Value object) {
  Type *type = typeOf(object);
  if (!type->slots.create) return raise(t, types::TypeError, "cannot pickle '%' object", type->fullName());
  Ref args, kwargs;
  CHECK(newArguments(t, object, args, kwargs));
  bool hasArgs = bool(args), plain = !kwargs || kwargs.as<Dict>()->used == 0;
  Ref make = TRY(copyregFunction(t, plain ? names::special_newobj : names::special_newobj_ex));
  llvm::SmallVector<Value, 4> makeArgs{Value(type)};
  if (plain && hasArgs) llvm::append_range(makeArgs, args.as<Tuple>()->values());
  if (!plain) makeArgs.append({args, kwargs});
  TupleRef arguments = makeTuple(makeArgs);
  Ref state = TRY(stateOf(t, object, !hasArgs && !isList(object) && !isDict(object)));
  Ref listItems = isList(object) ? TRY(iterate(t, object)) : Ref::none(), dictItems = Ref::none();
  if (isDict(object)) {
    Ref items = TRY(callMethod(t, object, names::items));
    dictItems = TRY(iterate(t, items));
  }
  return packTuple(make, arguments, state, listItems, dictItems);
}

Ref commonReduce(Thread &t, Value object, int64_t protocol) {
  if (protocol >= 2) return reduceNewObject(t, object);
  Ref reduce = TRY(importAttribute(t, "copyreg", "_reduce_ex")), number = Ref::smallInt(protocol);
  return call(t, reduce, {object, number.get()});
}

} // namespace

Ref coil::vm::objectReduce(Thread &t, const Value *args) { return commonReduce(t, args[0], 0); }

Ref coil::vm::objectReduceEx(Thread &t, const Value *args) {
  int protocol = TRY(intArgument(t, args[1]));
  Value own = typeLookup(typeOf(args[0]), names::special_reduce);
  if (own != typeLookup(&types::Object, names::special_reduce))
    return callMethod(t, args[0], names::special_reduce);
  return commonReduce(t, args[0], protocol);
}

Ref coil::vm::objectGetState(Thread &t, const Value *args) { return defaultState(t, args[0], false); }
