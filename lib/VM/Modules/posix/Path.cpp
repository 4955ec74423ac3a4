// Arguments and errors of posix's functions.
#include "VM/Modules/posix/Path.h"
#include "VM/Core/Names.h"
#include "VM/Exceptions/Exception.h"
#include "VM/Exceptions/Warnings.h"
#include "VM/Protocol/Buffer.h"
#include "VM/Types/Bytes.h"
#include "VM/Types/Int/Int.h"
#include "llvm/Support/ConvertUTF.h"
#include <cerrno>

using namespace coil::vm;

// --- file names

Ref coil::vm::decodeFileName(llvm::StringRef bytes) {
  StrBuilder out;
  size_t i = 0;
  while (i < bytes.size()) {
    auto *start = reinterpret_cast<const llvm::UTF8 *>(bytes.data() + i);
    auto *end = reinterpret_cast<const llvm::UTF8 *>(bytes.data() + bytes.size());
    if (*start < 0x80) {
      out.append(char32_t(*start));
      ++i;
      continue;
    }
    llvm::UTF32 c;
    const llvm::UTF8 *next = start;
    if (llvm::convertUTF8Sequence(&next, end, &c, llvm::strictConversion) == llvm::conversionOK) {
      out.append(char32_t(c));
      i += size_t(next - start);
    } else {
      out.append(char32_t(0xDC00 + *start));
      ++i;
    }
  }
  return out.finish();
}

Result<std::string> coil::vm::encodeFileName(Thread &t, Str *name) {
  std::string out;
  for (int64_t i = 0; i < name->length; ++i) {
    char32_t c = name->at(i);
    if (c >= 0xDC80 && c <= 0xDCFF) {
      out += char(c - 0xDC00);
    } else if (c >= 0xD800 && c <= 0xDFFF) {
      StrRef encoding = makeStr("utf-8"), reason = makeStr("surrogates not allowed");
      Ref exception = TRY(call(t, Value(&types::UnicodeEncodeError),
                               {Value(encoding), Value(static_cast<Object *>(name)), Value::smallInt(i),
                                Value::smallInt(i + 1), Value(reason)}));
      return raiseObject(t, exception);
    } else {
      appendUtf8(makeStrFromCodePoint(c), out);
    }
  }
  return out;
}

Ref coil::vm::fileName(const Path &path, llvm::StringRef bytes) {
  return path.isBytes ? Ref(makeBytes({bytes.bytes_begin(), bytes.size()})) : decodeFileName(bytes);
}

// --- arguments

static const char *allowedKinds(const PathKind &kind) {
  if (kind.allowFd && kind.allowNone) return "string, bytes, os.PathLike, integer or None";
  if (kind.allowFd) return "string, bytes, os.PathLike or integer";
  if (kind.allowNone) return "string, bytes, os.PathLike or None";
  return "string, bytes or os.PathLike";
}

static std::string pathTypeText(Value v, const PathKind &kind) {
  return formatMessage("%: % should be %, not %",
                       {kind.function, kind.argument, allowedKinds(kind), typeName(v)});
}

static Failure raisePathType(Thread &t, Value v, const PathKind &kind) {
  if (!kind.function)
    return raise(t, types::TypeError, "expected str, bytes or os.PathLike object, not %", typeName(v));
  return raiseMessage(t, types::TypeError, pathTypeText(v, kind));
}

// A descriptor in a path's or a folder's place.
static Result<int> readDescriptor(Thread &t, Value v) {
  Ref whole = TRY(index(t, v));
  int64_t number;
  bool fits = toInt64(whole, number);
  if (!fits || number != int32_t(number))
    return raise(t, types::OverflowError, "fd is % than %", isNegativeInt(whole) ? "less" : "greater",
                 isNegativeInt(whole) ? "minimum" : "maximum");
  return int(number);
}

