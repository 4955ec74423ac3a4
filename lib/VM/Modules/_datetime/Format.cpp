// How dates and times are written.
#include "VM/Codecs/Codecs.h"
#include "VM/Core/Names.h"
#include "VM/Import/Import.h"
#include "VM/Modules/_datetime/Datetime.h"
#include "VM/Types/Bytes.h"
#include "VM/Types/Tuple.h"
#include "llvm/ADT/StringExtras.h"
#include <cstdio>

using namespace coil::vm;
using namespace coil::vm::datetime;

namespace {

template <class... Args> std::string printed(const char *format, Args... args) {
  char text[80];
  std::snprintf(text, sizeof text, format, args...);
  return text;
}

// The name of an object's zone as strftime's format may contain it.
Result<std::string> zoneText(Thread &t, Value tzinfo, Value argument) {
  if (tzinfo.isNone()) return std::string();
  Ref name = TRY(zoneName(t, tzinfo, argument));
  if (name->isNone()) return std::string();
  StrRef percent = makeStrAscii("%"), two = makeStrAscii("%%");
  Ref text = TRY(callMethod(t, name, internText("replace"), {Value(percent), Value(two)}));
  if (!isStr(text)) return raise(t, types::TypeError, "tzname.replace() did not return a string");
  return toUtf8(text.as<Str>());
}

} // namespace

std::string datetime::dayText(const Day &day) {
  return printed("%04d-%02d-%02d", day.year, day.month, day.day);
}

Result<std::string> datetime::clockText(Thread &t, const Clock &clock, llvm::StringRef timespec) {
  if (timespec == "auto") timespec = clock.micro ? "microseconds" : "seconds";
  if (timespec == "hours") return printed("%02d", clock.hour);
  if (timespec == "minutes") return printed("%02d:%02d", clock.hour, clock.minute);
  if (timespec == "seconds") return printed("%02d:%02d:%02d", clock.hour, clock.minute, clock.second);
  if (timespec == "milliseconds")
    return printed("%02d:%02d:%02d.%03d", clock.hour, clock.minute, clock.second, clock.micro / 1000);
  if (timespec == "microseconds")
    return printed("%02d:%02d:%02d.%06d", clock.hour, clock.minute, clock.second, clock.micro);
  return raise(t, types::ValueError, "Unknown timespec value");
}

Result<std::string> datetime::offsetText(Thread &t, const char *separator, Value tzinfo, Value argument) {
  Ref offset = TRY(utcOffset(t, tzinfo, argument));
  if (offset->isNone()) return std::string();
  Micros total = timeDelta(offset)->total();
  char sign = total < 0 ? '-' : '+';
  if (total < 0) total = -total;
  int seconds = int(total / kSecondMicros), micros = int(total % kSecondMicros);
  std::string out = printed("%c%02d%s%02d", sign, seconds / 3600, separator, seconds / 60 % 60);
  if (micros) return out + printed("%s%02d.%06d", separator, seconds % 60, micros);
  if (seconds % 60) out += printed("%s%02d", separator, seconds % 60);
  return out;
}

std::string datetime::ctimeText(const Day &day, const Clock &clock) {
  static const char *const kDays[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  static const char *const kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  return printed("%s %s %2d %02d:%02d:%02d %04d", kDays[weekdayOf(day)], kMonths[day.month - 1], day.day,
                 clock.hour, clock.minute, clock.second, day.year);
}

// %z, %Z and %f are written here, the others by time.strftime().
Ref datetime::strftime(Thread &t, Value, Value tzinfo, Value tzArgument, int micro, Str *format,
                       Value timeTuple) {
  Ref encoded = TRY(encodeUtf8(t, format, "strict"));
  llvm::StringRef text = llvm::toStringRef(encoded.as<Bytes>()->bytes());
  text = text.take_until([](char c) { return c == 0; });
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    char next = text[i] == '%' && i + 1 < text.size() ? text[i + 1] : 0;
    if (!next) {
      out += text[i];
      continue;
    }
    ++i;
    if (next == 'z')
      out += TRY(offsetText(t, "", tzinfo, tzArgument));
    else if (next == 'Z')
      out += TRY(zoneText(t, tzinfo, tzArgument));
    else if (next == 'f')
      out += printed("%06d", micro);
    else
      out += {'%', next};
  }
  Ref function = TRY(importAttribute(t, "time", "strftime"));
  StrRef changed = makeStr(out);
  return call(t, function, {Value(changed), timeTuple});
}

Ref datetime::formatMethod(Thread &t, const Value *args) {
  CHECK(strArgument(t, args[1], "__format__", 1));
  if (args[1].as<Str>()->length == 0) return str(t, args[0]);
  return callMethod(t, args[0], internText("strftime"), {args[1]});
}

Ref datetime::structTime(Thread &t, const Day &day, const Clock &clock, int dst) {
  Ref type = TRY(importAttribute(t, "time", "struct_time"));
  const int fields[] = {day.year,     day.month,      day.day,        clock.hour, clock.minute,
                        clock.second, weekdayOf(day), dayOfYear(day), dst};
  TupleRef items = newTuple(9);
  for (int i = 0; i < 9; ++i) items->items()[i] = Value::smallInt(fields[i]);
  return call(t, type, {Value(items)});
}
