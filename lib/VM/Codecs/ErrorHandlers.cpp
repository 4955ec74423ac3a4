// The error handlers of codecs: the built-in ones, and calling those that Python code registers.
#include "VM/Codecs/ErrorHandlers.h"
#include "VM/Bind/Native.h"
#include "VM/Core/Runtime.h"
#include "VM/Exceptions/Exception.h"
#include "VM/Import/Import.h"
#include "VM/Types/Bytes.h"
#include "VM/Types/Int/Int.h"
#include "llvm/ADT/StringSwitch.h"

using namespace coil::vm;

namespace {

enum class Kind {
  Strict,
  Ignore,
  Replace,
  XmlCharRef,
  Backslash,
  Name,
  SurrogateEscape,
  SurrogatePass,
  Other
};

Kind kindOf(llvm::StringRef name) {
  return llvm::StringSwitch<Kind>(name)
      .Case("strict", Kind::Strict)
      .Case("ignore", Kind::Ignore)
      .Case("replace", Kind::Replace)
      .Case("xmlcharrefreplace", Kind::XmlCharRef)
      .Case("backslashreplace", Kind::Backslash)
      .Case("namereplace", Kind::Name)
      .Case("surrogateescape", Kind::SurrogateEscape)
      .Case("surrogatepass", Kind::SurrogatePass)
      .Default(Kind::Other);
}

bool isSurrogate(char32_t c) { return c - 0xd800 < 0x800; }

// How surrogatepass writes one surrogate: 3 bytes in UTF-8, 2 or 4 in the others; 0: no such encoding.
struct UnicodeEncoding {
  int bytes = 0;
  bool bigEndian = false;
};

UnicodeEncoding unicodeEncoding(llvm::StringRef name) {
  std::string lower = name.lower();
  std::replace(lower.begin(), lower.end(), '_', '-');
  llvm::StringRef rest = lower;
  if (rest == "cp65001" || rest == "utf8" || rest == "utf-8") return {3};
  if (!rest.consume_front("utf")) return {};
  rest.consume_front("-");
  int bytes = rest.consume_front("16") ? 2 : rest.consume_front("32") ? 4 : 0;
  rest.consume_front("-");
  if (!rest.empty() && rest != "le" && rest != "be") return {};
  return {bytes, rest == "be"};
}

void appendText(llvm::SmallVectorImpl<char32_t> &out, llvm::StringRef ascii) {
  for (char c : ascii) out.push_back(uint8_t(c));
}

void appendEscape(llvm::SmallVectorImpl<char32_t> &out, char32_t c) {
  char text[16];
  snprintf(text, sizeof text, c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x", unsigned(c));
  appendText(out, text);
}

// \N{NAME}; the names are the unicodedata module's.
Status appendName(Thread &t, llvm::SmallVectorImpl<char32_t> &out, char32_t c) {
  if (isSurrogate(c)) {
    appendEscape(out, c);
    return Status::ok();
  }
  Ref name = TRY(importAttribute(t, "unicodedata", "name"));
  StrRef character = makeStrFromCodePoint(c);
  Ref found = TRY(call(t, name, {Value(character), Value::none()}));
  if (!isStr(found)) {
    appendEscape(out, c);
    return Status::ok();
  }
  appendText(out, "\\N{" + toUtf8(found.as<Str>()) + "}");
  return Status::ok();
}

bool passSurrogates(llvm::StringRef encoding, Str *s, int64_t start, int64_t end, Replacement &r) {
  UnicodeEncoding target = unicodeEncoding(encoding);
  if (!target.bytes) return false;
  r.isBytes = true;
  for (int64_t i = start; i < end; ++i) {
    char32_t c = s->at(i);
    if (!isSurrogate(c)) return false;
    if (target.bytes == 3) {
      r.bytes.append({uint8_t(0xe0 | c >> 12), uint8_t(0x80 | (c >> 6 & 0x3f)), uint8_t(0x80 | (c & 0x3f))});
      continue;
    }
    for (int k = 0; k < target.bytes; ++k)
      r.bytes.push_back(uint8_t(c >> 8 * (target.bigEndian ? target.bytes - 1 - k : k)));
  }
  return true;
}

// What a built-in handler makes of unencodable characters; false: it leaves the error as it is.
Result<bool> replaceCharacters(Thread &t, Kind kind, llvm::StringRef encoding, Str *s, int64_t start,
                               int64_t end, Replacement &r) {
  r.next = end;
  switch (kind) {
  case Kind::Ignore: return true;
  case Kind::Replace: r.text.assign(size_t(std::max<int64_t>(end - start, 0)), U'?'); return true;
  case Kind::SurrogatePass: return passSurrogates(encoding, s, start, end, r);
  case Kind::SurrogateEscape:
    r.isBytes = true;
    for (int64_t i = start; i < end; ++i) {
      if (s->at(i) - 0xdc80 >= 0x80) return false;
      r.bytes.push_back(uint8_t(s->at(i)));
    }
    return true;
  case Kind::XmlCharRef:
    for (; start < end; ++start) appendText(r.text, "&#" + std::to_string(uint32_t(s->at(start))) + ";");
    return true;
  case Kind::Backslash:
    for (; start < end; ++start) appendEscape(r.text, s->at(start));
    return true;
  case Kind::Name:
    for (; start < end; ++start) CHECK(appendName(t, r.text, s->at(start)));
    return true;
  default: return false;
  }
}

// The surrogate that surrogatepass reads at `start`; 0: there is none.
char32_t readSurrogate(UnicodeEncoding source, const uint8_t *p, int64_t room) {
  if (!source.bytes || room < source.bytes) return 0;
  char32_t c = 0;
  if (source.bytes == 3) {
    if ((p[0] & 0xf0) != 0xe0 || (p[1] & 0xc0) != 0x80 || (p[2] & 0xc0) != 0x80) return 0;
    c = char32_t(p[0] & 0x0f) << 12 | char32_t(p[1] & 0x3f) << 6 | (p[2] & 0x3f);
  } else {
    for (int k = 0; k < source.bytes; ++k)
      c |= char32_t(p[k]) << 8 * (source.bigEndian ? source.bytes - 1 - k : k);
  }
  return isSurrogate(c) ? c : 0;
}

// What a built-in handler makes of undecodable bytes, and where it goes on; false: it leaves the error as it
// is.
bool replaceBytes(Kind kind, llvm::StringRef encoding, const uint8_t *data, int64_t size, int64_t start,
                  int64_t end, llvm::SmallVectorImpl<char32_t> &text, int64_t &next) {
  next = end;
  switch (kind) {
  case Kind::Ignore: return true;
  case Kind::Replace: text.push_back(0xfffd); return true;
  case Kind::Backslash:
    for (; start < end; ++start) appendEscape(text, data[start]);
    return true;
  case Kind::SurrogateEscape: {
    int64_t n = 0; // a handler never takes more than four
    while (n < 4 && start + n < end && data[start + n] >= 128) text.push_back(0xdc00 + data[start + n++]);
    next = start + n;
    return n > 0;
  }
  case Kind::SurrogatePass: {
    UnicodeEncoding source = unicodeEncoding(encoding);
    char32_t c = readSurrogate(source, data + start, size - start);
    if (!c) return false;
    text.push_back(c);
    next = start + source.bytes;
    return true;
  }
  default: return false;
  }
}

Ref newUnicodeError(Thread &t, Type &type, const char *encoding, Value object, int64_t start, int64_t end,
                    const char *reason) {
  Ref name = makeStrAscii(encoding), why = makeStrAscii(reason), from = makeInt(start), to = makeInt(end);
  return call(t, Value(&type), {name.get(), object, from.get(), to.get(), why.get()});
}

// A handler's second result: an index that may count from the end.
Status readPosition(Thread &t, Value v, int64_t size, int64_t &position) {
  int64_t given = TRY(indexInt64(t, v, true));
  position = given < 0 ? given + size : given;
  if (position >= 0 && position <= size) return Status::ok();
  return raise(t, types::IndexError, "position % from error handler out of bounds", given);
}

// --- the handlers as Python functions ----------------------------------------------------------------------

// The part of an exception's object that it is about, clipped as CPython's getters do.
struct Trouble {
  Value object;
  int64_t start, end;
  std::string encoding;

  Trouble(Value exception, int64_t size) : object(exceptionField(exception, 1)) {
    Value from = exceptionField(exception, 2), to = exceptionField(exception, 3),
          name = exceptionField(exception, 0);
    start = from.isInt() ? from.asInt() : 0;
    end = to.isInt() ? to.asInt() : 0;
    start = std::max<int64_t>(std::min(start, size - 1), 0);
    end = std::min(std::max<int64_t>(end, 1), size);
    if (!name.empty() && isStr(name)) encoding = toUtf8(name.as<Str>());
  }
};

Failure raiseUnfit(Thread &t, Value exception) {
  return raise(t, types::TypeError, "don't know how to handle % in error callback",
               typeOf(exception)->fullName());
}

Ref packResult(Ref replacement, int64_t next) {
  Ref position = makeInt(next);
  return packTuple(replacement.get(), position.get());
}

Ref handleEncode(Thread &t, Kind kind, Value exception, bool translate) {
  Value object = exceptionField(exception, 1);
  if (object.empty() || !isStr(object)) return raise(t, types::TypeError, "object attribute must be unicode");
  Str *s = object.as<Str>();
  Trouble trouble(exception, s->length);
  Replacement r;
  if (translate && kind == Kind::Replace) {
    r.text.assign(size_t(std::max<int64_t>(trouble.end - trouble.start, 0)), 0xfffd);
    r.next = trouble.end;
  } else if (!TRY(replaceCharacters(t, kind, trouble.encoding, s, trouble.start, trouble.end, r))) {
    return raiseObject(t, exception);
  }
  return packResult(r.isBytes ? Ref(makeBytes(r.bytes)) : Ref(makeStr(r.text)), r.next);
}

Ref handleDecode(Thread &t, Kind kind, Value exception) {
  Value object = exceptionField(exception, 1);
  if (object.empty() || !isBytes(object)) return raise(t, types::TypeError, "object attribute must be bytes");
  auto *b = object.as<Bytes>();
  Trouble trouble(exception, b->length);
  llvm::SmallVector<char32_t, 8> text;
  int64_t next;
  if (!replaceBytes(kind, trouble.encoding, b->data, b->length, trouble.start, trouble.end, text, next))
    return raiseObject(t, exception);
  return packResult(makeStr(text), next);
}

template <Kind kKind> Ref handler(Thread &t, const Value *args) {
  Value e = args[0];
  if (kKind == Kind::Strict) {
    if (isException(e)) return raiseObject(t, e);
    return raise(t, types::TypeError, "codec must pass exception instance");
  }
  if (isInstance(e, types::UnicodeEncodeError)) return handleEncode(t, kKind, e, false);
  bool onlyEncodes = kKind == Kind::XmlCharRef || kKind == Kind::Name;
  if (isInstance(e, types::UnicodeDecodeError) && !onlyEncodes) return handleDecode(t, kKind, e);
  bool translates = kKind == Kind::Ignore || kKind == Kind::Replace || kKind == Kind::Backslash;
  if (isInstance(e, types::UnicodeTranslateError) && translates) return handleEncode(t, kKind, e, true);
  return raiseUnfit(t, e);
}

struct HandlerRow {
  const char *name;
  NativeDef def;
};
const HandlerRow kHandlers[] = {
    {"strict",
     {"strict_errors", handler<Kind::Strict>, "!(exception, /)",
      "The error handler 'strict': raise the error."}},
    {"ignore",
     {"ignore_errors", handler<Kind::Ignore>, "!(exception, /)",
      "The error handler 'ignore': leave out what cannot be encoded or decoded."}},
    {"replace",
     {"replace_errors", handler<Kind::Replace>, "!(exception, /)",
      "The error handler 'replace': a '?' for what cannot be encoded, U+FFFD for what cannot be decoded."}},
    {"xmlcharrefreplace",
     {"xmlcharrefreplace_errors", handler<Kind::XmlCharRef>, "!(exception, /)",
      "The error handler 'xmlcharrefreplace': references like &#233; for what cannot be encoded."}},
    {"backslashreplace",
     {"backslashreplace_errors", handler<Kind::Backslash>, "!(exception, /)",
      "The error handler 'backslashreplace': escapes like \\xe9 for what cannot be encoded or decoded."}},
    {"namereplace",
     {"namereplace_errors", handler<Kind::Name>, "!(exception, /)",
      "The error handler 'namereplace': escapes like \\N{EM DASH} for what cannot be encoded."}},
    {"surrogateescape", {"surrogateescape", handler<Kind::SurrogateEscape>, "!(exception, /)", nullptr}},
    {"surrogatepass", {"surrogatepass", handler<Kind::SurrogatePass>, "!(exception, /)", nullptr}},
};

// The handlers by name; made with the built-in ones at first need.
Dict *handlers() {
  static Dict *dict = nullptr;
  if (!dict) {
    dict = newDict().release();
    releaseAtEnd([] { replaceOwned<Dict>(dict, nullptr); });
    for (const HandlerRow &row : kHandlers) {
      StrRef name = internText(row.name);
      dictSetStr(dict, name, newNativeFunction(row.def, Value(), nullptr, nullptr));
    }
  }
  return dict;
}

} // namespace

Ref coil::vm::lookupErrorHandler(Thread &t, llvm::StringRef name) {
  StrRef key = makeStr(name);
  Value found = dictGetStr(handlers(), key);
  if (found.empty()) return raise(t, types::LookupError, "unknown error handler name '%'", name);
  return Ref::share(found);
}

Status coil::vm::registerErrorHandler(Thread &t, Str *name, Value handler) {
  if (!isCallable(handler)) return raise(t, types::TypeError, "handler must be callable");
  dictSetStr(handlers(), name, handler);
  return Status::ok();
}

Failure EncodeErrors::fail(int64_t start, int64_t end, const char *reason) {
  Ref error = newUnicodeError(t, types::UnicodeEncodeError, encoding, Value(source), start, end, reason);
  return error ? raiseObject(t, error) : Failure();
}

Status EncodeErrors::handle(int64_t start, int64_t end, const char *reason, Replacement &r) {
  r = {};
  Kind kind = kindOf(handler);
  if (kind == Kind::SurrogateEscape && unicodeEncoding(encoding).bytes % 2) { // single bytes fit into UTF-8
    int64_t stop = start;
    while (stop < end && source->at(stop) - 0xdc80 < 0x80) r.bytes.push_back(uint8_t(source->at(stop++)));
    r.isBytes = true;
    r.next = stop;
    return stop > start ? Status::ok() : Status(fail(start, end, reason));
  }
  if (kind != Kind::Other) {
    if (kind == Kind::SurrogateEscape)
      while (end > start + 1 && source->at(end - 1) - 0xdc80 >= 0x80) --end;
    if (TRY(replaceCharacters(t, kind, encoding, source, start, end, r))) return Status::ok();
    return fail(start, end, reason);
  }
  Ref callback = TRY(lookupErrorHandler(t, handler));
  Ref error = TRY(newUnicodeError(t, types::UnicodeEncodeError, encoding, Value(source), start, end, reason));
  Ref result = TRY(call(t, callback, {error.get()}));
  constexpr const char *kMessage = "encoding error handler must return (str/bytes, int) tuple";
  if (!isTuple(result) || result.as<Tuple>()->length != 2) return raise(t, types::TypeError, kMessage);
  Value text = (*result.as<Tuple>())[0];
  int64_t next = TRY(indexInt64(t, (*result.as<Tuple>())[1], true));
  if (!isStr(text) && !isBytes(text)) return raise(t, types::TypeError, kMessage);
  TRY(readPosition(t, Ref(makeInt(next)), source->length, r.next));
  r.isBytes = isBytes(text);
  if (r.isBytes)
    r.bytes.append(text.as<Bytes>()->bytes().begin(), text.as<Bytes>()->bytes().end());
  else
    for (int64_t i = 0; i < text.as<Str>()->length; ++i) r.text.push_back(text.as<Str>()->at(i));
  return Status::ok();
}

Status DecodeErrors::handle(int64_t start, int64_t end, const char *reason, StrBuilder &out,
                            int64_t &position) {
  Kind kind = kindOf(handler);
  llvm::SmallVector<char32_t, 8> text;
  if (kind != Kind::Other && kind != Kind::Strict &&
      replaceBytes(kind, encoding, data, size, start, end, text, position)) {
    for (char32_t c : text) out.append(c);
    return Status::ok();
  }
  if (kind == Kind::XmlCharRef || kind == Kind::Name)
    return raise(t, types::TypeError, "don't know how to handle UnicodeDecodeError in error callback");
  Ref callback = TRY(lookupErrorHandler(t, handler));
  if (!input) input = makeBytes({data, size_t(size)});
  Ref error = TRY(newUnicodeError(t, types::UnicodeDecodeError, encoding, input, start, end, reason));
  if (kind != Kind::Other) return raiseObject(t, error);
  Ref result = TRY(call(t, callback, {error.get()}));
  constexpr const char *kMessage = "decoding error handler must return (str, int) tuple";
  if (!isTuple(result) || result.as<Tuple>()->length != 2 || !isStr((*result.as<Tuple>())[0]))
    return raise(t, types::TypeError, kMessage);
  Value object = exceptionField(error, 1);
  if (object.empty() || !isBytes(object))
    return raise(t, types::TypeError, "exception attribute object must be bytes");
  input = Ref::share(object);
  data = object.as<Bytes>()->data;
  size = object.as<Bytes>()->length;
  TRY(readPosition(t, (*result.as<Tuple>())[1], size, position));
  out.append((*result.as<Tuple>())[0].as<Str>());
  return Status::ok();
}
