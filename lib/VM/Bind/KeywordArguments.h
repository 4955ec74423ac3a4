// Binding arguments by name as PyArg_ParseTupleAndKeywords does, and in its words, for functions whose
// messages a signature would word differently.
#pragma once

#include "VM/Core/Type.h"

namespace coil::vm {

// One parameter: what was given goes to `number` (a C int) or `object`.
struct KeywordSlot {
  const char *name;
  int *number = nullptr;
  Value *object = nullptr;
};
// `function`: with "()" in messages; null: "function". The first `required` ones must be given, and only the
// first `positional` ones can be given by position (-1: all).
Status bindKeywords(Thread &t, const char *function, llvm::ArrayRef<KeywordSlot> slots, size_t required,
                    const CallArgs &args, size_t positional = ~size_t(0));
// A C int; "signed integer is greater than maximum".
Status intFromArgument(Thread &t, Value v, int &number);

} // namespace coil::vm
