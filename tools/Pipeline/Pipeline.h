// From any artifact to bytecode: what the later tools do with an earlier stage's output.
#pragma once

#include "Bytecode/PycHeader.h"
#include "Compile/Compile.h"
#include "Parse/Parse.h"
#include "Support/Tool.h"

namespace coil::pipeline {

struct PipelineOptions {
  parse::Mode mode = parse::Mode::Exec;
  compile::CompileOptions compile; // its filename is set from the input
};

// The code object in `input`: a .pyc, marshal data and assembly are read; source, tokens and trees
// are taken through the stages that are missing. What is wrong is
// reported, warnings too; then the code is null, and `status` the exit status.
struct Loaded {
  bytecode::OwnedCode code;
  int status = kDone;
  std::optional<bytecode::PycHeader> header; // of a .pyc, or of assembly that has one
};
Loaded loadCode(const Input &input, const ToolOptions &options, const PipelineOptions &pipeline,
                const bytecode::MarshalReadOptions &marshal = {});

} // namespace coil::pipeline
