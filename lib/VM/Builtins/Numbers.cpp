// abs, round, pow, divmod, sum, min, max, bin, oct, hex.
#include "VM/Builtins/Tables.h"
#include "VM/Core/Names.h"
#include "VM/Types/BytesMethods.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Str/TextAlgorithms.h"
#include "VM/Types/Tuple.h"

using namespace coil::vm;

namespace {

Ref builtinAbs(Thread &t, const Value *args) { return absolute(t, args[0]); }
Ref builtinPow(Thread &t, const Value *args) { return power(t, args[0], args[1], args[2]); }
Ref builtinDivmod(Thread &t, const Value *args) { return divmod(t, args[0], args[1]); }

Ref builtinRound(Thread &t, const Value *args) {
  Ref method;
  CHECK(lookupSpecial(t, args[0], names::special_round, method));
  if (!method) return raise(t, types::TypeError, "type % doesn't define __round__ method", typeName(args[0]));
  return args[1].isNone() ? call(t, method) : call(t, method, {args[1]});
}

Ref builtinSum(Thread &t, const Value *args) {
  Value start = args[1];
  if (isStr(start)) return raise(t, types::TypeError, "sum() can't sum strings [use ''.join(seq) instead]");
  if (isBytes(start)) return raise(t, types::TypeError, "sum() can't sum bytes [use b''.join(seq) instead]");
  if (isByteArray(start))
    return raise(t, types::TypeError, "sum() can't sum bytearray [use b''.join(seq) instead]");
  Ref iterator = TRY(iterate(t, args[0]));
  Ref total = Ref::share(start);
  while (Ref item = nextItem(t, iterator)) {
    if (bothInts(total, item))
      total = makeInt(total->asInt() + item->asInt());
    else if (total->isDouble() && item->isDouble())
      total = Ref::number(total->asDouble() + item->asDouble());
    else
      total = TRY(binary(t, BinaryOp::Add, total, item));
  }
  return t.hasPending() ? Ref() : std::move(total);
}

// --- min and max

struct Extremum {
  const char *name;
  CompareOp better;
  Value key, fallback; // empty: not given
};

Status readKeywords(Thread &t, const CallArgs &args, Extremum &e) {
  for (size_t i = 0; i < args.keywordCount(); ++i) {
    Str *name = (*args.kwNames)[i].as<Str>();
    Value value = args.values[args.positional + i];
    std::string text = toUtf8(name);
    if (text == "key")
      e.key = value.isNone() ? Value() : value;
    else if (text == "default")
      e.fallback = value;
    else
      return raise(t, types::TypeError, "'%' is an invalid keyword argument for %()", name, e.name);
  }
  return Status::ok();
}

// Keeps the first of equal items, as CPython does.
struct Best {
  Ref item, value; // value: the item's key; empty where there is no key function

  Status offer(Thread &t, const Extremum &e, Value candidate) {
    Ref value;
    if (!e.key.empty()) value = TRY(call(t, e.key, {candidate}));
    Value ours = e.key.empty() ? candidate : value.get();
    if (item && !TRY(compareBool(t, ours, e.key.empty() ? item.get() : this->value.get(), e.better)))
      return Status::ok();
    item = Ref::share(candidate);
    this->value = std::move(value);
    return Status::ok();
  }
};

Ref extremum(Thread &t, const CallArgs &args, Extremum e) {
  if (args.positional == 0)
    return raise(t, types::TypeError, "% expected at least 1 argument, got 0", e.name);
  CHECK(readKeywords(t, args, e));
  Best best;
  if (args.positional > 1) {
    if (!e.fallback.empty())
      return raise(t, types::TypeError, "Cannot specify a default for %() with multiple positional arguments",
                   e.name);
    for (size_t i = 0; i < args.positional; ++i) CHECK(best.offer(t, e, args.values[i]));
    return std::move(best.item);
  }
  CHECK(forEach(t, args.values[0], [&](Value item) { return best.offer(t, e, item); }));
  if (best.item) return std::move(best.item);
  if (!e.fallback.empty()) return Ref::share(e.fallback);
  return raise(t, types::ValueError, "%() arg is an empty sequence", e.name);
}

Ref builtinMin(Thread &t, Value, const CallArgs &args) {
  return extremum(t, args, {"min", CompareOp::Lt, Value(), Value()});
}
Ref builtinMax(Thread &t, Value, const CallArgs &args) {
  return extremum(t, args, {"max", CompareOp::Gt, Value(), Value()});
}

// --- bin, oct and hex

Ref inBase(Thread &t, Value v, int base, const char *prefix) {
  Ref number = TRY(index(t, v));
  std::string digits = intToString(number, base);
  digits.insert(isNegativeInt(number) ? 1 : 0, prefix);
  return makeStrAscii(digits);
}

Ref builtinBin(Thread &t, const Value *args) { return inBase(t, args[0], 2, "0b"); }
Ref builtinOct(Thread &t, const Value *args) { return inBase(t, args[0], 8, "0o"); }
Ref builtinHex(Thread &t, const Value *args) { return inBase(t, args[0], 16, "0x"); }

NativeDef kFunctions[] = {
    {"abs", builtinAbs, "($module, x, /)", "The magnitude of a number, which its __abs__ tells."},
    {"round", builtinRound, "($module, /, number, ndigits=None)",
     "The number rounded to ndigits places behind the point; negative ones count to the left of "
     "it.\n\nWithout ndigits the result is an integer. Halves go to the even side."},
    {"pow", builtinPow, "($module, /, base, exp, mod=None)",
     "base to the power exp, modulo mod if that is given.\n\nFor integers this is faster than base ** exp % "
     "mod, and a negative exp means the inverse modulo mod."},
    {"divmod", builtinDivmod, "($module, x, y, /)",
     "The quotient, rounded down, and the remainder: (x // y, x % y)."},
    {"sum", builtinSum, "($module, iterable, /, start=0)",
     "Add the items of an iterable to start, from left to right. Strings are refused: join() is for these."},
    {"min", builtinMin, "!($module, *args, **kwargs)",
     "min(iterable, *[, default, key]), min(arg1, arg2, *args, *[, key]): the smallest item; the\nfirst, if "
     "several are.\n\nkey computes what is compared. default is returned for an empty iterable, which "
     "raises\nValueError otherwise."},
    {"max", builtinMax, "!($module, *args, **kwargs)",
     "max(iterable, *[, default, key]), max(arg1, arg2, *args, *[, key]): the largest item; the\nfirst, if "
     "several are.\n\nkey computes what is compared. default is returned for an empty iterable, which "
     "raises\nValueError otherwise."},
    {"bin", builtinBin, "($module, number, /)",
     "The digits of an integer in base 2, behind 0b.\n\n>>> bin(-10)\n'-0b1010'"},
    {"oct", builtinOct, "($module, number, /)",
     "The digits of an integer in base 8, behind 0o.\n\n>>> oct(64)\n'0o100'"},
    {"hex", builtinHex, "($module, number, /)",
     "The digits of an integer in base 16, in lower case behind 0x.\n\n>>> hex(255)\n'0xff'"},
};

} // namespace

llvm::ArrayRef<NativeDef> coil::vm::numberFunctions() { return kFunctions; }
