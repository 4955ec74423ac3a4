// frame and traceback.
#include "VM/Types/FrameObject.h"
#include "VM/Bind/Native.h"
#include "VM/Core/Names.h"
#include "VM/Exceptions/Exception.h"
#include "VM/Heap/Gc.h"
#include "VM/Interp/Instr.h"
#include "VM/Interp/Tracing.h"
#include "VM/Types/Generator.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"
#include <cstring>

using namespace coil::vm;

ObjectRef<FrameObject> coil::vm::frameObjectOf(Frame *frame) {
  if (!frame->object) {
    auto *object = heap::make<FrameObject>(types::Frame);
    object->frame = frame;
    frame->object = object;
    return ObjectRef<FrameObject>::take(object);
  }
  return ObjectRef<FrameObject>::share(frame->object);
}

void coil::vm::detachFrameObject(Frame *frame) {
  // The caller's object, made below, may start a collection, to which this one is garbage.
  auto object = ObjectRef<FrameObject>::share(std::exchange(frame->object, nullptr));
  size_t values = frame->code->localsplusCount;
  auto *copy = static_cast<Frame *>(heap::allocate(sizeof(Frame) + values * sizeof(Value)));
  std::memcpy(static_cast<void *>(copy), frame, sizeof(Frame) + values * sizeof(Value));
  copy->flags = kFrameDetached;
  copy->generator = nullptr;
  copy->constructed = Value();
  copy->object = nullptr;
  retain(static_cast<Object *>(copy->function));
  for (size_t i = 0; i < values; ++i) frame->slots[i] = Value();
  frame->locals = Value();
  object->frame = copy;
  object->ownsFrame = true;
  if (frame->back) object->back = frameObjectOf(frame->back).release();
  if (std::exchange(object->keptByFrame, false)) release(static_cast<Object *>(object.get()));
}

int coil::vm::currentLine(const Frame *frame) {
  return frame->pc ? lineAt(frame->code, int(frame->pc->unit)) : frame->code->firstlineno;
}

Ref coil::vm::frameLocals(Thread &t, Frame *frame) {
  if (!frame->locals.empty()) return Ref::share(frame->locals);
  if (!(frame->code->codeFlags & coil::bytecode::CO_OPTIMIZED)) return DictRef::share(frame->globals);
  DictRef dict = newDict();
  for (int i = 0; i < frame->code->localsplusCount; ++i) {
    Value value = frame->slots[i];
    uint8_t kind = frame->code->localKind(i);
    if (kind & (coil::bytecode::kLocalCell | coil::bytecode::kLocalFree))
      value = isExactly(value, types::Cell) ? value.as<Cell>()->value : value;
    if (!value.empty()) dictSetStr(dict, (*frame->code->localsplusNames)[i].as<Str>(), value);
  }
  return dict;
}

int coil::vm::tracebackLine(Traceback *traceback) {
  if (!traceback->knownLine)
    traceback->knownLine = lineAt(traceback->frame->frame->code, traceback->lasti / 2);
  return traceback->knownLine;
}

void coil::vm::addTraceback(Thread &t, Frame *frame, int unit) {
  auto *exception = t.pending.as<BaseExceptionObject>();
  auto *entry = heap::make<Traceback>(types::Traceback);
  entry->frame = frameObjectOf(frame).release();
  entry->lasti = unit * 2;
  entry->next = exception->traceback;
  exception->traceback = entry;
}

