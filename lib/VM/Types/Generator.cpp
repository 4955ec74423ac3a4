// generator and coroutine: suspended frames.
#include "VM/Types/Generator.h"
#include "VM/Bind/Native.h"
#include "VM/Core/Audit.h"
#include "VM/Core/Names.h"
#include "VM/Core/Runtime.h"
#include "VM/Exceptions/Exception.h"
#include "VM/Exceptions/Warnings.h"
#include "VM/Heap/Gc.h"
#include "VM/Import/Import.h"
#include "VM/Interp/Instr.h"
#include "VM/Interp/Tracing.h"
#include "VM/Types/FrameObject.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Sequence.h"
#include "VM/Types/Tuple.h"
#include <cstring>

using namespace coil::vm;

namespace {

Type &typeForFlags(int flags) {
  if (flags & coil::bytecode::CO_ASYNC_GENERATOR) return types::AsyncGenerator;
  return flags & coil::bytecode::CO_COROUTINE ? types::Coroutine : types::Generator;
}

const char *kindName(const Generator *g) {
  if (g->type == &types::AsyncGenerator) return "async generator";
  return g->type == &types::Coroutine ? "coroutine" : "generator";
}

// Where a coroutine is made: (file name, line, name) of so many frames, the innermost first.
TupleRef originOf(Thread &t) {
  llvm::SmallVector<Value, 8> frames;
  for (const Frame *f = t.frame; f && int(frames.size()) < t.coroutineOriginDepth; f = f->back) {
    TupleRef place = packTuple(f->code->filename, Value::smallInt(currentLine(f)), f->code->name);
    frames.push_back(Value(static_cast<Object *>(place.release())));
  }
  return takeTuple(frames);
}

} // namespace

Ref coil::vm::newGenerator(Thread &t, Frame *frame) {
  auto *g = heap::make<Generator>(typeForFlags(frame->code->codeFlags));
  size_t bytes = Frame::bytesFor(frame->code);
  auto *own = static_cast<Frame *>(heap::allocate(bytes));
  size_t used = reinterpret_cast<char *>(frame->sp) - reinterpret_cast<char *>(frame);
  std::memcpy(static_cast<void *>(own), frame, used);
  own->sp = own->slots + (frame->sp - frame->slots);
  own->flags = kFrameGenerator;
  own->generator = g;
  own->back = nullptr;
  if (own->object) own->object->frame = own;
  g->frame = own;
  g->code = CodeRef::share(own->code).release();
  g->name = StrRef::share(own->function->name).release();
  g->qualname = StrRef::share(own->function->qualname).release();
  g->state = GeneratorState::Created;
  t.frames->pop(frame);
  if (t.coroutineOriginDepth && g->type == &types::Coroutine) [[unlikely]]
    g->origin = Value(static_cast<Object *>(originOf(t).release()));
  return Ref::take(Value(g));
}

Status coil::vm::enterGenerator(Thread &t, Generator *g, Value value) {
  if (t.depth >= t.recursionLimit || reinterpret_cast<uintptr_t>(__builtin_frame_address(0)) < t.stackLimit) {
    if (!enterPythonCall(t)) return {};
  } else {
    ++t.depth;
  }
  Frame *f = g->frame;
  *f->sp++ = value;
  f->back = t.frame;
  t.frame = f;
  g->handled.previous = t.handled;
  t.handled = &g->handled;
  g->state = GeneratorState::Running;
  retain(static_cast<Object *>(g)); // the frame runs: nobody may free it meanwhile
  return Status::ok();
}

void coil::vm::leaveGenerator(Thread &t, Generator *g, bool closed) {
  Frame *f = g->frame;
  --t.depth;
  t.frame = f->back;
  t.handled = g->handled.previous;
  g->handled.previous = nullptr;
  f->back = nullptr;
  if (closed) {
    g->state = GeneratorState::Closed;
    g->frame = nullptr;
    size_t bytes = Frame::bytesFor(f->code);
    CodeRef keep = CodeRef::share(f->code);
    finishFrame(f, f->sp, f->pc);
    heap::deallocate(f, bytes);
    release(std::exchange(g->handled.exception, Value()));
  } else {
    g->state = GeneratorState::Suspended;
  }
  release(static_cast<Object *>(g));
}

