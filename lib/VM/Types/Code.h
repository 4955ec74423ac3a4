// code: a compiled piece of a program, and its translation for the interpreter.
#pragma once

#include "Bytecode/Code.h"
#include "VM/Types/Str.h"
#include "VM/Types/Tuple.h"

namespace coil::vm {

struct Program; // the interpreter's private form; see Interp/

struct Code : Object {
  int argcount, posonlyargcount, kwonlyargcount, stacksize, codeFlags, firstlineno;
  int localsplusCount; // locals, cells and free variables
  int localCount;      // of these: plain locals and arguments (co_nlocals)
  int cellCount;       // cells that are no arguments, and cells that are
  int freeCount;
  Tuple *consts;
  Tuple *names;
  Tuple *localsplusNames;
  Str *filename, *name, *qualname;
  const bytecode::Code *raw; // the artifact: instructions, tables; owned through `pool`
  std::shared_ptr<bytecode::ObjectPool> *pool;
  Program *program;     // translated on first execution
  std::string *unsound; // owned; why it must not be executed, or null

  int totalArgs() const { return argcount + kwonlyargcount; }
  uint8_t localKind(int i) const { return raw->localKind(i); }
};

using CodeRef = ObjectRef<Code>;
template <> inline Type &typeFor<Code>() { return types::Code; }

// The code object and, recursively, its constants. A `filename` that is not empty replaces the recorded one.
CodeRef makeCode(const bytecode::Code &code, std::shared_ptr<bytecode::ObjectPool> pool,
                 llvm::StringRef filename = {});

// A constant of a code object as a value; code objects among them as makeCode makes them.
Ref makeConstant(const bytecode::Object &object, const std::shared_ptr<bytecode::ObjectPool> &pool,
                 llvm::StringRef filename = {});

// Line of an instruction unit; -1 when it has none.
int lineAt(const Code *code, int unit);

} // namespace coil::vm
