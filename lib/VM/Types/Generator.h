// generator, coroutine and async_generator: a frame that can be suspended.
#pragma once

#include "VM/Interp/Frame.h"

namespace coil::vm {

enum class GeneratorState : uint8_t { Created, Suspended, Running, Closed };

struct Generator : Object {
  Frame *frame;             // owned memory; null once closed
  HandledException handled; // linked into the thread's chain while running
  Str *name, *qualname;     // owned
  Code *code;               // owned
  GeneratorState state;
  Value origin; // owned; cr_origin of a coroutine whose maker was asked for, else empty
  // async_generator only:
  bool asyncRunning;    // inside asend() and the like
  bool asyncClosed;     // aclose() or the end was reached
  bool hooksDone;       // sys.set_asyncgen_hooks' functions were asked
  Value asyncFinalizer; // owned; empty: none
};

template <> inline Type &typeFor<Generator>() { return types::Generator; }

// Takes over a frame on the frame stack, whose arguments are bound: moves it into a new generator object.
Ref newGenerator(Thread &t, Frame *frame);

// Resumes with `value` as the result of the yield. What comes back: the yielded value; or empty with an
// exception pending; or empty without one when it has returned, with the return value in `returned`.
Ref resumeGenerator(Thread &t, Generator *generator, Value value, Ref &returned);
// What throw() was given; an iterator that the generator delegates to gets the very same. Borrowed.
struct ThrowArguments {
  Value type, value, traceback; // the last two may be empty
};
// gen.throw(...): raises inside the generator.
Ref throwIntoGenerator(Thread &t, Generator *generator, const ThrowArguments &args, Ref &returned);
Status closeGenerator(Thread &t, Generator *generator);

// Prepares a resumption: links frame and exception state into the thread and pushes `value` (owned). The
// caller then runs the frame.
Status enterGenerator(Thread &t, Generator *generator, Value value);
// Undoes the linking after a yield, a return or an exception. `closed`: the frame is gone for good.
void leaveGenerator(Thread &t, Generator *generator, bool closed);
// A StopIteration that would leave the generator's body becomes a RuntimeError (PEP 479).
void convertStopIteration(Thread &t, Generator *generator);

// throw() of an asynchronous generator, in its parts: the exception that its arguments stand for.
Ref exceptionToThrow(Thread &t, Value type, Value value, Value traceback);
// The outcome of a step at the Python level: a return becomes StopIteration.
Ref finishStep(Thread &t, Ref item, Ref returned);
// What the frame waits for in an await or yield from; borrowed, empty if nothing.
Value generatorDelegate(Generator *generator);
// The parts of their types that generators of all kinds share.
void generatorTraverse(Object *o, Visitor &v);
void generatorClear(Object *o);
constexpr const char *kGeneratorSizeDoc =
    "__sizeof__(): the bytes of memory the object occupies, with its frame.";
Ref generatorSizeOf(Thread &t, const Value *args);
Ref generatorRepr(Thread &t, Value v);
void generatorDel(Thread &t, Value v);
// The same as soon as somebody asks: closes a generator, warns of a coroutine that was never awaited.
void finalizeGenerator(Thread &t, Generator *generator);
Ref getGeneratorName(Thread &t, Value v);
Ref getGeneratorQualname(Thread &t, Value v);
Status setGeneratorName(Thread &t, Value v, Value value);
Status setGeneratorQualname(Thread &t, Value v, Value value);

// The awaitable's iterator (the await expression); fails for what is not awaitable.
Ref awaitableIterator(Thread &t, Value awaitable);

} // namespace coil::vm
