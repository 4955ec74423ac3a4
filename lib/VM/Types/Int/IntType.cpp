// int: the type, its operators and methods.
#include "Support/Unicode.h"
#include "VM/Bind/Native.h"
#include "VM/Core/Names.h"
#include "VM/Core/Runtime.h"
#include "VM/Exceptions/Warnings.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Bytes.h"
#include "VM/Types/BytesMethods.h"
#include "VM/Types/Dict/Dict.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Str/FormatSpec.h"
#include "VM/Types/Str/TextAlgorithms.h"
#include "VM/Types/Tuple.h"
#include <cmath>

using namespace coil::vm;

namespace {

Failure raiseTooManyDigits(Thread &t, const std::string &count) {
  return raise(t, types::ValueError,
               "Exceeds the limit (% digits) for integer string conversion%; use "
               "sys.set_int_max_str_digits() to increase the limit",
               runtime.maxStrDigits, count.empty() ? "" : std::string(": value has ") + count + " digits");
}

Ref intRepr(Thread &t, Value v) {
  uint64_t limit = uint64_t(runtime.maxStrDigits);
  // A digit is worth 3.32 bits: what is far beyond the limit is not converted at all.
  if (!v.isInt() && limit && IntView(v).bitLength() / 4 > limit) return raiseTooManyDigits(t, "");
  std::string text = intToString(v);
  if (limit && text.size() > limit && text.size() - (text[0] == '-') > limit)
    return raiseTooManyDigits(t, "");
  return makeStrAscii(text);
}

Result<int64_t> intHash(Thread &, Value v) { return hashInt(v); }

Ref intCompare(Thread &, Value a, Value b, CompareOp op) {
  if (!isIntLike(a) || !isIntLike(b)) return Ref::notImplemented();
  return compareResult(compareInts(a, b), op);
}

#define BOTH(a, b)                                                                                           \
  if (!isIntLike(a) || !isIntLike(b)) return Ref::notImplemented()

Ref opAdd(Thread &, Value a, Value b) {
  BOTH(a, b);
  return intAdd(a, b);
}
Ref opSub(Thread &, Value a, Value b) {
  BOTH(a, b);
  return intSub(a, b);
}
Ref opMul(Thread &, Value a, Value b) {
  BOTH(a, b);
  return intMul(a, b);
}
Ref opMod(Thread &t, Value a, Value b) {
  BOTH(a, b);
  return intMod(t, a, b);
}
Ref opFloorDiv(Thread &t, Value a, Value b) {
  BOTH(a, b);
  return intFloorDiv(t, a, b);
}
Ref opTrueDiv(Thread &t, Value a, Value b) {
  BOTH(a, b);
  return intTrueDiv(t, a, b);
}
Ref opLshift(Thread &t, Value a, Value b) {
  BOTH(a, b);
  return intLshift(t, a, b);
}
Ref opRshift(Thread &t, Value a, Value b) {
  BOTH(a, b);
  return intRshift(t, a, b);
}
Ref opAnd(Thread &, Value a, Value b) {
  BOTH(a, b);
  return intBitwise('&', a, b);
}
Ref opOr(Thread &, Value a, Value b) {
  BOTH(a, b);
  return intBitwise('|', a, b);
}
Ref opXor(Thread &, Value a, Value b) {
  BOTH(a, b);
  return intBitwise('^', a, b);
}

Ref opDivmod(Thread &t, Value a, Value b) {
  BOTH(a, b);
  Ref q, r;
  TRY(intDivmod(t, a, b, q, r));
  return packTuple(q.get(), r.get());
}

Ref opPow(Thread &t, Value a, Value b, Value modulus) {
  BOTH(a, b);
  if (!modulus.isNone() && !isIntLike(modulus)) return Ref::notImplemented();
  return intPow(t, a, b, modulus);
}

Ref opNegative(Thread &, Value v) { return intNegative(v); }
Ref opPositive(Thread &, Value v) { return exactInt(v); }
Ref opAbsolute(Thread &, Value v) { return intAbs(v); }
Ref opInvert(Thread &, Value v) { return intInvert(v); }
Ref opFloat(Thread &t, Value v) { return Ref::number(TRY(intToDouble(t, v))); }
Result<bool> opBool(Thread &, Value v) { return !isZeroInt(v); }

// --- construction
// ------------------------------------------------------------------------------------------------

// The digits of a str as ASCII: Unicode decimal digits and spaces count.
std::string asciiDigits(Str *s) {
  std::string text;
  for (int64_t i = 0; i < s->length; ++i) {
    char32_t c = s->at(i);
    if (c < 128)
      text += char(c);
    else if (int digit = coil::unicode::decimalValue(c); digit >= 0)
      text += char('0' + digit);
    else if (coil::unicode::isSpace(c))
      text += ' ';
    else
      text += '?';
  }
  return text;
}

Ref parseText(Thread &t, Value v, llvm::StringRef text, int base) {
  bool tooLong;
  Ref result = parseInt(text, base, tooLong);
  if (result) return result;
  if (tooLong)
    return raiseTooManyDigits(t, std::to_string(llvm::count_if(text, [](char c) { return isdigit(c); })));
  std::string shown =
      TRY(isByteArray(v) ? Result(bytesLiteral(BytesView(v).bytes(), false)) : reprText(t, v));
  return raise(t, types::ValueError, "invalid literal for int() with base %: %", base, shown);
}

// Text of a str, bytes or bytearray argument; false for anything else.
bool textOf(Value v, std::string &text) {
  if (isStr(v))
    text = asciiDigits(v.as<Str>());
  else if (isBytes(v) || isByteArray(v))
    text = llvm::toStringRef(BytesView(v).bytes()).str();
  else
    return false;
  return true;
}

Ref checkedInt(Thread &t, Ref result, const char *method) {
  if (!isIntLike(result))
    return raise(t, types::TypeError, "% returned non-int (type %)", method, typeName(result));
  if (!result->isInt() && !isExactly(result, types::Int))
    CHECK(warnStrictSubclass(t, result, std::string(method) + " returned non-int", "int"));
  return exactInt(result);
}

Ref intInBase(Thread &t, Value x, Value base) {
  int64_t b = TRY(indexInt64(t, base, true));
  if (b != 0 && (b < 2 || b > 36))
    return raise(t, types::ValueError, "int() base must be >= 2 and <= 36, or 0");
  std::string text;
  if (!textOf(x, text))
    return raise(t, types::TypeError, "int() can't convert non-string with explicit base");
  return parseText(t, x, text, int(b));
}

Ref intNew(Thread &t, const Value *args) {
  Type *type = args[0].as<Type>();
  Ref value;
  if (args[1].empty()) {
    if (!args[2].empty()) return raise(t, types::TypeError, "int() missing string argument");
    value = Ref::smallInt(0);
  } else {
    value = args[2].empty() ? intFrom(t, args[1]) : intInBase(t, args[1], args[2]);
  }
  if (!value || type == &types::Int) return value;
  IntView view(value);
  return newHeapInt(*type, view.negative(), {view.limbs(), view.size()});
}

// --- methods
// ---------------------------------------------------------------------------------------------------

Ref intBitLength(Thread &, const Value *args) { return makeInt(int64_t(IntView(args[0]).bitLength())); }

Ref intBitCount(Thread &, const Value *args) {
  IntView view(args[0]);
  int64_t n = 0;
  for (uint32_t i = 0; i < view.size(); ++i) n += __builtin_popcountll(view.limbs()[i]);
  return makeInt(n);
}

Ref intSelf(Thread &, const Value *args) { return exactInt(args[0]); }

Ref intAsRatio(Thread &, const Value *args) {
  Ref self = exactInt(args[0]);
  return packTuple(self.get(), Value::smallInt(1));
}

Ref intFormat(Thread &t, const Value *args) {
  if (!isStr(args[1]))
    return raise(t, types::TypeError, "__format__() argument must be str, not %", argumentTypeName(args[1]));
  return formatInt(t, args[0], args[1].as<Str>());
}

// round(i, -n): to the nearest multiple of 10**n, ties to even.
Ref intRound(Thread &t, const Value *args) {
  if (args[1].empty()) return exactInt(args[0]);
  Ref digits = TRY(index(t, args[1]));
  if (!isNegativeInt(digits)) return exactInt(args[0]);
  Ref places = intNegative(digits), ten = Ref::smallInt(10);
  Ref unit = TRY(intPow(t, ten, places, Value::none()));
  Ref quotient, remainder;
  TRY(intDivmod(t, args[0], unit, quotient, remainder));
  Ref twice = intAdd(remainder, remainder);
  int order = compareInts(twice, unit);
  Ref one = Ref::smallInt(1);
  Ref odd = intBitwise('&', quotient, one);
  if (order > 0 || (order == 0 && !isZeroInt(odd))) quotient = intAdd(quotient, one);
  return intMul(quotient, unit);
}

Result<bool> isLittle(Thread &t, Value order, const char *function) {
  if (order.empty()) return false;
  if (!isStr(order))
    return raise(t, types::TypeError, "%() argument 'byteorder' must be str, not %", function,
                 argumentTypeName(order));
  std::string text = toUtf8(order.as<Str>());
  if (text != "little" && text != "big")
    return raise(t, types::ValueError, "byteorder must be either 'little' or 'big'");
  return text == "little";
}

Ref intToBytes(Thread &t, const Value *args) {
  int64_t length = TRY(asInt64(t, args[1]));
  bool little = TRY(isLittle(t, args[2], "to_bytes")), isSigned = TRY(truth(t, args[3]));
  if (length < 0) return raise(t, types::ValueError, "length argument must be non-negative");
  IntView view(args[0]);
  if (view.negative() && !isSigned)
    return raise(t, types::OverflowError, "can't convert negative int to unsigned");
  llvm::SmallVector<uint8_t, 32> bytes(length);
  bool carry = view.negative(), lost = false;
  for (uint64_t i = 0; i < std::max<uint64_t>(length, view.size() * 8); ++i) {
    uint8_t b = i / 8 < view.size() ? uint8_t(view.limbs()[i / 8] >> (i % 8 * 8)) : 0;
    if (view.negative()) {
      b = uint8_t(~b) + carry;
      carry = carry && b == 0;
    }
    if (i < uint64_t(length))
      bytes[i] = b;
    else
      lost |= b != (view.negative() ? 0xFF : 0);
  }
  if (isSigned && length) lost |= (bytes[length - 1] >> 7) != view.negative();
  if (isSigned && !length) lost |= !view.zero();
  if (lost) return raise(t, types::OverflowError, "int too big to convert");
  if (!little) std::reverse(bytes.begin(), bytes.end());
  return makeBytes(bytes);
}

Ref intFromBytes(Thread &t, const Value *args) {
  bool little = TRY(isLittle(t, args[2], "from_bytes")), isSigned = TRY(truth(t, args[3]));
  Ref source = TRY(bytesFrom(t, args[1]));
  llvm::SmallVector<uint8_t, 32> bytes(source.as<Bytes>()->bytes());
  if (!little) std::reverse(bytes.begin(), bytes.end());
  bool negative = isSigned && !bytes.empty() && bytes.back() >> 7;
  llvm::SmallVector<uint64_t, 8> limbs(bytes.size() / 8 + 1, negative ? ~uint64_t(0) : 0);
  for (size_t i = 0; i < bytes.size(); ++i) {
    limbs[i / 8] &= ~(uint64_t(0xFF) << (i % 8 * 8));
    limbs[i / 8] |= uint64_t(bytes[i]) << (i % 8 * 8);
  }
  if (negative) {
    for (uint64_t &limb : limbs) limb = ~limb;
    for (uint64_t &limb : limbs)
      if (++limb) break;
  }
  Ref value = makeInt(negative, limbs);
  if (args[0].object() == &types::Int) return value;
  return call(t, args[0], {value.get()});
}

Ref intSizeOf(Thread &, const Value *args) {
  return makeInt(24 + int64_t(IntView(args[0]).bitLength() + 29) / 30 * 4);
}
Ref intGetNewArgs(Thread &, const Value *args) {
  Ref self = exactInt(args[0]);
  return packTuple(self.get());
}

Ref getReal(Thread &, Value v) { return exactInt(v); }
Ref getZero(Thread &, Value) { return Ref::smallInt(0); }
Ref getOne(Thread &, Value) { return Ref::smallInt(1); }

const GetSetDef kIntGetSets[] = {
    {"real", getReal, nullptr, "the real part of a complex number"},
    {"imag", getZero, nullptr, "the imaginary part of a complex number"},
    {"numerator", getReal, nullptr, "the integer itself, as numerator of a fraction"},
    {"denominator", getOne, nullptr, "1, as denominator of a fraction"},
};

NativeDef kIntMethods[] = {
    {"__new__", intNew, "!($type, x=<absent>, /, base=<absent>)", "Make a new object of the class."},
    {"conjugate", intSelf, "!($self, /)", "conjugate(): the integer itself, as it has no imaginary part."},
    {"bit_length", intBitLength, "($self, /)",
     "The number of binary digits, without sign and leading zeros.\n\n>>> (8).bit_length()\n4\n>>> "
     "(-8).bit_length()\n4"},
    {"bit_count", intBitCount, "($self, /)",
     "How many ones the binary digits of the absolute value have.\n\n>>> (11).bit_count()\n3\n>>> "
     "(-11).bit_count()\n3"},
    {"to_bytes", intToBytes, "($self, /, length=1, byteorder='big', *, signed=False)",
     "The integer as an array of length bytes.\n\nbyteorder is 'big' if the most significant byte comes "
     "first, or 'little'. signed=True makes\nit two's complement, without which a negative integer is "
     "refused. OverflowError if it does\nnot fit."},
    {"from_bytes", intFromBytes, "($type, /, bytes, byteorder='big', *, signed=False)",
     "The integer that an array of bytes holds; bytes is a bytes-like object or an iterable of "
     "integers.\n\nbyteorder is 'big' if the most significant byte comes first, or 'little'. signed=True "
     "reads\nit as two's complement.",
     NativeKind::Class},
    {"as_integer_ratio", intAsRatio, "($self, /)",
     "The integer as a fraction: (itself, 1).\n\n>>> (12).as_integer_ratio()\n(12, 1)\n>>> "
     "(-7).as_integer_ratio()\n(-7, 1)\n>>> (0).as_integer_ratio()\n(0, 1)"},
    {"__trunc__", intSelf, "!($self, /)", "Return the integer itself."},
    {"__floor__", intSelf, "!($self, /)", "Return the integer itself."},
    {"__ceil__", intSelf, "!($self, /)", "Return the integer itself."},
    {"__round__", intRound, "($self, ndigits=<unrepresentable>, /)",
     "The integer rounded to a multiple of 10 ** -ndigits, or itself without ndigits. Halves go to\nthe even "
     "side."},
    {"__getnewargs__", intGetNewArgs, "($self, /)", nullptr},
    {"__format__", intFormat, "($self, format_spec, /)", nullptr},
    {"__sizeof__", intSizeOf, "($self, /)", "The bytes of memory the object occupies."},
};

} // namespace

