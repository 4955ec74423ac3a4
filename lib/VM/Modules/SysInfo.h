// The descriptive struct sequences of sys: version_info, flags, float_info, int_info, hash_info.
#pragma once

#include "VM/Bind/Native.h"
#include "VM/Core/Ref.h"

namespace coil::vm {

Ref makeVersionInfo();
Ref makeFlags();
Ref makeFloatInfo();
Ref makeIntInfo();
Ref makeHashInfo();
Ref makeThreadInfo();

// The functions of SysHooks.cpp and SysControl.cpp.
llvm::ArrayRef<NativeDef> sysHookFunctions();
llvm::ArrayRef<NativeDef> sysControlFunctions();
Ref makeStdlibModuleNames(Thread &t);

} // namespace coil::vm
