// Comparison of two .pyc files, aspect by aspect.
#include "Cache/Diff.h"
#include "Bytecode/ExceptionTable.h"
#include "Bytecode/LineTable.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/Twine.h"
#include <cstring>

using namespace coil;
using namespace coil::bytecode;
using namespace coil::cache;
using llvm::StringRef;

namespace {

using Pairs = llvm::DenseSet<std::pair<const Object *, const Object *>>;

// Equal in type and value, all the way down; `seen` keeps shared objects from being compared again.
bool sameObject(const Object *a, const Object *b, Pairs &seen);

bool sameItems(llvm::ArrayRef<const Object *> a, llvm::ArrayRef<const Object *> b, Pairs &seen) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i)
    if (!sameObject(a[i], b[i], seen)) return false;
  return true;
}

bool sameBits(double a, double b) { return std::memcmp(&a, &b, sizeof a) == 0; }

bool sameObject(const Object *a, const Object *b, Pairs &seen) {
  if (a == b) return true;
  if (a->kind != b->kind) return false;
  switch (a->kind) {
  case ObjectKind::Int: {
    auto *x = dynCast<IntObject>(a), *y = dynCast<IntObject>(b);
    return x->limbs == y->limbs && (x->isSmall() ? x->value == y->value : x->negative == y->negative);
  }
  case ObjectKind::Float: return sameBits(dynCast<FloatObject>(a)->value, dynCast<FloatObject>(b)->value);
  case ObjectKind::Complex: {
    auto *x = dynCast<ComplexObject>(a), *y = dynCast<ComplexObject>(b);
    return sameBits(x->real, y->real) && sameBits(x->imag, y->imag);
  }
  case ObjectKind::Str: return dynCast<StrObject>(a)->text == dynCast<StrObject>(b)->text;
  case ObjectKind::Bytes: return dynCast<BytesObject>(a)->data == dynCast<BytesObject>(b)->data;
  case ObjectKind::Code: return true; // compared by themselves
  default: break;
  }
  auto *x = dynCast<SequenceObject>(a), *y = dynCast<SequenceObject>(b);
  if (!x) return true; // a singleton
  if (!seen.insert({a, b}).second) return true;
  return sameItems(x->items, y->items, seen);
}

std::string number(int64_t value) { return std::to_string(value); }

class Differ {
public:
  std::vector<Difference> result;
  void code(const Code &a, const Code &b);

private:
  Pairs seen, codes;
  std::string where;

  void add(StringRef aspect, std::string text) { result.push_back({aspect.str(), where, std::move(text)}); }
  template <typename T> void value(StringRef aspect, StringRef what, T a, T b) {
    if (a != b) add(aspect, what.str() + " " + number(a) + " against " + number(b));
  }
  void text(StringRef aspect, StringRef what, const StrObject *a, const StrObject *b) {
    if (a->text != b->text)
      add(aspect, (llvm::Twine(what) + " '" + a->text + "' against '" + b->text + "'").str());
  }
  void tuple(StringRef aspect, StringRef what, const SequenceObject *a, const SequenceObject *b);
  void instructions(const Code &a, const Code &b);
  void lines(const Code &a, const Code &b);
};

void Differ::tuple(StringRef aspect, StringRef what, const SequenceObject *a, const SequenceObject *b) {
  if (a->size() != b->size()) {
    add(aspect, what.str() + ": " + number(a->size()) + " against " + number(b->size()));
    return;
  }
  for (size_t i = 0; i < a->size(); ++i)
    if (!sameObject(a->items[i], b->items[i], seen)) return add(aspect, what.str() + ": number " + number(i));
}

std::string instructionAt(const Code &code, size_t unit) {
  if (unit >= code.units()) return "the end";
  auto opcode = static_cast<uint8_t>(code.code->data[2 * unit]);
  const char *name = kOpcodes311[opcode].name;
  return (name ? std::string(name) : "<" + number(opcode) + ">") + " " +
         number(static_cast<uint8_t>(code.code->data[2 * unit + 1]));
}

void Differ::instructions(const Code &a, const Code &b) {
  StringRef x = a.code->data, y = b.code->data;
  if (x == y) return;
  size_t unit = 0;
  while (2 * unit + 2 <= std::min(x.size(), y.size()) && x.substr(2 * unit, 2) == y.substr(2 * unit, 2))
    ++unit;
  add("instructions",
      "at offset " + number(2 * unit) + ": " + instructionAt(a, unit) + " against " + instructionAt(b, unit));
}