// A str of a few decimal digits and nothing else: most are. Empty for any other value.
static Ref intFromDigits(Value v) {
  constexpr int64_t kFewDigits = 14;
  if (!isExactStr(v)) return {};
  auto *s = v.as<Str>();
  if (!s->ascii || !s->length || s->length > kFewDigits) return {};
  int64_t number = 0;
  for (char c : s->asciiText()) {
    if (c < '0' || c > '9') return {};
    number = number * 10 + (c - '0');
  }
  return Ref::smallInt(number);
}

Ref coil::vm::intFrom(Thread &t, Value v) {
  if (v.isInt() || isExactly(v, types::Int)) return Ref::share(v);
  if (v.isBool()) return exactInt(v);
  if (Ref number = intFromDigits(v)) return number;
  if (UnaryFn toInt = typeOf(v)->slots.toInt) return checkedInt(t, TRY(toInt(t, v)), "__int__");
  if (UnaryFn toIndex = typeOf(v)->slots.index) return checkedInt(t, TRY(toIndex(t, v)), "__index__");
  bool found;
  Ref truncated = callSpecial(t, v, names::special_trunc, {}, found);
  if (found) {
    if (!truncated) return {};
    CHECK(warn(t, types::DeprecationWarning, "The delegation of int() to __trunc__ is deprecated."));
    if (!isIntLike(truncated) && !typeOf(truncated)->slots.index)
      return raise(t, types::TypeError, "__trunc__ returned non-Integral (type %)", typeName(truncated));
    return exactInt(TRY(index(t, truncated)));
  }
  std::string text;
  if (textOf(v, text)) return parseText(t, v, text, 10);
  if (exportsBuffer(v)) {
    Buffer buffer;
    TRY(buffer.open(t, v));
    BytesRef copy = makeBytes(buffer.bytes());
    return parseText(t, copy, llvm::toStringRef(copy->bytes()), 10);
  }
  return raise(t, types::TypeError,
               "int() argument must be a string, a bytes-like object or a real number, not '%'", typeName(v));
}

