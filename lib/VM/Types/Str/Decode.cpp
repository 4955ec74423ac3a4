// Decoding bytes: UTF-8, ASCII and Latin-1, and the handlers of decoding errors.
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Str/Codec.h"

using namespace coil::vm;

namespace {

class Decoder {
  Thread &t;
  Codec codec;
  llvm::StringRef errors;
  StrBuilder out;
  const uint8_t *data;
  int64_t size;

public:
  Decoder(Thread &t, llvm::ArrayRef<uint8_t> source, Codec codec, llvm::StringRef errors)
      : t(t), codec(codec), errors(errors), data(source.data()), size(int64_t(source.size())) {}

  Ref run() {
    for (int64_t i = 0; i < size;) {
      if (data[i] < 128) {
        int64_t start = i;
        while (i < size && data[i] < 128) ++i;
        out.appendAscii({reinterpret_cast<const char *>(data + start), size_t(i - start)});
        continue;
      }
      int64_t end = i + 1;
      const char *reason = "ordinal not in range(128)";
      if (codec == Codec::Utf8) {
        reason = readSequence(i, end);
        if (!reason) {
          i = end;
          continue;
        }
      }
      TRY(handle(i, end, reason));
      i = end;
    }
    return out.finish();
  }

private:
  static bool continues(uint8_t c) { return (c & 0xc0) == 0x80; }

  // Decodes the multi-byte sequence at `start`; null and its end, or what is wrong with it and where that
  // ends.
  const char *readSequence(int64_t start, int64_t &end) {
    static constexpr char kStart[] = "invalid start byte", kContinuation[] = "invalid continuation byte";
    uint8_t lead = data[start];
    end = start + 1;
    if (lead < 0xc2 || lead >= 0xf5) return kStart;
    int extra = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
    char32_t c = lead & (0x3f >> extra);
    for (int i = 1; i <= extra; ++i) {
      if (start + i >= size) {
        end = size;
        return "unexpected end of data";
      }
      uint8_t next = data[start + i];
      bool bad = !continues(next);
      if (i == 1) // overlong forms, surrogates, beyond the last code point
        bad |= (lead == 0xe0 && next < 0xa0) || (lead == 0xed && next >= 0xa0) ||
               (lead == 0xf0 && next < 0x90) || (lead == 0xf4 && next >= 0x90);
      if (bad) {
        end = start + i;
        return kContinuation;
      }
      c = c << 6 | (next & 0x3f);
    }
    end = start + extra + 1;
    out.append(c);
    return nullptr;
  }

  Failure fail(int64_t start, int64_t end, const char *reason) {
    Ref name = makeStrAscii(codec == Codec::Utf8 ? "utf-8" : "ascii"), reasonObject = makeStrAscii(reason),
        source = makeBytes({data, size_t(size)}), from = makeInt(start), to = makeInt(end);
    Ref error = call(t, Value(&types::UnicodeDecodeError),
                     {name.get(), source.get(), from.get(), to.get(), reasonObject.get()});
    if (!error) return {};
    return raiseObject(t, error);
  }

  // Does for the bytes [start, end) what the error handler says; it may move the end.
  Status handle(int64_t start, int64_t &end, const char *reason) {
    if (errors == "strict") return fail(start, end, reason);
    if (errors == "ignore") return Status::ok();
    if (errors == "replace") {
      out.append(0xfffd);
      return Status::ok();
    }
    if (errors == "backslashreplace") {
      for (; start < end; ++start) {
        char text[8];
        snprintf(text, sizeof text, "\\x%02x", data[start]);
        out.appendAscii(text);
      }
      return Status::ok();
    }
    if (errors == "surrogateescape") {
      if (data[start] < 128) return fail(start, end, reason);
      int64_t limit = end;
      for (end = start; end < limit && data[end] >= 128; ++end) out.append(0xdc00 + data[end]);
      return Status::ok();
    }
    if (errors == "surrogatepass") {
      bool surrogate = codec == Codec::Utf8 && size - start >= 3 && data[start] == 0xed &&
                       (data[start + 1] & 0xe0) == 0xa0 && continues(data[start + 2]);
      if (!surrogate) return fail(start, end, reason);
      out.append(0xd000 | char32_t(data[start + 1] & 0x3f) << 6 | (data[start + 2] & 0x3f));
      end = start + 3;
      return Status::ok();
    }
    if (errors == "xmlcharrefreplace" || errors == "namereplace")
      return raise(t, types::TypeError, "don't know how to handle UnicodeDecodeError in error callback");
    return raise(t, types::LookupError, "unknown error handler name '%'", errors);
  }
};

} // namespace

Ref coil::vm::decodeBytes(Thread &t, llvm::ArrayRef<uint8_t> bytes, llvm::StringRef encoding,
                          llvm::StringRef errors) {
  if (bytes.empty()) return emptyStr(); // whatever the names
  Codec codec = findCodec(encoding);
  if (codec == Codec::Unknown) return raise(t, types::LookupError, "unknown encoding: %", encoding);
  if (codec == Codec::Latin1) return makeStrLatin1(bytes);
  StrRef narrow = makeStrLatin1(bytes);
  if (narrow->ascii) return narrow;
  return Decoder(t, bytes, codec, errors).run();
}
