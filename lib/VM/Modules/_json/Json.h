// What the files of _json share.
#pragma once

#include "VM/Modules/Modules.h"
#include "VM/Protocol/Protocol.h"

namespace coil::vm {

namespace types {
extern vm::Type JsonScanner, JsonEncoder;
}
extern const TypeSpec kJsonScannerSpec, kJsonEncoderSpec;

namespace json {

// json.JSONDecodeError(message, document, position).
Failure raiseDecodeError(Thread &t, const char *message, Value document, int64_t position);

// The string literal whose first character behind the quote is at `position`, which then is behind its end.
StrRef scanString(Thread &t, Str *document, int64_t &position, bool strict);
Ref scanStringFunction(Thread &t, Value, const CallArgs &args);

// A string as a literal, quotes included.
void appendEscaped(StrBuilder &out, const Str *text, bool asciiOnly);
Ref encodeString(Thread &t, const Value *args);
Ref encodeStringAscii(Thread &t, const Value *args);

} // namespace json
} // namespace coil::vm
