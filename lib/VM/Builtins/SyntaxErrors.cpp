// The parser's and the compiler's diagnostics as exceptions and warnings.
#include "VM/Builtins/SyntaxErrors.h"
#include "VM/Builtins/Builtins.h"
#include "VM/Builtins/Tables.h"
#include "VM/Core/Names.h"
#include "VM/Exceptions/Exception.h"
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

Failure coil::vm::raiseDiagnostic(Thread &t, const Diagnostic &d) {
  Type &type = typeOfKind(d.kind);
  if (!d.hasPlace || !isSubtype(&type, &types::SyntaxError)) return raiseMessage(t, type, d.message);
  StrRef message = makeStr(d.message);
  TupleRef place = placeTuple(d);
  TupleRef args = d.placeInArgs ? packTuple(message, place) : packTuple(message);
  Ref exception = newException(type, args);
  auto set = [&](int field, Value v) { replaceOwned(exceptionField(exception, field), retained(v)); };
  set(0, message);
  for (int i = 0; i < 6; ++i) set(i + 1, (*place)[i]);
  return raiseObject(t, exception);
}

Status coil::vm::showSyntaxWarning(Thread &t, const Diagnostic &warning) {
  if (warning.kind != DiagnosticKind::SyntaxWarning) return Status::ok();
  Value stream = sysLookup(names::stderr);
  if (stream.empty() || stream.isNone()) return Status::ok();
  std::string text;
  llvm::raw_string_ostream os(text);
  printDiagnostic(os, warning);
  StrRef shown = makeStr(text);
  if (!writeToFile(t, stream, shown)) clearPending(t); // as the warnings module: a broken stderr is no error
  return Status::ok();
}
