// The artifacts that travel between the tools: their kinds, how content is recognised, and the text header
// line.
#pragma once

#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <optional>
#include <string>

namespace llvm {
class raw_ostream;
}

namespace coil {

enum class ArtifactKind : uint8_t { Source, Tokens, Ast, Asm, Pyc, Marshal };
enum class ArtifactForm : uint8_t { Text, Json, Binary };

// What a piece of content is.
struct Artifact {
  ArtifactKind kind = ArtifactKind::Source;
  ArtifactForm form = ArtifactForm::Text;
  bool operator==(const Artifact &) const = default;
};

// The magic bytes of the binary forms of tokens and AST.
inline constexpr llvm::StringLiteral kTokensMagic("\x89"
                                                  "COILTOK");
inline constexpr llvm::StringLiteral kAstMagic("\x89"
                                               "COILAST");

// The word for a kind in `--from=` and in header lines: "source", "tokens", "ast", "asm", "pyc", "marshal".
llvm::StringRef artifactKindName(ArtifactKind kind);
std::optional<ArtifactKind> artifactKindFromName(llvm::StringRef name);

// Decides by content. Whatever is no artifact is source: empty input too.
Artifact detectArtifact(llvm::StringRef bytes);

// The form of content that is known (through --from) to be of the given kind.
ArtifactForm detectForm(ArtifactKind kind, llvm::StringRef bytes);

// The header line of a text artifact: # coil: tokens 1 source="fib.py"
struct ArtifactHeader {
  ArtifactKind kind = ArtifactKind::Tokens;
  unsigned version = 1;
  std::string source;
};

// Writes the header line, newline included.
void writeArtifactHeader(llvm::raw_ostream &os, const ArtifactHeader &header);

// Takes the header line off the front of `text`. Without a header line, gives nullopt and leaves `text` and
// `error` alone; with a malformed one, gives nullopt and sets `error`.
std::optional<ArtifactHeader> takeArtifactHeader(llvm::StringRef &text, std::string &error);

// Writes a Python string literal in double quotes, all ASCII controls, quotes and bytes that are no UTF-8
// (as surrogate escapes, \udc80 to \udcff) escaped.
void writeQuoted(llvm::raw_ostream &os, llvm::StringRef text);

// Takes such a literal off the front of `text`; nullopt if there is none or it is malformed.
std::optional<std::string> takeQuoted(llvm::StringRef &text);

} // namespace coil
