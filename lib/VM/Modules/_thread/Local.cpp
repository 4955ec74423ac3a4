// _thread._local: attributes of its own for each thread.
#include "VM/Core/Names.h"
#include "VM/Modules/_thread/Lock.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Dict/Dict.h"
#include "VM/Types/Tuple.h"
#include "llvm/ADT/DenseSet.h"

using namespace coil::vm;

Type coil::vm::types::ThreadLocal;

namespace {

struct OwnAttributes {
  Thread *thread;
  Dict *dict; // owned
};

struct LocalObject : Object {
  Dict *dict;      // those of the thread that looks; borrowed from `all`
  Value arguments; // owned; the tuple and the dict for a subclass's __init__, or empty
  std::vector<OwnAttributes> *all;
};

llvm::DenseSet<LocalObject *> &locals() {
  static auto *objects = new llvm::DenseSet<LocalObject *>();
  return *objects;
}

LocalObject *self(Value v) { return v.as<LocalObject>(); }

Dict *add(Thread &t, LocalObject *local) {
  Dict *dict = newDict().release();
  local->all->push_back({&t, dict});
  return dict;
}

// Takes the thread's attributes out; empty if it has none.
DictRef take(Thread &t, LocalObject *local) {
  for (size_t i = 0; i < local->all->size(); ++i) {
    OwnAttributes entry = (*local->all)[i];
    if (entry.thread != &t) continue;
    local->all->erase(local->all->begin() + ptrdiff_t(i));
    if (local->dict == entry.dict) local->dict = nullptr;
    return DictRef::take(entry.dict);
  }
  return {};
}

// Points the object to the calling thread's attributes. A thread that looks for the first time runs __init__
// of a subclass, with the arguments that the object was made with.
Status select(Thread &t, Value v) {
  LocalObject *local = self(v);
  for (OwnAttributes entry : *local->all) {
    if (entry.thread != &t) continue;
    local->dict = entry.dict;
    return Status::ok();
  }
  local->dict = add(t, local);
  if (local->arguments.empty()) return Status::ok();
  auto *parts = local->arguments.as<Tuple>();
  Ref keep = Ref::share(v);
  Ref init = TRY(getAttr(t, v, names::special_init));
  Ref done = call(t, init, (*parts)[0].as<Tuple>(), (*parts)[1].as<Dict>());
  if (!done) {
    (void)take(t, local);
    return {};
  }
  return select(t, v); // another thread may have looked meanwhile
}

// Arguments are for an __init__ of a subclass, which every thread runs anew.
Ref localNew(Thread &t, Value, const CallArgs &args) {
  Type &type = *args.values[0].as<Type>();
  bool hasArguments = args.positional > 1 || args.keywordCount();
  bool hasInit = type.slots.init != types::Object.slots.init;
  if (hasArguments && !hasInit)
    return raise(t, types::TypeError, "Initialization arguments are not supported");
  auto local = ObjectRef<LocalObject>::take(heap::make<LocalObject>(type));
  local->all = new std::vector<OwnAttributes>();
  locals().insert(local);
  local->dict = add(t, local);
  if (!hasInit) return local;
  TupleRef positional = makeTuple({args.values + 1, args.positional - 1});
  DictRef named = newDict();
  for (size_t i = 0; i < args.keywordCount(); ++i)
    dictSetStr(named, args.kwNames->items()[i].as<Str>(), args.values[args.positional + i]);
  local->arguments = Ref(packTuple(Value(positional), Value(named))).release();
  return local;
}

// __dict__ is no attribute of the class: there is one for each thread.
Ref localGetAttr(Thread &t, Value v, Str *name) {
  CHECK(select(t, v));
  if (name == names::special_dict) return DictRef::share(self(v)->dict);
  return genericGetAttr(t, v, name);
}

Status localSetAttr(Thread &t, Value v, Str *name, Value valueOrEmpty) {
  CHECK(select(t, v));
  if (name == names::special_dict)
    return raise(t, types::AttributeError, "'%' object attribute '__dict__' is read-only", typeName(v));
  return genericSetAttr(t, v, name, valueOrEmpty);
}

void localTraverse(Object *o, Visitor &v) {
  auto *local = static_cast<LocalObject *>(o);
  v.visit(local->arguments);
  if (!local->all) return;
  for (OwnAttributes entry : *local->all) v.visitPointer(entry.dict);
}

void localClear(Object *o) {
  auto *local = static_cast<LocalObject *>(o);
  local->dict = nullptr;
  replaceOwned(local->arguments, Value());
  if (!local->all) return;
  std::vector<OwnAttributes> dropped;
  dropped.swap(*local->all);
  for (OwnAttributes entry : dropped) (void)DictRef::take(entry.dict);
}

// The object goes: localClear has run, the collector's calls included.
void localDestroy(Object *o) {
  localClear(o);
  auto *local = static_cast<LocalObject *>(o);
  if (o->refCount) return;
  locals().erase(local);
  delete std::exchange(local->all, nullptr);
}

NativeDef kMethods[] = {
    {"__new__", localNew, "!($type, *args, **kwargs)", "Make a new object of the class."},
};

} // namespace

void coil::vm::dropThreadLocals(Thread &t) {
  llvm::SmallVector<DictRef, 4> dropped;
  for (LocalObject *local : locals())
    if (DictRef dict = take(t, local)) dropped.push_back(std::move(dict));
}

void coil::vm::keepThreadLocalsOf(Thread &t) {
  llvm::SmallVector<DictRef, 4> dropped;
  for (LocalObject *local : locals()) {
    DictRef own = take(t, local);
    for (OwnAttributes entry : *local->all) dropped.push_back(DictRef::take(entry.dict));
    local->all->clear();
    local->dict = nullptr;
    if (own) local->all->push_back({&t, own.release()});
  }
}

const TypeSpec coil::vm::kThreadLocalSpec = {
    .name = "_thread._local",
    .size = sizeof(LocalObject),
    .flags = kTypeBase | kTypeGc | kTypeHasWeakRefs,
    .fillSlots = [](Slots &s) { s.getAttr = localGetAttr, s.setAttr = localSetAttr; },
    .traverse = localTraverse,
    .clear = localDestroy,
    .dictOffset = offsetof(LocalObject, dict),
    .methods = kMethods,
    .doc = "An object whose attributes each thread has for itself.",
    .heapType = true,
    .own = kOwnGetAttr | kOwnSetAttr,
};
