// Making functions and classes, and the small instructions around them.
#include "VM/Builtins/Builtins.h"
#include "VM/Core/Names.h"
#include "VM/Core/Runtime.h"
#include "VM/Exceptions/Raise.h"
#include "VM/Import/Import.h"
#include "VM/Interp/Instr.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Int/Int.h"

namespace coil::vm::ops {

// Bits of MAKE_FUNCTION's argument: what lies below the code object, in this order from the bottom.
enum : uint32_t { kDefaults = 1, kKwDefaults = 2, kAnnotations = 4, kClosure = 8 };

OP(MAKE_FUNCTION) {
  Value codeValue = *--sp;
  Function *function = newFunction(*t, codeValue.as<Code>(), f->globals).release().as<Function>();
  release(codeValue);
  if (pc->arg & kClosure) function->closure = (*--sp).as<Tuple>();
  if (pc->arg & kAnnotations) function->annotations = *--sp;
  if (pc->arg & kKwDefaults) function->kwdefaults = (*--sp).as<Dict>();
  if (pc->arg & kDefaults) function->defaults = (*--sp).as<Tuple>();
  *sp++ = Value(static_cast<Object *>(function));
  NEXT();
}

OP(LOAD_BUILD_CLASS) {
  SAVE_STATE();
  Value found = builtinsGet(*t, f, names::special_build_class).release();
  if (found.empty()) {
    if (!t->hasPending()) raise(*t, types::NameError, "__build_class__ not found");
    FAIL();
  }
  *sp++ = found;
  NEXT();
}

OP(LOAD_ASSERTION_ERROR) {
  *sp++ = retained(Value(&types::AssertionError));
  NEXT();
}

static Status printExpression(Thread &t, Value value) {
  Ref hook = TRY(sysAttribute(t, names::displayhook));
  CHECK(call(t, hook, {value}));
  return Status::ok();
}

OP(PRINT_EXPR) {
  SAVE_STATE();
  if (!printExpression(*t, sp[-1])) FAIL();
  release(*--sp);
  NEXT();
}

static Status setupAnnotations(Thread &t, Value locals) {
  Str *name = names::special_annotations;
  if (isExactDict(locals)) {
    if (dictGetStr(locals.as<Dict>(), name).empty()) dictSetStr(locals.as<Dict>(), name, newDict());
    return Status::ok();
  }
  if (getItem(t, locals, Value(name))) return Status::ok();
  if (!catchPending(t, types::KeyError)) return {};
  return setItem(t, locals, Value(name), newDict());
}

OP(SETUP_ANNOTATIONS) {
  SAVE_STATE();
  if (!setupAnnotations(*t, f->locals)) FAIL();
  NEXT();
}

// --- import
// --------------------------------------------------------------------------------------------------------

static Ref importName(Thread &t, Frame *f, Str *name, Value fromList, Value level) {
  Ref function = builtinsGet(t, f, names::special_import);
  if (!function && !t.hasPending()) return raise(t, types::ImportError, "__import__ not found");
  if (!function) return {};
  if (function == runtime.importFunction)
    if (int64_t number; toInt64(level, number))
      return importModuleLevel(t, name, Value(f->globals), fromList, int(number));
  return call(
      t, function,
      {Value(name), Value(f->globals), f->locals.empty() ? Value::none() : f->locals, fromList, level});
}

OP(IMPORT_NAME) {
  SAVE_STATE();
  Value module = importName(*t, f, f->code->names->items()[pc->arg].as<Str>(), sp[-1], sp[-2]).release();
  if (module.empty()) FAIL();
  release(*--sp);
  replaceOwned(sp[-1], module);
  NEXT();
}

OP(IMPORT_FROM) {
  SAVE_STATE();
  Value value = importFrom(*t, sp[-1], f->code->names->items()[pc->arg].as<Str>()).release();
  if (value.empty()) FAIL();
  *sp++ = value;
  NEXT();
}

OP(IMPORT_STAR) {
  SAVE_STATE();
  if (!importStar(*t, sp[-1], f->locals)) FAIL();
  release(*--sp);
  NEXT();
}

// --- f-strings
// -----------------------------------------------------------------------------------------------------

static Ref formatValue(Thread &t, Value value, uint32_t conversion, Value spec) {
  Ref converted;
  switch (conversion) {
  case 1: converted = TRY(str(t, value)); break;
  case 2: converted = TRY(repr(t, value)); break;
  case 3: converted = TRY(ascii(t, value)); break;
  default: converted = Ref::share(value); break;
  }
  if (isExactStr(converted) && spec.empty()) return converted;
  return format(t, converted, spec.empty() ? names::emptyStr : spec.as<Str>());
}

OP(FORMAT_VALUE) {
  SAVE_STATE();
  bool hasSpec = pc->arg & 4;
  Value result = formatValue(*t, sp[hasSpec ? -2 : -1], pc->arg & 3, hasSpec ? sp[-1] : Value()).release();
  if (result.empty()) FAIL();
  if (hasSpec) release(*--sp);
  replaceOwned(sp[-1], result);
  NEXT();
}

static Value joinPieces(const Value *pieces, uint32_t n) {
  StrBuilder builder;
  for (uint32_t i = 0; i < n; ++i) builder.append(pieces[i].as<Str>());
  return Value(static_cast<Object *>(builder.finish().release()));
}

OP(BUILD_STRING) {
  Value result = joinPieces(sp - pc->arg, pc->arg);
  for (uint32_t i = 0; i < pc->arg; ++i) release(*--sp);
  *sp++ = result;
  NEXT();
}

} // namespace coil::vm::ops