void coil::vm::convertStopIteration(Thread &t, Generator *g) {
  bool stopAsync = g->type == &types::AsyncGenerator && pendingIs(t, types::StopAsyncIteration);
  if (!stopAsync && !pendingIs(t, types::StopIteration)) return;
  Ref cause = takePending(t);
  (void)raise(t, types::RuntimeError, "% raised %", kindName(g),
              stopAsync ? "StopAsyncIteration" : "StopIteration");
  (void)chainCause(t, cause);
}

namespace {

// Runs an entered generator up to its next yield or end.
Ref runEntered(Thread &t, Generator *g, Ref &returned) {
  Ref keep = Ref::share(Value(g));
  Frame *f = g->frame;
  f->flags |= kFrameEntry;
  Instr *next = f->pc + 1;
  Ref result = Ref::take(next->handler(f, next, f->sp, &t));
  if (g->state != GeneratorState::Closed || !result) return result;
  returned = std::move(result);
  return {};
}

Failure raiseRunning(Thread &t, Generator *g) {
  return raise(t, types::ValueError, "% already executing", kindName(g));
}

} // namespace

Value coil::vm::generatorDelegate(Generator *g) {
  if (g->state != GeneratorState::Suspended) return Value();
  // The loop of a yield from: SEND, YIELD_VALUE, RESUME, and the jump back.
  Instr *after = g->frame->pc + 1;
  const Program *program = g->frame->code->program;
  if (program->opOf(after) == coil::bytecode::Op::RESUME) ++after;
  if (program->opOf(after) != coil::bytecode::Op::JUMP_BACKWARD_NO_INTERRUPT) return Value();
  return g->frame->sp[-1];
}

Ref coil::vm::resumeGenerator(Thread &t, Generator *g, Value value, Ref &returned) {
  switch (g->state) {
  case GeneratorState::Running: return raiseRunning(t, g);
  case GeneratorState::Closed:
    if (g->type == &types::Coroutine)
      return raise(t, types::RuntimeError, "cannot reuse already awaited coroutine");
    returned = Ref::none();
    return {};
  case GeneratorState::Created:
    if (!value.isNone())
      return raise(t, types::TypeError, "can't send non-None value to a just-started %", kindName(g));
    break;
  case GeneratorState::Suspended: break;
  }
  retain(value);
  if (!enterGenerator(t, g, value)) {
    release(value);
    return {};
  }
  return runEntered(t, g, returned);
}

// Raises the pending exception where the generator stands.
static Ref raiseInside(Thread &t, Generator *g, Ref &returned) {
  if (g->state == GeneratorState::Created && !t.tracing) { // nothing has run: the generator just ends
    Frame *f = g->frame;
    addTraceback(t, f, f->pc->unit);
    Ref pending = takePending(t);
    TRY(enterGenerator(t, g, Value::none()));
    leaveGenerator(t, g, true);
    return setPending(t, std::move(pending));
  }
  Ref keep = Ref::share(Value(g));
  Ref pending = takePending(t);
  TRY(enterGenerator(t, g, Value::none()));
  // As if the yield had raised: what this generator handles (not what its caller does) becomes the context.
  if (Value handled = g->handled.exception; !handled.empty() && handled != pending.get())
    setContext(pending, handled);
  (void)setPending(t, std::move(pending));
  Frame *f = g->frame;
  f->flags |= kFrameEntry;
  if (t.tracing) traceThrow(t, f);
  Ref result = Ref::take(unwind(f, f->pc, f->sp, &t));
  if (g->state != GeneratorState::Closed || !result) return result;
  returned = std::move(result);
  return {};
}

// The iterator that a yield from waits for has ended, the frame stands on the jump back that ends the loop.
static void leaveDelegate(Frame *f) {
  Instr *back = f->pc + 1;
  if (f->code->program->opOf(back) == coil::bytecode::Op::RESUME) ++back;
  f->pc = back;
  release(*--f->sp);
}

