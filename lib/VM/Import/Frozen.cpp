// The table of embedded modules; the build writes the bytes (utils/cmake/Embed.cmake).
#include "VM/Import/Frozen.h"

using namespace coil::vm;

#define FROZEN(symbol, file)                                                                                 \
  namespace coil::vm::frozen {                                                                               \
  extern const unsigned char symbol[];                                                                       \
  extern const unsigned long symbol##Size;                                                                   \
  }
#include "VM/Import/Frozen.def"

llvm::ArrayRef<FrozenModule> coil::vm::frozenModules() {
  static const FrozenModule modules[] = {
#define FROZEN_NAME(name, symbol, isPackage, origin)                                                         \
  {name, {reinterpret_cast<const char *>(frozen::symbol), frozen::symbol##Size}, isPackage, origin},
#include "VM/Import/Frozen.def"
  };
  return modules;
}

const FrozenModule *coil::vm::findFrozenModule(llvm::StringRef name) {
  for (const FrozenModule &module : frozenModules())
    if (module.name == name) return &module;
  return nullptr;
}
