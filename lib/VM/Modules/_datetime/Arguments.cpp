// The arguments of _datetime's functions.
#include "VM/Codecs/Codecs.h"
#include "VM/Modules/_datetime/Datetime.h"
#include "VM/Types/Bytes.h"
#include "llvm/ADT/StringExtras.h"

using namespace coil::vm;
using namespace coil::vm::datetime;

Result<std::string> datetime::pickledState(Thread &t, Value v, size_t size, size_t at, bool (*valid)(int),
                                           const char *kind) {
  if (isBytes(v)) {
    auto *bytes = v.as<Bytes>();
    if (size_t(bytes->length) != size || !valid(bytes->data[at] & 0x7f)) return std::string();
    return std::string(reinterpret_cast<const char *>(bytes->data), size);
  }
  if (!isStr(v) || size_t(v.as<Str>()->length) != size) return std::string();
  auto *text = v.as<Str>();
  if (text->at(int64_t(at)) & ~char32_t(0xff) || !valid(int(text->at(int64_t(at))) & 0x7f))
    return std::string();
  std::string state;
  for (int64_t i = 0; i < text->length; ++i) {
    if (text->at(i) > 0xff)
      return raise(t, types::ValueError,
                   "Failed to encode latin1 string when unpickling a % object. pickle.load(data, "
                   "encoding='latin1') is assumed.",
                   kind);
    state += char(text->at(i));
  }
  return state;
}

Status datetime::checkDay(Thread &t, const Day &day) {
  if (day.year < kMinYear || day.year > kMaxYear)
    return raise(t, types::ValueError, "year % is out of range", day.year);
  if (day.month < 1 || day.month > 12) return raise(t, types::ValueError, "month must be in 1..12");
  if (day.day < 1 || day.day > daysInMonth(day.year, day.month))
    return raise(t, types::ValueError, "day is out of range for month");
  return Status::ok();
}

Status datetime::checkClock(Thread &t, const Clock &clock) {
  if (clock.hour < 0 || clock.hour > 23) return raise(t, types::ValueError, "hour must be in 0..23");
  if (clock.minute < 0 || clock.minute > 59) return raise(t, types::ValueError, "minute must be in 0..59");
  if (clock.second < 0 || clock.second > 59) return raise(t, types::ValueError, "second must be in 0..59");
  if (clock.micro < 0 || clock.micro > 999999)
    return raise(t, types::ValueError, "microsecond must be in 0..999999");
  if (clock.fold != 0 && clock.fold != 1) return raise(t, types::ValueError, "fold must be either 0 or 1");
  return Status::ok();
}

Status datetime::checkTzInfo(Thread &t, Value tzinfo) {
  if (tzinfo.isNone() || isTzInfo(tzinfo)) return Status::ok();
  return raise(t, types::TypeError, "tzinfo argument must be None or of a tzinfo subclass, not type '%'",
               typeOf(tzinfo)->fullName());
}

Status datetime::strArgument(Thread &t, Value v, const char *function, int position) {
  if (isStr(v)) return Status::ok();
  return raise(t, types::TypeError, "%() argument % must be str, not %", function, position,
               v.isNone() ? llvm::StringRef("None") : typeOf(v)->fullName());
}

Status datetime::timespecArgument(Thread &t, Value v, int position, std::string &timespec) {
  TRY(strArgument(t, v, "isoformat", position));
  Ref encoded = TRY(encodeUtf8(t, v.as<Str>(), "strict"));
  timespec = llvm::toStringRef(encoded.as<Bytes>()->bytes()).str();
  if (timespec.find('\0') != std::string::npos) return raise(t, types::ValueError, "embedded null character");
  return Status::ok();
}

Result<int> datetime::protocolArgument(Thread &t, const CallArgs &args) {
  if (args.positional != 1)
    return raise(t, types::TypeError, "__reduce_ex__() takes exactly 1 argument (% given)", args.positional);
  int protocol;
  TRY(intFromArgument(t, args.values[0], protocol));
  return protocol;
}
