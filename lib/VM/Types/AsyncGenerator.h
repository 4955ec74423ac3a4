// async_generator: a generator that may await (PEP 525), and the awaitables that its methods return.
#pragma once

#include "VM/Types/Generator.h"

namespace coil::vm {

// sys.set_asyncgen_hooks: called with a generator when it is first iterated, and when it dies unfinished.
// Owned; empty: none.
struct AsyncGeneratorHooks {
  Value firstIter, finalizer;
};
extern AsyncGeneratorHooks asyncGeneratorHooks;

// What `yield` of an asynchronous generator hands out, so that it can be told from what an await hands out.
Ref wrapAsyncValue(Ref value);
// anext(iterator, default): awaits `awaitable`; gives the default where that raises StopAsyncIteration.
Ref newAnextAwaitable(Value awaitable, Value defaultValue);

} // namespace coil::vm
