// _pickle.Pickler and its memo's proxy.
#include "VM/Modules/_pickle/Writer.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Tuple.h"
#include "VM/Types/Type/Mro.h"

using namespace coil::vm;
using namespace coil::vm::pickle;

Type coil::vm::types::Pickler;
Type coil::vm::types::PicklerMemoProxy;

namespace {

struct PicklerObject : Object {
  Writer *writer; // owned
};

struct MemoProxy : Object {
  PicklerObject *pickler; // owned
};

Writer &writerOf(Value v) { return *v.as<PicklerObject>()->writer; }
Writer &memoOwner(Value v) { return *v.as<MemoProxy>()->pickler->writer; }

Ref picklerNew(Thread &, Value, const CallArgs &args) {
  auto *made = heap::make<PicklerObject>(*args.values[0].as<Type>());
  made->writer = new Writer();
  made->writer->self = Value(made);
  return Ref::take(Value(made));
}

Ref picklerInit(Thread &t, const Value *args) {
  Writer &w = writerOf(args[0]);
  if (!w.write.empty()) w.clear();
  CHECK(w.setProtocol(t, args[2], args[3]));
  CHECK(w.setFile(t, args[1]));
  CHECK(w.setBufferCallback(t, args[4]));
  w.fast = 0;
  w.startOver();
  w.resetFast();
  CHECK(w.persistentId.find(t, args[0], internText("persistent_id")));
  Ref table;
  CHECK(lookupAttr(t, args[0], internText("dispatch_table"), table));
  replaceOwned(w.dispatchTable, table.release());
  return Ref::none();
}

Ref picklerDump(Thread &t, const Value *args) {
  Writer &w = writerOf(args[0]);
  if (w.write.empty())
    return raisePickling(t, "Pickler.__init__() was not called by %.__init__()", fullName(args[0]));
  w.startOver();
  CHECK(w.dump(t, args[1]));
  CHECK(w.flush(t));
  return Ref::none();
}

Ref picklerClearMemo(Thread &, const Value *args) {
  writerOf(args[0]).memo.clear();
  return Ref::none();
}

Ref picklerSizeOf(Thread &, const Value *args) {
  Writer &w = writerOf(args[0]);
  return makeInt(int64_t(sizeof(PicklerObject) + sizeof(Writer) + w.memo.bytes() + w.bufferSize()));
}

// --- attributes --------------------------------------------------------------------------------------------

template <int Writer::*member> Ref getInt(Thread &, Value v) { return makeInt(writerOf(v).*member); }
template <int Writer::*member> Status setInt(Thread &t, Value v, Value value) {
  return setIntMember(t, writerOf(v).*member, value);
}

Ref getDispatchTable(Thread &t, Value v) {
  if (writerOf(v).dispatchTable.empty())
    return raise(t, types::AttributeError, "'%' object has no attribute 'dispatch_table'", fullName(v));
  return Ref::share(writerOf(v).dispatchTable);
}
Status setDispatchTable(Thread &t, Value v, Value value) {
  if (value.empty() && writerOf(v).dispatchTable.empty())
    return raise(t, types::AttributeError, "dispatch_table");
  replaceOwned(writerOf(v).dispatchTable, retained(value));
  return Status::ok();
}

Ref getPersistentId(Thread &t, Value v) { return writerOf(v).persistentId.get(t, v, "persistent_id"); }
Status setPersistentId(Thread &t, Value v, Value value) {
  return writerOf(v).persistentId.set(t, value, "persistent_id");
}

Ref getMemo(Thread &, Value v) {
  auto *proxy = heap::make<MemoProxy>(types::PicklerMemoProxy);
  proxy->pickler = ObjectRef<PicklerObject>::share(v.as<PicklerObject>()).release();
  return Ref::take(Value(proxy));
}

// A dict of pairs (number, object), as a proxy's copy() gives it.
Status memoFromDict(Thread &t, PickleMemo &memo, Dict *dict) {
  Ref keep = Ref::share(Value(static_cast<Object *>(dict)));
  int64_t position = 0;
  for (DictEntry *entry; dictNext(dict, position, entry);) {
    Ref pair = Ref::share(entry->value);
    if (!isTuple(pair) || pair.as<Tuple>()->length != 2)
      return raise(t, types::TypeError, "'memo' values must be 2-item tuples");
    Value number = (*pair.as<Tuple>())[0];
    if (!isIntLike(number)) return raise(t, types::TypeError, "an integer is required");
    int64_t index;
    if (!toInt64(number, index))
      return raise(t, types::OverflowError, "Python int too large to convert to C ssize_t");
    memo.set((*pair.as<Tuple>())[1], index);
  }
  return Status::ok();
}

Status setMemo(Thread &t, Value v, Value value) {
  if (value.empty()) return raise(t, types::TypeError, "attribute deletion is not supported");
  PickleMemo made;
  if (isExactly(value, types::PicklerMemoProxy))
    made.copyFrom(memoOwner(value).memo);
  else if (isDict(value))
    CHECK(memoFromDict(t, made, value.as<Dict>()));
  else
    return raise(t, types::TypeError, "'memo' attribute must be a PicklerMemoProxy object or dict, not %",
                 fullName(value));
  writerOf(v).memo.copyFrom(made);
  return Status::ok();
}

// --- the proxy ---------------------------------------------------------------------------------------------

Ref proxyCopy(Thread &t, const Value *args) {
  DictRef dict = newDict();
  bool good = true;
  PickleMemo copy; // adding to the dict may collect garbage
  copy.copyFrom(memoOwner(args[0]).memo);
  copy.forEach([&](Value object, int64_t index) {
    Ref key = makeIntUnsigned(object.bits()), number = makeInt(index);
    TupleRef pair = packTuple(number, object);
    good = good && dictSet(t, dict, key, Value(pair));
  });
  if (!good) return {};
  return dict;
}

Ref proxyClear(Thread &, const Value *args) {
  memoOwner(args[0]).memo.clear();
  return Ref::none();
}

Ref proxyReduce(Thread &t, const Value *args) {
  Ref contents = TRY(proxyCopy(t, args));
  TupleRef arguments = packTuple(contents);
  return packTuple(Value(&types::Dict), arguments);
}

// --- tables ------------------------------------------------------------------------------------------------

NativeDef kMethods[] = {
    {"__new__", picklerNew, "!($type, *args, **kwargs)",
     "Create and return a new object.  See help(type) for accurate signature."},
    {"__init__", picklerInit, "!($self, /, file, protocol=None, fix_imports=True, buffer_callback=None)",
     "Initialize self.  See help(type(self)) for accurate signature."},
    {"__sizeof__", picklerSizeOf, "($self, /)", "The bytes that the pickler and its memo take."},
    {"clear_memo", picklerClearMemo, "($self, /)",
     "Forget which objects were written already.\n\nWhat is dumped next stands on its own again."},
    {"dump", picklerDump, "($self, obj, /)", "Write the pickle of an object to the file."},
};

const GetSetDef kGetSets[] = {
    {"bin", getInt<&Writer::bin>, setInt<&Writer::bin>, nullptr, true},
    {"dispatch_table", getDispatchTable, setDispatchTable, nullptr, true},
    {"fast", getInt<&Writer::fast>, setInt<&Writer::fast>, nullptr, true},
    {"memo", getMemo, setMemo, nullptr},
    {"persistent_id", getPersistentId, setPersistentId, nullptr},
};

NativeDef kProxyMethods[] = {
    {"__reduce__", proxyReduce, "($self, /)", "Pickled, it is a dict."},
    {"clear", proxyClear, "($self, /)", "Forget all objects."},
    {"copy", proxyCopy, "($self, /)", "The memo as a dict, from id(object) to (number, object)."},
};

} // namespace

