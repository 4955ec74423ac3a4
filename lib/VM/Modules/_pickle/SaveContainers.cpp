// Pickling tuples, lists, dicts and sets, their items in batches.
#include "VM/Core/Names.h"
#include "VM/Modules/_pickle/Writer.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"
#include "VM/Types/Set.h"
#include "VM/Types/Tuple.h"

using namespace coil::vm;
using namespace coil::vm::pickle;

namespace {
constexpr int kBatch = 1000;
constexpr int kFastNestingLimit = 50;
constexpr const char *kWhere = " while pickling an object";
} // namespace

// --- `fast`: no memo, so that only the depth tells a cycle
// ---------------------------------------------------

Status Writer::enterFast(Thread &t, Value object) {
  if (!fast || ++fastNesting < kFastNestingLimit) return Status::ok();
  if (fastSeen.insert(object.bits()).second) return Status::ok();
  fastNesting = -1;
  return raise(t, types::ValueError, "fast mode: can't pickle cyclic objects including object type % at %",
               fullName(object), addressText(object));
}

Status Writer::leaveFast(Thread &t, Value object) {
  if (!fast || fastNesting-- < kFastNestingLimit) return Status::ok();
  if (fastSeen.erase(object.bits())) return Status::ok();
  return raiseWith(t, types::KeyError, makeIntUnsigned(object.bits()));
}

// --- tuple -------------------------------------------------------------------------------------------------

// A tuple that is in the memo after its items were written contains itself: what is on the stack goes, and
// the memo's tuple comes.
Status Writer::saveTuple(Thread &t, Value v) {
  Tuple *tuple = v.as<Tuple>();
  int64_t length = tuple->length;
  if (length == 0) {
    if (protocol)
      put(Op::EmptyTuple);
    else
      putText("(t");
    return Status::ok();
  }
  Ref keep = Ref::share(v);
  bool counted = length <= 3 && protocol >= 2;
  if (!counted) put(Op::Mark);
  for (int64_t i = 0; i < length; ++i) CHECK(save(t, (*tuple)[i]));
  if (memo.find(v) >= 0) {
    if (!counted && bin)
      put(Op::PopMark);
    else
      for (int64_t i = counted; i <= length; ++i) put(Op::Pop);
    return fetchMemoized(t, v);
  }
  put(counted ? Op(uint8_t(Op::Tuple1) + length - 1) : Op::Tuple);
  return memoize(t, v);
}

// --- list --------------------------------------------------------------------------------------------------

Status Writer::saveList(Thread &t, Value v) {
  Ref keep = Ref::share(v);
  Status done = enterFast(t, v);
  if (done) {
    if (bin)
      put(Op::EmptyList);
    else
      putText("(l");
    done = memoize(t, v);
    if (done && v.as<List>()->length) done = saveListItems(t, v);
  }
  CHECK(leaveFast(t, v));
  return done;
}

Status Writer::saveListItems(Thread &t, Value v) {
  bool exact = isExactly(v, types::List) && protocol > 0;
  Ref iterator = exact ? Ref() : TRY(iterate(t, v));
  RecursionGuard guard(t, kWhere);
  if (!guard) return {};
  return exact ? batchExactList(t, v) : batchList(t, iterator);
}

Status Writer::batchExactList(Thread &t, Value v) {
  auto *list = v.as<List>();
  if (list->length == 1) {
    Ref item = Ref::share(list->items[0]);
    CHECK(save(t, item));
    put(Op::Append);
    return Status::ok();
  }
  int64_t total = 0;
  do {
    put(Op::Mark);
    for (int batch = 0; batch < kBatch && total < list->length; ++batch) {
      Ref item = Ref::share(list->items[total++]);
      CHECK(save(t, item));
    }
    put(Op::Appends);
  } while (total < list->length);
  return Status::ok();
}

// The next item, empty at the end; failed if it raised.
static Result<bool> next(Thread &t, Value iterator, Ref &item) {
  item = nextItem(t, iterator);
  if (item) return true;
  if (t.hasPending()) return {};
  return false;
}

Status Writer::batchList(Thread &t, Value iterator) {
  Ref first, item;
  if (protocol == 0) {
    while (TRY(next(t, iterator, item))) {
      CHECK(save(t, item));
      put(Op::Append);
    }
    return Status::ok();
  }
  int count = 0;
  do {
    if (!TRY(next(t, iterator, first))) break;
    bool more = TRY(next(t, iterator, item));
    if (!more) {
      CHECK(save(t, first));
      put(Op::Append);
      break;
    }
    put(Op::Mark);
    CHECK(save(t, first));
    for (count = 1; more;) {
      CHECK(save(t, item));
      if (++count == kBatch) break;
      more = TRY(next(t, iterator, item));
    }
    put(Op::Appends);
  } while (count == kBatch);
  return Status::ok();
}

// --- dict --------------------------------------------------------------------------------------------------

