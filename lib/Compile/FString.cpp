// f-strings.
#include "Compile/Codegen.h"

namespace coil::compile {

using namespace ast;

void Codegen::joinedStr(JoinedStr *e) {
  size_t n = e->values.size();
  if (n > kStackUseGuideline) {
    loadConst(constants.string(""));
    emitName(Ir::LOAD_METHOD, id.join);
    emit(Ir::BUILD_LIST, 0);
    for (AnyExpr *value : e->values) {
      expression(value);
      emit(Ir::LIST_APPEND, 1);
    }
    return call(1);
  }
  expressions(e->values);
  if (n != 1) emit(Ir::BUILD_STRING, n);
}

void Codegen::formattedValue(FormattedValue *e) {
  // FORMAT_VALUE's argument: conversion in the low bits, then whether a format specification is on the stack.
  constexpr size_t kHaveSpec = 4;
  expression(e->value);
  size_t arg = 0;
  switch (e->conversion) {
  case 's': arg = 1; break;
  case 'r': arg = 2; break;
  case 'a': arg = 3; break;
  case -1: break;
  default: return error("Unrecognized conversion character " + llvm::Twine(e->conversion));
  }
  if (e->format_spec) {
    expression(e->format_spec);
    arg |= kHaveSpec;
  }
  emit(Ir::FORMAT_VALUE, arg);
}

} // namespace coil::compile
