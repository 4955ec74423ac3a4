// printf-style formatting of str and bytes.
#include "VM/Types/Str/PercentFormat.h"
#include "Support/Unicode.h"
#include "VM/Core/Names.h"
#include "VM/Protocol/Buffer.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Float.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Str/FloatText.h"
#include "VM/Types/Str/TextAlgorithms.h"
#include "VM/Types/Tuple.h"
#include <charconv>

using namespace coil;
using namespace coil::vm;

namespace {

constexpr int64_t kMostPadding = int64_t(1) << 32; // beyond it memory cannot suffice

// One conversion, parsed.
struct Conversion {
  bool left = false, plus = false, blank = false, alternate = false, zero = false;
  int64_t width = -1, precision = -1;
  char32_t code = 0;
  int64_t index = 0; // of the code
};

// Formats one string. For bytes, characters stand for bytes throughout.
class PercentFormatter {
  Thread &t;
  Value format;
  Buffer held; // of bytes: a bytearray keeps its size meanwhile
  bool bytes;
  int64_t length, at = 0;
  Value args;
  Value mapping; // args where keys may be looked up in it, or empty
  Ref keyed;     // the value of the last key
  int64_t nextArg = 0, argCount;
  StrBuilder out;

public:
  PercentFormatter(Thread &t, Value format, bool bytes, Value args)
      : t(t), format(format), bytes(bytes),
        length(bytes ? BytesView(format).size() : format.as<Str>()->length), args(args),
        argCount(isTuple(args) ? args.as<Tuple>()->length : -1) {
    bool text = isTuple(args) || isStr(args) || (bytes && (isBytes(args) || isByteArray(args)));
    if (!text && typeOf(args)->slots.getItem) mapping = args;
  }

  StrRef build() {
    if (bytes) CHECK(held.open(t, format));
    while (at < length) {
      appendLiteral();
      if (at == length) break;
      ++at;
      CHECK(formatOne());
    }
    bool all = argCount < 0 ? nextArg > 0 : nextArg == argCount;
    if (!all && mapping.empty())
      return raise(t, types::TypeError, "not all arguments converted during % formatting",
                   bytes ? "bytes" : "string");
    return out.finish();
  }

private:
  char32_t charAt(int64_t i) const { return bytes ? char32_t(held.data()[i]) : format.as<Str>()->at(i); }
  char32_t peek() const { return at < length ? charAt(at) : 0; }
  bool take(char32_t c) {
    if (at == length || charAt(at) != c) return false;
    ++at;
    return true;
  }

  void appendLiteral() {
    int64_t start = at;
    while (at < length && charAt(at) != '%') ++at;
    if (!bytes)
      out.append(format.as<Str>(), start, at);
    else
      for (; start < at; ++start) out.append(charAt(start));
  }

  // --- arguments ---

  Ref argument() {
    if (keyed) return std::move(keyed);
    if (argCount >= 0 && nextArg < argCount) return Ref::share((*args.as<Tuple>())[nextArg++]);
    if (argCount < 0 && nextArg == 0) {
      ++nextArg;
      return Ref::share(args);
    }
    return raise(t, types::TypeError, "not enough arguments for format string");
  }

  Status readKey() {
    if (mapping.empty()) return raise(t, types::TypeError, "format requires a mapping");
    int64_t start = at;
    for (int depth = 1; depth > 0; ++at) {
      if (at == length) return raise(t, types::ValueError, "incomplete format key");
      if (charAt(at) == '(') ++depth;
      if (charAt(at) == ')') --depth;
    }
    Ref key = bytes ? Ref(makeBytes({held.data() + start, size_t(at - 1 - start)}))
                    : Ref(substring(format.as<Str>(), start, at - 1));
    keyed = TRY(getItem(t, mapping, key));
    nextArg = 1;
    return Status::ok();
  }

  // --- the parts of a conversion ---

  void readFlags(Conversion &c) {
    for (;; ++at) {
      switch (peek()) {
      case '-': c.left = true; continue;
      case '+': c.plus = true; continue;
      case ' ': c.blank = true; continue;
      case '#': c.alternate = true; continue;
      case '0': c.zero = true; continue;
      default: return;
      }
    }
  }

  // A number in digits or, for "*", from an argument.
  Status readNumber(int64_t &number, int64_t most, const char *tooBig, const char *cType) {
    if (take('*')) {
      Ref value = TRY(argument());
      if (!isIntLike(value)) return raise(t, types::TypeError, "* wants int");
      if (!toInt64(value, number) || number > most || number < -most - 1)
        return raise(t, types::OverflowError, "Python int too large to convert to C %", cType);
      return Status::ok();
    }
    for (; unicode::isAsciiDigit(peek()); ++at) {
      if (number < 0) number = 0;
      int digit = int(peek() - '0');
      if (number > (most - digit) / 10) return raise(t, types::ValueError, "%", tooBig);
      number = number * 10 + digit;
    }
    return Status::ok();
  }

