// async_generator, and what asend(), athrow() and aclose() return.
#include "VM/Types/AsyncGenerator.h"
#include "VM/Bind/Native.h"
#include "VM/Core/Audit.h"
#include "VM/Exceptions/Exception.h"
#include "VM/Types/FrameObject.h"
#include "VM/Types/Sequence.h"

using namespace coil::vm;

AsyncGeneratorHooks coil::vm::asyncGeneratorHooks;

Ref coil::vm::wrapAsyncValue(Ref value) {
  auto *wrapper = heap::make<Cell>(types::AsyncGeneratorWrappedValue);
  wrapper->value = value.release();
  return Ref::take(Value(wrapper));
}

namespace {

enum class StepState : uint8_t { Created, Running, Closed };

// One asend(), athrow() or aclose().
struct AsyncStep : Object {
  Generator *generator; // owned
  Value argument;       // owned: what to send, or the exception to throw; empty: aclose()
  StepState state;
};

AsyncStep *stepOf(Value v) { return v.as<AsyncStep>(); }
bool isWrapped(Value v) { return isExactly(v, types::AsyncGeneratorWrappedValue); }
bool endsGenerator(Thread &t) {
  return pendingIs(t, types::StopAsyncIteration) || pendingIs(t, types::GeneratorExit);
}

Failure raiseEmpty(Thread &t, Type &type) {
  TupleRef none = emptyTuple();
  Ref exception = newException(type, none);
  return raiseObject(t, exception);
}

// The outcome of a step of the generator's frame: what it yielded becomes StopIteration's value, its end
// StopAsyncIteration.
Ref unwrap(Thread &t, Generator *g, Ref item) {
  if (!item) {
    if (!t.hasPending()) (void)raiseEmpty(t, types::StopAsyncIteration);
    if (endsGenerator(t)) g->asyncClosed = true;
    g->asyncRunning = false;
    return {};
  }
  if (!isWrapped(item)) return item;
  g->asyncRunning = false;
  return raiseStopIteration(t, item.as<Cell>()->value);
}

// The first use of a generator tells the event loop's hooks.
Status initializeHooks(Thread &t, Generator *g) {
  if (std::exchange(g->hooksDone, true)) return Status::ok();
  g->asyncFinalizer = retained(asyncGeneratorHooks.finalizer);
  if (asyncGeneratorHooks.firstIter.empty()) return Status::ok();
  Ref hook = Ref::share(asyncGeneratorHooks.firstIter);
  CHECK(call(t, hook, {Value(g)}));
  return Status::ok();
}

Ref newStep(Thread &t, Type &type, Value generator, Value argument) {
  CHECK(initializeHooks(t, generator.as<Generator>()));
  auto *step = heap::make<AsyncStep>(type);
  step->generator = ObjectRef<Generator>::share(generator.as<Generator>()).release();
  step->argument = retained(argument);
  return Ref::take(Value(step));
}

// --- the generator

Ref generatorAnext(Thread &t, Value v) { return newStep(t, types::AsyncGeneratorSend, v, Value::none()); }
Ref generatorAsend(Thread &t, const Value *args) {
  return newStep(t, types::AsyncGeneratorSend, args[0], args[1]);
}
Ref generatorAclose(Thread &t, const Value *args) {
  return newStep(t, types::AsyncGeneratorThrow, args[0], Value());
}

// athrow(type, value=None, traceback=None): the arguments are looked at when it is awaited.
Ref generatorAthrow(Thread &t, Value self, const CallArgs &args) {
  TupleRef given = makeTuple({args.values, args.positional});
  return newStep(t, types::AsyncGeneratorThrow, self, given);
}

Generator *self(Value v) { return v.as<Generator>(); }
Ref getFrame(Thread &t, Value v) {
  CHECK(auditRead(t, v, "ag_frame"));
  return self(v)->frame ? Ref(frameObjectOf(self(v)->frame)) : Ref::none();
}
Ref getRunning(Thread &, Value v) { return Ref::boolean(self(v)->asyncRunning); }
Ref getCode(Thread &t, Value v) {
  CHECK(auditRead(t, v, "ag_code"));
  return CodeRef::share(self(v)->code);
}
Ref getAwait(Thread &, Value v) {
  Value inner = generatorDelegate(self(v));
  return inner.empty() ? Ref::none() : Ref::share(inner);
}

// --- asend() and __anext__()

Ref sendStep(Thread &t, AsyncStep *step, Value value) {
  ObjectRef<AsyncStep> keep = ObjectRef<AsyncStep>::share(step);
  Generator *g = step->generator;
  if (step->state == StepState::Closed)
    return raise(t, types::RuntimeError, "cannot reuse already awaited __anext__()/asend()");
  if (step->state == StepState::Created) {
    if (g->asyncRunning)
      return raise(t, types::RuntimeError, "anext(): asynchronous generator is already running");
    if (value.isNone()) value = step->argument;
    step->state = StepState::Running;
  }
  g->asyncRunning = true;
  Ref returned;
  Ref result = unwrap(t, g, resumeGenerator(t, g, value, returned));
  if (!result) step->state = StepState::Closed;
  return result;
}

Ref asendNext(Thread &t, Value v) { return sendStep(t, stepOf(v), Value::none()); }
Ref asendSend(Thread &t, const Value *args) { return sendStep(t, stepOf(args[0]), args[1]); }

Ref asendThrow(Thread &t, const Value *args) {
  AsyncStep *step = stepOf(args[0]);
  if (step->state == StepState::Closed)
    return raise(t, types::RuntimeError, "cannot reuse already awaited __anext__()/asend()");
  Ref returned;
  Ref result = unwrap(t, step->generator,
                      throwIntoGenerator(t, step->generator, {args[1], args[2], args[3]}, returned));
  if (!result) step->state = StepState::Closed;
  return result;
}

Ref stepClose(Thread &, const Value *args) {
  stepOf(args[0])->state = StepState::Closed;
  return Ref::none();
}

// --- athrow() and aclose()

Failure raiseIgnoredExit(Thread &t, AsyncStep *step) {
  step->generator->asyncRunning = false;
  step->state = StepState::Closed;
  return raise(t, types::RuntimeError, "async generator ignored GeneratorExit");
}

// The generator has ended: of aclose(), that is success.
Ref finishThrow(Thread &t, AsyncStep *step) {
  step->generator->asyncRunning = false;
  step->state = StepState::Closed;
  if (!t.hasPending()) (void)raiseEmpty(t, types::StopAsyncIteration);
  if (step->argument.empty() && endsGenerator(t)) {
    clearPending(t);
    return raiseStopIteration(t, Value());
  }
  return {};
}

Ref throwArguments(Thread &t, Tuple *given) {
  if (given->length < 1) return raise(t, types::TypeError, "athrow expected at least 1 argument, got 0");
  if (given->length > 3)
    return raise(t, types::TypeError, "athrow expected at most 3 arguments, got %", given->length);
  auto argument = [&](int64_t i) { return i < given->length ? (*given)[i] : Value(); };
  return exceptionToThrow(t, argument(0), argument(1), argument(2));
}

Ref startThrow(Thread &t, AsyncStep *step, Value value) {
  Generator *g = step->generator;
  bool closing = step->argument.empty();
  if (g->asyncRunning) {
    step->state = StepState::Closed;
    return raise(t, types::RuntimeError, "%(): asynchronous generator is already running",
                 closing ? "aclose" : "athrow");
  }
  if (g->asyncClosed) {
    step->state = StepState::Closed;
    return raiseEmpty(t, types::StopAsyncIteration);
  }
  if (!value.isNone())
    return raise(t, types::RuntimeError, "can't send non-None value to a just-started coroutine");
  step->state = StepState::Running;
  g->asyncRunning = true;
  Ref exception, returned;
  if (closing) {
    g->asyncClosed = true;
    TupleRef none = emptyTuple();
    exception = newException(types::GeneratorExit, none);
  } else {
    exception = throwArguments(t, step->argument.as<Tuple>());
    if (!exception) return finishThrow(t, step);
  }
  Ref result = throwIntoGenerator(t, g, {exception, Value(), Value()}, returned);
  if (closing && result && isWrapped(result)) return raiseIgnoredExit(t, step);
  if (!closing) result = unwrap(t, g, std::move(result));
  return result ? std::move(result) : finishThrow(t, step);
}

Ref continueThrow(Thread &t, AsyncStep *step, Value value) {
  Ref returned;
  Ref result = resumeGenerator(t, step->generator, value, returned);
  if (!step->argument.empty()) return unwrap(t, step->generator, std::move(result));
  if (!result) return finishThrow(t, step);
  if (isWrapped(result)) return raiseIgnoredExit(t, step);
  return result;
}

Ref throwSendStep(Thread &t, AsyncStep *step, Value value) {
  ObjectRef<AsyncStep> keep = ObjectRef<AsyncStep>::share(step);
  if (step->state == StepState::Closed)
    return raise(t, types::RuntimeError, "cannot reuse already awaited aclose()/athrow()");
  if (step->generator->state == GeneratorState::Closed) {
    step->state = StepState::Closed;
    return raiseStopIteration(t, Value());
  }
  return step->state == StepState::Created ? startThrow(t, step, value) : continueThrow(t, step, value);
}

Ref athrowNext(Thread &t, Value v) { return throwSendStep(t, stepOf(v), Value::none()); }
Ref athrowSend(Thread &t, const Value *args) { return throwSendStep(t, stepOf(args[0]), args[1]); }

Ref athrowThrow(Thread &t, const Value *args) {
  AsyncStep *step = stepOf(args[0]);
  if (step->state == StepState::Closed)
    return raise(t, types::RuntimeError, "cannot reuse already awaited aclose()/athrow()");
  Ref returned;
  Ref result = throwIntoGenerator(t, step->generator, {args[1], args[2], args[3]}, returned);
  if (!step->argument.empty()) return unwrap(t, step->generator, std::move(result));
  if (result && isWrapped(result)) return raiseIgnoredExit(t, step);
  if (result) return result;
  return finishThrow(t, step);
}

// --- tables

constexpr const char *kStepSendDoc =
    "send(arg): go on with arg as the value of the yield, up to the next one or the end.\n\nWhat the "
    "asynchronous generator yields is the value of a StopIteration.";
constexpr const char *kStepThrowDoc =
    "throw(value), throw(type[, value[, traceback]]): raise an exception in the asynchronous\ngenerator, "
    "where it stands.\n\nThe result is that of send().";
constexpr const char *kStepCloseDoc = "close(): have GeneratorExit raised in the asynchronous generator.";

NativeDef kMethods[] = {
    {"__sizeof__", generatorSizeOf, "!($self, /)", kGeneratorSizeDoc},
    {"asend", generatorAsend, "!($self, value, /)",
     "asend(value): an awaitable that goes on with value as that of the yield, and gives what is\nyielded "
     "next."},
    {"athrow", generatorAthrow, "!v($self, /, *args)",
     "athrow(type[, value[, traceback]]): an awaitable that raises an exception in the generator,\nand gives "
     "what is yielded next."},
    {"aclose", generatorAclose, "!($self, /)",
     "aclose(): an awaitable that has GeneratorExit raised in the generator, so that it ends."},
    {"__class_getitem__", newGenericAliasMethod, "!($type, item, /)", "See PEP 585", NativeKind::Class},
};

const GetSetDef kGetSets[] = {
    {"__name__", getGeneratorName, setGeneratorName, "the name of the generator, which its function gave"},
    {"__qualname__", getGeneratorQualname, setGeneratorQualname,
     "the name of the generator with those of the scopes around it"},
    {"ag_await", getAwait, nullptr, "what is being awaited, or None"},
    {"ag_frame", getFrame, nullptr, nullptr},
    {"ag_running", getRunning, nullptr, nullptr, true},
    {"ag_code", getCode, nullptr, nullptr, true},
};

NativeDef kSendMethods[] = {
    {"send", asendSend, "!($self, arg, /)", kStepSendDoc},
    {"throw", asendThrow, "!($self, type, value=<absent>, traceback=<absent>, /)", kStepThrowDoc},
    {"close", stepClose, "!($self, /)", kStepCloseDoc},
};

NativeDef kThrowMethods[] = {
    {"send", athrowSend, "!($self, arg, /)", kStepSendDoc},
    {"throw", athrowThrow, "!($self, type, value=<absent>, traceback=<absent>, /)", kStepThrowDoc},
    {"close", stepClose, "!($self, /)", kStepCloseDoc},
};

void stepTraverse(Object *o, Visitor &v) {
  v.visitPointer(static_cast<AsyncStep *>(o)->generator);
  v.visit(static_cast<AsyncStep *>(o)->argument);
}
void stepClear(Object *o) {
  replaceOwned<Generator>(static_cast<AsyncStep *>(o)->generator, nullptr);
  replaceOwned(static_cast<AsyncStep *>(o)->argument, Value());
}

} // namespace

