// _io.TextIOWrapper: buffered UTF-8 text over a file descriptor.
#include "VM/Types/TextIOWrapper.h"
#include "VM/Bind/Native.h"
#include "VM/Core/Names.h"
#include "VM/Exceptions/Exception.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"
#include "VM/Types/Sequence.h"
#include "VM/Types/Tuple.h"
#include <cerrno>
#include <unistd.h>

using namespace coil::vm;

namespace {

constexpr size_t kBufferBytes = 8192;

TextIOWrapper *self(Value v) { return v.as<TextIOWrapper>(); }

Status checkOpen(Thread &t, TextIOWrapper *s) {
  if (s->closed) return raise(t, types::ValueError, "I/O operation on closed file.");
  return Status::ok();
}

Failure raiseUnsupported(Thread &t, const char *what) { return raise(t, types::OSError, "%", what); }

// Writes all of `bytes`; a short write goes on, an error raises.
Status writeAll(Thread &t, int fd, llvm::StringRef bytes) {
  while (!bytes.empty()) {
    ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return raiseOSError(t, errno);
    bytes = bytes.drop_front(n);
  }
  return Status::ok();
}

// Lone surrogates cannot be encoded under "strict"; stderr escapes them with backslashes.
Status encodeInto(Thread &t, TextIOWrapper *s, Str *text, std::string &out) {
  if (text->width == 1) {
    appendUtf8(text, out);
    return Status::ok();
  }
  for (int64_t i = 0; i < text->length; ++i) {
    char32_t c = text->at(i);
    if (c < 0xD800 || c > 0xDFFF) continue;
    if (toUtf8(s->errors) == "backslashreplace") {
      for (int64_t k = 0; k < text->length; ++k) {
        char32_t d = text->at(k);
        char buffer[8];
        if (d >= 0xD800 && d <= 0xDFFF) {
          snprintf(buffer, sizeof buffer, "\\u%04x", unsigned(d));
          out += buffer;
        } else {
          appendUtf8(makeStrFromCodePoint(d), out);
        }
      }
      return Status::ok();
    }
    TupleRef args = packTuple(Value(s->encoding), Value(text), Value::smallInt(i), Value::smallInt(i + 1),
                              Value(makeStr("surrogates not allowed")));
    Ref exception = TRY(call(t, Value(&types::UnicodeEncodeError), args, nullptr));
    return raiseObject(t, exception);
  }
  appendUtf8(text, out);
  return Status::ok();
}

// Reads more input; false at its end.
Result<bool> fill(Thread &t, TextIOWrapper *s) {
  if (s->atEnd) return false;
  char buffer[kBufferBytes];
  ssize_t n;
  do n = ::read(s->fd, buffer, sizeof buffer);
  while (n < 0 && errno == EINTR);
  if (n < 0) return raiseOSError(t, errno);
  if (n == 0) {
    s->atEnd = true;
    return false;
  }
  s->received->append(buffer, n);
  return true;
}

// Universal newlines: \r\n and \r become \n.
std::string translated(llvm::StringRef bytes) {
  std::string out;
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (bytes[i] != '\r') {
      out += bytes[i];
      continue;
    }
    out += '\n';
    if (i + 1 < bytes.size() && bytes[i + 1] == '\n') ++i;
  }
  return out;
}

Ref ioWrite(Thread &t, const Value *args) {
  if (!isStr(args[1]))
    return raise(t, types::TypeError, "write() argument must be str, not %", typeName(args[1]));
  TRY(textWrite(t, args[0].object(), args[1].as<Str>()));
  return makeInt(args[1].as<Str>()->length);
}

Ref ioWriteLines(Thread &t, const Value *args) {
  TRY(forEach(t, args[1], [&](Value line) -> Status {
    if (!isStr(line))
      return raise(t, types::TypeError, "write() argument must be str, not %", typeName(line));
    return textWrite(t, args[0].object(), line.as<Str>());
  }));
  return Ref::none();
}

Ref ioFlush(Thread &t, const Value *args) {
  TRY(textFlush(t, args[0].object()));
  return Ref::none();
}

Ref ioReadLine(Thread &t, const Value *args) {
  int64_t limit = args[1].isNone() ? -1 : TRY(asInt64(t, args[1]));
  return textReadLine(t, args[0].object(), limit);
}

