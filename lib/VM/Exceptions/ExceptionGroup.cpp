// Exception groups (PEP 654): the class, splitting, and what except* re-raises.
#include "VM/Bind/Native.h"
#include "VM/Core/Names.h"
#include "VM/Exceptions/Exception.h"
#include "VM/Types/FrameObject.h"
#include "VM/Types/List.h"
#include "VM/Types/Sequence.h"

using namespace coil::vm;

namespace {

Tuple *members(Value group) { return exceptionField(group, 1).as<Tuple>(); }
bool isGroup(Value v) { return isInstance(v, types::BaseExceptionGroup); }

Ref groupNew(Thread &t, Value, const CallArgs &args) {
  Type *type = args.values[0].as<Type>();
  if (args.positional != 3)
    return raise(t, types::TypeError, "BaseExceptionGroup.__new__() takes exactly 2 arguments (% given)",
                 args.positional - 1);
  Value message = args.values[1], given = args.values[2];
  if (!isStr(message))
    return raise(t, types::TypeError, "BaseExceptionGroup.__new__() argument 1 must be str, not %",
                 argumentTypeName(message));
  if (!typeOf(given)->slots.getItem || isDict(given) || isAnySet(given))
    return raise(t, types::TypeError, "second argument (exceptions) must be a sequence");
  TupleRef exceptions = TRY(tupleFrom(t, given));
  if (!exceptions->length)
    return raise(t, types::ValueError, "second argument (exceptions) must be a non-empty sequence");
  bool onlyExceptions = true;
  for (int64_t i = 0; i < exceptions->length; ++i) {
    if (!isException((*exceptions)[i]))
      return raise(t, types::ValueError, "Item % of second argument (exceptions) is not an exception", i);
    onlyExceptions &= isInstance((*exceptions)[i], types::Exception);
  }
  Type *group = exceptionGroupType();
  if (type == &types::BaseExceptionGroup && onlyExceptions)
    type = group;
  else if (type == group && !onlyExceptions)
    return raise(t, types::TypeError, "Cannot nest BaseExceptions in an ExceptionGroup");
  else if (type != &types::BaseExceptionGroup && isSubtype(type, &types::Exception) && !onlyExceptions)
    return raise(t, types::TypeError, "Cannot nest BaseExceptions in '%'", type->nameText());
  TupleRef all = makeTuple({args.values + 1, args.positional - 1});
  Ref result = newException(*type, all);
  exceptionField(result, 0) = retained(message);
  exceptionField(result, 1) = Value(static_cast<Object *>(exceptions.release()));
  return result;
}

Ref groupStr(Thread &t, Value self) {
  int64_t n = members(self)->length;
  return makeStr(TRY(strText(t, exceptionField(self, 0))) + " (" + std::to_string(n) + " sub-exception" +
                 (n == 1 ? ")" : "s)"));
}

// A group like `group` with other members, made by its derive() method.
Ref derived(Thread &t, Value group, llvm::ArrayRef<Value> exceptions) {
  if (exceptions.empty()) return Ref::none();
  ListRef list = makeList(exceptions);
  Ref result = TRY(callMethod(t, group, internText("derive"), {Value(list)}));
  if (!isGroup(result))
    return raise(t, types::TypeError, "derive must return an instance of BaseExceptionGroup");
  auto *from = group.as<BaseExceptionObject>(), *to = result.as<BaseExceptionObject>();
  if (from->traceback) retain(static_cast<Object *>(from->traceback));
  replaceOwned(to->traceback, from->traceback);
  replaceOwned(to->context, retained(from->context));
  replaceOwned(to->cause, retained(from->cause));
  to->suppressContext = from->suppressContext;
  Ref notes;
  TRY(lookupAttr(t, group, names::special_notes, notes));
  if (notes && (typeOf(notes)->slots.getItem && !isDict(notes))) { // a sequence; anything else is left behind
    ListRef copy = TRY(listFrom(t, notes));
    TRY(setAttr(t, result, names::special_notes, copy));
  }
  return result;
}

// Calls the condition on an exception: a class or tuple of classes, or a predicate.
Result<bool> fits(Thread &t, Value exception, Value condition) {
  if (isType(condition)) return isSubtype(typeOf(exception), condition.as<Type>());
  if (isTuple(condition)) {
    for (Value cls : condition.as<Tuple>()->values())
      if (isType(cls) && isSubtype(typeOf(exception), cls.as<Type>())) return true;
    return false;
  }
  return truth(t, TRY(call(t, condition, {exception})));
}

Status split(Thread &t, Value exception, Value condition, Ref &match, Ref &rest) {
  RecursionGuard guard(t, " in exceptiongroup_split_recursive");
  if (!guard) return {};
  match = Ref::none();
  rest = Ref::none();
  if (TRY(fits(t, exception, condition))) {
    match = Ref::share(exception);
    return Status::ok();
  }
  if (!isGroup(exception)) {
    rest = Ref::share(exception);
    return Status::ok();
  }
  ListRef matched = newList(), others = newList();
  for (Value member : members(exception)->values()) {
    Ref m, r;
    TRY(split(t, member, condition, m, r));
    if (!m->isNone()) listAppend(matched, m);
    if (!r->isNone()) listAppend(others, r);
  }
  match = TRY(derived(t, exception, matched->values()));
  rest = TRY(derived(t, exception, others->values()));
  return Status::ok();
}

Status checkCondition(Thread &t, Value condition) {
  auto fitsClass = [](Value v) { return isType(v) && v.as<Type>()->has(kTypeExceptionSubclass); };
  if (fitsClass(condition) || (isCallable(condition) && !isType(condition))) return Status::ok();
  if (isTuple(condition) && llvm::all_of(condition.as<Tuple>()->values(), fitsClass)) return Status::ok();
  return raise(t, types::TypeError, "expected a function, exception type or tuple of exception types");
}

Ref groupSplit(Thread &t, const Value *args) {
  TRY(checkCondition(t, args[1]));
  Ref match, rest;
  TRY(split(t, args[0], args[1], match, rest));
  return packTuple(match.get(), rest.get());
}

Ref groupSubgroup(Thread &t, const Value *args) {
  TRY(checkCondition(t, args[1]));
  Ref match, rest;
  TRY(split(t, args[0], args[1], match, rest));
  return match;
}

Ref groupDerive(Thread &t, const Value *args) {
  return call(t, Value(&types::BaseExceptionGroup), {exceptionField(args[0], 0), args[1]});
}

Ref getMessage(Thread &, Value self) { return Ref::share(exceptionField(self, 0)); }
Ref getExceptions(Thread &, Value self) { return Ref::share(exceptionField(self, 1)); }

NativeDef kMethods[] = {
    {"__new__", groupNew, "!($type, *args, **kwargs)", "Make a new object of the class."},
    {"derive", groupDerive, "!v($self, excs, /)", nullptr},
    {"split", groupSplit, "!v($self, condition, /)", nullptr},
    {"subgroup", groupSubgroup, "!v($self, condition, /)", nullptr},
    {"__class_getitem__", newGenericAliasMethod, "!($type, item, /)", "See PEP 585", NativeKind::Class},
};

const GetSetDef kGetSets[] = {
    {"message", getMessage, nullptr, "the message, without the number of exceptions", true},
    {"exceptions", getExceptions, nullptr, "the exceptions of the group, as a tuple", true},
};

} // namespace

