// _pickle.Unpickler and its memo's proxy.
#include "VM/Modules/_pickle/Reader.h"
#include "VM/Modules/_pickle/Writer.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Tuple.h"
#include "VM/Types/Type/Mro.h"

using namespace coil::vm;
using namespace coil::vm::pickle;

Type coil::vm::types::Unpickler;
Type coil::vm::types::UnpicklerMemoProxy;

namespace {

struct UnpicklerObject : Object {
  Reader *reader; // owned
};

struct MemoProxy : Object {
  UnpicklerObject *unpickler; // owned
};

Reader &readerOf(Value v) { return *v.as<UnpicklerObject>()->reader; }
Reader &memoOwner(Value v) { return *v.as<MemoProxy>()->unpickler->reader; }

Ref unpicklerNew(Thread &, Value, const CallArgs &args) {
  auto *made = heap::make<UnpicklerObject>(*args.values[0].as<Type>());
  made->reader = new Reader();
  made->reader->self = Value(made);
  return Ref::take(Value(made));
}

Ref unpicklerInit(Thread &t, const Value *args) {
  for (int i : {3, 4})
    if (!isStr(args[i]))
      return raise(t, types::TypeError, "Unpickler() argument '%' must be str, not %",
                   i == 3 ? "encoding" : "errors", argumentTypeName(args[i]));
  bool fix = TRY(truth(t, args[2]));
  Reader &r = readerOf(args[0]);
  if (!r.read.empty()) r.clear();
  CHECK(r.setFile(t, args[1]));
  CHECK(r.setText(t, args[3], args[4]));
  CHECK(r.setBuffers(t, args[5]));
  r.fixImports = fix;
  CHECK(r.persistentLoad.find(t, args[0], internText("persistent_load")));
  return Ref::none();
}

Ref unpicklerLoad(Thread &t, const Value *args) {
  Reader &r = readerOf(args[0]);
  if (r.read.empty())
    return raiseUnpickling(t, "Unpickler.__init__() was not called by %.__init__()", fullName(args[0]));
  return r.load(t);
}

Ref unpicklerFindClass(Thread &t, const Value *args) {
  return readerOf(args[0]).findClass(t, args[1], args[2]);
}

Ref unpicklerSizeOf(Thread &, const Value *args) {
  return makeInt(int64_t(sizeof(UnpicklerObject) + sizeof(Reader) + readerOf(args[0]).memo.bytes()));
}

// --- attributes --------------------------------------------------------------------------------------------

Ref getPersistentLoad(Thread &t, Value v) { return readerOf(v).persistentLoad.get(t, v, "persistent_load"); }
Status setPersistentLoad(Thread &t, Value v, Value value) {
  return readerOf(v).persistentLoad.set(t, value, "persistent_load");
}

Ref getMemo(Thread &, Value v) {
  auto *proxy = heap::make<MemoProxy>(types::UnpicklerMemoProxy);
  proxy->unpickler = ObjectRef<UnpicklerObject>::share(v.as<UnpicklerObject>()).release();
  return Ref::take(Value(proxy));
}

// As CPython's, it checks the dict's keys and then leaves the memo empty.
Status checkMemoKeys(Thread &t, Dict *dict) {
  int64_t position = 0;
  for (DictEntry *entry; dictNext(dict, position, entry);) {
    int64_t index;
    if (!isIntLike(entry->key)) return raise(t, types::TypeError, "memo key must be integers");
    if (!toInt64(entry->key, index))
      return raise(t, types::OverflowError, "Python int too large to convert to C ssize_t");
    if (index < 0) return raise(t, types::ValueError, "memo key must be positive integers.");
  }
  return Status::ok();
}

Status setMemo(Thread &t, Value v, Value value) {
  if (value.empty()) return raise(t, types::TypeError, "attribute deletion is not supported");
  ObjectMemo made;
  if (isExactly(value, types::UnpicklerMemoProxy))
    made.copyFrom(memoOwner(value).memo);
  else if (isDict(value))
    CHECK(checkMemoKeys(t, value.as<Dict>()));
  else
    return raise(t, types::TypeError, "'memo' attribute must be an UnpicklerMemoProxy object or dict, not %",
                 fullName(value));
  readerOf(v).memo.copyFrom(made);
  return Status::ok();
}

// --- the proxy ---------------------------------------------------------------------------------------------

Ref proxyCopy(Thread &t, const Value *args) {
  DictRef dict = newDict();
  ObjectMemo copy; // adding to the dict may collect garbage
  copy.copyFrom(memoOwner(args[0]).memo);
  bool good = true;
  copy.forEach([&](uint64_t index, Value object) {
    Ref key = makeIntUnsigned(index);
    good = good && dictSet(t, dict, key, object);
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
    {"__new__", unpicklerNew, "!($type, *args, **kwargs)",
     "Create and return a new object.  See help(type) for accurate signature."},
    {"__init__", unpicklerInit,
     "!($self, /, file, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=())",
     "Initialize self.  See help(type(self)) for accurate signature."},
    {"__sizeof__", unpicklerSizeOf, "($self, /)", "The bytes that the unpickler and its memo take."},
    {"find_class", unpicklerFindClass, "($self, module_name, global_name, /)",
     "Give the object that a module has under a name, functions included.\n\nOverride it to say what pickles "
     "may "
     "use."},
    {"load", unpicklerLoad, "($self, /)", "Read one pickle from the file and give the object that it makes."},
};

const GetSetDef kGetSets[] = {
    {"memo", getMemo, setMemo, nullptr},
    {"persistent_load", getPersistentLoad, setPersistentLoad, nullptr},
};

NativeDef kProxyMethods[] = {
    {"__reduce__", proxyReduce, "($self, /)", "Pickled, it is a dict."},
    {"clear", proxyClear, "($self, /)", "Forget all objects."},
    {"copy", proxyCopy, "($self, /)", "The memo as a dict, from number to object."},
};

} // namespace

const TypeSpec coil::vm::kUnpicklerSpec = {
    .name = "_pickle.Unpickler",
    .size = sizeof(UnpicklerObject),
    .flags = kTypeBase | kTypeGc,
    .traverse =
        [](Object *o, Visitor &v) { // its allocation may collect, when it has no reader yet
          if (Reader *reader = static_cast<UnpicklerObject *>(o)->reader) reader->visit(v);
        },
    .clear =
        [](Object *o) {
          auto *unpickler = static_cast<UnpicklerObject *>(o);
          if (unpickler->reader) unpickler->reader->clear();
          if (o->refCount == 0) delete std::exchange(unpickler->reader, nullptr);
        },
    .methods = kMethods,
    .getsets = kGetSets,
    .doc = "Reads pickles from a file, which needs methods read() and readline(), and may have peek() and "
           "readinto().\n\nPickles say themselves which protocol they use. Those of Python 2 have text whose "
           "encoding is not\nknown: encoding and errors tell how to decode it ('bytes': not at all), "
           "fix_imports "
           "translates its\nmodule names. buffers gives what a buffer_callback has kept out of the pickle.",
    .signature = "(file, *, fix_imports=True, encoding='ASCII', errors='strict',\n          buffers=())",
    .own = 0,
};

const TypeSpec coil::vm::kUnpicklerMemoProxySpec = {
    .name = "_pickle.UnpicklerMemoProxy",
    .size = sizeof(MemoProxy),
    .flags = kTypeBase | kTypeGc | kTypeNoInstantiate,
    .fillSlots = [](Slots &s) { s.hash = hashNotImplemented; },
    .traverse = [](Object *o, Visitor &v) { v.visitPointer(static_cast<MemoProxy *>(o)->unpickler); },
    .clear =
        [](Object *o) {
          if (o->refCount == 0)
            replaceOwned<UnpicklerObject>(static_cast<MemoProxy *>(o)->unpickler, nullptr);
        },
    .methods = kProxyMethods,
    .own = kOwnGetAttr | kOwnSetAttr,
};
