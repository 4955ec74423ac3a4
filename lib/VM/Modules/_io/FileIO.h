// _io.FileIO: a file descriptor.
#pragma once

#include "VM/Modules/_io/IO.h"

namespace coil::vm {

struct FileIO : IOBase {
  int fd; // -1: closed
  bool created, readable, writable, appending, closefd, finalizing;
  int8_t seekable; // -1: not known yet
  uint32_t blockSize;
};

namespace io {

// What reading and writing give when the file is non-blocking and nothing can be done now.
inline constexpr int64_t kWouldBlock = -2;

// One system call each, tried again after signals.
Result<int64_t> fileRead(Thread &t, FileIO *file, uint8_t *to, int64_t size);
Result<int64_t> fileWrite(Thread &t, FileIO *file, const uint8_t *from, int64_t size);
Result<int64_t> fileSeek(Thread &t, FileIO *file, int64_t position, int whence);

} // namespace io
} // namespace coil::vm
