// time's functions of broken-down times, in a file of their own.
#pragma once

#include "VM/Modules/Modules.h"

namespace coil::vm {

// struct_time, its functions, and the attributes of the local time zone.
Status addCalendar(Thread &t, Module *module);

} // namespace coil::vm
