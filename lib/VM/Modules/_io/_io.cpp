// The _io module: open() and the other functions, and the table of the types.
#include "VM/Core/Names.h"
#include "VM/Core/Runtime.h"
#include "VM/Exceptions/Warnings.h"
#include "VM/Modules/Modules.h"
#include "VM/Modules/_io/FileIO.h"
#include "VM/Types/Int/Int.h"

using namespace coil::vm;
using namespace coil::vm::io;

namespace {

// The letters of a mode, each at most once.
struct OpenMode {
  bool creating = false, reading = false, writing = false, appending = false, updating = false, text = false,
       binary = false;

  bool *flag(char c) {
    switch (c) {
    case 'x': return &creating;
    case 'r': return &reading;
    case 'w': return &writing;
    case 'a': return &appending;
    case '+': return &updating;
    case 't': return &text;
    case 'b': return &binary;
    default: return nullptr;
    }
  }
  // As FileIO wants it.
  std::string raw() const {
    std::string mode;
    if (creating) mode += 'x';
    if (reading) mode += 'r';
    if (writing) mode += 'w';
    if (appending) mode += 'a';
    if (updating) mode += '+';
    return mode;
  }
};

Status readMode(Thread &t, llvm::StringRef text, OpenMode &mode) {
  for (char c : text) {
    bool *flag = mode.flag(c);
    if (!flag || *flag) return raise(t, types::ValueError, "invalid mode: '%'", text);
    *flag = true;
  }
  if (mode.text && mode.binary) return raise(t, types::ValueError, "can't have text and binary mode at once");
  if (mode.creating + mode.reading + mode.writing + mode.appending > 1)
    return raise(t, types::ValueError, "must have exactly one of create/read/write/append mode");
  return Status::ok();
}

Status checkBinary(Thread &t, const OpenMode &mode, int buffering, Value encoding, Value errors,
                   Value newline) {
  if (!mode.binary) return Status::ok();
  const char *given = !encoding.isNone()  ? "n encoding"
                      : !errors.isNone()  ? "n errors"
                      : !newline.isNone() ? " newline"
                                          : nullptr;
  if (given) return raise(t, types::ValueError, "binary mode doesn't take a% argument", given);
  if (buffering == 1)
    return warn(t, types::RuntimeWarning,
                "line buffering (buffering=1) isn't supported in binary mode, the default buffer size will "
                "be used");
  return Status::ok();
}

// The layers above a raw stream; `result` is the outermost one made so far, for the caller to close.
Ref wrapRaw(Thread &t, Ref &result, const OpenMode &mode, llvm::StringRef modeText, int64_t buffering,
            Value encoding, Value errors, Value newline) {
  bool terminal = false;
  if (buffering < 0) {
    Ref answer = TRY(callMethod(t, result, names::isatty));
    terminal = TRY(truth(t, answer));
  }
  bool lineBuffering = buffering == 1 || terminal;
  if (lineBuffering) buffering = -1;
  if (buffering < 0) {
    Ref size = TRY(getAttr(t, result, names::blksize));
    buffering = TRY(asInt64(t, size));
  }
  if (buffering == 0) {
    if (!mode.binary) return raise(t, types::ValueError, "can't have unbuffered text I/O");
    return result.copy();
  }
  Type *type = mode.updating                                     ? &types::BufferedRandom
               : mode.creating || mode.writing || mode.appending ? &types::BufferedWriter
               : mode.reading                                    ? &types::BufferedReader
                                                                 : nullptr;
  if (!type) return raise(t, types::ValueError, "unknown mode: '%'", modeText);
  result = TRY(call(t, Value(type), {result.get(), makeInt(buffering).get()}));
  if (mode.binary) return result.copy();
  result = TRY(call(t, Value(&types::TextIOWrapper),
                    {result.get(), encoding, errors, newline, Value::boolean(lineBuffering)}));
  StrRef shown = makeStr(modeText);
  CHECK(setAttr(t, result, names::mode, Value(shown)));
  return result.copy();
}

Ref osFspath(Thread &t, Value path) {
  if (isStr(path) || isBytes(path)) return Ref::share(path);
  bool found;
  Ref result = callSpecial(t, path, names::special_fspath, {}, found);
  if (!found)
    return raise(t, types::TypeError, "expected str, bytes or os.PathLike object, not %", typeName(path));
  if (result && !isStr(result) && !isBytes(result))
    return raise(t, types::TypeError, "expected %.__fspath__() to return str or bytes, not %", typeName(path),
                 typeName(result));
  return result;
}

// PyNumber_Check: what may be a descriptor, and gets its own message if it is not.
bool isNumber(Value v) {
  const Slots &slots = typeOf(v)->slots;
  return slots.index || slots.toInt || slots.toFloat || isExactly(v, types::Complex);
}

Status needText(Thread &t, Value v, const char *name) {
  if (v.isNone() || isStr(v)) return Status::ok();
  return raise(t, types::TypeError, "open() argument '%' must be str or None, not %", name,
               argumentTypeName(v));
}

// file, mode, buffering, encoding, errors, newline, closefd, opener
Ref ioOpen(Thread &t, const Value *args) {
  if (!isStr(args[1]))
    return raise(t, types::TypeError, "open() argument 'mode' must be str, not %", argumentTypeName(args[1]));
  int buffering = TRY(intArgument(t, args[2]));
  CHECK(needText(t, args[3], "encoding"));
  CHECK(needText(t, args[4], "errors"));
  CHECK(needText(t, args[5], "newline"));
  bool closefd = TRY(intArgument(t, args[6]));
  return io::open(t, args[0], toUtf8(args[1].as<Str>()), buffering, args[3], args[4], args[5], closefd,
                  args[7]);
}

Ref ioOpenCode(Thread &t, const Value *args) {
  if (!isStr(args[0]))
    return raise(t, types::TypeError, "open_code() argument 'path' must be str, not %",
                 argumentTypeName(args[0]));
  return io::open(t, args[0], "rb", -1, Value::none(), Value::none(), Value::none(), true, Value::none());
}

// encoding, stacklevel
Ref ioTextEncoding(Thread &t, const Value *args) {
  int level = TRY(intArgument(t, args[1]));
  if (!args[0].isNone()) return Ref::share(args[0]);
  CHECK(warnUnnamedEncoding(t, level));
  return internText(runtime.options.utf8Mode ? "utf-8" : "locale");
}

NativeDef kFunctions[] = {
    {"open", ioOpen,
     "($module, /, file, mode='r', buffering=-1, encoding=None,\n     errors=None, newline=None, "
     "closefd=True, opener=None)",
     "Open a file and return a stream for it; OSError if that fails.\n"
     "\n"
     "file is a path, or the number of an open file descriptor.\n"
     "\n"
     "mode is a combination of letters:\n"
     "  'r'  read (the default)\n"
     "  'w'  write, starting with an empty file\n"
     "  'x'  write a new file, which must not exist yet\n"
     "  'a'  write, always at the end\n"
     "  '+'  read and write\n"
     "  't'  text (the default): str is read and written\n"
     "  'b'  binary: bytes are read and written\n"
     "\n"
     "buffering is 0 for none (binary only), 1 for a flush after each line (text only), more\n"
     "for a buffer of that size; -1 means lines for terminals, and a buffer as large as the\n"
     "device likes it for other files.\n"
     "\n"
     "For text, encoding says how it becomes bytes (by default as the locale says), errors\n"
     "what happens if it cannot ('strict' raises, others are 'ignore', 'replace',\n"
     "'surrogateescape', 'backslashreplace'), and newline what ends a line: None reads '\\n',\n"
     "'\\r' and '\\r\\n' as '\\n' and writes '\\n' as os.linesep; '' reads all three as they are\n"
     "and writes nothing else than it is told; one of the three is the only line end read, and\n"
     "is written for '\\n'.\n"
     "\n"
     "closefd=False leaves a given descriptor open when the stream is closed. opener(path,\n"
     "flags), if given, returns the descriptor in place of os.open()."},
    {"text_encoding", ioTextEncoding, "($module, encoding, stacklevel=2, /)",
     "The encoding that an API which opens text files passes on: the given one if that is not\n"
     "None, else 'utf-8' in UTF-8 mode and 'locale' otherwise. With -X warn_default_encoding,\n"
     "None leads to an EncodingWarning at the caller stacklevel frames up."},
    {"open_code", ioOpenCode, "($module, /, path)",
     "Open a file whose content is going to be run, in binary mode. An audit hook or a hook of\n"
     "the embedding program may have its say; otherwise it is open(path, 'rb')."},
};

const ModuleType kTypes[] = {
    {types::IOBase, kIOBaseSpec, types::Object},
    {types::RawIOBase, kRawIOBaseSpec, types::IOBase},
    {types::BufferedIOBase, kBufferedIOBaseSpec, types::IOBase},
    {types::TextIOBase, kTextIOBaseSpec, types::IOBase},
    {types::FileIO, kFileIOSpec, types::RawIOBase},
    {types::BytesIO, kBytesIOSpec, types::BufferedIOBase},
    {types::BytesIOBuffer, kBytesIOBufferSpec, types::Object, false},
    {types::RawMemory, kRawMemorySpec, types::Object, false},
    {types::BufferedReader, kBufferedReaderSpec, types::BufferedIOBase},
    {types::BufferedWriter, kBufferedWriterSpec, types::BufferedIOBase},
    {types::BufferedRWPair, kBufferedRWPairSpec, types::BufferedIOBase},
    {types::BufferedRandom, kBufferedRandomSpec, types::BufferedIOBase},
    {types::IncrementalNewlineDecoder, kIncrementalNewlineDecoderSpec, types::Object},
    {types::StringIO, kStringIOSpec, types::TextIOBase},
    {types::TextIOWrapper, kTextIOWrapperSpec, types::TextIOBase},
};

// CPython's module calls itself "io", as its functions do.
Status populate(Thread &, Module *module) {
  StrRef name = internText("io");
  dictSetStr(module->dict, names::special_name, name);
  addFunctions(module, kFunctions, name);
  auto set = [&](const char *text, Value value) {
    StrRef key = internText(text);
    dictSetStr(module->dict, key, value);
  };
  set("DEFAULT_BUFFER_SIZE", Value::smallInt(kDefaultBufferSize));
  set("UnsupportedOperation", Value(unsupportedOperation()));
  set("BlockingIOError", Value(&types::BlockingIOError));
  return Status::ok();
}

} // namespace

