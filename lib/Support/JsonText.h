// Strings in our JSON: UTF-8, except that what JSON cannot hold (lone surrogates) is written as \uXXXX.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/JSON.h"
#include <optional>
#include <string>

namespace llvm {
class raw_ostream;
}

namespace coil {

// A JSON string literal. `text` is UTF-8 in which lone surrogates may stand as three bytes.
void writeJsonString(llvm::raw_ostream &os, llvm::StringRef text);

// Parses a document; sets `error` and gives nullopt if it is none. Lone surrogates survive (LLVM's parser
// alone would replace them): they come out of strings as a private escape that fromJsonString undoes. Nesting
// is bounded.
std::optional<llvm::json::Value> parseJson(llvm::StringRef text, std::string &error);

// The text of a string that parseJson gave.
std::string fromJsonString(llvm::StringRef text);

} // namespace coil
