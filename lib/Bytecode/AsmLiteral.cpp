// Writing and reading the constants of assembly text.
#include "Bytecode/AsmLiteral.h"

#include "Bytecode/Marshal.h"
#include "Bytecode/References.h"
#include "Support/Repr.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"
#include <bit>
#include <cmath>
#include <cstdlib>

namespace coil::bytecode {

namespace {

constexpr unsigned kMaxDepth = 200;

bool wordChar(char c) {
  return llvm::isAlnum(c) || c == '_' || c == '.' || c == '*' || c == '<' || c == '>' || (c & 0x80);
}

void appendUtf8(std::string &out, uint32_t c) {
  if (c < 0x80) {
    out.push_back(static_cast<char>(c));
  } else if (c < 0x800) {
    out.push_back(static_cast<char>(0xC0 | c >> 6));
    out.push_back(static_cast<char>(0x80 | (c & 0x3F)));
  } else if (c < 0x10000) {
    out.push_back(static_cast<char>(0xE0 | c >> 12));
    out.push_back(static_cast<char>(0x80 | (c >> 6 & 0x3F)));
    out.push_back(static_cast<char>(0x80 | (c & 0x3F)));
  } else {
    out.push_back(static_cast<char>(0xF0 | c >> 18));
    out.push_back(static_cast<char>(0x80 | (c >> 12 & 0x3F)));
    out.push_back(static_cast<char>(0x80 | (c >> 6 & 0x3F)));
    out.push_back(static_cast<char>(0x80 | (c & 0x3F)));
  }
}

// A float whose repr does not say all: NaNs with their bits.
void writeFloat(llvm::raw_ostream &os, double value) {
  if (std::isnan(value)) {
    os << "float(0x";
    writeHex(os, std::bit_cast<uint64_t>(value), 16);
    os << ')';
  } else {
    reprFloat(os, value);
  }
}

void writeItems(llvm::raw_ostream &os, llvm::ArrayRef<const Object *> items,
                const llvm::DenseMap<const Object *, std::string> &labels) {
  for (size_t i = 0; i < items.size(); ++i) {
    if (i) os << ", ";
    writeLiteral(os, items[i], labels);
  }
}

} // namespace

void writeAsmName(llvm::raw_ostream &os, llvm::StringRef name) {
  bool bare = !name.empty() && llvm::all_of(name, wordChar) && !llvm::isDigit(name[0]) && name[0] != '@';
  if (bare)
    os << name;
  else
    reprStr(os, name);
}

void writeLiteral(llvm::raw_ostream &os, const Object *object,
                  const llvm::DenseMap<const Object *, std::string> &labels) {
  switch (object->kind) {
  case ObjectKind::None: os << "None"; return;
  case ObjectKind::True: os << "True"; return;
  case ObjectKind::False: os << "False"; return;
  case ObjectKind::Ellipsis: os << "..."; return;
  case ObjectKind::StopIteration: os << "StopIteration"; return;
  case ObjectKind::Int: {
    auto *i = static_cast<const IntObject *>(object);
    if (i->isSmall()) {
      os << i->value;
      return;
    }
    os << (i->negative ? "-0x" : "0x");
    for (size_t k = i->limbs.size(); k-- > 0;) writeHex(os, i->limbs[k], 16);
    return;
  }
  case ObjectKind::Float: return writeFloat(os, static_cast<const FloatObject *>(object)->value);
  case ObjectKind::Complex:
    os << "complex(";
    writeFloat(os, static_cast<const ComplexObject *>(object)->real);
    os << ", ";
    writeFloat(os, static_cast<const ComplexObject *>(object)->imag);
    os << ')';
    return;
  case ObjectKind::Str: return reprStr(os, static_cast<const StrObject *>(object)->text);
  case ObjectKind::Bytes: return reprBytes(os, static_cast<const BytesObject *>(object)->data);
  case ObjectKind::Code: os << "<code " << labels.lookup(object) << '>'; return;
  default: break;
  }
  auto items = static_cast<const SequenceObject *>(object)->items;
  switch (object->kind) {
  case ObjectKind::Tuple:
    os << '(';
    writeItems(os, items, labels);
    os << (items.size() == 1 ? ",)" : ")");
    return;
  case ObjectKind::List:
    os << '[';
    writeItems(os, items, labels);
    os << ']';
    return;
  case ObjectKind::Dict:
    os << '{';
    for (size_t i = 0; i + 1 < items.size(); i += 2) {
      if (i) os << ", ";
      writeLiteral(os, items[i], labels);
      os << ": ";
      writeLiteral(os, items[i + 1], labels);
    }
    os << '}';
    return;
  default:
    os << (object->kind == ObjectKind::Set ? "set(" : "frozenset(");
    writeItems(os, items, labels);
    os << ')';
    return;
  }
}

std::nullptr_t LiteralReader::fail(const llvm::Twine &message) {
  if (error.empty()) error = message.str();
  return nullptr;
}

bool LiteralReader::quoted(llvm::StringRef &text, bool bytes, std::string &out) {
  char quote = text.empty() ? 0 : text[0];
  if (quote != '\'' && quote != '"') return fail("expected a quoted string"), false;
  text = text.drop_front();
  while (!text.empty() && text[0] != quote) {
    if (text[0] != '\\') {
      out.push_back(text[0]);
      text = text.drop_front();
      continue;
    }
    if (text.size() < 2) break;
    char c = text[1];
    text = text.drop_front(2);
    size_t digits = c == 'x' ? 2 : c == 'u' && !bytes ? 4 : c == 'U' && !bytes ? 8 : 0;
    if (digits) {
      uint32_t value;
      if (text.size() < digits || text.take_front(digits).getAsInteger(16, value) || value > 0x10FFFF)
        return fail("bad escape in a string"), false;
      text = text.drop_front(digits);
      if (bytes)
        out.push_back(static_cast<char>(value));
      else
        appendUtf8(out, value);
      continue;
    }
    switch (c) {
    case 'n': out.push_back('\n'); break;
    case 'r': out.push_back('\r'); break;
    case 't': out.push_back('\t'); break;
    case '\\':
    case '\'':
    case '"': out.push_back(c); break;
    default: return fail(llvm::Twine("unknown escape \\") + llvm::Twine(c) + " in a string"), false;
    }
  }
  if (text.empty()) return fail("unterminated string"), false;
  text = text.drop_front();
  return true;
}

bool LiteralReader::takeName(llvm::StringRef &text, std::string &name) {
  text = text.ltrim(" \t");
  if (!text.empty() && (text[0] == '\'' || text[0] == '"')) return quoted(text, false, name);
  llvm::StringRef word = text.take_while(wordChar);
  if (word.empty()) return fail("expected a name"), false;
  name = word.str();
  text = text.drop_front(word.size());
  return true;
}

bool LiteralReader::takeBytes(llvm::StringRef &text, std::string &bytes) {
  text = text.ltrim(" \t");
  if (!text.consume_front("b")) return fail("expected a bytes literal"), false;
  return quoted(text, true, bytes);
}

const StrObject *LiteralReader::interned(llvm::StringRef text) {
  const StrObject *&slot = internedStrings[text.str()];
  if (!slot) {
    StrObject *object = pool.makeStr(text, true);
    object->refFlag = true;
    slot = object;
  }
  return slot;
}

const Object *LiteralReader::string(llvm::StringRef text) {
  if (isInternedConstant(text)) return interned(text);
  StrObject *object = pool.makeStr(text);
  // One-character strings below U+0100 exist once.
  object->refFlag = text.size() == 1 || (text.size() == 2 && (text[0] == '\xC2' || text[0] == '\xC3'));
  return merge(object);
}

const BytesObject *LiteralReader::freshBytes(llvm::StringRef data) {
  BytesObject *object = pool.makeBytes(data);
  if (!data.empty()) return object;
  object->refFlag = true;
  return static_cast<const BytesObject *>(merge(object));
}

const Object *LiteralReader::merge(const Object *object) {
  if (object->kind <= ObjectKind::StopIteration) return object;
  llvm::SmallVector<char, 64> bytes;
  if (!writeMarshal(*object, RefPolicy::Canonical, bytes)) return object;
  // An interned string is as good as any other of its text.
  if (object->kind == ObjectKind::Str) bytes[0] = 'U';
  return byContent.try_emplace(std::string(bytes.data(), bytes.size()), object).first->second;
}

bool LiteralReader::real(llvm::StringRef &text, double &value) {
  text = text.ltrim(" \t");
  if (text.consume_front("float(0x")) {
    uint64_t bits;
    llvm::StringRef digits = text.take_while(llvm::isHexDigit);
    if (digits.getAsInteger(16, bits)) return fail("bad float bits"), false;
    text = text.drop_front(digits.size());
    if (!text.consume_front(")")) return fail("expected )"), false;
    value = std::bit_cast<double>(bits);
    return true;
  }
  llvm::StringRef word =
      text.take_while([](char c) { return llvm::isAlnum(c) || c == '.' || c == '+' || c == '-'; });
  std::string copy = word.str();
  char *end = nullptr;
  value = std::strtod(copy.c_str(), &end);
  if (copy.empty() || *end) return fail("bad number '" + copy + "'"), false;
  text = text.drop_front(word.size());
  return true;
}

const Object *LiteralReader::number(llvm::StringRef &text) {
  llvm::StringRef word =
      text.take_while([](char c) { return llvm::isAlnum(c) || c == '.' || c == '+' || c == '-'; });
  llvm::StringRef digits = word;
  bool negative = digits.consume_front("-");
  if (digits.consume_front("0x") && !digits.empty() && llvm::all_of(digits, llvm::isHexDigit)) {
    llvm::SmallVector<uint64_t, 8> limbs;
    while (!digits.empty()) {
      uint64_t limb;
      llvm::StringRef chunk = digits.take_back(16);
      (void)chunk.getAsInteger(16, limb);
      limbs.push_back(limb);
      digits = digits.drop_back(chunk.size());
    }
    text = text.drop_front(word.size());
    return merge(pool.makeInt(negative, limbs));
  }
  int64_t value;
  if (!word.getAsInteger(10, value)) {
    text = text.drop_front(word.size());
    IntObject *object = pool.makeInt(value);
    object->refFlag = value >= -5 && value <= 256;
    return merge(object);
  }
  double floating;
  return real(text, floating) ? merge(pool.makeFloat(floating)) : nullptr;
}

const Object *LiteralReader::sequence(llvm::StringRef &text, ObjectKind kind, char close) {
  llvm::SmallVector<const Object *, 16> items;
  for (;;) {
    text = text.ltrim(" \t");
    if (text.empty()) return fail("expected " + llvm::Twine(close));
    if (text[0] == close) break;
    const Object *item = take(text);
    if (!item) return nullptr;
    items.push_back(item);
    text = text.ltrim(" \t");
    if (!text.empty() && text[0] != close && !text.consume_front(","))
      return fail("expected , or " + llvm::Twine(close));
  }
  text = text.drop_front();
  SequenceObject *object = pool.makeSequence(kind, items);
  object->refFlag = kind == ObjectKind::Tuple && items.empty();
  return kind == ObjectKind::Tuple || kind == ObjectKind::FrozenSet ? merge(object) : object;
}

const Object *LiteralReader::braces(llvm::StringRef &text) {
  llvm::SmallVector<const Object *, 16> items;
  while (!text.consume_front("}")) {
    const Object *key = take(text);
    if (!key) return nullptr;
    text = text.ltrim(" \t");
    if (!text.consume_front(":")) return fail("expected :");
    const Object *value = take(text);
    if (!value) return nullptr;
    items.push_back(key);
    items.push_back(value);
    text = text.ltrim(" \t");
    if (!text.starts_with("}") && !text.consume_front(",")) return fail("expected , or }");
    text = text.ltrim(" \t");
  }
  return pool.makeSequence(ObjectKind::Dict, items);
}

const Object *LiteralReader::take(llvm::StringRef &text) {
  if (depth >= kMaxDepth) return fail("constants are nested too deeply");
  ++depth;
  text = text.ltrim(" \t");
  const Object *result = atom(text);
  --depth;
  return result;
}

const Object *LiteralReader::atom(llvm::StringRef &text) {
  if (text.empty()) return fail("expected a constant");
  if (text.consume_front("...")) return ObjectPool::ellipsis();
  if (text.consume_front("(")) return sequence(text, ObjectKind::Tuple, ')');
  if (text.consume_front("[")) return sequence(text, ObjectKind::List, ']');
  if (text.consume_front("{")) return braces(text);
  if (text.consume_front("frozenset(")) return sequence(text, ObjectKind::FrozenSet, ')');
  if (text.consume_front("set(")) return sequence(text, ObjectKind::Set, ')');
  if (text.consume_front("complex(")) {
    double re, im;
    if (!real(text, re)) return nullptr;
    text = text.ltrim(" \t");
    if (!text.consume_front(",")) return fail("expected ,");
    if (!real(text, im)) return nullptr;
    text = text.ltrim(" \t");
    if (!text.consume_front(")")) return fail("expected )");
    return merge(pool.makeComplex(re, im));
  }
  if (text.starts_with("float(0x")) {
    double value;
    return real(text, value) ? merge(pool.makeFloat(value)) : nullptr;
  }
  if (text.consume_front("<code ")) {
    auto [label, rest] = text.split('>');
    // Labels may hold < and > themselves: "<lambda>".
    size_t opens = label.count('<');
    while (opens-- > 0) {
      label = llvm::StringRef(label.data(),
                              rest.find('>') == llvm::StringRef::npos
                                  ? label.size()
                                  : static_cast<size_t>(rest.data() - label.data()) + rest.find('>'));
      rest = rest.split('>').second;
    }
    text = rest;
    return codeByLabel(label);
  }
  if (text[0] == '\'' || text[0] == '"') {
    std::string value;
    return quoted(text, false, value) ? string(value) : nullptr;
  }
  if (text.size() > 1 && text[0] == 'b' && (text[1] == '\'' || text[1] == '"')) {
    std::string value;
    if (!takeBytes(text, value)) return nullptr;
    BytesObject *object = pool.makeBytes(value);
    object->refFlag = value.size() <= 1;
    return merge(object);
  }
  if (llvm::isDigit(text[0]) || text[0] == '-' || text.starts_with("inf")) return number(text);
  llvm::StringRef word = text.take_while(wordChar);
  text = text.drop_front(word.size());
  if (word == "None") return ObjectPool::none();
  if (word == "True") return ObjectPool::trueObject();
  if (word == "False") return ObjectPool::falseObject();
  if (word == "StopIteration") return ObjectPool::stopIteration();
  return fail("expected a constant, found '" + word + "'");
}

} // namespace coil::bytecode
