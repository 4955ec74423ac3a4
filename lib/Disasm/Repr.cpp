// repr() of the values that a code object holds.
#include "Support/Repr.h"
#include "Disasm/Instructions.h"
#include "Disasm/SetOrder.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace coil;
using namespace coil::bytecode;
using namespace coil::disasm;

namespace {

// Shared objects let a file of a few hundred bytes describe a tuple of 2**64 elements.
constexpr size_t kMaxObjects = 1 << 20;

class ReprWriter {
public:
  explicit ReprWriter(llvm::raw_ostream &os) : os(os) {}
  void write(const Object &object);

private:
  llvm::raw_ostream &os;
  size_t budget = kMaxObjects;

  void items(llvm::ArrayRef<const Object *> objects) {
    llvm::ListSeparator comma;
    for (const Object *object : objects) {
      os << comma;
      if (budget == 0) {
        os << "...";
        return;
      }
      write(*object);
    }
  }
  void sequence(const SequenceObject &object);
  void dict(llvm::ArrayRef<const Object *> objects);
};

void ReprWriter::dict(llvm::ArrayRef<const Object *> objects) {
  os << '{';
  for (size_t i = 0; i + 1 < objects.size(); i += 2) {
    os << (i ? ", " : "");
    write(*objects[i]);
    os << ": ";
    write(*objects[i + 1]);
  }
  os << '}';
}

void ReprWriter::sequence(const SequenceObject &object) {
  switch (object.kind) {
  case ObjectKind::Tuple:
    os << '(';
    items(object.items);
    os << (object.size() == 1 ? ",)" : ")");
    return;
  case ObjectKind::List:
    os << '[';
    items(object.items);
    os << ']';
    return;
  case ObjectKind::Dict: return dict(object.items);
  default: break;
  }
  bool frozen = object.kind == ObjectKind::FrozenSet;
  if (object.size() == 0) {
    os << (frozen ? "frozenset()" : "set()");
    return;
  }
  os << (frozen ? "frozenset({" : "{");
  items(setIterationOrder(object.items));
  os << (frozen ? "})" : "}");
}

void ReprWriter::write(const Object &object) {
  if (budget > 0) --budget;
  switch (object.kind) {
  case ObjectKind::None: os << "None"; return;
  case ObjectKind::True: os << "True"; return;
  case ObjectKind::False: os << "False"; return;
  case ObjectKind::Ellipsis: os << "Ellipsis"; return;
  case ObjectKind::StopIteration: os << "<class 'StopIteration'>"; return;
  case ObjectKind::Int: {
    auto &value = *dynCast<IntObject>(&object);
    if (value.isSmall())
      os << value.value;
    else
      reprInt(os, value.negative, value.limbs);
    return;
  }
  case ObjectKind::Float: return reprFloat(os, dynCast<FloatObject>(&object)->value);
  case ObjectKind::Complex: {
    auto &value = *dynCast<ComplexObject>(&object);
    return reprComplex(os, value.real, value.imag);
  }
  case ObjectKind::Str: return reprStr(os, dynCast<StrObject>(&object)->text);
  case ObjectKind::Bytes: return reprBytes(os, dynCast<BytesObject>(&object)->data);
  case ObjectKind::Code: {
    auto &code = *dynCast<Code>(&object);
    os << "<code object " << code.name->text << ", file \"" << code.filename->text << "\", line "
       << static_cast<int32_t>(code.firstlineno) << '>';
    return;
  }
  default: return sequence(*dynCast<SequenceObject>(&object));
  }
}

} // namespace

void disasm::writeRepr(llvm::raw_ostream &os, const Object &object) { ReprWriter(os).write(object); }
