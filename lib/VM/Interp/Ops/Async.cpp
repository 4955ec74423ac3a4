// await, async for, and what asynchronous generators yield.
#include "VM/Core/Names.h"
#include "VM/Exceptions/Raise.h"
#include "VM/Interp/Instr.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/AsyncGenerator.h"

namespace coil::vm::ops {

// The argument tells where the awaitable came from, for the message.
static Ref getAwaitable(Thread &t, Value v, uint32_t origin) {
  Ref iterator = awaitableIterator(t, v);
  if (iterator || !origin || !pendingIs(t, types::TypeError)) return iterator;
  if (typeOf(v)->slots.await) return iterator;
  clearPending(t);
  return raise(t, types::TypeError,
               "'async with' received an object from % that does not implement __await__: %",
               origin == 1 ? "__aenter__" : "__aexit__", typeName(v));
}

OP(GET_AWAITABLE) {
  SAVE_STATE();
  Value iterator = getAwaitable(*t, sp[-1], pc->arg).release();
  if (iterator.empty()) FAIL();
  replaceOwned(sp[-1], iterator);
  NEXT();
}

static Ref getAiter(Thread &t, Value v) {
  UnaryFn aiter = typeOf(v)->slots.aiter;
  if (!aiter)
    return raise(t, types::TypeError, "'async for' requires an object with __aiter__ method, got %",
                 typeName(v));
  Ref iterator = TRY(aiter(t, v));
  if (!typeOf(iterator)->slots.anext)
    return raise(t, types::TypeError,
                 "'async for' received an object from __aiter__ that does not implement __anext__: %",
                 typeName(iterator));
  return iterator;
}

OP(GET_AITER) {
  SAVE_STATE();
  Value iterator = getAiter(*t, sp[-1]).release();
  if (iterator.empty()) FAIL();
  replaceOwned(sp[-1], iterator);
  NEXT();
}

static Ref getAnext(Thread &t, Value iterator) {
  UnaryFn anext = typeOf(iterator)->slots.anext;
  if (!anext)
    return raise(t, types::TypeError, "'async for' requires an iterator with __anext__ method, got %",
                 typeName(iterator));
  Ref awaitable = TRY(anext(t, iterator));
  if (isExactly(iterator, types::AsyncGenerator)) return awaitable;
  Ref result = awaitableIterator(t, awaitable);
  if (result) return result;
  Ref cause = takePending(t);
  (void)raise(t, types::TypeError, "'async for' received an invalid object from __anext__: %",
              typeName(awaitable));
  return chainCause(t, cause);
}

OP(GET_ANEXT) {
  SAVE_STATE();
  Value awaitable = getAnext(*t, sp[-1]).release();
  if (awaitable.empty()) FAIL();
  *sp++ = awaitable;
  NEXT();
}

OP(END_ASYNC_FOR) {
  Value exception = *--sp;
  if (isInstance(exception, types::StopAsyncIteration)) {
    release(exception);
    release(*--sp);
    NEXT();
  }
  SAVE_STATE();
  setPending(*t, Ref::take(exception));
  f->pc = pc;
  [[clang::musttail]] return unwindAgain(f, pc, sp, t);
}

OP(ASYNC_GEN_WRAP) {
  sp[-1] = wrapAsyncValue(Ref::take(sp[-1])).release();
  NEXT();
}

} // namespace coil::vm::ops