  Status readConversion(Conversion &c) {
    if (take('(')) CHECK(readKey());
    readFlags(c);
    CHECK(readNumber(c.width, INT64_MAX, "width too big", "ssize_t"));
    if (c.width < -1 || (c.width == -1 && charAt(at - 1) == '*')) {
      c.left = true;
      c.width = c.width == INT64_MIN ? INT64_MAX : -c.width;
    }
    if (take('.')) {
      CHECK(readNumber(c.precision, INT32_MAX, bytes ? "prec too big" : "precision too big", "int"));
      c.precision = std::max<int64_t>(c.precision, 0);
    }
    if (char32_t size = peek(); size == 'h' || size == 'l' || size == 'L') ++at;
    if (at == length) return raise(t, types::ValueError, "incomplete format");
    c.index = at;
    c.code = charAt(at++);
    if (c.width > kMostPadding) return raise(t, types::MemoryError, "");
    return Status::ok();
  }

  // --- converting ---

  Status formatOne() {
    if (take('%')) {
      out.append(U'%');
      return Status::ok();
    }
    Conversion c;
    CHECK(readConversion(c));
    Ref value = TRY(argument());
    if (c.code == 's' && !bytes && c.width < 0 && c.precision < 0 && isExactStr(value)) {
      out.append(value.as<Str>());
      return Status::ok();
    }
    switch (c.code) {
    case 's':
    case 'b':
    case 'r':
    case 'a':
      if (c.code == 'b' && !bytes) break;
      return formatText(c, value);
    case 'd':
    case 'i':
    case 'u':
    case 'o':
    case 'x':
    case 'X': return formatInteger(c, value);
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G': return formatReal(c, value);
    case 'c': return bytes ? formatByte(c, value) : formatCharacter(c, value);
    }
    return raiseUnsupported(c);
  }

  Failure raiseUnsupported(const Conversion &c) {
    char shown = bytes || (c.code >= 32 && c.code < 127) ? char(c.code) : '?';
    if (bytes && c.code >= 128) { // CPython fails to word the message
      Ref exception = call(t, Value(&types::ValueError));
      return exception ? raiseObject(t, exception) : Failure();
    }
    char hex[16];
    snprintf(hex, sizeof hex, "0x%x", unsigned(c.code));
    return raise(t, types::ValueError, "unsupported format character '%' (%) at index %",
                 std::string(1, shown), std::string(hex), c.index);
  }

  void pad(const Conversion &c, int64_t size, bool before) {
    if (c.left != before && c.width > size) out.fill(U' ', c.width - size);
  }

  Status formatText(const Conversion &c, Value value) {
    if (bytes && (c.code == 's' || c.code == 'b')) return formatBytesLike(c, value);
    Ref text = TRY(c.code == 's'             ? str(t, value)
                   : c.code == 'r' && !bytes ? repr(t, value)
                                             : ascii(t, value));
    auto *s = text.as<Str>();
    int64_t size = c.precision >= 0 ? std::min(c.precision, s->length) : s->length;
    pad(c, size, true);
    out.append(s, 0, size);
    pad(c, size, false);
    return Status::ok();
  }

  Status formatBytesLike(const Conversion &c, Value value) {
    Ref converted;
    if (!isBytes(value) && !isByteArray(value)) {
      bool found;
      converted = callSpecial(t, value, names::special_bytes, {}, found);
      if (found && !converted) return {};
      if (found && !isBytes(converted))
        return raise(t, types::TypeError, "__bytes__ returned non-bytes (type %)", typeName(converted));
      if (found) value = converted;
    }
    if (!exportsBuffer(value))
      return raiseMessage(t, types::TypeError,
                          "%b requires a bytes-like object, or an object that implements __bytes__, not '" +
                              typeName(value).str() + "'");
    Buffer buffer;
    TRY(buffer.open(t, value, kBufferFullReadOnly));
    llvm::SmallVector<uint8_t, 64> content(size_t(buffer.size()));
    copyContiguous(buffer.info(), content.data(), 'C');
    int64_t size = c.precision >= 0 ? std::min(c.precision, buffer.size()) : buffer.size();
    pad(c, size, true);
    for (int64_t i = 0; i < size; ++i) out.append(char32_t(content[size_t(i)]));
    pad(c, size, false);
    return Status::ok();
  }

  // A number's text (a minus sign, digits) with sign, prefix and padding.
  void appendNumber(const Conversion &c, llvm::StringRef text, llvm::StringRef prefix) {
    char sign = text.consume_front("-") ? '-' : c.plus ? '+' : c.blank ? ' ' : 0;
    int64_t size = int64_t(text.size() + prefix.size()) + (sign != 0);
    if (!c.zero) pad(c, size, true);
    if (sign) out.append(char32_t(sign));
    out.appendAscii(prefix);
    if (c.zero && !c.left && c.width > size) out.fill(U'0', c.width - size);
    out.appendAscii(text);
    pad(c, size, false);
  }

