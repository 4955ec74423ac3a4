// _io.BufferedWriter: collects what is written to a raw stream.
#include "VM/Modules/_io/Buffered.h"
#include "VM/Types/Int/Int.h"

using namespace coil::vm;
using namespace coil::vm::io;

namespace {

// raw, buffer_size
Ref init(Thread &t, const Value *args) {
  auto *self = args[0].as<Buffered>();
  int64_t size = args[2].empty() ? kDefaultBufferSize : TRY(asInt64(t, args[2]));
  self->ok = self->detached = false;
  CHECK(checkWritable(t, args[1]));
  CHECK(bufferedInit(t, self, args[1], size, false, true));
  return Ref::none();
}

const NativeDef kInit{"BufferedWriter", init, "($self, raw, buffer_size=DEFAULT_BUFFER_SIZE)", nullptr};

NativeDef kMethods[] = {
    {"__new__", bufferedNew, "($type, *args, **kwargs)", "Make a new object of the class."},
    {"close", bufferedClose, "!($self, /)", nullptr},
    {"detach", bufferedDetach, "!($self, /)", nullptr},
    {"seekable", bufferedSeekableMethod, "!($self, /)", nullptr},
    {"writable", bufferedWritableMethod, "!($self, /)", nullptr},
    {"fileno", bufferedFileno, "!($self, /)", nullptr},
    {"isatty", bufferedIsatty, "!($self, /)", nullptr},
    {"_dealloc_warn", bufferedDeallocWarn, "!($self, source, /)", nullptr},
    {"write", bufferedWriteMethod, "($self, buffer, /)", nullptr},
    {"truncate", bufferedTruncate, "($self, pos=None, /)", nullptr},
    {"flush", bufferedFlushMethod, "!($self, /)", nullptr},
    {"seek", bufferedSeek, "($self, target, whence=0, /)", nullptr},
    {"tell", bufferedTell, "!($self, /)", nullptr},
    {"__sizeof__", bufferedSizeof, "!($self, /)", nullptr},
};

} // namespace

Type types::BufferedWriter;

const TypeSpec coil::vm::kBufferedWriterSpec = {
    .name = "_io.BufferedWriter",
    .size = sizeof(Buffered),
    .flags = kTypeBase,
    .fillSlots =
        [](Slots &s) {
          s.repr = bufferedRepr;
          s.init = [](Thread &t, Value v, const CallArgs &args) { return callInit(t, kInit, v, args); };
        },
    .traverse = bufferedTraverse,
    .clear = bufferedClear,
    .methods = kMethods,
    .getsets = kBufferedGetSets,
    .doc = "A raw stream that is written through a buffer of buffer_size bytes.",
    .signature = "(raw, buffer_size=DEFAULT_BUFFER_SIZE)",
};