const TypeSpec coil::vm::kPicklerSpec = {
    .name = "_pickle.Pickler",
    .size = sizeof(PicklerObject),
    .flags = kTypeBase | kTypeGc,
    .traverse =
        [](Object *o, Visitor &v) { // its allocation may collect, when it has no writer yet
          if (Writer *writer = static_cast<PicklerObject *>(o)->writer) writer->visit(v);
        },
    .clear =
        [](Object *o) {
          auto *pickler = static_cast<PicklerObject *>(o);
          if (pickler->writer) pickler->writer->clear();
          if (o->refCount == 0) delete std::exchange(pickler->writer, nullptr);
        },
    .methods = kMethods,
    .getsets = kGetSets,
    .doc = "Writes pickles to a file, which needs a method write() that takes bytes.\n\nThe protocol is a "
           "number "
           "from 0 to 5; a negative one means 5, None means 4. With fix_imports,\nprotocols below 3 use the "
           "names "
           "that modules have in Python 2. buffer_callback is called with\neach PickleBuffer (protocol 5); "
           "where "
           "its result is false, the data stays out of the pickle.",
    .signature = "(file, protocol=None, fix_imports=True, buffer_callback=None)",
    .own = 0,
};

const TypeSpec coil::vm::kPicklerMemoProxySpec = {
    .name = "_pickle.PicklerMemoProxy",
    .size = sizeof(MemoProxy),
    .flags = kTypeBase | kTypeGc | kTypeNoInstantiate,
    .fillSlots = [](Slots &s) { s.hash = hashNotImplemented; },
    .traverse = [](Object *o, Visitor &v) { v.visitPointer(static_cast<MemoProxy *>(o)->pickler); },
    .clear =
        [](Object *o) {
          if (o->refCount == 0) replaceOwned<PicklerObject>(static_cast<MemoProxy *>(o)->pickler, nullptr);
        },
    .methods = kProxyMethods,
    .own = kOwnGetAttr | kOwnSetAttr,
};
