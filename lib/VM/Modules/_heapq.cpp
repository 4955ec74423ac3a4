// _heapq: lists as heaps. Comparisons are made in CPython's order, since programs can see it.
#include "VM/Modules/Modules.h"
#include "VM/Protocol/Less.h"
#include "VM/Types/List.h"

using namespace coil::vm;

namespace {

constexpr int64_t kCacheLimit = 2500; // longer lists are made heaps row by row, from the left of each row

Failure raiseOutOfRange(Thread &t) { return raise(t, types::IndexError, "index out of range"); }

Status listArgument(Thread &t, const char *function, const char *argument, Value v) {
  if (isList(v)) [[likely]]
    return Status::ok();
  return raise(t, types::TypeError, "%() % must be list, not %", function, argument,
               v.isNone() ? llvm::StringRef("None") : typeName(v));
}

// A heap whose first item is the least one, or with `kMax` the greatest one.
template <bool kMax> struct Heap {
  List *list;

  // Whether the item at `i` belongs before the one at `j`. Comparing must not change the list's length.
  Result<bool> compareAt(Thread &t, int64_t i, int64_t j) {
    Value a = list->items[i], b = list->items[j];
    if (kMax) std::swap(a, b);
    int quick = quickLess(a, b);
    if (quick < 0) quick = quickTupleLess(a, b);
    if (quick >= 0) return bool(quick);
    int64_t length = list->length;
    Ref keepA = Ref::share(a), keepB = Ref::share(b);
    bool result = TRY(compareBool(t, a, b, CompareOp::Lt));
    if (list->length != length) return raise(t, types::RuntimeError, "list changed size during iteration");
    return result;
  }

  // Moves the item at `position` towards `start` until its parent belongs before it.
  Status moveUp(Thread &t, int64_t start, int64_t position) {
    if (position >= list->length) return raiseOutOfRange(t);
    while (position > start) {
      int64_t parent = (position - 1) >> 1;
      if (!TRY(compareAt(t, position, parent))) break;
      std::swap(list->items[parent], list->items[position]);
      position = parent;
    }
    return Status::ok();
  }

  // Lets children rise along the path of the better ones down to a leaf, then the item at `start` up again
  // from there: fewer comparisons than stopping on the way.
  Status moveDown(Thread &t, int64_t start) {
    int64_t end = list->length, position = start, limit = end >> 1;
    if (position >= end) return raiseOutOfRange(t);
    while (position < limit) {
      int64_t child = 2 * position + 1;
      if (child + 1 < end && !TRY(compareAt(t, child, child + 1))) ++child;
      std::swap(list->items[child], list->items[position]);
      position = child;
    }
    return moveUp(t, start, position);
  }

  Ref pop(Thread &t) {
    if (!list->length) return raiseOutOfRange(t);
    Ref last = Ref::take(list->items[--list->length]);
    if (!list->length) return last;
    Ref first = Ref::take(std::exchange(list->items[0], last.release()));
    CHECK(moveDown(t, 0));
    return first;
  }

  Ref replace(Thread &t, Value item) {
    if (!list->length) return raiseOutOfRange(t);
    Ref first = Ref::take(std::exchange(list->items[0], retained(item)));
    CHECK(moveDown(t, 0));
    return first;
  }

  Status heapify(Thread &t) {
    int64_t half = list->length >> 1; // the first item without children
    if (list->length > kCacheLimit) return heapifyByRows(t, half);
    for (int64_t i = half - 1; i >= 0; --i) TRY(moveDown(t, i));
    return Status::ok();
  }

  // From `i` down, then as long as it was a left child its parent: all below that is done.
  Status settle(Thread &t, int64_t i) {
    while (true) {
      TRY(moveDown(t, i));
      if (!(i & 1)) return Status::ok();
      i >>= 1;
    }
  }

  Status heapifyByRows(Thread &t, int64_t half) {
    int64_t leftmost = int64_t(std::bit_floor(uint64_t(half + 1))) - 1; // of half's row
    for (int64_t i = leftmost - 1; i >= half >> 1; --i) TRY(settle(t, i));
    for (int64_t i = half - 1; i >= leftmost; --i) TRY(settle(t, i));
    return Status::ok();
  }
};

using MinHeap = Heap<false>;
using MaxHeap = Heap<true>;

Ref heapPush(Thread &t, const Value *args) {
  CHECK(listArgument(t, "heappush", "argument 1", args[0]));
  auto *list = args[0].as<List>();
  listAppend(list, args[1]);
  CHECK(MinHeap{list}.moveUp(t, 0, list->length - 1));
  return Ref::none();
}

Ref heapPop(Thread &t, const Value *args) {
  CHECK(listArgument(t, "heappop", "argument", args[0]));
  return MinHeap{args[0].as<List>()}.pop(t);
}

Ref heapReplace(Thread &t, const Value *args) {
  CHECK(listArgument(t, "heapreplace", "argument 1", args[0]));
  return MinHeap{args[0].as<List>()}.replace(t, args[1]);
}

Ref heapPushPop(Thread &t, const Value *args) {
  CHECK(listArgument(t, "heappushpop", "argument 1", args[0]));
  auto *list = args[0].as<List>();
  if (!list->length) return Ref::share(args[1]);
  Ref top = Ref::share(list->items[0]);
  if (!TRY(less(t, top, args[1]))) return Ref::share(args[1]);
  return MinHeap{list}.replace(t, args[1]);
}

Ref heapify(Thread &t, const Value *args) {
  CHECK(listArgument(t, "heapify", "argument", args[0]));
  CHECK(MinHeap{args[0].as<List>()}.heapify(t));
  return Ref::none();
}

Ref heapPopMax(Thread &t, const Value *args) {
  CHECK(listArgument(t, "_heappop_max", "argument", args[0]));
  return MaxHeap{args[0].as<List>()}.pop(t);
}

Ref heapReplaceMax(Thread &t, const Value *args) {
  CHECK(listArgument(t, "_heapreplace_max", "argument 1", args[0]));
  return MaxHeap{args[0].as<List>()}.replace(t, args[1]);
}

Ref heapifyMax(Thread &t, const Value *args) {
  CHECK(listArgument(t, "_heapify_max", "argument", args[0]));
  CHECK(MaxHeap{args[0].as<List>()}.heapify(t));
  return Ref::none();
}

NativeDef kFunctions[] = {
    {"heappush", heapPush, "($module, heap, item, /)", "Put item on the heap, in O(log n)."},
    {"heappushpop", heapPushPop, "($module, heap, item, /)",
     "Put item on the heap, then take the smallest off and return it, in one go."},
    {"heappop", heapPop, "($module, heap, /)",
     "Take the smallest item off the heap and return it, in O(log n); IndexError if the heap\n"
     "is empty."},
    {"heapreplace", heapReplace, "($module, heap, item, /)",
     "Take the smallest item off the heap and return it, then put item on, in one go.\n"
     "What is returned may be larger than item. IndexError if the heap is empty."},
    {"heapify", heapify, "($module, heap, /)", "Turn a list into a heap, in place and in linear time."},
    {"_heappop_max", heapPopMax, "($module, heap, /)",
     "heappop() for a heap whose largest item is in front."},
    {"_heapify_max", heapifyMax, "($module, heap, /)",
     "heapify() for a heap whose largest item is in front."},
    {"_heapreplace_max", heapReplaceMax, "($module, heap, item, /)",
     "heapreplace() for a heap whose largest item is in front."},
};

const char kAbout[] =
    "Heap queues\n\n[explanation by François Pinard]\n\nHeaps are arrays for which a[k] <= a[2*k+1] and a[k] "
    "<= a[2*k+2] for\nall k, counting elements from 0.  For the sake of comparison,\nnon-existing elements "
    "are considered to be infinite.  The interesting\nproperty of a heap is that a[0] is always its smallest "
    "element.\n\nThe strange invariant above is meant to be an efficient memory\nrepresentation for a "
    "tournament.  The numbers below are `k', not a[k]:\n\n                                   0\n\n           "
    "       1                                 2\n\n          3               4                5              "
    " 6\n\n      7       8       9       10      11      12      13      14\n\n    15 16   17 18   19 20   "
    "21 22   23 24   25 26   27 28   29 30\n\n\nIn the tree above, each cell `k' is topping `2*k+1' and "
    "`2*k+2'.  In\na usual binary tournament we see in sports, each cell is the winner\nover the two cells "
    "it tops, and we can trace the winner down the tree\nto see all opponents s/he had.  However, in many "
    "computer applications\nof such tournaments, we do not need to trace the history of a winner.\nTo be "
    "more memory efficient, when a winner is promoted, we try to\nreplace it by something else at a lower "
    "level, and the rule becomes\nthat a cell and the two cells it tops contain three different items,\nbut "
    "the top cell \"wins\" over the two topped cells.\n\nIf this heap invariant is protected at all time, "
    "index 0 is clearly\nthe overall winner.  The simplest algorithmic way to remove it and\nfind the "
    "\"next\" winner is to move some loser (let's say cell 30 in the\ndiagram above) into the 0 position, "
    "and then percolate this new 0 down\nthe tree, exchanging values, until the invariant is "
    "re-established.\nThis is clearly logarithmic on the total number of items in the tree.\nBy iterating "
    "over all items, you get an O(n ln n) sort.\n\nA nice feature of this sort is that you can efficiently "
    "insert new\nitems while the sort is going on, provided that the inserted items are\nnot \"better\" than "
    "the last 0'th element you extracted.  This is\nespecially useful in simulation contexts, where the tree "
    "holds all\nincoming events, and the \"win\" condition means the smallest scheduled\ntime.  When an "
    "event schedule other events for execution, they are\nscheduled into the future, so they can easily go "
    "into the heap.  So, a\nheap is a good structure for implementing schedulers (this is what I\nused for "
    "my MIDI sequencer :-).\n\nVarious structures for implementing schedulers have been "
    "extensively\nstudied, and heaps are good for this, as they are reasonably speedy,\nthe speed is almost "
    "constant, and the worst case is not much different\nthan the average case.  However, there are other "
    "representations which\nare more efficient overall, yet the worst cases might be terrible.\n\nHeaps are "
    "also very useful in big disk sorts.  You most probably all\nknow that a big sort implies producing "
    "\"runs\" (which are pre-sorted\nsequences, which size is usually related to the amount of CPU "
    "memory),\nfollowed by a merging passes for these runs, which merging is often\nvery cleverly "
    "organised[1].  It is very important that the initial\nsort produces the longest runs possible.  "
    "Tournaments are a good way\nto that.  If, using all the memory available to hold a tournament, "
    "you\nreplace and percolate items that happen to fit the current run, you'll\nproduce runs which are "
    "twice the size of the memory for random input,\nand much better for input fuzzily ordered.\n\nMoreover, "
    "if you output the 0'th item on disk and get an input which\nmay not fit in the current tournament "
    "(because the value \"wins\" over\nthe last output value), it cannot fit in the heap, so the size of "
    "the\nheap decreases.  The freed memory could be cleverly reused immediately\nfor progressively building "
    "a second heap, which grows at exactly the\nsame rate the first heap is melting.  When the first heap "
    "completely\nvanishes, you switch heaps and start a new run.  Clever and quite\neffective!\n\nIn a word, "
    "heaps are useful memory structures to know.  I use them in\na few applications, and I think it is good "
    "to keep a `heap' module\naround. :-)\n\n--------------------\n[1] The disk balancing algorithms which "
    "are current, nowadays, are\nmore annoying than clever, and this is a consequence of the "
    "seeking\ncapabilities of the disks.  On devices which cannot seek, like big\ntape drives, the story was "
    "quite different, and one had to be very\nclever to ensure (far in advance) that each tape movement will "
    "be the\nmost effective possible (that is, will best participate at\n\"progressing\" the merge).  Some "
    "tapes were even able to read\nbackwards, and this was also used to avoid the rewinding time.\nBelieve "
    "me, real good tape sorts were quite spectacular to watch!\nFrom all times, sorting has always been a "
    "Great Art! :-)\n";

Status populate(Thread &, Module *module) {
  dictSetStr(module->dict, internText("__about__"), makeStr(kAbout));
  return Status::ok();
}

} // namespace

const ModuleSpec coil::vm::kHeapqModule = {
    .name = "_heapq",
    .doc = "Priority queues kept in lists.\n"
           "\n"
           "A heap is a list in which each item heap[k] is at most as large as heap[2*k+1] and\n"
           "heap[2*k+2], so that heap[0] is the smallest of all. Adding an item and taking the\n"
           "smallest cost O(log n).",
    .functions = kFunctions,
    .populate = populate,
};