void coil::vm::addExceptionGroup(TypeSpec &spec) {
  spec.methods = kMethods, spec.getsets = kGetSets;
  spec.fillSlots = [](Slots &s) { s.str = groupStr; };
}

// ExceptionGroup has two bases, which no built-in type object has: it is made as a class statement would make
// it.
Type *coil::vm::exceptionGroupType() {
  static Type *type = nullptr;
  if (type) return type;
  Thread &t = Thread::current();
  TupleRef bases = packTuple(Value(&types::BaseExceptionGroup), Value(&types::Exception));
  DictRef dict = newDict();
  dictSetStr(dict, names::special_module, Value(names::builtins));
  Ref made = call(t, Value(&types::Type), {Value(internText("ExceptionGroup")), Value(bases), Value(dict)});
  type = made.release().as<Type>();
  return type;
}

Status coil::vm::splitExceptionGroup(Thread &t, Value exception, Value cls, Ref &match, Ref &rest) {
  auto isGroupClass = [](Value c) {
    return isType(c) && isSubtype(c.as<Type>(), &types::BaseExceptionGroup);
  };
  if (isGroupClass(cls) || (isTuple(cls) && llvm::any_of(cls.as<Tuple>()->values(), isGroupClass)))
    return raise(t, types::TypeError,
                 "catching ExceptionGroup with except* is not allowed. Use except instead.");
  if (!isGroup(exception)) {
    if (!TRY(fits(t, exception, cls))) {
      match = Ref::none();
      rest = Ref::share(exception);
      return Status::ok();
    }
    // A naked exception is wrapped in a group of its own.
    ListRef list = makeList({exception});
    match = TRY(call(t, Value(&types::BaseExceptionGroup), {Value(names::emptyStr), Value(list)}));
    rest = Ref::none();
    return Status::ok();
  }
  return split(t, exception, cls, match, rest);
}

namespace {

// The two carry the same metadata: one is a part of the other that was raised again as it was.
bool sameMetadata(Value a, Value b) {
  auto *x = a.as<BaseExceptionObject>(), *y = b.as<BaseExceptionObject>();
  return x->traceback == y->traceback && x->context == y->context && x->cause == y->cause;
}

void collectLeaves(Value exception, llvm::SmallVectorImpl<Value> &leaves) {
  if (!isGroup(exception)) {
    leaves.push_back(exception);
    return;
  }
  for (Value member : members(exception)->values()) collectLeaves(member, leaves);
}

// The part of `group` whose leaves are among `keep`; the groups of it are new, as CPython's are.
Ref projection(Thread &t, Value group, llvm::ArrayRef<Value> keep) {
  if (!isGroup(group)) return llvm::is_contained(keep, group) ? Ref::share(group) : Ref::none();
  ListRef parts = newList();
  for (Value member : members(group)->values()) {
    Ref part = TRY(projection(t, member, keep));
    if (!part->isNone()) listAppend(parts, part);
  }
  return derived(t, group, parts->values());
}

} // namespace

Ref coil::vm::prepareReraiseStar(Thread &t, Value original, Value raisedList) {
  auto *raisedAll = raisedList.as<List>();
  if (!raisedAll->length) return Ref::none();
  if (!isGroup(original)) {
    // The naked exception was wrapped for matching; at most one thing came out of it.
    Value only = raisedAll->items[0];
    return Ref::share(only);
  }
  llvm::SmallVector<Value, 8> keep;
  ListRef result = newList();
  for (Value v : raisedAll->values()) {
    if (v.isNone()) continue;
    if (isGroup(v) ? sameMetadata(v, original) : false)
      collectLeaves(v, keep);
    else
      listAppend(result, v);
  }
  if (!keep.empty()) {
    Ref reraised = TRY(projection(t, original, keep));
    if (!result->length) return reraised;
    if (!reraised->isNone()) listAppend(result, reraised);
  }
  if (!result->length) return Ref::none();
  return call(t, Value(&types::BaseExceptionGroup), {Value(names::emptyStr), Value(result)});
}
