// Structural pattern matching (PEP 634).
#include "VM/Core/Names.h"
#include "VM/Exceptions/Raise.h"
#include "VM/Interp/Instr.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"

namespace coil::vm::ops {

OP(GET_LEN) {
  SAVE_STATE();
  auto n = length(*t, sp[-1]);
  if (!n) FAIL();
  *sp++ = makeInt(*n).release();
  NEXT();
}

OP(MATCH_SEQUENCE) {
  bool matched = typeOf(sp[-1])->has(kTypeMatchSequence);
  *sp++ = Value::boolean(matched);
  NEXT();
}

OP(MATCH_MAPPING) {
  bool matched = typeOf(sp[-1])->has(kTypeMatchMapping);
  *sp++ = Value::boolean(matched);
  NEXT();
}

// The values for all keys, or None if one is missing.
static Ref matchKeys(Thread &t, Value subject, Tuple *keys) {
  if (isExactDict(subject) && keys->length == 1) {
    Value found = TRY(dictGet(t, subject.as<Dict>(), (*keys)[0]));
    return found.empty() ? Ref::none() : Ref(packTuple(found));
  }
  ListRef values = newList(keys->length);
  DictRef seen = newDict();
  Ref get = TRY(getAttr(t, subject, names::get));
  Ref marker = TRY(call(t, Value(&types::Object)));
  for (Value key : keys->values()) {
    if (!TRY(dictGet(t, seen, key)).empty())
      return raise(t, types::ValueError, "mapping pattern checks duplicate key (%)", TRY(reprText(t, key)));
    TRY(dictSet(t, seen, key, Value::none()));
    Ref value = TRY(call(t, get, {key, marker.get()}));
    if (value.get() == marker.get()) return Ref::none();
    listAppend(values, value);
  }
  return makeTuple(values->values());
}

OP(MATCH_KEYS) {
  SAVE_STATE();
  Value values = matchKeys(*t, sp[-2], sp[-1].as<Tuple>()).release();
  if (values.empty()) FAIL();
  *sp++ = values;
  NEXT();
}

// Appends subject.name; `missing` when there is no such attribute.
static Status matchAttribute(Thread &t, Value subject, Type *type, Str *name, List *seen, List *values,
                             bool &missing) {
  for (Value earlier : seen->values())
    if (equalStr(earlier.as<Str>(), name))
      return raise(t, types::TypeError, "%() got multiple sub-patterns for attribute '%'", type->nameText(),
                   name);
  listAppend(seen, Value(name));
  Ref value;
  TRY(lookupAttr(t, subject, name, value));
  missing = !value;
  if (value) listAppend(values, value);
  return Status::ok();
}

// The attributes that the sub-patterns of a class pattern look at, in order; None if the subject does not
// fit.
static Ref matchClass(Thread &t, Value subject, Value cls, int64_t positional, Tuple *keywords) {
  if (!isType(cls)) return raise(t, types::TypeError, "called match pattern must be a class");
  if (!TRY(isInstanceOf(t, subject, cls))) return Ref::none();
  Type *type = cls.as<Type>();
  if (!positional && !keywords->length) return emptyTuple();
  ListRef values = newList(), seen = newList();
  bool missing = false;
  if (positional) {
    Ref matchArgs;
    TRY(lookupAttr(t, cls, names::special_match_args, matchArgs));
    bool matchSelf = !matchArgs && type->has(kTypeMatchSelf);
    TupleRef fields;
    if (matchArgs) {
      if (!isExactly(matchArgs, types::Tuple))
        return raise(t, types::TypeError, "%.__match_args__ must be a tuple (got %)", type->nameText(),
                     typeName(matchArgs));
      fields = TupleRef::share(matchArgs.as<Tuple>());
    } else {
      fields = emptyTuple();
    }
    int64_t allowed = matchSelf ? 1 : fields->length;
    if (allowed < positional)
      return raise(t, types::TypeError, "%() accepts % positional sub-pattern% (% given)", type->nameText(),
                   allowed, allowed == 1 ? "" : "s", positional);
    if (matchSelf) listAppend(values, subject);
    for (int64_t i = 0; i < positional && !matchSelf; ++i) {
      if (!isStr((*fields)[i]))
        return raise(t, types::TypeError, "__match_args__ elements must be strings (got %)",
                     typeName((*fields)[i]));
      TRY(matchAttribute(t, subject, type, (*fields)[i].as<Str>(), seen, values, missing));
      if (missing) return Ref::none();
    }
  }
  for (Value name : keywords->values()) {
    TRY(matchAttribute(t, subject, type, name.as<Str>(), seen, values, missing));
    if (missing) return Ref::none();
  }
  return makeTuple(values->values());
}

OP(MATCH_CLASS) {
  SAVE_STATE();
  Value attributes = matchClass(*t, sp[-3], sp[-2], pc->arg, sp[-1].as<Tuple>()).release();
  if (attributes.empty()) FAIL();
  release(*--sp);
  release(*--sp);
  replaceOwned(sp[-1], attributes);
  NEXT();
}

} // namespace coil::vm::ops