Ref ioRead(Thread &t, const Value *args) {
  TextIOWrapper *s = self(args[0]);
  TRY(checkOpen(t, s));
  if (!s->readable) return raiseUnsupported(t, "not readable");
  int64_t limit = args[1].isNone() ? -1 : TRY(asInt64(t, args[1]));
  auto complete = [&] {
    return limit >= 0 && llvm::count_if(*s->received, [](char c) { return (c & 0xC0) != 0x80; }) > limit;
  };
  while (!complete() && TRY(fill(t, s))) {
  }
  std::string text = translated(*s->received);
  StrRef all = makeStr(text);
  if (limit < 0 || all->length <= limit) {
    s->received->clear();
    return all;
  }
  StrRef head = substring(all, 0, limit);
  *s->received = toUtf8(substring(all, limit, all->length));
  return head;
}

Ref ioReadLines(Thread &t, const Value *args) {
  ListRef lines = newList();
  for (;;) {
    Ref line = TRY(textReadLine(t, args[0].object()));
    if (!line.as<Str>()->length) return lines;
    listAppend(lines, line);
  }
}

Ref ioNext(Thread &t, Value v) {
  Ref line = TRY(textReadLine(t, v.object()));
  return line.as<Str>()->length ? std::move(line) : Ref();
}

Ref ioFileno(Thread &t, const Value *args) {
  TRY(checkOpen(t, self(args[0])));
  return makeInt(int64_t(self(args[0])->fd));
}
Ref ioIsatty(Thread &t, const Value *args) {
  TRY(checkOpen(t, self(args[0])));
  return Ref::boolean(::isatty(self(args[0])->fd));
}
Ref ioReadable(Thread &, const Value *args) { return Ref::boolean(self(args[0])->readable); }
Ref ioWritable(Thread &, const Value *args) { return Ref::boolean(self(args[0])->writable); }
Ref ioSeekable(Thread &, const Value *args) {
  return Ref::boolean(::lseek(self(args[0])->fd, 0, SEEK_CUR) >= 0);
}
Ref ioClose(Thread &t, const Value *args) {
  if (self(args[0])->closed) return Ref::none();
  TRY(textFlush(t, args[0].object()));
  self(args[0])->closed = true;
  return Ref::none();
}
Ref ioEnter(Thread &t, const Value *args) {
  TRY(checkOpen(t, self(args[0])));
  return Ref::share(args[0]);
}
Ref ioExit(Thread &t, const Value *args) { return ioClose(t, args); }

Ref ioReconfigure(Thread &t, const Value *args) {
  TRY(textFlush(t, args[0].object()));
  if (isStr(args[1])) {
    std::string encoding = toUtf8(args[1].as<Str>());
    if (encoding != "utf-8" && encoding != "utf8" && encoding != "UTF-8")
      return raiseNotImplemented(t, "streams in encodings other than UTF-8");
  }
  if (isStr(args[2])) replaceOwned(self(args[0])->errors, StrRef::share(args[2].as<Str>()).release());
  if (!args[4].isNone()) self(args[0])->lineBuffered = TRY(truth(t, args[4]));
  return Ref::none();
}

Ref ioRepr(Thread &t, Value v) {
  return makeStr("<_io.TextIOWrapper name=" + TRY(reprText(t, Value(self(v)->name))) +
                 " mode=" + TRY(reprText(t, Value(self(v)->mode))) +
                 " encoding=" + TRY(reprText(t, Value(self(v)->encoding))) + ">");
}

template <Str *TextIOWrapper::*kField> Ref getText(Thread &, Value v) {
  return StrRef::share(self(v)->*kField);
}
Ref getClosed(Thread &, Value v) { return Ref::boolean(self(v)->closed); }
Ref getLineBuffering(Thread &, Value v) { return Ref::boolean(self(v)->lineBuffered); }
Ref getNewlines(Thread &, Value) { return Ref::none(); }

NativeDef kMethods[] = {
    {"write", ioWrite, "($self, text, /)", nullptr},
    {"writelines", ioWriteLines, "($self, lines, /)",
     "Write a list of lines to stream.\n\nLine separators are not added."},
    {"flush", ioFlush, "($self, /)", nullptr},
    {"read", ioRead, "($self, size=-1, /)", nullptr},
    {"readline", ioReadLine, "($self, size=-1, /)", nullptr},
    {"readlines", ioReadLines, "($self, hint=-1, /)", "Return a list of lines from the stream."},
    {"fileno", ioFileno, "($self, /)", nullptr},
    {"isatty", ioIsatty, "($self, /)", nullptr},
    {"readable", ioReadable, "($self, /)", nullptr},
    {"writable", ioWritable, "($self, /)", nullptr},
    {"seekable", ioSeekable, "($self, /)", nullptr},
    {"close", ioClose, "($self, /)", nullptr},
    {"reconfigure", ioReconfigure,
     "($self, /, *, encoding=None, errors=None, newline=None, line_buffering=None, write_through=None)",
     "Reconfigure the text stream with new parameters."},
    {"__enter__", ioEnter, "($self, /)", nullptr},
    {"__exit__", ioExit, "($self, /, *args)", nullptr},
};

