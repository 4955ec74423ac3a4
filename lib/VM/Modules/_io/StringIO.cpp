// _io.StringIO: a text stream in memory.
#include "VM/Core/Names.h"
#include "VM/Modules/_io/LineEnding.h"
#include "VM/Modules/_io/NewlineDecoder.h"
#include "VM/Types/Dict/Dict.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Tuple.h"
#include "llvm/ADT/ArrayRef.h"
#include <cstdlib>
#include <cstring>

using namespace coil::vm;
using namespace coil::vm::io;

namespace {

struct StringIO : IOBase {
  char32_t *text; // malloc'ed
  int64_t length, capacity, pos;
  bool ok, closed;
  NewlineMode newline;
  NewlineState decoder; // of universal newlines
};
StringIO *self(Value v) { return v.as<StringIO>(); }

Status checkOpen(Thread &t, Value v) {
  if (!self(v)->ok) return raise(t, types::ValueError, "I/O operation on uninitialized object");
  if (self(v)->closed) return raise(t, types::ValueError, "I/O operation on closed file");
  return Status::ok();
}

Ref stringNew(Thread &, Value, const CallArgs &args) { return Ref::take(Value(newInstance<StringIO>(args))); }

void reserve(StringIO *s, int64_t length) {
  if (length <= s->capacity) return;
  s->capacity = std::max(length, length + (length >> 3) + 16);
  s->text = static_cast<char32_t *>(std::realloc(s->text, size_t(s->capacity) * sizeof(char32_t)));
}

// The characters as they go to the buffer: newlines are translated on the way in.
StrRef incoming(StringIO *s, Str *text) {
  StrRef decoded = s->newline.universal ? decodeNewlines(s->decoder, text, true) : StrRef::share(text);
  if (!s->newline.write) return decoded;
  StrBuilder out;
  for (int64_t i = 0; i < decoded->length; ++i) {
    if (decoded->at(i) == '\n')
      out.appendAscii(s->newline.write);
    else
      out.append(decoded->at(i));
  }
  return out.finish();
}

Status writeText(Thread &t, StringIO *s, Str *text) {
  bool asIs = !s->newline.universal && !s->newline.write;
  StrRef in = asIs ? StrRef::share(text) : incoming(s, text);
  if (s->pos > INT64_MAX - in->length) return raise(t, types::OverflowError, "new position too large");
  int64_t end = s->pos + in->length;
  if (end > int64_t(1) << 40) return raise(t, types::MemoryError, "");
  reserve(s, end);
  for (; s->length < s->pos; ++s->length) s->text[s->length] = 0; // a seek went beyond the end
  char32_t *to = s->text + s->pos;
  if (in->width == 1)
    for (int64_t i = 0; i < in->length; ++i) to[i] = in->data1()[i];
  else
    for (int64_t i = 0; i < in->length; ++i) to[i] = in->at(i);
  s->pos = end;
  s->length = std::max(s->length, end);
  return Status::ok();
}

// initial_value, newline
Ref init(Thread &t, const Value *args) {
  StringIO *s = self(args[0]);
  NewlineMode newline;
  CHECK(readNewlineMode(t, args[2], "newline must be str or None, not %", true, newline));
  if (!args[1].isNone() && !isStr(args[1]))
    return raise(t, types::TypeError, "initial_value must be str or None, not %", typeName(args[1]));
  s->ok = false;
  s->newline = newline;
  s->decoder = {.translate = newline.translate, .pendingCr = false, .seen = 0};
  s->length = s->pos = 0;
  if (isStr(args[1])) CHECK(writeText(t, s, args[1].as<Str>()));
  s->pos = 0;
  s->closed = false;
  s->ok = true;
  return Ref::none();
}
const NativeDef kInit{"StringIO", init, "($self, initial_value='', newline='\\n')", nullptr};

Ref slice(StringIO *s, int64_t from, int64_t to) {
  return makeStr(llvm::ArrayRef<char32_t>(s->text + from, size_t(to - from)));
}

Ref stringGetvalue(Thread &t, const Value *args) {
  CHECK(checkOpen(t, args[0]));
  return slice(self(args[0]), 0, self(args[0])->length);
}

Ref stringTell(Thread &t, const Value *args) {
  CHECK(checkOpen(t, args[0]));
  return makeInt(self(args[0])->pos);
}

Ref stringRead(Thread &t, const Value *args) {
  int64_t size = TRY(sizeArgument(t, args[1]));
  CHECK(checkOpen(t, args[0]));
  StringIO *s = self(args[0]);
  int64_t left = std::max<int64_t>(s->length - s->pos, 0);
  if (size < 0 || size > left) size = left;
  if (!size) return emptyStr();
  s->pos += size;
  return slice(s, s->pos - size, s->pos);
}

Ref readLine(StringIO *s, int64_t limit) {
  if (s->pos >= s->length) return emptyStr();
  int64_t left = s->length - s->pos, consumed;
  if (limit >= 0 && limit < left) left = limit;
  int64_t n = findLineEnding(s->newline, s->text + s->pos, left, consumed);
  if (n < 0) n = left;
  s->pos += n;
  return slice(s, s->pos - n, s->pos);
}

Ref stringReadline(Thread &t, const Value *args) {
  int64_t limit = TRY(sizeArgument(t, args[1]));
  CHECK(checkOpen(t, args[0]));
  return readLine(self(args[0]), limit);
}

Ref stringNext(Thread &t, Value v) {
  CHECK(checkOpen(t, v));
  Ref line;
  if (isExactly(v, types::StringIO)) {
    line = readLine(self(v), -1);
  } else {
    line = TRY(callMethod(t, v, names::readline));
    if (!isStr(line))
      return raise(t, types::OSError, "readline() should have returned a str object, not '%'",
                   typeName(line));
  }
  if (!line.as<Str>()->length) return {};
  return line;
}

Ref stringTruncate(Thread &t, const Value *args) {
  int64_t size = TRY(sizeArgument(t, args[1], self(args[0])->pos));
  CHECK(checkOpen(t, args[0]));
  if (size < 0) return raise(t, types::ValueError, "Negative size value %", size);
  if (size < self(args[0])->length) self(args[0])->length = size;
  return makeInt(size);
}

Ref stringSeek(Thread &t, const Value *args) {
  int64_t pos = TRY(asInt64(t, args[1]));
  int whence = TRY(intArgument(t, args[2]));
  CHECK(checkOpen(t, args[0]));
  StringIO *s = self(args[0]);
  if (whence != 0 && whence != 1 && whence != 2)
    return raise(t, types::ValueError, "Invalid whence (%, should be 0, 1 or 2)", whence);
  if (pos < 0 && whence == 0) return raise(t, types::ValueError, "Negative seek position %", pos);
  if (whence != 0 && pos != 0) return raise(t, types::OSError, "Can't do nonzero cur-relative seeks");
  if (whence == 1) pos = s->pos;
  if (whence == 2) pos = s->length;
  s->pos = pos;
  return makeInt(pos);
}

Ref stringWrite(Thread &t, const Value *args) {
  if (!self(args[0])->ok) CHECK(checkOpen(t, args[0]));
  if (!isStr(args[1]))
    return raise(t, types::TypeError, "string argument expected, got '%'", typeName(args[1]));
  CHECK(checkOpen(t, args[0]));
  Str *text = args[1].as<Str>();
  if (text->length) CHECK(writeText(t, self(args[0]), text));
  return makeInt(text->length);
}

Ref stringClose(Thread &, const Value *args) {
  StringIO *s = self(args[0]);
  s->closed = true;
  std::free(std::exchange(s->text, nullptr));
  s->length = s->capacity = 0;
  return Ref::none();
}

Ref stringSeekable(Thread &t, const Value *args) {
  CHECK(checkOpen(t, args[0]));
  return Ref::boolean(true);
}
Ref stringReadable(Thread &t, const Value *args) { return stringSeekable(t, args); }
Ref stringWritable(Thread &t, const Value *args) { return stringSeekable(t, args); }

// (value, newline, position, attributes)
Ref stringGetstate(Thread &t, const Value *args) {
  StringIO *s = self(args[0]);
  Ref value = TRY(stringGetvalue(t, args));
  Ref newline = s->newline.ending ? Ref::share(Value(s->newline.ending)) : Ref::none();
  Ref attributes = s->dict ? Ref(dictCopy(s->dict)) : Ref::none();
  return packTuple(value.get(), newline.get(), makeInt(s->pos).get(), attributes.get());
}

// The attributes of a state go into the instance's, for StringIO and BytesIO alike.
Status restorePosition(Thread &t, StringIO *s, Value position) {
  if (!isIntLike(position))
    return raise(t, types::TypeError, "third item of state must be an integer, got %",
                 typeOf(position)->fullName());
  int64_t pos = TRY(asInt64(t, position));
  if (pos < 0) return raise(t, types::ValueError, "position value cannot be negative");
  s->pos = pos;
  return Status::ok();
}

Ref stringSetstate(Thread &t, const Value *args) {
  if (self(args[0])->closed) CHECK(checkOpen(t, args[0]));
  if (!isTuple(args[1]) || args[1].as<Tuple>()->length < 4)
    return raise(t, types::TypeError, "%.__setstate__ argument should be 4-tuple, got %",
                 typeOf(args[0])->fullName(), typeOf(args[1])->fullName());
  Tuple &state = *args[1].as<Tuple>();
  StringIO *s = self(args[0]);
  const Value initial[] = {args[0], state[0], state[1]};
  CHECK(init(t, initial));
  // The text is already as the buffer is to hold it, so it must not be translated again.
  if (isStr(state[0])) {
    Str *text = state[0].as<Str>();
    reserve(s, text->length);
    for (int64_t i = 0; i < text->length; ++i) s->text[i] = text->at(i);
    s->length = text->length;
  }
  CHECK(restorePosition(t, s, state[2]));
  if (state[3].isNone()) return Ref::none();
  if (!isDict(state[3]))
    return raise(t, types::TypeError, "fourth item of state should be a dict, got a %",
                 typeOf(state[3])->fullName());
  CHECK(dictUpdate(t, dictOf(s, true), state[3]));
  return Ref::none();
}

Ref getClosed(Thread &t, Value v) {
  if (!self(v)->ok) CHECK(checkOpen(t, v));
  return Ref::boolean(self(v)->closed);
}
Ref getLineBuffering(Thread &t, Value v) {
  CHECK(checkOpen(t, v));
  return Ref::boolean(false);
}
Ref getNewlines(Thread &t, Value v) {
  CHECK(checkOpen(t, v));
  return self(v)->newline.universal ? newlinesSeen(self(v)->decoder.seen) : Ref::none();
}

NativeDef kMethods[] = {
    {"__new__", stringNew, "($type, *args, **kwargs)", "Make a new object of the class."},
    {"close", stringClose, "($self, /)", "Drop the text; whatever is tried afterwards raises ValueError."},
    {"getvalue", stringGetvalue, "($self, /)", "The whole text, wherever the position is."},
    {"read", stringRead, "($self, size=-1, /)",
     "Read up to size characters; all that are left if size is None or negative. '' means the end."},
    {"readline", stringReadline, "($self, size=-1, /)",
     "Read one line, with its end, but no more than size characters unless that is negative.\n"
     "'' means the end."},
    {"tell", stringTell, "($self, /)", "The position, in characters from the start."},
    {"truncate", stringTruncate, "($self, pos=None, /)",
     "Drop all text from pos on, which is the position unless given, and return pos. The\n"
     "position stays."},
    {"seek", stringSeek, "($self, pos, whence=0, /)",
     "Move the position to pos, counted from the start, and return it.\n"
     "With whence 1 or 2, pos must be 0: stay there, or go to the end."},
    {"write", stringWrite, "($self, s, /)",
     "Write a str at the position, over what is there, and return its length."},
    {"seekable", stringSeekable, "($self, /)", "True: the position can be moved."},
    {"readable", stringReadable, "($self, /)", "True: the text can be read."},
    {"writable", stringWritable, "($self, /)", "True: text can be written."},
    {"__getstate__", stringGetstate, "!($self, /)", nullptr},
    {"__setstate__", stringSetstate, "!($self, state, /)", nullptr},
};
const GetSetDef kGetSets[] = {
    {"closed", getClosed, nullptr, nullptr},
    {"newlines", getNewlines, nullptr, nullptr},
    {"line_buffering", getLineBuffering, nullptr, nullptr},
};

} // namespace

Type types::StringIO;

const TypeSpec coil::vm::kStringIOSpec = {
    .name = "_io.StringIO",
    .size = sizeof(StringIO),
    .flags = kTypeBase,
    .fillSlots =
        [](Slots &s) {
          s.next = stringNext;
          s.init = [](Thread &t, Value v, const CallArgs &args) { return callInit(t, kInit, v, args); };
        },
    .clear =
        [](Object *o) {
          auto *s = static_cast<StringIO *>(o);
          s->ok = false;
          std::free(std::exchange(s->text, nullptr));
          ioClear(o);
        },
    .methods = kMethods,
    .getsets = kGetSets,
    .doc = "A text stream that is kept in memory. initial_value is what it holds at first, with the\n"
           "position at the start; newline means what it means to open().",
    .signature = "(initial_value='', newline='\\n')",
};
