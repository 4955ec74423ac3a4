// Laying out source text again from tokens.
#include "Lex/Relayout.h"
#include "Support/Utf8.h"
#include <algorithm>

using namespace coil;
using namespace coil::lex;

void Relayout::write(llvm::StringRef string) {
  list.text += string;
  size_t eol = string.rfind('\n');
  if (eol == llvm::StringRef::npos) {
    column += uint32_t(countCodePoints(string));
    return;
  }
  line += uint32_t(string.count('\n'));
  column = uint32_t(countCodePoints(string.drop_front(eol + 1)));
}

static uint32_t columnsOf(llvm::StringRef indent) {
  uint32_t columns = 0;
  for (char c : indent) columns = c == '\t' ? (columns / 8 + 1) * 8 : c == '\f' ? 0 : columns + 1;
  return columns;
}

// The indentation of a logical line that has no INDENT token: `width` characters that reach as far as that of
// its block, with tabs where it takes them. The block's own is taken if it fits; a form feed makes up for
// what is too much.
void Relayout::indentTo(uint32_t width) {
  const std::string &indent = indents.back();
  uint32_t columns = columnsOf(indent);
  column = width;
  if (width == indent.size()) {
    list.text += indent;
    return;
  }
  for (uint32_t tabs = 0; tabs * 8 <= columns && tabs <= width; ++tabs) {
    uint32_t spaces =
        columns - tabs * 8; // behind the tabs; what is left over stands before them, and is swallowed
    if (tabs + spaces > width || width - tabs - spaces > tabs * 7) continue;
    uint32_t before = width - tabs - spaces;
    for (uint32_t i = 0; i < tabs; ++i) {
      uint32_t swallowed = std::min(before, 7u);
      list.text.append(swallowed, ' ');
      list.text += '\t';
      before -= swallowed;
    }
    list.text.append(spaces, ' ');
    return;
  }
  if (width > indent.size()) {
    list.text.append(width - indent.size(), '\f');
    list.text += indent;
  } else {
    list.text.append(width, ' ');
  }
}

bool Relayout::moveTo(const ModuleToken &token, std::string &error) {
  if (token.startLine < line || (token.startLine == line && token.startColumn < column)) {
    error = "a token begins before the one before it ends";
    return false;
  }
  blanks += size_t(token.startLine - line) * 2;
  if (token.startLine == line)
    blanks += token.startColumn - column;
  else
    blanks += token.startColumn;
  if (blanks > kMaxBlanks) {
    error = "the tokens lie too far apart";
    return false;
  }
  for (; line < token.startLine; ++line, column = 0) list.text += "\\\n";
  if (lineStart && column == 0 && token.kind != TokenKind::Indent) {
    indentTo(token.startColumn);
  } else {
    list.text.append(token.startColumn - column, ' ');
    column = token.startColumn;
  }
  return true;
}

void Relayout::add(ModuleToken token, llvm::StringRef string, std::string &error) {
  uint32_t at = uint32_t(list.text.size());
  switch (token.kind) {
  case TokenKind::Encoding:
    if (!list.tokens.empty()) {
      error = "ENCODING is not the first token";
      return;
    }
    list.encoding = string.str();
    break;
  case TokenKind::Dedent:
    if (indents.size() > 1) indents.pop_back();
    break;
  case TokenKind::EndMarker: break;
  default:
    if (string.empty()) break; // an implied NEWLINE
    if (!moveTo(token, error)) return;
    if (token.kind == TokenKind::Indent) indents.push_back(string.str());
    at = uint32_t(list.text.size());
    write(string);
    if (token.kind == TokenKind::Newline)
      lineStart = true;
    else if (token.kind != TokenKind::Nl && token.kind != TokenKind::Comment &&
             token.kind != TokenKind::Indent)
      lineStart = false;
    break;
  }
  token.start = at;
  token.end = at + (token.kind == TokenKind::Encoding ? 0 : uint32_t(string.size()));
  list.tokens.push_back(token);
}
