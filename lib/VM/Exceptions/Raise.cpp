// Raising exceptions from C++.
#include "VM/Exceptions/Raise.h"
#include "VM/Builtins/Builtins.h"
#include "VM/Core/Names.h"
#include "VM/Core/Runtime.h"
#include "VM/Exceptions/Exception.h"
#include "VM/Types/Int/Int.h"
#include <cstring>
#include <unistd.h>

using namespace coil::vm;

MessageArg::MessageArg(const Str *text) : owned(toUtf8(text)), ref(owned) {}

std::string coil::vm::formatMessage(const char *pattern, llvm::ArrayRef<MessageArg> args) {
  std::string out;
  size_t next = 0;
  for (const char *p = pattern; *p; ++p) {
    if (*p != '%') {
      out += *p;
    } else if (p[1] == '%' && args.size() - next == 0) {
      out += *p++;
    } else {
      assert(next < args.size());
      out += args[next++].text();
    }
  }
  return out;
}

Failure coil::vm::setPending(Thread &t, Ref exception) {
  release(std::exchange(t.pending, exception.release()));
  return {};
}

Ref coil::vm::takePending(Thread &t) { return Ref::take(std::exchange(t.pending, Value())); }
void coil::vm::clearPending(Thread &t) { takePending(t).reset(); }
bool coil::vm::pendingIs(Thread &t, const Type &type) {
  return t.hasPending() && isInstance(t.pending, type);
}

bool coil::vm::catchPending(Thread &t, const Type &type) {
  if (!pendingIs(t, type)) return false;
  clearPending(t);
  return true;
}

Failure coil::vm::raiseObject(Thread &t, Value exception) {
  Value handled = handledException(t);
  if (!handled.empty() && handled != exception) setContext(exception, handled);
  return setPending(t, Ref::share(exception));
}

Failure coil::vm::raiseMessage(Thread &t, Type &type, const std::string &message) {
  if (&type == &types::MemoryError && message.empty()) { // as PyErr_NoMemory() does
    Ref error = newException(type, emptyTuple());
    return raiseObject(t, error);
  }
  return raiseWith(t, type, makeStr(message));
}

Failure coil::vm::raiseWith(Thread &t, Type &type, Value argument) {
  TupleRef args = packTuple(argument);
  return raiseObject(t, newException(type, args));
}

Failure coil::vm::raiseNameError(Thread &t, Type &type, const char *pattern, Str *name) {
  (void)raise(t, type, pattern, name);
  if (pendingIs(t, types::NameError)) replaceOwned(exceptionField(t.pending, 0), retained(Value(name)));
  return {};
}

Failure coil::vm::raiseAttributeError(Thread &t, Value object, Str *name, const std::string &message) {
  (void)raiseMessage(t, types::AttributeError, message);
  replaceOwned(exceptionField(t.pending, 0), retained(object));
  replaceOwned(exceptionField(t.pending, 1), retained(Value(name)));
  return {};
}

Failure coil::vm::raiseStopIteration(Thread &t, Value value) {
  TupleRef args = value.empty() || value.isNone() ? emptyTuple() : packTuple(value);
  Ref exception = newException(types::StopIteration, args);
  replaceOwned(exceptionField(exception, 0), retained(value));
  return raiseObject(t, exception);
}

Ref coil::vm::takeStopIterationValue(Thread &t) {
  Ref exception = takePending(t);
  Value value = exceptionField(exception, 0);
  return value.empty() ? Ref::none() : Ref::share(value);
}

Type *coil::vm::osErrorSubclass(int error) {
  switch (error) {
  case EAGAIN:
  case EALREADY:
  case EINPROGRESS: return &types::BlockingIOError;
  case EPIPE:
  case ESHUTDOWN: return &types::BrokenPipeError;
  case ECHILD: return &types::ChildProcessError;
  case ECONNABORTED: return &types::ConnectionAbortedError;
  case ECONNREFUSED: return &types::ConnectionRefusedError;
  case ECONNRESET: return &types::ConnectionResetError;
  case EEXIST: return &types::FileExistsError;
  case ENOENT: return &types::FileNotFoundError;
  case EISDIR: return &types::IsADirectoryError;
  case ENOTDIR: return &types::NotADirectoryError;
  case EINTR: return &types::InterruptedError;
  case EACCES:
  case EPERM: return &types::PermissionError;
  case ESRCH: return &types::ProcessLookupError;
  case ETIMEDOUT: return &types::TimeoutError;
  default: return &types::OSError;
  }
}

Failure coil::vm::raiseOSError(Thread &t, int error, Value filename) {
  StrRef text = makeStr(std::strerror(error));
  TupleRef args = packTuple(Value::smallInt(error), Value(text));
  Ref exception = newException(*osErrorSubclass(error), args);
  exceptionField(exception, 0) = Value::smallInt(error);
  exceptionField(exception, 1) = retained(text);
  exceptionField(exception, 2) = retained(filename);
  return raiseObject(t, exception);
}

Failure coil::vm::raiseNotImplemented(Thread &t, const char *what) {
  return raise(t, types::NotImplementedError, "coil does not implement % yet", what);
}

Failure coil::vm::chainCause(Thread &t, Value cause) {
  auto *exception = t.pending.as<BaseExceptionObject>();
  setCause(exception, cause);
  setContext(t.pending, cause);
  return {};
}
