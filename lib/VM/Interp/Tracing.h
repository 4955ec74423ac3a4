// sys.settrace() and sys.setprofile(): who is told of calls, lines, returns and exceptions.
#pragma once

#include "VM/Interp/Frame.h"

namespace coil::vm {

// Native code in place of a profile function: told of the same events. It does not raise.
using ProfileHook = void (*)(Thread &t, Value profiler, Frame *f, const char *event, Value argument);

struct Tracing {
  ProfileHook hook = nullptr; // is told in place of calling `profile`
  Value trace, profile;       // owned; empty: none
  int inside = 0;             // > 0: one of them runs, which is not traced itself
  int users = 0;              // who still needs this struct: events being told, sys.call_tracing()
  bool wakes = false;         // sys.call_tracing() runs: a function that is installed now is told at once
  Frame *lineFrame = nullptr; // the frame whose line event is being told
  const char *event = nullptr;
  bool jumped = false;    // the conditional jump executed last went to its target
  Instr *place = nullptr; // what the frame stands on once f_lineno has been assigned
  int jumpUnit = -1;      // where an assignment to f_lineno has led; -1: there was none
};

// `profiler` is what sys.getprofile() says.
void setProfileHook(Thread &t, Value profiler, ProfileHook hook);

// Empty switches it off. Takes a borrowed value.
void setTraceFunction(Thread &t, Value function);
void setProfileFunction(Thread &t, Value function);
// The same for a program's wish: what dies with the function before may not install one itself.
Status installTraceFunction(Thread &t, Value function);
Status installProfileFunction(Thread &t, Value function);
// What is called in between is not traced; false if nothing is anyway.
bool pauseTracing(Thread &t);
void resumeTracing(Thread &t);
// sys.call_tracing(): calls from within a trace function. As in CPython 3.11, events are told again only once
// a function is installed there, as debuggers do.
Ref callTracing(Thread &t, Value function, Tuple *args);

// The pending exception has come to an instruction of the frame; a trace function that raises replaces it.
void traceException(Thread &t, Frame *f);
// The pending exception is thrown into a generator's frame.
void traceThrow(Thread &t, Frame *f);
// The frame is left by an exception.
void traceUnwinding(Thread &t, Frame *f);
// frame.f_lineno = line. `f` is null if the frame has ended.
Status setFrameLine(Thread &t, Frame *f, bool hasTrace, Value line);

} // namespace coil::vm
