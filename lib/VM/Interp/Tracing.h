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
  Frame *lineFrame = nullptr; // the frame whose line event is being told
  const char *event = nullptr;
  Instr *jump = nullptr; // where an assignment to f_lineno leads
};

// `profiler` is what sys.getprofile() says.
void setProfileHook(Thread &t, Value profiler, ProfileHook hook);

// Empty switches it off. Takes a borrowed value.
void setTraceFunction(Thread &t, Value function);
void setProfileFunction(Thread &t, Value function);
// sys.call_tracing(): calls with tracing on, from within a trace function.
Ref callTracing(Thread &t, Value function, Tuple *args);

// The pending exception has come to an instruction of the frame; a trace function that raises replaces it.
void traceException(Thread &t, Frame *f);
// The pending exception is thrown into a generator's frame.
void traceThrow(Thread &t, Frame *f);
// The frame is left by an exception.
void traceUnwinding(Thread &t, Frame *f);
// frame.f_lineno = line.
Status setFrameLine(Thread &t, Frame *f, Value trace, Value line);

} // namespace coil::vm
