// Pickling what __reduce__ and its like return.
#include "VM/Core/Names.h"
#include "VM/Modules/_pickle/Writer.h"
#include "VM/Types/Tuple.h"

using namespace coil::vm;
using namespace coil::vm::pickle;

namespace {

// A reduction's parts, borrowed from its tuple; what is None or not there is empty.
struct Parts {
  Value callable, args, state, listItems, dictItems, stateSetter;
};

Status checkIterator(Thread &t, Value v, const char *which) {
  if (v.empty() || typeOf(v)->slots.next) return Status::ok();
  return raisePickling(t, "% element of the tuple returned by __reduce__ must be an iterator, not %", which,
                       fullName(v));
}

Status takeApart(Thread &t, Value reduction, Parts &parts) {
  auto *tuple = reduction.as<Tuple>();
  if (tuple->length < 2 || tuple->length > 6)
    return raisePickling(t, "tuple returned by __reduce__ must contain 2 through 6 elements");
  auto optional = [&](int64_t i) {
    return i < tuple->length && !(*tuple)[i].isNone() ? (*tuple)[i] : Value();
  };
  parts = {(*tuple)[0], (*tuple)[1], optional(2), optional(3), optional(4), optional(5)};
  if (!isCallable(parts.callable))
    return raisePickling(t, "first item of the tuple returned by __reduce__ must be callable");
  if (!isTuple(parts.args))
    return raisePickling(t, "second item of the tuple returned by __reduce__ must be a tuple");
  CHECK(checkIterator(t, parts.listItems, "fourth"));
  CHECK(checkIterator(t, parts.dictItems, "fifth"));
  if (!parts.stateSetter.empty() && !isCallable(parts.stateSetter))
    return raisePickling(t, "sixth element of the tuple returned by __reduce__ must be a function, not %",
                         fullName(parts.stateSetter));
  return Status::ok();
}

enum class Maker { Other, NewObject, NewObjectEx };

// copyreg's functions are known by their names.
Result<Maker> makerKind(Thread &t, Value callable) {
  Ref name;
  CHECK(lookupAttr(t, callable, names::special_name, name));
  if (!name || !isStr(name) || !name.as<Str>()->ascii) return Maker::Other;
  llvm::StringRef text = name.as<Str>()->asciiText();
  return text == "__newobj_ex__" ? Maker::NewObjectEx
         : text == "__newobj__"  ? Maker::NewObject
                                 : Maker::Other;
}

} // namespace

Status Writer::saveReduce(Thread &t, Value reduction, Value object) {
  Ref keep = Ref::share(reduction);
  Parts parts;
  CHECK(takeApart(t, reduction, parts));
  Maker maker = protocol >= 2 ? TRY(makerKind(t, parts.callable)) : Maker::Other;
  if (maker == Maker::NewObjectEx) {
    CHECK(saveNewObjectEx(t, parts.args));
  } else if (maker == Maker::NewObject) {
    CHECK(saveNewObject(t, parts.args, object));
  } else {
    CHECK(save(t, parts.callable));
    CHECK(save(t, parts.args));
    put(Op::Reduce);
  }
  if (!object.empty()) {
    // It contained itself: as with tuples, the memo's one is the object.
    if (memo.find(object) >= 0) {
      put(Op::Pop);
      return fetchMemoized(t, object);
    }
    CHECK(memoize(t, object));
  }
  if (!parts.listItems.empty()) CHECK(batchList(t, parts.listItems));
  if (!parts.dictItems.empty()) CHECK(batchDict(t, parts.dictItems));
  return parts.state.empty() ? Status::ok() : saveState(t, object, parts.state, parts.stateSetter);
}

// A setter is called with the object and its state; its result is of no interest.
Status Writer::saveState(Thread &t, Value object, Value stateValue, Value setter) {
  if (setter.empty()) {
    CHECK(save(t, stateValue));
    put(Op::Build);
    return Status::ok();
  }
  CHECK(save(t, setter));
  CHECK(save(t, object));
  CHECK(save(t, stateValue));
  for (Op op : {Op::Tuple2, Op::Reduce, Op::Pop}) put(op);
  return Status::ok();
}

// cls.__new__(cls, *args, **kwargs); before protocol 4 as a partial object.
Status Writer::saveNewObjectEx(Thread &t, Value v) {
  auto *parts = v.as<Tuple>();
  if (parts->length != 3)
    return raisePickling(t, "length of the NEWOBJ_EX argument tuple must be exactly 3, not %", parts->length);
  Value cls = (*parts)[0], args = (*parts)[1], kwargs = (*parts)[2];
  if (!isType(cls))
    return raisePickling(t, "first item from NEWOBJ_EX argument tuple must be a class, not %", fullName(cls));
  if (!isTuple(args))
    return raisePickling(t, "second item from NEWOBJ_EX argument tuple must be a tuple, not %",
                         fullName(args));
  if (!isDict(kwargs))
    return raisePickling(t, "third item from NEWOBJ_EX argument tuple must be a dict, not %",
                         fullName(kwargs));
  if (protocol >= 4) {
    for (Value each : {cls, args, kwargs}) CHECK(save(t, each));
    put(Op::NewObjEx);
    return Status::ok();
  }
  Ref make = TRY(getAttr(t, cls, names::special_new));
  llvm::SmallVector<Value, 8> bound{make.get(), cls};
  llvm::append_range(bound, args.as<Tuple>()->values());
  TupleRef boundArgs = makeTuple(bound), none = emptyTuple();
  Ref partial = TRY(call(t, state.partial, boundArgs, kwargs.as<Dict>()));
  CHECK(save(t, partial));
  CHECK(save(t, Value(none)));
  put(Op::Reduce);
  return Status::ok();
}

// cls.__new__(cls, *args).
Status Writer::saveNewObject(Thread &t, Value v, Value object) {
  auto *args = v.as<Tuple>();
  if (args->length < 1) return raisePickling(t, "__newobj__ arglist is empty");
  Value cls = (*args)[0];
  if (!isType(cls)) return raisePickling(t, "args[0] from __newobj__ args is not a type");
  if (!object.empty()) {
    Ref own;
    CHECK(lookupAttr(t, object, names::special_class, own));
    if (own && own != cls) return raisePickling(t, "args[0] from __newobj__ args has the wrong class");
  }
  CHECK(save(t, cls));
  TupleRef rest = makeTuple(args->values().drop_front());
  CHECK(save(t, Value(rest)));
  put(Op::NewObj);
  return Status::ok();
}
