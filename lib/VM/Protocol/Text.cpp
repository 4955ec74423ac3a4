// repr, str, ascii and format.
#include "VM/Core/Names.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Str/FormatSpec.h"
#include "VM/Types/Str/StrText.h"
#include "llvm/ADT/SmallVector.h"

using namespace coil::vm;

Ref coil::vm::repr(Thread &t, Value value) {
  UnaryFn slot = typeOf(value)->slots.repr;
  RecursionGuard guard(t, " while getting the repr of an object");
  if (!guard) return {};
  Ref text = TRY(slot(t, value));
  if (!isStr(text))
    return raise(t, types::TypeError, "__repr__ returned non-string (type %)", typeName(text));
  return text;
}

Ref coil::vm::str(Thread &t, Value value) {
  if (isExactStr(value)) return Ref::share(value);
  UnaryFn slot = typeOf(value)->slots.str;
  if (!slot) return repr(t, value);
  RecursionGuard guard(t, " while getting the str of an object");
  if (!guard) return {};
  Ref text = TRY(slot(t, value));
  if (!isStr(text)) return raise(t, types::TypeError, "__str__ returned non-string (type %)", typeName(text));
  return text;
}

Ref coil::vm::ascii(Thread &t, Value value) {
  Ref text = TRY(repr(t, value));
  if (text.as<Str>()->ascii) return text;
  return escapeNonAscii(text.as<Str>());
}

Ref coil::vm::format(Thread &t, Value value, Str *spec) {
  if (!spec->length) {
    if (isExactStr(value)) return Ref::share(value);
    if (value.isInt()) return repr(t, value);
  }
  if (value.isDouble()) return formatFloat(t, value, spec);
  if (value.isInt()) return formatInt(t, value, spec);
  if (isExactStr(value)) return formatStr(t, value, spec);
  bool found;
  Ref text = callSpecial(t, value, names::special_format, {Value(spec)}, found);
  if (!found) return raise(t, types::TypeError, "Type % doesn't define __format__", typeName(value));
  if (text && !isStr(text))
    return raise(t, types::TypeError, "__format__ must return a str, not %", typeName(text));
  return text;
}

Result<std::string> coil::vm::reprText(Thread &t, Value value) {
  Ref text = TRY(repr(t, value));
  return toUtf8(text.as<Str>());
}

Result<std::string> coil::vm::strText(Thread &t, Value value) {
  Ref text = TRY(str(t, value));
  return toUtf8(text.as<Str>());
}

std::string coil::vm::addressText(Value value) {
  char buffer[32];
  snprintf(buffer, sizeof buffer, "0x%llx", static_cast<unsigned long long>(value.bits()));
  return buffer;
}

static thread_local llvm::SmallVector<Value, 8> activeReprs;

ReprGuard::ReprGuard(Value object) : object(object), first(!llvm::is_contained(activeReprs, object)) {
  if (first) activeReprs.push_back(object);
}

ReprGuard::~ReprGuard() {
  if (first) llvm::erase(activeReprs, object);
}
