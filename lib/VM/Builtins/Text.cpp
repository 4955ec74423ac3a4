// repr, ascii, chr, ord, format, print, input.
#include "VM/Builtins/Builtins.h"
#include "VM/Builtins/Tables.h"
#include "VM/Core/Audit.h"
#include "VM/Core/Names.h"
#include "VM/Modules/_io/TextIOWrapper.h"
#include "VM/Types/Bytes.h"
#include "VM/Types/BytesMethods.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Str/TextAlgorithms.h"
#include "VM/Types/Tuple.h"

using namespace coil::vm;

Status coil::vm::writeToFile(Thread &t, Value file, Str *text) {
  if (isExactly(file, types::TextIOWrapper)) return textWrite(t, file.as<TextIOWrapper>(), text);
  CHECK(callMethod(t, file, names::write, {Value(text)}));
  return Status::ok();
}

namespace {

Ref builtinRepr(Thread &t, const Value *args) { return repr(t, args[0]); }
Ref builtinAscii(Thread &t, const Value *args) { return ascii(t, args[0]); }

Ref builtinChr(Thread &t, const Value *args) {
  Ref number = TRY(index(t, args[0]));
  int64_t code;
  if (!toInt64(number, code) || code != int32_t(code))
    return raise(t, types::OverflowError, "Python int too large to convert to C int");
  if (code < 0 || code > 0x10FFFF) return raise(t, types::ValueError, "chr() arg not in range(0x110000)");
  return makeStrFromCodePoint(char32_t(code));
}

Ref builtinOrd(Thread &t, const Value *args) {
  int64_t length;
  if (isStr(args[0])) {
    length = args[0].as<Str>()->length;
    if (length == 1) return makeInt(int64_t(args[0].as<Str>()->at(0)));
  } else if (isBytes(args[0]) || isByteArray(args[0])) {
    length = BytesView(args[0]).size();
    if (length == 1) return makeInt(int64_t(BytesView(args[0]).data[0]));
  } else {
    return raise(t, types::TypeError, "ord() expected string of length 1, but % found", typeName(args[0]));
  }
  return raise(t, types::TypeError, "ord() expected a character, but string of length % found", length);
}

Ref builtinFormat(Thread &t, const Value *args) {
  if (!isStr(args[1]))
    return raise(t, types::TypeError, "format() argument 2 must be str, not %", argumentTypeName(args[1]));
  return format(t, args[0], args[1].as<Str>());
}

// --- print

// A separator or end: null for the default.
Status readText(Thread &t, Value v, const char *what, Str *&text) {
  if (v.isNone()) {
    text = nullptr;
    return Status::ok();
  }
  if (!isStr(v)) return raise(t, types::TypeError, "% must be None or a string, not %", what, typeName(v));
  text = v.as<Str>();
  return Status::ok();
}

// print(*args, sep, end, file, flush)
Ref builtinPrint(Thread &t, const Value *args) {
  static Str *const space = internText(" ").release();
  static Str *const newline = internText("\n").release();
  Ref file = args[3].isNone() ? sysAttribute(t, names::stdout) : Ref::share(args[3]);
  if (!file) return {};
  if (file->isNone()) return Ref::none(); // pythonw has no streams
  Str *sep, *end;
  CHECK(readText(t, args[1], "sep", sep));
  CHECK(readText(t, args[2], "end", end));
  bool first = true;
  for (Value v : args[0].as<Tuple>()->values()) {
    if (!first) CHECK(writeToFile(t, file, sep ? sep : space));
    first = false;
    Ref text = TRY(str(t, v));
    CHECK(writeToFile(t, file, text.as<Str>()));
  }
  CHECK(writeToFile(t, file, end ? end : newline));
  if (TRY(truth(t, args[4]))) CHECK(callMethod(t, file, names::flush));
  return Ref::none();
}

// --- input

Ref standardStream(Thread &t, Str *name) {
  Value stream = sysLookup(name);
  if (stream.empty() || stream.isNone()) return raise(t, types::RuntimeError, "input(): lost sys.%", name);
  return Ref::share(stream);
}

Ref readLine(Thread &t, Value file) {
  if (isExactly(file, types::TextIOWrapper)) {
    CHECK(io::checkAttached(t, file.as<TextIOWrapper>()));
    return textReadLine(t, file.as<TextIOWrapper>());
  }
  Ref line = TRY(callMethod(t, file, names::readline));
  if (isStr(line)) return line;
  return raise(t, types::TypeError, "object.readline() returned non-string");
}

Ref builtinInput(Thread &t, const Value *args) {
  Ref in = TRY(standardStream(t, names::stdin)), out = TRY(standardStream(t, names::stdout)),
      error = TRY(standardStream(t, names::stderr));
  CHECK(audit(t, "builtins.input", {args[0]}));
  if (!callMethod(t, error, names::flush)) clearPending(t);
  Ref prompt = TRY(str(t, args[0]));
  if (prompt.as<Str>()->length) CHECK(writeToFile(t, out, prompt.as<Str>()));
  if (!callMethod(t, out, names::flush)) clearPending(t);
  Ref line = TRY(readLine(t, in));
  Str *text = line.as<Str>();
  if (!text->length) return raise(t, types::EOFError, "EOF when reading a line");
  bool ends = text->at(text->length - 1) == '\n';
  Ref result = ends ? Ref(substring(text, 0, text->length - 1)) : std::move(line);
  CHECK(audit(t, "builtins.input/result", {result.get()}));
  return result;
}

Ref builtinBreakpoint(Thread &t, Value, const CallArgs &args) {
  StrRef name = internText("breakpointhook");
  Value found = sysLookup(name);
  if (found.empty()) return raise(t, types::RuntimeError, "lost sys.breakpointhook");
  Ref hook = Ref::share(found);
  CHECK(audit(t, "builtins.breakpoint", {hook.get()}));
  return call(t, hook, args);
}

NativeDef kFunctions[] = {
    {"repr", builtinRepr, "($module, obj, /)",
     "The object as text for programmers; for many types it is an expression that makes an equal object."},
    {"ascii", builtinAscii, "($module, obj, /)",
     "What repr() returns, with escapes in place of all characters that are not ASCII."},
    {"chr", builtinChr, "($module, i, /)",
     "The character with the given code point, from 0 to 0x10ffff; ValueError for others."},
    {"ord", builtinOrd, "($module, c, /)",
     "The code point of the one character in a string, or the one byte in a bytes object."},
    {"format", builtinFormat, "($module, value, format_spec='', /)",
     "The value as text in the layout that format_spec asks for.\n\nWhat a specification means is up to the "
     "value's type, whose __format__ does the work; an\nempty one gives str(value) mostly."},
    {"print", builtinPrint, "($module, /, *args, sep=' ', end='\\n', file=None, flush=False)",
     "Write the values as text, with sep between them and end behind them.\n\nfile is where to: an object "
     "with write(), sys.stdout by default. flush=True also flushes it."},
    {"input", builtinInput, "($module, prompt='', /)",
     "Read a line from standard input and return it without its newline.\n\nThe prompt is written to "
     "standard output before. EOFError if there is nothing left to read."},
    {"breakpoint", builtinBreakpoint, "!($module, *args, **kwargs)",
     "breakpoint(*args, **kws): stop in the debugger.\n\nIt calls sys.breakpointhook with the arguments, "
     "which starts pdb unless PYTHONBREAKPOINT or\nthe program say otherwise."},
};

} // namespace

llvm::ArrayRef<NativeDef> coil::vm::textFunctions() { return kFunctions; }
