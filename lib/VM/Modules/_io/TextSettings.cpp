// Setting up a TextIOWrapper, and reconfigure().
#include "VM/Core/Names.h"
#include "VM/Core/Runtime.h"
#include "VM/Import/Import.h"
#include "VM/Modules/Modules.h"
#include "VM/Modules/_io/Buffered.h"
#include "VM/Modules/_io/TextIOWrapper.h"
#include "VM/Types/Int/Int.h"

using namespace coil::vm;
using namespace coil::vm::io;

namespace {

// A str or None; "TextIOWrapper() argument 'errors' must be str or None, not int".
Status needText(Thread &t, Value v, const char *name) {
  if (v.isNone() || isStr(v)) return Status::ok();
  return raise(t, types::TypeError, "TextIOWrapper() argument '%' must be str or None, not %", name,
               argumentTypeName(v));
}

Status setText(Thread &t, Str *&slot, Str *text) {
  std::string utf8 = toUtf8(text);
  if (utf8.find('\0') != std::string::npos) return raise(t, types::ValueError, "embedded null character");
  replaceOwned<Str>(slot, StrRef::share(text).release());
  return Status::ok();
}

Result<bool> ask(Thread &t, Value stream, Str *method) {
  Ref answer = TRY(callMethod(t, stream, method));
  return truth(t, answer);
}

Status setCodec(Thread &t, TextIOWrapper *s, Str *encoding, Str *errors, const NewlineMode &newline) {
  bool reads = TRY(ask(t, s->buffer, names::readable)), writes = TRY(ask(t, s->buffer, names::writable));
  return openCodec(t, s->codec, encoding, errors, reads, writes, newline);
}

// An encoder that begins in the middle of a stream writes no byte order mark.
Status fixEncoder(Thread &t, TextIOWrapper *s) {
  if (!s->seekable || !s->codec.encodes) return Status::ok();
  Ref position = TRY(callMethod(t, s->buffer, names::tell));
  if (TRY(compareBool(t, position, Value::smallInt(0), CompareOp::Eq))) return Status::ok();
  return resetEncoder(t, s->codec, false);
}

// The FileIO below one of the built-in buffers, so that its state can be seen without calls.
void rememberFile(TextIOWrapper *s) {
  if (!isBuffered(s->buffer)) return;
  Value raw = s->buffer.as<Buffered>()->raw;
  if (isExactly(raw, types::FileIO)) replaceOwned(s->file, retained(raw));
}

Status examineBuffer(Thread &t, TextIOWrapper *s) {
  s->seekable = s->telling = TRY(ask(t, s->buffer, names::seekable));
  Ref read1;
  if (!lookupAttr(t, s->buffer, names::read1, read1)) return {};
  s->hasRead1 = bool(read1);
  return fixEncoder(t, s);
}

void reset(TextIOWrapper *s) {
  s->ok = s->detached = false;
  s->codec.clear();
  replaceOwned(s->buffer, Value());
  replaceOwned(s->file, Value());
  setDecoded(s, StrRef());
  dropSnapshot(s);
  if (!s->pending) s->pending = new std::string();
  s->pending->clear();
  s->hasPending = false;
  s->chunkSize = kDefaultBufferSize;
  s->bytesPerCharacter = 0;
}

// An unknown error handler shows at its first use, or at once in development mode.
Status checkErrors(Thread &t, Str *errors) {
  if (!runtime.options.devMode || !findNativeModule("_codecs")) return Status::ok();
  Ref lookup = TRY(importAttribute(t, "_codecs", "lookup_error"));
  CHECK(call(t, lookup, {Value(errors)}));
  return Status::ok();
}

constexpr char kNewlineType[] = "TextIOWrapper() argument 'newline' must be str or None, not %";

// buffer, encoding, errors, newline, line_buffering, write_through
Ref init(Thread &t, const Value *args) {
  auto *s = args[0].as<TextIOWrapper>();
  CHECK(needText(t, args[2], "encoding"));
  CHECK(needText(t, args[3], "errors"));
  NewlineMode newline;
  CHECK(readNewlineMode(t, args[4], kNewlineType, false, newline));
  bool lineBuffering = TRY(intArgument(t, args[5])), writeThrough = TRY(intArgument(t, args[6]));
  reset(s);
  if (args[2].isNone()) CHECK(warnUnnamedEncoding(t));
  StrRef encoding = TRY(resolveEncoding(t, args[2])),
         errors = args[3].isNone() ? internText("strict") : StrRef::share(args[3].as<Str>());
  CHECK(setText(t, s->encoding, encoding));
  CHECK(setText(t, s->errors, errors));
  CHECK(checkErrors(t, errors));
  s->newline = newline;
  s->lineBuffering = lineBuffering, s->writeThrough = writeThrough;
  replaceOwned(s->buffer, retained(args[1]));
  CHECK(setCodec(t, s, encoding, errors, newline));
  rememberFile(s);
  CHECK(examineBuffer(t, s));
  s->ok = true;
  return Ref::none();
}

const NativeDef kInit{"TextIOWrapper", init,
                      "($self, buffer, encoding=None, errors=None, newline=None, line_buffering=False, "
                      "write_through=False)",
                      nullptr};

Result<bool> optionalBool(Thread &t, Value v, bool current) {
  if (v.empty() || v.isNone()) return current;
  return TRY(asInt64(t, v)) != 0;
}

Status changeCodec(Thread &t, TextIOWrapper *s, Value encoding, Value errors, const NewlineMode &newline) {
  StrRef newEncoding, newErrors;
  if (encoding.isNone()) {
    newEncoding = StrRef::share(s->encoding);
    newErrors = errors.isNone() ? StrRef::share(s->errors) : StrRef::share(errors.as<Str>());
  } else {
    newEncoding = TRY(resolveEncoding(t, encoding));
    newErrors = errors.isNone() ? internText("strict") : StrRef::share(errors.as<Str>());
  }
  CHECK(setCodec(t, s, newEncoding, newErrors, newline));
  CHECK(setText(t, s->encoding, newEncoding));
  CHECK(setText(t, s->errors, newErrors));
  return fixEncoder(t, s);
}

Status needTextOrNone(Thread &t, Value v) {
  if (v.isNone() || isStr(v)) return Status::ok();
  return raise(t, types::TypeError, "bad argument type for built-in operation");
}

} // namespace

