// Position markers: the columns come from the location table, the operator inside them from parsing the piece
// of source.
#include "VM/Exceptions/Anchors.h"
#include "Bytecode/LineTable.h"
#include "Parse/Parse.h"

using namespace coil;

namespace {

bool isSpace(char c) { return c == ' ' || c == '\t' || c == '\f'; }

int64_t characters(llvm::StringRef utf8) {
  return llvm::count_if(utf8, [](char c) { return (c & 0xC0) != 0x80; });
}

// Character columns of the whole line: [left, right) is the part that is marked with ^ inside ~.
struct Anchors {
  int64_t left = -1, right = -1;
  bool found() const { return left >= 0; }
};

// The operator of a binary operation, or the brackets of a subscript; byte offsets in the segment.
bool operatorRange(const ast::AnyExpr *expr, llvm::StringRef segment, size_t &left, size_t &right) {
  if (auto *binary = ast::dyn<ast::BinOp>(expr)) {
    size_t end = binary->right->pos.col_offset;
    for (size_t i = binary->left->pos.end_col_offset; i < end && i < segment.size(); ++i) {
      if (isSpace(segment[i])) continue;
      left = i;
      right = i + 1;
      if (i + 1 < end && !isSpace(segment[i + 1])) ++right;
      return true;
    }
    return false;
  }
  if (auto *subscript = ast::dyn<ast::Subscript>(expr)) {
    left = subscript->value->pos.end_col_offset;
    right = subscript->slice->pos.end_col_offset + 1;
    return true;
  }
  return false;
}

Anchors anchorsIn(const std::string &source, size_t start, size_t end) {
  Anchors anchors;
  llvm::StringRef segment = llvm::StringRef(source).slice(start, end);
  Diagnostics diagnostics;
  auto tree = parse::parseText(segment, {}, diagnostics);
  if (!tree) return anchors;
  auto *module = ast::dyn<ast::Module>(tree->root);
  if (!module || module->body.size() != 1) return anchors;
  auto *statement = ast::dyn<ast::Expr>(module->body[0]);
  size_t left, right;
  if (!statement || !operatorRange(statement->value, segment, left, right)) return anchors;
  anchors.left = characters(llvm::StringRef(source).take_front(start + left));
  anchors.right = characters(llvm::StringRef(source).take_front(start + right));
  return anchors;
}

} // namespace

std::string vm::positionMarkers(const bytecode::Code &code, int unit, const std::string &source,
                                size_t indent) {
  bytecode::Location place = bytecode::locationAt(code, unit);
  if (place.line < 0 || place.endLine < 0 || place.column < 0 || place.endColumn < 0) return "";
  llvm::StringRef line = source;
  size_t endByte = place.endColumn;
  Anchors anchors;
  if (place.line == place.endLine)
    anchors = anchorsIn(source, place.column, endByte);
  else
    endByte = line.rtrim(" \t\f").size();
  int64_t start = characters(line.take_front(place.column)), end = characters(line.take_front(endByte));
  if (end - start == characters(line.drop_front(indent)) && !anchors.found()) return "";
  std::string markers;
  for (int64_t column = characters(line.take_front(indent)); column < end; ++column) {
    bool inner = anchors.found() && anchors.left <= column && column < anchors.right;
    markers += column < start ? ' ' : anchors.found() && !inner ? '~' : '^';
  }
  return markers;
}
