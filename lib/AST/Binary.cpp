// The binary form of trees: the nodes as they lie in memory, with offsets for pointers, children before
// parents.
//
// Reading copies the image once and turns offsets into pointers while it checks them; nothing is allocated
// per node. docs/formats/ast.md describes the records.
#include "AST/AstArtifact.h"
#include "AST/Fields.h"
#include "AST/Shape.h"
#include "Support/ByteStream.h"
#include "Support/Utf8.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/Support/raw_ostream.h"
#include <cstring>

using namespace coil;
using namespace coil::ast;

static_assert(sizeof(void *) == 8 && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__);
static_assert(sizeof(Node) == 20 && sizeof(ConstantValue) == 16);

namespace {

// Offsets into the image are of its first byte plus kBias, so that 0 is null.
constexpr uint64_t kBias = 8;

class ImageWriter {
public:
  explicit ImageWriter(const ASTContext &tree) : tree(tree) {}

  void write(llvm::raw_ostream &os) {
    uint64_t root = node(tree.root);
    ByteWriter out;
    out.reserve(tree.source.size() + strings.size() + names.size() * 16 + 256);
    out.bytes(kAstMagic);
    out.u32(kAstVersion);
    out.string(tree.filename);
    out.string(tree.source);
    out.u32(uint32_t(names.size()));
    for (Identifier name : names) out.string(name->str());
    out.string(strings.data());
    out.align(8);
    out.u64(image.size());
    out.u64(root);
    os << out.data() << image.data(); // the image is large: it is not copied once more
  }

private:
  uint64_t name(Identifier id) {
    if (!id) return 0;
    auto [it, added] = numbers.try_emplace(id, names.size() + 1);
    if (added) names.push_back(id);
    return it->second;
  }

  void put(char *record, size_t offset, uint64_t value) { std::memcpy(record + offset, &value, 8); }

  // Writes a node after its children; gives its offset.
  uint64_t node(const Node *n) {
    const KindInfo &info = kindInfo(n->kind);
    char record[128] = {};
    std::memcpy(record, &n->pos, sizeof n->pos);
    record[sizeof n->pos] = char(n->kind);
    for (const FieldInfo &f : info.fields) field(n, f, record);
    image.align(8);
    uint64_t at = image.size();
    image.bytes({record, info.size});
    return at + kBias;
  }

  void field(const Node *n, const FieldInfo &f, char *record) {
    if (f.isSequence()) {
      put(record, f.offset, sequence(n, f));
      return;
    }
    switch (f.type) {
    case FieldType::Identifier:
    case FieldType::String: put(record, f.offset, name(fieldRef<Identifier>(n, f))); break;
    case FieldType::Int: std::memcpy(record + f.offset, &fieldRef<int32_t>(n, f), 4); break;
    case FieldType::Value: constant(fieldRef<ConstantValue>(n, f), record + f.offset); break;
    case FieldType::ExprContext:
    case FieldType::BoolOperator:
    case FieldType::Operator:
    case FieldType::UnaryOperator:
    case FieldType::CmpOperator: record[f.offset] = char(fieldRef<uint8_t>(n, f)); break;
    default: {
      const Node *child = fieldRef<const Node *>(n, f);
      put(record, f.offset, child ? node(child) : 0);
      break;
    }
    }
  }

  // u64 bits, u32 size, u8 kind, three zeros; for text the bits are the offset into the strings.
  void constant(const ConstantValue &value, char *to) {
    uint64_t bits = uint64_t(value.integer());
    uint32_t size = 0;
    if (value.hasText()) {
      bits = strings.size();
      size = uint32_t(value.text().size());
      strings.bytes(value.text());
    }
    std::memcpy(to, &bits, 8);
    std::memcpy(to + 8, &size, 4);
    to[12] = char(value.kind());
  }

  uint64_t sequence(const Node *n, const FieldInfo &f) {
    std::vector<uint64_t> words;
    std::vector<char> bytes;
    if (f.type == FieldType::CmpOperator) {
      for (CmpOperator op : fieldRef<Seq<CmpOperator>>(n, f)) bytes.push_back(char(op));
    } else if (f.type == FieldType::Identifier) {
      for (Identifier id : fieldRef<Seq<Identifier>>(n, f)) words.push_back(name(id));
    } else {
      for (const Node *child : fieldRef<Seq<Node *>>(n, f)) words.push_back(child ? node(child) : 0);
    }
    if (words.empty() && bytes.empty()) return 0;
    image.align(8);
    uint64_t at = image.size();
    image.u64(words.size() + bytes.size());
    for (uint64_t word : words) image.u64(word);
    image.bytes({bytes.data(), bytes.size()});
    return at + kBias;
  }

