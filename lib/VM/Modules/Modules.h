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
// A module's own exception class, "module.Name" in full, under the part behind the dot in the module's dict.
// Like the types, it is made once in a process, into `slot`: functions of a module that has been imported
// again raise what those who imported it before know.
// `attribute`: its name in the dict, if that is another one.
Status addException(Thread &t, Module *module, Type *&slot, const char *fullName, Type &base,
                    const char *attribute = nullptr, const char *doc = nullptr);

} // namespace coil::vm
