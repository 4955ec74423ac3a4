// zlib: the library's streams.
#include "VM/Core/Runtime.h"
#include "VM/Modules/Modules.h"
#include "VM/Protocol/Buffer.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Bytes.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Str/TextArguments.h"
#include <zlib.h>

using namespace coil::vm;

namespace {

Type compressType, decompressType;
Type *errorType = nullptr; // zlib.error; owned

constexpr int kBufferSize = 16384, kMemoryLevel = 8;

using Output = llvm::SmallVector<uint8_t, 0>;

Failure raiseZlib(Thread &t, const z_stream &stream, int code, const char *doing) {
  const char *what = code == Z_VERSION_ERROR ? "library version mismatch" : stream.msg;
  if (!what) {
    if (code == Z_BUF_ERROR) what = "incomplete or truncated stream";
    if (code == Z_STREAM_ERROR) what = "inconsistent stream state";
    if (code == Z_DATA_ERROR) what = "invalid input data";
  }
  if (!what) return raise(t, *errorType, "Error % %", code, doing);
  return raise(t, *errorType, "Error % %: %", code, doing, what);
}

Failure raiseMemory(Thread &t, const char *message) { return raise(t, types::MemoryError, message); }

// Input of any size for a stream, which counts in 32 bits.
struct Input {
  llvm::ArrayRef<uint8_t> rest;

