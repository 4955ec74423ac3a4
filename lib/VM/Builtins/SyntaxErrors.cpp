// The parser's and the compiler's diagnostics as exceptions and warnings.
#include "VM/Builtins/SyntaxErrors.h"
#include "VM/Builtins/Builtins.h"
#include "VM/Builtins/Tables.h"
#include "VM/Codecs/Codecs.h"
#include "VM/Core/Names.h"
#include "VM/Exceptions/Exception.h"
#include "VM/Exceptions/Warnings.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Tuple.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace coil::vm;
using coil::Diagnostic;
using coil::DiagnosticKind;

static Type &typeOfKind(DiagnosticKind kind) {
  switch (kind) {
  case DiagnosticKind::SyntaxError: return types::SyntaxError;
  case DiagnosticKind::IndentationError: return types::IndentationError;
  case DiagnosticKind::TabError: return types::TabError;
  case DiagnosticKind::ValueError: return types::ValueError;
  case DiagnosticKind::OverflowError: return types::OverflowError;
  case DiagnosticKind::MemoryError: return types::MemoryError;
  case DiagnosticKind::RecursionError: return types::RecursionError;
  case DiagnosticKind::UnicodeError: return types::UnicodeError;
  case DiagnosticKind::UnicodeDecodeError: return types::UnicodeDecodeError;
  case DiagnosticKind::SystemError: return types::SystemError;
  case DiagnosticKind::DeprecationWarning: return types::DeprecationWarning;
  case DiagnosticKind::SyntaxWarning: return types::SyntaxWarning;
  }
  return types::SystemError;
}

static TupleRef placeTuple(const Diagnostic &d) {
  StrRef filename = makeStr(d.filename);
  Ref text = d.text ? Ref(makeStr(*d.text)) : Ref::none();
  Ref line = makeInt(d.line), column = makeInt(d.column);
  bool lineOnly = !d.placeInArgs && d.endLine <= 0; // of future statements, CPython knows no end
  Ref endLine = makeInt(lineOnly ? d.line : d.endLine);
  Ref endColumn = lineOnly ? Ref::none() : makeInt(d.endColumn);
  return packTuple(filename, line, column, text, endLine, endColumn);
}

// As the decoder raises it.
static Failure raiseUndecodable(Thread &t, llvm::StringRef bytes) {
  DecodeRequest request{.bytes = {reinterpret_cast<const uint8_t *>(bytes.data()), bytes.size()}};
  Ref text = decodeUtf8(t, request);
  (void)text; // there is none
  return {};
}

Failure coil::vm::raiseDiagnostic(Thread &t, const Diagnostic &d) {
  if (d.kind == DiagnosticKind::UnicodeDecodeError) return raiseUndecodable(t, *d.text);
  Type &type = typeOfKind(d.kind);
  if (!isSubtype(&type, &types::SyntaxError)) return raiseMessage(t, type, d.message);
  StrRef message = makeStr(d.message);
  TupleRef place = placeTuple(d);
  TupleRef args = d.placeInArgs && d.hasPlace ? packTuple(message, place) : packTuple(message);
  Ref exception = newException(type, args);
  auto set = [&](int field, Value v) { replaceOwned(exceptionField(exception, field), retained(v)); };
  set(0, message);
  for (int i = 0; d.hasPlace && i < 6; ++i) set(i + 1, (*place)[i]);
  return raiseObject(t, exception);
}

Status coil::vm::issueSyntaxWarning(Thread &t, const Diagnostic &warning) {
  Type &category = typeOfKind(warning.kind);
  if (warnExplicit(t, category, warning.message, warning.filename, warning.line)) return Status::ok();
  if (!catchPending(t, category)) return {};
  // A warning that a filter makes an error becomes a SyntaxError with its place.
  Diagnostic error = warning;
  error.kind = DiagnosticKind::SyntaxError;
  return raiseDiagnostic(t, error);
}
