// register() and unregister(): tracebacks on signals of one's choice.
#include "VM/Core/Signals.h"
#include "VM/Modules/faulthandler/Faulthandler.h"
#include "VM/Types/Str/TextArguments.h"
#include <cerrno>
#include <csignal>

using namespace coil::vm;
using namespace coil::vm::faults;

namespace {

struct UserSignal {
  bool registered = false;
  bool chain = false;
  Target target;
  struct sigaction previous;
};

UserSignal userSignals[signals::kCount];

void onUserSignal(int number);

bool install(int number, UserSignal &signal) {
  struct sigaction action{};
  action.sa_handler = onUserSignal;
  sigemptyset(&action.sa_mask);
  // To raise it for the next handler, it must not be blocked; otherwise calls that it interrupts go on.
  action.sa_flags = (signal.chain ? SA_NODEFER : SA_RESTART) | SA_ONSTACK;
  return ::sigaction(number, &action, &signal.previous) == 0;
}

void onUserSignal(int number) {
  UserSignal &signal = userSignals[number];
  if (!signal.registered) return;
  int error = errno;
  signal.target.dump();
  if (signal.chain) {
    ::sigaction(number, &signal.previous, nullptr);
    errno = error;
    ::raise(number);
    error = errno;
    install(number, signal);
  }
  errno = error;
}

bool uninstall(int number) {
  UserSignal &signal = userSignals[number];
  if (!std::exchange(signal.registered, false)) return false;
  ::sigaction(number, &signal.previous, nullptr);
  signal.target.forget();
  return true;
}

Status checkNumber(Thread &t, int number) {
  if (isFatal(number))
    return raise(t, types::RuntimeError, "signal % cannot be registered, use enable() instead", number);
  if (number < 1 || number >= signals::kCount)
    return raise(t, types::ValueError, "signal number out of range");
  return Status::ok();
}

} // namespace

// register(signum, file=sys.stderr, all_threads=True, chain=False)
Ref faults::registerSignal(Thread &t, const Value *args) {
  int number = TRY(intArgument(t, args[0]));
  int all = TRY(intArgument(t, args[2]));
  bool chain = TRY(intArgument(t, args[3])) != 0;
  CHECK(checkNumber(t, number));
  Target to;
  CHECK(to.read(t, args[1], Value::smallInt(all)));
  UserSignal &signal = userSignals[number];
  bool before = signal.registered;
  signal.chain = chain;
  if (!before && !install(number, signal)) {
    to.forget();
    return raiseOSError(t, errno);
  }
  replaceOwned(signal.target.file, to.file);
  signal.target.fd = to.fd;
  signal.target.allThreads = to.allThreads;
  signal.registered = true;
  return Ref::none();
}

Ref faults::unregisterSignal(Thread &t, Value, const CallArgs &args) {
  if (args.keywordCount())
    return raise(t, types::TypeError, "faulthandler.unregister() takes no keyword arguments");
  if (args.positional != 1)
    return raise(t, types::TypeError, "unregister() takes exactly 1 argument (% given)", args.positional);
  int number = TRY(intArgument(t, args.values[0]));
  CHECK(checkNumber(t, number));
  return Ref::boolean(uninstall(number));
}

void faults::unregisterAll() {
  for (int number = 1; number < signals::kCount; ++number) uninstall(number);
}
