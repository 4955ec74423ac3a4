// The proleptic Gregorian calendar: dates, their ordinals, and weeks as ISO 8601 counts them.
#pragma once

#include <cstdint>

namespace coil::vm::datetime {

inline constexpr int kMinYear = 1, kMaxYear = 9999;
inline constexpr int kMaxOrdinal = 3652059;  // of the last day of the year 9999
inline constexpr int kEpochOrdinal = 719163; // of 1970-01-01

struct Day {
  int year, month, day;
};

struct IsoDay {
  int year, week, weekday; // Monday is 1
};

inline bool isLeap(int year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }
int daysInMonth(int year, int month);
// The days of the year before the month.
int daysBeforeMonth(int year, int month);
// The first day of the year 1 is 1.
int ordinalOf(Day day);
Day dayOf(int ordinal);
// Monday is 0.
inline int weekdayOf(Day day) { return (ordinalOf(day) + 6) % 7; }
int dayOfYear(Day day);
IsoDay isoDayOf(Day day);

// What is wrong with an ISO date.
enum class IsoProblem : uint8_t { None, Year, Week, Weekday };
IsoProblem dayFromIso(IsoDay iso, Day &day);

} // namespace coil::vm::datetime
