// syslog: messages to the system's log.
#include "VM/Codecs/Codecs.h"
#include "VM/Core/Gil.h"
#include "VM/Core/Runtime.h"
#include "VM/Modules/Modules.h"
#include "VM/Modules/SysInfo.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Bytes.h"
#include "VM/Types/Dict/Dict.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"
#include "VM/Types/Str/TextArguments.h"
#include <syslog.h>

using namespace coil::vm;

namespace {

Ref ident; // the name that the C library keeps a pointer to; bytes
bool isOpen = false;

constexpr struct {
  const char *name;
  int value;
} kConstants[] = {{"LOG_ALERT", LOG_ALERT},   {"LOG_AUTH", LOG_AUTH},     {"LOG_AUTHPRIV", LOG_AUTHPRIV},
                  {"LOG_CONS", LOG_CONS},     {"LOG_CRIT", LOG_CRIT},     {"LOG_CRON", LOG_CRON},
                  {"LOG_DAEMON", LOG_DAEMON}, {"LOG_DEBUG", LOG_DEBUG},   {"LOG_EMERG", LOG_EMERG},
                  {"LOG_ERR", LOG_ERR},       {"LOG_INFO", LOG_INFO},     {"LOG_KERN", LOG_KERN},
                  {"LOG_LOCAL0", LOG_LOCAL0}, {"LOG_LOCAL1", LOG_LOCAL1}, {"LOG_LOCAL2", LOG_LOCAL2},
                  {"LOG_LOCAL3", LOG_LOCAL3}, {"LOG_LOCAL4", LOG_LOCAL4}, {"LOG_LOCAL5", LOG_LOCAL5},
                  {"LOG_LOCAL6", LOG_LOCAL6}, {"LOG_LOCAL7", LOG_LOCAL7}, {"LOG_LPR", LOG_LPR},
                  {"LOG_MAIL", LOG_MAIL},     {"LOG_NDELAY", LOG_NDELAY}, {"LOG_NEWS", LOG_NEWS},
                  {"LOG_NOTICE", LOG_NOTICE}, {"LOG_NOWAIT", LOG_NOWAIT}, {"LOG_ODELAY", LOG_ODELAY},
                  {"LOG_PERROR", LOG_PERROR}, {"LOG_PID", LOG_PID},       {"LOG_SYSLOG", LOG_SYSLOG},
                  {"LOG_USER", LOG_USER},     {"LOG_UUCP", LOG_UUCP},     {"LOG_WARNING", LOG_WARNING}};

Ref cString(Thread &t, Value v) { return encodeUtf8(t, v.as<Str>(), "strict"); }
const char *textOf(Value bytes) { return reinterpret_cast<const char *>(bytes.as<Bytes>()->data); }

// The last part of sys.argv[0]; empty without an exception: there is none.
Ref programName(Thread &t) {
  Value arguments = dictGetStr(runtime.sysModule->dict, internText("argv"));
  if (arguments.empty() || !isList(arguments) || !arguments.as<List>()->length) return {};
  Value program = arguments.as<List>()->items[0];
  if (!isStr(program) || !program.as<Str>()->length) return {};
  auto *path = program.as<Str>();
  StrRef slash = makeStrAscii("/");
  int64_t at = rfindStr(path, slash, 0, path->length);
  StrRef name = substring(path, at + 1, path->length);
  return cString(t, Value(name));
}

Ref openWith(Thread &t, Value nameOrEmpty, int options, int facility) {
  Ref name = nameOrEmpty ? cString(t, nameOrEmpty) : programName(t);
  if (!name && t.hasPending()) {
    if (nameOrEmpty) return {};
    clearPending(t);
  }
  ident = std::move(name);
  ::openlog(ident ? textOf(ident) : nullptr, options, facility);
  isOpen = true;
  return Ref::none();
}

// openlog(ident=sys.argv[0], logoption=0, facility=LOG_USER)
Ref syslogOpen(Thread &t, const Value *args) {
  if (args[0] && !isStr(args[0]))
    return raise(t, types::TypeError, "openlog() argument 1 must be str, not %",
                 args[0].isNone() ? llvm::StringRef("None") : typeName(args[0]));
  int options = int(TRY(sizeArgument(t, args[1])));
  int facility = args[2] ? int(TRY(sizeArgument(t, args[2]))) : LOG_USER;
  return openWith(t, args[0], options, facility);
}

// syslog([priority,] message)
Ref syslogWrite(Thread &t, Value, const CallArgs &args) {
  bool withPriority = args.positional == 2 && !args.keywordCount() && isIntLike(args.values[0]);
  Value message = args.positional ? args.values[args.positional - 1] : Value();
  if (args.keywordCount() || (args.positional != 1 && !withPriority) || !isStr(message))
    return raise(t, types::TypeError, "[priority,] message string");
  int priority = withPriority ? TRY(intArgument(t, args.values[0])) : LOG_INFO;
  Ref text = TRY(cString(t, message));
  if (!isOpen) CHECK(openWith(t, Value(), 0, LOG_USER));
  Ref keep = ident.copy(); // another thread may open the log anew
  unlocked(t, [&] {
    ::syslog(priority, "%s", textOf(text));
    return 0;
  });
  return Ref::none();
}

Ref syslogClose(Thread &, const Value *) {
  if (std::exchange(isOpen, false)) {
    ::closelog();
    ident = Ref();
  }
  return Ref::none();
}

Result<int64_t> onlyNumber(Thread &t, const char *function, const CallArgs &args) {
  if (args.positional != 1 || args.keywordCount())
    return raise(t, types::TypeError, "%() takes exactly 1 argument (% given)", function, args.positional);
  return sizeArgument(t, args.values[0]);
}

Ref syslogSetMask(Thread &t, Value, const CallArgs &args) {
  if (args.positional != 1 || args.keywordCount()) return raise(t, types::TypeError, "mask for priority");
  return makeInt(::setlogmask(int(TRY(sizeArgument(t, args.values[0])))));
}

Ref syslogMask(Thread &t, Value, const CallArgs &args) {
  auto priority = unsigned(TRY(onlyNumber(t, "LOG_MASK", args)));
  return makeInt(int(1u << (priority & 31)));
}

Ref syslogUpTo(Thread &t, Value, const CallArgs &args) {
  auto priority = unsigned(TRY(onlyNumber(t, "LOG_UPTO", args)));
  return makeInt(int((1u << ((priority + 1) & 31)) - 1));
}

NativeDef kFunctions[] = {
    {"openlog", syslogOpen, "!($module, /, ident=<unset>, logoption=0, facility=<unset>)", nullptr},
    {"closelog", syslogClose, "!($module, /)", nullptr},
    {"syslog", syslogWrite, "!($module, /, *args)", nullptr},
    {"setlogmask", syslogSetMask, "!($module, /, *args)", nullptr},
    {"LOG_MASK", syslogMask, "!($module, /, *args)", nullptr},
    {"LOG_UPTO", syslogUpTo, "!($module, /, *args)", nullptr},
};

Status populate(Thread &, Module *module) {
  for (auto &[name, value] : kConstants) dictSetStr(module->dict, internText(name), makeInt(value));
  static bool done = false;
  if (!std::exchange(done, true)) releaseAtEnd([] { (void)syslogClose(Thread::current(), nullptr); });
  return Status::ok();
}

} // namespace

const ModuleSpec coil::vm::kSyslogModule = {
    .name = "syslog",
    .doc = nullptr,
    .functions = kFunctions,
    .populate = populate,
};
