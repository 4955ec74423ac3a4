// int: an immediate of up to 50 bits, or a heap object with GMP limbs.
#pragma once

#include "VM/Heap/Heap.h"
#include "VM/Types/Types.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include <string>

namespace coil::vm {

// An integer on the heap: one that needs more than 50 bits, or an instance of a subclass of int (of any
// size).
struct Int : Object {
  bool negative;
  uint32_t limbCount; // no leading zero limbs; 0 for zero
  uint64_t *limbs() { return reinterpret_cast<uint64_t *>(this + 1); }
  const uint64_t *limbs() const { return reinterpret_cast<const uint64_t *>(this + 1); }
};

using IntRef = ObjectRef<Int>;
template <> inline Type &typeFor<Int>() { return types::Int; }

// Any int-like value (immediate, bool, heap) as sign and magnitude; borrows a heap object's limbs.
class IntView {
  uint64_t own = 0;
  const uint64_t *data;
  uint32_t count;
  bool minus;

public:
  explicit IntView(Value v);
  IntView(const IntView &) = delete;
  const uint64_t *limbs() const { return data; }
  uint32_t size() const { return count; } // limbs; 0: zero
  bool negative() const { return minus; }
  bool zero() const { return count == 0; }
  bool fitsInt64() const;
  int64_t toInt64() const; // requires fitsInt64
  uint64_t bitLength() const;
};

Ref makeInt(int64_t value);
Ref makeIntUnsigned(uint64_t value);
inline Ref makeInt(int value) { return Ref::smallInt(value); }
// From a magnitude that may have leading zeros; immediate where it fits.
Ref makeInt(bool negative, llvm::ArrayRef<uint64_t> limbs);
// A heap object of `type` (int or a subclass), whatever the size.
Ref newHeapInt(Type &type, bool negative, llvm::ArrayRef<uint64_t> limbs);
// int(d), for a finite d: truncates.
Ref makeIntFromDouble(double d);

// Requires isIntLike.
bool isNegativeInt(Value v);
bool isZeroInt(Value v);
// The value if it fits in 64 bits.
bool toInt64(Value v, int64_t &result);
// -1, 0, 1.
int compareInts(Value a, Value b);
// Exact int of the same value (drops subclasses and bool).
Ref exactInt(Value v);
int64_t hashInt(Value v);
// What hash() makes of an integer that __hash__ returned.
int64_t hashOfHash(Value v);
// Nearest double, ties to even; fails with OverflowError.
Result<double> intToDouble(Thread &t, Value v);

Ref intAdd(Value a, Value b);
Ref intSub(Value a, Value b);
Ref intMul(Value a, Value b);
Ref intFloorDiv(Thread &t, Value a, Value b);
Ref intMod(Thread &t, Value a, Value b);
Status intDivmod(Thread &t, Value a, Value b, Ref &quotient, Ref &remainder);
Ref intTrueDiv(Thread &t, Value a, Value b);
Ref intPow(Thread &t, Value base, Value exponent, Value modulus);
Ref intLshift(Thread &t, Value a, Value b);
Ref intRshift(Thread &t, Value a, Value b);
Ref intBitwise(char op, Value a, Value b); // '&' '|' '^'
Ref intNegative(Value v);
Ref intInvert(Value v);
Ref intAbs(Value v);

// Digits in base 2..36, with a minus sign and no prefix; sub-quadratic. The 4300-digit limit is the caller's.
std::string intToString(Value v, int base = 10);
// int(text, base) on ASCII digits (spaces, sign, prefix, underscores as in Python); empty Ref without an
// exception: not a number.
Ref parseInt(llvm::StringRef text, int base, bool &tooLong);

// int(v) for any object: __int__, __index__, __trunc__, text in base 10.
Ref intFrom(Thread &t, Value v);

} // namespace coil::vm
