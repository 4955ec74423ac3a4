// Reading dates and times in ISO 8601's forms.
#include "VM/Modules/_datetime/Datetime.h"

using namespace coil::vm;
using namespace coil::vm::datetime;

namespace {

bool isDigit(char c) { return c >= '0' && c <= '9'; }

// Reads a text from the left; behind its end there are NULs.
struct Scanner {
  const char *p, *end;

  char peek() const { return p < end ? *p : 0; }
  bool digits(int count, int &number) {
    number = 0;
    for (int i = 0; i < count; ++i, ++p) {
      if (!isDigit(peek())) return false;
      number = number * 10 + (*p - '0');
    }
    return true;
  }
  bool skip(char c) {
    if (peek() != c) return false;
    ++p;
    return true;
  }
};

enum class Rest { None, Some, Malformed };

// HH[:?MM[:?SS[.f*]]], as far as `end`; whether something comes behind it.
Rest parseClock(Scanner scanner, const char *end, Clock &clock) {
  int *parts[] = {&clock.hour, &clock.minute, &clock.second};
  bool separated = true;
  for (int i = 0; i < 3; ++i) {
    if (!scanner.digits(2, *parts[i])) return Rest::Malformed;
    char c = scanner.peek();
    ++scanner.p;
    if (i == 0) separated = c == ':';
    if (scanner.p >= end) return c ? Rest::Some : Rest::None;
    if (separated && c == ':') continue;
    if (c == '.' || c == ',') break;
    if (separated) return Rest::Malformed;
    --scanner.p;
  }
  int count = int(std::min<int64_t>(end - scanner.p, 6));
  if (!scanner.digits(count, clock.micro)) return Rest::Malformed;
  for (int i = count; i < 6; ++i) clock.micro *= 10;
  while (isDigit(scanner.peek())) ++scanner.p; // what is finer than microseconds
  return scanner.peek() ? Rest::Some : Rest::None;
}

bool parseWeekDay(Scanner &scanner, bool separated, int year, Day &day) {
  IsoDay iso{year, 0, 1};
  if (!scanner.digits(2, iso.week)) return false;
  if (scanner.p < scanner.end) {
    if (separated && !scanner.skip('-')) return false;
    if (!scanner.digits(1, iso.weekday)) return false;
  }
  return dayFromIso(iso, day) == IsoProblem::None;
}

} // namespace

bool datetime::parseIsoDay(llvm::StringRef text, Day &day) {
  Scanner scanner{text.begin(), text.end()};
  if (!scanner.digits(4, day.year)) return false;
  bool separated = scanner.skip('-');
  if (scanner.skip('W')) return parseWeekDay(scanner, separated, day.year, day);
  if (!scanner.digits(2, day.month)) return false;
  if (separated && !scanner.skip('-')) return false;
  return scanner.digits(2, day.day) && scanner.p == scanner.end;
}

bool datetime::parseIsoTime(llvm::StringRef text, IsoTime &time) {
  const char *end = text.end(), *zone = text.begin();
  while (zone < end && *zone != '+' && *zone != '-' && *zone != 'Z') ++zone;
  Rest rest = parseClock({text.begin(), end}, zone, time.clock);
  if (rest == Rest::Malformed) return false;
  if (zone == end) return rest == Rest::None;
  time.hasOffset = true;
  if (*zone == 'Z') return zone + 1 == end;
  Clock offset;
  if (parseClock({zone + 1, end}, end, offset) != Rest::None) return false;
  int sign = *zone == '-' ? -1 : 1;
  time.offsetSeconds = sign * offset.seconds();
  time.offsetMicros = sign * offset.micro;
  return true;
}

Ref datetime::isoTimeZone(Thread &t, const IsoTime &time) {
  if (!time.hasOffset) return Ref::none();
  if (time.offsetSeconds == 0) return Ref::share(utc());
  Ref offset = TRY(newTimeDelta(t, Micros(time.offsetSeconds) * kSecondMicros + time.offsetMicros));
  return newTimeZone(t, offset, Value());
}

// The fifth and sixth character tell the form of the date. Where a hyphen or a digit may belong to the date
// or be the separator, the likelier is taken.
int64_t datetime::isoSeparator(llvm::StringRef text) {
  size_t length = text.size();
  if (length == 7) return 7;
  if (text[4] == '-') {
    if (text[5] != 'W') return 10;               // YYYY-MM-DD
    if (length <= 8 || text[8] != '-') return 8; // YYYY-Www
    if (length == 9) return -1;
    return length > 10 && isDigit(text[10]) ? 8 : 10; // YYYY-Www, then a hyphen and the hours, or YYYY-Www-D
  }
  if (text[4] != 'W') return 8; // YYYYMMDD
  size_t end = 7;
  while (end < length && isDigit(text[end])) ++end;
  if (end < 9) return int64_t(end);
  return end % 2 == 0 ? 7 : 8; // YYYYWww or YYYYWwwD, and a digit between it and the time
}

Failure datetime::raiseInvalidIso(Thread &t, Value text) {
  Result<std::string> shown = reprText(t, text);
  if (!shown) return {};
  return raise(t, types::ValueError, "Invalid isoformat string: %", *shown);
}

bool datetime::isoText(Value text, std::string &storage, llvm::StringRef &utf8) {
  auto *s = text.as<Str>();
  if (s->ascii) {
    utf8 = s->asciiText();
    return true;
  }
  for (int64_t i = 0; i < s->length; ++i)
    if (s->at(i) >= 0xd800 && s->at(i) < 0xe000) return false;
  utf8 = storage = toUtf8(s);
  return true;
}
