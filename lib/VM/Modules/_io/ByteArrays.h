// Memory that raw streams written in Python are given to read into and to write from.
#pragma once

#include "VM/Modules/_io/IO.h"

namespace coil::vm::io {

// A bytearray of `size` zeros, and the first `size` bytes of one.
Ref newByteArray(Thread &t, int64_t size);
Ref bytesOfArray(Thread &t, Value array, int64_t size);

// A memoryview of a stretch of a buffer, for the length of a call. As in CPython, whoever keeps it longer
// looks at memory that others use.
Ref viewOfMemory(Thread &t, uint8_t *data, int64_t size, bool readOnly);

} // namespace coil::vm::io
