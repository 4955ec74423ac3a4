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
    {"__new__", queueNew, "!($type, *args, **kwargs)",
     "Create and return a new object.  See help(type) for accurate signature."},
    {"empty", queueEmpty, "($self, /)",
     "Return True if the queue is empty, False otherwise (not reliable!)."},
    {"get", queueGet, "($self, /, block=True, timeout=None)",
     "Remove and return an item from the queue.\n\nIf optional args 'block' is true and 'timeout' is None "
     "(the default),\nblock if necessary until an item is available. If 'timeout' is\na non-negative number, "
     "it blocks at most 'timeout' seconds and raises\nthe Empty exception if no item was available within "
     "that time.\nOtherwise ('block' is false), return an item if one is immediately\navailable, else raise "
     "the Empty exception ('timeout' is ignored\nin that case)."},
    {"get_nowait", queueGetNoWait, "($self, /)",
     "Remove and return an item from the queue without blocking.\n\nOnly get an item if one is immediately "
     "available. Otherwise\nraise the Empty exception."},
    {"put", queuePut, "($self, /, item, block=True, timeout=None)",
     "Put the item on the queue.\n\nThe optional 'block' and 'timeout' arguments are ignored, as this "
     "method\nnever blocks.  They are provided for compatibility with the Queue class."},
    {"put_nowait", queuePut, "($self, /, item)",
     "Put an item into the queue without blocking.\n\nThis is exactly equivalent to `put(item)` and is only "
     "provided\nfor compatibility with the Queue class."},
    {"qsize", queueSize, "($self, /)", "Return the approximate size of the queue (not reliable!)."},
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
    .doc = "Simple, unbounded, reentrant FIFO queue.",
    .signature = "()",
    .heapType = true,
};

const ModuleType kTypes[] = {{simpleQueueType, kSimpleQueueSpec, types::Object}};

Status populate(Thread &t, Module *module) {
  return addException(t, module, emptyType, "_queue.Empty", types::Exception, nullptr,
                      "Exception raised by Queue.get(block=0)/get_nowait().");
}

} // namespace

const ModuleSpec coil::vm::kQueueModule = {
    .name = "_queue",
    .doc = "C implementation of the Python queue module.\nThis module is an implementation detail, please do "
           "not use it directly.",
    .populate = populate,
    .types = kTypes,
};
