// Opening the descriptor of a FileIO.
#pragma once

#include "VM/Modules/_io/FileIO.h"

namespace coil::vm::io {

// FileIO.__init__ on a closed file. `file` is a path or a descriptor, `opener` may be None.
Status openFile(Thread &t, FileIO *self, Value file, const std::string &mode, bool closefd, Value opener);

// A path argument as the system takes it: what os.fspath() gives, encoded for the file system.
Result<std::string> pathText(Thread &t, Value path);

} // namespace coil::vm::io