void Differ::lines(const Code &a, const Code &b) {
  if (a.linetable->data == b.linetable->data && a.firstlineno == b.firstlineno) return;
  auto x = decodeLineTable(a.linetable->data, static_cast<int>(a.firstlineno));
  auto y = decodeLineTable(b.linetable->data, static_cast<int>(b.firstlineno));
  size_t i = 0;
  while (i < x.size() && i < y.size() && x[i].start == y[i].start && x[i].end == y[i].end &&
         x[i].sameSpan(y[i]))
    ++i;
  if (i == x.size() && i == y.size()) return add("lines", "the tables are encoded in another way");
  auto show = [&](const std::vector<Location> &table) {
    if (i == table.size()) return std::string("the end");
    return "line " + number(table[i].line) + ", columns " + number(table[i].column) + " to " +
           number(table[i].endColumn);
  };
  uint32_t unit = i < x.size() ? x[i].start : y[i].start;
  add("lines",
      "at offset " + number(2 * static_cast<int64_t>(unit)) + ": " + show(x) + " against " + show(y));
}

void Differ::code(const Code &a, const Code &b) {
  if (!codes.insert({&a, &b}).second) return;
  std::string outer = std::exchange(where, a.qualname->text.str());
  text("filename", "co_filename", a.filename, b.filename);
  text("name", "co_name", a.name, b.name);
  text("name", "co_qualname", a.qualname, b.qualname);
  value("arguments", "co_argcount", a.argcount, b.argcount);
  value("arguments", "co_posonlyargcount", a.posonlyargcount, b.posonlyargcount);
  value("arguments", "co_kwonlyargcount", a.kwonlyargcount, b.kwonlyargcount);
  value("flags", "co_flags", a.flags, b.flags);
  value("stacksize", "co_stacksize", a.stacksize, b.stacksize);
  value("firstline", "co_firstlineno", a.firstlineno, b.firstlineno);
  instructions(a, b);
  lines(a, b);
  if (a.exceptiontable->data != b.exceptiontable->data)
    add("exceptions", number(decodeExceptionTable(a.exceptiontable->data).size()) + " entries against " +
                          number(decodeExceptionTable(b.exceptiontable->data).size()));
  tuple("constants", "co_consts", a.consts, b.consts);
  tuple("names", "co_names", a.names, b.names);
  tuple("variables", "co_localsplusnames", a.localsplusnames, b.localsplusnames);
  if (a.localspluskinds->data != b.localspluskinds->data) add("variables", "co_localspluskinds");
  for (size_t i = 0; i < std::min(a.consts->size(), b.consts->size()); ++i) {
    auto *x = dynCast<Code>(a.constant(i)), *y = dynCast<Code>(b.constant(i));
    if (x && y) code(*x, *y);
  }
  where = std::move(outer);
}

std::string describe(const PycHeader &header) {
  if (!header.hashBased()) return "time " + number(header.mtime) + ", size " + number(header.sourceSize);
  return std::string(header.checkSource() ? "checked" : "unchecked") + " hash " +
         std::to_string(header.sourceHash);
}

} // namespace

std::vector<Difference> cache::diffPyc(StringRef contentA, const PycReadResult &a, StringRef contentB,
                                       const PycReadResult &b) {
  Differ differ;
  if (contentA == contentB) return {};
  if (contentA.take_front(kPycHeaderSize) != contentB.take_front(kPycHeaderSize))
    differ.result.push_back({"header", "", describe(a.header) + " against " + describe(b.header)});
  if (contentA.drop_front(a.payloadEnd) != contentB.drop_front(b.payloadEnd))
    differ.result.push_back({"trailing", "", "the bytes behind the code object"});
  StringRef payloadA = contentA.slice(kPycHeaderSize, a.payloadEnd);
  StringRef payloadB = contentB.slice(kPycHeaderSize, b.payloadEnd);
  if (payloadA == payloadB) return std::move(differ.result);
  size_t before = differ.result.size();
  differ.code(*a.code, *b.code);
  if (differ.result.size() > before) return std::move(differ.result);
  size_t at = 0;
  while (at < std::min(payloadA.size(), payloadB.size()) && payloadA[at] == payloadB[at]) ++at;
  differ.result.push_back({"references", "",
                           "equal code, marshalled in another way from byte " +
                               number(static_cast<int64_t>(at + kPycHeaderSize)) + " on"});
  return std::move(differ.result);
}