  void feed(z_stream &stream) {
    auto size = uInt(std::min<size_t>(rest.size(), UINT_MAX));
    stream.next_in = const_cast<Bytef *>(rest.data());
    stream.avail_in = size;
    rest = rest.drop_front(size);
  }
};

// Room for more output behind `out`; at most up to `limit` bytes in all (0: no limit). False: the limit is
// reached.
bool makeRoom(z_stream &stream, Output &out, size_t &used, size_t limit, size_t first) {
  size_t size = out.empty() ? first : out.size() * 2;
  if (limit) size = std::min(size, limit);
  if (size <= out.size()) return false;
  used = out.size();
  out.resize_for_overwrite(size);
  stream.next_out = out.data() + used;
  stream.avail_out = uInt(std::min<size_t>(size - used, UINT_MAX));
  out.truncate(used + stream.avail_out);
  return true;
}

void trim(const z_stream &stream, Output &out) { out.truncate(out.size() - stream.avail_out); }

// Deflates all of the input; the last return code.
int deflateAll(z_stream &stream, llvm::ArrayRef<uint8_t> bytes, int mode, Output &out) {
  Input input{bytes};
  int code = Z_OK;
  size_t used;
  stream.avail_out = 0;
  do {
    input.feed(stream);
    int flush = input.rest.empty() ? mode : Z_NO_FLUSH;
    do {
      if (stream.avail_out == 0) makeRoom(stream, out, used, 0, kBufferSize);
      code = ::deflate(&stream, flush);
      if (code == Z_STREAM_ERROR) return trim(stream, out), code;
    } while (stream.avail_out == 0);
  } while (!input.rest.empty());
  trim(stream, out);
  return code;
}

// --- all at once

Ref zlibCompress(Thread &t, const Value *args) {
  Buffer data;
  CHECK(data.open(t, args[0]));
  int level = args[1].empty() ? Z_DEFAULT_COMPRESSION : TRY(intArgument(t, args[1]));
  int wbits = args[2].empty() ? MAX_WBITS : TRY(intArgument(t, args[2]));
  z_stream stream{};
  int code = ::deflateInit2(&stream, level, Z_DEFLATED, wbits, kMemoryLevel, Z_DEFAULT_STRATEGY);
  if (code == Z_MEM_ERROR) return raiseMemory(t, "Out of memory while compressing data");
  if (code == Z_STREAM_ERROR) return raise(t, *errorType, "Bad compression level");
  if (code != Z_OK) return raiseZlib(t, stream, code, "while compressing data");
  Output out;
  code = deflateAll(stream, data.bytes(), Z_FINISH, out);
  ::deflateEnd(&stream);
  if (code != Z_STREAM_END) return raiseZlib(t, stream, code, "while compressing data");
  return makeBytes(out);
}

Ref zlibDecompress(Thread &t, const Value *args) {
  Buffer data;
  CHECK(data.open(t, args[0]));
  int wbits = args[1].empty() ? MAX_WBITS : TRY(intArgument(t, args[1]));
  int64_t first = args[2].empty() ? kBufferSize : TRY(sizeArgument(t, args[2]));
  if (first < 0) return raise(t, types::ValueError, "bufsize must be non-negative");
  z_stream stream{};
  int code = ::inflateInit2(&stream, wbits);
  if (code == Z_MEM_ERROR) return raiseMemory(t, "Out of memory while decompressing data");
  if (code != Z_OK) return raiseZlib(t, stream, code, "while preparing to decompress data");
  Output out;
  Input input{data.bytes()};
  size_t used;
  do {
    input.feed(stream);
    do {
      if (stream.avail_out == 0) makeRoom(stream, out, used, 0, size_t(std::max<int64_t>(first, 1)));
      code = ::inflate(&stream, input.rest.empty() ? Z_FINISH : Z_NO_FLUSH);
      if (code == Z_OK || code == Z_BUF_ERROR || code == Z_STREAM_END) continue;
      ::inflateEnd(&stream);
      if (code == Z_MEM_ERROR) return raiseMemory(t, "Out of memory while decompressing data");
      return raiseZlib(t, stream, code, "while decompressing data");
    } while (stream.avail_out == 0);
  } while (code != Z_STREAM_END && !input.rest.empty());
  trim(stream, out);
  ::inflateEnd(&stream);
  if (code != Z_STREAM_END) return raiseZlib(t, stream, code, "while decompressing data");
  return makeBytes(out);
}

// The lowest 32 bits of any int.
Result<uint32_t> maskedInt(Thread &t, Value v) {
  Ref number = TRY(index(t, v));
  IntView view(number);
  uint64_t low = view.size() ? view.limbs()[0] : 0;
  return uint32_t(view.negative() ? 0 - low : low);
}

template <uLong (*kSum)(uLong, const Bytef *, z_size_t)> Ref checksum(Thread &t, const Value *args) {
  Buffer data;
  CHECK(data.open(t, args[0]));
  uint32_t start = TRY(maskedInt(t, args[1]));
  static const Bytef kNothing = 0;
  return makeInt(int64_t(kSum(start, data.data() ? data.data() : &kNothing, z_size_t(data.size()))));
}

// --- stream objects

// Compress and Decompress.
struct Stream : Object {
  z_stream z;
  bool open, eof;
  Value dictionary;             // owned; or empty
  Value unusedData, unconsumed; // owned; bytes, of a Decompress
};

Stream *self(const Value *args) { return args[0].as<Stream>(); }

ObjectRef<Stream> newStream(Type &type) {
  auto s = ObjectRef<Stream>::take(heap::make<Stream>(type));
  s->unusedData = Ref(newBytes(0)).release();
  s->unconsumed = Ref(newBytes(0)).release();
  return s;
}

// compressobj(level=-1, method=DEFLATED, wbits=15, memLevel=8, strategy=0, zdict=None)
Ref zlibCompressobj(Thread &t, const Value *args) {
  int numbers[5] = {Z_DEFAULT_COMPRESSION, Z_DEFLATED, MAX_WBITS, kMemoryLevel, Z_DEFAULT_STRATEGY};
  for (int i = 0; i < 5; ++i)
    if (!args[i].empty()) numbers[i] = TRY(intArgument(t, args[i]));
  Buffer dictionary;
  bool hasDictionary = !args[5].empty() && !args[5].isNone();
  if (hasDictionary) CHECK(dictionary.open(t, args[5]));
  auto s = newStream(compressType);
  int code = ::deflateInit2(&s->z, numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]);
  if (code == Z_MEM_ERROR) return raiseMemory(t, "Can't allocate memory for compression object");
  if (code == Z_STREAM_ERROR) return raise(t, types::ValueError, "Invalid initialization option");
  if (code != Z_OK) return raiseZlib(t, s->z, code, "while creating compression object");
  s->open = true;
  if (!hasDictionary) return s;
  code = ::deflateSetDictionary(&s->z, dictionary.data(), uInt(dictionary.size()));
  if (code == Z_STREAM_ERROR) return raise(t, types::ValueError, "Invalid dictionary");
  if (code != Z_OK) return raise(t, types::ValueError, "deflateSetDictionary()");
  return s;
}