const TypeSpec coil::vm::kAsyncGeneratorSpec = {
    .name = "async_generator",
    .size = sizeof(Generator),
    .flags = kTypeGc | kTypeNoInstantiate | kTypeHasWeakRefs,
    .fillSlots =
        [](Slots &s) {
          s.repr = generatorRepr, s.aiter = selfIter, s.anext = generatorAnext, s.del = generatorDel;
        },
    .traverse = generatorTraverse,
    .clear = generatorClear,
    .methods = kMethods,
    .getsets = kGetSets,
};

const TypeSpec coil::vm::kAsyncGeneratorSendSpec = {
    .name = "async_generator_asend",
    .size = sizeof(AsyncStep),
    .flags = kTypeGc | kTypeNoInstantiate,
    .fillSlots = [](Slots &s) { s.await = selfIter, s.iter = selfIter, s.next = asendNext; },
    .traverse = stepTraverse,
    .clear = stepClear,
    .methods = kSendMethods,
};

const TypeSpec coil::vm::kAsyncGeneratorThrowSpec = {
    .name = "async_generator_athrow",
    .size = sizeof(AsyncStep),
    .flags = kTypeGc | kTypeNoInstantiate,
    .fillSlots = [](Slots &s) { s.await = selfIter, s.iter = selfIter, s.next = athrowNext; },
    .traverse = stepTraverse,
    .clear = stepClear,
    .methods = kThrowMethods,
};

const TypeSpec coil::vm::kAsyncGeneratorWrappedValueSpec = {
    .name = "async_generator_wrapped_value",
    .size = sizeof(Cell),
    .flags = kTypeGc | kTypeNoInstantiate,
    .traverse = [](Object *o, Visitor &v) { v.visit(static_cast<Cell *>(o)->value); },
    .clear = [](Object *o) { replaceOwned(static_cast<Cell *>(o)->value, Value()); },
};
