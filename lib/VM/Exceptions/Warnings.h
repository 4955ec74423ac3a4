// Issuing warnings from native code, through the filters of the warnings machinery (module _warnings).
#pragma once

#include "VM/Protocol/Protocol.h"

namespace coil::vm {

// Warns at the Python frame `stackLevel` levels out (1: the innermost). `source` is the object the warning is
// about (ResourceWarning), or empty. Fails if a filter makes the warning an error.
Status warn(Thread &t, Type &category, const std::string &message, int stackLevel = 1,
            Value source = Value());
// Warns at a given place, without a registry: as the compiler does.
Status warnExplicit(Thread &t, Type &category, const std::string &message, llvm::StringRef filename,
                    int line);

} // namespace coil::vm