  Failure raiseNoNumber(const Conversion &c, Value value) {
    bool whole = c.code == 'o' || c.code == 'x' || c.code == 'X';
    return raiseMessage(t, types::TypeError,
                        std::string("%") + char(bytes && c.code == 'i' ? 'd' : c.code) +
                            " format: " + (whole ? "an integer" : "a real number") + " is required, not " +
                            typeName(value).str());
  }

  // The int that a d or x conversion of `value` shows.
  Ref integerFor(const Conversion &c, Value value) {
    if (isIntLike(value)) return exactInt(value);
    const Slots &slots = typeOf(value)->slots;
    if (!slots.toInt && !slots.index && !slots.toFloat) return raiseNoNumber(c, value);
    bool whole = c.code == 'o' || c.code == 'x' || c.code == 'X';
    Ref number = whole ? index(t, value) : intFrom(t, value);
    if (!number) {
      if (catchPending(t, types::TypeError)) return raiseNoNumber(c, value);
      return {};
    }
    return exactInt(number);
  }

  Status formatInteger(const Conversion &c, Value value) {
    if (c.code == 'd' && value.isInt() && c.precision < 0) {
      char buffer[24];
      auto end = std::to_chars(buffer, buffer + sizeof buffer, value.asInt());
      appendNumber(c, {buffer, size_t(end.ptr - buffer)}, "");
      return Status::ok();
    }
    Ref number = TRY(integerFor(c, value));
    if (c.precision > INT32_MAX - 3) return raise(t, types::OverflowError, "precision too large");
    std::string text;
    llvm::StringRef prefix;
    if (c.code == 'o' || c.code == 'x' || c.code == 'X') {
      text = intToString(number, c.code == 'o' ? 8 : 16);
      if (c.alternate) prefix = c.code == 'o' ? "0o" : c.code == 'x' ? "0x" : "0X";
      if (c.code == 'X')
        for (char &digit : text)
          if (digit >= 'a') digit &= ~0x20;
    } else { // repr() knows the limit of digits
      Ref decimal = TRY(types::Int.slots.repr(t, number));
      text = decimal.as<Str>()->asciiText().str();
    }
    bool negative = text[0] == '-';
    if (int64_t digits = int64_t(text.size()) - negative; digits < c.precision)
      text.insert(negative, c.precision - digits, '0');
    appendNumber(c, text, prefix);
    return Status::ok();
  }

  Status formatReal(const Conversion &c, Value value) {
    Result<double> d = asDouble(t, value);
    if (!d) {
      if (!bytes) return {};
      clearPending(t);
      return raise(t, types::TypeError, "float argument required, not %", typeName(value));
    }
    int64_t precision = c.precision < 0 ? 6 : c.precision;
    appendNumber(c, floatText(*d, char(c.code), precision, c.alternate ? kFloatAlternate : 0), "");
    return Status::ok();
  }

  void appendCharacter(const Conversion &c, char32_t character) {
    pad(c, 1, true);
    out.append(character);
    pad(c, 1, false);
  }

  Failure raiseNoCharacter() {
    return raiseMessage(t, types::TypeError,
                        bytes ? "%c requires an integer in range(256) or a single byte"
                              : "%c requires int or char");
  }

  // The int behind a %c; `most` the greatest that it may be.
  Status characterCode(Value value, int64_t most, int64_t &code) {
    if (!isIntLike(value) && !typeOf(value)->slots.index) return raiseNoCharacter();
    Ref number = index(t, value);
    if (!number) {
      if (catchPending(t, types::TypeError)) return raiseNoCharacter();
      return {};
    }
    if (!toInt64(number, code) || code < 0 || code > most)
      return raiseMessage(t, types::OverflowError,
                          bytes ? "%c arg not in range(256)" : "%c arg not in range(0x110000)");
    return Status::ok();
  }

  Status formatCharacter(const Conversion &c, Value value) {
    int64_t code;
    if (isStr(value)) {
      if (value.as<Str>()->length != 1) return raiseNoCharacter();
      code = value.as<Str>()->at(0);
    } else {
      CHECK(characterCode(value, unicode::kMaxCodePoint, code));
    }
    appendCharacter(c, char32_t(code));
    return Status::ok();
  }

  Status formatByte(const Conversion &c, Value value) {
    int64_t code;
    if (isBytes(value) || isByteArray(value)) {
      if (BytesView(value).size() != 1) return raiseNoCharacter();
      code = BytesView(value).data[0];
    } else {
      CHECK(characterCode(value, 255, code));
    }
    appendCharacter(c, char32_t(code));
    return Status::ok();
  }
};

} // namespace

Ref coil::vm::percentFormatStr(Thread &t, Str *format, Value args) {
  return PercentFormatter(t, format, false, args).build();
}

Ref coil::vm::percentFormatBytes(Thread &t, Value format, Value args) {
  StrRef text = TRY(PercentFormatter(t, format, true, args).build());
  return BytesView(format).make({text->data1(), size_t(text->length)});
}
