// Running a program as __main__.
#include "VM/Core/RunProgram.h"
#include "VM/Builtins/Builtins.h"
#include "VM/Core/Names.h"
#include "VM/Exceptions/Exception.h"
#include "VM/Heap/Gc.h"
#include "VM/Interp/Frame.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Module.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/MapVector.h"
#include <unistd.h>

using namespace coil::vm;

namespace {

void writeError(const std::string &text) { (void)!::write(2, text.data(), text.size()); }

// The exit status that SystemExit asks for; prints its argument when that is neither None nor a number.
int exitStatus(Thread &t, Value exception) {
  Value code = exceptionField(exception, 0);
  if (code.empty() || code.isNone()) return 0;
  if (isIntLike(code)) {
    int64_t status = -1;
    toInt64(code, status);
    return int(status & 0xFF);
  }
  auto text = strText(t, code);
  if (!text) clearPending(t);
  flushStandardStreams(t);
  writeError((text ? *text : std::string()) + "\n");
  return 1;
}

int reportUncaught(Thread &t) {
  Ref exception = takePending(t);
  if (isInstance(exception, types::SystemExit)) return exitStatus(t, exception);
  flushStandardStreams(t);
  Value hook = sysLookup(names::excepthook);
  bool ours = hook.empty() || isExactly(hook, types::NativeFunction);
  if (!ours) {
    Ref traceback = tracebackOf(exception);
    if (call(t, hook, {Value(typeOf(exception)), exception.get(), traceback.get()})) return 1;
    Ref second = takePending(t);
    if (isInstance(second, types::SystemExit)) return exitStatus(t, second);
    flushStandardStreams(t);
    writeError("Error in sys.excepthook:\n" + formatException(t, second) + "\nOriginal exception was:\n");
  }
  writeError(formatException(t, exception));
  return isInstance(exception, types::KeyboardInterrupt) ? kInterrupted : 1;
}

llvm::SmallVector<Object *, 0> aliveAtStart;

void rememberAlive() {
  aliveAtStart.clear();
  gc::forEachTracked([](Object *object, void *) { aliveAtStart.push_back(object); }, nullptr);
}

} // namespace

int coil::vm::runMain(Thread &t, const bytecode::Code &raw, std::shared_ptr<bytecode::ObjectPool> pool,
                      const std::string &file) {
  if (runtime.options.checkLeaks) rememberAlive();
  ObjectRef<Module> main = newModule(names::special_main, Value::none());
  dictSetStr(main->dict, names::special_builtins, dictGetStr(runtime.modules, names::builtins));
  if (!file.empty()) {
    dictSetStr(main->dict, names::special_file, makeStr(file));
    dictSetStr(main->dict, names::special_cached, Value::none());
  }
  dictSetStr(runtime.modules, names::special_main, main);
  int status = 0;
  {
    CodeRef code = makeCode(raw, std::move(pool), file);
    DictRef globals = DictRef::share(main->dict);
    if (!execute(t, code, globals, globals)) status = reportUncaught(t);
  }
  return status;
}

size_t coil::vm::reportLeaks(Thread &t) {
  dictSetStr(runtime.modules, names::special_main, Value::none());
  gc::collect(t, 2);
  llvm::MapVector<Type *, size_t> counts;
  struct Context {
    llvm::DenseSet<Object *> before;
    llvm::MapVector<Type *, size_t> &counts;
  } context{{aliveAtStart.begin(), aliveAtStart.end()}, counts};
  gc::forEachTracked(
      [](Object *object, void *p) {
        auto *c = static_cast<Context *>(p);
        if (!c->before.contains(object)) ++c->counts[object->type];
      },
      &context);
  size_t total = 0;
  for (auto &[type, count] : counts) {
    writeError("leak: " + std::to_string(count) + " x " + type->nameText().str() + "\n");
    total += count;
  }
  return total;
}
