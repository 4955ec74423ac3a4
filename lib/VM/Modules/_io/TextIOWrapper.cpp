// _io.TextIOWrapper: closing, what the buffer answers, attributes; and the tables.
#include "VM/Modules/_io/TextIOWrapper.h"
#include "VM/Core/Names.h"
#include "VM/Modules/_io/FileIO.h"
#include "VM/Types/Int/Int.h"

using namespace coil::vm;
using namespace coil::vm::io;

static TextIOWrapper *self(Value v) { return v.as<TextIOWrapper>(); }

Status io::checkAttached(Thread &t, TextIOWrapper *s) {
  if (s->ok) [[likely]]
    return Status::ok();
  return raise(t, types::ValueError,
               s->detached ? "underlying buffer has been detached" : "I/O operation on uninitialized object");
}

Status io::checkTextOpen(Thread &t, TextIOWrapper *s) {
  if (s->type != &types::TextIOWrapper) return checkClosed(t, Value(s));
  bool closed = s->file.empty() ? TRY(isClosed(t, s->buffer)) : s->file.as<FileIO>()->fd < 0;
  if (closed) return raise(t, types::ValueError, "I/O operation on closed file.");
  return Status::ok();
}

namespace {

// __init__ has run; the buffer may be gone again.
Status checkInitialized(Thread &t, Value v) {
  if (self(v)->ok || self(v)->detached) return Status::ok();
  return raise(t, types::ValueError, "I/O operation on uninitialized object");
}

Ref textNew(Thread &, Value, const CallArgs &args) {
  auto *s = newInstance<TextIOWrapper>(args);
  s->chunkSize = kDefaultBufferSize;
  return Ref::take(Value(s));
}

Ref forward(Thread &t, Value v, Str *method) {
  CHECK(checkAttached(t, self(v)));
  return callMethod(t, self(v)->buffer, method);
}
Ref textFileno(Thread &t, const Value *args) { return forward(t, args[0], names::fileno); }
Ref textSeekable(Thread &t, const Value *args) { return forward(t, args[0], names::seekable); }
Ref textReadable(Thread &t, const Value *args) { return forward(t, args[0], names::readable); }
Ref textWritable(Thread &t, const Value *args) { return forward(t, args[0], names::writable); }
Ref textIsatty(Thread &t, const Value *args) { return forward(t, args[0], names::isatty); }

Ref textFlush(Thread &t, const Value *args) {
  CHECK(checkAttached(t, self(args[0])));
  CHECK(checkTextOpen(t, self(args[0])));
  self(args[0])->telling = self(args[0])->seekable;
  CHECK(flushPending(t, self(args[0])));
  return callMethod(t, self(args[0])->buffer, names::flush);
}

Ref textClose(Thread &t, const Value *args) {
  TextIOWrapper *s = self(args[0]);
  CHECK(checkAttached(t, s));
  if (TRY(isClosed(t, s->buffer))) return Ref::none();
  if (s->finalizing && !callMethod(t, s->buffer, names::deallocWarn, {args[0]})) clearPending(t);
  (void)!callMethod(t, args[0], names::flush);
  Ref error = takePending(t);
  Ref closed = callMethod(t, s->buffer, names::close);
  CHECK(chainPending(t, std::move(error)));
  return closed;
}

Ref textDetach(Thread &t, const Value *args) {
  TextIOWrapper *s = self(args[0]);
  CHECK(checkAttached(t, s));
  CHECK(callMethod(t, args[0], names::flush));
  s->detached = true;
  s->ok = false;
  replaceOwned(s->file, Value());
  return Ref::take(std::exchange(s->buffer, Value()));
}

Ref textTruncate(Thread &t, const Value *args) {
  CHECK(checkAttached(t, self(args[0])));
  CHECK(callMethod(t, args[0], names::flush));
  return callMethod(t, self(args[0])->buffer, names::truncate, {args[1]});
}

Ref textRepr(Thread &t, Value v) {
  CHECK(checkInitialized(t, v));
  ReprGuard guard(v);
  if (!guard.entered()) return raiseReentrantRepr(t, v);
  std::string name = TRY(reprOfName(t, v, types::ValueError)), out = "<_io.TextIOWrapper";
  if (!name.empty()) out += " name=" + name;
  Ref mode;
  if (!lookupAttr(t, v, names::mode, mode)) return {};
  if (mode) out += " mode=" + TRY(reprText(t, mode));
  return makeStr(out + " encoding=" + TRY(reprText(t, Value(self(v)->encoding))) + ">");
}

// --- attributes

Ref getEncoding(Thread &, Value v) {
  return self(v)->encoding ? Ref(StrRef::share(self(v)->encoding)) : Ref::none();
}
Ref getErrors(Thread &t, Value v) {
  CHECK(checkInitialized(t, v));
  return StrRef::share(self(v)->errors);
}
Ref getBuffer(Thread &, Value v) {
  return self(v)->buffer.empty() ? Ref::none() : Ref::share(self(v)->buffer);
}
Ref getLineBuffering(Thread &, Value v) { return Ref::boolean(self(v)->lineBuffering); }
Ref getWriteThrough(Thread &, Value v) { return Ref::boolean(self(v)->writeThrough); }
Ref getFinalizing(Thread &, Value v) { return Ref::boolean(self(v)->finalizing); }
Status setFinalizing(Thread &t, Value v, Value value) {
  if (value.empty()) return raise(t, types::TypeError, "can't delete numeric/char attribute");
  if (!value.isBool()) return raise(t, types::TypeError, "attribute value type must be bool");
  self(v)->finalizing = value.isTrue();
  return Status::ok();
}
Ref getName(Thread &t, Value v) {
  CHECK(checkAttached(t, self(v)));
  return getAttr(t, self(v)->buffer, names::name);
}
Ref getClosed(Thread &t, Value v) {
  CHECK(checkAttached(t, self(v)));
  return getAttr(t, self(v)->buffer, names::closed);
}
Ref getNewlines(Thread &t, Value v) {
  CHECK(checkAttached(t, self(v)));
  const TextCodec &codec = self(v)->codec;
  return codec.decodes && codec.universal ? newlinesSeen(codec.newline.seen) : Ref::none();
}
Ref getChunkSize(Thread &t, Value v) {
  CHECK(checkAttached(t, self(v)));
  return makeInt(self(v)->chunkSize);
}
Status setChunkSize(Thread &t, Value v, Value value) {
  CHECK(checkAttached(t, self(v)));
  if (value.empty()) return raise(t, types::AttributeError, "cannot delete attribute");
  int64_t n = TRY(indexOr(t, value, types::ValueError));
  if (n <= 0) return raise(t, types::ValueError, "a strictly positive integer is required");
  self(v)->chunkSize = n;
  return Status::ok();
}

NativeDef kMethods[] = {
    {"__new__", textNew, "($type, *args, **kwargs)", "Make a new object of the class."},
    {"detach", textDetach, "($self, /)", nullptr},
    {"reconfigure", textReconfigure,
     "($self, /, *, encoding=None, errors=None, newline= None,\n            line_buffering=None, "
     "write_through=None)",
     "Flush the stream, then change those of its settings that are given.\n"
     "encoding and newline cannot change any more once something was read."},
    {"write", textWrite, "($self, text, /)", nullptr},
    {"read", textRead, "($self, size=-1, /)", nullptr},
    {"readline", textReadline, "($self, size=-1, /)", nullptr},
    {"flush", textFlush, "($self, /)", nullptr},
    {"close", textClose, "($self, /)", nullptr},
    {"fileno", textFileno, "($self, /)", nullptr},
    {"seekable", textSeekable, "($self, /)", nullptr},
    {"readable", textReadable, "($self, /)", nullptr},
    {"writable", textWritable, "($self, /)", nullptr},
    {"isatty", textIsatty, "($self, /)", nullptr},
    {"seek", textSeek, "($self, cookie, whence=0, /)", nullptr},
    {"tell", textTell, "($self, /)", nullptr},
    {"truncate", textTruncate, "($self, pos=None, /)", nullptr},
};
const GetSetDef kGetSets[] = {
    {"encoding", getEncoding, nullptr, nullptr, true},
    {"buffer", getBuffer, nullptr, nullptr, true},
    {"line_buffering", getLineBuffering, nullptr, nullptr, true},
    {"write_through", getWriteThrough, nullptr, nullptr, true},
    {"_finalizing", getFinalizing, setFinalizing, nullptr, true},
    {"name", getName, nullptr, nullptr},
    {"closed", getClosed, nullptr, nullptr},
    {"newlines", getNewlines, nullptr, nullptr},
    {"errors", getErrors, nullptr, nullptr},
    {"_CHUNK_SIZE", getChunkSize, setChunkSize, nullptr},
};

void traverse(Object *o, Visitor &visitor) {
  auto *s = static_cast<TextIOWrapper *>(o);
  ioTraverse(o, visitor);
  visitor.visit(s->buffer);
  visitor.visit(s->file);
  s->codec.traverse(visitor);
}

void clear(Object *o) {
  auto *s = static_cast<TextIOWrapper *>(o);
  s->ok = false;
  s->codec.clear();
  replaceOwned(s->buffer, Value());
  replaceOwned(s->file, Value());
  replaceOwned<Str>(s->decoded, nullptr);
  replaceOwned<Bytes>(s->snapshotInput, nullptr);
  replaceOwned<Str>(s->encoding, nullptr);
  replaceOwned<Str>(s->errors, nullptr);
  delete std::exchange(s->pending, nullptr);
  ioClear(o);
}

} // namespace

Type types::TextIOWrapper;

const TypeSpec coil::vm::kTextIOWrapperSpec = {
    .name = "_io.TextIOWrapper",
    .size = sizeof(TextIOWrapper),
    .flags = kTypeBase,
    .fillSlots = [](Slots &s) { s.repr = textRepr, s.next = textNext, s.init = textInit; },
    .traverse = traverse,
    .clear = clear,
    .methods = kMethods,
    .getsets = kGetSets,
    .doc = "A text stream on top of a buffered stream of bytes.\n"
           "\n"
           "encoding        how characters become bytes; None and 'locale': as the locale says\n"
           "errors          what to do if they cannot: 'strict' (None) raises, 'ignore', 'replace' ...\n"
           "newline         what ends a line that is read: None means '\\n', '\\r' and '\\r\\n', all of\n"
           "                them read as '\\n', '' the same three left as they are, else only the one\n"
           "                given; and what is written for '\\n': os.linesep for None, '\\n' for '',\n"
           "                else the one given\n"
           "line_buffering  flush after each write with a line end in it\n"
           "write_through   leave nothing in the text layer's own buffer",
    .signature = "(buffer, encoding=None, errors=None, newline=None,\n              line_buffering=False, "
                 "write_through=False)",
};
