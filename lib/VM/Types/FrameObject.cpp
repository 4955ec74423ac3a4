// frame and traceback.
#include "VM/Types/FrameObject.h"
#include "VM/Bind/Native.h"
#include "VM/Core/Audit.h"
#include "VM/Core/Names.h"
#include "VM/Exceptions/Exception.h"
#include "VM/Heap/Gc.h"
#include "VM/Interp/Instr.h"
#include "VM/Interp/Tracing.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Generator.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"
#include <cstring>

using namespace coil::vm;

ObjectRef<FrameObject> coil::vm::frameObjectOf(Frame *frame) {
  if (!frame->object || !frame->object->refCount) { // one without references waits to be destroyed
    auto *object = heap::make<FrameObject>(types::Frame);
    object->frame = frame;
    frame->object = object;
    return ObjectRef<FrameObject>::take(object);
  }
  return ObjectRef<FrameObject>::share(frame->object);
}

void coil::vm::detachFrameObject(Frame *frame) {
  if (!frame->object->refCount) {
    std::exchange(frame->object, nullptr)->frame = nullptr;
    return;
  }
  // The caller's object, made below, may start a collection, to which this one is garbage.
  auto object = ObjectRef<FrameObject>::share(std::exchange(frame->object, nullptr));
  size_t values = frame->code->localsplusCount;
  auto *copy = static_cast<Frame *>(heap::allocate(sizeof(Frame) + values * sizeof(Value)));
  std::memcpy(static_cast<void *>(copy), frame, sizeof(Frame) + values * sizeof(Value));
  copy->flags = kFrameDetached | (frame->flags & kFrameAtCaches);
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

namespace {

constexpr uint8_t kCellOrFree = coil::bytecode::kLocalCell | coil::bytecode::kLocalFree;

// A class body's free variables are no business of its namespace.
bool belongsToNamespace(const Code *code, int i) {
  bool optimized = code->codeFlags & coil::bytecode::CO_OPTIMIZED;
  return optimized || !(code->localKind(i) & coil::bytecode::kLocalFree);
}

// The cell that a local lives in; null for one that has none, or has none yet.
Cell *cellOf(Frame *frame, int i) {
  Value value = frame->slots[i];
  bool inCell = (frame->code->localKind(i) & kCellOrFree) && isExactly(value, types::Cell);
  return inCell ? value.as<Cell>() : nullptr;
}

Status updateLocals(Thread &t, Frame *frame) {
  const Code *code = frame->code;
  for (int i = 0; i < code->localsplusCount; ++i) {
    if (!belongsToNamespace(code, i)) continue;
    Cell *cell = cellOf(frame, i);
    Ref value = Ref::share(cell ? cell->value : frame->slots[i]);
    Ref keep = Ref::share(frame->locals);
    Value name = (*code->localsplusNames)[i];
    if (value)
      CHECK(setItem(t, keep, name, value));
    else if (!deleteItem(t, keep, name) && !catchPending(t, types::KeyError))
      return {};
  }
  return Status::ok();
}

} // namespace

Ref coil::vm::frameLocals(Thread &t, Frame *frame) {
  if (frame->locals.empty() && !(frame->code->codeFlags & coil::bytecode::CO_OPTIMIZED))
    return DictRef::share(frame->globals); // code for a namespace that is called as a function
  if (frame->locals.empty()) frame->locals = Value(static_cast<Object *>(newDict().release()));
  CHECK(updateLocals(t, frame));
  return Ref::share(frame->locals);
}

void coil::vm::storeFrameLocals(Thread &t, Frame *frame) {
  if (frame->locals.empty()) return;
  Ref saved = takePending(t);
  for (int i = 0; i < frame->code->localsplusCount; ++i) {
    if (!belongsToNamespace(frame->code, i)) continue;
    Ref value = getItem(t, frame->locals, (*frame->code->localsplusNames)[i]);
    if (!value) clearPending(t);
    Cell *cell = cellOf(frame, i);
    Value &place = cell ? cell->value : frame->slots[i];
    if (place.bits() != value.get().bits()) replaceOwned(place, value.release());
  }
  if (saved) (void)setPending(t, std::move(saved));
}

int coil::vm::tracebackLine(Traceback *traceback) {
  if (traceback->knownLine == kLineNotLookedUp)
    traceback->knownLine = lineAt(traceback->frame->frame->code, traceback->unit());
  return traceback->knownLine;
}

void coil::vm::addTraceback(Thread &t, Frame *frame, int unit) {
  auto *exception = t.pending.as<BaseExceptionObject>();
  auto *entry = heap::make<Traceback>(types::Traceback);
  entry->frame = frameObjectOf(frame).release();
  entry->lasti = unit * 2;
  entry->knownLine = kLineNotLookedUp;
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
Ref getCode(Thread &t, Value v) {
  CHECK(auditRead(t, v, "f_code"));
  return CodeRef::share(self(v)->frame->code);
}
Ref getGlobals(Thread &, Value v) { return DictRef::share(self(v)->frame->globals); }
Ref getBuiltins(Thread &, Value v) { return Ref::share(self(v)->frame->function->builtins); }
Ref getLocals(Thread &t, Value v) { return frameLocals(t, self(v)->frame); }
Ref getLine(Thread &, Value v) {
  int line = currentLine(self(v)->frame);
  return line < 0 ? Ref::none() : makeInt(int64_t(line));
}

// The frame calls a function whose frame CPython's loop runs along with it, and stands on the call's caches.
bool waitsAtCaches(Thread &t, const Frame *f) {
  if (f == t.frame || f->code->program->opOf(f->pc) != coil::bytecode::Op::CALL) return false;
  const Frame *callee = t.frame;
  while (callee && callee->back != f) callee = callee->back;
  return callee && !(callee->flags & (kFrameEntry | kFrameConstructor | kFrameGenerator));
}

Ref getLasti(Thread &t, Value v) {
  const Frame *f = self(v)->frame;
  if (!f->pc) return makeInt(int64_t(-1));
  int unit = f->unit();
  if (!self(v)->ownsFrame && waitsAtCaches(t, f))
    unit += coil::bytecode::kOpcodes311[uint8_t(coil::bytecode::Op::CALL)].caches;
  return makeInt(int64_t(unit) * 2);
}
Status setLine(Thread &t, Value v, Value line) {
  if (line.empty()) return raise(t, types::AttributeError, "cannot delete attribute");
  FrameObject *object = self(v);
  return setFrameLine(t, object->ownsFrame ? nullptr : object->frame, !object->trace.empty(), line);
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

// Clearing a generator's frame closes the generator.
Ref frameClearMethod(Thread &t, const Value *args) {
  FrameObject *object = self(args[0]);
  Generator *generator = object->ownsFrame ? nullptr : object->frame->generator;
  if (generator && generator->state != GeneratorState::Running) {
    Ref keep = Ref::share(Value(generator));
    finalizeGenerator(t, generator);
    return Ref::none();
  }
  if (!object->ownsFrame) return raise(t, types::RuntimeError, "cannot clear an executing frame");
  replaceOwned(object->trace, Value());
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
  } else if (object->frame && object->refCount == 0 && object->frame->object == object) {
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
    {"clear", frameClearMethod, "!($self, /)",
     "clear(): let go of the local variables; RuntimeError if the frame is running."},
    {"__sizeof__", frameSizeOf, "!($self, /)", "__sizeof__(): the bytes of memory the frame occupies."},
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
Ref tbFrame(Thread &t, Value v) {
  CHECK(auditRead(t, v, "tb_frame"));
  return Ref::share(Value(static_cast<Object *>(v.as<Traceback>()->frame)));
}
Ref tbLine(Thread &, Value v) { return makeInt(int64_t(tracebackLine(v.as<Traceback>()))); }
Ref tbLasti(Thread &, Value v) { return makeInt(int64_t(v.as<Traceback>()->lasti)); }

// traceback(tb_next, tb_frame, tb_lasti, tb_lineno)
Ref tbNew(Thread &t, const Value *args) {
  if (!args[1].isNone() && !isExactly(args[1], types::Traceback))
    return raise(t, types::TypeError, "expected traceback object or None, got '%'", typeName(args[1]));
  if (!isExactly(args[2], types::Frame))
    return raise(t, types::TypeError, "TracebackType() argument 'tb_frame' must be frame, not %",
                 argumentTypeName(args[2]));
  int lasti = TRY(asCInt(t, args[3])), line = TRY(asCInt(t, args[4]));
  auto *tb = heap::make<Traceback>(*args[0].as<Type>());
  tb->next = args[1].isNone() ? nullptr : ObjectRef<Traceback>::share(args[1].as<Traceback>()).release();
  tb->frame = ObjectRef<FrameObject>::share(args[2].as<FrameObject>()).release();
  tb->lasti = lasti;
  tb->knownLine = line;
  return Ref::take(Value(tb));
}

Ref tbDir(Thread &, const Value *) {
  Ref names = newList();
  for (const char *name : {"tb_frame", "tb_next", "tb_lasti", "tb_lineno"})
    listAppend(names.as<List>(), internText(name));
  return names;
}

NativeDef kTracebackMethods[] = {
    {"__dir__", tbDir, "!($self, /)", nullptr},
    {"__new__", tbNew, "!@TracebackType($type, tb_next, tb_frame, tb_lasti, tb_lineno)",
     "Make a new object of the class."},
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
    .doc = "One entry of a traceback: the frame, its place in it, and the entry below.",
};
