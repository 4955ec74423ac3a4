// The methods of datetime that deal with clocks, texts and time zones.
#pragma once

#include "VM/Modules/_datetime/Datetime.h"

namespace coil::vm::datetime {

Ref dateTimeNow(Thread &t, const Value *args);
Ref dateTimeUtcNow(Thread &t, const Value *args);
Ref dateTimeFromTimestamp(Thread &t, const Value *args);
Ref dateTimeUtcFromTimestamp(Thread &t, const Value *args);
Ref dateTimeStrptime(Thread &t, const Value *args);
Ref dateTimeCombine(Thread &t, const Value *args);
Ref dateTimeFromIsoFormat(Thread &t, const Value *args);
Ref dateTimeAsTimeZone(Thread &t, const Value *args);
Ref dateTimeTimestamp(Thread &t, const Value *args);

} // namespace coil::vm::datetime
