// pickle.PickleBuffer: a buffer that may travel outside of the pickle (PEP 574).
#pragma once

#include "VM/Modules/_pickle/Pickle.h"
#include "VM/Protocol/Buffer.h"

namespace coil::vm::pickle {

struct PickleBuffer : Object {
  Buffer buffer; // of the object; not open once it is released
};

// ValueError once it is released.
Status checkUsable(Thread &t, PickleBuffer *b);

} // namespace coil::vm::pickle