const TypeSpec coil::vm::kIntSpec = {
    .name = "int",
    .size = sizeof(Int),
    .flags = kTypeBase | kTypeIntSubclass | kTypeMatchSelf,
    .fillSlots =
        [](Slots &s) {
          s.repr = intRepr, s.hash = intHash, s.compare = intCompare, s.add = opAdd, s.sub = opSub,
          s.mul = opMul, s.mod = opMod;
          s.divmod = opDivmod, s.pow = opPow, s.negative = opNegative, s.positive = opPositive,
          s.absolute = opAbsolute;
          s.boolean = opBool, s.invert = opInvert, s.lshift = opLshift, s.rshift = opRshift, s.bitAnd = opAnd,
          s.bitXor = opXor;
          s.bitOr = opOr, s.toInt = opPositive, s.toFloat = opFloat, s.floorDiv = opFloorDiv,
          s.trueDiv = opTrueDiv, s.index = opPositive;
        },
    .extraSize =
        [](const Object *o) { return size_t(static_cast<const Int *>(o)->limbCount) * sizeof(uint64_t); },
    .methods = kIntMethods,
    .getsets = kIntGetSets,
    .doc = "int([x]), int(x, base=10): an integer.\n\nFrom a number it is the part before the point, from "
           "nothing 0. Text has digits of the base,\nfrom 2 to 36; base 0 goes by the prefix, as in "
           "source.\n\n>>> int('0b101', base=0)\n5",
};

