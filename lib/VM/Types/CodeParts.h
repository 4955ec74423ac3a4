// The parts that a code object is made from.
#pragma once

#include "VM/Types/Bytes.h"
#include "VM/Types/Code.h"

namespace coil::vm {

// In the words of code()'s parameters; borrowed.
struct CodeParts {
  int64_t argcount, posonlyargcount, kwonlyargcount, nlocals, stacksize, flags, firstlineno;
  Bytes *code, *linetable, *exceptiontable;
  Tuple *consts, *names, *varnames, *freevars, *cellvars;
  Str *filename, *name, *qualname;
};

// Checks the parts and puts them together. `base` owns the code objects among the constants; it may be null.
CodeRef newCode(Thread &t, const CodeParts &parts, const std::shared_ptr<bytecode::ObjectPool> &base);

} // namespace coil::vm
