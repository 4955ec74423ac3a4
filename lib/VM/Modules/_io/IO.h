// The types of _io, and what they share.
#pragma once

#include "VM/Bind/Native.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Bytes.h"
#include "VM/Types/Dict/Dict.h"

namespace coil::vm {

namespace types {
extern vm::Type IOBase, RawIOBase, BufferedIOBase, TextIOBase, FileIO, BytesIO, BufferedReader,
    BufferedWriter, BufferedRWPair, BufferedRandom, IncrementalNewlineDecoder, StringIO, TextIOWrapper,
    BytesIOBuffer, RawMemory;
} // namespace types

extern const TypeSpec kIOBaseSpec, kRawIOBaseSpec, kBufferedIOBaseSpec, kTextIOBaseSpec, kFileIOSpec,
    kBytesIOSpec, kBufferedReaderSpec, kBufferedWriterSpec, kBufferedRWPairSpec, kBufferedRandomSpec,
    kIncrementalNewlineDecoderSpec, kStringIOSpec, kTextIOWrapperSpec, kBytesIOBufferSpec, kRawMemorySpec;

// What every instance of _IOBase begins with.
struct IOBase : Object {
  Dict *dict; // attributes; may be null
};
void ioTraverse(Object *o, Visitor &visitor);
void ioClear(Object *o);

namespace io {

inline constexpr int64_t kDefaultBufferSize = 8192;

// io.UnsupportedOperation, which is an OSError and a ValueError.
Type *unsupportedOperation();
Failure raiseUnsupported(Thread &t, const char *what);

// The pending exception is an InterruptedError that was given no chance to be seen: clears it, for the
// caller to try again.
bool trapInterrupted(Thread &t);
// Raises after `first`, which was taken from the thread and may be empty, became the context of what is
// pending now; `first` alone is raised again as it was. Ok if there is neither.
Status chainPending(Thread &t, Ref first);

// The truth of stream.closed.
Result<bool> isClosed(Thread &t, Value stream);
// "I/O operation on closed file."
Status checkClosed(Thread &t, Value stream);
// stream.readable() and the like must be True: "File or stream is not readable."
Status checkAble(Thread &t, Value stream, Str *method, const char *message);
Status checkReadable(Thread &t, Value stream);
Status checkWritable(Thread &t, Value stream);
Status checkSeekable(Thread &t, Value stream);

// An argument that is a size: None means `ifNone`.
Result<int64_t> sizeArgument(Thread &t, Value v, int64_t ifNone = -1);
// An index, as it is where it fits, else `overflow` is raised.
Result<int64_t> indexOr(Thread &t, Value v, Type &overflow);
// The same for a place in a file, with its own ValueError.
Result<int64_t> offsetArgument(Thread &t, Value v);
// A C int.
Result<int> intArgument(Thread &t, Value v);

// A new instance of the type that __new__ got, zeroed.
template <class T> T *newInstance(const CallArgs &args) {
  return static_cast<T *>(heap::allocateObject(*args.values[0].as<Type>()));
}
// Binds the arguments of an __init__ and calls it; the signature's name is the one in messages.
Status callInit(Thread &t, const NativeDef &def, Value self, const CallArgs &args);

// repr(stream.name), empty if it has none; `ignored` is what may go wrong with looking it up.
Result<std::string> reprOfName(Thread &t, Value stream, const Type &ignored);
// "reentrant call inside _io.FileIO.__repr__"
Failure raiseReentrantRepr(Thread &t, Value stream);

// "unclosed file <...>" with the outermost stream, unless the warning is filtered out; made an error, it is
// reported as one of `file`.
void warnUnclosed(Thread &t, Value source, Value file);

// EncodingWarning, under -X warn_default_encoding.
Status warnUnnamedEncoding(Thread &t, int stackLevel = 1);

// open() with its arguments taken apart; encoding, errors, newline and opener may be None.
Ref open(Thread &t, Value file, llvm::StringRef mode, int buffering, Value encoding, Value errors,
         Value newline, bool closefd, Value opener);
// The text encoding of the locale: "utf-8" in UTF-8 mode.
StrRef localeEncoding();

} // namespace io
} // namespace coil::vm
