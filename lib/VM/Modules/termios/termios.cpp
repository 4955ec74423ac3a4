// termios: the settings of terminals.
#include "VM/Modules/Modules.h"
#include "VM/Modules/posix/Path.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Bytes.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"
#include "VM/Types/Tuple.h"
#include <asm/ioctls.h>
#include <cstring>
#include <sys/ioctl.h>
#include <termios.h>

#define VSWTCH VSWTC // other systems' name

using namespace coil::vm;

namespace {

Type *errorType = nullptr; // owned; termios.error

// termios.error(errno, text); what a signal's handler raised goes first.
Failure raiseTermios(Thread &t) {
  if (t.hasPending()) return {};
  int error = errno;
  StrRef text = makeStr(std::strerror(error));
  Ref exception = call(t, Value(errorType), {Value::smallInt(error), Value(text)});
  if (!exception) return {};
  return raiseObject(t, exception);
}

// The outcome of a call that waits for the terminal.
Ref outcome(Thread &t, int result) { return result == -1 ? Ref(raiseTermios(t)) : Ref::none(); }

Ref tcGetAttr(Thread &t, const Value *args) {
  int fd = TRY(readFd(t, args[0]));
  ::termios mode;
  if (::tcgetattr(fd, &mode) == -1) return raiseTermios(t);
  ListRef characters = newList(NCCS);
  for (uint8_t c : mode.c_cc) listAppendOwned(characters, Ref(makeBytes(c)).release());
  if (!(mode.c_lflag & ICANON)) // then these two are numbers
    for (int i : {VMIN, VTIME}) replaceOwned(characters->items[i], Value::smallInt(mode.c_cc[i]));
  const uint64_t flags[] = {mode.c_iflag, mode.c_oflag,         mode.c_cflag,
                            mode.c_lflag, ::cfgetispeed(&mode), ::cfgetospeed(&mode)};
  ListRef result = newList(7);
  for (uint64_t flag : flags) listAppendOwned(result, makeIntUnsigned(flag).release());
  listAppend(result, Value(characters));
  return result;
}

Result<int64_t> longItem(Thread &t, Value v) {
  Ref number = TRY(index(t, v));
  int64_t result;
  if (toInt64(number, result)) return result;
  return raise(t, types::OverflowError, "Python int too large to convert to C long");
}

Status readCharacters(Thread &t, Value v, cc_t *characters) {
  if (!isList(v) || v.as<List>()->length != NCCS)
    return raise(t, types::TypeError, "tcsetattr: attributes[6] must be % element list", NCCS);
  for (int i = 0; i < NCCS; ++i) {
    Value item = v.as<List>()->items[i];
    if (isBytes(item) && item.as<Bytes>()->length == 1)
      characters[i] = item.as<Bytes>()->data[0];
    else if (isIntLike(item))
      characters[i] = cc_t(TRY(longItem(t, item)));
    else
      return raise(t, types::TypeError, "tcsetattr: elements of attributes must be characters or integers");
  }
  return Status::ok();
}

// tcsetattr(fd, when, attributes)
Ref tcSetAttr(Thread &t, const Value *args) {
  int fd = TRY(readFd(t, args[0])), when = TRY(asCInt(t, args[1]));
  if (!isList(args[2]) || args[2].as<List>()->length != 7)
    return raise(t, types::TypeError, "tcsetattr, arg 3: must be 7 element list");
  ::termios mode; // it may have fields that Python does not show
  if (::tcgetattr(fd, &mode) == -1) return raiseTermios(t);
  TupleRef items = makeTuple(args[2].as<List>()->values());
  mode.c_iflag = tcflag_t(TRY(longItem(t, (*items)[0])));
  mode.c_oflag = tcflag_t(TRY(longItem(t, (*items)[1])));
  mode.c_cflag = tcflag_t(TRY(longItem(t, (*items)[2])));
  mode.c_lflag = tcflag_t(TRY(longItem(t, (*items)[3])));
  auto input = speed_t(TRY(longItem(t, (*items)[4]))), output = speed_t(TRY(longItem(t, (*items)[5])));
  CHECK(readCharacters(t, (*items)[6], mode.c_cc));
  if (::cfsetispeed(&mode, input) == -1 || ::cfsetospeed(&mode, output) == -1) return raiseTermios(t);
  return outcome(t, unlocked(t, [&] { return ::tcsetattr(fd, when, &mode); }));
}

Ref tcSendBreak(Thread &t, const Value *args) {
  int fd = TRY(readFd(t, args[0])), duration = TRY(asCInt(t, args[1]));
  return outcome(t, unlocked(t, [&] { return ::tcsendbreak(fd, duration); }));
}

Ref tcDrain(Thread &t, const Value *args) {
  int fd = TRY(readFd(t, args[0]));
  return outcome(t, unlocked(t, [&] { return ::tcdrain(fd); }));
}

Ref tcFlush(Thread &t, const Value *args) {
  int fd = TRY(readFd(t, args[0])), queue = TRY(asCInt(t, args[1]));
  return outcome(t, unlocked(t, [&] { return ::tcflush(fd, queue); }));
}

Ref tcFlow(Thread &t, const Value *args) {
  int fd = TRY(readFd(t, args[0])), action = TRY(asCInt(t, args[1]));
  return outcome(t, unlocked(t, [&] { return ::tcflow(fd, action); }));
}

Ref tcGetWinSize(Thread &t, const Value *args) {
  int fd = TRY(readFd(t, args[0]));
  winsize size;
  if (::ioctl(fd, TIOCGWINSZ, &size) == -1) return raiseTermios(t);
  return packTuple(Value::smallInt(size.ws_row), Value::smallInt(size.ws_col));
}

// tcsetwinsize(fd, (rows, columns))
Ref tcSetWinSize(Thread &t, const Value *args) {
  constexpr const char *kMessage = "tcsetwinsize, arg 2: must be a two-item sequence";
  int fd = TRY(readFd(t, args[0]));
  Type *type = typeOf(args[1]);
  if ((!type->slots.getItem && !type->slots.len) || isDict(args[1]))
    return raise(t, types::TypeError, kMessage);
  if (TRY(length(t, args[1])) != 2) return raise(t, types::TypeError, kMessage);
  Ref first = TRY(getItem(t, args[1], Value::smallInt(0)));
  Ref second = TRY(getItem(t, args[1], Value::smallInt(1)));
  int64_t rows = TRY(longItem(t, first)), columns = TRY(longItem(t, second));
  winsize size; // its pixels stay
  if (::ioctl(fd, TIOCGWINSZ, &size) == -1) return raiseTermios(t);
  size.ws_row = static_cast<unsigned short>(rows);
  size.ws_col = static_cast<unsigned short>(columns);
  if (size.ws_row != rows || size.ws_col != columns)
    return raise(t, types::OverflowError, "winsize value(s) out of range.");
  return outcome(t, ::ioctl(fd, TIOCSWINSZ, &size));
}

NativeDef kFunctions[] = {
    {"tcgetattr", tcGetAttr, "($module, fd, /)",
     "Get the tty attributes for file descriptor fd.\n\nReturns a list [iflag, oflag, cflag, lflag, ispeed, "
     "ospeed, cc]\nwhere cc is a list of the tty special characters (each a string of\nlength 1, except the "
     "items with indices VMIN and VTIME, which are\nintegers when these fields are defined).  The "
     "interpretation of the\nflags and the speeds as well as the indexing in the cc array must be\ndone "
     "using the symbolic constants defined in this module."},
    {"tcsetattr", tcSetAttr, "($module, fd, when, attributes, /)",
     "Set the tty attributes for file descriptor fd.\n\nThe attributes to be set are taken from the "
     "attributes argument, which\nis a list like the one returned by tcgetattr(). The when "
     "argument\ndetermines when the attributes are changed: termios.TCSANOW to\nchange immediately, "
     "termios.TCSADRAIN to change after transmitting all\nqueued output, or termios.TCSAFLUSH to change "
     "after transmitting all\nqueued output and discarding all queued input."},
    {"tcsendbreak", tcSendBreak, "($module, fd, duration, /)",
     "Send a break on file descriptor fd.\n\nA zero duration sends a break for 0.25-0.5 seconds; a nonzero "
     "duration\nhas a system dependent meaning."},
    {"tcdrain", tcDrain, "($module, fd, /)",
     "Wait until all output written to file descriptor fd has been transmitted."},
    {"tcflush", tcFlush, "($module, fd, queue, /)",
     "Discard queued data on file descriptor fd.\n\nThe queue selector specifies which queue: "
     "termios.TCIFLUSH for the input\nqueue, termios.TCOFLUSH for the output queue, or termios.TCIOFLUSH "
     "for\nboth queues."},
    {"tcflow", tcFlow, "($module, fd, action, /)",
     "Suspend or resume input or output on file descriptor fd.\n\nThe action argument can be termios.TCOOFF "
     "to suspend output,\ntermios.TCOON to restart output, termios.TCIOFF to suspend input,\nor "
     "termios.TCION to restart input."},
    {"tcgetwinsize", tcGetWinSize, "($module, fd, /)",
     "Get the tty winsize for file descriptor fd.\n\nReturns a tuple (ws_row, ws_col)."},
    {"tcsetwinsize", tcSetWinSize, "($module, fd, winsize, /)",
     "Set the tty winsize for file descriptor fd.\n\nThe winsize to be set is taken from the winsize "
     "argument, which\nis a two-item tuple (ws_row, ws_col) like the one returned by tcgetwinsize()."},
};

const struct {
  const char *name;
  int64_t value;
} kConstants[] = {
#define CONSTANT(name) {#name, int64_t(name)},
#include "VM/Modules/termios/Constants.def"
};

Status populate(Thread &t, Module *module) {
  for (auto &[name, value] : kConstants) dictSetStr(module->dict, internText(name), makeInt(value));
  return addException(t, module, errorType, "termios.error", types::Exception);
}

} // namespace

const ModuleSpec coil::vm::kTermiosModule = {
    .name = "termios",
    .doc = "This module provides an interface to the Posix calls for tty I/O control.\nFor a complete "
           "description of these calls, see the Posix or Unix manual\npages. It is only available for those "
           "Unix versions that support Posix\ntermios style tty I/O control.\n\nAll functions in this module "
           "take a file descriptor fd as their first\nargument. This can be an integer file descriptor, such "
           "as returned by\nsys.stdin.fileno(), or a file object, such as sys.stdin itself.",
    .functions = kFunctions,
    .populate = populate,
};