Status io::textInit(Thread &t, Value self, const CallArgs &args) { return callInit(t, kInit, self, args); }

Result<StrRef> io::resolveEncoding(Thread &, Value encoding) {
  if (!encoding.isNone() && toUtf8(encoding.as<Str>()) != "locale") return StrRef::share(encoding.as<Str>());
  return localeEncoding();
}

// encoding, errors, newline, line_buffering, write_through; all keyword-only, newline empty if not given
Ref io::textReconfigure(Thread &t, const Value *args) {
  auto *s = args[0].as<TextIOWrapper>();
  Value encoding = args[1], errors = args[2], newlineArg = args[3];
  bool setNewline = !newlineArg.empty();
  if (s->decoded && (!encoding.isNone() || !errors.isNone() || setNewline))
    return raiseUnsupported(
        t, "It is not possible to set the encoding or newline of stream after the first read");
  NewlineMode newline = s->newline;
  if (setNewline) {
    CHECK(needTextOrNone(t, newlineArg));
    CHECK(readNewlineMode(t, newlineArg, kNewlineType, false, newline));
  }
  bool lineBuffering = TRY(optionalBool(t, args[4], s->lineBuffering)),
       writeThrough = TRY(optionalBool(t, args[5], s->writeThrough));
  CHECK(callMethod(t, args[0], names::flush));
  CHECK(needTextOrNone(t, encoding));
  CHECK(needTextOrNone(t, errors));
  s->bytesPerCharacter = 0;
  s->newline = newline;
  if (!encoding.isNone() || !errors.isNone() || setNewline)
    CHECK(changeCodec(t, s, encoding, errors, newline));
  s->lineBuffering = lineBuffering;
  s->writeThrough = writeThrough;
  return Ref::none();
}
