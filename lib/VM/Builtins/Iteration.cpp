// iter, next, sorted, all, any; aiter and anext.
#include "VM/Builtins/Tables.h"
#include "VM/Core/Names.h"
#include "VM/Types/AsyncGenerator.h"
#include "VM/Types/Iterators.h"
#include "VM/Types/List.h"

using namespace coil::vm;

namespace {

Ref builtinIter(Thread &t, const Value *args) {
  if (args[1].empty()) return iterate(t, args[0]);
  if (!isCallable(args[0])) return raise(t, types::TypeError, "iter(v, w): v must be callable");
  return newCallableIterator(args[0], args[1]);
}

Ref builtinNext(Thread &t, const Value *args) {
  NextFn next = typeOf(args[0])->slots.next;
  if (!next) return raise(t, types::TypeError, "'%' object is not an iterator", typeName(args[0]));
  Ref item = next(t, args[0]);
  if (item) return item;
  if (args[1].empty()) return t.hasPending() ? Ref() : Ref(raiseStopIteration(t, Value::none()));
  if (t.hasPending() && !catchPending(t, types::StopIteration)) return {};
  return Ref::share(args[1]);
}

// sorted(iterable, /, *, key=None, reverse=False): the keywords are those of list.sort, which judges them.
Ref builtinSorted(Thread &t, Value, const CallArgs &args) {
  if (args.positional != 1)
    return raise(t, types::TypeError, "sorted expected 1 argument, got %", args.positional);
  ListRef list = TRY(listFrom(t, args.values[0]));
  if (!args.keywordCount()) {
    CHECK(listSort(t, list, Value::none(), false));
    return list;
  }
  llvm::SmallVector<Value, 4> values{Value(list)};
  values.append(args.values + 1, args.values + 1 + args.keywordCount());
  CHECK(call(t, typeLookup(&types::List, names::sort), CallArgs(values.data(), 1, args.kwNames)));
  return list;
}

// Whether an item's truth is `wanted` for at least one.
Result<bool> anyIs(Thread &t, Value iterable, bool wanted) {
  Ref iterator = TRY(iterate(t, iterable));
  while (Ref item = nextItem(t, iterator))
    if (TRY(truth(t, item)) == wanted) return true;
  if (t.hasPending()) return {};
  return false;
}

Ref builtinAll(Thread &t, const Value *args) { return Ref::boolean(!TRY(anyIs(t, args[0], false))); }
Ref builtinAny(Thread &t, const Value *args) { return Ref::boolean(TRY(anyIs(t, args[0], true))); }

Ref builtinAiter(Thread &t, const Value *args) {
  UnaryFn aiter = typeOf(args[0])->slots.aiter;
  if (!aiter) return raise(t, types::TypeError, "'%' object is not an async iterable", typeName(args[0]));
  Ref iterator = TRY(aiter(t, args[0]));
  if (typeOf(iterator)->slots.anext) return iterator;
  return raise(t, types::TypeError, "aiter() returned not an async iterator of type '%'", typeName(iterator));
}

Ref builtinAnext(Thread &t, const Value *args) {
  UnaryFn anext = typeOf(args[0])->slots.anext;
  if (!anext) return raise(t, types::TypeError, "'%' object is not an async iterator", typeName(args[0]));
  Ref awaitable = TRY(anext(t, args[0]));
  return args[1].empty() ? std::move(awaitable) : newAnextAwaitable(awaitable, args[1]);
}

NativeDef kFunctions[] = {
    {"iter", builtinIter, "!($module, object, sentinel=<unrepresentable>, /)",
     "iter(iterable), iter(callable, sentinel): an iterator.\n\nThe first form asks the object for it. The "
     "second makes one that calls the function for\nevery item and ends when it returns the sentinel."},
    {"next", builtinNext, "!($module, iterator, default=<unrepresentable>, /)",
     "next(iterator[, default]): the iterator's next item.\n\nAt its end the result is the default, or "
     "StopIteration is raised if none is given."},
    {"sorted", builtinSorted, "($module, iterable, /, *, key=None, reverse=False)",
     "A new list of the iterable's items in order. key and reverse are those of list.sort()."},
    {"all", builtinAll, "($module, iterable, /)",
     "True if no item of the iterable is false, so also if there is none. Stops at the first false one."},
    {"any", builtinAny, "($module, iterable, /)",
     "True if an item of the iterable is true. Stops at the first such one."},
    {"aiter", builtinAiter, "($module, async_iterable, /)",
     "The asynchronous iterator of an object, which its __aiter__ makes."},
    {"anext", builtinAnext, "($module, aiterator, default=<unrepresentable>, /)",
     "anext(aiterator[, default]): an awaitable for the asynchronous iterator's next item.\n\nAt its end the "
     "result is the default, or StopAsyncIteration is raised if none is given."},
};

} // namespace

llvm::ArrayRef<NativeDef> coil::vm::iterationFunctions() { return kFunctions; }
