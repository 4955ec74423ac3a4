// Exceptions that nobody can catch (of finalizers, callbacks and the like): sys.unraisablehook and its
// default.
#include "VM/Exceptions/Unraisable.h"
#include "VM/Builtins/Builtins.h"
#include "VM/Core/Audit.h"
#include "VM/Core/Names.h"
#include "VM/Core/Runtime.h"
#include "VM/Exceptions/Exception.h"
#include "VM/Interp/Instr.h"
#include "VM/Types/FrameObject.h"
#include "VM/Types/StructSequence.h"

using namespace coil::vm;

namespace {

constexpr StructField kFields[] = {
    {"exc_type", "the class of the exception"},  {"exc_value", "the exception, or None"},
    {"exc_traceback", "its traceback, or None"}, {"err_msg", "what could not be done, or None"},
    {"object", "what the exception comes from"},
};

Type &argsType() {
  static Type &type = makeStructSequenceType(
      "UnraisableHookArgs",
      "What sys.unraisablehook receives: the exception, and the object that it comes from.", kFields, true);
  return type;
}

// The report in CPython's layout. `message` and `object` may be None.
void report(Thread &t, Value exception, Value message, Value object) {
  std::string text = isStr(message) ? toUtf8(message.as<Str>()) : std::string();
  if (!object.isNone()) {
    auto shown = reprText(t, object);
    if (!shown) clearPending(t);
    text = (text.empty() ? "Exception ignored in" : text) + ": " +
           (shown ? *shown : "<object repr() failed>") + "\n";
  } else if (!text.empty()) {
    text += ":\n";
  }
  text += formatException(t, exception);
  flushStandardStreams(t);
  writeStandardError(t, text);
}

// A hook of the program's own; empty while it is the one that is there at start (unless audit hooks are to be
// told of that), or gone.
Ref programHook() {
  Value hook = sysLookup(names::unraisablehook), original = sysLookup(internText("__unraisablehook__"));
  return hook.empty() || (hook == original && !auditing) ? Ref() : Ref::share(hook);
}

} // namespace

void coil::vm::writeUnraisable(Thread &t, const char *message, Value object) {
  Ref exception = takePending(t);
  if (!exception) return;
  if (t.frame && !exception.as<BaseExceptionObject>()->traceback) {
    (void)setPending(t, std::move(exception));
    addTraceback(t, t.frame, t.frame->pc ? int(t.frame->pc->unit) : 0);
    exception = takePending(t);
  }
  Ref text = message ? Ref(makeStr(message)) : Ref::none();
  Ref about = object.empty() ? Ref::none() : Ref::share(object);
  Ref hook = programHook();
  if (!hook) return report(t, exception, text, about);
  Ref values[] = {Ref::share(Value(typeOf(exception))), exception.copy(), tracebackOf(exception),
                  std::move(text), std::move(about)};
  Ref args = newStructSequence(argsType(), values);
  if (!audit(t, "sys.unraisablehook", {hook.get(), args.get()})) {
    Ref second = takePending(t);
    StrRef where = makeStr("Exception ignored in audit hook");
    return report(t, second, where, Value::none());
  }
  if (call(t, hook, {args})) return;
  Ref second = takePending(t);
  StrRef where = makeStr("Exception ignored in sys.unraisablehook");
  report(t, second, where, hook);
}

Ref coil::vm::defaultUnraisableHook(Thread &t, Value args) {
  if (!isExactly(args, argsType()))
    return raise(t, types::TypeError, "sys.unraisablehook argument type must be UnraisableHookArgs");
  auto *fields = args.as<Tuple>();
  if (isException((*fields)[1])) report(t, (*fields)[1], (*fields)[3], (*fields)[4]);
  return Ref::none();
}
