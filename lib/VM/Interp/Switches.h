// What pyvm's own switches look at while a program runs: --trace, --stats, --max-steps, --max-memory.
#pragma once

#include <cstdint>
#include <string>

namespace coil::vm {

class Thread;

struct Switches {
  std::string trace;      // opcodes, calls or lines; empty: nothing
  bool stats = false;     // count instructions
  uint64_t maxSteps = 0;  // end the program after so many instructions; 0: no limit
  uint64_t maxMemory = 0; // end the program when its objects take more bytes; 0: no limit
};

// From now on, until the process ends.
void startSwitches(const Switches &switches);
// Writes the statistics, if they are wanted.
void reportSwitches(Thread &t);

} // namespace coil::vm
