// posix: terminals.
#include "VM/Core/Audit.h"
#include "VM/Modules/posix/Path.h"
#include "VM/Types/Bytes.h"
#include "VM/Types/Dict/Dict.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"
#include "VM/Types/Set.h"
#include "VM/Types/StructSequence.h"
#include "VM/Types/Tuple.h"
#include <cstdio>
#include <pty.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <utmp.h>

using namespace coil::vm;

namespace {

[[maybe_unused]] Ref done(Thread &t, int status) { return status < 0 ? Ref(raiseErrno(t)) : Ref::none(); }
[[maybe_unused]] Ref number(Thread &t, int64_t result) {
  return result < 0 ? Ref(raiseErrno(t)) : makeInt(result);
}

constexpr StructField kTerminalSizeFields[] = {{"columns", "width of the terminal window in characters"},
                                               {"lines", "height of the terminal window in characters"}};

Type &terminalSizeType() {
  static Type &type = makeStructSequenceType("os.terminal_size",
                                             "A tuple of (columns, lines) for holding terminal window size",
                                             kTerminalSizeFields, true);
  return type;
}
Ref posixGetTerminalSize(Thread &t, const Value *args) {
  int fd = args[0].empty() ? STDOUT_FILENO : TRY(readInt(t, args[0]));
  winsize size;
  if (::ioctl(fd, TIOCGWINSZ, &size)) return raiseErrno(t);
  Ref values[] = {makeInt(size.ws_col), makeInt(size.ws_row)};
  return newStructSequence(terminalSizeType(), values);
}
Ref posixTtyname(Thread &t, const Value *args) {
  char name[4096];
  if (int error = ::ttyname_r(TRY(readInt(t, args[0])), name, sizeof name)) return raiseOSError(t, error);
  return decodeFileName(name);
}
Ref posixCtermid(Thread &, const Value *) { return decodeFileName(::ctermid(nullptr)); }
Ref posixOpenpty(Thread &t, const Value *) {
  int master, slave;
  if (::openpty(&master, &slave, nullptr, nullptr, nullptr)) return raiseErrno(t);
  for (int fd : {master, slave}) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
  return packTuple(Value::smallInt(master), Value::smallInt(slave));
}
Ref posixLoginTty(Thread &t, const Value *args) { return done(t, ::login_tty(TRY(readFd(t, args[0])))); }
Ref posixTcgetpgrp(Thread &t, const Value *args) { return number(t, ::tcgetpgrp(TRY(readInt(t, args[0])))); }
Ref posixTcsetpgrp(Thread &t, const Value *args) {
  int fd = TRY(readInt(t, args[0])), group = TRY(readInt(t, args[1]));
  return done(t, ::tcsetpgrp(fd, group));
}

NativeDef kFunctions[] = {
    {"get_terminal_size", posixGetTerminalSize, "($module, fd=<unrepresentable>, /)",
     "Return the size of the terminal window as (columns, lines).\n\nThe optional argument fd (default "
     "standard output) specifies\nwhich file descriptor should be queried.\n\nIf the file descriptor is not "
     "connected to a terminal, an OSError\nis thrown.\n\nThis function will only be defined if an "
     "implementation is\navailable for this system.\n\nshutil.get_terminal_size is the high-level function "
     "which should\nnormally be used, os.get_terminal_size is the low-level implementation."},
    {"ttyname", posixTtyname, "($module, fd, /)",
     "Return the name of the terminal device connected to 'fd'.\n\n  fd\n    Integer file descriptor "
     "handle."},
    {"ctermid", posixCtermid, "($module, /)",
     "Return the name of the controlling terminal for this process."},
    {"openpty", posixOpenpty, "($module, /)",
     "Open a pseudo-terminal.\n\nReturn a tuple of (master_fd, slave_fd) containing open file "
     "descriptors\nfor both the master and slave ends."},
    {"login_tty", posixLoginTty, "($module, fd, /)",
     "Prepare the tty of which fd is a file descriptor for a new login session.\n\nMake the calling process "
     "a session leader; make the tty the\ncontrolling tty, the stdin, the stdout, and the stderr of "
     "the\ncalling process; close fd."},
    {"tcgetpgrp", posixTcgetpgrp, "($module, fd, /)",
     "Return the process group associated with the terminal specified by fd."},
    {"tcsetpgrp", posixTcsetpgrp, "($module, fd, pgid, /)",
     "Set the process group associated with the terminal specified by fd."},
};

} // namespace

llvm::ArrayRef<NativeDef> coil::vm::posixTerminalFunctions() { return kFunctions; }
void coil::vm::addTerminalTypes(Dict *dict) {
  dictSetStr(dict, internText("terminal_size"), Value(&terminalSizeType()));
}