// --- bool
// ------------------------------------------------------------------------------------------------------

namespace {

Ref boolRepr(Thread &, Value v) { return makeStrAscii(v.isTrue() ? "True" : "False"); }

template <char kOp, BinaryFn kFallback> Ref boolOp(Thread &t, Value a, Value b) {
  if (!a.isBool() || !b.isBool()) return kFallback(t, a, b);
  bool x = a.isTrue(), y = b.isTrue();
  return Ref::boolean(kOp == '&' ? x && y : kOp == '|' ? x || y : x != y);
}

Ref boolNew(Thread &t, const Value *args) { return Ref::boolean(!args[1].empty() && TRY(truth(t, args[1]))); }

NativeDef kBoolMethods[] = {
    {"__new__", boolNew, "!($type, x=False, /)", "Make a new object of the class."},
};

} // namespace

const TypeSpec coil::vm::kBoolSpec = {
    .name = "bool",
    .fillSlots =
        [](Slots &s) {
          s.repr = boolRepr, s.bitAnd = boolOp<'&', opAnd>, s.bitOr = boolOp<'|', opOr>,
          s.bitXor = boolOp<'^', opXor>;
        },
    .methods = kBoolMethods,
    .doc = "bool([x]): the truth of x, one of the two constants True and False.",
};
