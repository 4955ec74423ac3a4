// sys.stdin, sys.stdout and sys.stderr.
#include "VM/Modules/_io/StandardStreams.h"
#include "VM/Core/Locale.h"
#include "VM/Core/Names.h"
#include "VM/Core/Runtime.h"
#include "VM/Import/Import.h"
#include "VM/Modules/_io/TextCodec.h"
#include "VM/Types/Module.h"
#include <cstdlib>
#include <fcntl.h>

using namespace coil::vm;
using namespace coil::vm::io;

namespace {

// PYTHONIOENCODING: "encoding:errors", either part may be missing.
struct StreamText {
  std::string encoding, errors;
};

// Bytes that are no text in the encoding pass through unchanged where the locale says nothing (PEP 538).
const char *localeErrors() {
  if (runtime.options.utf8Mode) return "surrogateescape";
  llvm::StringRef name = textLocale().name;
  bool plain = name == "C" || name == "POSIX" || name == "C.UTF-8" || name == "C.utf8" || name == "UTF-8";
  return plain ? "surrogateescape" : "strict";
}

// Under the names that the codecs give themselves.
std::string normalEncoding(llvm::StringRef name) {
  switch (findCodec(name)) {
  case Codec::Utf8: return "utf-8";
  case Codec::Ascii: return "ascii";
  case Codec::Latin1: return "iso8859-1";
  default: return name.lower();
  }
}

StreamText streamText() {
  StreamText text{normalEncoding(toUtf8(localeEncoding())), localeErrors()};
  if (runtime.options.ignoreEnvironment) return text;
  const char *setting = std::getenv("PYTHONIOENCODING");
  if (!setting || !*setting) return text;
  auto [encoding, errors] = llvm::StringRef(setting).split(':');
  if (!encoding.empty()) text.encoding = normalEncoding(encoding);
  if (!errors.empty())
    text.errors = errors.str();
  else if (!encoding.empty())
    text.errors = "strict";
  return text;
}

// A stream over a descriptor, or None if that is not open.
Ref makeStream(Thread &t, int fd, const char *name, bool write, const StreamText &text) {
  if (::fcntl(fd, F_GETFD) < 0) return Ref::none();
  bool buffered = !runtime.options.unbuffered;
  Ref none = Ref::none();
  // Input is always buffered: TextIOWrapper needs read1().
  bool layered = buffered || !write;
  Ref buffer = TRY(
      io::open(t, Value::smallInt(fd), write ? "wb" : "rb", layered ? -1 : 0, none, none, none, false, none));
  Ref raw = layered ? TRY(getAttr(t, buffer, names::raw)) : buffer.copy();
  StrRef nameText = internText(name), encoding = makeStr(text.encoding), errors = makeStr(text.errors),
         newline = internText("\n"), mode = internText(write ? "w" : "r");
  CHECK(setAttr(t, raw, names::name, Value(nameText)));
  Ref answer = TRY(callMethod(t, raw, names::isatty));
  bool line = buffered && (TRY(truth(t, answer)) || fd == 2);
  Ref stream = TRY(call(t, Value(&types::TextIOWrapper),
                        {buffer.get(), Value(encoding), Value(errors), Value(newline), Value::boolean(line),
                         Value::boolean(!buffered)}));
  CHECK(setAttr(t, stream, names::mode, Value(mode)));
  return stream;
}

} // namespace

Status coil::vm::initializeStandardStreams(Thread &t) {
  StrRef name = internText("open");
  Ref open = TRY(importAttribute(t, "_io", "open"));
  dictSetStr(runtime.builtins, name, open);
  Dict *sys = runtime.sysModule->dict;
  StreamText text = streamText(), errorText = text;
  errorText.errors = "backslashreplace"; // whatever PYTHONIOENCODING says
  struct Row {
    Str *name;
    const char *original, *shown;
    bool write;
    const StreamText &text;
  };
  const Row rows[] = {{names::stdin, "__stdin__", "<stdin>", false, text},
                      {names::stdout, "__stdout__", "<stdout>", true, text},
                      {names::stderr, "__stderr__", "<stderr>", true, errorText}};
  int fd = 0;
  for (const Row &row : rows) {
    Ref stream = TRY(makeStream(t, fd++, row.shown, row.write, row.text));
    dictSetStr(sys, row.name, stream);
    StrRef original = internText(row.original);
    dictSetStr(sys, original, stream);
  }
  return Status::ok();
}
