// The descriptive struct sequences of sys: version_info, flags, float_info, int_info, hash_info.
#pragma once

#include "VM/Core/Ref.h"

namespace coil::vm {

Ref makeVersionInfo();
Ref makeFlags();
Ref makeFloatInfo();
Ref makeIntInfo();
Ref makeHashInfo();
Ref makeThreadInfo();

} // namespace coil::vm
