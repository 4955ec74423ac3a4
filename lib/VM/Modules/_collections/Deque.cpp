// collections.deque: the ring, the operators and the methods. Iterators are in DequeIterator.cpp.
#include "VM/Modules/_collections/Deque.h"
#include "VM/Core/Names.h"
#include "VM/Types/Type/Mro.h"
#include <cstdlib>

using namespace coil::vm;

static void grow(Deque *deque) {
  int64_t capacity = deque->capacity ? deque->capacity * 2 : 8;
  auto *items = static_cast<Value *>(std::malloc(capacity * sizeof(Value)));
  for (int64_t i = 0; i < deque->length; ++i) items[i] = deque->at(i);
  std::free(deque->items);
  deque->items = items;
  deque->capacity = capacity;
  deque->first = 0;
}

void coil::vm::dequeAppendOwned(Deque *deque, Value owned) {
  ++deque->state;
  if (deque->length == deque->capacity) grow(deque);
  deque->at(deque->length++) = owned;
  if (deque->maxLength >= 0 && deque->length > deque->maxLength) (void)dequePopLeft(deque);
}

void coil::vm::dequeAppendLeftOwned(Deque *deque, Value owned) {
  ++deque->state;
  if (deque->length == deque->capacity) grow(deque);
  deque->first = (deque->first - 1) & (deque->capacity - 1);
  deque->items[deque->first] = owned;
  ++deque->length;
  if (deque->maxLength >= 0 && deque->length > deque->maxLength) (void)dequePop(deque);
}

Ref coil::vm::dequePop(Deque *deque) {
  ++deque->state;
  return Ref::take(deque->at(--deque->length));
}

Ref coil::vm::dequePopLeft(Deque *deque) {
  ++deque->state;
  Value item = deque->at(0);
  deque->first = (deque->first + 1) & (deque->capacity - 1);
  --deque->length;
  return Ref::take(item);
}

void coil::vm::dequeClear(Deque *deque) {
  Deque old = *deque;
  ++deque->state;
  deque->items = nullptr;
  deque->length = deque->capacity = deque->first = 0;
  for (int64_t i = 0; i < old.length; ++i) release(old.at(i));
  std::free(old.items);
}

void coil::vm::dequeRotate(Deque *deque, int64_t steps) {
  int64_t n = deque->length;
  if (n <= 1) return;
  ++deque->state;
  steps %= n;
  if (steps > n / 2) steps -= n;
  if (steps < -(n / 2)) steps += n;
  int64_t mask = deque->capacity - 1;
  for (; steps > 0; --steps) {
    Value item = deque->at(n - 1);
    deque->first = (deque->first - 1) & mask;
    deque->items[deque->first] = item;
  }
  for (; steps < 0; ++steps) {
    Value item = deque->at(0);
    deque->first = (deque->first + 1) & mask;
    deque->at(n - 1) = item;
  }
}

ListRef coil::vm::dequeItems(Deque *deque) {
  ListRef list = newList(deque->length);
  for (int64_t i = 0; i < deque->length; ++i) listAppend(list, deque->at(i));
  return list;
}