  const ASTContext &tree;
  ByteWriter image, strings;
  std::vector<Identifier> names;
  llvm::DenseMap<Identifier, uint64_t> numbers;
};

// Walks the image from the root and turns offsets into pointers. Since children lie before their parents, and
// each part of the image may be reached once only, what comes out is a tree.
class ImageReader {
public:
  ImageReader(char *image, uint64_t size, llvm::StringRef strings, llvm::ArrayRef<Identifier> names)
      : image(image), size(size), strings(strings), names(names), used(size / 512 + 1) {}

  Node *root(uint64_t offset) {
    Node *result = nullptr;
    return node(offset, size, 0, result) ? result : nullptr;
  }

  const char *error = nullptr;

private:
  bool fail(const char *message) {
    error = message;
    return false;
  }

  // A range that ends before `limit` and was not reached before.
  char *claim(uint64_t offset, uint64_t bytes, uint64_t limit) {
    uint64_t at = offset - kBias;
    if (offset < kBias || at % 8 || at >= limit || bytes > limit - at) return nullptr;
    // A bit for every eight bytes of the image; a record has at most a few of them.
    for (uint64_t first = at / 8, last = (at + bytes + 7) / 8; first < last;) {
      uint64_t count = std::min(last - first, 64 - first % 64);
      uint64_t mask = (count == 64 ? ~uint64_t(0) : (uint64_t(1) << count) - 1) << first % 64;
      uint64_t &word = used[first / 64];
      if (word & mask) return nullptr;
      word |= mask;
      first += count;
    }
    return image + at;
  }

  bool node(uint64_t offset, uint64_t limit, unsigned depth, Node *&result) {
    if (depth > kMaxTreeDepth) return fail("the tree is too deep");
    uint64_t at = offset - kBias;
    if (offset < kBias || at >= limit || limit - at < sizeof(Node))
      return fail("a node lies outside of the image");
    uint8_t kind = uint8_t(image[at + sizeof(Position)]);
    if (kind >= kKindCount) return fail("unknown kind of node");
    const KindInfo &info = kindInfo(Kind(kind));
    char *record = claim(offset, info.size, limit);
    if (!record) return fail("a node lies outside of the image or inside of another");
    result = reinterpret_cast<Node *>(record);
    for (const FieldInfo &f : info.fields)
      if (!field(result, f, at, depth)) return false;
    const char *message = shapeError(result);
    return !message || fail(message);
  }

  bool field(Node *n, const FieldInfo &f, uint64_t limit, unsigned depth) {
    if (f.isSequence()) return sequence(n, f, limit, depth);
    switch (f.type) {
    case FieldType::Identifier:
    case FieldType::String: return name(fieldRef<uint64_t>(n, f), f.quantity == Quantity::Opt);
    case FieldType::Int: return true;
    case FieldType::Value: return constant(fieldRef<ConstantValue>(n, f));
    case FieldType::ExprContext:
    case FieldType::BoolOperator:
    case FieldType::Operator:
    case FieldType::UnaryOperator:
    case FieldType::CmpOperator: return member(f.type, fieldRef<uint8_t>(n, f));
    default: return child(fieldRef<uint64_t>(n, f), f, f.quantity == Quantity::Opt, limit, depth);
    }
  }

  bool member(FieldType type, uint8_t value) {
    static const unsigned kSizes[] = {enumSize(FieldType::ExprContext), enumSize(FieldType::BoolOperator),
                                      enumSize(FieldType::Operator), enumSize(FieldType::UnaryOperator),
                                      enumSize(FieldType::CmpOperator)};
    return value < kSizes[unsigned(type) - unsigned(FieldType::ExprContext)] || fail("unknown operator");
  }

  bool name(uint64_t &word, bool optional) {
    if (word == 0 && optional) return true;
    if (word == 0 || word > names.size()) return fail("unknown name");
    word = reinterpret_cast<uint64_t>(names[word - 1]);
    return true;
  }

  bool child(uint64_t &word, const FieldInfo &f, bool optional, uint64_t limit, unsigned depth) {
    if (word == 0) return optional || fail("a required node is missing");
    Node *result = nullptr;
    if (!node(word, limit, depth + 1, result)) return false;
    if (!fits(result->kind, f.type)) return fail("a node stands where its kind may not");
    word = reinterpret_cast<uint64_t>(result);
    return true;
  }