Ref io::open(Thread &t, Value file, llvm::StringRef modeText, int buffering, Value encoding, Value errors,
             Value newline, bool closefd, Value opener) {
  Ref path = isNumber(file) ? Ref::share(file) : osFspath(t, file);
  if (!path) return {};
  OpenMode mode;
  CHECK(readMode(t, modeText, mode));
  CHECK(checkBinary(t, mode, buffering, encoding, errors, newline));
  StrRef raw = makeStr(mode.raw());
  Ref result = TRY(call(t, Value(&types::FileIO), {path.get(), Value(raw), Value::boolean(closefd), opener}));
  if (Ref stream = wrapRaw(t, result, mode, modeText, buffering, encoding, errors, newline)) return stream;
  Ref error = takePending(t);
  (void)!callMethod(t, result, names::close);
  CHECK(chainPending(t, std::move(error)));
  return {};
}

const ModuleSpec coil::vm::kIoModule = {
    .name = "_io",
    .doc = "Streams: open() and the classes of what it returns.\n"
           "\n"
           "IOBase is the base of all. RawIOBase stands for bytes without a buffer (FileIO),\n"
           "BufferedIOBase for bytes with one (BufferedReader, BufferedWriter, BufferedRandom,\n"
           "BufferedRWPair, and BytesIO in memory), TextIOBase for text (TextIOWrapper, and StringIO\n"
           "in memory).\n"
           "\n"
           "DEFAULT_BUFFER_SIZE is the size of buffers unless the device prefers another.",
    .populate = populate,
    .types = kTypes,
};
