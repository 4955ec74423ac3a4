// Names and printing of diagnostics.
#include "Support/Diagnostic.h"
#include "Support/Repr.h"
#include "Support/Unicode.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/raw_ostream.h"
#include <algorithm>

using namespace coil;
using llvm::StringRef;

StringRef coil::diagnosticKindName(DiagnosticKind kind) {
  switch (kind) {
  case DiagnosticKind::SyntaxError: return "SyntaxError";
  case DiagnosticKind::IndentationError: return "IndentationError";
  case DiagnosticKind::TabError: return "TabError";
  case DiagnosticKind::ValueError: return "ValueError";
  case DiagnosticKind::OverflowError: return "OverflowError";
  case DiagnosticKind::MemoryError: return "MemoryError";
  case DiagnosticKind::RecursionError: return "RecursionError";
  case DiagnosticKind::UnicodeError: return "UnicodeError";
  case DiagnosticKind::UnicodeDecodeError: return "UnicodeDecodeError";
  case DiagnosticKind::SystemError: return "SystemError";
  case DiagnosticKind::DeprecationWarning: return "DeprecationWarning";
  case DiagnosticKind::SyntaxWarning: return "SyntaxWarning";
  }
  return "";
}

// Standard error encodes with "backslashreplace": bytes of a file name that are no UTF-8 come out as \udcXX.
static void printEscaped(llvm::raw_ostream &os, StringRef text) {
  while (!text.empty()) {
    auto byte = static_cast<unsigned char>(text[0]);
    unsigned length = llvm::getNumBytesForUTF8(byte);
    auto *bytes = reinterpret_cast<const llvm::UTF8 *>(text.data());
    if (length > text.size() || !llvm::isLegalUTF8Sequence(bytes, bytes + length)) {
      writeHex(os << "\\udc", byte, 2);
      length = 1;
    } else
      os << text.take_front(length);
    text = text.drop_front(length);
  }
}

// The source line and its carets. CPython computes in bytes of UTF-8 with columns that count characters; so
// do we.
static void printSourceLine(llvm::raw_ostream &os, const Diagnostic &diagnostic) {
  StringRef text = StringRef(*diagnostic.text).take_until([](char c) { return c == 0; });
  auto size = static_cast<int64_t>(text.size());
  int64_t end =
      diagnostic.endLine > diagnostic.line ? size : std::min<int64_t>(diagnostic.endColumn, size + 1);
  int64_t offset = diagnostic.column;
  // An IndentationError or TabError has one caret, whatever its end says.
  bool range = diagnostic.kind == DiagnosticKind::SyntaxError;
  int64_t carets = range && end > 0 && end > offset ? end - offset : 1;
  --offset;

  StringRef stripped = text.ltrim(" \t\f");
  offset -= static_cast<int64_t>(text.size() - stripped.size());
  text = stripped;
  offset = std::min<int64_t>(offset, text.ends_with("\n") ? text.size() - 1 : text.size());
  // Of a text of several lines, begin with the one that the offset falls in.
  for (size_t newline; (newline = text.find('\n')) != StringRef::npos;) {
    if (static_cast<int64_t>(newline) >= offset) break;
    text = text.drop_front(newline + 1);
    offset -= static_cast<int64_t>(newline + 1);
  }
  os << "    " << text;
  if (!text.ends_with("\n")) os << '\n';
  if (offset < 0) return;
  os << "    ";
  os.indent(static_cast<unsigned>(offset));
  for (int64_t i = 0; i < carets; ++i) os << '^';
  os << '\n';
}

static void printWarning(llvm::raw_ostream &os, const Diagnostic &diagnostic) {
  printEscaped(os, diagnostic.filename);
  os << ':' << diagnostic.line << ": " << diagnosticKindName(diagnostic.kind) << ": " << diagnostic.message
     << '\n';
  if (!diagnostic.text) return;
  StringRef line = StringRef(*diagnostic.text).take_until([](char c) { return c == '\n' || c == '\r'; });
  os << "  " << line.ltrim(" \t\f").rtrim() << '\n';
}

void coil::printDiagnostic(llvm::raw_ostream &os, const Diagnostic &diagnostic) {
  if (isWarning(diagnostic.kind)) return printWarning(os, diagnostic);
  if (diagnostic.hasPlace) {
    os << "  File \"";
    printEscaped(os, diagnostic.filename);
    os << "\", line " << diagnostic.line << '\n';
    if (diagnostic.text) printSourceLine(os, diagnostic);
  }
  os << diagnosticKindName(diagnostic.kind);
  if (!diagnostic.message.empty()) os << ": " << diagnostic.message;
  os << '\n';
}

// Columns count characters here, and white space above the carets is kept.
static void printCarets(llvm::raw_ostream &os, StringRef line, const Diagnostic &diagnostic, int spaces) {
  int offset = diagnostic.column, end = diagnostic.endColumn ? diagnostic.endColumn : offset;
  if (offset == end || end == -1) end = offset + 1;
  int column = offset - 1 - spaces, endColumn = end - 1 - spaces;
  if (column < 0) return;
  os << "    ";
  const char *at = line.begin();
  for (int i = 0; i < column && at < line.end(); ++i) {
    const char *start = at;
    uint32_t c = unicode::decodeUtf8(at);
    if (unicode::isSpace(c))
      os << StringRef(start, static_cast<size_t>(at - start));
    else
      os << ' ';
  }
  for (int i = column; i < endColumn; ++i) os << '^';
  os << '\n';
}

void coil::printAsTraceback(llvm::raw_ostream &os, const Diagnostic &diagnostic) {
  if (diagnostic.hasPlace) {
    os << "  File \"";
    printEscaped(os, diagnostic.filename);
    os << "\", line " << diagnostic.line << '\n';
    if (diagnostic.text) {
      StringRef text = StringRef(*diagnostic.text).rtrim('\n');
      StringRef line = text.ltrim(" \n\f");
      os << "    " << line << '\n';
      printCarets(os, line, diagnostic, static_cast<int>(text.size() - line.size()));
    }
  }
  os << diagnosticKindName(diagnostic.kind) << ": " << diagnostic.message << '\n';
}
