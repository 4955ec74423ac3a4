// What the sequence types share.
#include "VM/Types/Sequence.h"
#include "VM/Builtins/Builtins.h"
#include "VM/Core/Names.h"
#include "VM/Core/Runtime.h"
#include "VM/Types/Dict/Dict.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"
#include "VM/Types/Tuple.h"

using namespace coil::vm;

Status coil::vm::sequenceIndex(Thread &t, Value key, const int64_t &length, const char *name,
                               const char *outOfRange, int64_t &index) {
  if (key.isInt()) {
    index = key.asInt();
  } else {
    if (!isIntLike(key) && !typeOf(key)->slots.index)
      return raise(t, types::TypeError, "% indices must be integers or slices, not %", name, typeName(key));
    index = TRY(indexInt64(t, key));
  }
  if (index < 0) index += length;
  if (index < 0 || index >= length) return raise(t, types::IndexError, "%", outOfRange);
  return Status::ok();
}

static Status bound(Thread &t, Value v, int64_t length, int64_t fallback, int64_t &out) {
  out = fallback;
  if (v.empty()) return Status::ok();
  if (!isIntLike(v) && !typeOf(v)->slots.index)
    return raise(t, types::TypeError, "slice indices must be integers or have an __index__ method");
  out = TRY(indexInt64(t, v, true));
  if (out < 0) out = std::max<int64_t>(out + length, 0);
  out = std::min(out, length);
  return Status::ok();
}

Status coil::vm::searchBounds(Thread &t, Value start, Value stop, int64_t length, int64_t &from,
                              int64_t &to) {
  TRY(bound(t, start, length, 0, from));
  return bound(t, stop, length, length, to);
}

Result<int64_t> coil::vm::repeatCount(Thread &t, Value count, int64_t length, const char *overflow) {
  if (!isIntLike(count) && !typeOf(count)->slots.index)
    return raise(t, types::TypeError, "can't multiply sequence by non-int of type '%'", typeName(count));
  Ref number = TRY(index(t, count));
  int64_t n;
  if (!toInt64(number, n))
    return raise(t, types::OverflowError, "cannot fit '%' into an index-sized integer", typeName(count));
  n = std::max<int64_t>(n, 0);
  int64_t total;
  bool beyond = __builtin_mul_overflow(n, length, &total);
  if (beyond && overflow) return raise(t, types::OverflowError, overflow);
  if (beyond || total > (int64_t(1) << 40)) return raise(t, types::MemoryError, "");
  return length ? n : 0;
}

static llvm::ArrayRef<Value> itemsOf(Value v) {
  return isTuple(v) ? v.as<Tuple>()->values() : v.as<List>()->values();
}

Ref coil::vm::compareSequences(Thread &t, Value a, Value b, CompareOp op) {
  if (itemsOf(a).size() != itemsOf(b).size() && (op == CompareOp::Eq || op == CompareOp::Ne))
    return Ref::boolean(op == CompareOp::Ne);
  for (size_t i = 0; i < itemsOf(a).size() && i < itemsOf(b).size(); ++i) {
    Value p = itemsOf(a)[i], q = itemsOf(b)[i];
    if (p == q || (isExactStr(p) && isExactStr(q) && equalStr(p.as<Str>(), q.as<Str>()))) continue;
    Ref x = Ref::share(p), y = Ref::share(q);
    if (!bothInts(p, q) && TRY(equal(t, x, y))) continue;
    if (i >= itemsOf(a).size() || i >= itemsOf(b).size()) break; // the comparison has shortened a list
    if (op == CompareOp::Eq || op == CompareOp::Ne) return Ref::boolean(op == CompareOp::Ne);
    return compare(t, x, y, op);
  }
  int64_t n = itemsOf(a).size(), m = itemsOf(b).size();
  return compareResult(n < m ? -1 : n > m, op);
}

Ref coil::vm::reprOfItems(Thread &t, Value sequence, const char *open, const char *close) {
  StrBuilder out;
  out.appendAscii(open);
  for (size_t i = 0; i < itemsOf(sequence).size(); ++i) { // a repr may change the list
    if (i) out.appendAscii(", ");
    Ref item = Ref::share(itemsOf(sequence)[i]);
    Ref text = TRY(repr(t, item));
    out.append(text.as<Str>());
  }
  out.appendAscii(close);
  return out.finish();
}

Ref coil::vm::selfIter(Thread &, Value self) { return Ref::share(self); }

Ref coil::vm::reduceExhausted(const Ref &emptySequence) {
  return packTuple(dictGetStr(runtime.builtins, internText("iter")), packTuple(emptySequence));
}

Ref coil::vm::reduceIterator(Thread &t, Value sequenceOrEmpty, int64_t index) {
  Value iter = dictGetStr(runtime.builtins, internText("iter"));
  TupleRef args = packTuple(sequenceOrEmpty.empty() ? Value(emptyTuple()) : sequenceOrEmpty);
  if (sequenceOrEmpty.empty()) return packTuple(iter, Value(args));
  Ref position = makeInt(index);
  return packTuple(iter, Value(args), position.get());
}
