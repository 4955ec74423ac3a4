// Calls. Python-level callees get a frame and run in the same loop; others are called through the protocol.
#include "VM/Bind/Native.h"
#include "VM/Core/Names.h"
#include "VM/Exceptions/Raise.h"
#include "VM/Interp/PushCall.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/List.h"
#include "VM/Types/Property.h"
#include "VM/Types/Type/TypeObject.h"

namespace coil::vm::ops {

// Sets up a frame for a Python function whose `count` arguments (then keyword values) start at `args`, of
// which it takes over the references and that to the function. Null when it raised.
static __attribute__((noinline)) Frame *bindCallee(Thread *t, Function *function, Value *args, size_t count,
                                                   Tuple *kwNames) {
  auto *frame = static_cast<Frame *>(t->frames->push(Frame::bytesFor(function->code)));
  initializeFrame(frame, function, Value());
  bool bound = bool(bindArguments(*t, function, CallArgs(args, count, kwNames), frame->slots));
  size_t total = count + (kwNames ? kwNames->length : 0);
  for (size_t i = 0; i < total; ++i) release(args[i]);
  if (bound) return frame;
  --t->depth;
  finishFrame(frame, frame->stackBase(), nullptr);
  t->frames->pop(frame);
  return nullptr;
}

static Frame *makeCallee(Thread *t, Function *function, Value *args, size_t count, Tuple *kwNames) {
  if (!canEnter(t, function)) [[unlikely]] {
    size_t total = count + (kwNames ? kwNames->length : 0);
    for (size_t i = 0; i < total; ++i) release(args[i]);
    release(static_cast<Object *>(function));
    return nullptr;
  }
  size_t wanted = size_t(function->code->argcount), missing = wanted - count;
  if (kwNames || !isSimpleCall(function->code, wanted) || count > wanted ||
      (missing && (!function->defaults || missing > size_t(function->defaults->length))))
    return bindCallee(t, function, args, count, kwNames);
  Frame *frame = pushSimpleFrame(t, function);
  for (size_t i = 0; i < count; ++i) frame->slots[i] = args[i];
  for (size_t i = count; i < wanted; ++i)
    frame->slots[i] = retained((*function->defaults)[function->defaults->length - int64_t(wanted - i)]);
  return frame;
}

// A call of a Python class that runs __init__ in this loop: the class has object's or another native __new__
// that takes part in no surprise, and a Python-level __init__.
static Function *pythonInit(Type *type) {
  if (type->slots.create != createNative || type->newDef != types::Object.newDef ||
      typeOf(Value(type))->slots.call != callType)
    return nullptr;
  if (type->has(kTypeAbstract)) return nullptr;
  Value init = typeLookup(type, names::special_init);
  return isExactly(init, types::Function) ? init.as<Function>() : nullptr;
}

// Native functions and methods, which most other calls are of, without the way through their types' slots.
static Ref callOther(Thread &t, Value callee, const CallArgs &args) {
  Type *type = typeOf(callee);
  if (callee == Value(&types::Super) && !args.positional && !args.kwNames) return superOfFrame(t);
  if (type != &types::MethodDescriptor && type != &types::NativeFunction) return call(t, callee, args);
  RecursionGuard guard(t, " while calling a Python object");
  if (!guard) return {};
  if (type == &types::MethodDescriptor) {
    auto *d = callee.as<MethodDescriptor>();
    return callNative(t, *d->def, d->owner, args);
  }
  auto *f = callee.as<NativeFunction>();
  const Signature &signature = signatureOf(*f->def);
  return f->self.empty() || signature.isNew || !signature.takesSelf
             ? callNative(t, *f->def, f->owner, args)
             : callNativeBound(t, *f->def, f->owner, f->self, args, NamedBy::Self);
}

// --- native functions that take what they are given
// ---------------------------------------------------------

constexpr size_t kFewValues = 6;

// The function behind a call of `count` values by position, self included, if binding them is copying them,
// and defaults behind them; else null.
static const NativeDef *plainNative(Value callee, Value first, size_t count) {
  const NativeDef *def;
  if (isExactly(callee, types::MethodDescriptor)) {
    auto *d = callee.as<MethodDescriptor>();
    def = d->def;
    if (!count || typeOf(first) != d->owner || def->kind != NativeKind::Plain) return nullptr;
  } else if (isExactly(callee, types::NativeFunction)) {
    def = callee.as<NativeFunction>()->def;
    if (signatureOf(*def).takesSelf || callee.as<NativeFunction>()->owner) return nullptr;
  } else {
    return nullptr;
  }
  const Signature &s = signatureOf(*def);
  bool fits = def->bound && s.simple && !s.isNew && count >= s.required && count <= s.positional &&
              s.parameters.size() <= kFewValues;
  return fits ? def : nullptr;
}

// CALL of such a function, or of such a method of an instance of just its class.
template <bool isMethod> static COIL_OP Value callPlain(Frame *f, Instr *pc, Value *sp, Thread *t) {
  Value *base = sp - pc->arg - 2;
  Value callee = base[isMethod ? 0 : 1];
  bool fits = t->depth < t->recursionLimit;
  const NativeDef *def = nullptr;
  if constexpr (isMethod) {
    fits = fits && isExactly(callee, types::MethodDescriptor) &&
           typeOf(base[1]) == callee.as<MethodDescriptor>()->owner;
    if (fits) def = callee.as<MethodDescriptor>()->def;
  } else {
    fits = fits && base[0].empty() && isExactly(callee, types::NativeFunction);
    if (fits) def = callee.as<NativeFunction>()->def;
  }
  if (!fits || def != pc->native) [[unlikely]]
    [[clang::musttail]] return op_CALL(f, pc, sp, t);
  SAVE_STATE();
  const Value *args = base + (isMethod ? 1 : 2);
  const Signature &s = *def->parsed;
  size_t count = size_t(sp - args), total = s.parameters.size();
  ++t->depth;
  Value result;
  if (count == total) {
    result = def->bound(*t, args).release();
  } else {
    Value values[kFewValues];
    for (size_t i = 0; i < count; ++i) values[i] = args[i];
    for (size_t i = count; i < total; ++i) values[i] = s.parameters[i].defaultValue;
    result = def->bound(*t, values).release();
  }
  --t->depth;
  if (result.empty()) [[unlikely]]
    FAIL();
  while (sp > base) release(*--sp);
  *sp++ = result;
  BREAK_THEN_NEXT();
  NEXT();
}

// The native __new__ of a built-in class whose call with `count` arguments by position comes to binding them
// by copying; else null.
static const NativeDef *plainNew(Value callee, size_t count) {
  if (!isExactly(callee, types::Type) || callee == Value(&types::Type)) return nullptr;
  auto *type = callee.as<Type>();
  if (type->has(kTypeHeap) || type->slots.create != createNative || !type->newDef) return nullptr;
  const Signature &s = signatureOf(*type->newDef);
  bool fits = type->newDef->bound && s.simple && s.isNew && count + 1 >= s.required &&
              count + 1 <= s.positional && s.parameters.size() <= kFewValues;
  return fits ? type->newDef : nullptr;
}

// CALL of such a class: the stack holds it before the arguments, as __new__ wants it.
static COIL_OP Value callClassPlain(Frame *f, Instr *pc, Value *sp, Thread *t) {
  Value *base = sp - pc->arg - 2;
  if (!base[0].empty() || base[1].bits() != pc->bits || t->depth >= t->recursionLimit) [[unlikely]]
    [[clang::musttail]] return op_CALL(f, pc, sp, t);
  SAVE_STATE();
  auto *type = base[1].as<Type>(); // a built-in one, which lives on: the same bits are the same class
  size_t count = size_t(sp - base) - 1, total = type->newDef->parsed->parameters.size();
  ++t->depth;
  Value values[kFewValues];
  for (size_t i = 0; i < count; ++i) values[i] = base[i + 1];
  for (size_t i = count; i < total; ++i) values[i] = type->newDef->parsed->parameters[i].defaultValue;
  Value result = type->newDef->bound(*t, values).release();
  if (!result.empty() && typeOf(result) == type && type->slots.init &&
      !type->slots.init(*t, result, CallArgs(base + 2, count - 1))) {
    release(result);
    result = Value();
  }
  --t->depth;
  if (result.empty()) [[unlikely]]
    FAIL();
  while (sp > base) release(*--sp);
  *sp++ = result;
  BREAK_THEN_NEXT();
  NEXT();
}

// The stack holds [NULL or method] [callable or self] args... keyword-values...
template <bool kKeywords> static COIL_OP Value callFromStack(Frame *f, Instr *pc, Value *sp, Thread *t) {
  Tuple *kwNames = kKeywords ? pc->names : nullptr;
  size_t count = pc->arg;
  Value *base = sp - count - 2; // the NULL or method
  Value *args = base + 2;
  Value callee = base[1];
  if (!base[0].empty()) {
    callee = base[0];
    --args, ++count;
  } else if (isExactly(callee, types::Method)) {
    auto *method = callee.as<Method>();
    base[0] = retained(method->function);
    base[1] = retained(method->self);
    release(callee);
    callee = base[0];
    --args, ++count;
  }
  size_t positional = count - (kwNames ? kwNames->length : 0);
  SAVE_STATE();
  if (isExactly(callee, types::Function)) {
    f->sp = base;
    Frame *frame = makeCallee(t, callee.as<Function>(), args, positional, kwNames);
    if (!frame) {
      sp = base;
      FAIL();
    }
    ENTER(frame);
  }
  if (isType(callee)) {
    Function *init = pythonInit(callee.as<Type>());
    if (init && args == base + 2) {
      Value instance = Value(heap::allocateObject(*callee.as<Type>()));
      base[0] = Value(static_cast<Object *>(init));
      retain(base[0]);
      base[1] = retained(instance);
      f->sp = base;
      Frame *frame = makeCallee(t, init, base + 1, positional + 1, kwNames);
      release(callee);
      if (!frame) {
        release(instance);
        sp = base;
        FAIL();
      }
      frame->flags |= kFrameConstructor;
      frame->constructed = instance;
      ENTER(frame);
    }
  }
  if (!kKeywords) {
    if (const NativeDef *def = plainNative(callee, count ? args[0] : Value(), count)) {
      pc->native = def;
      specialize(f, pc, args == base + 1 ? callPlain<true> : callPlain<false>);
    } else if (args == base + 2 && plainNew(callee, count)) {
      pc->bits = callee.bits();
      specialize(f, pc, callClassPlain);
    }
  }
  CACHE_MISS(CALL);
  Value result = callOther(*t, callee, CallArgs(args, positional, kwNames)).release();
  if (result.empty()) FAIL();
  while (sp > base) release(*--sp);
  *sp++ = result;
  BREAK_THEN_NEXT();
  NEXT();
}

OP(CALL) { [[clang::musttail]] return callFromStack<false>(f, pc, sp, t); }

OP(CALL_KEYWORDS) { [[clang::musttail]] return callFromStack<true>(f, pc, sp, t); }

// Makes the tuple and dict of f(*args, **kwargs) what the call needs; fails with CPython's messages.
static Status prepareSpread(Thread &t, Value callee, Value &positional, Value keywords) {
  if (!keywords.empty() && !isExactDict(keywords)) return raise(t, types::SystemError, "bad ** argument");
  if (isExactly(positional, types::Tuple)) return Status::ok();
  Type *type = typeOf(positional);
  if (!type->slots.iter && !type->slots.getItem) {
    std::string name = TRY(strText(t, callee));
    Ref qualname;
    TRY(lookupAttr(t, callee, names::special_qualname, qualname));
    if (qualname && isStr(qualname)) {
      name = toUtf8(qualname.as<Str>()) + "()";
      Ref module;
      TRY(lookupAttr(t, callee, names::special_module, module));
      if (module && isStr(module) && toUtf8(module.as<Str>()) != "builtins")
        name = toUtf8(module.as<Str>()) + "." + name;
    }
    return raise(t, types::TypeError, "% argument after * must be an iterable, not %", name,
                 argumentTypeName(positional));
  }
  TupleRef tuple = TRY(tupleFrom(t, positional));
  replaceOwned(positional, Value(static_cast<Object *>(tuple.release())));
  return Status::ok();
}

OP(CALL_FUNCTION_EX) {
  SAVE_STATE();
  bool hasKeywords = pc->arg & 1;
  Value *base = sp - (hasKeywords ? 4 : 3); // NULL, callee, positional, keywords
  Value callee = base[1];
  Value keywords = hasKeywords ? base[3] : Value();
  if (!prepareSpread(*t, callee, base[2], keywords)) FAIL();
  auto *positional = base[2].as<Tuple>();
  if (isExactly(callee, types::Function) && (keywords.empty() || !keywords.as<Dict>()->used)) {
    size_t count = positional->length;
    auto *copy = static_cast<Value *>(heap::allocate((count + 1) * sizeof(Value)));
    for (size_t i = 0; i < count; ++i) copy[i] = retained((*positional)[i]);
    retain(callee);
    while (sp > base) release(*--sp);
    f->sp = base;
    Frame *frame = makeCallee(t, callee.as<Function>(), copy, count, nullptr);
    heap::deallocate(copy, (count + 1) * sizeof(Value));
    if (!frame) FAIL();
    ENTER(frame);
  }
  Value result = call(*t, callee, positional, keywords.empty() ? nullptr : keywords.as<Dict>()).release();
  if (result.empty()) FAIL();
  while (sp > base) release(*--sp);
  *sp++ = result;
  BREAK_THEN_NEXT();
  NEXT();
}

// --- returning
// -------------------------------------------------------------------------------------------------

OP(RETURN_VALUE) {
  Value result = *--sp;
  Frame *back = f->back;
  uint8_t flags = f->flags;
  if (flags & kFrameConstructor) [[unlikely]] {
    if (!result.isNone()) {
      ++sp;
      raise(*t, types::TypeError, "__init__() should return None, not '%'", typeName(result));
      FAIL();
    }
    result = std::exchange(f->constructed, Value());
  }
  if (flags & kFrameGenerator) [[unlikely]] {
    [[clang::musttail]] return returnFromGenerator(f, pc, sp + 1, t);
  }
  --t->depth;
  t->frame = back;
  finishFrame(f, sp, pc);
  t->frames->pop(f);
  if (flags & kFrameEntry) return result;
  Value *top = back->sp;
  *top++ = result;
  Instr *next = back->pc + 1;
  [[clang::musttail]] return next->handler(back, next, top, t);
}

} // namespace coil::vm::ops
