// list.sort: survives comparisons that raise, lie, or touch the list.
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"
#include "VM/Types/TimSort.h"
#include "VM/Types/Tuple.h"

using namespace coil::vm;

namespace {

// An item with the key that it is sorted by.
struct Keyed {
  Value key, value;
};
inline Value keyOf(Value v) { return v; }
inline Value keyOf(const Keyed &k) { return k.key; }

// --- comparisons, by what all keys are; the generic one alone can raise

struct LessInts {
  template <class Item> int operator()(const Item &a, const Item &b) const {
    return keyOf(a).asInt() < keyOf(b).asInt();
  }
};
struct LessDoubles {
  template <class Item> int operator()(const Item &a, const Item &b) const {
    return keyOf(a).asDouble() < keyOf(b).asDouble();
  }
};
struct LessStrings {
  template <class Item> int operator()(const Item &a, const Item &b) const {
    return compareStr(keyOf(a).template as<Str>(), keyOf(b).template as<Str>()) < 0;
  }
};
struct LessGeneric {
  Thread &t;
  template <class Item> int operator()(const Item &a, const Item &b) const {
    auto below = compareBool(t, keyOf(a), keyOf(b), CompareOp::Lt);
    return below ? int(*below) : -1;
  }
};

// The first items that differ decide; numbers and texts need no call.
struct LessTuples {
  Thread &t;
  template <class Item> int operator()(const Item &a, const Item &b) const {
    auto *x = keyOf(a).template as<Tuple>(), *y = keyOf(b).template as<Tuple>();
    for (int64_t i = 0; i < x->length && i < y->length; ++i) {
      Value p = (*x)[i], q = (*y)[i];
      if (p == q) continue;
      if (bothInts(p, q)) return p.asInt() < q.asInt();
      if (p.isDouble() && q.isDouble()) {
        if (p.asDouble() == q.asDouble()) continue;
        return p.asDouble() < q.asDouble();
      }
      if (!isExactStr(p) || !isExactStr(q)) return LessGeneric{t}(a, b);
      if (int order = compareStr(p.as<Str>(), q.as<Str>())) return order < 0;
    }
    return x->length < y->length;
  }
};

template <class Item> Status sortItems(Thread &t, Item *items, int64_t count) {
  auto all = [&](auto test) {
    return std::all_of(items, items + count, [&](const Item &i) { return test(keyOf(i)); });
  };
  bool good;
  if (all([](Value v) { return v.isInt(); }))
    good = TimSort<Item, LessInts>(items, count, {}).sort();
  else if (all([](Value v) { return v.isDouble(); }))
    good = TimSort<Item, LessDoubles>(items, count, {}).sort();
  else if (all([](Value v) { return isExactStr(v); }))
    good = TimSort<Item, LessStrings>(items, count, {}).sort();
  else if (all([](Value v) { return isExactly(v, types::Tuple); }))
    good = TimSort<Item, LessTuples>(items, count, {t}).sort();
  else
    good = TimSort<Item, LessGeneric>(items, count, {t}).sort();
  return good ? Status::ok() : Status();
}

// Reversing before and after keeps equal items in order.
template <class Item> Status sortDirected(Thread &t, Item *items, int64_t count, bool reverse) {
  if (reverse) std::reverse(items, items + count);
  Status status = sortItems(t, items, count);
  if (reverse) std::reverse(items, items + count);
  return status;
}

Status sortByKeys(Thread &t, Value *items, int64_t count, Value keyFunction, bool reverse) {
  std::vector<Keyed> keyed;
  keyed.reserve(size_t(count));
  Status status = Status::ok();
  for (int64_t i = 0; i < count && status; ++i) {
    Ref key = call(t, keyFunction, {items[i]});
    if (key)
      keyed.push_back({key.release(), items[i]});
    else
      status = Status();
  }
  if (status) {
    status = sortDirected(t, keyed.data(), count, reverse);
    for (int64_t i = 0; i < count; ++i) items[i] = keyed[size_t(i)].value;
  }
  for (Keyed &item : keyed) release(item.key);
  return status;
}

} // namespace

Status coil::vm::listSort(Thread &t, List *list, Value keyOrNone, bool reverse) {
  // The list is empty to others meanwhile.
  Value *taken = std::exchange(list->items, nullptr);
  int64_t count = std::exchange(list->length, 0), capacity = std::exchange(list->capacity, 0);
  Status status = keyOrNone.isNone() ? sortDirected(t, taken, count, reverse)
                                     : sortByKeys(t, taken, count, keyOrNone, reverse);
  bool modified = list->items != nullptr || list->length != 0;
  ListRef meanwhile = newList();
  std::swap(meanwhile->items, list->items);
  std::swap(meanwhile->length, list->length);
  std::swap(meanwhile->capacity, list->capacity);
  list->items = taken;
  list->length = count;
  list->capacity = capacity;
  if (status && modified) return raise(t, types::ValueError, "list modified during sort");
  return status;
}
