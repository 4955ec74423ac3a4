// _io.BufferedRWPair: a reader and a writer, over two raw streams, that look like one stream.
#include "VM/Core/Names.h"
#include "VM/Modules/_io/IO.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Tuple.h"

using namespace coil::vm;
using namespace coil::vm::io;

namespace {

struct BufferedRWPair : IOBase {
  Value reader, writer; // owned; empty before __init__
};
BufferedRWPair *self(Value v) { return v.as<BufferedRWPair>(); }

Ref pairNew(Thread &, Value, const CallArgs &args) {
  return Ref::take(Value(newInstance<BufferedRWPair>(args)));
}

// reader, writer, buffer_size
Ref init(Thread &t, const Value *args) {
  int64_t size = args[3].empty() ? kDefaultBufferSize : TRY(asInt64(t, args[3]));
  CHECK(checkReadable(t, args[1]));
  CHECK(checkWritable(t, args[2]));
  Ref number = makeInt(size);
  Ref reader = TRY(call(t, Value(&types::BufferedReader), {args[1], number.get()}));
  replaceOwned(self(args[0])->reader, reader.release());
  Ref writer = call(t, Value(&types::BufferedWriter), {args[2], number.get()});
  if (!writer) {
    replaceOwned(self(args[0])->reader, Value());
    return {};
  }
  replaceOwned(self(args[0])->writer, writer.release());
  return Ref::none();
}
const NativeDef kInit{"BufferedRWPair", init, "($self, reader, writer, buffer_size=DEFAULT_BUFFER_SIZE, /)",
                      nullptr};

Ref forward(Thread &t, Value half, Str *method, Value args = Value()) {
  if (half.empty()) return raise(t, types::ValueError, "I/O operation on uninitialized object");
  Ref keep = Ref::share(half);
  return callMethod(t, half, method, args.empty() ? llvm::ArrayRef<Value>() : args.as<Tuple>()->values());
}

Ref pairRead(Thread &t, const Value *args) { return forward(t, self(args[0])->reader, names::read, args[1]); }
Ref pairPeek(Thread &t, const Value *args) { return forward(t, self(args[0])->reader, names::peek, args[1]); }
Ref pairRead1(Thread &t, const Value *args) {
  return forward(t, self(args[0])->reader, names::read1, args[1]);
}
Ref pairReadinto(Thread &t, const Value *args) {
  return forward(t, self(args[0])->reader, names::readinto, args[1]);
}
Ref pairReadinto1(Thread &t, const Value *args) {
  return forward(t, self(args[0])->reader, names::readinto1, args[1]);
}
Ref pairWrite(Thread &t, const Value *args) {
  return forward(t, self(args[0])->writer, names::write, args[1]);
}
Ref pairFlush(Thread &t, const Value *args) { return forward(t, self(args[0])->writer, names::flush); }
Ref pairReadable(Thread &t, const Value *args) { return forward(t, self(args[0])->reader, names::readable); }
Ref pairWritable(Thread &t, const Value *args) { return forward(t, self(args[0])->writer, names::writable); }

Ref pairClose(Thread &t, const Value *args) {
  (void)!forward(t, self(args[0])->writer, names::close);
  Ref error = takePending(t);
  Ref closed = forward(t, self(args[0])->reader, names::close);
  CHECK(chainPending(t, std::move(error)));
  return closed;
}

Ref pairIsatty(Thread &t, const Value *args) {
  Ref writer = TRY(forward(t, self(args[0])->writer, names::isatty));
  if (!writer->isFalse()) return writer;
  return forward(t, self(args[0])->reader, names::isatty);
}

Ref getClosed(Thread &t, Value v) {
  if (self(v)->writer.empty())
    return raise(t, types::RuntimeError, "the BufferedRWPair object is being garbage-collected");
  return getAttr(t, self(v)->writer, names::closed);
}

NativeDef kMethods[] = {
    {"__new__", pairNew, "($type, *args, **kwargs)", "Make a new object of the class."},
    {"read", pairRead, "!v($self, *args)", nullptr},
    {"peek", pairPeek, "!v($self, *args)", nullptr},
    {"read1", pairRead1, "!v($self, *args)", nullptr},
    {"readinto", pairReadinto, "!($self, *args)", nullptr},
    {"readinto1", pairReadinto1, "!($self, *args)", nullptr},
    {"write", pairWrite, "!v($self, *args)", nullptr},
    {"flush", pairFlush, "!($self, /)", nullptr},
    {"readable", pairReadable, "!($self, /)", nullptr},
    {"writable", pairWritable, "!($self, /)", nullptr},
    {"close", pairClose, "!($self, /)", nullptr},
    {"isatty", pairIsatty, "!($self, /)", nullptr},
};
const GetSetDef kGetSets[] = {{"closed", getClosed, nullptr, nullptr}};

} // namespace

Type types::BufferedRWPair;

const TypeSpec coil::vm::kBufferedRWPairSpec = {
    .name = "_io.BufferedRWPair",
    .size = sizeof(BufferedRWPair),
    .flags = kTypeBase,
    .fillSlots =
        [](Slots &s) {
          s.init = [](Thread &t, Value v, const CallArgs &args) { return callInit(t, kInit, v, args); };
        },
    .traverse =
        [](Object *o, Visitor &visitor) {
          ioTraverse(o, visitor);
          visitor.visit(static_cast<BufferedRWPair *>(o)->reader);
          visitor.visit(static_cast<BufferedRWPair *>(o)->writer);
        },
    .clear =
        [](Object *o) {
          replaceOwned(static_cast<BufferedRWPair *>(o)->reader, Value());
          replaceOwned(static_cast<BufferedRWPair *>(o)->writer, Value());
          ioClear(o);
        },
    .methods = kMethods,
    .getsets = kGetSets,
    .doc = "Two raw streams, one read and one written, joined in one object, as for a pipe in each\n"
           "direction. It cannot seek. buffer_size is that of each of the two buffers.",
    .signature = "(reader, writer, buffer_size=DEFAULT_BUFFER_SIZE, /)",
};
