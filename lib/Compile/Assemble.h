// From blocks to a code object.
#pragma once

#include "Compile/Unit.h"

namespace coil::compile {

struct AssembleOptions {
  uint32_t inheritedFlags = 0;
  bool topLevelAwait = false;
  bool debugRanges = true;
  const StrObject *filename = nullptr;
};

// Runs all passes over the unit, whose code is complete but for its final return, and builds its code object.
const bytecode::Code *assemble(Unit &unit, Constants &constants, const AssembleOptions &options);

} // namespace coil::compile
