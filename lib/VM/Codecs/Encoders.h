// The loop of all encoders that can meet characters they cannot encode.
#pragma once

#include "VM/Codecs/Codecs.h"

namespace coil::vm {

using ByteVector = llvm::SmallVector<uint8_t, 128>;

// Encodes `s` with `target`, which has
//   kName, kReason   for exceptions
//   kRuns            unencodable characters are handled in runs, not one by one
//   put(c, out)      Result<bool>: appends one character; false: it has no encoding
//   fits(bytes)      the handler's bytes can stand in the result
//   replaces(c)      a character of the handler's text may be put at all
template <class Target>
Ref encodeWith(Thread &t, Str *s, llvm::StringRef errors, Target &target, ByteVector &out) {
  EncodeErrors handler(t, s, target.name(), errors);
  Replacement r;
  ByteVector scratch;
  for (int64_t i = 0; i < s->length;) {
    if (TRY(target.put(s->at(i), out))) {
      ++i;
      continue;
    }
    int64_t end = i + 1;
    for (; Target::kRuns && end < s->length; ++end) {
      scratch.clear();
      if (TRY(target.put(s->at(end), scratch))) break;
    }
    CHECK(handler.handle(i, end, Target::kReason, r));
    if (r.isBytes) {
      if (!target.fits(r.bytes)) return handler.fail(i, end, Target::kReason);
      out.append(r.bytes.begin(), r.bytes.end());
    }
    for (char32_t c : r.text)
      if (!target.replaces(c) || !TRY(target.put(c, out))) return handler.fail(i, end, Target::kReason);
    i = r.next;
  }
  return makeBytes(out);
}

} // namespace coil::vm
