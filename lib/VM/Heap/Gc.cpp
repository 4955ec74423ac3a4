// Trial deletion: an object whose references all come from the candidates themselves is unreachable.
#include "VM/Heap/Gc.h"
#include "VM/Builtins/Builtins.h"
#include "VM/Core/Clock.h"
#include "VM/Core/Shape.h"
#include "VM/Core/Thread.h"
#include "VM/Exceptions/Raise.h"
#include "VM/Heap/WeakRefs.h"
#include "VM/Types/Dict/Dict.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"
#include "VM/Types/Tuple.h"
#include "llvm/ADT/SmallVector.h"
#include <cstdio>

using namespace coil::vm;

gc::Settings gc::settings;
gc::Generation gc::generations[gc::kGenerations];

namespace {

using gc::Generation;
using gc::generations;
Generation permanent; // gc.freeze()
bool collecting = false;

// A full collection is worth its time only when many objects have grown old since the last one.
size_t longLivedTotal = 0, longLivedPending = 0;

void insert(GcLinks *list, GcLinks *links) {
  links->previous = list->previous;
  links->next = list;
  list->previous->next = links;
  list->previous = links;
}

// Moves the whole of `from` to the end of `to`.
void splice(GcLinks *to, GcLinks *from) {
  if (from->next == from) return;
  from->next->previous = to->previous;
  to->previous->next = from->next;
  from->previous->next = to;
  to->previous = from->previous;
  from->previous = from->next = from;
}

size_t sizeOf(const GcLinks *list) {
  size_t size = 0;
  for (GcLinks *l = list->next; l != list; l = l->next) ++size;
  return size;
}

// While a collection looks for garbage, a candidate's `previous` holds its count of references from outside
// the candidates; nothing is allocated or released meanwhile.
void setOutside(Object *object, uintptr_t count) {
  gcLinks(object)->previous = reinterpret_cast<GcLinks *>(count);
}
uintptr_t outside(Object *object) { return reinterpret_cast<uintptr_t>(gcLinks(object)->previous); }

class Subtract final : public Visitor {
public:
  void visit(Object *object) override {
    if (object->flags & kGcCandidate) setOutside(object, outside(object) - 1);
  }
};

class Mark final : public Visitor {
  llvm::SmallVectorImpl<Object *> &work;

public:
  explicit Mark(llvm::SmallVectorImpl<Object *> &work) : work(work) {}
  void visit(Object *object) override {
    if (!(object->flags & kGcCandidate) || (object->flags & kGcReachable)) return;
    object->flags |= kGcReachable;
    work.push_back(object);
  }
};

using Objects = llvm::SmallVector<Object *, 0>;

// A tuple that can be part of no cycle: nothing in it is watched, and nothing is still to be put into it. One
// that is being made, during whose allocation this collection has started, has no length yet.
bool isAtomicTuple(const Object *object) {
  if (object->type != &types::Tuple || !static_cast<const Tuple *>(object)->length) return false;
  return llvm::all_of(static_cast<const Tuple *>(object)->values(), [](Value item) {
    if (!item.isObject()) return !item.empty();
    const Object *part = item.object();
    return !part->type->has(kTypeGc) || (part->type == &types::Tuple && !(part->flags & kTracked));
  });
}

// Moves the objects of `list` that only garbage refers to into `garbage`. Each has `own` references of the
// collector itself. Retains what it moves if there were none.
void separate(GcLinks *list, GcLinks *garbage, unsigned own) {
  for (GcLinks *l = list->next; l != list; l = l->next) {
    Object *object = objectOf(l);
    object->flags |= kGcCandidate;
    setOutside(object, object->refCount - own);
  }
  Subtract subtract;
  for (GcLinks *l = list->next; l != list; l = l->next) gc::traverse(objectOf(l), subtract);
  Objects work;
  Mark mark(work);
  for (GcLinks *l = list->next; l != list; l = l->next) {
    if (outside(objectOf(l)) == 0) continue;
    mark.visit(objectOf(l));
    while (!work.empty()) gc::traverse(work.pop_back_val(), mark);
  }
  GcLinks *last = list; // rebuild the links backwards
  for (GcLinks *l = list->next, *next; l != list; l = next) {
    next = l->next;
    Object *object = objectOf(l);
    bool reachable = object->flags & kGcReachable;
    object->flags &= ~(kGcCandidate | kGcReachable);
    if (reachable && isAtomicTuple(object)) {
      object->flags &= ~kTracked;
      l->previous = l->next = nullptr;
      continue;
    }
    if (reachable) {
      last->next = l;
      l->previous = last;
      last = l;
      continue;
    }
    insert(garbage, l);
    if (!own) retain(object);
  }
  last->next = list;
  list->previous = last;
}

Objects objectsOf(const GcLinks *list) {
  Objects objects;
  for (GcLinks *l = list->next; l != list; l = l->next) objects.push_back(objectOf(l));
  return objects;
}

// Clears the weak references to garbage, all of them before the first callback runs: a callback must not
// reach garbage. The callbacks of references that are garbage themselves are not called.
void clearGarbageWeakRefs(const Objects &garbage) {
  for (Object *object : garbage) object->flags |= kGcCandidate;
  llvm::SmallVector<WeakRef *, 0> detached;
  for (Object *object : garbage) detachWeakRefs(object, detached);
  llvm::SmallVector<WeakRef *, 0> toCall;
  for (WeakRef *ref : detached)
    if (ref->flags & kGcCandidate)
      release(ref); // the garbage holds it
    else
      toCall.push_back(ref);
  for (Object *object : garbage) object->flags &= ~kGcCandidate;
  for (WeakRef *ref : toCall) callWeakRefCallback(ref);
}

void runFinalizers(Thread &t, const Objects &objects) {
  for (Object *object : objects) {
    if (!object->type->slots.del || (object->flags & kFinalized)) continue;
    object->flags |= kFinalized;
    object->type->slots.del(t, Value(object));
  }
}

// gc.callbacks: called with the phase and what the collection has done.
void callCallbacks(Thread &t, const char *phase, int generation, size_t collected) {
  if (gc::settings.callbacks.empty()) return;
  auto list = ListRef::share(gc::settings.callbacks.as<List>());
  if (!list->length) return;
  DictRef info = newDict();
  auto set = [&](const char *name, Ref value) { dictSetStr(info, internText(name), value); };
  set("generation", makeInt(generation));
  set("collected", makeInt(int64_t(collected)));
  set("uncollectable", makeInt(0));
  StrRef phaseText = makeStr(phase);
  for (int64_t i = 0; i < list->length; ++i) {
    Ref callback = Ref::share(list->values()[size_t(i)]);
    if (!call(t, callback, {Value(phaseText), Value(info)})) writeUnraisable(t, nullptr, callback);
  }
}

void reportStart(Thread &t, int generation) {
  std::string text =
      "gc: collecting generation " + std::to_string(generation) + "...\ngc: objects in each generation:";
  for (const Generation &g : generations) text += " " + std::to_string(sizeOf(&g));
  writeStandardError(
      t, text + "\ngc: objects in permanent generation: " + std::to_string(sizeOf(&permanent)) + "\n");
}

void reportCollectable(Thread &t, const Objects &garbage) {
  for (Object *object : garbage)
    writeStandardError(t, "gc: collectable <" + typeName(Value(object)).str() + " " +
                              addressText(Value(object)) + ">\n");
}

void reportEnd(Thread &t, size_t found, int64_t start) {
  char text[120];
  std::snprintf(text, sizeof text, "gc: done, %zu unreachable, 0 uncollectable, %.4fs elapsed\n", found,
                double(monotonicNanoseconds() - start) / 1e9);
  writeStandardError(t, text);
}

// Breaks the cycles, or keeps the garbage for gc.garbage (DEBUG_SAVEALL).
void deleteGarbage(const Objects &garbage) {
  for (Object *object : garbage) {
    if (gc::settings.debug & gc::kDebugSaveAll) {
      if (!gc::settings.garbage.empty()) listAppend(gc::settings.garbage.as<List>(), Value(object));
      continue;
    }
    if (object->type->has(kTypeAttributes)) releaseAttributes(object);
    if (object->type->clear) object->type->clear(object);
  }
}

// The older list, which takes what survives a collection of `generation`.
GcLinks *survivorsOf(int generation) {
  return &generations[generation + 1 < gc::kGenerations ? generation + 1 : generation];
}

size_t collectGarbage(Thread &t, int generation) {
  GcLinks *young = &generations[generation];
  Generation garbage;
  separate(young, &garbage, 0);
  if (generation == gc::kGenerations - 1) {
    longLivedPending = 0;
    longLivedTotal = sizeOf(young);
  } else {
    if (generation == gc::kGenerations - 2) longLivedPending += sizeOf(young);
    splice(survivorsOf(generation), young);
  }
  Objects unreachable = objectsOf(&garbage);
  if (unreachable.empty()) return 0;
  if (gc::settings.debug & gc::kDebugCollectable) reportCollectable(t, unreachable);
  clearGarbageWeakRefs(unreachable);
  runFinalizers(t, unreachable);
  // What a finalizer made reachable again lives on, with all that it reaches (PEP 442).
  Generation dead;
  separate(&garbage, &dead, 1);
  Objects final = objectsOf(&dead);
  splice(survivorsOf(generation), &garbage);
  splice(survivorsOf(generation), &dead);
  deleteGarbage(final);
  for (Object *object : unreachable) release(object);
  return final.size();
}

} // namespace

