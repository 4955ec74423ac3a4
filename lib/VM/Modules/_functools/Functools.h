// The types of _functools, one file each.
#pragma once

#include "VM/Bind/Native.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Dict/Dict.h"
#include "VM/Types/Sequence.h"
#include "VM/Types/Tuple.h"
#include "VM/Types/Type/TypeObject.h"

namespace coil::vm {

namespace types {
extern vm::Type Partial, KeyWrapper, LruCacheWrapper;
} // namespace types
extern const TypeSpec kPartialSpec, kKeyWrapperSpec, kLruCacheWrapperSpec;

// functools.cmp_to_key
Ref functoolsCmpToKey(Thread &t, const Value *args);
// Makes what stands between positional and keyword arguments in a cache's keys; once.
Status makeLruCacheMark(Thread &t);

} // namespace coil::vm
