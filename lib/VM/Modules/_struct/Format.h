// Format strings in struct's syntax: what they describe, and values to bytes and back.
#pragma once

#include "VM/Protocol/Protocol.h"
#include "llvm/ADT/ArrayRef.h"
#include <vector>

namespace coil::vm {

// What one format character stands for in a byte order.
struct FormatCode {
  char code;
  uint8_t size;
  bool bigEndian;
};

// `repeat` items of one kind, from `offset` on; for s and p one item of `size` bytes.
struct FormatField {
  FormatCode code;
  int64_t offset, size, repeat;
};

struct StructFormat {
  std::vector<FormatField> fields;
  int64_t size = -1;  // -1: none was parsed
  int64_t count = -1; // of the values
};

// What is wrong with a format; null: nothing, `format` is filled in.
const char *parseStructFormat(llvm::StringRef text, StructFormat &format);

// The size of an item of a native format character; 0: it is none.
int nativeSize(char code);
// The native format character of "x" or "@x" as memoryview knows them, which does not have e; 0: it is none.
char nativeCode(const char *format);

// The value of one item, s and p excepted.
Ref unpackItem(FormatCode code, const uint8_t *from);
Ref unpackFields(const StructFormat &format, const uint8_t *from); // a tuple
// The float16 bits of a number; false: it is too large.
bool packHalf(double d, uint16_t &bits);
double unpackHalf(uint16_t bits);
// `size` bytes of an integer, least significant first in memory unless `bigEndian`.
void storeInteger(uint64_t bits, uint8_t *to, int size, bool bigEndian);

} // namespace coil::vm
