// The proleptic Gregorian calendar.
#include "VM/Modules/_datetime/Calendar.h"

using namespace coil::vm::datetime;

namespace {

constexpr int kBeforeMonth[] = {0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};

// The days before the year's first one.
int daysBeforeYear(int year) {
  int y = year - 1;
  return y * 365 + y / 4 - y / 100 + y / 400;
}

// The ordinal of the Monday that begins the year's first week, the one with its first Thursday.
int firstMonday(int year) {
  int first = ordinalOf({year, 1, 1}), weekday = (first + 6) % 7;
  return first - weekday + (weekday > 3 ? 7 : 0);
}

} // namespace

int coil::vm::datetime::daysInMonth(int year, int month) {
  return kBeforeMonth[month + 1] - kBeforeMonth[month] + (month == 2 && isLeap(year));
}

int coil::vm::datetime::daysBeforeMonth(int year, int month) {
  return kBeforeMonth[month] + (month > 2 && isLeap(year));
}

int coil::vm::datetime::ordinalOf(Day day) {
  return daysBeforeYear(day.year) + daysBeforeMonth(day.year, day.month) + day.day;
}

int coil::vm::datetime::dayOfYear(Day day) { return daysBeforeMonth(day.year, day.month) + day.day; }

// By years that begin in March, so that the leap day is the last one.
Day coil::vm::datetime::dayOf(int ordinal) {
  int n = ordinal + 305; // days since 0000-03-01
  int era = n / 146097, inEra = n % 146097;
  int year = (inEra - inEra / 1460 + inEra / 36524 - inEra / 146096) / 365;
  int inYear = inEra - (365 * year + year / 4 - year / 100);
  int month = (5 * inYear + 2) / 153; // 0: March
  int day = inYear - (153 * month + 2) / 5 + 1;
  return {year + era * 400 + (month >= 10), month < 10 ? month + 3 : month - 9, day};
}

IsoDay coil::vm::datetime::isoDayOf(Day day) {
  int today = ordinalOf(day), year = day.year, monday = firstMonday(year);
  if (today < monday)
    monday = firstMonday(--year);
  else if (today >= firstMonday(year + 1))
    monday = firstMonday(++year);
  return {year, (today - monday) / 7 + 1, (today - monday) % 7 + 1};
}

IsoProblem coil::vm::datetime::dayFromIso(IsoDay iso, Day &day) {
  if (iso.year < kMinYear || iso.year > kMaxYear) return IsoProblem::Year;
  if (iso.week < 1 || iso.week > 53) return IsoProblem::Week;
  if (iso.week == 53 && firstMonday(iso.year + 1) - firstMonday(iso.year) < 53 * 7) return IsoProblem::Week;
  if (iso.weekday < 1 || iso.weekday > 7) return IsoProblem::Weekday;
  day = dayOf(firstMonday(iso.year) + (iso.week - 1) * 7 + iso.weekday - 1);
  return IsoProblem::None;
}
