// frame: a frame as a Python object; traceback: where an exception passed.
#pragma once

#include "VM/Interp/Frame.h"

namespace coil::vm {

struct FrameObject : Object {
  Frame *frame; // the live frame, or a copy of its own once it has finished
  bool ownsFrame;
  FrameObject *back; // owned; set when the frame has finished
  Value trace;       // owned; f_trace, or empty
  bool skipsLines;   // f_trace_lines is False
  bool tracesOpcodes;
  bool keptByFrame; // the running frame holds a reference, because of what the tracing attributes say
};

struct Traceback : Object {
  Traceback *next;    // owned; the frame that was called from here
  FrameObject *frame; // owned
  int lasti;          // bytes
  int knownLine;      // 0: not looked up yet
};

// The frame's object, made on demand. Borrowed from the frame as long as somebody else holds it: share it at
// once.
ObjectRef<FrameObject> frameObjectOf(Frame *frame);
// Called when a frame that has an object ends: the object keeps a copy of what the frame held.
void detachFrameObject(Frame *frame);
// Where a traceback's frame stood; looked up when somebody asks.
int tracebackLine(Traceback *traceback);
// f_trace = function, or nothing.
void setFrameTrace(FrameObject *object, Value function);
// The line a frame is executing.
int currentLine(const Frame *frame);
// f_locals: a fresh dict for functions, the namespace itself for modules and classes.
Ref frameLocals(Thread &t, Frame *frame);

// Adds the frame's current place to the pending exception's traceback.
void addTraceback(Thread &t, Frame *frame, int unit);

template <> inline Type &typeFor<FrameObject>() { return types::Frame; }
template <> inline Type &typeFor<Traceback>() { return types::Traceback; }

} // namespace coil::vm