Status Writer::saveDict(Thread &t, Value v) {
  Ref keep = Ref::share(v);
  Status done = enterFast(t, v);
  if (done) {
    if (bin)
      put(Op::EmptyDict);
    else
      putText("(d");
    done = memoize(t, v);
    if (done && v.as<Dict>()->used) done = saveDictItems(t, v);
  }
  CHECK(leaveFast(t, v));
  return done;
}

Status Writer::saveDictItems(Thread &t, Value v) {
  if (isExactDict(v) && protocol > 0) {
    RecursionGuard guard(t, kWhere);
    if (!guard) return {};
    return batchExactDict(t, v);
  }
  Ref items = TRY(callMethod(t, v, names::items)), iterator = TRY(iterate(t, items));
  RecursionGuard guard(t, kWhere);
  if (!guard) return {};
  return batchDict(t, iterator);
}

Status Writer::batchExactDict(Thread &t, Value v) {
  auto *dict = v.as<Dict>();
  int64_t size = dict->used, position = 0;
  DictEntry *entry;
  if (size == 1) {
    if (!dictNext(dict, position, entry)) return Status::ok();
    Ref key = Ref::share(entry->key), value = Ref::share(entry->value);
    CHECK(save(t, key));
    CHECK(save(t, value));
    put(Op::SetItem);
    return Status::ok();
  }
  int count;
  do {
    put(Op::Mark);
    for (count = 0; count < kBatch && dictNext(dict, position, entry); ++count) {
      Ref key = Ref::share(entry->key), value = Ref::share(entry->value);
      CHECK(save(t, key));
      CHECK(save(t, value));
    }
    put(Op::SetItems);
    if (dict->used != size) return raise(t, types::RuntimeError, "dictionary changed size during iteration");
  } while (count == kBatch);
  return Status::ok();
}

static Status checkPair(Thread &t, Value pair) {
  if (isTuple(pair) && pair.as<Tuple>()->length == 2) return Status::ok();
  return raise(t, types::TypeError, "dict items iterator must return 2-tuples");
}

Status Writer::savePair(Thread &t, Value pair) {
  CHECK(save(t, (*pair.as<Tuple>())[0]));
  return save(t, (*pair.as<Tuple>())[1]);
}

Status Writer::batchDict(Thread &t, Value iterator) {
  Ref first, item;
  if (protocol == 0) {
    while (TRY(next(t, iterator, item))) {
      CHECK(checkPair(t, item));
      CHECK(savePair(t, item));
      put(Op::SetItem);
    }
    return Status::ok();
  }
  int count = 0;
  do {
    if (!TRY(next(t, iterator, first))) break;
    CHECK(checkPair(t, first));
    bool more = TRY(next(t, iterator, item));
    if (!more) {
      CHECK(savePair(t, first));
      put(Op::SetItem);
      break;
    }
    put(Op::Mark);
    CHECK(savePair(t, first));
    for (count = 1; more;) {
      CHECK(checkPair(t, item));
      CHECK(savePair(t, item));
      if (++count == kBatch) break;
      more = TRY(next(t, iterator, item));
    }
    put(Op::SetItems);
  } while (count == kBatch);
  return Status::ok();
}

// --- sets --------------------------------------------------------------------------------------------------

// Before protocol 4: set([...]).
Status Writer::saveOldSet(Thread &t, Value v, Value type) {
  ListRef items = TRY(listFrom(t, v));
  TupleRef args = packTuple(items), reduction = packTuple(type, args);
  return saveReduce(t, reduction, v);
}

Status Writer::saveSet(Thread &t, Value v) {
  Ref keep = Ref::share(v);
  if (protocol < 4) return saveOldSet(t, v, Value(&types::Set));
  put(Op::EmptySet);
  CHECK(memoize(t, v));
  auto *set = v.as<Set>();
  int64_t size = set->used, position = 0;
  if (size == 0) return Status::ok();
  int count;
  Value key;
  do {
    put(Op::Mark);
    for (count = 0; count < kBatch && setNext(set, position, key); ++count) {
      Ref item = Ref::share(key);
      CHECK(save(t, item));
    }
    put(Op::AddItems);
    if (set->used != size) return raise(t, types::RuntimeError, "set changed size during iteration");
  } while (count == kBatch);
  return Status::ok();
}

// Counts in `fast` mode as if its items never ended, as CPython's does.
Status Writer::saveFrozenSet(Thread &t, Value v) {
  Ref keep = Ref::share(v);
  CHECK(enterFast(t, v));
  if (protocol < 4) return saveOldSet(t, v, Value(&types::FrozenSet));
  put(Op::Mark);
  Ref iterator = TRY(iterate(t, v)), item;
  while (TRY(next(t, iterator, item))) CHECK(save(t, item));
  if (memo.find(v) >= 0) {
    put(Op::PopMark);
    return fetchMemoized(t, v);
  }
  put(Op::FrozenSet);
  return memoize(t, v);
}
