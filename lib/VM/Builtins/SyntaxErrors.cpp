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

// CPython's symbol table and its reader of future statements raise with the message alone and add the place
// as attributes; everybody else passes the place as an argument. Told apart by their messages.
static bool placeIsAttributeOnly(llvm::StringRef message) {
  constexpr llvm::StringLiteral kStarts[] = {
      "duplicate argument ",
      "nonlocal declaration not allowed at module level",
      "no binding for nonlocal ",
      "future feature ",
      "not a chance",
      "import * only allowed at module level",
      "from __future__ imports must occur at the beginning of the file",
  };
  constexpr llvm::StringLiteral kParts[] = {
      " is parameter and ",
      " is nonlocal and global",
      " prior to global declaration",
      " prior to nonlocal declaration",
      " before global declaration",
      " before nonlocal declaration",
      "annotated name ",
      "assignment expression within a comprehension cannot be used in a class body",
      "assignment expression cannot rebind comprehension iteration variable",
      "assignment expression cannot be used in a comprehension iterable expression",
      "comprehension inner loop cannot rebind assignment expression target",
      "named expression cannot be used within ",
      "yield expression cannot be used within ",
      "await expression cannot be used within ",
      "' inside list comprehension",
      "' inside set comprehension",
      "' inside dict comprehension",
      "' inside generator expression",
  };
  return llvm::any_of(kStarts, [&](llvm::StringRef s) { return message.starts_with(s); }) ||
         llvm::any_of(kParts, [&](llvm::StringRef s) { return message.contains(s); });
}

static TupleRef placeTuple(const Diagnostic &d) {
  StrRef filename = makeStr(d.filename);
  Ref text = d.text ? Ref(makeStr(*d.text)) : Ref::none();
  Ref line = makeInt(d.line), column = makeInt(d.column), endLine = makeInt(d.endLine),
      endColumn = makeInt(d.endColumn);
  return packTuple(filename, line, column, text, endLine, endColumn);
}

Failure coil::vm::raiseDiagnostic(Thread &t, const Diagnostic &d) {
  Type &type = typeOfKind(d.kind);
  if (!d.hasPlace || !isSubtype(&type, &types::SyntaxError)) return raiseMessage(t, type, d.message);
  StrRef message = makeStr(d.message);
  TupleRef place = placeTuple(d);
  TupleRef args =
      placeIsAttributeOnly(d.message) ? packTuple(message) : packTuple(Value(message), Value(place));
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
