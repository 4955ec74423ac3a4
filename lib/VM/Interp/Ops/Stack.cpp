// Instructions that move values: locals, constants, and the order of the stack.
#include "VM/Exceptions/Raise.h"
#include "VM/Interp/Instr.h"

namespace coil::vm::ops {

OP(NOP) { NEXT(); }
OP(CACHE) { NEXT(); }
OP(EXTENDED_ARG) { NEXT(); }
// An argument of 2 or 3 resumes within `yield from` and `await`, where CPython does not look at signals.
OP(RESUME) {
  if (pc->arg < 2) BREAK_THEN_NEXT();
  NEXT();
}
OP(PRECALL) { NEXT(); }

OP(KW_NAMES) { NEXT(); }

OP(POP_TOP) {
  release(*--sp);
  NEXT();
}

OP(PUSH_NULL) {
  *sp++ = Value();
  NEXT();
}

OP(LOAD_CONST) {
  *sp++ = retained(f->code->consts->items()[pc->arg]);
  NEXT();
}

static Failure raiseUnbound(Thread &t, Frame *f, uint32_t slot) {
  return raiseNameError(t, types::UnboundLocalError,
                        "cannot access local variable '%' where it is not associated with a value",
                        (*f->code->localsplusNames)[slot].as<Str>());
}

OP(LOAD_FAST) {
  Value value = f->slots[pc->arg];
  if (value.empty()) [[unlikely]] {
    raiseUnbound(*t, f, pc->arg);
    FAIL();
  }
  *sp++ = retained(value);
  NEXT();
}

OP(STORE_FAST) {
  Value old = f->slots[pc->arg];
  f->slots[pc->arg] = *--sp;
  release(old);
  NEXT();
}

OP(DELETE_FAST) {
  Value old = f->slots[pc->arg];
  if (old.empty()) {
    raiseUnbound(*t, f, pc->arg);
    FAIL();
  }
  f->slots[pc->arg] = Value();
  release(old);
  NEXT();
}

OP(COPY) {
  Value value = sp[-int64_t(pc->arg)];
  *sp++ = retained(value);
  NEXT();
}

OP(SWAP) {
  std::swap(sp[-1], sp[-int64_t(pc->arg)]);
  NEXT();
}

OP(RAISE_UNKNOWN) {
  raise(*t, types::SystemError, "unknown opcode");
  FAIL();
}

} // namespace coil::vm::ops
