// Compiling one source into its cached files. Internal to Cache.
#pragma once

#include "Cache/Compile.h"

namespace coil::cache {

// A source, and the tree it was found in (for -d), or "" for one that was named itself.
struct SourceFile {
  std::string path;
  std::string tree;
};

// A worker's memory, which it uses again for every file: the source as it was read, the file to write.
struct Buffers {
  llvm::SmallVector<char, 0> source;
  llvm::SmallVector<char, 0> pyc;
};

// Brings the cached files of one source up to date, at every level that is asked for.
Event compileFile(const SourceFile &file, const CompileOptions &options, const CompileFn &compile,
                  Buffers &buffers);

// The file name to record, from -d, -s and -p; nullopt if it is the path itself.
std::optional<std::string> recordedName(const SourceFile &file, const CompileOptions &options);

} // namespace coil::cache
