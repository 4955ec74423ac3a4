// datetime.timedelta: making, comparing and showing them. Arithmetic is in TimeDeltaMath.cpp.
#include "VM/Bind/Native.h"
#include "VM/Core/Names.h"
#include "VM/Modules/_datetime/TimeDeltaMath.h"
#include "VM/Types/Float.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Tuple.h"
#include <cmath>
#include <cstdio>

using namespace coil::vm;
using namespace coil::vm::datetime;

Type coil::vm::types::TimeDelta;

Ref datetime::newTimeDelta(Thread &t, Micros micros, Type &type) {
  bool narrow = micros == int64_t(micros); // 128-bit division is slow
  Micros days = narrow ? Micros(int64_t(micros) / kDayMicros) : micros / kDayMicros;
  int64_t rest = narrow ? int64_t(micros) % kDayMicros : int64_t(micros % kDayMicros);
  if (rest < 0) {
    rest += kDayMicros;
    --days;
  }
  if (days != int32_t(days))
    return raise(t, types::OverflowError, "Python int too large to convert to C int");
  if (days > kMaxDays || days < -kMaxDays)
    return raise(t, types::OverflowError, "days=%; must have magnitude <= %", int32_t(days), kMaxDays);
  auto *delta = heap::make<TimeDelta>(type);
  delta->days = int(days);
  delta->seconds = int(rest / kSecondMicros);
  delta->micros = int(rest % kSecondMicros);
  delta->hash = -1;
  return Ref::take(Value(delta));
}

