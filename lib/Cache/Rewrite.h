// Changing a .pyc without compiling: other references, other file names, another header.
#pragma once

#include "Bytecode/PycHeader.h"
#include "llvm/ADT/SmallVector.h"
#include <optional>
#include <string>

namespace coil::cache {

enum class Invalidation : uint8_t { Timestamp, CheckedHash, UncheckedHash };

// The header that stamps bytecode with the source file at `source`. On failure gives nullopt and sets
// `error`.
std::optional<bytecode::PycHeader> stampFor(llvm::StringRef source, Invalidation mode, std::string &error);

// Header and marshalled code, as a file's bytes. False if the code nests too deep to be written.
[[nodiscard]] bool writePyc(const bytecode::PycHeader &header, const bytecode::Code &code,
                            bytecode::RefPolicy policy, llvm::SmallVectorImpl<char> &out);

// The code object with co_filename changed in it and in all code objects below: where it begins with `from`
// (a whole path, or followed by a slash), that becomes `to`. `pool` owns what is new; the rest is shared with
// `code`. `changed` counts the code objects whose file name is another one.
const bytecode::Code *relocate(const bytecode::Code &code, llvm::StringRef from, llvm::StringRef to,
                               bytecode::ObjectPool &pool, size_t &changed);

} // namespace coil::cache