const GetSetDef kGetSets[] = {
    {"name", getText<&TextIOWrapper::name>, nullptr, nullptr},
    {"mode", getText<&TextIOWrapper::mode>, nullptr, nullptr},
    {"encoding", getText<&TextIOWrapper::encoding>, nullptr, nullptr, true},
    {"errors", getText<&TextIOWrapper::errors>, nullptr, nullptr},
    {"closed", getClosed, nullptr, nullptr},
    {"line_buffering", getLineBuffering, nullptr, nullptr, true},
    {"newlines", getNewlines, nullptr, nullptr},
};

} // namespace

Ref coil::vm::newTextStream(int fd, bool write, bool lineBuffered, llvm::StringRef name,
                            llvm::StringRef errors) {
  auto *s = heap::make<TextIOWrapper>(types::TextIOWrapper);
  s->fd = fd;
  s->readable = !write, s->writable = write, s->lineBuffered = lineBuffered;
  s->pending = new std::string(), s->received = new std::string();
  s->name = internText(name).release();
  s->mode = internText(write ? "w" : "r").release();
  s->encoding = internText("utf-8").release();
  s->errors = internText(errors).release();
  return Ref::take(Value(s));
}

Status coil::vm::textWrite(Thread &t, Object *stream, Str *text) {
  auto *s = static_cast<TextIOWrapper *>(stream);
  TRY(checkOpen(t, s));
  if (!s->writable) return raiseUnsupported(t, "not writable");
  size_t before = s->pending->size();
  TRY(encodeInto(t, s, text, *s->pending));
  bool newLine = s->lineBuffered && llvm::StringRef(*s->pending).drop_front(before).contains('\n');
  return newLine || s->pending->size() >= kBufferBytes ? textFlush(t, stream) : Status::ok();
}

Status coil::vm::textFlush(Thread &t, Object *stream) {
  auto *s = static_cast<TextIOWrapper *>(stream);
  TRY(checkOpen(t, s));
  std::string bytes;
  bytes.swap(*s->pending);
  return writeAll(t, s->fd, bytes);
}

Ref coil::vm::textReadLine(Thread &t, Object *stream, int64_t limit) {
  auto *s = static_cast<TextIOWrapper *>(stream);
  TRY(checkOpen(t, s));
  if (!s->readable) return raiseUnsupported(t, "not readable");
  size_t searched = 0, end;
  for (;;) {
    end = s->received->find_first_of("\r\n", searched);
    bool needsOneMore =
        end != std::string::npos && (*s->received)[end] == '\r' && end + 1 == s->received->size();
    if (end != std::string::npos && !needsOneMore) break;
    searched = needsOneMore ? end : s->received->size();
    if (!TRY(fill(t, s))) {
      if (end == std::string::npos) end = s->received->size();
      break;
    }
  }
  size_t length = end;
  if (end < s->received->size()) length += s->received->compare(end, 2, "\r\n") == 0 ? 2 : 1;
  StrRef line = makeStr(translated(llvm::StringRef(*s->received).take_front(length)));
  s->received->erase(0, length);
  if (limit >= 0 && line->length > limit) {
    s->received->insert(0, toUtf8(substring(line, limit, line->length)));
    line = substring(line, 0, limit);
  }
  return line;
}

const TypeSpec coil::vm::kTextIOWrapperSpec = {
    .name = "_io.TextIOWrapper",
    .size = sizeof(TextIOWrapper),
    .flags = kTypeNoInstantiate,
    .fillSlots = [](Slots &s) { s.repr = ioRepr, s.iter = selfIter, s.next = ioNext; },
    .clear =
        [](Object *o) {
          auto *s = static_cast<TextIOWrapper *>(o);
          delete s->pending;
          delete s->received;
          for (Str **text : {&s->name, &s->mode, &s->encoding, &s->errors}) replaceOwned<Str>(*text, nullptr);
        },
    .methods = kMethods,
    .getsets = kGetSets,
    .doc = "Character and line based layer over a BufferedIOBase object, buffer.",
};
