// _queue: SimpleQueue, a queue without an end that signal handlers and finalizers may use, too.
#include "VM/Core/Clock.h"
#include "VM/Modules/Modules.h"
#include "VM/Modules/_thread/Lock.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"
#include "VM/Types/Sequence.h"

using namespace coil::vm;

namespace {

Type simpleQueueType;
Type *emptyType = nullptr; // owned; _queue.Empty

// The lock is held while somebody waits for an item: who puts one, or leaves one behind, releases it.
struct SimpleQueue : Object {
  WaitLock lock;
  List *items;  // owned
  int64_t head; // the items before it are taken
};

SimpleQueue *self(Value v) { return v.as<SimpleQueue>(); }

int64_t sizeOf(const SimpleQueue *queue) { return queue->items->length - queue->head; }

Ref takeFirst(SimpleQueue *queue) {
  List *items = queue->items;
  Ref item = Ref::take(std::exchange(items->items[queue->head++], Value::none()));
  if (queue->head == items->length || (queue->head >= 64 && queue->head * 2 >= items->length)) {
    std::copy(items->items + queue->head, items->items + items->length, items->items);
    items->length -= queue->head;
    queue->head = 0;
  }
  return item;
}

void wakeWaiting(SimpleQueue *queue) {
  if (queue->lock.held) queue->lock.release();
}

Ref queueNew(Thread &t, Value, const CallArgs &args) {
  auto &type = *args.values[0].as<Type>();
  if (&type == &simpleQueueType || type.slots.init == simpleQueueType.slots.init) {
    if (args.positional > 1) return raise(t, types::TypeError, "SimpleQueue() takes no positional arguments");
    if (args.keywordCount()) return raise(t, types::TypeError, "SimpleQueue() takes no keyword arguments");
  }
  auto *queue = heap::make<SimpleQueue>(type);
  queue->lock.initialize();
  queue->items = newList().release();
  return Ref::take(Value(queue));
}

Ref queuePut(Thread &, const Value *args) {
  SimpleQueue *queue = self(args[0]);
  listAppend(queue->items, args[1]);
  wakeWaiting(queue);
  return Ref::none();
}

// Waits for an item, without an end if `span` (in nanoseconds) is negative.
Ref takeWithin(Thread &t, Value v, int64_t span) {
  SimpleQueue *queue = self(v);
  int64_t end = span > 0 ? monotonicNanoseconds() + span : 0;
  while (sizeOf(queue) == 0) {
    if (!TRY(queue->lock.acquire(t, span))) return raiseObject(t, TRY(call(t, Value(emptyType))));
    if (end) span = std::max<int64_t>(end - monotonicNanoseconds(), 0);
  }
  Ref item = takeFirst(queue);
  wakeWaiting(queue);
  return item;
}

// get(block=True, timeout=None)
Ref queueGet(Thread &t, const Value *args) {
  if (!TRY(truth(t, args[1]))) return takeWithin(t, args[0], 0);
  if (args[2].isNone()) return takeWithin(t, args[0], -1);
  int64_t span = TRY(nanosecondsFrom(t, args[2], Round::Ceiling));
  if (span < 0) return raise(t, types::ValueError, "'timeout' must be a non-negative number");
  return takeWithin(t, args[0], span);
}

Ref queueGetNoWait(Thread &t, const Value *args) { return takeWithin(t, args[0], 0); }
Ref queueSize(Thread &, const Value *args) { return makeInt(sizeOf(self(args[0]))); }
Ref queueEmpty(Thread &, const Value *args) { return Ref::boolean(sizeOf(self(args[0])) == 0); }

NativeDef kMethods[] = {
    {"__new__", queueNew, "!($type, *args, **kwargs)", "Make a new object of the class."},
    {"empty", queueEmpty, "($self, /)",
     "Whether the queue has no items just now; another thread may have changed that already."},
    {"get", queueGet, "($self, /, block=True, timeout=None)",
     "Take the oldest item out and return it. If there is none, wait for one if block is true,\n"
     "at most timeout seconds unless that is None, and raise Empty if none came."},
    {"get_nowait", queueGetNoWait, "($self, /)",
     "Take the oldest item out and return it; Empty if there is none."},
    {"put", queuePut, "($self, /, item, block=True, timeout=None)",
     "Add an item. That never waits; block and timeout only make the call look like Queue's."},
    {"put_nowait", queuePut, "($self, /, item)", "Add an item; the same as put()."},
    {"qsize", queueSize, "($self, /)",
     "How many items the queue has just now; another thread may have changed that already."},
    {"__class_getitem__", newGenericAliasMethod, "!($type, item, /)", "See PEP 585", NativeKind::Class},
};

const TypeSpec kSimpleQueueSpec = {
    .name = "_queue.SimpleQueue",
    .size = sizeof(SimpleQueue),
    .flags = kTypeBase | kTypeGc | kTypeHasWeakRefs,
    .traverse = [](Object *o, Visitor &v) { v.visitPointer(static_cast<SimpleQueue *>(o)->items); },
    .clear =
        [](Object *o) {
          auto *queue = static_cast<SimpleQueue *>(o);
          queue->head = 0;
          if (o->refCount) { // in a cycle, but its methods may still be called
            replaceOwned<List>(queue->items, newList().release());
            return;
          }
          replaceOwned<List>(queue->items, nullptr);
          queue->lock.destroy();
        },
    .methods = kMethods,
    .doc = "A first in, first out queue without a limit, whose put() may interrupt another call of\n"
           "the same thread.",
    .signature = "()",
    .heapType = true,
};

const ModuleType kTypes[] = {{simpleQueueType, kSimpleQueueSpec, types::Object}};

Status populate(Thread &t, Module *module) {
  return addException(t, module, emptyType, "_queue.Empty", types::Exception, nullptr,
                      "What get() raises if there is no item, and will not wait for one any longer.");
}

} // namespace

const ModuleSpec coil::vm::kQueueModule = {
    .name = "_queue",
    .doc = "The quick parts of the module queue: SimpleQueue and Empty.",
    .populate = populate,
    .types = kTypes,
};