// Goes on after the iterator that a yield from waits for has returned `value`: leaves its loop.
static Ref resumeAfterDelegate(Thread &t, Generator *g, Ref value, Ref &returned) {
  Frame *f = g->frame;
  leaveDelegate(f);
  // SEND's exit leaves the result on the stack in the iterator's place.
  Ref keep = Ref::share(Value(g));
  TRY(enterGenerator(t, g, value.release()));
  f->flags |= kFrameEntry;
  Instr *exit = f->pc + 1;
  Ref result = Ref::take(exit->handler(f, exit, f->sp, &t));
  if (g->state != GeneratorState::Closed || !result) return result;
  returned = std::move(result);
  return {};
}

static Status closeIterator(Thread &t, Value iterator) {
  if (isExactly(iterator, types::Generator) || isExactly(iterator, types::Coroutine))
    return closeGenerator(t, iterator.as<Generator>());
  Ref close;
  TRY(lookupAttr(t, iterator, names::close, close));
  if (close) CHECK(call(t, close));
  return Status::ok();
}

// The iterator's own throw(); `delegated` false: it has none.
static Ref throwIntoDelegate(Thread &t, Value inner, const ThrowArguments &args, Ref &returned,
                             bool &delegated) {
  delegated = true;
  if (isExactly(inner, types::Generator) || isExactly(inner, types::Coroutine))
    return throwIntoGenerator(t, inner.as<Generator>(), args, returned);
  Ref method;
  if (!lookupAttr(t, inner, names::throw_, method)) return {};
  delegated = bool(method);
  if (!delegated) return {};
  llvm::SmallVector<Value, 3> given{args.type};
  for (Value v : {args.value, args.traceback})
    if (!v.empty()) given.push_back(v);
  return call(t, method, given);
}

static bool isGeneratorExit(Value type) {
  if (isType(type)) return isSubtype(type.as<Type>(), &types::GeneratorExit);
  return isInstance(type, types::GeneratorExit);
}

// Arguments that are no exception at all are the caller's mistake; what calling an exception class comes to
// is raised in the generator.
static bool canThrow(const ThrowArguments &args) {
  bool isClass = isType(args.type) && args.type.as<Type>()->has(kTypeExceptionSubclass);
  bool badTraceback =
      !args.traceback.empty() && !args.traceback.isNone() && !isExactly(args.traceback, types::Traceback);
  return isClass && !badTraceback;
}

// Makes the exception of throw()'s arguments and raises it where the generator stands.
static Ref raiseGiven(Thread &t, Generator *g, const ThrowArguments &args, Ref &returned) {
  bool wasBad = false;
  Ref exception = exceptionToThrow(t, args.type, args.value, args.traceback);
  if (exception)
    (void)setPending(t, std::move(exception));
  else
    wasBad = !canThrow(args);
  if (g->state == GeneratorState::Closed || wasBad) return {};
  return raiseInside(t, g, returned);
}

Ref coil::vm::throwIntoGenerator(Thread &t, Generator *g, const ThrowArguments &args, Ref &returned) {
  if (g->state == GeneratorState::Running) return raiseRunning(t, g);
  if (g->state == GeneratorState::Closed && g->type == &types::Coroutine)
    return raise(t, types::RuntimeError, "cannot reuse already awaited coroutine");
  Ref inner = Ref::share(generatorDelegate(g));
  if (!inner) return raiseGiven(t, g, args, returned);
  if (isGeneratorExit(args.type)) {
    g->state = GeneratorState::Running;
    bool closed = bool(closeIterator(t, inner));
    g->state = GeneratorState::Suspended;
    return closed ? raiseGiven(t, g, args, returned) : raiseInside(t, g, returned);
  }
  Ref innerReturned;
  bool delegated;
  g->state = GeneratorState::Running;
  g->frame->back = std::exchange(t.frame, g->frame); // seen on the stack meanwhile
  Ref item = throwIntoDelegate(t, inner, args, innerReturned, delegated);
  t.frame = std::exchange(g->frame->back, nullptr);
  g->state = GeneratorState::Suspended;
  if (!delegated) return raiseGiven(t, g, args, returned);
  if (item) return item;
  if (!innerReturned && pendingIs(t, types::StopIteration)) innerReturned = takeStopIterationValue(t);
  if (innerReturned) return resumeAfterDelegate(t, g, std::move(innerReturned), returned);
  leaveDelegate(g->frame);
  return raiseInside(t, g, returned);
}

