// Value: a borrowed Python value in one NaN-boxed 64-bit word.
#pragma once

#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>

namespace coil::vm {

struct Object;

// The word's layout, by its top 16 bits:
//   0x0000           a heap pointer as it is (all zero: the empty Value, "no value")
//   0x0001..0xFFF9   a double, its bits offset by 2^48 (NaNs are canonical but for their sign)
//   0xFFFA           a singleton: None, True, False, NotImplemented, Ellipsis
//   0xFFFC..0xFFFF   an integer of 50 bits, two's complement
// A Value does not own what it points to; Ref does.
class Value {
  uint64_t word = 0;

  explicit constexpr Value(uint64_t word) : word(word) {}

public:
  static constexpr uint64_t kDoubleOffset = uint64_t(1) << 48;
  static constexpr uint64_t kSingletonTag = uint64_t(0xFFFA) << 48;
  static constexpr uint64_t kIntTag = uint64_t(0xFFFC) << 48;
  static constexpr int kIntShift = 14; // moves an integer's sign bit to bit 63
  static constexpr int64_t kIntMax = (int64_t(1) << 49) - 1;
  static constexpr int64_t kIntMin = -(int64_t(1) << 49);

  constexpr Value() = default;
  Value(Object *object) : word(reinterpret_cast<uint64_t>(object)) {}

  static constexpr Value fromBits(uint64_t bits) { return Value(bits); }
  constexpr uint64_t bits() const { return word; }

  static constexpr Value none() { return Value(kSingletonTag | 0); }
  static constexpr Value boolean(bool b) { return Value(kSingletonTag | (b ? 3 : 2)); }
  static constexpr Value trueValue() { return boolean(true); }
  static constexpr Value falseValue() { return boolean(false); }
  static constexpr Value notImplemented() { return Value(kSingletonTag | 4); }
  static constexpr Value ellipsis() { return Value(kSingletonTag | 6); }

  static constexpr bool fitsInt(int64_t i) { return i >= kIntMin && i <= kIntMax; }
  static constexpr Value smallInt(int64_t i) {
    assert(fitsInt(i));
    return Value(kIntTag | uint64_t(i));
  }
  static Value number(double d) {
    uint64_t bits = std::bit_cast<uint64_t>(d);
    if (d != d) [[unlikely]]
      bits = (bits & (uint64_t(1) << 63)) | 0x7FF8000000000000;
    return Value(bits + kDoubleOffset);
  }

  constexpr bool empty() const { return word == 0; }
  explicit constexpr operator bool() const { return word != 0; }
  constexpr bool isObject() const { return word - 1 < kDoubleOffset - 1; }
  constexpr bool isInt() const { return word >= kIntTag; }
  constexpr bool isDouble() const { return word - kDoubleOffset < kSingletonTag - kDoubleOffset; }
  constexpr bool isSingleton() const { return (word >> 48) == (kSingletonTag >> 48); }
  constexpr bool isNone() const { return word == none().word; }
  constexpr bool isTrue() const { return word == trueValue().word; }
  constexpr bool isFalse() const { return word == falseValue().word; }
  constexpr bool isBool() const { return (word | 1) == trueValue().word; }
  constexpr bool isNotImplemented() const { return word == notImplemented().word; }

  Object *object() const {
    assert(isObject());
    return reinterpret_cast<Object *>(word);
  }
  constexpr int64_t asInt() const {
    assert(isInt());
    return int64_t(word << kIntShift) >> kIntShift;
  }
  double asDouble() const {
    assert(isDouble());
    return std::bit_cast<double>(word - kDoubleOffset);
  }
  // The object as a T, which it must be.
  template <class T> T *as() const { return static_cast<T *>(object()); }

  // `is`: identity of the bits.
  friend constexpr bool operator==(Value a, Value b) { return a.word == b.word; }
};

static_assert(sizeof(Value) == 8);

// Both operands are immediate integers.
inline constexpr bool bothInts(Value a, Value b) { return (a.bits() & b.bits()) >= Value::kIntTag; }

} // namespace coil::vm
