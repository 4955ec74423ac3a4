// Ending the virtual machine: exit functions, streams, and the modules in CPython's order (finalize_modules
// of import.c).
#include "VM/Builtins/Builtins.h"
#include "VM/Core/Gil.h"
#include "VM/Core/Names.h"
#include "VM/Core/Runtime.h"
#include "VM/Exceptions/Raise.h"
#include "VM/Heap/Gc.h"
#include "VM/Heap/WeakRefs.h"
#include "VM/Modules/atexit.h"
#include "VM/Types/List.h"
#include "VM/Types/Module.h"
#include <unistd.h>

using namespace coil::vm;

static llvm::SmallVector<void (*)(), 4> releases;

void coil::vm::releaseAtEnd(void (*release)()) { releases.push_back(release); }

// threading._shutdown waits for the threads that are no daemons.
static void endThreads(Thread &t) {
  Value threading = dictGetStr(runtime.modules, internText("threading"));
  if (threading.empty() || threading.isNone()) return;
  Ref keep = Ref::share(threading);
  if (!callMethod(t, keep, internText("_shutdown"))) writeUnraisable(t, nullptr, keep);
}

// Flushes sys.stdout; 120 if that fails, as CPython ends then.
static int flushOutput(Thread &t) {
  Value out = sysLookup(names::stdout);
  if (out.empty() || out.isNone()) return 0;
  Ref keep = Ref::share(out), closed;
  if (!lookupAttr(t, keep, names::closed, closed)) clearPending(t);
  if (closed && closed->isTrue()) return 0;
  if (callMethod(t, keep, names::flush)) return 0;
  writeUnraisable(t, nullptr, keep);
  return 120;
}

// What sys keeps alive of the program.
static void clearSysReferences() {
  Dict *sys = runtime.sysModule->dict;
  for (const char *name : {"path", "argv", "ps1", "ps2", "last_type", "last_value", "last_traceback",
                           "path_hooks", "path_importer_cache", "meta_path", "__interactivehook__"}) {
    StrRef key = internText(name);
    if (!dictGetStr(sys, key).empty()) dictSetStr(sys, key, Value::none());
  }
  for (const char *name : {"stdin", "stdout", "stderr"}) {
    Value original = dictGetStr(sys, internText(std::string("__") + name + "__"));
    dictSetStr(sys, internText(name), original.empty() ? Value::none() : original);
  }
}

struct ModuleWatch {
  Ref name, reference; // the reference is weak
};

// Takes the modules out of sys.modules and remembers them weakly.
static std::vector<ModuleWatch> removeModules(Thread &t) {
  std::vector<ModuleWatch> watched;
  for (int64_t i = 0; i < runtime.modules->entryCount; ++i) {
    DictEntry &entry = runtime.modules->entries[i];
    if (entry.key.empty() || !isInstance(entry.value, types::Module)) continue;
    Ref reference = call(t, Value(&types::WeakRef), {entry.value});
    if (reference)
      watched.push_back({Ref::share(entry.key), std::move(reference)});
    else
      clearPending(t);
    replaceOwned(runtime.modules->entries[i].value, Value::none());
  }
  dictClear(runtime.modules);
  return watched;
}

// Sets the names of a module to None: those with one underscore in front first, then the others but
// __builtins__.
static void clearModule(Dict *dict) {
  DictRef keep = DictRef::share(dict);
  for (bool underscores : {true, false}) {
    for (int64_t i = 0; i < dict->entryCount; ++i) {
      Value key = dict->entries[i].key;
      if (key.empty() || dict->entries[i].value.isNone() || !isStr(key)) continue;
      auto *name = key.as<Str>();
      bool single = name->length && name->at(0) == '_' && (name->length == 1 || name->at(1) != '_');
      if (single != underscores || name == names::special_builtins) continue;
      replaceOwned(dict->entries[i].value, Value::none());
    }
  }
}

// Gives the builtins module back what it had at start.
static void restoreBuiltins() {
  DictRef now = dictCopy(runtime.builtins); // dies last
  dictClear(runtime.builtins);
  int64_t position = 0;
  for (DictEntry *entry; dictNext(runtime.builtinsAtStart, position, entry);)
    dictSetStr(runtime.builtins, entry->key.as<Str>(), entry->value);
}

static void endModules(Thread &t) {
  clearSysReferences();
  std::vector<ModuleWatch> watched = removeModules(t);
  gc::collect(t, 2);
  for (size_t i = watched.size(); i-- > 0;) {
    Object *alive = watched[i].reference.as<WeakRef>()->alive();
    if (!alive) continue;
    Ref module = Ref::share(Value(alive));
    Dict *dict = module.as<Module>()->dict;
    if (dict != runtime.builtins && dict != runtime.sysModule->dict) clearModule(dict);
  }
  watched.clear();
  gc::collect(t, 2);
}

int coil::vm::endRuntime(Thread &t) {
  endThreads(t);
  runExitFunctions(t);
  int status = flushOutput(t);
  runtime.finalizing = true;
  gil::closeToOthers(t);
  Value out = sysLookup(names::stdout), error = sysLookup(names::stderr);
  Ref keepOut = out.empty() ? Ref() : Ref::share(out), keepError = error.empty() ? Ref() : Ref::share(error);
  endModules(t);
  clearThread(t);
  if (!status) status = flushOutput(t);
  flushStandardStreams(t);
  clearModule(runtime.sysModule->dict);
  restoreBuiltins();
  for (size_t i = 0; i < releases.size(); ++i) releases[i](); // one may lead to another
  if (!releases.empty()) gc::collect(t, 2);
  return status;
}