Ref compressCompress(Thread &t, const Value *args) {
  Buffer data;
  CHECK(data.open(t, args[1]));
  Output out;
  int code = deflateAll(self(args)->z, data.bytes(), Z_NO_FLUSH, out);
  if (code == Z_STREAM_ERROR) return raiseZlib(t, self(args)->z, code, "while compressing data");
  return makeBytes(out);
}

Ref compressFlush(Thread &t, const Value *args) {
  int mode = args[1].empty() ? Z_FINISH : TRY(intArgument(t, args[1]));
  if (mode == Z_NO_FLUSH) return newBytes(0);
  Stream *s = self(args);
  Output out;
  int code = deflateAll(s->z, {}, mode, out);
  if (code == Z_STREAM_ERROR) return raiseZlib(t, s->z, code, "while flushing");
  if (code == Z_STREAM_END && mode == Z_FINISH) {
    s->open = false;
    code = ::deflateEnd(&s->z);
    if (code != Z_OK) return raiseZlib(t, s->z, code, "while finishing compression");
  } else if (code != Z_OK && code != Z_BUF_ERROR) {
    return raiseZlib(t, s->z, code, "while flushing");
  }
  return makeBytes(out);
}

template <int (*kCopy)(z_stream *, z_stream *)> Ref streamCopy(Thread &t, const Value *args) {
  Stream *s = self(args);
  auto copy = newStream(*s->type);
  int code = kCopy(&copy->z, &s->z);
  if (code == Z_STREAM_ERROR) return raise(t, types::ValueError, "Inconsistent stream state");
  if (code == Z_MEM_ERROR) return raiseMemory(t, "Can't allocate memory for compression object");
  if (code != Z_OK) return raiseZlib(t, s->z, code, "while copying compression object");
  copy->open = true;
  copy->eof = s->eof;
  replaceOwned(copy->dictionary, retained(s->dictionary));
  replaceOwned(copy->unusedData, retained(s->unusedData));
  replaceOwned(copy->unconsumed, retained(s->unconsumed));
  return copy;
}

// --- decompression

Status setDictionary(Thread &t, Stream *s) {
  Buffer dictionary;
  TRY(dictionary.open(t, s->dictionary));
  int code = ::inflateSetDictionary(&s->z, dictionary.data(), uInt(dictionary.size()));
  if (code != Z_OK) return raiseZlib(t, s->z, code, "while setting zdict");
  return Status::ok();
}

// decompressobj(wbits=15, zdict=b'')
Ref zlibDecompressobj(Thread &t, const Value *args) {
  int wbits = args[0].empty() ? MAX_WBITS : TRY(intArgument(t, args[0]));
  if (!args[1].empty() && !exportsBuffer(args[1]))
    return raise(t, types::TypeError, "zdict argument must support the buffer protocol");
  auto s = newStream(decompressType);
  if (!args[1].empty()) s->dictionary = retained(args[1]);
  int code = ::inflateInit2(&s->z, wbits);
  if (code == Z_STREAM_ERROR) return raise(t, types::ValueError, "Invalid initialization option");
  if (code == Z_MEM_ERROR) return raiseMemory(t, "Can't allocate memory for decompression object");
  if (code != Z_OK) return raiseZlib(t, s->z, code, "while creating decompression object");
  s->open = true;
  if (!s->dictionary.empty() && wbits < 0) CHECK(setDictionary(t, s)); // a raw stream does not ask for it
  return s;
}