Status coil::vm::closeGenerator(Thread &t, Generator *g) {
  if (g->state == GeneratorState::Running) return raiseRunning(t, g);
  if (g->state == GeneratorState::Closed) return Status::ok();
  TupleRef none = emptyTuple();
  Ref exit = newException(types::GeneratorExit, none), returned;
  Ref item = throwIntoGenerator(t, g, {exit, Value(), Value()}, returned);
  if (item) return raise(t, types::RuntimeError, "% ignored GeneratorExit", kindName(g));
  if (returned || catchPending(t, types::GeneratorExit) || catchPending(t, types::StopIteration))
    return Status::ok();
  return {};
}

Ref coil::vm::awaitableIterator(Thread &t, Value v) {
  if (isExactly(v, types::Coroutine)) {
    if (!generatorDelegate(v.as<Generator>()).empty())
      return raise(t, types::RuntimeError, "coroutine is being awaited already");
    return Ref::share(v);
  }
  if (isExactly(v, types::Generator) &&
      (v.as<Generator>()->code->codeFlags & coil::bytecode::CO_ITERABLE_COROUTINE))
    return Ref::share(v);
  UnaryFn await = typeOf(v)->slots.await;
  if (!await) return raise(t, types::TypeError, "object % can't be used in 'await' expression", typeName(v));
  Ref iterator = TRY(await(t, v));
  if (isExactly(iterator, types::Coroutine))
    return raise(t, types::TypeError, "__await__() returned a coroutine");
  if (!typeOf(iterator)->slots.next)
    return raise(t, types::TypeError, "__await__() returned non-iterator of type '%'", typeName(iterator));
  return iterator;
}

Ref coil::vm::finishStep(Thread &t, Ref item, Ref returned) {
  if (item || t.hasPending()) return item;
  return raiseStopIteration(t, returned->isNone() ? Value() : returned.get());
}

// throw(type, value=None, traceback=None), in all its forms.
Ref coil::vm::exceptionToThrow(Thread &t, Value type, Value value, Value traceback) {
  if (!traceback.empty() && !traceback.isNone() && !isExactly(traceback, types::Traceback))
    return raise(t, types::TypeError, "throw() third argument must be a traceback object");
  Ref exception;
  if (isType(type) && type.as<Type>()->has(kTypeExceptionSubclass)) {
    if (!value.empty() && isException(value) && isSubtype(typeOf(value), type.as<Type>()))
      exception = Ref::share(value);
    else if (value.empty() || value.isNone())
      exception = TRY(call(t, type));
    else if (isTuple(value))
      exception = TRY(call(t, type, value.as<Tuple>(), nullptr));
    else
      exception = TRY(call(t, type, {value}));
  } else if (isException(type)) {
    if (!value.empty() && !value.isNone())
      return raise(t, types::TypeError, "instance exception may not have a separate value");
    exception = Ref::share(type);
  } else {
    return raise(t, types::TypeError,
                 "exceptions must be classes or instances deriving from BaseException, not %",
                 typeName(type));
  }
  if (!isException(exception))
    return raise(t, types::TypeError, "calling % should have returned an instance of BaseException, not %",
                 TRY(reprText(t, type)), typeName(exception));
  if (!traceback.empty() && !traceback.isNone())
    TRY(setAttr(t, exception, names::special_traceback, traceback));
  return exception;
}

