// Laying out source text again from tokens and their positions, so that it gives the same tree.
#pragma once

#include "Lex/TokenList.h"
#include <string>
#include <vector>

namespace coil::lex {

// Appends tokens to a list one by one and writes its text: what stood between two tokens were blanks, or a
// backslash and a line end.
class Relayout {
public:
  explicit Relayout(TokenList &list) : list(list) { list.laidOutAgain = true; }

  // Sets `error` if the token cannot stand there.
  void add(ModuleToken token, llvm::StringRef string, std::string &error);

private:
  bool moveTo(const ModuleToken &token, std::string &error);
  void indentTo(uint32_t width);
  void write(llvm::StringRef string);

  TokenList &list;
  uint32_t line = 1, column = 0;
  bool lineStart = true; // of a logical line
  std::vector<std::string> indents{""};
  static constexpr size_t kMaxBlanks =
      1u << 24; // in all: positions in a corrupt file are not to fill the memory
  size_t blanks = 0;
};

} // namespace coil::lex