Status coil::vm::readPath(Thread &t, Value v, const PathKind &kind, Path &path) {
  path.object = Ref::share(v);
  if (v.isNone() || v.empty()) {
    if (!kind.allowNone) return raisePathType(t, v, kind);
    path.absent = true;
    path.bytes = ".";
    return Status::ok();
  }
  Ref text = Ref::share(v);
  if (!isStr(v) && !isBytes(v)) {
    if (kind.allowFd && typeOf(v)->slots.index) {
      path.fd = TRY(readDescriptor(t, v));
      return Status::ok();
    }
    bool found;
    text = callSpecial(t, v, names::special_fspath, {}, found);
    if (found) path.object = text.copy();
    if (!found && exportsBuffer(v)) {
      CHECK(warn(t, types::DeprecationWarning, pathTypeText(v, kind)));
      Buffer buffer;
      CHECK(buffer.open(t, v));
      text = makeBytes(buffer.bytes());
      found = true;
    }
    if (!found) return raisePathType(t, v, kind);
    if (!text) return {};
    if (!isStr(text) && !isBytes(text))
      return raise(t, types::TypeError, "expected %.__fspath__() to return str or bytes, not %", typeName(v),
                   typeName(text));
  }
  path.isBytes = isBytes(text);
  if (path.isBytes)
    path.bytes.assign(reinterpret_cast<const char *>(text.as<Bytes>()->data),
                      size_t(text.as<Bytes>()->length));
  else
    path.bytes = TRY(encodeFileName(t, text.as<Str>()));
  if (path.bytes.find('\0') == std::string::npos) return Status::ok();
  if (!path.isBytes || !kind.function) return raise(t, types::ValueError, "embedded null byte");
  return raise(t, types::ValueError, "%: embedded null character in %", kind.function, kind.argument);
}

Result<uint32_t> coil::vm::readIdentity(Thread &t, Value v, const char *what) {
  if (!typeOf(v)->slots.index)
    return raise(t, types::TypeError, "% should be integer, not %", what, typeName(v));
  Ref whole = TRY(index(t, v));
  int64_t id;
  if (!toInt64(whole, id) || id < -1 || id > UINT32_MAX)
    return raise(t, types::OverflowError,
                 isNegativeInt(whole) ? "% is less than minimum" : "% is greater than maximum", what);
  return uint32_t(id);
}

Result<int> coil::vm::readPid(Thread &t, Value v) {
  Ref whole = TRY(index(t, v));
  int64_t number;
  if (toInt64(whole, number)) return int(number);
  return raise(t, types::OverflowError, "Python int too large to convert to C long");
}

Result<int> coil::vm::readDirFd(Thread &t, Value v) {
  if (v.empty() || v.isNone()) return AT_FDCWD;
  if (!typeOf(v)->slots.index)
    return raise(t, types::TypeError, "argument should be integer or None, not %", typeName(v));
  return readDescriptor(t, v);
}

Result<int> coil::vm::readFd(Thread &t, Value v) {
  Ref number = Ref::share(v);
  if (!isIntLike(v)) {
    Ref method;
    CHECK(lookupAttr(t, v, names::fileno, method));
    if (!method) return raise(t, types::TypeError, "argument must be an int, or have a fileno() method.");
    number = TRY(call(t, method));
    if (!isIntLike(number)) return raise(t, types::TypeError, "fileno() returned a non-integer");
  }
  int fd = TRY(asCInt(t, number));
  if (fd < 0) return raise(t, types::ValueError, "file descriptor cannot be a negative integer (%)", fd);
  return fd;
}

// --- errors

// What the handler of a signal raised goes before EINTR.
Failure coil::vm::raiseErrno(Thread &t) { return t.hasPending() ? Failure() : raiseOSError(t, errno); }

Failure coil::vm::raiseErrno(Thread &t, const Path &path) {
  if (t.hasPending()) return Failure();
  if (path.absent || path.fd >= 0) return raiseOSError(t, errno, path.fd >= 0 ? path.object.get() : Value());
  return raiseOSError(t, errno, path.object);
}

Failure coil::vm::raiseErrno(Thread &t, const Path &source, const Path &target) {
  int error = errno;
  (void)raiseOSError(t, error, source.object);
  replaceOwned(exceptionField(t.pending, 3), target.object.copy().release());
  return {};
}
