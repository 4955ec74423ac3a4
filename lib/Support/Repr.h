// repr() of Python's atomic values, to the character: str, bytes, float, complex, int of any size.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>

namespace llvm {
class raw_ostream;
}

namespace coil {

// `utf8` is valid UTF-8 in which a lone surrogate has the three bytes of CPython's "surrogatepass"; it comes
// out as
// \udcXX. With `ascii`, everything beyond ASCII is escaped, as ascii() does.
void reprStr(llvm::raw_ostream &os, llvm::StringRef utf8, bool ascii = false);
void reprBytes(llvm::raw_ostream &os, llvm::StringRef data);
// The shortest digits that read back the same; "1e+16", "0.0001", "-0.0", "inf", "nan".
void reprFloat(llvm::raw_ostream &os, double value);
void reprComplex(llvm::raw_ostream &os, double real, double imag);
// Decimal digits of a magnitude, least significant limb first. There is no limit of 4300 digits here.
void reprInt(llvm::raw_ostream &os, bool negative, llvm::ArrayRef<uint64_t> limbs);

// Lower-case hexadecimal, padded with zeros.
void writeHex(llvm::raw_ostream &os, uint64_t value, unsigned width);

} // namespace coil