namespace {

struct Unit {
  const char *name;
  int64_t micros;
};

// In the order of the parameters, and in the one in which they are summed up.
constexpr Unit kUnits[] = {
    {"days", kDayMicros},     {"seconds", kSecondMicros},      {"microseconds", 1},
    {"milliseconds", 1000},   {"minutes", 60 * kSecondMicros}, {"hours", 3600 * kSecondMicros},
    {"weeks", 7 * kDayMicros}};
constexpr int kSumOrder[] = {2, 3, 1, 4, 5, 0, 6};

// Small ints and floats without a big number in sight.
bool isQuick(Value v) { return v.empty() || v.isInt() || (v.isDouble() && std::fabs(v.asDouble()) < 1e15); }

Micros quickSum(const Value *given, double &leftover) {
  Micros sum = 0;
  for (int i : kSumOrder) {
    if (given[i].empty()) continue;
    if (given[i].isInt()) {
      sum += Micros(given[i].asInt()) * kUnits[i].micros;
      continue;
    }
    double whole, fraction = std::modf(given[i].asDouble(), &whole);
    sum += Micros(int64_t(whole)) * kUnits[i].micros;
    if (fraction == 0) continue;
    fraction = std::modf(double(kUnits[i].micros) * fraction, &whole);
    leftover += fraction;
    sum += int64_t(whole);
  }
  return sum;
}

// The same for numbers of any size and type.
Ref slowSum(Thread &t, const Value *given, double &leftover) {
  Ref sum = makeInt(0);
  for (int i : kSumOrder) {
    Value v = given[i];
    if (v.empty()) continue;
    Ref factor = makeInt(kUnits[i].micros);
    if (isIntLike(v)) {
      sum = intAdd(sum, intMul(v, factor));
      continue;
    }
    if (!isFloatLike(v))
      return raise(t, types::TypeError, "unsupported type for timedelta % component: %", kUnits[i].name,
                   typeOf(v)->fullName());
    double d = floatValue(v), whole, fraction = std::modf(d, &whole);
    if (std::isnan(d)) return raise(t, types::ValueError, "cannot convert float NaN to integer");
    if (std::isinf(d)) return raise(t, types::OverflowError, "cannot convert float infinity to integer");
    sum = intAdd(sum, intMul(makeIntFromDouble(whole), factor));
    if (fraction == 0) continue;
    fraction = std::modf(double(kUnits[i].micros) * fraction, &whole);
    leftover += fraction;
    sum = intAdd(sum, makeIntFromDouble(whole));
  }
  return sum;
}

// What is left of the fractions, to the nearest microsecond; a half goes where the sum becomes even.
int64_t roundedLeftover(double leftover, bool odd) {
  double whole = std::round(leftover);
  if (std::fabs(whole - leftover) == 0.5) whole = 2.0 * std::round((leftover + odd) * 0.5) - odd;
  return int64_t(whole);
}

Ref timeDeltaNew(Thread &t, Value, const CallArgs &args) {
  Value given[7];
  Slot slots[7];
  for (int i = 0; i < 7; ++i) slots[i] = {kUnits[i].name, nullptr, &given[i]};
  CHECK(bindKeywords(t, "__new__", slots, 0, CallArgs(args.values + 1, args.positional - 1, args.kwNames)));
  double leftover = 0;
  Micros sum;
  if (llvm::all_of(given, isQuick)) {
    sum = quickSum(given, leftover);
  } else {
    Ref slow = TRY(slowSum(t, given, leftover));
    CHECK(microsFrom(t, slow, sum));
  }
  if (leftover != 0) sum += roundedLeftover(leftover, sum & 1);
  return newTimeDelta(t, sum, *args.values[0].as<Type>());
}

Ref timeDeltaRepr(Thread &, Value v) {
  TimeDelta *delta = timeDelta(v);
  std::string fields;
  auto add = [&](const char *name, int n) {
    if (n) fields += (fields.empty() ? "" : ", ") + std::string(name) + "=" + std::to_string(n);
  };
  add("days", delta->days);
  add("seconds", delta->seconds);
  add("microseconds", delta->micros);
  return makeStr(typeOf(v)->fullName().str() + "(" + (fields.empty() ? "0" : fields) + ")");
}

Ref timeDeltaStr(Thread &, Value v) {
  TimeDelta *delta = timeDelta(v);
  std::string out;
  if (delta->days) out = std::to_string(delta->days) + (std::abs(delta->days) == 1 ? " day, " : " days, ");
  char text[40];
  std::snprintf(text, sizeof text, "%d:%02d:%02d", delta->seconds / 3600, delta->seconds / 60 % 60,
                delta->seconds % 60);
  out += text;
  if (!delta->micros) return makeStrAscii(out);
  std::snprintf(text, sizeof text, ".%06d", delta->micros);
  return makeStrAscii(out + text);
}

Ref timeDeltaCompare(Thread &, Value self, Value other, CompareOp op) {
  if (!isTimeDelta(other)) return Ref::notImplemented();
  Micros a = timeDelta(self)->total(), b = timeDelta(other)->total();
  return compareResult(a < b ? -1 : a > b, op);
}

TupleRef fieldsOf(const TimeDelta *delta) {
  TupleRef fields = newTuple(3);
  fields->items()[0] = Value::smallInt(delta->days);
  fields->items()[1] = Value::smallInt(delta->seconds);
  fields->items()[2] = Value::smallInt(delta->micros);
  return fields;
}

Result<int64_t> timeDeltaHash(Thread &t, Value v) {
  TimeDelta *delta = timeDelta(v);
  if (delta->hash == -1) {
    TupleRef fields = fieldsOf(delta);
    delta->hash = TRY(hash(t, Value(fields)));
  }
  return delta->hash;
}

Ref timeDeltaReduce(Thread &, const Value *args) {
  TupleRef fields = fieldsOf(timeDelta(args[0]));
  return packTuple(Value(typeOf(args[0])), Value(fields));
}

Ref timeDeltaTotalSeconds(Thread &t, const Value *args) {
  Micros total = timeDelta(args[0])->total();
  if (total == int64_t(total) && std::abs(int64_t(total)) < int64_t(1) << 53)
    return Ref::number(double(int64_t(total)) / 1e6);
  return intTrueDiv(t, makeMicros(total), Value::smallInt(kSecondMicros));
}

template <int TimeDelta::*member> Ref getField(Thread &, Value v) { return makeInt(timeDelta(v)->*member); }

NativeDef kMethods[] = {
    {"__new__", timeDeltaNew, "!($type, *args, **kwargs)", "Make a new object of the class."},
    {"total_seconds", timeDeltaTotalSeconds, "!($self, /)", "The whole duration in seconds, a float."},
    {"__reduce__", timeDeltaReduce, "!($self, /)", "What pickle and copy need to make an equal object."},
};

const GetSetDef kMembers[] = {
    {"days", getField<&TimeDelta::days>, nullptr, "The whole days of the duration, which may be negative.",
     true},
    {"seconds", getField<&TimeDelta::seconds>, nullptr,
     "What is left of the duration behind its days: 0 to 86399 seconds.", true},
    {"microseconds", getField<&TimeDelta::micros>, nullptr,
     "What is left of the duration behind its seconds: 0 to 999999 microseconds.", true},
};

} // namespace

Result<int64_t> datetime::hashMicros(Thread &t, Micros micros) {
  Ref delta = TRY(newTimeDelta(t, micros));
  return timeDeltaHash(t, delta);
}

const TypeSpec coil::vm::kTimeDeltaSpec = {
    .name = "datetime.timedelta",
    .size = sizeof(TimeDelta),
    .flags = kTypeBase,
    .fillSlots =
        [](Slots &s) {
          s.repr = timeDeltaRepr;
          s.str = timeDeltaStr;
          s.compare = timeDeltaCompare;
          s.hash = timeDeltaHash;
          fillTimeDeltaMath(s);
        },
    .methods = kMethods,
    .getsets = kMembers,
    .doc = "A length of time, or the difference between two dates or times: timedelta(days=0,\n"
           "seconds=0, microseconds=0, milliseconds=0, minutes=0, hours=0, weeks=0). Arguments may\n"
           "be of any size, negative, or fractions; the object keeps their sum as days, seconds and\n"
           "microseconds, of which only days can be negative.",
};
