// The module _pickle: what the module pickle is fast by.
#include "VM/Core/Runtime.h"
#include "VM/Import/Import.h"
#include "VM/Modules/_pickle/Reader.h"
#include "VM/Modules/_pickle/Writer.h"

using namespace coil::vm;
using namespace coil::vm::pickle;

State pickle::state;
Type *pickle::pickleErrorType = nullptr;
Type *pickle::picklingErrorType = nullptr;
Type *pickle::unpicklingErrorType = nullptr;

namespace {

// dump(obj, file, protocol=None, *, fix_imports=True, buffer_callback=None)
Ref dumpFunction(Thread &t, const Value *args) {
  Writer w;
  CHECK(w.setProtocol(t, args[2], args[3]));
  CHECK(w.setFile(t, args[1]));
  CHECK(w.setBufferCallback(t, args[4]));
  CHECK(w.dump(t, args[0]));
  CHECK(w.flush(t));
  return Ref::none();
}

// dumps(obj, protocol=None, *, fix_imports=True, buffer_callback=None)
Ref dumpsFunction(Thread &t, const Value *args) {
  Writer w;
  CHECK(w.setProtocol(t, args[1], args[2]));
  CHECK(w.setBufferCallback(t, args[3]));
  CHECK(w.dump(t, args[0]));
  return w.finish();
}

Status checkText(Thread &t, const char *function, const Value *args) {
  for (int i : {0, 1})
    if (!isStr(args[i]))
      return raise(t, types::TypeError, "%() argument '%' must be str, not %", function,
                   i == 0 ? "encoding" : "errors", argumentTypeName(args[i]));
  return Status::ok();
}

// load(file, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=())
Ref loadFunction(Thread &t, const Value *args) {
  Reader r;
  r.fixImports = TRY(truth(t, args[1]));
  CHECK(checkText(t, "load", args + 2));
  CHECK(r.setFile(t, args[0]));
  CHECK(r.setText(t, args[2], args[3]));
  CHECK(r.setBuffers(t, args[4]));
  return r.load(t);
}

// loads(data, /, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=())
Ref loadsFunction(Thread &t, const Value *args) {
  Reader r;
  r.fixImports = TRY(truth(t, args[1]));
  CHECK(checkText(t, "loads", args + 2));
  CHECK(r.setBytes(t, args[0]));
  CHECK(r.setText(t, args[2], args[3]));
  CHECK(r.setBuffers(t, args[4]));
  return r.load(t);
}

NativeDef kFunctions[] = {
    {"dump", dumpFunction,
     "($module, /, obj, file, protocol=None, *, fix_imports=True,\n     buffer_callback=None)",
     "Write the pickle of an object to a file: Pickler(file, protocol).dump(obj) in one step.\n\nThe file "
     "needs a "
     "method write() that takes bytes. See Pickler for the other arguments."},
    {"dumps", dumpsFunction,
     "($module, /, obj, protocol=None, *, fix_imports=True,\n      buffer_callback=None)",
     "Give the pickle of an object as bytes.\n\nSee Pickler for the arguments."},
    {"load", loadFunction,
     "($module, /, file, *, fix_imports=True, encoding='ASCII',\n     errors='strict', buffers=())",
     "Read one pickle from a file and give the object that it makes.\n\nThe file needs methods read() and "
     "readline(). See Unpickler for the other arguments."},
    {"loads", loadsFunction,
     "($module, data, /, *, fix_imports=True, encoding='ASCII',\n      errors='strict', buffers=())",
     "Give the object that a pickle, a bytes-like object, makes.\n\nSee Unpickler for the arguments."},
};

const ModuleType kTypes[] = {
    {types::PickleBuffer, kPickleBufferSpec, types::Object},
    {types::Pickler, kPicklerSpec, types::Object},
    {types::PicklerMemoProxy, kPicklerMemoProxySpec, types::Object, false},
    {types::Unpickler, kUnpicklerSpec, types::Object},
    {types::UnpicklerMemoProxy, kUnpicklerMemoProxySpec, types::Object, false},
};

struct Source {
  const char *module, *name;
  Value &slot;
  bool isDict;
};

const Source kSources[] = {
    {"copyreg", "dispatch_table", state.dispatchTable, true},
    {"copyreg", "_extension_registry", state.extensionRegistry, true},
    {"copyreg", "_inverted_registry", state.invertedRegistry, true},
    {"copyreg", "_extension_cache", state.extensionCache, true},
    {"_compat_pickle", "NAME_MAPPING", state.newNames, true},
    {"_compat_pickle", "IMPORT_MAPPING", state.newModules, true},
    {"_compat_pickle", "REVERSE_NAME_MAPPING", state.oldNames, true},
    {"_compat_pickle", "REVERSE_IMPORT_MAPPING", state.oldModules, true},
    {"codecs", "encode", state.codecsEncode, false},
    {"functools", "partial", state.partial, false},
    {"builtins", "getattr", state.getattr, false},
};

void dropState() {
  for (const Source &source : kSources) replaceOwned(source.slot, Value());
}

Status fillState(Thread &t) {
  if (!state.getattr.empty()) return Status::ok();
  for (const Source &source : kSources) {
    Ref found = TRY(importAttribute(t, source.module, source.name));
    if (source.isDict && !isExactDict(found))
      return raise(t, types::RuntimeError, "%.% should be a dict, not %", source.module, source.name,
                   fullName(found));
    replaceOwned(source.slot, found.release());
  }
  releaseAtEnd(dropState);
  return Status::ok();
}

Status populate(Thread &t, Module *module) {
  CHECK(fillState(t));
  CHECK(addException(t, module, pickleErrorType, "_pickle.PickleError", types::Exception));
  CHECK(addException(t, module, picklingErrorType, "_pickle.PicklingError", *pickleErrorType));
  return addException(t, module, unpicklingErrorType, "_pickle.UnpicklingError", *pickleErrorType);
}

} // namespace

const ModuleSpec coil::vm::kPickleModule = {
    .name = "_pickle",
    .doc = "What the module pickle is fast by.",
    .functions = kFunctions,
    .populate = populate,
    .types = kTypes,
};
