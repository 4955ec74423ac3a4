// '%' formatting with a literal format and a tuple display, as an f-string.
#include "Compile/Fold.h"

#include "llvm/ADT/SmallString.h"

namespace coil::compile {

using namespace ast;

namespace {

constexpr Position kArtificial = {-1, -1, -1, -1};
constexpr int kMaxDigits = 3;

struct Spec {
  char type = 0;
  bool leftAdjust = false;
  int width = -1;
  int precision = -1;
};

// Reads up to two digits; false if there are more or the format ends.
bool readNumber(llvm::StringRef format, size_t &position, char &c, int &value) {
  value = 0;
  for (int digits = 0; c >= '0' && c <= '9';) {
    value = value * 10 + (c - '0');
    if (position >= format.size()) return false;
    c = format[position++];
    if (++digits >= kMaxDigits) return false;
  }
  return true;
}

bool parseSpec(llvm::StringRef format, size_t &position, Spec &spec) {
  char c;
  auto next = [&] {
    if (position >= format.size()) return false;
    c = format[position++];
    return true;
  };
  do {
    if (!next()) return false;
    if (c == '-') spec.leftAdjust = true;
  } while (c == '-' || c == '+' || c == ' ' || c == '#' || c == '0');
  if (c >= '0' && c <= '9' && !readNumber(format, position, c, spec.width)) return false;
  if (c == '.') {
    if (!next()) return false;
    spec.precision = 0;
    if (c >= '0' && c <= '9' && !readNumber(format, position, c, spec.precision)) return false;
  }
  spec.type = c;
  return c == 's' || c == 'r' || c == 'a';
}

} // namespace

AnyExpr *foldFormat(ASTContext &context, const BinOp *node, llvm::StringRef format, Seq<AnyExpr *> values) {
  llvm::SmallVector<AnyExpr *, 16> parts;
  auto literal = [&](llvm::StringRef text) {
    ConstantValue value = ConstantValue::text(ConstantKind::Str, context.copy(text));
    return context.make<Constant>(kArtificial, value, nullptr);
  };
  size_t position = 0;
  for (uint32_t index = 0;; ++index) {
    llvm::SmallString<64> text;
    while (position < format.size()) {
      char c = format[position];
      if (c == '%' && !(position + 1 < format.size() && format[position + 1] == '%')) break;
      position += c == '%' ? 2 : 1;
      text.push_back(c);
    }
    if (!text.empty()) parts.push_back(literal(text));
    if (position >= format.size()) {
      if (index < values.size()) return nullptr; // more items than format units
      break;
    }
    if (index >= values.size()) return nullptr; // more format units than items
    ++position;
    Spec spec;
    if (!parseSpec(format, position, spec)) return nullptr;
    llvm::SmallString<16> formatSpec;
    if (!spec.leftAdjust && spec.width > 0) formatSpec.push_back('>');
    if (spec.width >= 0) formatSpec += std::to_string(spec.width);
    if (spec.precision >= 0) (formatSpec += '.') += std::to_string(spec.precision);
    AnyExpr *specExpr = formatSpec.empty() ? nullptr : literal(formatSpec);
    parts.push_back(context.make<FormattedValue>(values[index]->pos, values[index],
                                                 static_cast<int32_t>(spec.type), specExpr));
  }
  return context.make<JoinedStr>(node->pos, context.makeSeq<AnyExpr *>(parts));
}

} // namespace coil::compile
