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

Result<int> readCInt(Thread &t, Value v) {
  if (isFloatLike(v)) return raise(t, types::TypeError, "'float' object cannot be interpreted as an integer");
  Ref whole = TRY(index(t, v));
  int64_t number;
  if (!toInt64(whole, number) || number != int32_t(number))
    return raise(t, types::OverflowError,
                 isNegativeInt(whole) ? "signed integer is less than minimum"
                                      : "signed integer is greater than maximum");
  return int(number);
}

Ref gcCollect(Thread &t, const Value *args) {
  int generation = TRY(readCInt(t, args[0]));
  if (generation < 0 || generation >= gc::kGenerations)
    return raise(t, types::ValueError, "invalid generation");
  return makeInt(int64_t(gc::collect(t, generation)));
}

Ref gcSetDebug(Thread &t, const Value *args) {
  gc::settings.debug = unsigned(TRY(readCInt(t, args[0])));
  return Ref::none();
}
Ref gcGetDebug(Thread &, const Value *) { return makeInt(int64_t(int(gc::settings.debug))); }

// set_threshold(threshold0[, threshold1[, threshold2]])
Ref gcSetThreshold(Thread &t, const Value *args) {
  for (int i = 0; i < gc::kGenerations; ++i)
    if (!args[i].empty()) gc::settings.threshold[i] = unsigned(TRY(readCInt(t, args[i])));
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
     "Run the garbage collector.\n\nWith no arguments, run a full collection.  The optional argument\nmay be "
     "an integer specifying which generation to collect.  A ValueError\nis raised if the generation number "
     "is invalid.\n\nThe number of unreachable objects is returned."},
    {"disable", gcDisable, "($module, /)", "Disable automatic garbage collection."},
    {"enable", gcEnable, "($module, /)", "Enable automatic garbage collection."},
    {"freeze", gcFreeze, "($module, /)",
     "Freeze all current tracked objects and ignore them for future collections.\n\nThis can be used before "
     "a POSIX fork() call to make the gc copy-on-write friendly.\nNote: collection before a POSIX fork() "
     "call may free pages for future allocation\nwhich can cause copy-on-write."},
    {"get_count", gcGetCount, "($module, /)", "Return a three-tuple of the current collection counts."},
    {"get_debug", gcGetDebug, "($module, /)", "Get the garbage collection debugging flags."},
    {"get_freeze_count", gcGetFreezeCount, "($module, /)",
     "Return the number of objects in the permanent generation."},
    {"get_objects", gcGetObjects, "($module, /, generation=None)",
     "Return a list of objects tracked by the collector (excluding the list returned).\n\n  generation\n    "
     "Generation to extract the objects from.\n\nIf generation is not None, return only the objects tracked "
     "by the collector\nthat are in that generation."},
    {"get_referents", gcGetReferents, "!($module, /, *objs)",
     "get_referents(*objs) -> list\nReturn the list of objects that are directly referred to by objs."},
    {"get_referrers", gcGetReferrers, "!($module, /, *objs)",
     "get_referrers(*objs) -> list\nReturn the list of objects that directly refer to any of objs."},
    {"get_stats", gcGetStats, "($module, /)",
     "Return a list of dictionaries containing per-generation statistics."},
    {"get_threshold", gcGetThreshold, "($module, /)", "Return the current collection thresholds."},
    {"is_finalized", gcIsFinalized, "($module, obj, /)",
     "Returns true if the object has been already finalized by the GC."},
    {"is_tracked", gcIsTracked, "($module, obj, /)",
     "Returns true if the object is tracked by the garbage collector.\n\nSimple atomic objects will return "
     "false."},
    {"isenabled", gcIsenabled, "($module, /)", "Returns true if automatic garbage collection is enabled."},
    {"set_debug", gcSetDebug, "($module, flags, /)",
     "Set the garbage collection debugging flags.\n\n  flags\n    An integer that can have the following "
     "bits turned on:\n      DEBUG_STATS - Print statistics during collection.\n      DEBUG_COLLECTABLE - "
     "Print collectable objects found.\n      DEBUG_UNCOLLECTABLE - Print unreachable but uncollectable "
     "objects\n        found.\n      DEBUG_SAVEALL - Save objects to gc.garbage rather than freeing them.\n  "
     "    DEBUG_LEAK - Debug leaking programs (everything but STATS).\n\nDebugging information is written to "
     "sys.stderr."},
    {"set_threshold", gcSetThreshold,
     "!($module, threshold0, threshold1=<unchanged>, threshold2=<unchanged>, /)",
     "set_threshold(threshold0, [threshold1, threshold2]) -> None\n\nSets the collection thresholds.  "
     "Setting threshold0 to zero disables\ncollection.\n"},
    {"unfreeze", gcUnfreeze, "($module, /)",
     "Unfreeze all objects in the permanent generation.\n\nPut all objects in the permanent generation back "
     "into oldest generation."},
};

} // namespace

const ModuleSpec coil::vm::kGcModule = {
    .name = "gc",
    .doc =
        "This module provides access to the garbage collector for reference cycles.\n\nenable() -- Enable "
        "automatic garbage collection.\ndisable() -- Disable automatic garbage collection.\nisenabled() -- "
        "Returns true if automatic collection is enabled.\ncollect() -- Do a full collection right "
        "now.\nget_count() -- Return the current collection counts.\nget_stats() -- Return list of "
        "dictionaries containing per-generation stats.\nset_debug() -- Set debugging flags.\nget_debug() -- "
        "Get debugging flags.\nset_threshold() -- Set the collection thresholds.\nget_threshold() -- Return "
        "the current the collection thresholds.\nget_objects() -- Return a list of all objects tracked by "
        "the collector.\nis_tracked() -- Returns true if a given object is tracked.\nis_finalized() -- "
        "Returns true if a given object has been already finalized.\nget_referrers() -- Return the list of "
        "objects that refer to an object.\nget_referents() -- Return the list of objects that an object "
        "refers to.\nfreeze() -- Freeze all tracked objects and ignore them for future "
        "collections.\nunfreeze() -- Unfreeze all objects in the permanent generation.\nget_freeze_count() "
        "-- Return the number of objects in the permanent generation.\n",
    .functions = kFunctions,
    .populate = populate,
};
