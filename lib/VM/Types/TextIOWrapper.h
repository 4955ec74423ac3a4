// _io.TextIOWrapper over a file descriptor: what sys.stdin, sys.stdout and sys.stderr are.
#pragma once

#include "VM/Types/Str.h"

namespace coil::vm {

struct TextIOWrapper : Object {
  int fd;
  bool readable, writable, lineBuffered, closed, atEnd;
  std::string *pending;                 // output that is not written yet
  std::string *received;                // input that is not consumed yet
  Str *name, *mode, *encoding, *errors; // owned
};

// A stream in UTF-8 over a descriptor that stays open when the stream goes.
Ref newTextStream(int fd, bool write, bool lineBuffered, llvm::StringRef name, llvm::StringRef errors);

Status textWrite(Thread &t, Object *stream, Str *text);
Status textFlush(Thread &t, Object *stream);
// One line with its newline, or what is left; empty at the end. limit < 0: none.
Ref textReadLine(Thread &t, Object *stream, int64_t limit = -1);

} // namespace coil::vm
