// The constant cache: hashing and equality by CPython's constant key, and the objects Python shares by
// itself.
#include "Compile/Constants.h"

#include "Bytecode/References.h"

#include "Support/ShortText.h"
#include "llvm/ADT/Hashing.h"
#include "llvm/Support/xxhash.h"
#include <bit>
#include <cstring>

namespace coil::compile {

using namespace bytecode;

namespace {

// Python itself holds these objects, so their reference count exceeds one and marshal flags them.
template <typename T> T *shared(T *object) {
  object->refFlag = true;
  return object;
}

uint64_t mix(uint64_t h, uint64_t v) {
  h = (h ^ v) * 0x9E3779B97F4A7C15u;
  return h ^ (h >> 29);
}

// Cheap and good enough: length and both ends.
uint64_t hashText(llvm::StringRef text) {
  uint64_t head = 0, tail = 0;
  size_t n = text.size();
  if (n > 64) return llvm::xxh3_64bits(text);
  if (n >= 8) {
    std::memcpy(&head, text.data(), 8);
    std::memcpy(&tail, text.data() + n - 8, 8);
    uint64_t middle;
    std::memcpy(&middle, text.data() + n / 2 - 4, 8);
    tail ^= std::rotl(middle, 21);
  } else {
    head = loadShort(text.data(), n);
  }
  return mix(mix(n, head), tail);
}

uint64_t hashOf(const Object *object, unsigned depth = 0) {
  uint64_t h = static_cast<uint64_t>(object->kind) * 0x51ED270B7F4A7C15u;
  switch (object->kind) {
  case ObjectKind::Int: {
    auto *i = static_cast<const IntObject *>(object);
    h = mix(h, static_cast<uint64_t>(i->value) + i->negative);
    for (uint64_t limb : i->limbs) h = mix(h, limb);
    return h;
  }
  case ObjectKind::Float:
    return mix(h, std::bit_cast<uint64_t>(static_cast<const FloatObject *>(object)->value));
  case ObjectKind::Complex: {
    auto *c = static_cast<const ComplexObject *>(object);
    return mix(mix(h, std::bit_cast<uint64_t>(c->real)), std::bit_cast<uint64_t>(c->imag));
  }
  case ObjectKind::Str: return mix(h, hashText(static_cast<const StrObject *>(object)->text));
  case ObjectKind::Bytes: return mix(h, hashText(static_cast<const BytesObject *>(object)->data));
  case ObjectKind::Tuple: {
    auto *t = static_cast<const SequenceObject *>(object);
    h = mix(h, t->size());
    if (depth < 4)
      for (const Object *item : t->items) h = mix(h, hashOf(item, depth + 1));
    return h;
  }
  case ObjectKind::FrozenSet: { // whatever the order
    auto *t = static_cast<const SequenceObject *>(object);
    uint64_t sum = t->size();
    if (depth < 4)
      for (const Object *item : t->items) sum += hashOf(item, depth + 1);
    return mix(h, sum);
  }
  case ObjectKind::Code: {
    auto *c = static_cast<const Code *>(object);
    return mix(mix(mix(h, hashText(c->code->data)), hashText(c->name->text)), c->firstlineno);
  }
  default: return h;
  }
}

bool equal(const Object *a, const Object *b);

bool equalItems(const SequenceObject *a, const SequenceObject *b) {
  if (a->size() != b->size()) return false;
  for (size_t i = 0; i < a->size(); ++i)
    if (!equal(a->items[i], b->items[i])) return false;
  return true;
}

bool equalSets(const SequenceObject *a, const SequenceObject *b) {
  if (a->size() != b->size()) return false;
  for (const Object *item : a->items) {
    bool found = false;
    for (const Object *other : b->items) found = found || equal(item, other);
    if (!found) return false;
  }
  return true;
}

// code.__eq__ of 3.11.2: by value, columns included.
bool equalCode(const Code *a, const Code *b) {
  return a->name->text == b->name->text && a->argcount == b->argcount &&
         a->posonlyargcount == b->posonlyargcount && a->kwonlyargcount == b->kwonlyargcount &&
         a->flags == b->flags && a->firstlineno == b->firstlineno && a->code->data == b->code->data &&
         equalItems(a->consts, b->consts) && equalItems(a->names, b->names) &&
         equalItems(a->localsplusnames, b->localsplusnames) && a->linetable->data == b->linetable->data &&
         a->exceptiontable->data == b->exceptiontable->data;
}

bool sameBits(double a, double b) {
  return a == a && std::bit_cast<uint64_t>(a) == std::bit_cast<uint64_t>(b);
}

bool equal(const Object *a, const Object *b) {
  if (a == b) return true;
  if (a->kind != b->kind) return false;
  switch (a->kind) {
  case ObjectKind::Int: {
    auto *x = static_cast<const IntObject *>(a), *y = static_cast<const IntObject *>(b);
    return x->value == y->value && x->negative == y->negative && x->limbs == y->limbs;
  }
  case ObjectKind::Float: // a NaN equals only itself
    return sameBits(static_cast<const FloatObject *>(a)->value, static_cast<const FloatObject *>(b)->value);
  case ObjectKind::Complex: {
    auto *x = static_cast<const ComplexObject *>(a), *y = static_cast<const ComplexObject *>(b);
    return sameBits(x->real, y->real) && sameBits(x->imag, y->imag);
  }
  case ObjectKind::Str:
    return static_cast<const StrObject *>(a)->text == static_cast<const StrObject *>(b)->text;
  case ObjectKind::Bytes:
    return static_cast<const BytesObject *>(a)->data == static_cast<const BytesObject *>(b)->data;
  case ObjectKind::Tuple:
    return equalItems(static_cast<const SequenceObject *>(a), static_cast<const SequenceObject *>(b));
  case ObjectKind::FrozenSet:
    return equalSets(static_cast<const SequenceObject *>(a), static_cast<const SequenceObject *>(b));
  case ObjectKind::Code: return equalCode(static_cast<const Code *>(a), static_cast<const Code *>(b));
  default: return false;
  }
}

} // namespace

Constants::Constants(ast::ASTContext &context, ObjectPool &pool)
    : pool(pool), context(context), identifiers(context.names.size() + 64),
      slots(llvm::PowerOf2Ceil(context.names.size() * 4 + 256)), sourceNames(context.names.size()) {}

const StrObject *Constants::makeIdentifier(ast::Identifier name) {
  if (name->number() >= identifiers.size())
    identifiers.resize(std::max<size_t>(context.names.size(), name->number() + 1) + 64);
  const StrObject *&slot = identifiers[name->number()];
  if (!slot) slot = shared(pool.makeStr(name->str(), true));
  return slot;
}

const Object *Constants::integer(int64_t value) {
  if (value < -5 || value > 256) return pool.makeInt(value);
  const Object *&slot = smallInts[value + 5];
  if (!slot) slot = shared(pool.makeInt(value));
  return slot;
}

const Object *Constants::string(llvm::StringRef text) {
  if (isInternedConstant(text)) return identifier(context.intern(text));
  // One-character strings below U+0100 exist once.
  if (text.size() == 1 || (text.size() == 2 && (text[0] == '\xC2' || text[0] == '\xC3'))) {
    unsigned c = static_cast<uint8_t>(text[0]);
    if (text.size() == 2) c = (c & 3) << 6 | (text[1] & 0x3F);
    // Being unique, it is the identifier if the source has one of this name.
    if (text.size() == 2 && context.intern(text)->number() < sourceNames)
      return identifier(context.intern(text));
    if (text.size() == 2 || c < 0x80) {
      const Object *&slot = latin1[c];
      if (!slot) slot = shared(pool.makeStr(text));
      return slot;
    }
  }
  return pool.makeStr(text);
}

const Object *Constants::bytes(llvm::StringRef data) {
  if (data.size() > 1) return pool.makeBytes(data);
  const Object *&slot = data.empty() ? emptyBytes : singleBytes[static_cast<uint8_t>(data[0])];
  if (!slot) slot = shared(pool.makeBytes(data));
  return slot;
}

const Object *Constants::tuple(llvm::ArrayRef<const Object *> items) {
  if (!items.empty()) return pool.makeTuple(items);
  if (!emptyTuple) emptyTuple = shared(pool.makeTuple({}));
  return emptyTuple;
}

// An object of another pool as one of this.
const Object *Constants::copyOf(const Object *object) {
  switch (object->kind) {
  case ObjectKind::Int: {
    auto *i = static_cast<const IntObject *>(object);
    return i->isSmall() ? integer(i->value) : pool.makeInt(i->negative, i->limbs);
  }
  case ObjectKind::Float: return pool.makeFloat(static_cast<const FloatObject *>(object)->value);
  case ObjectKind::Complex: {
    auto *c = static_cast<const ComplexObject *>(object);
    return pool.makeComplex(c->real, c->imag);
  }
  case ObjectKind::Str: return string(static_cast<const StrObject *>(object)->text);
  case ObjectKind::Bytes: return bytes(static_cast<const BytesObject *>(object)->data);
  case ObjectKind::Tuple:
  case ObjectKind::FrozenSet: {
    llvm::SmallVector<const Object *, 8> items;
    for (const Object *item : static_cast<const SequenceObject *>(object)->items)
      items.push_back(copyOf(item));
    return object->kind == ObjectKind::Tuple ? tuple(items) : pool.makeSequence(ObjectKind::FrozenSet, items);
  }
  default: return object; // the singletons, which belong to no pool
  }
}

const Object *Constants::object(const ast::ConstantValue &value) {
  using ast::ConstantKind;
  switch (value.kind()) {
  case ConstantKind::None: return ObjectPool::none();
  case ConstantKind::False: return ObjectPool::falseObject();
  case ConstantKind::True: return ObjectPool::trueObject();
  case ConstantKind::Ellipsis: return ObjectPool::ellipsis();
  case ConstantKind::Str: return string(value.text());
  case ConstantKind::Bytes: return bytes(value.text());
  case ConstantKind::Int: return integer(value.integer());
  case ConstantKind::Float: return pool.makeFloat(value.real());
  case ConstantKind::Complex: return pool.makeComplex(0.0, value.real());
  case ConstantKind::BigInt: {
    llvm::StringRef digits = value.text();
    bool negative = digits.consume_front("-");
    llvm::SmallVector<uint64_t, 8> limbs;
    while (!digits.empty()) {
      llvm::StringRef chunk = digits.take_back(16);
      uint64_t limb = 0;
      (void)chunk.getAsInteger(16, limb);
      limbs.push_back(limb);
      digits = digits.drop_back(chunk.size());
    }
    return pool.makeInt(negative, limbs);
  }
  case kGivenConstant: return copyOf(givenObject(value));
  default: return reinterpret_cast<const Object *>(value.text().data());
  }
}

const Object *Constants::internedCopy(const Object *object) {
  auto *set = dynCast<SequenceObject>(object);
  if (!set || set->kind != ObjectKind::FrozenSet) return object;
  for (const Object *item : set->items) {
    auto *s = dynCast<StrObject>(item);
    if (!s || !s->interned) continue;
    // CPython's frozen modules bring their own copies of these one-letter names; other letters exist once.
    bool elsewhere = s->text.size() == 1 ? llvm::StringRef("BCLST_abcdefhiklmnopqrstvwxy").contains(s->text)
                                         : s->text == "None" || s->text == "True" || s->text == "False" ||
                                               context.intern(s->text)->number() < sourceNames;
    if (elsewhere) return pool.makeSequence(ObjectKind::FrozenSet, set->items);
  }
  return object;
}

void Constants::growSlots() {
  std::vector<Slot> old(slots.size() * 2);
  old.swap(slots);
  for (const Slot &slot : old) {
    if (!slot.object) continue;
    size_t i = slot.hash & (slots.size() - 1);
    while (slots[i].object) i = (i + 1) & (slots.size() - 1);
    slots[i] = slot;
  }
}

void Constants::mergeItems(SequenceObject *sequence) {
  const Object **items = const_cast<const Object **>(sequence->items.data());
  for (size_t i = 0; i < sequence->size(); ++i) items[i] = merge(items[i], true);
}

const Object *Constants::merge(const Object *object, bool recursive) {
  if (object->kind <= ObjectKind::StopIteration) return object;
  uint64_t hash = hashOf(object);
  size_t i = hash & (slots.size() - 1);
  for (; slots[i].object; i = (i + 1) & (slots.size() - 1))
    if (slots[i].hash == hash && equal(slots[i].object, object)) return slots[i].object;
  slots[i] = {hash, object};
  if (++used * 2 > slots.size()) growSlots();
  if (recursive && (object->kind == ObjectKind::Tuple || object->kind == ObjectKind::FrozenSet))
    mergeItems(const_cast<SequenceObject *>(static_cast<const SequenceObject *>(object)));
  return object;
}

bool isTrue(const Object *object) {
  switch (object->kind) {
  case ObjectKind::None:
  case ObjectKind::False: return false;
  case ObjectKind::Int: {
    auto *i = static_cast<const IntObject *>(object);
    return i->value != 0 || !i->limbs.empty();
  }
  case ObjectKind::Float: return static_cast<const FloatObject *>(object)->value != 0;
  case ObjectKind::Complex:
    return static_cast<const ComplexObject *>(object)->real != 0 ||
           static_cast<const ComplexObject *>(object)->imag != 0;
  case ObjectKind::Str: return !static_cast<const StrObject *>(object)->text.empty();
  case ObjectKind::Bytes: return !static_cast<const BytesObject *>(object)->data.empty();
  case ObjectKind::Tuple:
  case ObjectKind::FrozenSet: return static_cast<const SequenceObject *>(object)->size() != 0;
  default: return true;
  }
}

llvm::StringRef typeName(const Object *object) {
  switch (object->kind) {
  case ObjectKind::None: return "NoneType";
  case ObjectKind::True:
  case ObjectKind::False: return "bool";
  case ObjectKind::Ellipsis: return "ellipsis";
  case ObjectKind::Int: return "int";
  case ObjectKind::Float: return "float";
  case ObjectKind::Complex: return "complex";
  case ObjectKind::Str: return "str";
  case ObjectKind::Bytes: return "bytes";
  case ObjectKind::Tuple: return "tuple";
  case ObjectKind::FrozenSet: return "frozenset";
  default: return "code";
  }
}

} // namespace coil::compile
