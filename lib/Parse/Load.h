// One way to a tree from every earlier artifact: source, tokens or a tree.
#pragma once

#include "Parse/Parse.h"
#include "Support/Artifact.h"

namespace coil::parse {

// Gives the tree of what `artifact` says the bytes are, running the stages between. An empty options.filename
// takes the name that travelled in the artifact. On failure gives null, and either diagnostics.error is set
// (the program is wrong), or `error` (the artifact is).
std::unique_ptr<ast::ASTContext> loadTree(const Artifact &artifact, llvm::StringRef bytes,
                                          ParseOptions options, Diagnostics &diagnostics, std::string &error);

} // namespace coil::parse