// What of the input was not used: behind the stream's end, or beyond the limit of the output.
void saveRest(Stream *s, llvm::ArrayRef<uint8_t> rest, int code) {
  if (code == Z_STREAM_END && !rest.empty()) {
    llvm::ArrayRef<uint8_t> old = s->unusedData.as<Bytes>()->bytes();
    BytesRef all = newBytes(int64_t(old.size() + rest.size()));
    std::copy(old.begin(), old.end(), all->data);
    std::copy(rest.begin(), rest.end(), all->data + old.size());
    replaceOwned(s->unusedData, Ref(std::move(all)).release());
  }
  bool keeps = code != Z_STREAM_END && !rest.empty();
  if (keeps || s->unconsumed.as<Bytes>()->length) replaceOwned(s->unconsumed, Ref(makeBytes(rest)).release());
}

// Inflates up to `limit` bytes (0: no limit); `code` is the last return code.
Status inflateAll(Thread &t, Stream *s, llvm::ArrayRef<uint8_t> bytes, size_t limit, size_t first,
                  bool finish, Output &out, int &code) {
  Input input{bytes};
  size_t used;
  s->z.avail_out = 0;
  do {
    input.feed(s->z);
    for (;;) {
      if (s->z.avail_out == 0 && !makeRoom(s->z, out, used, limit, first)) break;
      code = ::inflate(&s->z, finish ? input.rest.empty() ? Z_FINISH : Z_NO_FLUSH : Z_SYNC_FLUSH);
      if (code == Z_NEED_DICT && !s->dictionary.empty()) {
        TRY(setDictionary(t, s));
        continue;
      }
      if (code != Z_OK && code != Z_BUF_ERROR) break;
      if (s->z.avail_out != 0) break;
    }
  } while (code != Z_STREAM_END && (code == Z_OK || code == Z_BUF_ERROR) && s->z.avail_out != 0 &&
           !input.rest.empty());
  trim(s->z, out);
  saveRest(s, bytes.drop_front(bytes.size() - input.rest.size() - s->z.avail_in), code);
  if (code == Z_STREAM_END) s->eof = true;
  return Status::ok();
}

// decompress(data, /, max_length=0)
Ref decompressDecompress(Thread &t, const Value *args) {
  Buffer data;
  CHECK(data.open(t, args[1]));
  int64_t limit = TRY(sizeArgument(t, args[2]));
  if (limit < 0) return raise(t, types::ValueError, "max_length must be non-negative");
  Stream *s = self(args);
  Output out;
  int code = Z_OK;
  CHECK(inflateAll(t, s, data.bytes(), size_t(limit), kBufferSize, false, out, code));
  if (code != Z_STREAM_END && code != Z_OK && code != Z_BUF_ERROR)
    return raiseZlib(t, s->z, code, "while decompressing data");
  return makeBytes(out);
}

// flush(length=16384): what is left.
Ref decompressFlush(Thread &t, const Value *args) {
  int64_t first = args[1].empty() ? kBufferSize : TRY(sizeArgument(t, args[1]));
  if (first <= 0) return raise(t, types::ValueError, "length must be greater than zero");
  Stream *s = self(args);
  Ref rest = Ref::share(s->unconsumed);
  Output out;
  int code = Z_OK;
  CHECK(inflateAll(t, s, rest.as<Bytes>()->bytes(), 0, size_t(first), true, out, code));
  if (code == Z_STREAM_END) {
    s->open = false;
    code = ::inflateEnd(&s->z);
    if (code != Z_OK) return raiseZlib(t, s->z, code, "while finishing decompression");
  }
  return makeBytes(out);
}