  bool sequence(Node *n, const FieldInfo &f, uint64_t limit, unsigned depth) {
    uint64_t &word = fieldRef<uint64_t>(n, f);
    if (word == 0) return true;
    uint64_t at = word - kBias;
    if (word < kBias || at % 8 || at >= limit || limit - at < 8)
      return fail("a sequence lies outside of the image");
    uint64_t count;
    std::memcpy(&count, image + at, 8);
    uint64_t elementSize = f.type == FieldType::CmpOperator ? 1 : 8;
    if (count == 0 || count > (limit - at) / elementSize) return fail("a sequence lies outside of the image");
    char *data = claim(word, 8 + count * elementSize, limit);
    if (!data) return fail("a sequence lies outside of the image or inside of a node");
    word = reinterpret_cast<uint64_t>(data);
    auto *elements = reinterpret_cast<uint64_t *>(data + 8);
    for (uint64_t i = 0; i < count; ++i) {
      bool ok;
      if (f.type == FieldType::CmpOperator)
        ok = member(f.type, uint8_t(data[8 + i]));
      else if (f.type == FieldType::Identifier)
        ok = name(elements[i], false);
      else
        ok = child(elements[i], f, f.quantity == Quantity::OptSeq, at, depth);
      if (!ok) return false;
    }
    return true;
  }

  bool constant(ConstantValue &value) {
    char raw[16];
    std::memcpy(raw, &value, 16);
    uint64_t bits;
    uint32_t length;
    std::memcpy(&bits, raw, 8);
    std::memcpy(&length, raw + 8, 4);
    if (uint8_t(raw[12]) > uint8_t(ConstantKind::Complex)) return fail("unknown kind of constant");
    ConstantKind kind = ConstantKind(raw[12]);
    if (!value.hasText()) return true;
    if (bits > strings.size() || length > strings.size() - bits)
      return fail("a constant lies outside of the strings");
    llvm::StringRef text = strings.substr(bits, length);
    if (kind == ConstantKind::BigInt) {
      llvm::StringRef digits = text;
      digits.consume_front("-");
      if (digits.empty() || digits[0] == '0' ||
          digits.find_first_not_of("0123456789abcdef") != llvm::StringRef::npos)
        return fail("malformed integer");
    }
    if (kind == ConstantKind::Str && !validWtf8(text)) return fail("a string is not valid UTF-8");
    value = ConstantValue::text(kind, text);
    return true;
  }

  // UTF-8 in which surrogates may stand alone.
  static bool validWtf8(llvm::StringRef text) {
    while (!text.empty()) {
      text = text.drop_front(validUtf8Prefix(text));
      if (text.empty()) break;
      if (text.size() < 3 || uint8_t(text[0]) != 0xED || uint8_t(text[1]) < 0xA0 || uint8_t(text[1]) > 0xBF ||
          (uint8_t(text[2]) & 0xC0) != 0x80)
        return false;
      text = text.drop_front(3);
    }
    return true;
  }

  char *image;
  uint64_t size;
  llvm::StringRef strings;
  llvm::ArrayRef<Identifier> names;
  std::vector<uint64_t> used;
};

} // namespace

void coil::ast::writeAstBinary(llvm::raw_ostream &os, const ASTContext &tree) { ImageWriter(tree).write(os); }

std::unique_ptr<ASTContext> coil::ast::readAstBinary(llvm::StringRef bytes, std::string &error) {
  auto fail = [&](const char *message) {
    error = message;
    return nullptr;
  };
  ByteReader in(bytes);
  if (in.bytes(kAstMagic.size()) != kAstMagic) return fail("not a tree artifact");
  if (in.u32() != kAstVersion || !in.ok()) return fail("this version of the binary tree is not supported");
  auto ctx = std::make_unique<ASTContext>();
  ctx->filename = in.string().str();
  llvm::StringRef source = in.string();
  uint32_t nameCount = in.u32();
  if (!in.ok() || nameCount > in.left() / 4) return fail("the binary tree is truncated");
  if (validUtf8Prefix(source) != source.size()) return fail("the source text is not valid UTF-8");
  ctx->source = source.str();
  std::vector<Identifier> names;
  names.reserve(nameCount);
  for (uint32_t i = 0; i < nameCount; ++i) {
    llvm::StringRef name = in.string();
    if (validUtf8Prefix(name) != name.size()) return fail("a name is not valid UTF-8");
    names.push_back(ctx->intern(name));
  }
  llvm::StringRef strings = in.string();
  in.align(8);
  uint64_t imageSize = in.u64(), root = in.u64();
  if (!in.ok() || imageSize != in.left()) return fail("the binary tree is truncated or too long");
  strings = ctx->copy(strings);
  char *image = static_cast<char *>(ctx->arena.Allocate(imageSize + 8, 8));
  std::memcpy(image, in.bytes(imageSize).data(), imageSize);
  ImageReader reader(image, imageSize, strings, names);
  Node *tree = reader.root(root);
  if (!tree) return fail(reader.error);
  if (!isMod(tree)) return fail("expected Module, Interactive, Expression or FunctionType");
  ctx->root = static_cast<Mod *>(tree);
  return ctx;
}
