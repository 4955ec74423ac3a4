// What the types of _io share.
#include "VM/Core/Locale.h"
#include "VM/Core/Names.h"
#include "VM/Core/Runtime.h"
#include "VM/Exceptions/Exception.h"
#include "VM/Exceptions/Warnings.h"
#include "VM/Modules/_io/IO.h"
#include "VM/Types/Int/Int.h"
#include <cerrno>

using namespace coil::vm;

void coil::vm::ioTraverse(Object *o, Visitor &visitor) {
  visitor.visitPointer(static_cast<IOBase *>(o)->dict);
}
void coil::vm::ioClear(Object *o) { replaceOwned<Dict>(static_cast<IOBase *>(o)->dict, nullptr); }

Type *io::unsupportedOperation() {
  static Type *type = nullptr;
  if (type) return type;
  Thread &t = Thread::current();
  Ref saved = takePending(t);
  TupleRef bases = packTuple(Value(&types::OSError), Value(&types::ValueError));
  DictRef dict = newDict();
  dictSetStr(dict, names::special_module, internText("io"));
  StrRef name = internText("UnsupportedOperation");
  Ref made = call(t, Value(&types::Type), {Value(name), Value(bases), Value(dict)});
  type = made.release().as<Type>();
  if (saved) (void)setPending(t, std::move(saved));
  return type;
}

// Through the class: as an OSError it has an __init__ of its own.
Failure io::raiseUnsupported(Thread &t, const char *what) {
  StrRef text = makeStr(what);
  Ref exception = call(t, Value(unsupportedOperation()), {Value(text)});
  if (!exception) return {};
  return raiseObject(t, exception);
}

bool io::trapInterrupted(Thread &t) {
  if (!pendingIs(t, types::OSError)) return false;
  Value number = exceptionField(t.pending, 0);
  if (number.empty() || !number.isInt() || number.asInt() != EINTR) return false;
  clearPending(t);
  return true;
}

Status io::chainPending(Thread &t, Ref first) {
  if (!first) return t.hasPending() ? Status() : Status::ok();
  if (!t.hasPending()) return setPending(t, std::move(first));
  setContext(t.pending, first);
  return {};
}

Result<bool> io::isClosed(Thread &t, Value stream) {
  Ref closed = TRY(getAttr(t, stream, names::closed));
  return truth(t, closed);
}

Status io::checkClosed(Thread &t, Value stream) {
  Ref closed;
  if (!lookupAttr(t, stream, names::closed, closed)) return {};
  if (!closed) return Status::ok();
  if (TRY(truth(t, closed))) return raise(t, types::ValueError, "I/O operation on closed file.");
  return Status::ok();
}

Status io::checkAble(Thread &t, Value stream, Str *method, const char *message) {
  Ref answer = TRY(callMethod(t, stream, method));
  if (!answer->isTrue()) return raiseUnsupported(t, message);
  return Status::ok();
}
Status io::checkReadable(Thread &t, Value stream) {
  return checkAble(t, stream, names::readable, "File or stream is not readable.");
}
Status io::checkWritable(Thread &t, Value stream) {
  return checkAble(t, stream, names::writable, "File or stream is not writable.");
}
Status io::checkSeekable(Thread &t, Value stream) {
  return checkAble(t, stream, names::seekable, "File or stream is not seekable.");
}

Result<int64_t> io::indexOr(Thread &t, Value v, Type &overflow) {
  Ref number = TRY(index(t, v));
  int64_t result;
  if (toInt64(number, result)) return result;
  return raise(t, overflow, "cannot fit '%' into an index-sized integer", typeName(v));
}

Result<int64_t> io::sizeArgument(Thread &t, Value v, int64_t ifNone) {
  if (v.isInt()) return v.asInt();
  if (v.isNone()) return ifNone;
  if (!isIntLike(v) && !typeOf(v)->slots.index)
    return raise(t, types::TypeError, "argument should be integer or None, not '%'", typeName(v));
  return indexOr(t, v, types::OverflowError);
}

Result<int64_t> io::offsetArgument(Thread &t, Value v) {
  Ref number = TRY(index(t, v));
  int64_t result;
  if (toInt64(number, result)) return result;
  return raise(t, types::ValueError, "cannot fit '%' into an offset-sized integer", typeName(v));
}

Result<int> io::intArgument(Thread &t, Value v) {
  Ref number = TRY(index(t, v));
  int64_t result;
  if (!toInt64(number, result) || result != int32_t(result))
    return raise(t, types::OverflowError, "Python int too large to convert to C int");
  return int(result);
}

Status io::callInit(Thread &t, const NativeDef &def, Value self, const CallArgs &args) {
  CHECK(callNativeBound(t, def, nullptr, self, args));
  return Status::ok();
}

Result<std::string> io::reprOfName(Thread &t, Value stream, const Type &ignored) {
  Ref name;
  if (!lookupAttr(t, stream, names::name, name)) {
    if (!catchPending(t, ignored)) return {};
    return std::string();
  }
  if (!name) return std::string();
  return reprText(t, name);
}

Failure io::raiseReentrantRepr(Thread &t, Value stream) {
  return raise(t, types::RuntimeError, "reentrant call inside %.__repr__", typeOf(stream)->fullName());
}

void io::warnUnclosed(Thread &t, Value source, Value file) {
  Ref saved = takePending(t);
  auto shown = reprText(t, source);
  if (!shown || !warn(t, types::ResourceWarning, "unclosed file " + *shown, 1, source)) {
    // Made an error, it has nobody to go to: this runs in a finalizer.
    if (pendingIs(t, types::Warning))
      writeUnraisable(t, nullptr, file);
    else
      clearPending(t);
  }
  if (saved) (void)setPending(t, std::move(saved));
}

Status io::warnUnnamedEncoding(Thread &t, int stackLevel) {
  if (!runtime.options.warnDefaultEncoding) return Status::ok();
  return warn(t, types::EncodingWarning, "'encoding' argument not specified", stackLevel);
}

StrRef io::localeEncoding() {
  if (runtime.options.utf8Mode) return internText("utf-8");
  const std::string &encoding = textLocale().encoding;
  return internText(encoding.empty() ? "utf-8" : encoding);
}
