// Jumps, conditional and not.
#include "VM/Interp/Instr.h"
#include "VM/Protocol/Protocol.h"

namespace coil::vm::ops {

OP(JUMP_FORWARD) { JUMP_BY(int32_t(pc->arg)); }

OP(JUMP_BACKWARD) {
  BREAK_THEN_JUMP();
  JUMP_BY(int32_t(pc->arg));
}
OP(JUMP_BACKWARD_NO_INTERRUPT) { JUMP_BY(int32_t(pc->arg)); }

// Pops the top and jumps if its truth is `when`; `check` is what a backward jump does first.
#define POP_JUMP_IF(name, when, check)                                                                       \
  OP(name) {                                                                                                 \
    Value v = sp[-1];                                                                                        \
    if (v.isBool()) [[likely]] {                                                                             \
      --sp;                                                                                                  \
      if (v.isTrue() == when) {                                                                              \
        check;                                                                                               \
        JUMP_BY(int32_t(pc->arg));                                                                           \
      }                                                                                                      \
      NEXT();                                                                                                \
    }                                                                                                        \
    SAVE_STATE();                                                                                            \
    auto truthy = truth(*t, v);                                                                              \
    if (!truthy) FAIL();                                                                                     \
    release(*--sp);                                                                                          \
    if (*truthy == when) {                                                                                   \
      check;                                                                                                 \
      JUMP_BY(int32_t(pc->arg));                                                                             \
    }                                                                                                        \
    NEXT();                                                                                                  \
  }
POP_JUMP_IF(POP_JUMP_FORWARD_IF_TRUE, true, (void)0)
POP_JUMP_IF(POP_JUMP_FORWARD_IF_FALSE, false, (void)0)
POP_JUMP_IF(POP_JUMP_BACKWARD_IF_TRUE, true, BREAK_THEN_JUMP())
POP_JUMP_IF(POP_JUMP_BACKWARD_IF_FALSE, false, BREAK_THEN_JUMP())

#define POP_JUMP_IF_NONE(name, when, check)                                                                  \
  OP(name) {                                                                                                 \
    bool isNone = sp[-1].isNone();                                                                           \
    release(*--sp);                                                                                          \
    if (isNone == when) {                                                                                    \
      check;                                                                                                 \
      JUMP_BY(int32_t(pc->arg));                                                                             \
    }                                                                                                        \
    NEXT();                                                                                                  \
  }
POP_JUMP_IF_NONE(POP_JUMP_FORWARD_IF_NONE, true, (void)0)
POP_JUMP_IF_NONE(POP_JUMP_FORWARD_IF_NOT_NONE, false, (void)0)
POP_JUMP_IF_NONE(POP_JUMP_BACKWARD_IF_NONE, true, BREAK_THEN_JUMP())
POP_JUMP_IF_NONE(POP_JUMP_BACKWARD_IF_NOT_NONE, false, BREAK_THEN_JUMP())

// Jumps with the value kept, or goes on without it.
#define JUMP_IF_OR_POP(name, when)                                                                           \
  OP(name) {                                                                                                 \
    SAVE_STATE();                                                                                            \
    auto truthy = truth(*t, sp[-1]);                                                                         \
    if (!truthy) FAIL();                                                                                     \
    if (*truthy == when) JUMP_BY(int32_t(pc->arg));                                                          \
    release(*--sp);                                                                                          \
    NEXT();                                                                                                  \
  }
JUMP_IF_OR_POP(JUMP_IF_TRUE_OR_POP, true)
JUMP_IF_OR_POP(JUMP_IF_FALSE_OR_POP, false)

} // namespace coil::vm::ops
