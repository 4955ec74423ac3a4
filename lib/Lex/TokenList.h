// The tokens of the `tokenize` module: what pytok shows and what travels between the tools.
#pragma once

#include "Lex/Token.h"
#include "Support/Artifact.h"
#include "llvm/ADT/StringRef.h"
#include <optional>
#include <string>
#include <vector>

namespace llvm {
class raw_ostream;
}

namespace coil::lex {

// One TokenInfo. Lines count from 1, columns in characters from 0. Keywords are Name.
struct ModuleToken {
  TokenKind kind; // the exact kind: LPar, not Op
  uint32_t startLine, startColumn;
  uint32_t endLine, endColumn;
  uint32_t start, end; // the range of its string in TokenList::text

  bool operator==(const ModuleToken &) const = default;
};

// All tokens of a source, with the source. The text is decoded, but has its own line ends; where the tokens
// were read from text, it is laid out again from their positions.
struct TokenList {
  std::string filename;
  std::string encoding = "utf-8"; // of the ENCODING token
  std::string text;
  std::string
      original; // the bytes of the file, where they are not `text`: another encoding, a byte-order mark
  bool laidOutAgain = false; // `text` is not the source's own, but made from the tokens
  std::vector<ModuleToken> tokens;

  llvm::StringRef spelling(const ModuleToken &token) const {
    if (token.kind == TokenKind::Encoding) return encoding;
    return llvm::StringRef(text).substr(token.start, token.end - token.start);
  }
};

// Why the tokenize module gives up, as `python -m tokenize` prints it.
struct TokenizeError {
  std::string message; // with the file name and place before it
};

// What `python -m tokenize FILENAME` does with these bytes. On an error no tokens are given, as there.
std::optional<TokenizeError> tokenizeModule(llvm::StringRef bytes, llvm::StringRef filename, TokenList &out);

// "1,0-1,4:            NAME           'name'         " for each token; with `exact`, LPAR for OP.
void writeTokenText(llvm::raw_ostream &os, const TokenList &list, bool exact);
void writeTokenJson(llvm::raw_ostream &os, const TokenList &list);
void writeTokenBinary(llvm::raw_ostream &os, const TokenList &list);

// Reads any of the three forms. Gives nullopt and sets `error` ("line 3: ...") if the bytes are no token
// artifact.
std::optional<TokenList> readTokens(llvm::StringRef bytes, ArtifactForm form, std::string &error);
std::optional<TokenList> readTokenText(llvm::StringRef bytes, std::string &error);
std::optional<TokenList> readTokenJson(llvm::StringRef bytes, std::string &error);
std::optional<TokenList> readTokenBinary(llvm::StringRef bytes, std::string &error);

// The kind that CPython's name stands for ("NAME", "LPAR"); nullopt if there is none such.
std::optional<TokenKind> tokenKindFromName(llvm::StringRef name);
// The kind of the operator that is spelled so, else Op.
TokenKind operatorKind(llvm::StringRef text);

inline constexpr unsigned kTokensVersion = 1;

// The source again, as bytes: the original's where they are known, else the text in its encoding. False if
// that cannot hold the text.
bool untokenize(const TokenList &list, std::string &out);

} // namespace coil::lex
