// list.sort: a stable merge sort that survives comparisons that raise, lie, or touch the list.
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"
#include <vector>

using namespace coil::vm;

namespace {

struct Keyed {
  Value key;   // owned
  Value value; // owned
};

// Comparison of two keys; the kind of all keys is checked once before sorting.
class Sorter {
  Thread &t;
  enum { kGeneric, kInts, kDoubles, kStrings } kind = kGeneric;
  std::vector<Keyed> scratch;
  static constexpr size_t kRun = 24;

public:
  explicit Sorter(Thread &t) : t(t) {}

  Status sort(std::vector<Keyed> &items) {
    chooseKind(items);
    if (size_t descending = descendingPrefix(items);
        descending == items.size() && descending > 1 && !t.hasPending()) {
      std::reverse(items.begin(), items.end());
      return Status::ok();
    }
    if (t.hasPending()) return {};
    scratch.resize(items.size());
    for (size_t start = 0; start < items.size(); start += kRun) {
      TRY(insertionSort(items, start, std::min(start + kRun, items.size())));
    }
    for (size_t width = kRun; width < items.size(); width *= 2)
      for (size_t start = 0; start + width < items.size(); start += 2 * width) {
        TRY(merge(items, start, start + width, std::min(start + 2 * width, items.size())));
      }
    return Status::ok();
  }

private:
  void chooseKind(const std::vector<Keyed> &items) {
    auto all = [&](auto test) { return llvm::all_of(items, [&](const Keyed &k) { return test(k.key); }); };
    if (all([](Value v) { return v.isInt(); }))
      kind = kInts;
    else if (all([](Value v) { return v.isDouble(); }))
      kind = kDoubles;
    else if (all([](Value v) { return isExactStr(v); }))
      kind = kStrings;
  }

  Result<bool> less(const Keyed &a, const Keyed &b) {
    switch (kind) {
    case kInts: return a.key.asInt() < b.key.asInt();
    case kDoubles: return a.key.asDouble() < b.key.asDouble();
    case kStrings: return compareStr(a.key.as<Str>(), b.key.as<Str>()) < 0;
    case kGeneric: return compareBool(t, a.key, b.key, CompareOp::Lt);
    }
    return false;
  }

  // How many items from the start are strictly descending.
  size_t descendingPrefix(const std::vector<Keyed> &items) {
    size_t i = 1;
    for (; i < items.size(); ++i) {
      auto below = less(items[i], items[i - 1]);
      if (!below || !*below) break;
    }
    return i;
  }

  Status insertionSort(std::vector<Keyed> &items, size_t start, size_t end) {
    for (size_t i = start + 1; i < end; ++i) {
      size_t low = start, high = i; // the first place whose item is greater
      if (!TRY(less(items[i], items[i - 1]))) continue;
      while (low < high) {
        size_t middle = (low + high) / 2;
        if (TRY(less(items[i], items[middle])))
          high = middle;
        else
          low = middle + 1;
      }
      std::rotate(items.begin() + low, items.begin() + i, items.begin() + i + 1);
    }
    return Status::ok();
  }

  // Every item stays in exactly one of the two vectors when a comparison raises.
  Status merge(std::vector<Keyed> &items, size_t start, size_t middle, size_t end) {
    if (!TRY(less(items[middle], items[middle - 1]))) return Status::ok();
    std::copy(items.begin() + start, items.begin() + middle, scratch.begin());
    size_t left = 0, leftEnd = middle - start, right = middle, to = start;
    while (left < leftEnd && right < end) {
      auto below = less(items[right], scratch[left]);
      if (!below) {
        std::copy(scratch.begin() + left, scratch.begin() + leftEnd, items.begin() + to);
        return {};
      }
      items[to++] = *below ? items[right++] : scratch[left++];
    }
    std::copy(scratch.begin() + left, scratch.begin() + leftEnd, items.begin() + to);
    return Status::ok();
  }
};

} // namespace

Status coil::vm::listSort(Thread &t, List *list, Value keyOrNone, bool reverse) {
  Value *taken = std::exchange(list->items, nullptr);
  int64_t count = std::exchange(list->length, 0), capacity = std::exchange(list->capacity, 0);
  std::vector<Keyed> items;
  items.reserve(count);
  for (int64_t i = 0; i < count; ++i) items.push_back({Value(), taken[i]});
  bool good = true;
  for (Keyed &item : items) {
    item.key = keyOrNone.isNone() ? retained(item.value) : call(t, keyOrNone, {item.value}).release();
    if (item.key.empty()) {
      good = false;
      break;
    }
  }
  // Reversing before and after keeps equal items in order.
  if (good) {
    if (reverse) std::reverse(items.begin(), items.end());
    good = bool(Sorter(t).sort(items));
    if (reverse) std::reverse(items.begin(), items.end());
  }
  bool modified = list->items != nullptr || list->length != 0;
  ListRef meanwhile = newList();
  std::swap(meanwhile->items, list->items);
  std::swap(meanwhile->length, list->length);
  std::swap(meanwhile->capacity, list->capacity);
  for (int64_t i = 0; i < count; ++i) taken[i] = items[i].value;
  list->items = taken;
  list->length = count;
  list->capacity = capacity;
  for (Keyed &item : items) release(item.key);
  if (good && modified) return raise(t, types::ValueError, "list modified during sort");
  return good ? Status::ok() : Status();
}
