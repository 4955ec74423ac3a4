// -X importtime: how long each import takes, itself and with what it imports.
#pragma once

#include "VM/Types/Str.h"

namespace coil::vm {

// Measures from construction to destruction and writes a line to standard error, if the option is on.
class ImportTimer {
  Str *name;
  int64_t started = 0, outerNested = 0; // nanoseconds

public:
  explicit ImportTimer(Str *name);
  ~ImportTimer();
};

} // namespace coil::vm
