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

constexpr StructField kTerminalSizeFields[] = {{"columns", "how many characters fit into a line"},
                                               {"lines", "how many lines there are"}};

Type &terminalSizeType() {
  static Type &type = makeStructSequenceType("os.terminal_size", "How large a terminal is: (columns, lines).",
                                             kTerminalSizeFields, true);
  return type;
}
Ref posixGetTerminalSize(Thread &t, const Value *args) {
  int fd = args[0].empty() ? STDOUT_FILENO : TRY(asCInt(t, args[0]));
  winsize size;
  if (::ioctl(fd, TIOCGWINSZ, &size)) return raiseErrno(t);
  Ref values[] = {makeInt(size.ws_col), makeInt(size.ws_row)};
  return newStructSequence(terminalSizeType(), values);
}
Ref posixTtyname(Thread &t, const Value *args) {
  char name[4096];
  if (int error = ::ttyname_r(TRY(asCInt(t, args[0])), name, sizeof name)) return raiseOSError(t, error);
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
Ref posixTcgetpgrp(Thread &t, const Value *args) { return number(t, ::tcgetpgrp(TRY(asCInt(t, args[0])))); }
Ref posixTcsetpgrp(Thread &t, const Value *args) {
  int fd = TRY(asCInt(t, args[0])), group = TRY(asCInt(t, args[1]));
  return done(t, ::tcsetpgrp(fd, group));
}

NativeDef kFunctions[] = {
    {"get_terminal_size", posixGetTerminalSize, "($module, fd=<unrepresentable>, /)",
     "How large the terminal is that a descriptor stands for, as (columns, lines); OSError if\n"
     "it is no terminal. shutil.get_terminal_size() has a fallback for that."},
    {"ttyname", posixTtyname, "($module, fd, /)",
     "The path of the terminal that a descriptor stands for; OSError if it is none."},
    {"ctermid", posixCtermid, "($module, /)", "The path of the terminal that controls this process."},
    {"openpty", posixOpenpty, "($module, /)",
     "A new terminal with both its ends: (descriptor of the controlling end, descriptor of the\n"
     "program's end)."},
    {"login_tty", posixLoginTty, "($module, fd, /)",
     "Start a session on the terminal fd: it controls this process and becomes its descriptors\n"
     "0, 1 and 2; fd itself is closed."},
    {"tcgetpgrp", posixTcgetpgrp, "($module, fd, /)",
     "The process group that is in the foreground of a terminal."},
    {"tcsetpgrp", posixTcsetpgrp, "($module, fd, pgid, /)",
     "Bring a process group to the foreground of a terminal."},
};

} // namespace

llvm::ArrayRef<NativeDef> coil::vm::posixTerminalFunctions() { return kFunctions; }
void coil::vm::addTerminalTypes(Dict *dict) {
  dictSetStr(dict, internText("terminal_size"), Value(&terminalSizeType()));
}
