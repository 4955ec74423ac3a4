// What the methods of str and bytes do to their arguments before they work.
#pragma once

#include "VM/Protocol/Protocol.h"

namespace coil::vm {

// The arguments of find() and its like: what to look for, and a part of the text. `from` may lie beyond the
// end.
struct SearchArguments {
  Value needle;
  int64_t from, to;
};
// `name` is for messages: "find".
Status searchArguments(Thread &t, const char *name, const CallArgs &args, int64_t length,
                       SearchArguments &result);
// A size or count: OverflowError when it needs more than 64 bits.
Result<int64_t> sizeArgument(Thread &t, Value v);
// The same for what is an int in C.
Result<int> intArgument(Thread &t, Value v);
// A str that goes on to C code as UTF-8: without lone surrogates and null characters.
Result<std::string> cText(Thread &t, Value v);
// MemoryError for a length that no machine has room for.
Status checkLength(Thread &t, int64_t length);

} // namespace coil::vm