namespace {

Deque *self(const Value *args) { return args[0].as<Deque>(); }
bool isDeque(Value v) { return isInstance(v, types::Deque); }

// PyLong_AsSsize_t's words for an integer that is too large.
Result<int64_t> sizeFrom(Thread &t, Value integer) {
  int64_t size;
  if (!toInt64(integer, size))
    return raise(t, types::OverflowError, "Python int too large to convert to C ssize_t");
  return size;
}

Result<int64_t> sizeFromIndex(Thread &t, Value v) {
  Ref integer = TRY(index(t, v));
  return sizeFrom(t, integer);
}

// Arguments of the methods that CPython parses with a format string, which has words of its own.
Status countArguments(Thread &t, const CallArgs &args, const char *name, size_t least, size_t most) {
  if (args.keywordCount()) return raise(t, types::TypeError, "deque.%() takes no keyword arguments", name);
  size_t n = args.positional;
  if (n >= least && n <= most) return Status::ok();
  size_t bound = n < least ? least : most;
  return raise(t, types::TypeError, "%() takes % % argument% (% given)", name,
               least == most ? "exactly"
               : n < least   ? "at least"
                             : "at most",
               bound, bound == 1 ? "" : "s", n);
}

Ref dequeNew(Thread &, Value, const CallArgs &args) {
  auto *deque = static_cast<Deque *>(heap::allocateObject(*args.values[0].as<Type>()));
  deque->maxLength = -1;
  return Ref::take(Value(deque));
}

Status extend(Thread &t, Deque *deque, Value iterable, void (*add)(Deque *, Value)) {
  Ref source = Value(deque) == iterable ? Ref(dequeItems(deque)) : Ref::share(iterable);
  return forEach(t, source, [&](Value item) {
    add(deque, retained(item));
    return Status::ok();
  });
}

// Binds deque(iterable, maxlen); what is left out stays as it is.
Status initArguments(Thread &t, const CallArgs &args, Value &iterable, Value &limit) {
  size_t given = args.positional + args.keywordCount();
  if (given > 2) return raise(t, types::TypeError, "deque() takes at most 2 arguments (% given)", given);
  if (args.positional > 0) iterable = args.values[0];
  if (args.positional > 1) limit = args.values[1];
  for (size_t k = 0; k < args.keywordCount(); ++k) {
    auto *name = (*args.kwNames)[k].as<Str>();
    std::string text = toUtf8(name);
    if (text != "iterable" && text != "maxlen")
      return raise(t, types::TypeError, "'%' is an invalid keyword argument for deque()", name);
    if (text == "iterable" && args.positional)
      return raise(t, types::TypeError, "argument for deque() given by name ('iterable') and position (1)");
    (text == "iterable" ? iterable : limit) = args.values[args.positional + k];
  }
  return Status::ok();
}

Status dequeInit(Thread &t, Value v, const CallArgs &args) {
  Value iterable, limit = Value::none();
  CHECK(initArguments(t, args, iterable, limit));
  int64_t maxLength = -1;
  if (!limit.isNone()) {
    if (!isIntLike(limit)) return raise(t, types::TypeError, "an integer is required");
    maxLength = TRY(sizeFrom(t, limit));
    if (maxLength < 0) return raise(t, types::ValueError, "maxlen must be non-negative");
  }
  auto *deque = v.as<Deque>();
  deque->maxLength = maxLength;
  if (deque->length) dequeClear(deque);
  return iterable.empty() ? Status::ok() : extend(t, deque, iterable, dequeAppendOwned);
}

// A deque of the same class, length limit and items.
Ref copyOf(Thread &t, Value v) {
  auto *deque = v.as<Deque>();
  if (isExactly(v, types::Deque)) {
    auto copy = ObjectRef<Deque>::take(heap::make<Deque>(types::Deque));
    copy->maxLength = deque->maxLength;
    for (int64_t i = 0; i < deque->length; ++i) dequeAppendOwned(copy, retained(deque->at(i)));
    return copy;
  }
  Ref limit = makeInt(deque->maxLength);
  Value withLimit[] = {v, limit};
  Ref copy = TRY(call(t, Value(typeOf(v)), llvm::ArrayRef(withLimit, deque->maxLength < 0 ? 1 : 2)));
  if (!isDeque(copy))
    return raise(t, types::TypeError, "%() must return a deque, not %", typeOf(v)->fullName(),
                 typeOf(copy)->fullName());
  return copy;
}

// --- operators ---------------------------------------------------------------------------------------------

Ref dequeRepr(Thread &t, Value v) {
  ReprGuard guard(v);
  if (!guard.entered()) return makeStrAscii("[...]");
  ListRef items = dequeItems(v.as<Deque>());
  std::string text = typeOf(v)->nameText().str() + "(" + TRY(reprText(t, items));
  int64_t limit = v.as<Deque>()->maxLength;
  return makeStr(text + (limit < 0 ? ")" : ", maxlen=" + std::to_string(limit) + ")"));
}

Failure raiseMutated(Thread &t, Type &kind) { return raise(t, kind, "deque mutated during iteration"); }

Ref dequeCompare(Thread &t, Value a, Value b, CompareOp op) {
  if (!isDeque(a) || !isDeque(b)) return Ref::notImplemented();
  auto *x = a.as<Deque>(), *y = b.as<Deque>();
  bool equality = op == CompareOp::Eq || op == CompareOp::Ne;
  if (equality && (a == b || x->length != y->length)) return Ref::boolean((a == b) == (op == CompareOp::Eq));
  uint64_t before = x->state, beforeOther = y->state;
  for (int64_t i = 0; i < x->length && i < y->length; ++i) {
    Ref left = Ref::share(x->at(i)), right = Ref::share(y->at(i));
    bool same = TRY(equal(t, left, right));
    if (!same) return equality ? Ref::boolean(op == CompareOp::Ne) : compare(t, left, right, op);
    if (x->state != before || y->state != beforeOther) return raiseMutated(t, types::RuntimeError);
  }
  return compareResult(x->length < y->length ? -1 : x->length > y->length, op);
}

Result<int64_t> dequeLen(Thread &, Value v) { return v.as<Deque>()->length; }

// The index in range that a subscript means.
Result<int64_t> itemIndex(Thread &t, Value v, Value key) {
  int64_t i, n = v.as<Deque>()->length;
  if (key.isInt()) {
    i = key.asInt();
  } else {
    if (!isIntLike(key) && !typeOf(key)->slots.index)
      return raise(t, types::TypeError, "sequence index must be integer, not '%'", typeOf(key)->fullName());
    Ref integer = TRY(index(t, key));
    if (!toInt64(integer, i))
      return raise(t, types::IndexError, "cannot fit '%' into an index-sized integer", typeName(key));
  }
  if (i < 0) i += n;
  if (i < 0 || i >= n) return raise(t, types::IndexError, "deque index out of range");
  return i;
}

void removeAt(Deque *deque, int64_t i) {
  dequeRotate(deque, -i);
  Ref item = dequePopLeft(deque);
  dequeRotate(deque, i);
}

Ref dequeGetItem(Thread &t, Value v, Value key) {
  int64_t i = TRY(itemIndex(t, v, key));
  return Ref::share(v.as<Deque>()->at(i));
}

Status dequeSetItem(Thread &t, Value v, Value key, Value value) {
  int64_t i = TRY(itemIndex(t, v, key));
  if (value.empty())
    removeAt(v.as<Deque>(), i);
  else
    replaceOwned(v.as<Deque>()->at(i), retained(value));
  return Status::ok();
}

// The index of the first item in [start, stop) that equals `value`, or -1.
Result<int64_t> findItem(Thread &t, Deque *deque, Value value, int64_t start, int64_t stop,
                         bool removes = false) {
  uint64_t before = deque->state;
  for (int64_t i = start; i < stop; ++i) {
    Ref item = Ref::share(deque->at(i));
    bool same = TRY(equal(t, item, value));
    if (same && !removes) return i;
    if (deque->state != before) return raiseMutated(t, removes ? types::IndexError : types::RuntimeError);
    if (same) return i;
  }
  return -1;
}

Result<bool> dequeContains(Thread &t, Value v, Value value) {
  auto *deque = v.as<Deque>();
  return TRY(findItem(t, deque, value, 0, deque->length)) >= 0;
}

Ref dequeConcat(Thread &t, Value a, Value b) {
  if (!isDeque(b))
    return raise(t, types::TypeError, "can only concatenate deque (not \"%\") to deque",
                 typeOf(b)->fullName());
  Ref result = TRY(copyOf(t, a));
  CHECK(extend(t, result.as<Deque>(), b, dequeAppendOwned));
  return result;
}

Ref dequeInplaceConcat(Thread &t, Value a, Value b) {
  CHECK(extend(t, a.as<Deque>(), b, dequeAppendOwned));
  return Ref::share(a);
}

Ref dequeInplaceRepeat(Thread &t, Value v, Value count) {
  auto *deque = v.as<Deque>();
  int64_t size = deque->length, limit = deque->maxLength;
  int64_t n = TRY(repeatCount(t, count, limit >= 0 ? 1 : size));
  if (size == 0 || n == 1) return Ref::share(v);
  if (n == 0) {
    dequeClear(deque);
    return Ref::share(v);
  }
  if (limit >= 0 && n > limit / size) n = (limit + size - 1) / size; // the rest would fall out again
  ListRef items = dequeItems(deque);
  for (int64_t i = 1; i < n; ++i)
    for (Value item : items->values()) dequeAppendOwned(deque, retained(item));
  return Ref::share(v);
}

Ref dequeRepeat(Thread &t, Value v, Value count) {
  CHECK(repeatCount(t, count, 1));
  Ref copy = TRY(copyOf(t, v));
  return dequeInplaceRepeat(t, copy, count);
}

Ref dequeIter(Thread &, Value v) { return newDequeIterator(types::DequeIterator, v.as<Deque>()); }

// --- methods -----------------------------------------------------------------------------------------------

Ref dequeAppendMethod(Thread &, const Value *args) {
  dequeAppendOwned(self(args), retained(args[1]));
  return Ref::none();
}

Ref dequeAppendLeftMethod(Thread &, const Value *args) {
  dequeAppendLeftOwned(self(args), retained(args[1]));
  return Ref::none();
}

Ref dequeExtend(Thread &t, const Value *args) {
  CHECK(extend(t, self(args), args[1], dequeAppendOwned));
  return Ref::none();
}

Ref dequeExtendLeft(Thread &t, const Value *args) {
  CHECK(extend(t, self(args), args[1], dequeAppendLeftOwned));
  return Ref::none();
}

Ref dequePopMethod(Thread &t, const Value *args) {
  if (!self(args)->length) return raise(t, types::IndexError, "pop from an empty deque");
  return dequePop(self(args));
}

Ref dequePopLeftMethod(Thread &t, const Value *args) {
  if (!self(args)->length) return raise(t, types::IndexError, "pop from an empty deque");
  return dequePopLeft(self(args));
}

Ref dequeClearMethod(Thread &, const Value *args) {
  dequeClear(self(args));
  return Ref::none();
}

Ref dequeCopy(Thread &t, const Value *args) { return copyOf(t, args[0]); }

Ref dequeCount(Thread &t, const Value *args) {
  auto *deque = self(args);
  uint64_t before = deque->state;
  int64_t n = 0;
  for (int64_t i = 0; i < deque->length; ++i) {
    Ref item = Ref::share(deque->at(i));
    n += TRY(equal(t, item, args[1]));
    if (deque->state != before) return raiseMutated(t, types::RuntimeError);
  }
  return makeInt(n);
}

// A start or stop of index(), clipped to the deque.
Result<int64_t> searchBound(Thread &t, Value v, int64_t n) {
  if (!isIntLike(v) && !typeOf(v)->slots.index)
    return raise(t, types::TypeError, "slice indices must be integers or have an __index__ method");
  int64_t i = TRY(indexInt64(t, v, true));
  if (i < 0) i = std::max<int64_t>(i + n, 0);
  return std::min(i, n);
}

Ref dequeIndex(Thread &t, Value v, const CallArgs &args) {
  CHECK(countArguments(t, args, "index", 1, 3));
  auto *deque = v.as<Deque>();
  int64_t start = args.positional > 1 ? TRY(searchBound(t, args.values[1], deque->length)) : 0;
  int64_t stop = args.positional > 2 ? TRY(searchBound(t, args.values[2], deque->length)) : deque->length;
  int64_t i = TRY(findItem(t, deque, args.values[0], start, stop));
  if (i < 0) return raise(t, types::ValueError, "% is not in deque", TRY(reprText(t, args.values[0])));
  return makeInt(i);
}

Ref dequeInsert(Thread &t, Value v, const CallArgs &args) {
  CHECK(countArguments(t, args, "insert", 2, 2));
  int64_t i = TRY(sizeFromIndex(t, args.values[0]));
  auto *deque = v.as<Deque>();
  int64_t n = deque->length;
  if (n == deque->maxLength) return raise(t, types::IndexError, "deque already at its maximum size");
  Value item = retained(args.values[1]);
  if (i >= n) {
    dequeAppendOwned(deque, item);
  } else if (i <= -n || i == 0) {
    dequeAppendLeftOwned(deque, item);
  } else {
    dequeRotate(deque, -i);
    (i < 0 ? dequeAppendOwned : dequeAppendLeftOwned)(deque, item);
    dequeRotate(deque, i);
  }
  return Ref::none();
}

Ref dequeRemove(Thread &t, const Value *args) {
  int64_t i = TRY(findItem(t, self(args), args[1], 0, self(args)->length, true));
  if (i < 0) return raise(t, types::ValueError, "% is not in deque", TRY(reprText(t, args[1])));
  removeAt(self(args), i);
  return Ref::none();
}

Ref dequeReverse(Thread &, const Value *args) {
  auto *deque = self(args);
  for (int64_t i = 0, k = deque->length - 1; i < k; ++i, --k) std::swap(deque->at(i), deque->at(k));
  return Ref::none();
}

Ref dequeRotateMethod(Thread &t, Value v, const CallArgs &args) {
  if (args.keywordCount()) return raise(t, types::TypeError, "deque.rotate() takes no keyword arguments");
  if (args.positional > 1)
    return raise(t, types::TypeError, "deque.rotate expected at most 1 argument, got %", args.positional);
  dequeRotate(v.as<Deque>(), args.positional ? TRY(sizeFromIndex(t, args.values[0])) : 1);
  return Ref::none();
}

Ref dequeReduce(Thread &t, const Value *args) {
  Ref state = TRY(callMethod(t, args[0], names::special_getstate)), iterator = TRY(iterate(t, args[0]));
  TupleRef arguments = emptyTuple();
  if (self(args)->maxLength >= 0) {
    Ref limit = makeInt(self(args)->maxLength);
    arguments = packTuple(arguments, limit);
  }
  return packTuple(Value(typeOf(args[0])), arguments, state, iterator);
}

Ref dequeReversed(Thread &, const Value *args) {
  return newDequeIterator(types::DequeReverseIterator, self(args));
}

Ref dequeSizeOf(Thread &, const Value *args) {
  return makeInt(int64_t(sizeof(Deque) + 16 + self(args)->capacity * sizeof(Value)));
}

Ref dequeMaxLength(Thread &, Value v) {
  int64_t limit = v.as<Deque>()->maxLength;
  return limit < 0 ? Ref::none() : makeInt(limit);
}

void dequeTraverse(Object *o, Visitor &visitor) {
  auto *deque = static_cast<Deque *>(o);
  for (int64_t i = 0; i < deque->length; ++i) visitor.visit(deque->at(i));
}

NativeDef kMethods[] = {
    {"__new__", dequeNew, "!($type, *args, **kwargs)", "Make a new object of the class."},
    {"append", dequeAppendMethod, "!($self, item, /)",
     "append(x): add x at the right end; a full bounded deque drops its leftmost element."},
    {"appendleft", dequeAppendLeftMethod, "!($self, item, /)",
     "appendleft(x): add x at the left end; a full bounded deque drops its rightmost element."},
    {"clear", dequeClearMethod, "!($self, /)", "Drop all elements."},
    {"__copy__", dequeCopy, "!($self, /)", "A new deque with the same elements and the same maxlen."},
    {"copy", dequeCopy, "!($self, /)", "A new deque with the same elements and the same maxlen."},
    {"count", dequeCount, "!($self, value, /)", "count(x): how many elements are equal to x."},
    {"extend", dequeExtend, "!($self, iterable, /)",
     "extend(iterable): append the items of iterable, one after the other, at the right end."},
    {"extendleft", dequeExtendLeft, "!($self, iterable, /)",
     "extendleft(iterable): append each item of iterable at the left end, so that they end up\n"
     "in reverse order."},
    {"index", dequeIndex, "!($self, *args)",
     "index(x, start=0, stop=len(d)): where the first element equal to x is; ValueError if\n"
     "there is none."},
    {"insert", dequeInsert, "!($self, *args)",
     "insert(i, x): put x in front of the element at position i.\n"
     "IndexError if the deque is bounded and full."},
    {"pop", dequePopMethod, "!($self, /)",
     "Take the element at the right end out and return it; IndexError if the deque is empty."},
    {"popleft", dequePopLeftMethod, "!($self, /)",
     "Take the element at the left end out and return it; IndexError if the deque is empty."},
    {"__reduce__", dequeReduce, "!($self, /)", "What pickle and copy need to make an equal deque."},
    {"remove", dequeRemove, "!($self, value, /)",
     "remove(x): take the first element equal to x out; ValueError if there is none."},
    {"__reversed__", dequeReversed, "!($self, /)",
     "An iterator that goes over the elements from right to left."},
    {"reverse", dequeReverse, "!($self, /)", "Turn the order of the elements round, in place."},
    {"rotate", dequeRotateMethod, "!($self, *args)",
     "rotate(n=1): move n elements, one by one, from the right end to the left, or from the\n"
     "left to the right if n is negative."},
    {"__sizeof__", dequeSizeOf, "!($self, /)",
     "The bytes of memory the deque occupies, without its elements."},
    {"__class_getitem__", newGenericAliasMethod, "!($type, item, /)", "See PEP 585", NativeKind::Class},
};

const GetSetDef kGetSets[] = {
    {"maxlen", dequeMaxLength, nullptr, "How many elements the deque may hold, None for any number."}};

} // namespace

const TypeSpec coil::vm::kDequeSpec = {
    .name = "collections.deque",
    .size = sizeof(Deque),
    .flags = kTypeGc | kTypeBase | kTypeHasWeakRefs | kTypeMatchSequence,
    .fillSlots =
        [](Slots &s) {
          s.init = dequeInit, s.getAttr = genericGetAttr;
          s.repr = dequeRepr, s.hash = hashNotImplemented, s.compare = dequeCompare, s.iter = dequeIter;
          s.len = dequeLen, s.getItem = dequeGetItem, s.setItem = dequeSetItem, s.contains = dequeContains;
          s.concat = dequeConcat, s.repeat = dequeRepeat, s.inplaceConcat = dequeInplaceConcat,
          s.inplaceRepeat = dequeInplaceRepeat;
        },
    .traverse = dequeTraverse,
    .clear = [](Object *o) { dequeClear(static_cast<Deque *>(o)); },
    .methods = kMethods,
    .getsets = kGetSets,
    .doc = "A sequence that grows and shrinks quickly at both ends: deque(iterable=(), maxlen=None).\n"
           "Once it holds maxlen elements, each new one pushes an old one out at the other end.",
};
