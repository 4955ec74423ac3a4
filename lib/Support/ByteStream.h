// Little-endian numbers and length-prefixed strings, written to and read from bytes with every bound checked.
#pragma once

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Endian.h"
#include <cstdint>
#include <cstring>

namespace coil {

class ByteWriter {
public:
  void u8(uint8_t value) { out.push_back(char(value)); }
  void u32(uint32_t value) {
    char bytes[4];
    llvm::support::endian::write32le(bytes, value);
    out.append(bytes, bytes + 4);
  }
  void u64(uint64_t value) {
    char bytes[8];
    llvm::support::endian::write64le(bytes, value);
    out.append(bytes, bytes + 8);
  }
  void bytes(llvm::StringRef text) { out.append(text.begin(), text.end()); }
  void string(llvm::StringRef text) {
    u32(uint32_t(text.size()));
    bytes(text);
  }
  // Zeros up to a multiple of `to` from the beginning.
  void align(size_t to) { out.append((to - out.size() % to) % to, '\0'); }
  void reserve(size_t size) { out.reserve(size); }
  size_t size() const { return out.size(); }
  llvm::StringRef data() const { return {out.data(), out.size()}; }

private:
  llvm::SmallVector<char, 0> out;
};

// Reading past the end gives zeros and turns ok() false for good.
class ByteReader {
public:
  explicit ByteReader(llvm::StringRef data) : data(data) {}
  bool ok() const { return good; }
  size_t left() const { return data.size() - at; }
  size_t position() const { return at; }
  llvm::StringRef bytes(size_t size) {
    if (size > left()) {
      good = false;
      return {};
    }
    llvm::StringRef result = data.substr(at, size);
    at += size;
    return result;
  }
  uint8_t u8() { return uint8_t(number(1)); }
  uint32_t u32() { return uint32_t(number(4)); }
  uint64_t u64() { return number(8); }
  llvm::StringRef string() { return bytes(u32()); }
  void align(size_t to) { bytes((to - at % to) % to); }

private:
  uint64_t number(size_t size) {
    llvm::StringRef raw = bytes(size);
    uint64_t value = 0;
    for (size_t i = raw.size(); i-- > 0;) value = value << 8 | uint8_t(raw[i]);
    return value;
  }
  llvm::StringRef data;
  size_t at = 0;
  bool good = true;
};

} // namespace coil
