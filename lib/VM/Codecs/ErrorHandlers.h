// What encoders and decoders do about what they cannot convert: the handlers of codecs.register_error.
#pragma once

#include "VM/Protocol/Protocol.h"
#include "llvm/ADT/SmallVector.h"

namespace coil::vm {

// What stands for unencodable characters: text, which is encoded in turn, or bytes.
struct Replacement {
  bool isBytes = false;
  llvm::SmallVector<char32_t, 16> text;
  llvm::SmallVector<uint8_t, 16> bytes;
  int64_t next = 0; // where to go on
};

// The error handling of one encoding.
class EncodeErrors {
  Thread &t;
  Str *source;
  const char *encoding;
  std::string handler;

public:
  EncodeErrors(Thread &t, Str *source, const char *encoding, llvm::StringRef handler)
      : t(t), source(source), encoding(encoding), handler(handler.str()) {}

  // Asks the handler about the characters [start, end).
  Status handle(int64_t start, int64_t end, const char *reason, Replacement &replacement);
  // Raises the UnicodeEncodeError.
  Failure fail(int64_t start, int64_t end, const char *reason);
};

// The error handling of one decoding, and its input: a handler may replace that.
class DecodeErrors {
  Thread &t;
  const char *encoding;
  std::string handler;
  Ref input; // bytes; empty until an exception needs them

public:
  const uint8_t *data;
  int64_t size;

  DecodeErrors(Thread &t, llvm::ArrayRef<uint8_t> bytes, const char *encoding, llvm::StringRef handler)
      : t(t), encoding(encoding), handler(handler.str()), data(bytes.data()), size(int64_t(bytes.size())) {}

  void setEncoding(const char *name) { encoding = name; }
  // Asks the handler about the bytes [start, end); appends its text and moves `position` to where to go on.
  Status handle(int64_t start, int64_t end, const char *reason, StrBuilder &out, int64_t &position);
};

// codecs.lookup_error and codecs.register_error.
Ref lookupErrorHandler(Thread &t, llvm::StringRef name);
Status registerErrorHandler(Thread &t, Str *name, Value handler);

} // namespace coil::vm