// "coroutine 'f' was never awaited", by the warnings module if it can be had: that one knows where it was
// made.
static void warnNeverAwaited(Thread &t, Value coroutine) {
  Ref hook = runtime.finalizing ? Ref() : importAttribute(t, "warnings", "_warn_unawaited_coroutine");
  bool shown = hook && (call(t, hook, {coroutine}) || pendingIs(t, types::RuntimeWarning));
  if (hook && t.hasPending()) writeUnraisable(t, nullptr, coroutine);
  clearPending(t);
  if (shown) return;
  if (!warn(t, types::RuntimeWarning,
            "coroutine '" + toUtf8(coroutine.as<Generator>()->qualname) + "' was never awaited"))
    writeUnraisable(t, nullptr, coroutine);
}

// A generator that dies suspended is closed, so that its finally clauses run.
void coil::vm::generatorDel(Thread &t, Value v) {
  Generator *g = v.as<Generator>();
  bool created = g->state == GeneratorState::Created;
  if (!created && g->state != GeneratorState::Suspended) return;
  // Often nothing can run, so that there is nothing to do.
  bool quiet = created ? g->type != &types::Coroutine : g->frame->code->program->guards.empty();
  if (quiet && !t.tracing && g->asyncFinalizer.empty()) return;
  finalizeGenerator(t, g);
}

void coil::vm::finalizeGenerator(Thread &t, Generator *g) {
  Value v(g);
  if (!g->asyncFinalizer.empty() && !g->asyncClosed) {
    Ref finalizer = Ref::share(g->asyncFinalizer);
    if (!call(t, finalizer, {v})) writeUnraisable(t, nullptr, v);
    return;
  }
  if (g->state == GeneratorState::Created && g->type == &types::Coroutine) return warnNeverAwaited(t, v);
  if (!closeGenerator(t, g)) writeUnraisable(t, nullptr, v);
}

Ref coil::vm::generatorRepr(Thread &, Value v) {
  return makeStr("<" + typeName(v).str() + " object " + toUtf8(v.as<Generator>()->qualname) + " at " +
                 addressText(v) + ">");
}

void coil::vm::generatorTraverse(Object *o, Visitor &v) {
  auto *g = static_cast<Generator *>(o);
  v.visitPointer(g->code);
  v.visit(g->handled.exception);
  v.visit(g->asyncFinalizer);
  if (!g->frame || g->state == GeneratorState::Running) return;
  v.visit(g->frame->locals);
  v.visitPointer(g->frame->function);
  for (Value *p = g->frame->slots; p < g->frame->sp; ++p) v.visit(*p);
}

// Together with its frame.
Ref coil::vm::generatorSizeOf(Thread &, const Value *args) {
  auto *g = args[0].as<Generator>();
  return makeInt(int64_t(sizeof(Generator) + (g->frame ? Frame::bytesFor(g->frame->code) : 0)));
}

void coil::vm::generatorClear(Object *o) {
  auto *g = static_cast<Generator *>(o);
  if (g->frame && g->state != GeneratorState::Running) {
    Frame *f = std::exchange(g->frame, nullptr);
    g->state = GeneratorState::Closed;
    size_t bytes = Frame::bytesFor(f->code);
    CodeRef keep = CodeRef::share(f->code);
    finishFrame(f, f->sp, f->pc);
    heap::deallocate(f, bytes);
  }
  replaceOwned(g->handled.exception, Value());
  replaceOwned(g->asyncFinalizer, Value());
  replaceOwned(g->origin, Value());
  if (g->refCount) return;
  replaceOwned<Code>(g->code, nullptr);
  replaceOwned<Str>(g->name, nullptr);
  replaceOwned<Str>(g->qualname, nullptr);
}

