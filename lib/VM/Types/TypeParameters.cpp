// The type parameters of aliases and unions (PEP 585, PEP 604, PEP 646): finding them and filling them in.
#include "VM/Types/TypeParameters.h"
#include "VM/Core/Names.h"
#include "VM/Types/List.h"

using namespace coil::vm;

namespace {

// What `object` has under a name, empty where it has none; a class's own attributes are not meant.
Status instanceAttribute(Thread &t, Value object, Str *name, Ref &found) {
  if (isType(object)) return Status::ok();
  TRY(lookupAttr(t, object, name, found));
  return Status::ok();
}

StrRef specialName(const char *name) { return internText(name); }

void appendOnce(List *list, Value item) {
  if (!llvm::is_contained(list->values(), item)) listAppend(list, item);
}

int64_t indexOf(Tuple *tuple, Value item) {
  auto values = tuple->values();
  auto found = llvm::find(values, item);
  return found == values.end() ? -1 : found - values.begin();
}

bool isOpenEnded(Tuple *args) { return args->length && (*args)[args->length - 1] == Value::ellipsis(); }

// *tuple[int, str] stands for its parts.
TupleRef unpackedItems(Thread &t, Value item) {
  TupleRef given = isTuple(item) ? TupleRef::share(item.as<Tuple>()) : packTuple(item);
  StrRef name = specialName("__typing_unpacked_tuple_args__");
  ListRef result = newList();
  for (Value one : given->values()) {
    Ref parts;
    TRY(instanceAttribute(t, one, name, parts));
    if (parts && isTuple(parts) && !isOpenEnded(parts.as<Tuple>()))
      for (Value part : parts.as<Tuple>()->values()) listAppend(result, part);
    else
      listAppend(result, one);
  }
  return makeTuple(result->values());
}

// Fills the parameters of one argument that is an alias itself.
Ref substituteNested(Thread &t, Value object, Tuple *parameters, Tuple *items) {
  Ref nested;
  TRY(lookupAttr(t, object, names::special_parameters, nested));
  if (!nested || !isTuple(nested) || !nested.as<Tuple>()->length) return Ref::share(object);
  ListRef chosen = newList();
  for (Value parameter : nested.as<Tuple>()->values()) {
    int64_t at = indexOf(parameters, parameter);
    Value item = at < 0 ? parameter : (*items)[at];
    if (at >= 0 && typeOf((*parameters)[at])->slots.iter && isTuple(item)) // a TypeVarTuple
      for (Value part : item.as<Tuple>()->values()) listAppend(chosen, part);
    else
      listAppend(chosen, item);
  }
  TupleRef key = makeTuple(chosen->values());
  return getItem(t, object, key);
}

// One argument of the new alias, or several where it is an unpacked TypeVarTuple.
Status substituteOne(Thread &t, Value arg, Tuple *parameters, Tuple *items, List *result) {
  if (isType(arg)) {
    listAppend(result, arg);
    return Status::ok();
  }
  Ref unpacked, substitute, made;
  TRY(lookupAttr(t, arg, specialName("__typing_is_unpacked_typevartuple__"), unpacked));
  bool spread = unpacked && TRY(truth(t, unpacked));
  TRY(lookupAttr(t, arg, names::special_typing_subst, substitute));
  if (substitute) {
    int64_t at = indexOf(parameters, arg);
    made = TRY(call(t, substitute, {(*items)[at]}));
  } else {
    made = TRY(substituteNested(t, arg, parameters, items));
  }
  if (!spread) {
    listAppend(result, made);
    return Status::ok();
  }
  if (!isTuple(made)) return raise(t, types::TypeError, "expected a tuple, not %", typeName(made));
  for (Value part : made.as<Tuple>()->values()) listAppend(result, part);
  return Status::ok();
}

} // namespace

TupleRef coil::vm::typeParameters(Thread &t, Tuple *args) {
  ListRef found = newList();
  for (Value arg : args->values()) {
    Ref substitute, nested;
    TRY(instanceAttribute(t, arg, names::special_typing_subst, substitute));
    if (substitute) {
      appendOnce(found, arg);
      continue;
    }
    TRY(instanceAttribute(t, arg, names::special_parameters, nested));
    if (nested && isTuple(nested))
      for (Value parameter : nested.as<Tuple>()->values()) appendOnce(found, parameter);
  }
  return makeTuple(found->values());
}

TupleRef coil::vm::substituteParameters(Thread &t, Value self, Tuple *args, Tuple *parameters, Value item) {
  if (!parameters->length)
    return raise(t, types::TypeError, "% is not a generic class", TRY(reprText(t, self)));
  TupleRef items = TRY(unpackedItems(t, item));
  for (Value parameter : parameters->values()) {
    Ref prepare;
    TRY(lookupAttr(t, parameter, specialName("__typing_prepare_subst__"), prepare));
    if (!prepare || prepare->isNone()) continue;
    Ref prepared = TRY(call(t, prepare, {self, Value(items)}));
    items = isTuple(prepared) ? TupleRef::share(prepared.as<Tuple>()) : packTuple(prepared);
  }
  if (items->length != parameters->length)
    return raise(t, types::TypeError, "Too % arguments for %; actual %, expected %",
                 items->length > parameters->length ? "many" : "few", TRY(reprText(t, self)), items->length,
                 parameters->length);
  ListRef result = newList();
  for (Value arg : args->values()) TRY(substituteOne(t, arg, parameters, items, result));
  return makeTuple(result->values());
}

Result<std::string> coil::vm::typeItemText(Thread &t, Value item) {
  if (item == Value::ellipsis()) return std::string("...");
  Ref origin, args, qualname, module;
  TRY(lookupAttr(t, item, names::special_origin, origin));
  if (origin) TRY(lookupAttr(t, item, names::special_args, args));
  if (args) return reprText(t, item);
  TRY(lookupAttr(t, item, names::special_qualname, qualname));
  if (!qualname) return reprText(t, item);
  TRY(lookupAttr(t, item, names::special_module, module));
  if (!module || module->isNone()) return reprText(t, item);
  std::string name = TRY(strText(t, qualname)), home = TRY(strText(t, module));
  return home == "builtins" ? name : home + "." + name;
}
