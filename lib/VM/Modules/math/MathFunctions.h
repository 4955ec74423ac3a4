// The functions of math that stand in files of their own.
#pragma once

#include "VM/Bind/Native.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Int/Int.h"

namespace coil::vm {

inline Failure raiseMathDomain(Thread &t) { return raise(t, types::ValueError, "math domain error"); }
inline Failure raiseMathRange(Thread &t) { return raise(t, types::OverflowError, "math range error"); }

// Gamma.cpp
Ref mathGamma(Thread &t, const Value *args);
Ref mathLgamma(Thread &t, const Value *args);
// Integers.cpp
Ref mathComb(Thread &t, const Value *args);
Ref mathFactorial(Thread &t, const Value *args);
Ref mathGcd(Thread &t, const Value *args);
Ref mathIsqrt(Thread &t, const Value *args);
Ref mathLcm(Thread &t, const Value *args);
Ref mathPerm(Thread &t, const Value *args);
// Sums.cpp
Ref mathDist(Thread &t, const Value *args);
Ref mathFsum(Thread &t, const Value *args);
Ref mathHypot(Thread &t, Value, const CallArgs &args);
Ref mathProd(Thread &t, const Value *args);

} // namespace coil::vm
