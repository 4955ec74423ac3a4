// What went wrong with a piece of Python source, as a value: CPython's exception type, message and place.
#pragma once

#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace llvm {
class raw_ostream;
}

namespace coil {

// The exception classes that CPython's compile() raises, and the warning categories that it issues.
enum class DiagnosticKind : uint8_t {
  SyntaxError,
  IndentationError,
  TabError,
  ValueError,
  OverflowError,
  MemoryError,
  RecursionError,
  UnicodeError,
  UnicodeDecodeError,
  SystemError,
  DeprecationWarning,
  SyntaxWarning,
};

// CPython's class name, for example "IndentationError".
llvm::StringRef diagnosticKindName(DiagnosticKind kind);
inline bool isWarning(DiagnosticKind kind) { return kind >= DiagnosticKind::DeprecationWarning; }

// One error or warning. Lines and columns are as in SyntaxError's attributes: lines from 1, columns from 1 in
// characters (not bytes), 0 or -1 where CPython has these. `text` is the source line CPython shows, if it
// shows one; of a UnicodeDecodeError, which has no place, the bytes.
struct Diagnostic {
  DiagnosticKind kind = DiagnosticKind::SyntaxError;
  std::string message;
  std::string filename;
  int line = 0;
  int column = 0;
  int endLine = 0;
  int endColumn = 0;
  std::optional<std::string> text;
  bool hasPlace =
      true; // false: CPython raises the exception without a file and line (a plain ValueError, say)
  bool placeInArgs =
      true; // false: CPython sets the place as attributes and leaves it out of the exception's args
};

// Prints an error as CPython's interpreter prints an uncaught one ("  File ...", line, carets, "SyntaxError:
// ..."), and a warning as the warnings module does ("file:line: SyntaxWarning: ...").
void printDiagnostic(llvm::raw_ostream &os, const Diagnostic &diagnostic);

// The error as traceback.format_exception_only words a SyntaxError; the carets differ from printDiagnostic's
// in corners.
void printAsTraceback(llvm::raw_ostream &os, const Diagnostic &diagnostic);

// The result of a stage that can be at fault: the first error, if any, and the warnings before it.
struct Diagnostics {
  std::optional<Diagnostic> error;
  std::vector<Diagnostic> warnings;
  bool failed() const { return error.has_value(); }
};

} // namespace coil
