// Unpickling tuples, lists, dicts and sets.
#include "VM/Core/Names.h"
#include "VM/Modules/_pickle/Reader.h"
#include "VM/Types/List.h"
#include "VM/Types/Set.h"
#include "VM/Types/Tuple.h"

using namespace coil::vm;
using namespace coil::vm::pickle;

Status Reader::loadEmptyTuple(Thread &) { return push(emptyTuple()), Status::ok(); }
Status Reader::loadEmptyList(Thread &) { return push(newList()), Status::ok(); }
Status Reader::loadEmptyDict(Thread &) { return push(newDict()), Status::ok(); }
Status Reader::loadEmptySet(Thread &) { return push(newSet()), Status::ok(); }

// --- tuple -------------------------------------------------------------------------------------------------

Status Reader::loadTuple(Thread &t) {
  size_t mark = TRY(popMark(t));
  push(TRY(tupleFromStack(t, mark)));
  return Status::ok();
}

Status Reader::loadTupleOf(Thread &t, int64_t size) {
  CHECK(need(t, size_t(size)));
  push(TRY(tupleFromStack(t, stack.size() - size_t(size))));
  return Status::ok();
}

Status Reader::loadTuple1(Thread &t) { return loadTupleOf(t, 1); }
Status Reader::loadTuple2(Thread &t) { return loadTupleOf(t, 2); }
Status Reader::loadTuple3(Thread &t) { return loadTupleOf(t, 3); }

// --- list --------------------------------------------------------------------------------------------------

// What is above `start`, as a list.
static ListRef takeList(llvm::SmallVectorImpl<Value> &stack, size_t start) {
  ListRef list = newList(int64_t(stack.size() - start));
  for (size_t i = start; i < stack.size(); ++i) listAppendOwned(list, stack[i]);
  stack.truncate(start);
  return list;
}

Status Reader::loadList(Thread &t) {
  size_t mark = TRY(popMark(t));
  if (mark > stack.size()) return raiseUnderflow(t);
  push(takeList(stack, mark));
  return Status::ok();
}

// The items above `start` go to the list below it, or to whatever has extend() or append().
Status Reader::appendFrom(Thread &t, size_t start) {
  if (start > stack.size() || start <= fence) return raiseUnderflow(t);
  if (start == stack.size()) return Status::ok();
  Ref target = Ref::share(stack[start - 1]);
  if (isExactly(target, types::List)) {
    auto *list = target.as<List>();
    listReserve(list, list->length + int64_t(stack.size() - start));
    for (size_t i = start; i < stack.size(); ++i) listAppendOwned(list, stack[i]);
    stack.truncate(start);
    return Status::ok();
  }
  Ref extend;
  CHECK(lookupAttr(t, target, names::extend, extend));
  ListRef items = takeList(stack, start);
  if (extend) {
    CHECK(call(t, extend, {Value(items)}));
    return Status::ok();
  }
  Ref append = TRY(getAttr(t, target, names::append));
  for (int64_t i = 0; i < items->length; ++i) CHECK(call(t, append, {items->items[i]}));
  return Status::ok();
}

Status Reader::loadAppend(Thread &t) {
  CHECK(need(t, 2));
  return appendFrom(t, stack.size() - 1);
}

Status Reader::loadAppends(Thread &t) { return appendFrom(t, TRY(popMark(t))); }

// --- dict --------------------------------------------------------------------------------------------------

Status Reader::loadDict(Thread &t) {
  size_t mark = TRY(popMark(t));
  if (mark > stack.size()) return raiseUnderflow(t);
  if ((stack.size() - mark) % 2) return raiseUnpickling(t, "odd number of items for DICT");
  ListRef items = takeList(stack, mark);
  DictRef dict = newDict(items->length / 2);
  for (int64_t i = 0; i + 1 < items->length; i += 2)
    CHECK(dictSet(t, dict, items->items[i], items->items[i + 1]));
  push(std::move(dict));
  return Status::ok();
}

// The pairs above `start` go to the mapping below it.
Status Reader::setItemsFrom(Thread &t, size_t start) {
  if (start > stack.size() || start <= fence) return raiseUnderflow(t);
  if (start == stack.size()) return Status::ok();
  if ((stack.size() - start) % 2) return raiseUnpickling(t, "odd number of items for SETITEMS");
  Ref target = Ref::share(stack[start - 1]);
  bool exact = isExactDict(target);
  Status done = Status::ok();
  for (size_t i = start; done && i + 1 < stack.size(); i += 2) {
    if (exact && isExactStr(stack[i])) { // runs no Python
      done = dictSet(t, target.as<Dict>(), stack[i], stack[i + 1]);
      continue;
    }
    Ref key = Ref::share(stack[i]), value = Ref::share(stack[i + 1]);
    done = exact ? dictSet(t, target.as<Dict>(), key, value) : setItem(t, target, key, value);
  }
  cutStack(start);
  return done;
}

Status Reader::loadSetItem(Thread &t) {
  if (stack.size() < 2) return raiseUnderflow(t);
  return setItemsFrom(t, stack.size() - 2);
}

Status Reader::loadSetItems(Thread &t) { return setItemsFrom(t, TRY(popMark(t))); }

// --- sets --------------------------------------------------------------------------------------------------

Status Reader::loadFrozenSet(Thread &t) {
  size_t mark = TRY(popMark(t));
  Ref items = TRY(tupleFromStack(t, mark)), set = newFrozenSet();
  for (Value item : items.as<Tuple>()->values()) CHECK(setAdd(t, set.as<Set>(), item));
  push(std::move(set));
  return Status::ok();
}

Status Reader::loadAddItems(Thread &t) {
  size_t mark = TRY(popMark(t));
  if (mark > stack.size() || mark <= fence) return raiseUnderflow(t);
  if (mark == stack.size()) return Status::ok();
  Ref target = Ref::share(stack[mark - 1]);
  Ref add;
  bool isSet = isAnySet(target) && isInstance(target, types::Set);
  if (!isSet) add = TRY(getAttr(t, target, names::add));
  ListRef items = takeList(stack, std::min(mark, stack.size()));
  for (int64_t i = 0; i < items->length; ++i) {
    Ref item = Ref::share(items->items[i]);
    if (isSet)
      CHECK(setAdd(t, target.as<Set>(), item));
    else
      CHECK(call(t, add, {item}));
  }
  return Status::ok();
}
