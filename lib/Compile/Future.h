// `from __future__ import ...`.
#pragma once

#include "AST/AST.h"
#include "Support/Diagnostic.h"

namespace coil::compile {

struct FutureFeatures {
  uint32_t flags = 0;
  int line = -1; // of the last future statement
};

// Reads the future statements at the head of a module; false with `error` set if one is not valid.
bool findFutures(const ast::Mod &root, FutureFeatures &features, std::optional<Diagnostic> &error);

} // namespace coil::compile
