// with and async with.
#include "VM/Core/Names.h"
#include "VM/Exceptions/Exception.h"
#include "VM/Exceptions/Raise.h"
#include "VM/Interp/Instr.h"
#include "VM/Protocol/Protocol.h"

namespace coil::vm::ops {

// Looks up the two methods of the protocol and calls the entering one.
static Status enterContext(Thread &t, Value manager, bool isAsync, Ref &exit, Ref &entered) {
  Str *enterName = isAsync ? names::special_aenter : names::special_enter;
  Str *exitName = isAsync ? names::special_aexit : names::special_exit;
  const char *protocol = isAsync ? "asynchronous context manager" : "context manager";
  if (typeLookup(typeOf(manager), enterName).empty())
    return raise(t, types::TypeError, "'%' object does not support the % protocol", typeName(manager),
                 protocol);
  TRY(lookupSpecial(t, manager, exitName, exit));
  if (!exit)
    return raise(t, types::TypeError, "'%' object does not support the % protocol (missed % method)",
                 typeName(manager), protocol, exitName);
  bool found;
  entered = TRY(callSpecial(t, manager, enterName, {}, found));
  return Status::ok();
}

#define BEFORE(name, isAsync)                                                                                \
  OP(name) {                                                                                                 \
    SAVE_STATE();                                                                                            \
    Value exitMethod, value;                                                                                 \
    {                                                                                                        \
      Ref exit, entered;                                                                                     \
      if (enterContext(*t, sp[-1], isAsync, exit, entered)) {                                                \
        exitMethod = exit.release();                                                                         \
        value = entered.release();                                                                           \
      }                                                                                                      \
    }                                                                                                        \
    if (value.empty()) FAIL();                                                                               \
    replaceOwned(sp[-1], exitMethod);                                                                        \
    *sp++ = value;                                                                                           \
    NEXT();                                                                                                  \
  }
BEFORE(BEFORE_WITH, false)
BEFORE(BEFORE_ASYNC_WITH, true)
#undef BEFORE

// The stack: exit method, lasti, previous exception, exception.
OP(WITH_EXCEPT_START) {
  SAVE_STATE();
  Value exception = sp[-1];
  Value result;
  {
    Ref traceback = tracebackOf(exception);
    result = call(*t, sp[-4], {Value(typeOf(exception)), exception, traceback.get()}).release();
  }
  if (result.empty()) FAIL();
  *sp++ = result;
  NEXT();
}

} // namespace coil::vm::ops
