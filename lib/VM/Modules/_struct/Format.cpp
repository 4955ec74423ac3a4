// Format strings in struct's syntax.
#include "VM/Modules/_struct/Format.h"
#include "VM/Types/Bytes.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Tuple.h"
#include <cmath>
#include <cstring>

using namespace coil::vm;

namespace {

// The characters that only native mode has come first. Sizes: native, standard; the alignment of native items
// is their size, but for c, b, B, ?, s, p and x, which have none.
struct CodeRow {
  char code;
  uint8_t nativeSize, standardSize;
};
constexpr CodeRow kCodes[] = {
    {'n', 8, 0}, {'N', 8, 0}, {'P', 8, 0}, {'x', 1, 1}, {'b', 1, 1}, {'B', 1, 1}, {'c', 1, 1},
    {'s', 1, 1}, {'p', 1, 1}, {'h', 2, 2}, {'H', 2, 2}, {'i', 4, 4}, {'I', 4, 4}, {'l', 8, 4},
    {'L', 8, 4}, {'q', 8, 8}, {'Q', 8, 8}, {'?', 1, 1}, {'e', 2, 2}, {'f', 4, 4}, {'d', 8, 8},
};

const CodeRow *findCode(char code) {
  for (const CodeRow &row : kCodes)
    if (row.code == code) return &row;
  return nullptr;
}

bool isSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

constexpr const char *kTooLong = "total struct size too long";

// Reads one format string into a StructFormat.
class FormatReader {
  llvm::StringRef text;
  StructFormat &format;
  bool native = true, bigEndian = false;
  int64_t size = 0, count = 0;

public:
  FormatReader(llvm::StringRef text, StructFormat &format) : text(text), format(format) {}

  const char *read() {
    if (text.contains('\0')) return "embedded null character";
    readOrder();
    while (!text.empty()) {
      if (isSpace(text.front())) {
        text = text.drop_front();
        continue;
      }
      int64_t number = 1;
      if (const char *error = readNumber(number)) return error;
      if (const char *error = addField(text.front(), number)) return error;
      text = text.drop_front();
    }
    format.size = size;
    format.count = count;
    return nullptr;
  }

private:
  void readOrder() {
    if (text.empty()) return;
    char order = text.front();
    if (!llvm::StringRef("<>!=@").contains(order)) return;
    native = order == '@';
    bigEndian = order == '>' || order == '!';
    text = text.drop_front();
  }

  const char *readNumber(int64_t &number) {
    if (!isdigit(uint8_t(text.front()))) return nullptr;
    number = 0;
    for (; !text.empty() && isdigit(uint8_t(text.front())); text = text.drop_front())
      if (__builtin_mul_overflow(number, 10, &number) ||
          __builtin_add_overflow(number, text.front() - '0', &number))
        return kTooLong;
    return text.empty() ? "repeat count given without format specifier" : nullptr;
  }

  const char *addField(char code, int64_t number) {
    const CodeRow *row = findCode(code);
    uint8_t itemSize = !row ? 0 : native ? row->nativeSize : row->standardSize;
    if (!itemSize) return "bad char in struct format";
    if (native && itemSize > 1 && size > 0) {
      if (__builtin_add_overflow(size, itemSize - 1, &size)) return kTooLong;
      size = size / itemSize * itemSize;
    }
    int64_t bytes, end;
    if (__builtin_mul_overflow(number, itemSize, &bytes) || __builtin_add_overflow(size, bytes, &end))
      return kTooLong;
    FormatCode kind{code, itemSize, bigEndian};
    if (code == 's' || code == 'p') {
      format.fields.push_back({kind, size, number, 1});
      ++count;
    } else if (code != 'x' && number) {
      format.fields.push_back({kind, size, itemSize, number});
      count += number;
    }
    size = end;
    return nullptr;
  }
};

uint64_t loadInteger(const uint8_t *from, int size, bool bigEndian) {
  uint64_t bits = 0;
  for (int i = 0; i < size; ++i) bits |= uint64_t(from[bigEndian ? size - 1 - i : i]) << (8 * i);
  return bits;
}

Ref unpackBytes(const FormatField &field, const uint8_t *from) {
  if (field.code.code == 's') return makeBytes({from, size_t(field.size)});
  int64_t length = field.size ? std::min<int64_t>(*from, field.size - 1) : 0;
  return makeBytes({from + 1, size_t(length)});
}

} // namespace

