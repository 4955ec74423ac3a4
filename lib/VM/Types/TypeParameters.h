// What types.GenericAlias and types.UnionType share: their type parameters, and how these are filled in.
#pragma once

#include "VM/Protocol/Protocol.h"
#include "VM/Types/Tuple.h"

namespace coil::vm {

// The parameters that occur in the arguments of an alias, each once.
TupleRef typeParameters(Thread &t, Tuple *args);
// The arguments with `item` (one or a tuple of them) in the place of `parameters`; `self` is what is
// subscripted.
TupleRef substituteParameters(Thread &t, Value self, Tuple *args, Tuple *parameters, Value item);
// A type in the repr of an alias or union: its name where it has one.
Result<std::string> typeItemText(Thread &t, Value item);

} // namespace coil::vm
