// The messages of UnicodeEncodeError, UnicodeDecodeError and UnicodeTranslateError.
#include "VM/Exceptions/Exception.h"
#include "VM/Types/Bytes.h"

using namespace coil::vm;

static std::string hexOf(uint32_t c) {
  char buffer[16];
  snprintf(buffer, sizeof buffer, c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x", c);
  return buffer;
}

static Result<std::string> fieldText(Thread &t, Value v) {
  return v.empty() ? Result<std::string>(std::string("None")) : strText(t, v);
}

Ref coil::vm::unicodeErrorStr(Thread &t, Value self) {
  Value object = exceptionField(self, 1), start = exceptionField(self, 2), end = exceptionField(self, 3);
  if (object.empty() || !start.isInt() || !end.isInt()) return emptyStr();
  std::string reason = TRY(fieldText(t, exceptionField(self, 4)));
  std::string codec = TRY(fieldText(t, exceptionField(self, 0)));
  int64_t from = start.asInt(), to = end.asInt();
  bool decode = isInstance(self, types::UnicodeDecodeError),
       translate = isInstance(self, types::UnicodeTranslateError);
  std::string verb =
      translate ? "can't translate" : "'" + codec + "' codec can't " + (decode ? "decode" : "encode");
  std::string place = "position " + std::to_string(from), what;
  bool one = to == from + 1;
  if (!one) place = "position " + std::to_string(from) + "-" + std::to_string(to - 1);
  if (decode) {
    what = "bytes in ";
    if (one && isBytes(object) && from < object.as<Bytes>()->length) {
      char buffer[32];
      snprintf(buffer, sizeof buffer, "byte 0x%02x in ", object.as<Bytes>()->data[from]);
      what = buffer;
    }
  } else {
    what = "characters in ";
    if (one && isStr(object) && from < object.as<Str>()->length)
      what = "character '" + hexOf(object.as<Str>()->at(from)) + "' in ";
  }
  return makeStr(verb + " " + what + place + ": " + reason);
}
