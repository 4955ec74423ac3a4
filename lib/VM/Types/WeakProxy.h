// The proxies of weakref.proxy(); the module _weakref makes their types.
#pragma once

#include "VM/Core/Type.h"

namespace coil::vm {

namespace types {
extern vm::Type WeakProxy, WeakCallableProxy;
}
extern const TypeSpec kWeakProxySpec, kWeakCallableProxySpec;

// weakref.proxy(object, callback): one without a callback is shared.
Ref newWeakProxy(Thread &t, Value object, Value callback);

} // namespace coil::vm
