// Raising and handling exceptions.
#include "VM/Exceptions/Exception.h"
#include "VM/Exceptions/Raise.h"
#include "VM/Interp/Instr.h"
#include "VM/Protocol/Protocol.h"

namespace coil::vm::ops {

// An instance of what a raise statement names, a class or an instance.
static Ref exceptionFrom(Thread &t, Value v) {
  if (isType(v) && v.as<Type>()->has(kTypeExceptionSubclass)) {
    Ref instance = TRY(call(t, v));
    if (!isException(instance))
      return raise(t, types::TypeError, "calling % should have returned an instance of BaseException, not %",
                   TRY(reprText(t, v)), TRY(reprText(t, Value(typeOf(instance)))));
    // A __new__ that gave something else: CPython calls the class once more, with that.
    if (!isInstance(instance, *v.as<Type>())) instance = TRY(call(t, v, {instance.get()}));
    return instance;
  }
  if (isException(v)) return Ref::share(v);
  return raise(t, types::TypeError, "exceptions must derive from BaseException");
}

static Failure raiseStatement(Thread &t, Value what, Value cause) {
  Ref exception = exceptionFrom(t, what);
  if (!exception) return Failure();
  if (!cause.empty()) {
    Ref fixed = Ref::none();
    if (!cause.isNone()) {
      if (isException(cause) || (isType(cause) && cause.as<Type>()->has(kTypeExceptionSubclass)))
        fixed = exceptionFrom(t, cause);
      else
        return raise(t, types::TypeError, "exception causes must derive from BaseException");
      if (!fixed) return Failure();
    }
    setCause(exception.as<BaseExceptionObject>(), fixed->isNone() ? Value() : fixed.get());
  }
  return raiseObject(t, exception);
}

OP(RAISE_VARARGS) {
  SAVE_STATE();
  if (pc->arg == 0) {
    Value handled = handledException(*t);
    if (handled.empty()) {
      raise(*t, types::RuntimeError, "No active exception to reraise");
      FAIL();
    }
    setPending(*t, Ref::share(handled));
    [[clang::musttail]] return unwindAgain(f, pc, sp, t);
  }
  raiseStatement(*t, sp[-int64_t(pc->arg)], pc->arg == 2 ? sp[-1] : Value());
  FAIL();
}

// The frame stands again where the exception was raised first, which the handler has kept.
static Status returnToRaising(Thread &t, Frame *f, Value unit) {
  Program &program = *f->code->program;
  if (!unit.isInt() || uint64_t(unit.asInt()) >= program.byUnit.size())
    return raise(t, types::SystemError, "lasti is not an int");
  f->pc = &program.instrs[program.byUnit[unit.asInt()]];
  if (f->pc->unit <= unit.asInt()) return Status::ok();
  --f->pc; // it stood on the caches of a call
  f->flags |= kFrameAtCaches;
  return Status::ok();
}

OP(RERAISE) {
  SAVE_STATE();
  if (pc->arg && !returnToRaising(*t, f, sp[-int64_t(pc->arg) - 1])) FAIL();
  setPending(*t, Ref::take(*--sp));
  [[clang::musttail]] return unwindAgain(f, pc, sp, t);
}

OP(PUSH_EXC_INFO) {
  Value exception = sp[-1];
  Value previous = t->handled->exception;
  sp[-1] = previous.empty() ? Value::none() : previous;
  t->handled->exception = retained(exception);
  *sp++ = exception;
  NEXT();
}

OP(POP_EXCEPT) {
  Value previous = *--sp;
  Value old = t->handled->exception;
  t->handled->exception = previous.isNone() ? Value() : previous;
  release(old);
  NEXT();
}

static Status checkMatchClass(Thread &t, Value cls) {
  auto fits = [](Value v) { return isType(v) && v.as<Type>()->has(kTypeExceptionSubclass); };
  bool good = fits(cls);
  if (isTuple(cls)) good = llvm::all_of(cls.as<Tuple>()->values(), fits);
  if (good) return Status::ok();
  return raise(t, types::TypeError, "catching classes that do not inherit from BaseException is not allowed");
}

static bool matches(Value exception, Value cls) {
  if (!isTuple(cls)) return isSubtype(typeOf(exception), cls.as<Type>());
  return llvm::any_of(cls.as<Tuple>()->values(),
                      [&](Value v) { return isSubtype(typeOf(exception), v.as<Type>()); });
}

OP(CHECK_EXC_MATCH) {
  SAVE_STATE();
  if (!checkMatchClass(*t, sp[-1])) FAIL();
  bool matched = matches(sp[-2], sp[-1]);
  replaceOwned(sp[-1], Value::boolean(matched));
  NEXT();
}

OP(CHECK_EG_MATCH) {
  SAVE_STATE();
  Value matchPart, restPart;
  {
    Ref match, rest;
    if (checkMatchClass(*t, sp[-1]) && splitExceptionGroup(*t, sp[-2], sp[-1], match, rest)) {
      matchPart = match.release();
      restPart = rest.release();
    }
  }
  if (matchPart.empty()) FAIL();
  if (matchPart.isNone()) {
    release(restPart);
    replaceOwned(sp[-1], matchPart);
    NEXT();
  }
  replaceOwned(sp[-1], matchPart);
  replaceOwned(sp[-2], restPart);
  Value old = t->handled->exception;
  t->handled->exception = retained(matchPart);
  release(old);
  NEXT();
}

OP(PREP_RERAISE_STAR) {
  SAVE_STATE();
  Value result = prepareReraiseStar(*t, sp[-2], sp[-1]).release();
  if (result.empty()) FAIL();
  release(*--sp);
  replaceOwned(sp[-1], result);
  NEXT();
}

} // namespace coil::vm::ops
