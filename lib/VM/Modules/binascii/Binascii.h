// What the files of binascii share.
#pragma once

#include "VM/Modules/Modules.h"
#include "VM/Protocol/Buffer.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Bytes.h"
#include "VM/Types/Str/TextArguments.h"

namespace coil::vm::binascii {

using Output = llvm::SmallVector<uint8_t, 256>;

// The value of a hex digit; -1 for any other byte.
int hexValue(uint8_t c);
inline uint8_t hexDigit(unsigned value, bool upper) {
  return uint8_t((upper ? "0123456789ABCDEF" : "0123456789abcdef")[value]);
}

// The input of the functions that decode: a buffer, or ASCII text.
class AsciiInput {
  Buffer buffer;
  llvm::ArrayRef<uint8_t> view;

public:
  Status open(Thread &t, Value v);
  llvm::ArrayRef<uint8_t> bytes() const { return view; }
};

// A parameter that CPython reads as an int and uses as a bool.
Result<bool> flagArgument(Thread &t, Value v);
// Raises binascii.Error.
Failure raiseError(Thread &t, const std::string &message);

// QuotedPrintable.cpp
Ref a2bQp(Thread &t, const Value *args);
Ref b2aQp(Thread &t, const Value *args);
// Uuencode.cpp
Ref a2bUu(Thread &t, const Value *args);
Ref b2aUu(Thread &t, const Value *args);
// Base64.cpp
Ref a2bBase64(Thread &t, const Value *args);
Ref b2aBase64(Thread &t, const Value *args);

} // namespace coil::vm::binascii
