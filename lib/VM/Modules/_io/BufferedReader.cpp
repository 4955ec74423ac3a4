// _io.BufferedReader: reads ahead from a raw stream.
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
  CHECK(checkReadable(t, args[1]));
  CHECK(bufferedInit(t, self, args[1], size, true, false));
  return Ref::none();
}

const NativeDef kInit{"BufferedReader", init, "($self, raw, buffer_size=DEFAULT_BUFFER_SIZE)", nullptr};

NativeDef kMethods[] = {
    {"__new__", bufferedNew, "($type, *args, **kwargs)", "Make a new object of the class."},
    {"detach", bufferedDetach, "!($self, /)", nullptr},
    {"flush", bufferedSimpleFlush, "!($self, /)", nullptr},
    {"close", bufferedClose, "!($self, /)", nullptr},
    {"seekable", bufferedSeekableMethod, "!($self, /)", nullptr},
    {"readable", bufferedReadableMethod, "!($self, /)", nullptr},
    {"fileno", bufferedFileno, "!($self, /)", nullptr},
    {"isatty", bufferedIsatty, "!($self, /)", nullptr},
    {"_dealloc_warn", bufferedDeallocWarn, "!($self, source, /)", nullptr},
    {"read", bufferedReadMethod, "($self, size=-1, /)", nullptr},
    {"peek", bufferedPeek, "($self, size=0, /)", nullptr},
    {"read1", bufferedRead1Method, "($self, size=-1, /)", nullptr},
    {"readinto", bufferedReadinto, "($self, buffer, /)", nullptr},
    {"readinto1", bufferedReadinto1, "($self, buffer, /)", nullptr},
    {"readline", bufferedReadline, "($self, size=-1, /)", nullptr},
    {"seek", bufferedSeek, "($self, target, whence=0, /)", nullptr},
    {"tell", bufferedTell, "!($self, /)", nullptr},
    {"truncate", bufferedTruncate, "($self, pos=None, /)", nullptr},
    {"__sizeof__", bufferedSizeof, "!($self, /)", nullptr},
};

} // namespace

Type types::BufferedReader;

const TypeSpec coil::vm::kBufferedReaderSpec = {
    .name = "_io.BufferedReader",
    .size = sizeof(Buffered),
    .flags = kTypeBase,
    .fillSlots =
        [](Slots &s) {
          s.repr = bufferedRepr, s.next = bufferedNext;
          s.init = [](Thread &t, Value v, const CallArgs &args) { return callInit(t, kInit, v, args); };
        },
    .traverse = bufferedTraverse,
    .clear = bufferedClear,
    .methods = kMethods,
    .getsets = kBufferedGetSets,
    .doc = "A raw stream that is read through a buffer of buffer_size bytes.",
    .signature = "(raw, buffer_size=DEFAULT_BUFFER_SIZE)",
};