const char *coil::vm::parseStructFormat(llvm::StringRef text, StructFormat &format) {
  format = {};
  return FormatReader(text, format).read();
}

int coil::vm::nativeSize(char code) {
  const CodeRow *row = findCode(code);
  return !row || code == 'x' || code == 's' || code == 'p' ? 0 : row->nativeSize;
}

char coil::vm::nativeCode(const char *format) {
  if (*format == '@') ++format;
  return *format && !format[1] && *format != 'e' && nativeSize(*format) ? *format : 0;
}

void coil::vm::storeInteger(uint64_t bits, uint8_t *to, int size, bool bigEndian) {
  for (int i = 0; i < size; ++i) to[bigEndian ? size - 1 - i : i] = uint8_t(bits >> (8 * i));
}

double coil::vm::unpackHalf(uint16_t bits) {
  int exponent = bits >> 10 & 31;
  double fraction = bits & 1023, magnitude;
  if (exponent == 31)
    magnitude = fraction != 0 ? std::nan("") : HUGE_VAL;
  else
    magnitude = exponent ? std::ldexp(fraction + 1024, exponent - 25) : std::ldexp(fraction, -24);
  return std::copysign(magnitude, bits & 0x8000 ? -1.0 : 1.0);
}

bool coil::vm::packHalf(double d, uint16_t &bits) {
  uint16_t sign = std::signbit(d) ? 0x8000 : 0;
  d = std::fabs(d);
  if (std::isnan(d) || std::isinf(d) || d == 0) {
    bits = sign | (std::isnan(d) ? 0x7e00 : d == 0 ? 0 : 0x7c00);
    return true;
  }
  int exponent;
  std::frexp(d, &exponent); // d == [0.5, 1) * 2**exponent
  exponent = std::max(exponent - 1, -14);
  // In units of the last place, rounded to even; a carry runs into the exponent, as it should.
  double units = std::nearbyint(std::ldexp(d, 10 - exponent));
  uint32_t encoded = uint32_t(units);
  if (encoded >= 1024) encoded += uint32_t(exponent + 14) << 10;
  if (encoded >= 0x7c00) return false;
  bits = uint16_t(sign | encoded);
  return true;
}

Ref coil::vm::unpackItem(FormatCode code, const uint8_t *from) {
  if (code.code == 'c') return makeBytes(*from);
  uint64_t bits = loadInteger(from, code.size, code.bigEndian);
  switch (code.code) {
  case '?': return Ref::boolean(bits != 0);
  case 'e': return Ref::number(unpackHalf(uint16_t(bits)));
  case 'f': return Ref::number(std::bit_cast<float>(uint32_t(bits)));
  case 'd': return Ref::number(std::bit_cast<double>(bits));
  case 'b':
  case 'h':
  case 'i':
  case 'l':
  case 'q':
  case 'n': {
    int unused = 64 - 8 * code.size;
    return makeInt(int64_t(bits << unused) >> unused);
  }
  default: return makeIntUnsigned(bits);
  }
}

Ref coil::vm::unpackFields(const StructFormat &format, const uint8_t *from) {
  TupleRef result = newTuple(format.count);
  int64_t n = 0;
  for (const FormatField &field : format.fields) {
    const uint8_t *at = from + field.offset;
    for (int64_t i = 0; i < field.repeat; ++i, at += field.size) {
      bool text = field.code.code == 's' || field.code.code == 'p';
      result->items()[n++] = (text ? unpackBytes(field, at) : unpackItem(field.code, at)).release();
    }
  }
  return result;
}
