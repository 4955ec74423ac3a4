// Calls. Python-level callees get a frame and run in the same loop; others are called through the protocol.
#include "VM/Core/Names.h"
#include "VM/Exceptions/Raise.h"
#include "VM/Interp/Instr.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/List.h"
#include "VM/Types/Type/TypeObject.h"

namespace coil::vm::ops {

constexpr uint32_t kArgumentFlags = bytecode::CO_VARARGS | bytecode::CO_VARKEYWORDS;

// The callee takes exactly its positional arguments: they can be moved into its frame as they are.
static bool isSimpleCall(const Code *code, size_t count) {
  return !(code->codeFlags & kArgumentFlags) && !code->kwonlyargcount && size_t(code->argcount) == count;
}

static Frame *pushFrame(Thread *t, Function *function) {
  auto *frame = static_cast<Frame *>(t->frames->push(Frame::bytesFor(function->code)));
  initializeFrame(frame, function, Value());
  return frame;
}

// Enters a frame whose arguments are bound. The caller's state is saved.
static COIL_OP Value enterFrame(Frame *callee, Instr *, Value *, Thread *t) {
  Program *program = callee->code->program;
  callee->back = t->frame;
  t->frame = callee;
  Instr *first = program->instrs.data();
  [[clang::musttail]] return first->handler(callee, first, callee->sp, t);
}

// Room for one call more, and a translated callee.
static bool canEnter(Thread *t, Function *function) {
  if (t->depth >= t->recursionLimit) [[unlikely]] {
    if (!enterPythonCall(*t)) return false;
  } else {
    ++t->depth;
  }
  if (function->code->program) [[likely]]
    return true;
  if (programOf(*t, function->code)) return true;
  --t->depth;
  return false;
}

// Sets up a frame for a Python function whose `count` arguments (then keyword values) start at `args`; takes
// the references to the function and to all arguments. Null when it raised, the references are released all
// the same.
static Frame *makeCallee(Thread *t, Function *function, Value *args, size_t count, Tuple *kwNames) {
  size_t total = count + (kwNames ? kwNames->length : 0);
  if (!canEnter(t, function)) {
    for (size_t i = 0; i < total; ++i) release(args[i]);
    release(static_cast<Object *>(function));
    return nullptr;
  }
  Frame *frame = pushFrame(t, function);
  if (!kwNames && isSimpleCall(function->code, count)) [[likely]] {
    for (size_t i = 0; i < count; ++i) frame->slots[i] = args[i];
    return frame;
  }
  bool bound = bool(bindArguments(*t, function, CallArgs(args, count, kwNames), frame->slots));
  for (size_t i = 0; i < total; ++i) release(args[i]);
  if (bound) return frame;
  --t->depth;
  finishFrame(frame, frame->stackBase());
  t->frames->pop(frame);
  return nullptr;
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
    [[clang::musttail]] return enterFrame(frame, nullptr, nullptr, t);
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
      [[clang::musttail]] return enterFrame(frame, nullptr, nullptr, t);
    }
  }
  Value result = call(*t, callee, CallArgs(args, positional, kwNames)).release();
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
                 typeName(positional));
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
    [[clang::musttail]] return enterFrame(frame, nullptr, nullptr, t);
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
  finishFrame(f, sp);
  t->frames->pop(f);
  if (flags & kFrameEntry) return result;
  Value *top = back->sp;
  *top++ = result;
  Instr *next = back->pc + 1;
  [[clang::musttail]] return next->handler(back, next, top, t);
}

} // namespace coil::vm::ops