Ref streamUnused(Thread &, Value v) { return Ref::share(v.as<Stream>()->unusedData); }
Ref streamUnconsumed(Thread &, Value v) { return Ref::share(v.as<Stream>()->unconsumed); }
Ref streamEof(Thread &, Value v) { return Ref::boolean(v.as<Stream>()->eof); }

template <int (*kEnd)(z_stream *)> void clearStream(Object *o) {
  auto *s = static_cast<Stream *>(o);
  if (std::exchange(s->open, false)) kEnd(&s->z);
  for (Value *v : {&s->dictionary, &s->unusedData, &s->unconsumed}) replaceOwned(*v, Value());
}

NativeDef kCompressMethods[] = {
    {"compress", compressCompress, "($self, data, /)",
     "Take data in, and return the compressed bytes that are ready so far."},
    {"flush", compressFlush, "($self, mode=zlib.Z_FINISH, /)",
     "Return the compressed bytes that are not returned yet. mode is Z_FINISH (that was all,\n"
     "nothing can follow), Z_SYNC_FLUSH or Z_FULL_FLUSH (data may follow)."},
    {"copy", streamCopy<::deflateCopy>, "($self, /)", "A second compressor in the same state."},
    {"__copy__", streamCopy<::deflateCopy>, "($self, /)", nullptr},
    {"__deepcopy__", streamCopy<::deflateCopy>, "($self, memo, /)", nullptr},
};

NativeDef kDecompressMethods[] = {
    {"decompress", decompressDecompress, "($self, data, /, max_length=0)",
     "Take compressed data in, and return the bytes that are ready, at most max_length unless\n"
     "that is 0. What is left over then is kept in unconsumed_tail and has to be passed in\n"
     "again; what is behind the end of the stream is kept in unused_data."},
    {"flush", decompressFlush, "($self, length=zlib.DEF_BUF_SIZE, /)",
     "Return all bytes that are not returned yet. length is the size of the buffer to start with."},
    {"copy", streamCopy<::inflateCopy>, "($self, /)", "A second decompressor in the same state."},
    {"__copy__", streamCopy<::inflateCopy>, "($self, /)", nullptr},
    {"__deepcopy__", streamCopy<::inflateCopy>, "($self, memo, /)", nullptr},
};

const GetSetDef kDecompressGetSets[] = {{"unused_data", streamUnused, nullptr, nullptr, true},
                                        {"unconsumed_tail", streamUnconsumed, nullptr, nullptr, true},
                                        {"eof", streamEof, nullptr, nullptr, true}};

const TypeSpec kCompressSpec = {
    .name = "zlib.Compress",
    .size = sizeof(Stream),
    .flags = kTypeNoInstantiate,
    .clear = clearStream<::deflateEnd>,
    .methods = kCompressMethods,
    .heapType = true,
};

const TypeSpec kDecompressSpec = {
    .name = "zlib.Decompress",
    .size = sizeof(Stream),
    .flags = kTypeNoInstantiate,
    .clear = clearStream<::inflateEnd>,
    .methods = kDecompressMethods,
    .getsets = kDecompressGetSets,
    .heapType = true,
};