Ref coil::vm::getGeneratorName(Thread &, Value v) { return StrRef::share(v.as<Generator>()->name); }
Ref coil::vm::getGeneratorQualname(Thread &, Value v) { return StrRef::share(v.as<Generator>()->qualname); }
Status coil::vm::setGeneratorName(Thread &t, Value v, Value value) {
  if (value.empty() || !isStr(value))
    return raise(t, types::TypeError, "__name__ must be set to a string object");
  replaceOwned(v.as<Generator>()->name, StrRef::share(value.as<Str>()).release());
  return Status::ok();
}
Status coil::vm::setGeneratorQualname(Thread &t, Value v, Value value) {
  if (value.empty() || !isStr(value))
    return raise(t, types::TypeError, "__qualname__ must be set to a string object");
  replaceOwned(v.as<Generator>()->qualname, StrRef::share(value.as<Str>()).release());
  return Status::ok();
}
namespace {

Generator *self(Value v) { return v.as<Generator>(); }

Ref generatorNext(Thread &t, Value v) {
  Ref returned;
  Ref item = resumeGenerator(t, self(v), Value::none(), returned);
  if (item || t.hasPending() || returned->isNone()) return item;
  return raiseStopIteration(t, returned);
}

Ref generatorSend(Thread &t, const Value *args) {
  Ref returned;
  Ref item = resumeGenerator(t, self(args[0]), args[1], returned);
  return finishStep(t, std::move(item), std::move(returned));
}

Ref generatorThrow(Thread &t, const Value *args) {
  if (!args[3].empty() && !args[3].isNone() && !isExactly(args[3], types::Traceback))
    return raise(t, types::TypeError, "throw() third argument must be a traceback object");
  Ref returned;
  Ref item = throwIntoGenerator(t, self(args[0]), {args[1], args[2], args[3]}, returned);
  return finishStep(t, std::move(item), std::move(returned));
}

Ref generatorClose(Thread &t, const Value *args) {
  TRY(closeGenerator(t, self(args[0])));
  return Ref::none();
}

template <const char *name> Ref getFrame(Thread &t, Value v) {
  CHECK(auditRead(t, v, name));
  return self(v)->frame ? Ref(frameObjectOf(self(v)->frame)) : Ref::none();
}
template <const char *name> Ref getCode(Thread &t, Value v) {
  CHECK(auditRead(t, v, name));
  return CodeRef::share(self(v)->code);
}
constexpr char kGiFrame[] = "gi_frame", kGiCode[] = "gi_code", kCrFrame[] = "cr_frame", kCrCode[] = "cr_code";
Ref getRunning(Thread &, Value v) { return Ref::boolean(self(v)->state == GeneratorState::Running); }
Ref getSuspended(Thread &, Value v) { return Ref::boolean(self(v)->state == GeneratorState::Suspended); }
Ref getDelegate(Thread &, Value v) {
  Value inner = generatorDelegate(self(v));
  return inner.empty() ? Ref::none() : Ref::share(inner);
}
Ref getOrigin(Thread &, Value v) {
  Value origin = v.as<Generator>()->origin;
  return origin.empty() ? Ref::none() : Ref::share(origin);
}

#define SEND_DOC(kind)                                                                                       \
  "send(arg): go on with arg as the value of the yield, which sends it into " kind                           \
  ".\n\nThe result is what is yielded next; "                                                                \
  "StopIteration tells the end."
#define THROW_DOC(kind)                                                                                      \
  "throw(value), throw(type[, value[, traceback]]): raise an exception in " kind ", where it stands.\n\n"    \
  "The result is that of send()."
#define CLOSE_DOC(kind) "close(): have GeneratorExit raised inside " kind ", which ends it."
#define METHODS(kind)                                                                                        \
  {"__sizeof__", generatorSizeOf, "!($self, /)", kGeneratorSizeDoc},                                         \
      {"send", generatorSend, "!($self, arg, /)", SEND_DOC(kind)},                                           \
      {"throw", generatorThrow, "!($self, type, value=<absent>, traceback=<absent>, /)", THROW_DOC(kind)}, { \
    "close", generatorClose, "!($self, /)", CLOSE_DOC(kind)                                                  \
  }

NativeDef kGeneratorMethods[] = {METHODS("the generator")};
NativeDef kCoroutineMethods[] = {METHODS("coroutine")};

const GetSetDef kGeneratorGetSets[] = {
    {"__name__", getGeneratorName, setGeneratorName, "the name of the generator, which its function gave"},
    {"__qualname__", getGeneratorQualname, setGeneratorQualname,
     "the name of the generator with those of the scopes around it"},
    {"gi_yieldfrom", getDelegate, nullptr, "what yield from is going through, or None"},
    {"gi_running", getRunning, nullptr, nullptr},
    {"gi_frame", getFrame<kGiFrame>, nullptr, nullptr},
    {"gi_suspended", getSuspended, nullptr, nullptr},
    {"gi_code", getCode<kGiCode>, nullptr, nullptr, true},
};

const GetSetDef kCoroutineGetSets[] = {
    {"__name__", getGeneratorName, setGeneratorName, "the name of the coroutine, which its function gave"},
    {"__qualname__", getGeneratorQualname, setGeneratorQualname,
     "the name of the coroutine with those of the scopes around it"},
    {"cr_await", getDelegate, nullptr, "what is being awaited, or None"},
    {"cr_running", getRunning, nullptr, nullptr},
    {"cr_frame", getFrame<kCrFrame>, nullptr, nullptr},
    {"cr_suspended", getSuspended, nullptr, nullptr},
    {"cr_code", getCode<kCrCode>, nullptr, nullptr, true},
    {"cr_origin", getOrigin, nullptr, nullptr, true},
};

Ref coroutineAwait(Thread &, Value v) {
  auto *w = heap::make<Cell>(types::CoroutineWrapper);
  w->value = retained(v);
  return Ref::take(Value(w));
}

// --- what __await__ of a coroutine returns
// -------------------------------------------------------------------------

Value wrapped(Value v) { return v.as<Cell>()->value; }
Ref wrapperNext(Thread &t, Value v) { return generatorNext(t, wrapped(v)); }
Ref wrapperSend(Thread &t, const Value *args) {
  const Value inner[] = {wrapped(args[0]), args[1]};
  return generatorSend(t, inner);
}
Ref wrapperThrow(Thread &t, const Value *args) {
  const Value inner[] = {wrapped(args[0]), args[1], args[2], args[3]};
  return generatorThrow(t, inner);
}
Ref wrapperClose(Thread &t, const Value *args) {
  const Value inner[] = {wrapped(args[0])};
  return generatorClose(t, inner);
}

NativeDef kWrapperMethods[] = {
    {"send", wrapperSend, "!($self, arg, /)", SEND_DOC("coroutine")},
    {"throw", wrapperThrow, "!($self, type, value=<absent>, traceback=<absent>, /)", THROW_DOC("coroutine")},
    {"close", wrapperClose, "!($self, /)", CLOSE_DOC("coroutine")},
};

} // namespace

