// The ^^^^ and ~~~ markers below a traceback's source line (PEP 657).
#pragma once

#include "Bytecode/Code.h"
#include <string>

namespace coil::vm {

// The markers for the instruction at `unit`, to stand below the stripped line; empty where CPython prints
// none. `source` is the whole line, `indent` the bytes that were stripped from its front.
std::string positionMarkers(const bytecode::Code &code, int unit, const std::string &source, size_t indent);

// Line `number` of a source file, without its newline; false if it cannot be had.
bool sourceLine(const std::string &file, int number, std::string &line);

} // namespace coil::vm
