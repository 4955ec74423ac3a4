// memoryview: items as Python values and back, lists of them, and comparison.
#include "VM/Modules/_struct/Format.h"
#include "VM/Types/Bytes.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"
#include "VM/Types/MemoryView/MemoryView.h"
#include "VM/Types/Tuple.h"

using namespace coil::vm;

Result<char> coil::vm::itemCode(Thread &t, const BufferInfo &view) {
  const char *format = view.format;
  if (format[0] == '@' && format[1]) ++format;
  if (format[0] && !format[1]) return *format;
  return raise(t, types::NotImplementedError, "memoryview: unsupported format %", view.format);
}

static Failure raiseUnsupported(Thread &t, char code) {
  return raise(t, types::NotImplementedError, "memoryview: format % not supported", std::string(1, code));
}

Ref coil::vm::itemValue(Thread &t, char code, const uint8_t *from) {
  int size = code == 'e' ? 0 : nativeSize(code);
  if (!size) return raiseUnsupported(t, code);
  return unpackItem({code, uint8_t(size), false}, from);
}

namespace {

Failure raiseType(Thread &t, char code) {
  return raise(t, types::TypeError, "memoryview: invalid type for format '%'", std::string(1, code));
}
Failure raiseValue(Thread &t, char code) {
  return raise(t, types::ValueError, "memoryview: invalid value for format '%'", std::string(1, code));
}

// What a conversion raised, in memoryview's words.
Failure rephrase(Thread &t, char code) {
  if (catchPending(t, types::TypeError)) return raiseType(t, code);
  if (catchPending(t, types::OverflowError) || catchPending(t, types::ValueError)) return raiseValue(t, code);
  return {};
}

Status storeInt(Thread &t, char code, int size, uint8_t *to, Value value) {
  Ref number = index(t, value);
  if (!number) return rephrase(t, code);
  IntView view(number);
  bool isSigned = llvm::StringRef("bhilqn").contains(code);
  uint64_t bits = view.size() ? view.limbs()[0] : 0, most = (~uint64_t(0) >> (64 - 8 * size)) >> isSigned;
  bool inside = view.size() <= 1 && (view.negative() ? isSigned && bits <= most + 1 : bits <= most);
  if (code == 'P') inside = view.size() <= 1 && (!view.negative() || view.fitsInt64());
  if (!inside) return raiseValue(t, code);
  storeInteger(view.negative() ? 0 - bits : bits, to, size, false);
  return Status::ok();
}

Status storeReal(Thread &t, char code, int size, uint8_t *to, Value value) {
  Result<double> number = asDouble(t, value);
  if (!number) return rephrase(t, code);
  uint64_t bits = code == 'd' ? std::bit_cast<uint64_t>(*number) : std::bit_cast<uint32_t>(float(*number));
  storeInteger(bits, to, size, false);
  return Status::ok();
}

} // namespace

Status coil::vm::storeItem(Thread &t, char code, uint8_t *to, Value value) {
  int size = code == 'e' ? 0 : nativeSize(code);
  if (!size) return raiseUnsupported(t, code);
  switch (code) {
  case '?': *to = TRY(truth(t, value)); return Status::ok();
  case 'c':
    if (!isBytes(value)) return raiseType(t, code);
    if (value.as<Bytes>()->length != 1) return raiseValue(t, code);
    *to = value.as<Bytes>()->data[0];
    return Status::ok();
  case 'f':
  case 'd': return storeReal(t, code, size, to, value);
  default: return storeInt(t, code, size, to, value);
  }
}

