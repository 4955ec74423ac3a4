// Raising: setting the pending exception, and looking at it.
#pragma once

#include "VM/Core/Thread.h"
#include "VM/Types/Types.h"
#include "llvm/ADT/ArrayRef.h"

namespace coil::vm {

// One argument of a message; text in UTF-8 ("surrogatepass").
class MessageArg {
  std::string owned;
  llvm::StringRef ref;

public:
  MessageArg(llvm::StringRef text) : ref(text) {}
  MessageArg(const char *text) : ref(text) {}
  MessageArg(std::string text) : owned(std::move(text)), ref(owned) {}
  MessageArg(const Str *text);
  MessageArg(const Type &type) : ref(type.nameText()) {}
  template <class T>
    requires std::is_integral_v<T>
  MessageArg(T number) : owned(std::to_string(number)), ref(owned) {}
  MessageArg(const MessageArg &other)
      : owned(other.owned), ref(other.owned.empty() ? other.ref : llvm::StringRef(owned)) {}
  llvm::StringRef text() const { return ref; }
};

// `pattern` with each "%" replaced by the next argument ("%%" for a percent sign).
std::string formatMessage(const char *pattern, llvm::ArrayRef<MessageArg> args);

// Makes an instance of `type` with the formatted message as its one argument and raises it.
Failure raiseMessage(Thread &t, Type &type, const std::string &message);
template <class... Args> Failure raise(Thread &t, Type &type, const char *pattern, const Args &...args) {
  if constexpr (sizeof...(Args) == 0)
    return raiseMessage(t, type, formatMessage(pattern, {}));
  else
    return raiseMessage(t, type, formatMessage(pattern, {MessageArg(args)...}));
}
// Raises type(argument), the argument any value (KeyError's key).
Failure raiseWith(Thread &t, Type &type, Value argument);
// Raises an exception instance; sets its context from the exception being handled, as a raise statement does.
Failure raiseObject(Thread &t, Value exception);
// Makes `exception` pending exactly as it is.
Failure setPending(Thread &t, Ref exception);
// NameError, AttributeError with their name (and obj) attributes, for the suggestions of tracebacks.
Failure raiseNameError(Thread &t, Type &type, const char *pattern, Str *name);
Failure raiseAttributeError(Thread &t, Value object, Str *name, const std::string &message);
// "'T' object has no attribute 'name'", or "type object 'C' has no attribute 'name'" for a class.
Failure raiseNoAttribute(Thread &t, Value object, Str *name);
// The same of setting and deleting, whose errors do not tell object and name apart.
Failure raiseCannotSet(Thread &t, Value object, Str *name);
Failure raiseStopIteration(Thread &t, Value value);
Failure raiseOSError(Thread &t, int error, Value filename = Value());
// A construct that Coil does not have yet; `what` names it.
Failure raiseNotImplemented(Thread &t, const char *what);

// The pending exception is an instance of `type`.
bool pendingIs(Thread &t, const Type &type);
// Takes the pending exception away from the thread.
Ref takePending(Thread &t);
void clearPending(Thread &t);
// Clears the pending exception if it is an instance of `type`; says whether it did.
bool catchPending(Thread &t, const Type &type);
// Takes a pending StopIteration and gives its value.
Ref takeStopIterationValue(Thread &t);
// Makes `cause` the __cause__ and __context__ of the pending exception, and fails.
Failure chainCause(Thread &t, Value cause);
// Reports an exception that cannot be raised (a finalizer's) through sys.unraisablehook's default, and clears
// it.
void writeUnraisable(Thread &t, const char *message, Value object);

} // namespace coil::vm
