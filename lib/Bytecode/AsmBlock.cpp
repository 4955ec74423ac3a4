// Flags, slot kinds and reference traces of assembly text.
#include "Bytecode/AsmBlock.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringRef.h"
#include <vector>

namespace coil::bytecode {

namespace {

struct FlagName {
  uint32_t bit;
  const char *name;
};
constexpr FlagName kFlagNames[] = {
    {CO_OPTIMIZED, "OPTIMIZED"},
    {CO_NEWLOCALS, "NEWLOCALS"},
    {CO_VARARGS, "VARARGS"},
    {CO_VARKEYWORDS, "VARKEYWORDS"},
    {CO_NESTED, "NESTED"},
    {CO_GENERATOR, "GENERATOR"},
    {CO_COROUTINE, "COROUTINE"},
    {CO_ITERABLE_COROUTINE, "ITERABLE_COROUTINE"},
    {CO_ASYNC_GENERATOR, "ASYNC_GENERATOR"},
    {CO_FUTURE_BARRY_AS_BDFL, "FUTURE_BARRY_AS_BDFL"},
    {CO_FUTURE_GENERATOR_STOP, "FUTURE_GENERATOR_STOP"},
    {CO_FUTURE_ANNOTATIONS, "FUTURE_ANNOTATIONS"},
};
constexpr FlagName kSlotKinds[] = {{kLocalFast, "fast"}, {kLocalCell, "cell"}, {kLocalFree, "free"}};

std::string bitsText(llvm::ArrayRef<FlagName> names, uint32_t bits) {
  std::string text;
  auto add = [&](llvm::StringRef part) {
    if (!text.empty()) text += '|';
    text += part;
  };
  for (const FlagName &name : names) {
    if (!(bits & name.bit)) continue;
    add(name.name);
    bits &= ~name.bit;
  }
  if (bits || text.empty()) add(bits ? "0x" + llvm::utohexstr(bits, true) : "0");
  return text;
}

bool bitsFromText(llvm::ArrayRef<FlagName> names, llvm::StringRef text, uint32_t &bits) {
  bits = 0;
  for (llvm::StringRef part : llvm::split(text, '|')) {
    uint32_t value = 0;
    bool known = !part.getAsInteger(0, value);
    for (const FlagName &name : names) {
      if (part != name.name) continue;
      value = name.bit;
      known = true;
    }
    if (!known) return false;
    bits |= value;
  }
  return true;
}

template <typename Visit> void forEachChild(const Object *object, Visit visit) {
  if (auto *items = dynCast<SequenceObject>(object)) {
    for (const Object *item : items->items) visit(item);
  } else if (auto *c = dynCast<Code>(object)) {
    const Object *fields[] = {c->code,     c->consts, c->names,    c->localsplusnames, c->localspluskinds,
                              c->filename, c->name,   c->qualname, c->linetable,       c->exceptiontable};
    for (const Object *field : fields) visit(field);
  }
}

void trace(const Object *object, llvm::DenseMap<const Object *, size_t> &flagged, std::string &out) {
  if (object->kind <= ObjectKind::StopIteration) return;
  auto *s = dynCast<StrObject>(object);
  bool interned = s && s->interned;
  if (object->refFlag) {
    auto [it, fresh] = flagged.try_emplace(object, flagged.size());
    if (!fresh) {
      out += "r" + std::to_string(it->second) + ".";
      return;
    }
  }
  out += object->refFlag ? (interned ? 'F' : 'f') : (interned ? 'P' : 'p');
  forEachChild(object, [&](const Object *child) { trace(child, flagged, out); });
}

// Rebuilds objects along a trace.
class TraceReader {
public:
  TraceReader(llvm::StringRef trace, ObjectPool &pool) : trace(trace), pool(pool) {}
  const Object *object(const Object *given);
  bool finished() const { return trace.empty(); }

private:
  llvm::StringRef trace;
  ObjectPool &pool;
  std::vector<const Object *> flagged;

