// The module gc: the cycle collector's settings, and looking at what it sees.
#include "VM/Heap/Gc.h"
#include "VM/Core/Audit.h"
#include "VM/Core/Runtime.h"
#include "VM/Modules/Modules.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"
#include "VM/Types/Tuple.h"
#include "llvm/ADT/DenseSet.h"

using namespace coil::vm;

namespace {

Ref gcEnable(Thread &, const Value *) {
  gc::settings.enabled = true;
  return Ref::none();
}
Ref gcDisable(Thread &, const Value *) {
  gc::settings.enabled = false;
  return Ref::none();
}
Ref gcIsenabled(Thread &, const Value *) { return Ref::boolean(gc::settings.enabled); }

Ref gcCollect(Thread &t, const Value *args) {
  int generation = TRY(asCInt(t, args[0]));
  if (generation < 0 || generation >= gc::kGenerations)
    return raise(t, types::ValueError, "invalid generation");
  return makeInt(int64_t(gc::collect(t, generation)));
}

Ref gcSetDebug(Thread &t, const Value *args) {
  gc::settings.debug = unsigned(TRY(asCInt(t, args[0])));
  return Ref::none();
}
Ref gcGetDebug(Thread &, const Value *) { return makeInt(int64_t(int(gc::settings.debug))); }

// set_threshold(threshold0[, threshold1[, threshold2]])
Ref gcSetThreshold(Thread &t, const Value *args) {
  for (int i = 0; i < gc::kGenerations; ++i)
    if (!args[i].empty()) gc::settings.threshold[i] = unsigned(TRY(asIntArgument(t, args[i])));
  return Ref::none();
}

Ref threeNumbers(const unsigned (&numbers)[gc::kGenerations]) {
  Ref values[] = {makeInt(int64_t(int(numbers[0]))), makeInt(int64_t(int(numbers[1]))),
                  makeInt(int64_t(int(numbers[2])))};
  return packTuple(values[0].get(), values[1].get(), values[2].get());
}
Ref gcGetThreshold(Thread &, const Value *) { return threeNumbers(gc::settings.threshold); }
Ref gcGetCount(Thread &, const Value *) { return threeNumbers(gc::settings.count); }

Ref gcGetStats(Thread &, const Value *) {
  ListRef result = newList();
  for (const gc::Statistics &s : gc::settings.statistics) {
    DictRef dict = newDict();
    dictSetStr(dict, internText("collections"), makeInt(int64_t(s.collections)));
    dictSetStr(dict, internText("collected"), makeInt(int64_t(s.collected)));
    dictSetStr(dict, internText("uncollectable"), makeInt(int64_t(s.uncollectable)));
    listAppend(result, dict);
  }
  return result;
}

// --- looking at objects

// CPython tracks a dict or tuple only once it holds something that can be part of a cycle.
bool countsAsTracked(Object *object) {
  if (!(object->flags & kTracked)) return false;
  if (object->type != &types::Dict && object->type != &types::Tuple) return true;
  struct Finder final : Visitor {
    bool found = false;
    void visit(Object *o) override { found |= o->type->has(kTypeGc) && countsAsTracked(o); }
  } finder;
  if (object->type == &types::Tuple && !static_cast<Tuple *>(object)->length) return false;
  gc::traverse(object, finder);
  return finder.found;
}

Ref gcIsTracked(Thread &, const Value *args) {
  return Ref::boolean(args[0].isObject() && args[0].object()->type->has(kTypeGc) &&
                      countsAsTracked(args[0].object()));
}

Ref gcIsFinalized(Thread &, const Value *args) {
  return Ref::boolean(args[0].isObject() && (args[0].object()->flags & kFinalized));
}

using Objects = llvm::SmallVector<Object *, 0>;

// The objects of a generation, or of all three (-1). Making the list may collect: they are held meanwhile.
std::vector<Ref> trackedObjects(int generation) {
  Objects objects;
  auto add = [](Object *object, void *p) { static_cast<Objects *>(p)->push_back(object); };
  for (int i = 0; i < gc::kGenerations; ++i)
    if (generation < 0 || i == generation) gc::forEachTracked(i, add, &objects);
  std::vector<Ref> held;
  held.reserve(objects.size());
  for (Object *object : objects) held.push_back(Ref::share(Value(object)));
  return held;
}

Ref gcGetObjects(Thread &t, const Value *args) {
  int generation = -1;
  if (!args[0].isNone()) {
    if (!typeOf(args[0])->slots.index)
      return raise(t, types::TypeError, "argument should be integer or None, not '%'", typeName(args[0]));
    int64_t number = TRY(indexInt64(t, args[0]));
    if (number >= gc::kGenerations)
      return raise(t, types::ValueError,
                   "generation parameter must be less than the number of available generations (%)",
                   gc::kGenerations);
    if (number < -1) // -1 is what None stands for
      return raise(t, types::ValueError, "generation parameter cannot be negative");
    generation = int(number);
  }
  CHECK(audit(t, "gc.get_objects", {Value::smallInt(generation)}));
  std::vector<Ref> objects = trackedObjects(generation);
  ListRef result = newList();
  for (Ref &object : objects) listAppend(result, object);
  return result;
}

Ref gcGetReferrers(Thread &t, const Value *args) {
  CHECK(audit(t, "gc.get_referrers", {args[0]}));
  struct Finder final : Visitor {
    llvm::DenseSet<Object *> wanted;
    bool found = false;
    void visit(Object *o) override { found |= wanted.contains(o); }
  } finder;
  for (Value v : args[0].as<Tuple>()->values())
    if (v.isObject()) finder.wanted.insert(v.object());
  std::vector<Ref> objects = trackedObjects(-1);
  ListRef result = newList();
  for (Ref &object : objects) {
    if (object.get() == args[0]) continue;
    finder.found = false;
    gc::traverse(object->object(), finder);
    if (finder.found) listAppend(result, object);
  }
  return result;
}

Ref gcGetReferents(Thread &t, const Value *args) {
  CHECK(audit(t, "gc.get_referents", {args[0]}));
  struct Collector final : Visitor {
    std::vector<Ref> found;
    Collector() : Visitor(true) {}
    void visit(Object *o) override { found.push_back(Ref::share(Value(o))); }
    void visitImmediate(Value v) override { found.push_back(Ref::share(v)); }
  } collector;
  for (Value v : args[0].as<Tuple>()->values())
    if (v.isObject() && v.object()->type->has(kTypeGc)) gc::traverse(v.object(), collector);
  ListRef result = newList();
  for (Ref &object : collector.found) listAppend(result, object);
  return result;
}

Ref gcFreeze(Thread &, const Value *) {
  gc::freeze();
  return Ref::none();
}
Ref gcUnfreeze(Thread &, const Value *) {
  gc::unfreeze();
  return Ref::none();
}
Ref gcGetFreezeCount(Thread &, const Value *) { return makeInt(int64_t(gc::frozenCount())); }

// --- the module

Status populate(Thread &, Module *module) {
  auto set = [&](const char *name, Value v) { dictSetStr(module->dict, internText(name), v); };
  set("DEBUG_STATS", Value::smallInt(gc::kDebugStats));
  set("DEBUG_COLLECTABLE", Value::smallInt(gc::kDebugCollectable));
  set("DEBUG_UNCOLLECTABLE", Value::smallInt(gc::kDebugUncollectable));
  set("DEBUG_SAVEALL", Value::smallInt(gc::kDebugSaveAll));
  set("DEBUG_LEAK", Value::smallInt(gc::kDebugCollectable | gc::kDebugUncollectable | gc::kDebugSaveAll));
  if (gc::settings.callbacks.empty()) {
    gc::settings.callbacks = Ref(newList()).release();
    gc::settings.garbage = Ref(newList()).release();
    releaseAtEnd([] {
      gc::settings.debug = 0;
      replaceOwned(gc::settings.callbacks, Value());
      replaceOwned(gc::settings.garbage, Value());
    });
  }
  set("callbacks", gc::settings.callbacks);
  set("garbage", gc::settings.garbage);
  return Status::ok();
}

NativeDef kFunctions[] = {
    {"collect", gcCollect, "($module, /, generation=2)",
     "Find objects that only refer to one another and free them; return how many could not be\n"
     "reached. That includes objects of the generations up to the one given, by default all."},
    {"disable", gcDisable, "($module, /)", "Collect no longer by itself; collect() still works."},
    {"enable", gcEnable, "($module, /)", "Collect by itself from now on, whenever enough objects were made."},
    {"freeze", gcFreeze, "($module, /)",
     "Leave all objects that exist now out of collections to come.\n"
     "Before fork() this saves memory that both processes could share."},
    {"get_count", gcGetCount, "($module, /)",
     "How far each of the three generations is on the way to its next collection, as a tuple."},
    {"get_debug", gcGetDebug, "($module, /)", "The debugging flags that set_debug() set."},
    {"get_freeze_count", gcGetFreezeCount, "($module, /)", "How many objects freeze() has put aside."},
    {"get_objects", gcGetObjects, "($module, /, generation=None)",
     "A list of the objects that collections look at, of all generations or of the one given."},
    {"get_referents", gcGetReferents, "!($module, /, *objs)",
     "get_referents(*objs): a list of what the objects refer to, as collections see it."},
    {"get_referrers", gcGetReferrers, "!($module, /, *objs)",
     "get_referrers(*objs): a list of the objects collections look at that refer to one of these."},
    {"get_stats", gcGetStats, "($module, /)",
     "A list of three dicts, one for each generation: how often it was collected, and how many\n"
     "objects were freed and could not be freed."},
    {"get_threshold", gcGetThreshold, "($module, /)",
     "The thresholds of the three generations, as set_threshold() takes them."},
    {"is_finalized", gcIsFinalized, "($module, obj, /)",
     "Whether the finalizer of an object, such as __del__, has been called already."},
    {"is_tracked", gcIsTracked, "($module, obj, /)",
     "Whether collections look at an object; those that refer to nothing, such as numbers, are\n"
     "left out."},
    {"isenabled", gcIsenabled, "($module, /)", "Whether collections happen by themselves."},
    {"set_debug", gcSetDebug, "($module, flags, /)",
     "Have collections report what they do, and on which objects, to stderr. flags is a\n"
     "combination of DEBUG_STATS (figures of each collection), DEBUG_COLLECTABLE and\n"
     "DEBUG_UNCOLLECTABLE (what was found), DEBUG_SAVEALL (keep in gc.garbage what would be\n"
     "freed), or DEBUG_LEAK (all three of the last)."},
    {"set_threshold", gcSetThreshold,
     "!($module, threshold0, threshold1=<unchanged>, threshold2=<unchanged>, /)",
     "set_threshold(threshold0[, threshold1[, threshold2]]): say when to collect. The youngest\n"
     "generation's turn comes when so many more objects were made than freed, those of the\n"
     "others when the one before was collected so many times. threshold0 = 0 turns it off."},
    {"unfreeze", gcUnfreeze, "($module, /)",
     "Let collections look at the objects again that freeze() has put aside."},
};

} // namespace

const ModuleSpec coil::vm::kGcModule = {
    .name = "gc",
    .doc = "The collector of objects that refer to one another but are reached from nowhere else.\n"
           "\n"
           "Objects are in one of three generations, by how many collections they have survived; younger\n"
           "ones are collected more often.",
    .functions = kFunctions,
    .populate = populate,
};
