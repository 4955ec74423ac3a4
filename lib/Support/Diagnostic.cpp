// Names and printing of diagnostics.
#include "Support/Diagnostic.h"

using namespace coil;

llvm::StringRef coil::diagnosticKindName(DiagnosticKind kind) {
  switch (kind) {
  case DiagnosticKind::SyntaxError: return "SyntaxError";
  case DiagnosticKind::IndentationError: return "IndentationError";
  case DiagnosticKind::TabError: return "TabError";
  case DiagnosticKind::ValueError: return "ValueError";
  case DiagnosticKind::OverflowError: return "OverflowError";
  case DiagnosticKind::MemoryError: return "MemoryError";
  case DiagnosticKind::RecursionError: return "RecursionError";
  case DiagnosticKind::UnicodeError: return "UnicodeError";
  case DiagnosticKind::SystemError: return "SystemError";
  case DiagnosticKind::DeprecationWarning: return "DeprecationWarning";
  case DiagnosticKind::SyntaxWarning: return "SyntaxWarning";
  }
  return "";
}
