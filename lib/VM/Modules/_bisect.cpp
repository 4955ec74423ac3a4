// _bisect: where an item belongs in a sorted sequence.
#include "VM/Core/Names.h"
#include "VM/Modules/Modules.h"
#include "VM/Protocol/Less.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"
#include "VM/Types/Str/TextArguments.h"

using namespace coil::vm;

namespace {

enum Argument { kSequence, kItem, kLow, kHigh, kKey };

// `hi`: -1, like None, stands for the sequence's length.
Result<int64_t> highArgument(Thread &t, Value v) {
  if (v.isNone()) return -1;
  if (!isIntLike(v) && !typeOf(v)->slots.index)
    return raise(t, types::TypeError, "argument should be integer or None, not '%'", typeName(v));
  int64_t high;
  Ref number = TRY(index(t, v));
  if (toInt64(number, high)) return high;
  return raise(t, types::OverflowError, "cannot fit '%' into an index-sized integer", typeName(v));
}

// PySequence_Size and PySequence_GetItem, which have nothing to do with mappings.
Result<int64_t> sequenceLength(Thread &t, Value sequence) {
  if (isExactDict(sequence)) return raise(t, types::TypeError, "% is not a sequence", typeName(sequence));
  return length(t, sequence);
}

Ref sequenceItem(Thread &t, Value sequence, int64_t i) {
  if (isList(sequence) && i < sequence.as<List>()->length &&
      typeOf(sequence)->slots.getItem == types::List.slots.getItem) [[likely]]
    return Ref::share(sequence.as<List>()->items[i]);
  if (isExactDict(sequence)) return raise(t, types::TypeError, "% is not a sequence", typeName(sequence));
  if (!typeOf(sequence)->slots.getItem)
    return raise(t, types::TypeError, "'%' object does not support indexing", typeName(sequence));
  return getItem(t, sequence, makeInt(i));
}

// Where `item` belongs: to the right of its equals, or to their left.
template <bool kRight> Result<int64_t> search(Thread &t, const Value *args, Value item) {
  int64_t low = TRY(sizeArgument(t, args[kLow])), high = TRY(highArgument(t, args[kHigh]));
  if (low < 0) return raise(t, types::ValueError, "lo must be non-negative");
  if (high == -1) high = TRY(sequenceLength(t, args[kSequence]));
  while (low < high) {
    int64_t middle = int64_t((uint64_t(low) + uint64_t(high)) / 2);
    Ref found = TRY(sequenceItem(t, args[kSequence], middle));
    if (!args[kKey].isNone()) found = TRY(call(t, args[kKey], {found.get()}));
    bool leftHalf = kRight ? TRY(less(t, item, found)) : !TRY(less(t, found, item));
    if (leftHalf)
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

template <bool kRight> Ref bisect(Thread &t, const Value *args) {
  return makeInt(TRY(search<kRight>(t, args, args[kItem])));
}

template <bool kRight> Ref insort(Thread &t, const Value *args) {
  Ref item = Ref::share(args[kItem]);
  if (!args[kKey].isNone()) item = TRY(call(t, args[kKey], {item.get()}));
  int64_t place = TRY(search<kRight>(t, args, item));
  Value sequence = args[kSequence];
  if (isExactly(sequence, types::List)) {
    listInsert(sequence.as<List>(), std::min(place, sequence.as<List>()->length), args[kItem]);
    return Ref::none();
  }
  Ref position = makeInt(place);
  CHECK(callMethod(t, sequence, names::insert, {position.get(), args[kItem]}));
  return Ref::none();
}

NativeDef kFunctions[] = {
    {"bisect_right", bisect<true>, "($module, /, a, x, lo=0, hi=None, *, key=None)",
     "Find where x goes in the sorted list a, behind all elements equal to it.\n"
     "Only a[lo:hi] is searched. key, if given, is applied to the elements, but not to x."},
    {"bisect_left", bisect<false>, "($module, /, a, x, lo=0, hi=None, *, key=None)",
     "Find where x goes in the sorted list a, in front of all elements equal to it.\n"
     "Only a[lo:hi] is searched. key, if given, is applied to the elements, but not to x."},
    {"insort_right", insort<true>, "($module, /, a, x, lo=0, hi=None, *, key=None)",
     "Put x into the sorted list a, behind all elements equal to it.\n"
     "The place is looked for in a[lo:hi]. key, if given, is applied to the elements and to x."},
    {"insort_left", insort<false>, "($module, /, a, x, lo=0, hi=None, *, key=None)",
     "Put x into the sorted list a, in front of all elements equal to it.\n"
     "The place is looked for in a[lo:hi]. key, if given, is applied to the elements and to x."},
};

} // namespace

const ModuleSpec coil::vm::kBisectModule = {
    .name = "_bisect",
    .doc = "Binary search in lists that are sorted already, and insertion that keeps them so.",
    .functions = kFunctions,
};