void gc::traverse(Object *object, Visitor &visitor) {
  Type *type = object->type;
  if (type->traverse) type->traverse(object, visitor);
  if (type->has(kTypeAttributes)) traverseAttributes(object, visitor);
  if (type->has(kTypeHeap)) visitor.visit(static_cast<Object *>(type));
}

bool gc::isCollecting() { return collecting; }

size_t gc::collect(Thread &t, int generation) {
  if (collecting) return 0;
  collecting = true;
  Ref saved = takePending(t);
  callCallbacks(t, "start", generation, 0);
  int64_t start = monotonicNanoseconds();
  if (settings.debug & kDebugStats) reportStart(t, generation);
  for (int i = 0; i < generation; ++i) splice(&generations[i + 1], &generations[i]);
  for (int i = 0; i <= generation; ++i) settings.count[i] = 0;
  if (generation + 1 < kGenerations) ++settings.count[generation + 1];
  size_t found = collectGarbage(t, generation);
  if (settings.debug & kDebugStats) reportEnd(t, found, start);
  Statistics &statistics = settings.statistics[generation];
  ++statistics.collections;
  statistics.collected += found;
  callCallbacks(t, "stop", generation, found);
  if (saved) (void)setPending(t, std::move(saved));
  collecting = false;
  return found;
}

