// Trial deletion: an object whose references all come from the candidates themselves is unreachable.
#include "VM/Heap/Gc.h"
#include "VM/Core/Shape.h"
#include "VM/Core/Thread.h"
#include "VM/Exceptions/Raise.h"
#include "VM/Heap/WeakRefs.h"
#include "llvm/ADT/SmallVector.h"

using namespace coil::vm;

gc::Settings gc::settings;

namespace {

constexpr int kGenerations = 3;

struct Generation : GcLinks {
  Generation() { previous = next = this; }
};
Generation generations[kGenerations];
bool collecting = false;

// While a collection runs, the candidates' counts of outside references; elsewhere unused.
struct Candidate {
  Object *object;
  int64_t outside;
};

void insert(GcLinks *list, GcLinks *links) {
  links->previous = list->previous;
  links->next = list;
  list->previous->next = links;
  list->previous = links;
}

void unlink(GcLinks *links) {
  links->previous->next = links->next;
  links->next->previous = links->previous;
  links->previous = links->next = nullptr;
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

void traverse(Object *object, Visitor &visitor) {
  Type *type = object->type;
  if (type->traverse) type->traverse(object, visitor);
  if (type->has(kTypeAttributes)) traverseAttributes(object, visitor);
  if (type->has(kTypeHeap)) visitor.visit(static_cast<Object *>(type));
}

class Collector {
  llvm::DenseMap<Object *, int64_t> outside; // candidates: references from outside the candidates

  class Subtract final : public Visitor {
    Collector &collector;

  public:
    explicit Subtract(Collector &c) : collector(c) {}
    void visit(Object *object) override {
      if (!(object->flags & kGcCandidate)) return;
      --collector.outside[object];
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

public:
  // The unreachable ones among `list`, each retained.
  llvm::SmallVector<Object *, 0> findUnreachable(GcLinks *list) {
    llvm::SmallVector<Object *, 0> candidates;
    for (GcLinks *l = list->next; l != list; l = l->next) {
      Object *object = objectOf(l);
      object->flags |= kGcCandidate;
      outside[object] = object->refCount;
      candidates.push_back(object);
    }
    Subtract subtract(*this);
    for (Object *object : candidates) traverse(object, subtract);
    llvm::SmallVector<Object *, 0> work;
    for (Object *object : candidates)
      if (outside[object] > 0 && !(object->flags & kGcReachable)) {
        object->flags |= kGcReachable;
        work.push_back(object);
      }
    Mark mark(work);
    while (!work.empty()) traverse(work.pop_back_val(), mark);
    llvm::SmallVector<Object *, 0> unreachable;
    for (Object *object : candidates) {
      if (!(object->flags & kGcReachable)) {
        retain(object);
        unreachable.push_back(object);
      }
      object->flags &= ~(kGcCandidate | kGcReachable);
    }
    return unreachable;
  }
};

void runFinalizers(Thread &t, llvm::ArrayRef<Object *> objects) {
  for (Object *object : objects) {
    if (!object->type->slots.del || (object->flags & kFinalized)) continue;
    object->flags |= kFinalized;
    object->type->slots.del(t, Value(object));
  }
}

// After finalizers: are all of them still referenced only by each other (and by our own references)?
bool anyResurrected(llvm::ArrayRef<Object *> objects) {
  llvm::DenseMap<Object *, int64_t> counts;
  for (Object *object : objects) counts[object] = int64_t(object->refCount) - 1;
  struct Subtract final : Visitor {
    llvm::DenseMap<Object *, int64_t> &counts;
    explicit Subtract(llvm::DenseMap<Object *, int64_t> &c) : counts(c) {}
    void visit(Object *object) override {
      auto found = counts.find(object);
      if (found != counts.end()) --found->second;
    }
  } subtract(counts);
  for (Object *object : objects) traverse(object, subtract);
  for (auto &entry : counts)
    if (entry.second > 0) return true;
  return false;
}

} // namespace

void gc::track(Object *object) {
  if (object->flags & kTracked) return;
  object->flags |= kTracked;
  insert(&generations[0], gcLinks(object));
  ++settings.count[0];
}

void gc::untrack(Object *object) {
  if (!(object->flags & kTracked)) return;
  object->flags &= ~kTracked;
  unlink(gcLinks(object));
  if (settings.count[0] > 0) --settings.count[0];
}

size_t gc::collect(Thread &t, int generation) {
  if (collecting) return 0;
  collecting = true;
  Ref saved = takePending(t);
  for (int i = 0; i < generation; ++i) splice(&generations[i + 1], &generations[i]);
  for (int i = 0; i <= generation; ++i) settings.count[i] = 0;
  if (generation + 1 < kGenerations) ++settings.count[generation + 1];
  GcLinks *list = &generations[generation];
  auto unreachable = Collector().findUnreachable(list);
  size_t found = unreachable.size();
  for (Object *object : unreachable) clearWeakRefs(object);
  runFinalizers(t, unreachable);
  bool resurrected = found && anyResurrected(unreachable);
  if (!resurrected)
    for (Object *object : unreachable) {
      if (object->type->has(kTypeAttributes)) releaseAttributes(object);
      if (object->type->clear) object->type->clear(object);
    }
  for (Object *object : unreachable) release(object);
  if (generation + 1 < kGenerations) splice(&generations[generation + 1], list);
  if (saved) (void)setPending(t, std::move(saved));
  collecting = false;
  return resurrected ? 0 : found;
}

void gc::allocationHappened() {
#ifdef COIL_GC_STRESS
  if (settings.enabled && !collecting) collect(Thread::current(), 2);
#else
  if (settings.count[0] <= settings.threshold[0] || !settings.enabled || collecting) [[likely]]
    return;
  int generation = settings.count[2] > settings.threshold[2]   ? 2
                   : settings.count[1] > settings.threshold[1] ? 1
                                                               : 0;
  collect(Thread::current(), generation);
#endif
}

void gc::forEachTracked(void (*callback)(Object *, void *), void *context) {
  for (Generation &generation : generations)
    for (GcLinks *l = generation.next, *next; l != &generation; l = next) {
      next = l->next;
      callback(objectOf(l), context);
    }
}
