// The value of a literal: what ast.Constant.value holds.
#pragma once

#include "llvm/ADT/StringRef.h"
#include <cstdint>

namespace coil::ast {

enum class ConstantKind : uint8_t {
  None,
  False,
  True,
  Ellipsis,
  Str,     // text(): UTF-8, with lone surrogates as three bytes each ("surrogatepass")
  Bytes,   // text(): the bytes
  Int,     // integer(): fits 64 bits, never negative from source
  BigInt,  // text(): lower-case hexadecimal digits without prefix or leading zeros, perhaps after a '-'
  Float,   // real()
  Complex, // real(): the imaginary part; the real part of a literal is 0
};

// A tagged value of 16 bytes. Text belongs to the arena of the ASTContext and is not terminated.
class ConstantValue {
public:
  ConstantValue() : size(0), tag(ConstantKind::None) { bits.integer = 0; }
  static ConstantValue singleton(ConstantKind kind) { return ConstantValue(kind, 0); }
  static ConstantValue integer(int64_t value) {
    ConstantValue v(ConstantKind::Int, 0);
    v.bits.integer = value;
    return v;
  }
  static ConstantValue number(ConstantKind kind, double value) {
    ConstantValue v(kind, 0);
    v.bits.real = value;
    return v;
  }
  static ConstantValue text(ConstantKind kind, llvm::StringRef value) {
    ConstantValue v(kind, uint32_t(value.size()));
    v.bits.data = value.data();
    return v;
  }

  ConstantKind kind() const { return tag; }
  bool hasText() const {
    return tag == ConstantKind::Str || tag == ConstantKind::Bytes || tag == ConstantKind::BigInt;
  }
  int64_t integer() const { return bits.integer; }
  double real() const { return bits.real; }
  llvm::StringRef text() const { return {bits.data, size}; }

private:
  ConstantValue(ConstantKind kind, uint32_t size) : size(size), tag(kind) { bits.integer = 0; }
  union {
    int64_t integer;
    double real;
    const char *data;
  } bits;
  uint32_t size;
  ConstantKind tag;
};

} // namespace coil::ast