namespace {

// --- lists -------------------------------------------------------------------------------------------------

uint8_t *step(const BufferInfo &view, int dimension, uint8_t *base, int64_t index) {
  base += view.strides[dimension] * index;
  if (view.suboffsets && view.suboffsets[dimension] >= 0)
    base = *reinterpret_cast<uint8_t **>(base) + view.suboffsets[dimension];
  return base;
}

Ref listOf(Thread &t, const BufferInfo &view, char code, int dimension, uint8_t *base) {
  if (dimension == view.dimensions) return itemValue(t, code, base);
  ListRef list = newList(view.shape[dimension]);
  for (int64_t i = 0; i < view.shape[dimension]; ++i) {
    Ref item = TRY(listOf(t, view, code, dimension + 1, step(view, dimension, base, i)));
    listAppendOwned(list, item.release());
  }
  return list;
}

// --- comparison --------------------------------------------------------------------------------------------

// How to read the items of one of the two sides: native ones directly, others by a struct format.
struct ItemReader {
  char code = 0;
  StructFormat format;

  // False: the format is not understood, so that nothing is equal.
  bool prepare(const BufferInfo &view, bool native) {
    if (native) code = nativeCode(view.format);
    return native || (!parseStructFormat(view.format, format) && format.size <= view.itemSize);
  }
  Ref read(Thread &t, const uint8_t *from) const {
    if (code) return itemValue(t, code, from);
    Ref values = unpackFields(format, from);
    if (format.count != 1) return values;
    return Ref::share((*values.as<Tuple>())[0]);
  }
};

Result<bool> equalItems(Thread &t, const BufferInfo &a, const ItemReader &readA, const BufferInfo &b,
                        const ItemReader &readB, int dimension, uint8_t *baseA, uint8_t *baseB) {
  if (dimension == a.dimensions) {
    Ref x = TRY(readA.read(t, baseA)), y = TRY(readB.read(t, baseB));
    return compareBool(t, x, y, CompareOp::Eq);
  }
  for (int64_t i = 0; i < a.shape[dimension]; ++i)
    if (!TRY(equalItems(t, a, readA, b, readB, dimension + 1, step(a, dimension, baseA, i),
                        step(b, dimension, baseB, i))))
      return false;
  return true;
}

bool sameShape(const BufferInfo &a, const BufferInfo &b) {
  if (a.dimensions != b.dimensions) return false;
  for (int i = 0; i < a.dimensions; ++i) {
    if (a.shape[i] != b.shape[i]) return false;
    if (a.shape[i] == 0) break;
  }
  return true;
}

Result<bool> equalBuffers(Thread &t, const BufferInfo &a, const BufferInfo &b) {
  if (!sameShape(a, b)) return false;
  char codeA = nativeCode(a.format), codeB = nativeCode(b.format);
  bool native = codeA && codeA == codeB;
  ItemReader readA, readB;
  if (!readA.prepare(a, native) || !readB.prepare(b, native)) return false;
  // Bytes and integers are equal when their memory is.
  if (native && !llvm::StringRef("fd").contains(codeA) && isContiguous(a, 'C') && isContiguous(b, 'C'))
    return a.length == b.length &&
           llvm::ArrayRef(a.data, size_t(a.length)) == llvm::ArrayRef(b.data, size_t(b.length));
  return equalItems(t, a, readA, b, readB, 0, a.data, b.data);
}

} // namespace

Ref coil::vm::memoryToList(Thread &t, const Value *args) {
  MemoryView *m = memoryView(args[0]);
  TRY(checkUsable(t, m));
  char code = TRY(itemCode(t, m->view));
  return listOf(t, m->view, code, 0, m->view.data);
}

Ref coil::vm::memoryCompare(Thread &t, Value a, Value b, CompareOp op) {
  if (op != CompareOp::Eq && op != CompareOp::Ne) return Ref::notImplemented();
  bool same = a == b;
  bool released = !memoryView(a)->managed || (isMemoryView(b) && !memoryView(b)->managed);
  if (!released) {
    Buffer other;
    const BufferInfo *right = isMemoryView(b) ? &memoryView(b)->view : nullptr;
    if (!right) {
      if (!exportsBuffer(b) || !other.open(t, b, kBufferFullReadOnly)) {
        clearPending(t);
        return Ref::notImplemented();
      }
      if (!other.info().format) other.info().format = "B";
      right = &other.info();
    }
    same = TRY(equalBuffers(t, memoryView(a)->view, *right));
  }
  return Ref::boolean(same == (op == CompareOp::Eq));
}
