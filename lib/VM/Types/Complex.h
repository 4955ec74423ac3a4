// complex.
#pragma once

#include "VM/Heap/Heap.h"
#include "VM/Types/Types.h"

namespace coil::vm {

struct Complex : Object {
  double real, imag;
};

Ref makeComplex(double real, double imag);

} // namespace coil::vm