  Object *clone(const Object *given, bool interned, size_t slot);
  template <typename T> bool field(const T *&out) {
    const Object *object = this->object(out);
    out = object && object->kind == out->kind ? static_cast<const T *>(object) : nullptr;
    return out;
  }
};

const Object *TraceReader::object(const Object *given) {
  if (given->kind <= ObjectKind::StopIteration) return given;
  if (trace.consume_front("r")) {
    size_t index;
    if (trace.consumeInteger(10, index) || !trace.consume_front(".") || index >= flagged.size())
      return nullptr;
    const Object *known = flagged[index];
    return known && known->kind == given->kind ? known : nullptr;
  }
  if (trace.empty() || !llvm::StringRef("pPfF").contains(trace[0])) return nullptr;
  bool flag = trace[0] == 'f' || trace[0] == 'F', interned = trace[0] == 'P' || trace[0] == 'F';
  trace = trace.drop_front();
  size_t slot = flagged.size();
  if (flag) flagged.push_back(nullptr);
  Object *copy = clone(given, interned, slot);
  if (!copy) return nullptr;
  copy->refFlag = flag;
  if (flag) flagged[slot] = copy;
  return copy;
}

Object *TraceReader::clone(const Object *given, bool interned, size_t slot) {
  switch (given->kind) {
  case ObjectKind::Int: {
    auto *i = static_cast<const IntObject *>(given);
    return i->isSmall() ? pool.makeInt(i->value) : pool.makeInt(i->negative, i->limbs);
  }
  case ObjectKind::Float: return pool.makeFloat(static_cast<const FloatObject *>(given)->value);
  case ObjectKind::Complex:
    return pool.makeComplex(static_cast<const ComplexObject *>(given)->real,
                            static_cast<const ComplexObject *>(given)->imag);
  case ObjectKind::Str: {
    auto *s = static_cast<const StrObject *>(given);
    return pool.makeStrNoCopy(s->text, s->ascii, interned);
  }
  case ObjectKind::Bytes: return pool.makeBytesNoCopy(static_cast<const BytesObject *>(given)->data);
  case ObjectKind::Code: {
    Code *copy = pool.makeCode();
    const Code *from = static_cast<const Code *>(given);
    copy->argcount = from->argcount;
    copy->posonlyargcount = from->posonlyargcount;
    copy->kwonlyargcount = from->kwonlyargcount;
    copy->stacksize = from->stacksize;
    copy->flags = from->flags;
    copy->firstlineno = from->firstlineno;
    copy->code = from->code;
    copy->consts = from->consts;
    copy->names = from->names;
    copy->localsplusnames = from->localsplusnames;
    copy->localspluskinds = from->localspluskinds;
    copy->filename = from->filename;
    copy->name = from->name;
    copy->qualname = from->qualname;
    copy->linetable = from->linetable;
    copy->exceptiontable = from->exceptiontable;
    bool good = field(copy->code) && field(copy->consts) && field(copy->names) &&
                field(copy->localsplusnames) && field(copy->localspluskinds) && field(copy->filename) &&
                field(copy->name) && field(copy->qualname) && field(copy->linetable) &&
                field(copy->exceptiontable);
    return good ? copy : nullptr;
  }
  default: {
    auto items = static_cast<const SequenceObject *>(given)->items;
    auto storage = pool.array(items.size());
    for (size_t i = 0; i < items.size(); ++i)
      if (!(storage[i] = object(items[i]))) return nullptr;
    return pool.makeSequence(given->kind, storage);
  }
  }
}

} // namespace

std::string flagsText(uint32_t flags) { return bitsText(kFlagNames, flags); }
bool flagsFromText(llvm::StringRef text, uint32_t &flags) { return bitsFromText(kFlagNames, text, flags); }
std::string slotKindText(uint8_t kind) { return bitsText(kSlotKinds, kind); }
bool slotKindFromText(llvm::StringRef text, uint8_t &kind) {
  uint32_t bits;
  if (!bitsFromText(kSlotKinds, text, bits) || bits > 0xFF) return false;
  kind = static_cast<uint8_t>(bits);
  return true;
}

std::string referenceTrace(const Code &code) {
  std::string out;
  llvm::DenseMap<const Object *, size_t> flagged;
  trace(&code, flagged, out);
  return out;
}

const Code *applyReferenceTrace(const Code &code, llvm::StringRef trace, ObjectPool &pool) {
  TraceReader reader(trace, pool);
  const Object *object = reader.object(&code);
  return object && reader.finished() ? static_cast<const Code *>(object) : nullptr;
}

} // namespace coil::bytecode
