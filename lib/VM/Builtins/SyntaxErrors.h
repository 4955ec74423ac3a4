// The parser's and the compiler's diagnostics as exceptions and warnings.
#pragma once

#include "Support/Diagnostic.h"
#include "VM/Exceptions/Raise.h"

namespace coil::vm {

// Raises the exception that CPython's compile() raises.
Failure raiseDiagnostic(Thread &t, const Diagnostic &diagnostic);
// Writes a SyntaxWarning to sys.stderr as the warnings module does by default. DeprecationWarnings are hidden
// by its default filters and stay silent.
Status issueSyntaxWarning(Thread &t, const Diagnostic &warning);

} // namespace coil::vm
