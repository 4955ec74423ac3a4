// "Did you mean: '...'?" for names and attributes.
#pragma once

#include "VM/Core/Thread.h"

namespace coil::vm {

// The addition to an exception's last line, or nothing. Never raises.
std::string suggestionFor(Thread &t, Value exception);

} // namespace coil::vm