const TypeSpec coil::vm::kGeneratorSpec = {
    .name = "generator",
    .size = sizeof(Generator),
    .flags = kTypeGc | kTypeNoInstantiate | kTypeHasWeakRefs,
    .fillSlots =
        [](Slots &s) {
          s.repr = generatorRepr, s.iter = selfIter, s.next = generatorNext, s.del = generatorDel;
        },
    .traverse = generatorTraverse,
    .clear = generatorClear,
    .methods = kGeneratorMethods,
    .getsets = kGeneratorGetSets,
};

const TypeSpec coil::vm::kCoroutineSpec = {
    .name = "coroutine",
    .size = sizeof(Generator),
    .flags = kTypeGc | kTypeNoInstantiate | kTypeHasWeakRefs,
    .fillSlots = [](Slots &s) { s.repr = generatorRepr, s.await = coroutineAwait, s.del = generatorDel; },
    .traverse = generatorTraverse,
    .clear = generatorClear,
    .methods = kCoroutineMethods,
    .getsets = kCoroutineGetSets,
};

const TypeSpec coil::vm::kCoroutineWrapperSpec = {
    .name = "coroutine_wrapper",
    .size = sizeof(Cell),
    .flags = kTypeGc | kTypeNoInstantiate,
    .fillSlots = [](Slots &s) { s.iter = selfIter, s.next = wrapperNext; },
    .traverse = [](Object *o, Visitor &v) { v.visit(static_cast<Cell *>(o)->value); },
    .clear = [](Object *o) { replaceOwned(static_cast<Cell *>(o)->value, Value()); },
    .methods = kWrapperMethods,
    .doc = "What a coroutine's __await__ returns: an iterator that runs it.",
};