void gc::collectIfDue() {
#ifdef COIL_GC_STRESS
  if (settings.enabled && !collecting) collect(Thread::current(), 2);
#else
  if (!settings.enabled || collecting || !settings.threshold[0]) return;
  for (int generation = kGenerations - 1; generation >= 0; --generation) {
    if (settings.count[generation] <= settings.threshold[generation]) continue;
    if (generation == kGenerations - 1 && longLivedPending < longLivedTotal / 4) continue;
    collect(Thread::current(), generation);
    return;
  }
#endif
}

static void forEachOf(GcLinks *list, void (*callback)(Object *, void *), void *context) {
  for (GcLinks *l = list->next, *next; l != list; l = next) {
    next = l->next;
    callback(objectOf(l), context);
  }
}

void gc::forEachTracked(void (*callback)(Object *, void *), void *context) {
  for (Generation &generation : generations) forEachOf(&generation, callback, context);
  forEachOf(&permanent, callback, context);
}

void gc::forEachTracked(int only, void (*callback)(Object *, void *), void *context) {
  forEachOf(&generations[only], callback, context);
}

void gc::freeze() {
  for (int i = 0; i < kGenerations; ++i) {
    splice(&permanent, &generations[i]);
    settings.count[i] = 0;
  }
}

void gc::unfreeze() { splice(&generations[kGenerations - 1], &permanent); }

size_t gc::frozenCount() { return sizeOf(&permanent); }
