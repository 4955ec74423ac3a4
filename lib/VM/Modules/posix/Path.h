// What the functions of posix share: path arguments, directory descriptors, system calls that fail.
#pragma once

#include "VM/Bind/Native.h"
#include "VM/Core/Gil.h"
#include "VM/Core/Signals.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Bytes.h"
#include "llvm/ADT/SmallVector.h"
#include <cerrno>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>

namespace coil::vm {

// A path argument: text in the file system's encoding, or an open file descriptor.
struct Path {
  std::string bytes;
  int fd = -1;          // >= 0: given as a descriptor
  bool isBytes = false; // results are to be bytes, too
  bool absent = false;  // None was given
  Ref object;           // what was given, for the file name of errors

  const char *c_str() const { return bytes.c_str(); }
};

// What a path parameter admits beside text.
struct PathKind {
  const char *function; // null: errors name neither function nor argument (PyUnicode_FSConverter)
  const char *argument = "path";
  bool allowFd = false;
  bool allowNone = false;
};
Status readPath(Thread &t, Value v, const PathKind &kind, Path &path);

// A dir_fd argument; None is AT_FDCWD.
Result<int> readDirFd(Thread &t, Value v);
// As audit events have it: -1 for none.
inline Value shownDirFd(int fd) { return Value::smallInt(fd == AT_FDCWD ? -1 : fd); }
// A file descriptor as an int, or an object with fileno().
Result<int> readFd(Thread &t, Value v);
// A user or group number (`what`: "uid" or "gid"); -1 leaves it as it is.
Result<uint32_t> readIdentity(Thread &t, Value v, const char *what);
// A process id, which is read as a C long.
Result<int> readPid(Thread &t, Value v);

// File names from the system as Python has them: undecodable bytes become surrogates (PEP 383).
Ref decodeFileName(llvm::StringRef bytes);
// A name as bytes or text, as `path` was given.
Ref fileName(const Path &path, llvm::StringRef bytes);
Result<std::string> encodeFileName(Thread &t, Str *name);

// The path's text, encoded.
inline Ref asBytes(const Path &path) {
  return makeBytes({reinterpret_cast<const uint8_t *>(path.bytes.data()), path.bytes.size()});
}

// OSError from errno, about one path or two.
Failure raiseErrno(Thread &t);
Failure raiseErrno(Thread &t, const Path &path);
Failure raiseErrno(Thread &t, const Path &source, const Path &target);

// Runs a system call again as long as signals interrupt it and their handlers do not raise (PEP 475). After
// -1, raiseErrno() passes on what a handler raised.
template <class Call> auto retrying(Call call) {
  decltype(call()) result;
  do result = unlocked(Thread::current(), call);
  while (result == -1 && errno == EINTR && runSignalHandlers(Thread::current()));
  return result;
}

// Around a fork: runs what os.register_at_fork() was given, and lets the child know that it has one thread.
void beforeFork(Thread &t);
void afterFork(Thread &t, bool child);

// The tables of functions, one for each file here.
llvm::ArrayRef<NativeDef> posixFileFunctions();
llvm::ArrayRef<NativeDef> posixStatFunctions();
llvm::ArrayRef<NativeDef> posixDirectoryFunctions();
llvm::ArrayRef<NativeDef> posixDescriptorFunctions();
llvm::ArrayRef<NativeDef> posixTransferFunctions();
llvm::ArrayRef<NativeDef> posixProcessFunctions();
llvm::ArrayRef<NativeDef> posixExecFunctions();
llvm::ArrayRef<NativeDef> posixWaitFunctions();
llvm::ArrayRef<NativeDef> posixUserFunctions();
llvm::ArrayRef<NativeDef> posixSchedulerFunctions();
llvm::ArrayRef<NativeDef> posixTerminalFunctions();
llvm::ArrayRef<NativeDef> posixSystemFunctions();
llvm::ArrayRef<NativeDef> posixXattrFunctions();
// A stat_result.
Ref makeStatResult(const struct stat &s);
// The types that these files bring, into the module's dict.
void addStatTypes(Dict *dict);
void addWaitTypes(Dict *dict);
void addSchedulerTypes(Dict *dict);
void addTerminalTypes(Dict *dict);
void addSystemTypes(Dict *dict); // and the tables of configuration names

} // namespace coil::vm
