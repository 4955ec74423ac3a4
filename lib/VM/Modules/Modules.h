// The native modules, by name.
#pragma once

#include "VM/Bind/Native.h"
#include "VM/Types/Module.h"

namespace coil::vm {

#define MODULE(Name, text) extern const ModuleSpec k##Name##Module;
#include "VM/Modules/Modules.def"

// All of Modules.def.
llvm::ArrayRef<const ModuleSpec *> nativeModules();
// The row of a name; null if there is none.
const ModuleSpec *findNativeModule(llvm::StringRef name);
// Makes the module with its functions, runs its populate, and enters it into sys.modules.
ObjectRef<Module> makeNativeModule(Thread &t, const ModuleSpec &spec);
// Puts the functions into a module's dict.
void addFunctions(Module *module, llvm::ArrayRef<NativeDef> functions, Str *moduleName);
// A new exception class, "module.Name" in full, as a module's own error. Owned.
Ref newExceptionClass(Thread &t, const char *fullName, Type &base);

} // namespace coil::vm
