// The interactive loop: statements are read from standard input one by one, and run at once.
#pragma once

#include "VM/Core/Thread.h"

namespace coil::vm {

// Standard input is a terminal, or -i takes it for one.
bool standardInputIsInteractive();

// Writes the version and where to find help to standard error, unless -q is given.
void writeInteractiveHeader();

// Runs the file that PYTHONSTARTUP names. What goes wrong in it is printed and no more.
void runStartupFile(Thread &t);

// Reads and runs statements until the end of standard input, in the namespace of __main__. Gives the status
// to end with: that of a SystemExit, else 0.
int runInteractive(Thread &t);

} // namespace coil::vm
