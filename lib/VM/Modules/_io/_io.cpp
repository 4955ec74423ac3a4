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
     "Open file and return a stream.  Raise OSError upon failure.\n\nfile is either a text or byte string "
     "giving the name (and the path\nif the file isn't in the current working directory) of the file to\nbe "
     "opened or an integer file descriptor of the file to be\nwrapped. (If a file descriptor is given, it is "
     "closed when the\nreturned I/O object is closed, unless closefd is set to False.)\n\nmode is an "
     "optional string that specifies the mode in which the file\nis opened. It defaults to 'r' which means "
     "open for reading in text\nmode.  Other common values are 'w' for writing (truncating the file if\nit "
     "already exists), 'x' for creating and writing to a new file, and\n'a' for appending (which on some "
     "Unix systems, means that all writes\nappend to the end of the file regardless of the current seek "
     "position).\nIn text mode, if encoding is not specified the encoding used is platform\ndependent: "
     "locale.getencoding() is called to get the current locale encoding.\n(For reading and writing raw bytes "
     "use binary mode and leave encoding\nunspecified.) The available modes are:\n\n========= "
     "===============================================================\nCharacter Meaning\n--------- "
     "---------------------------------------------------------------\n'r'       open for reading "
     "(default)\n'w'       open for writing, truncating the file first\n'x'       create a new file and open "
     "it for writing\n'a'       open for writing, appending to the end of the file if it exists\n'b'       "
     "binary mode\n't'       text mode (default)\n'+'       open a disk file for updating (reading and "
     "writing)\n========= ===============================================================\n\nThe default "
     "mode is 'rt' (open for reading text). For binary random\naccess, the mode 'w+b' opens and truncates "
     "the file to 0 bytes, while\n'r+b' opens the file without truncation. The 'x' mode implies 'w' "
     "and\nraises an `FileExistsError` if the file already exists.\n\nPython distinguishes between files "
     "opened in binary and text modes,\neven when the underlying operating system doesn't. Files opened "
     "in\nbinary mode (appending 'b' to the mode argument) return contents as\nbytes objects without any "
     "decoding. In text mode (the default, or when\n't' is appended to the mode argument), the contents of "
     "the file are\nreturned as strings, the bytes having been first decoded using a\nplatform-dependent "
     "encoding or using the specified encoding if given.\n\nbuffering is an optional integer used to set the "
     "buffering policy.\nPass 0 to switch buffering off (only allowed in binary mode), 1 to select\nline "
     "buffering (only usable in text mode), and an integer > 1 to indicate\nthe size of a fixed-size chunk "
     "buffer.  When no buffering argument is\ngiven, the default buffering policy works as follows:\n\n* "
     "Binary files are buffered in fixed-size chunks; the size of the buffer\n  is chosen using a heuristic "
     "trying to determine the underlying device's\n  \"block size\" and falling back on "
     "`io.DEFAULT_BUFFER_SIZE`.\n  On many systems, the buffer will typically be 4096 or 8192 bytes "
     "long.\n\n* \"Interactive\" text files (files for which isatty() returns True)\n  use line buffering.  "
     "Other text files use the policy described above\n  for binary files.\n\nencoding is the name of the "
     "encoding used to decode or encode the\nfile. This should only be used in text mode. The default "
     "encoding is\nplatform dependent, but any encoding supported by Python can be\npassed.  See the codecs "
     "module for the list of supported encodings.\n\nerrors is an optional string that specifies how "
     "encoding errors are to\nbe handled---this argument should not be used in binary mode. Pass\n'strict' "
     "to raise a ValueError exception if there is an encoding error\n(the default of None has the same "
     "effect), or pass 'ignore' to ignore\nerrors. (Note that ignoring encoding errors can lead to data "
     "loss.)\nSee the documentation for codecs.register or run 'help(codecs.Codec)'\nfor a list of the "
     "permitted encoding error strings.\n\nnewline controls how universal newlines works (it only applies to "
     "text\nmode). It can be None, '', '\\n', '\\r', and '\\r\\n'.  It works as\nfollows:\n\n* On input, if "
     "newline is None, universal newlines mode is\n  enabled. Lines in the input can end in '\\n', '\\r', or "
     "'\\r\\n', and\n  these are translated into '\\n' before being returned to the\n  caller. If it is '', "
     "universal newline mode is enabled, but line\n  endings are returned to the caller untranslated. If it "
     "has any of\n  the other legal values, input lines are only terminated by the given\n  string, and the "
     "line ending is returned to the caller untranslated.\n\n* On output, if newline is None, any '\\n' "
     "characters written are\n  translated to the system default line separator, os.linesep. If\n  newline "
     "is '' or '\\n', no translation takes place. If newline is any\n  of the other legal values, any '\\n' "
     "characters written are translated\n  to the given string.\n\nIf closefd is False, the underlying file "
     "descriptor will be kept open\nwhen the file is closed. This does not work when a file name is "
     "given\nand must be True in that case.\n\nA custom opener can be used by passing a callable as "
     "*opener*. The\nunderlying file descriptor for the file object is then obtained by\ncalling *opener* "
     "with (*file*, *flags*). *opener* must return an open\nfile descriptor (passing os.open as *opener* "
     "results in functionality\nsimilar to passing None).\n\nopen() returns a file object whose type depends "
     "on the mode, and\nthrough which the standard file operations such as reading and writing\nare "
     "performed. When open() is used to open a file in a text mode ('w',\n'r', 'wt', 'rt', etc.), it returns "
     "a TextIOWrapper. When used to open\na file in a binary mode, the returned class varies: in read "
     "binary\nmode, it returns a BufferedReader; in write binary and append binary\nmodes, it returns a "
     "BufferedWriter, and in read/write mode, it returns\na BufferedRandom.\n\nIt is also possible to use a "
     "string or bytearray as a file for both\nreading and writing. For strings StringIO can be used like a "
     "file\nopened in a text mode, and for bytes a BytesIO can be used like a file\nopened in a binary "
     "mode."},
    {"text_encoding", ioTextEncoding, "($module, encoding, stacklevel=2, /)",
     "A helper function to choose the text encoding.\n\nWhen encoding is not None, this function returns "
     "it.\nOtherwise, this function returns the default text encoding\n(i.e. \"locale\" or \"utf-8\" depends "
     "on UTF-8 mode).\n\nThis function emits an EncodingWarning if encoding is None "
     "and\nsys.flags.warn_default_encoding is true.\n\nThis can be used in APIs with an encoding=None "
     "parameter.\nHowever, please consider using encoding=\"utf-8\" for new APIs."},
    {"open_code", ioOpenCode, "($module, /, path)",
     "Opens the provided file with the intent to import the contents.\n\nThis may perform extra validation "
     "beyond open(), but is otherwise interchangeable\nwith calling open(path, 'rb')."},
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
    .doc =
        "The io module provides the Python interfaces to stream handling. The\nbuiltin open function is "
        "defined in this module.\n\nAt the top of the I/O hierarchy is the abstract base class IOBase. "
        "It\ndefines the basic interface to a stream. Note, however, that there is no\nseparation between "
        "reading and writing to streams; implementations are\nallowed to raise an OSError if they do not "
        "support a given operation.\n\nExtending IOBase is RawIOBase which deals simply with the reading "
        "and\nwriting of raw bytes to a stream. FileIO subclasses RawIOBase to provide\nan interface to OS "
        "files.\n\nBufferedIOBase deals with buffering on a raw byte stream (RawIOBase). Its\nsubclasses, "
        "BufferedWriter, BufferedReader, and BufferedRWPair buffer\nstreams that are readable, writable, and "
        "both respectively.\nBufferedRandom provides a buffered interface to random access\nstreams. BytesIO "
        "is a simple stream of in-memory bytes.\n\nAnother IOBase subclass, TextIOBase, deals with the "
        "encoding and decoding\nof streams into text. TextIOWrapper, which extends it, is a buffered "
        "text\ninterface to a buffered raw stream (`BufferedIOBase`). Finally, StringIO\nis an in-memory "
        "stream for text.\n\nArgument names are not part of the specification, and only the arguments\nof "
        "open() are intended to be used as keyword arguments.\n\ndata:\n\nDEFAULT_BUFFER_SIZE\n\n   An int "
        "containing the default buffer size used by the module's buffered\n   I/O classes. open() uses the "
        "file's blksize (as obtained by os.stat) if\n   possible.\n",
    .populate = populate,
    .types = kTypes,
};
