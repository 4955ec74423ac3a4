// a < b as sorting needs it: numbers, strings and tuples that begin with them without a call.
#pragma once

#include "VM/Protocol/Protocol.h"
#include "VM/Types/Tuple.h"

namespace coil::vm {

// Whether a < b, of two small ints, floats or strings; -1: they are something else.
inline int quickLess(Value a, Value b) {
  if (bothInts(a, b)) return a.asInt() < b.asInt();
  if (a.isDouble() && b.isDouble()) return a.asDouble() < b.asDouble();
  if (isExactStr(a) && isExactStr(b)) return compareStr(a.as<Str>(), b.as<Str>()) < 0;
  return -1;
}

// The same of tuples whose first items decide: numbers of different values, or a string that is less.
inline int quickTupleLess(Value a, Value b) {
  if (!isExactly(a, types::Tuple) || !isExactly(b, types::Tuple)) return -1;
  auto *x = a.as<Tuple>(), *y = b.as<Tuple>();
  if (!x->length || !y->length || x->items()[0] == y->items()[0]) return -1;
  int less = quickLess(x->items()[0], y->items()[0]);
  bool distinct = x->items()[0].isInt() ||
                  (x->items()[0].isDouble() && x->items()[0].asDouble() != y->items()[0].asDouble());
  return less == 1 || distinct ? less : -1;
}

inline Result<bool> less(Thread &t, Value a, Value b) {
  int quick = quickLess(a, b);
  if (quick < 0) quick = quickTupleLess(a, b);
  if (quick >= 0) return bool(quick);
  return compareBool(t, a, b, CompareOp::Lt);
}

} // namespace coil::vm
