// property and super: what the interpreter needs to know of them.
#pragma once

#include "VM/Core/Ref.h"

namespace coil::vm {

class Thread;
struct Str;

// The function that reads the attribute, borrowed; empty if there is none.
Value propertyGetter(Value property);

// super(), in the innermost Python frame.
Ref superOfFrame(Thread &t);
// The function and the instance of a method that an exact super object finds, borrowed; false where calling
// what it finds is not calling that function with the instance first.
bool superMethod(Value super, Str *name, Value &function, Value &self);

} // namespace coil::vm