NativeDef kFunctions[] = {
    {"adler32", checksum<::adler32_z>, "($module, data, value=1, /)",
     "The Adler-32 checksum of data, going on from value."},
    {"compress", zlibCompress, "($module, data, /, level=Z_DEFAULT_COMPRESSION, wbits=MAX_WBITS)",
     "Compress data. level is 0 (not at all) to 9 (best), -1 means 6. wbits is the size of the\n"
     "window, 9 to 15, and the format: as it is for zlib's own, negative for none, plus 16 for\n"
     "gzip's."},
    {"compressobj", zlibCompressobj,
     "($module, /, level=Z_DEFAULT_COMPRESSION, method=DEFLATED,\n            wbits=MAX_WBITS, memLev"
     "el=DEF_MEM_LEVEL,\n            strategy=Z_DEFAULT_STRATEGY, zdict=None)",
     "An object that compresses data piece by piece.\n"
     "\n"
     "level     0 (not at all) to 9 (best), -1 means 6\n"
     "method    DEFLATED\n"
     "wbits     size of the window, 9 to 15, and format: as it is for zlib's own, negative\n"
     "          for none, plus 16 for gzip's\n"
     "memLevel  1 (little memory) to 9 (fast)\n"
     "strategy  one of the constants Z_DEFAULT_STRATEGY, Z_FILTERED, Z_HUFFMAN_ONLY ...\n"
     "zdict     bytes that the data is expected to contain, the commonest at the end"},
    {"crc32", checksum<::crc32_z>, "($module, data, value=0, /)",
     "The CRC-32 checksum of data, going on from value."},
    {"decompress", zlibDecompress, "($module, data, /, wbits=MAX_WBITS, bufsize=DEF_BUF_SIZE)",
     "Decompress data; error if it is malformed or incomplete. wbits says which format it is\n"
     "in, as for compress(), or plus 32 for zlib's or gzip's. bufsize is the size of the\n"
     "buffer to start with."},
    {"decompressobj", zlibDecompressobj, "($module, /, wbits=MAX_WBITS, zdict=b'')",
     "An object that decompresses data piece by piece. wbits says which format it is in, as\n"
     "for compress(), or plus 32 for zlib's or gzip's. zdict is what the compressor was given."},
};

const ModuleType kTypes[] = {{compressType, kCompressSpec, types::Object, false},
                             {decompressType, kDecompressSpec, types::Object, false}};

Status populate(Thread &t, Module *module) {
  auto set = [&](const char *name, Value v) { dictSetStr(module->dict, internText(name), v); };
  CHECK(addException(t, module, errorType, "zlib.error", types::Exception));
  set("DEFLATED", Value::smallInt(8));
  set("DEF_BUF_SIZE", Value::smallInt(16384));
  set("DEF_MEM_LEVEL", Value::smallInt(8));
  set("MAX_WBITS", Value::smallInt(15));
  set("Z_BEST_COMPRESSION", Value::smallInt(9));
  set("Z_BEST_SPEED", Value::smallInt(1));
  set("Z_BLOCK", Value::smallInt(5));
  set("Z_DEFAULT_COMPRESSION", Value::smallInt(-1));
  set("Z_DEFAULT_STRATEGY", Value::smallInt(0));
  set("Z_FILTERED", Value::smallInt(1));
  set("Z_FINISH", Value::smallInt(4));
  set("Z_FIXED", Value::smallInt(4));
  set("Z_FULL_FLUSH", Value::smallInt(3));
  set("Z_HUFFMAN_ONLY", Value::smallInt(2));
  set("Z_NO_COMPRESSION", Value::smallInt(0));
  set("Z_NO_FLUSH", Value::smallInt(0));
  set("Z_PARTIAL_FLUSH", Value::smallInt(1));
  set("Z_RLE", Value::smallInt(3));
  set("Z_SYNC_FLUSH", Value::smallInt(2));
  set("Z_TREES", Value::smallInt(6));
  set("ZLIB_VERSION", makeStrAscii(ZLIB_VERSION));
  set("ZLIB_RUNTIME_VERSION", makeStrAscii(::zlibVersion()));
  set("__version__", makeStrAscii("1.0"));
  return Status::ok();
}

} // namespace

const ModuleSpec coil::vm::kZlibModule = {
    .name = "zlib",
    .doc = "Compression by the library zlib.\n"
           "\n"
           "compress() and decompress() take all the data at once; compressobj() and decompressobj()\n"
           "make objects for data that comes piece by piece. adler32() and crc32() compute\n"
           "checksums.",
    .functions = kFunctions,
    .populate = populate,
    .types = kTypes,
};