namespace {

FrameObject *self(Value v) { return v.as<FrameObject>(); }

Ref frameRepr(Thread &, Value v) {
  Frame *f = self(v)->frame;
  return makeStr("<frame at " + addressText(v) + ", file '" + toUtf8(f->code->filename) + "', line " +
                 std::to_string(currentLine(f)) + ", code " + toUtf8(f->code->name) + ">");
}

Ref getBack(Thread &, Value v) {
  FrameObject *object = self(v);
  if (object->ownsFrame)
    return object->back ? Ref::share(Value(static_cast<Object *>(object->back))) : Ref::none();
  return object->frame->back ? Ref(frameObjectOf(object->frame->back)) : Ref::none();
}
Ref getCode(Thread &, Value v) { return CodeRef::share(self(v)->frame->code); }
Ref getGlobals(Thread &, Value v) { return DictRef::share(self(v)->frame->globals); }
Ref getBuiltins(Thread &, Value v) { return DictRef::share(self(v)->frame->builtins); }
Ref getLocals(Thread &t, Value v) { return frameLocals(t, self(v)->frame); }
Ref getLine(Thread &, Value v) {
  int line = currentLine(self(v)->frame);
  return line < 0 ? Ref::none() : makeInt(int64_t(line));
}
Ref getLasti(Thread &, Value v) {
  Frame *f = self(v)->frame;
  return makeInt(f->pc ? int64_t(f->pc->unit) * 2 : int64_t(-1));
}
Status setLine(Thread &t, Value v, Value line) {
  if (line.empty()) return raise(t, types::AttributeError, "cannot delete attribute");
  FrameObject *object = self(v);
  return setFrameLine(t, object->ownsFrame ? nullptr : object->frame, object->trace, line);
}

// What tracing is told to do with a frame lasts as long as that runs, whoever holds its object.
void keepWithFrame(FrameObject *object) {
  if (object->ownsFrame || object->keptByFrame) return;
  object->keptByFrame = true;
  retain(static_cast<Object *>(object));
}

Ref getTrace(Thread &, Value v) { return self(v)->trace.empty() ? Ref::none() : Ref::share(self(v)->trace); }
Status setTrace(Thread &, Value v, Value function) {
  setFrameTrace(self(v), function.empty() || function.isNone() ? Value() : function);
  return Status::ok();
}

Result<bool> readFlag(Thread &t, Value value) {
  if (value.empty()) return raise(t, types::TypeError, "can't delete numeric/char attribute");
  if (!value.isBool()) return raise(t, types::TypeError, "attribute value type must be bool");
  return value.isTrue();
}
Ref getTraceLines(Thread &, Value v) { return Ref::boolean(!self(v)->skipsLines); }
Status setTraceLines(Thread &t, Value v, Value value) {
  self(v)->skipsLines = !TRY(readFlag(t, value));
  keepWithFrame(self(v));
  return Status::ok();
}
Ref getTraceOpcodes(Thread &, Value v) { return Ref::boolean(self(v)->tracesOpcodes); }
Status setTraceOpcodes(Thread &t, Value v, Value value) {
  self(v)->tracesOpcodes = TRY(readFlag(t, value));
  keepWithFrame(self(v));
  return Status::ok();
}

Ref frameClearMethod(Thread &t, const Value *args) {
  FrameObject *object = self(args[0]);
  if (!object->ownsFrame) {
    Generator *generator = object->frame->generator;
    if (!generator || generator->state == GeneratorState::Running)
      return raise(t, types::RuntimeError, "cannot clear an executing frame");
    generatorDel(t, Value(static_cast<Object *>(generator)));
    return Ref::none();
  }
  for (int i = 0; i < object->frame->code->localsplusCount; ++i)
    replaceOwned(object->frame->slots[i], Value());
  return Ref::none();
}

void frameTraverse(Object *o, Visitor &v) {
  auto *object = static_cast<FrameObject *>(o);
  v.visitPointer(static_cast<Object *>(object->back));
  v.visit(object->trace);
  if (!object->ownsFrame || !object->frame) return;
  for (int i = 0; i < object->frame->code->localsplusCount; ++i) v.visit(object->frame->slots[i]);
  v.visit(object->frame->locals);
  v.visitPointer(object->frame->function);
}

void frameClear(Object *o) {
  auto *object = static_cast<FrameObject *>(o);
  FrameObject *back = std::exchange(object->back, nullptr);
  replaceOwned(object->trace, Value());
  if (object->ownsFrame && object->frame) {
    Frame *f = object->frame;
    int count = f->code->localsplusCount;
    for (int i = 0; i < count; ++i) replaceOwned(f->slots[i], Value());
    replaceOwned(f->locals, Value());
    if (object->refCount == 0) {
      Function *function = f->function;
      heap::deallocate(f, sizeof(Frame) + count * sizeof(Value));
      object->frame = nullptr;
      release(static_cast<Object *>(function));
    }
  } else if (object->frame && object->refCount == 0) {
    object->frame->object = nullptr; // the frame is still running
  }
  if (back) release(static_cast<Object *>(back));
}

// Together with the locals and the value stack, if it has them for itself.
Ref frameSizeOf(Thread &, const Value *args) {
  const FrameObject *object = self(args[0]);
  return makeInt(
      int64_t(sizeof(FrameObject) + (object->ownsFrame ? Frame::bytesFor(object->frame->code) : 0)));
}

NativeDef kFrameMethods[] = {
    {"clear", frameClearMethod, "!($self, /)", "F.clear(): clear most references held by the frame"},
    {"__sizeof__", frameSizeOf, "!($self, /)", "F.__sizeof__() -> size of F in memory, in bytes"},
};

const GetSetDef kFrameGetSets[] = {
    {"f_back", getBack, nullptr, nullptr},
    {"f_code", getCode, nullptr, nullptr},
    {"f_globals", getGlobals, nullptr, nullptr},
    {"f_builtins", getBuiltins, nullptr, nullptr},
    {"f_locals", getLocals, nullptr, nullptr},
    {"f_lineno", getLine, setLine, nullptr},
    {"f_lasti", getLasti, nullptr, nullptr},
    {"f_trace", getTrace, setTrace, nullptr},
    {"f_trace_lines", getTraceLines, setTraceLines, nullptr, true},
    {"f_trace_opcodes", getTraceOpcodes, setTraceOpcodes, nullptr, true},
};

// --- traceback
// -----------------------------------------------------------------------------------------------------

Ref tbNext(Thread &, Value v) {
  auto *next = v.as<Traceback>()->next;
  return next ? Ref::share(Value(static_cast<Object *>(next))) : Ref::none();
}
Status tbSetNext(Thread &t, Value v, Value value) {
  if (value.empty()) return raise(t, types::TypeError, "can't delete tb_next attribute");
  if (!value.isNone() && !isExactly(value, types::Traceback))
    return raise(t, types::TypeError, "expected traceback object, got '%'", typeName(value));
  Traceback *next = value.isNone() ? nullptr : value.as<Traceback>();
  for (Traceback *tb = next; tb; tb = tb->next)
    if (tb == v.object()) return raise(t, types::ValueError, "traceback loop detected");
  if (next) retain(static_cast<Object *>(next));
  replaceOwned(v.as<Traceback>()->next, next);
  return Status::ok();
}
Ref tbFrame(Thread &, Value v) { return Ref::share(Value(static_cast<Object *>(v.as<Traceback>()->frame))); }
Ref tbLine(Thread &, Value v) { return makeInt(int64_t(tracebackLine(v.as<Traceback>()))); }
Ref tbLasti(Thread &, Value v) { return makeInt(int64_t(v.as<Traceback>()->lasti)); }

// traceback(tb_next, tb_frame, tb_lasti, tb_lineno)
Ref tbNew(Thread &t, const Value *args) {
  if (!args[1].isNone() && !isExactly(args[1], types::Traceback))
    return raise(t, types::TypeError, "expected traceback object or None, got '%'", typeName(args[1]));
  if (!isExactly(args[2], types::Frame))
    return raise(t, types::TypeError, "TracebackType() argument 'tb_frame' must be frame, not %",
                 argumentTypeName(args[2]));
  int64_t lasti = TRY(indexInt64(t, args[3])), line = TRY(indexInt64(t, args[4]));
  auto *tb = heap::make<Traceback>(*args[0].as<Type>());
  tb->next = args[1].isNone() ? nullptr : ObjectRef<Traceback>::share(args[1].as<Traceback>()).release();
  tb->frame = ObjectRef<FrameObject>::share(args[2].as<FrameObject>()).release();
  tb->lasti = int(lasti);
  tb->knownLine = int(line);
  return Ref::take(Value(tb));
}

// The attributes alone, as CPython's does.
Ref tbDir(Thread &, const Value *) {
  ListRef names = newList();
  for (const char *name : {"tb_frame", "tb_next", "tb_lasti", "tb_lineno"})
    listAppend(names, internText(name));
  return names;
}

NativeDef kTracebackMethods[] = {
    {"__dir__", tbDir, "!($self, /)", nullptr},
    {"__new__", tbNew, "!@TracebackType($type, tb_next, tb_frame, tb_lasti, tb_lineno)",
     "Create and return a new object.  See help(type) for accurate signature."},
};

void tbTraverse(Object *o, Visitor &v) {
  v.visitPointer(static_cast<Object *>(static_cast<Traceback *>(o)->next));
  v.visitPointer(static_cast<Object *>(static_cast<Traceback *>(o)->frame));
}
void tbClear(Object *o) {
  auto *tb = static_cast<Traceback *>(o);
  if (tb->refCount == 0) replaceOwned<FrameObject>(tb->frame, nullptr);
  replaceOwned<Traceback>(tb->next, nullptr);
}

const GetSetDef kTracebackGetSets[] = {
    {"tb_next", tbNext, tbSetNext, nullptr},
    {"tb_frame", tbFrame, nullptr, nullptr, true},
    {"tb_lasti", tbLasti, nullptr, nullptr, true},
    {"tb_lineno", tbLine, nullptr, nullptr, true},
};

} // namespace

void coil::vm::setFrameTrace(FrameObject *object, Value function) {
  replaceOwned(object->trace, retained(function));
  if (!function.empty()) keepWithFrame(object);
}

const TypeSpec coil::vm::kFrameSpec = {
    .name = "frame",
    .size = sizeof(FrameObject),
    .flags = kTypeGc | kTypeNoInstantiate,
    .fillSlots = [](Slots &s) { s.repr = frameRepr; },
    .traverse = frameTraverse,
    .clear = frameClear,
    .methods = kFrameMethods,
    .getsets = kFrameGetSets,
    .own = kOwnGetAttr | kOwnSetAttr,
};

const TypeSpec coil::vm::kTracebackSpec = {
    .name = "traceback",
    .size = sizeof(Traceback),
    .flags = kTypeGc,
    .traverse = tbTraverse,
    .clear = tbClear,
    .methods = kTracebackMethods,
    .getsets = kTracebackGetSets,
    .doc = "TracebackType(tb_next, tb_frame, tb_lasti, tb_lineno)\n--\n\nCreate a new traceback object.",
};
