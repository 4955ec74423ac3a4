// The types of _operator, one file each, and what they share.
#pragma once

#include "VM/Bind/Native.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Tuple.h"

namespace coil::vm {

namespace types {
extern vm::Type ItemGetter, AttrGetter, MethodCaller;
} // namespace types
extern const TypeSpec kItemGetterSpec, kAttrGetterSpec, kMethodCallerSpec;

// Refuses keyword arguments, and another number of positional ones than one, as the three types do.
Status takeOneArgument(Thread &t, const CallArgs &args, const char *name);
// A layout detail of CPython, which two of the classes show.
inline Ref getVectorcallOffset(Thread &, Value) { return Ref::smallInt(0); }

inline constexpr char kNewDoc[] = "Make a new object of the class.";
inline constexpr char kReduceDoc[] = "What pickle and copy need to make an equal object.";

} // namespace coil::vm
