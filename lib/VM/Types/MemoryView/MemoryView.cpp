// memoryview: making and releasing views, their attributes, methods and iterator.
#include "VM/Types/MemoryView/MemoryView.h"
#include "VM/Bind/Native.h"
#include "VM/Core/Runtime.h"
#include "VM/Modules/_struct/Format.h"
#include "VM/Types/BytesMethods.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Sequence.h"
#include "VM/Types/Str/Codec.h"
#include "VM/Types/Str/TextArguments.h"
#include "VM/Types/Tuple.h"
#include <cstring>

using namespace coil::vm;

namespace {

struct MemoryIterator : Object {
  MemoryView *view; // owned; null once exhausted
  int64_t index;
  char code;
};

ObjectRef<MemoryView> viewOf(Thread &t, Value source) {
  if (isMemoryView(source)) {
    CHECK(checkUsable(t, memoryView(source)));
    return newMemoryView(memoryView(source));
  }
  if (!exportsBuffer(source))
    return raise(t, types::TypeError, "memoryview: a bytes-like object is required, not '%'",
                 typeOf(source)->fullName());
  auto *raw = heap::make<ManagedBuffer>(types::ManagedBuffer);
  new (&raw->master) Buffer();
  auto managed = ObjectRef<ManagedBuffer>::take(raw);
  CHECK(managed->master.open(t, source, kBufferFullReadOnly));
  const BufferInfo &info = managed->master.info();
  return newMemoryView(managed, info, info.dimensions);
}

void dropBuffer(MemoryView *m) { replaceOwned<ManagedBuffer>(m->managed, nullptr); }

Status releaseView(Thread &t, MemoryView *m) {
  if (m->exports)
    return raise(t, types::BufferError, "memoryview has % exported buffer%", m->exports,
                 m->exports == 1 ? "" : "s");
  dropBuffer(m);
  return Status::ok();
}

} // namespace

Status coil::vm::checkUsable(Thread &t, MemoryView *m) {
  if (m->managed) return Status::ok();
  return raise(t, types::ValueError, "operation forbidden on released memoryview object");
}

ObjectRef<MemoryView> coil::vm::newMemoryView(ManagedBuffer *managed, const BufferInfo &like,
                                              int dimensions) {
  auto *m = heap::make<MemoryView>(types::MemoryView);
  m->managed = ObjectRef<ManagedBuffer>::share(managed).release();
  m->view = like;
  m->view.exporter = Value();
  if (!m->view.format) m->view.format = "B";
  size_t room = size_t(std::max(dimensions, 1)), n = size_t(like.dimensions);
  m->arrays = static_cast<int64_t *>(std::calloc(3 * room, sizeof(int64_t)));
  m->view.shape = m->arrays;
  m->view.strides = m->arrays + room;
  m->view.suboffsets = like.suboffsets ? m->arrays + 2 * room : nullptr;
  if (like.shape)
    std::copy_n(like.shape, n, m->view.shape);
  else if (n)
    m->view.shape[0] = like.length / like.itemSize;
  int64_t stride = like.itemSize;
  for (size_t i = n; i-- > 0; stride *= m->view.shape[i])
    m->view.strides[i] = like.strides ? like.strides[i] : stride;
  if (like.suboffsets) std::copy_n(like.suboffsets, n, m->view.suboffsets);
  return ObjectRef<MemoryView>::take(m);
}

ObjectRef<MemoryView> coil::vm::newMemoryView(MemoryView *of) {
  return newMemoryView(of->managed, of->view, of->dimensions());
}

namespace {

// --- slots -------------------------------------------------------------------------------------------------

Ref memoryRepr(Thread &, Value v) {
  return makeStr((memoryView(v)->managed ? "<memory at " : "<released memory at ") + addressText(v) + ">");
}

Result<int64_t> memoryHash(Thread &t, Value v) {
  MemoryView *m = memoryView(v);
  if (m->hashed) return m->hash;
  TRY(checkUsable(t, m));
  char code = TRY(itemCode(t, m->view));
  if (!m->view.readOnly) return raise(t, types::ValueError, "cannot hash writable memoryview object");
  if (code != 'B' && code != 'b' && code != 'c')
    return raise(t, types::ValueError, "memoryview: hashing is restricted to formats 'B', 'b' or 'c'");
  CHECK(hash(t, m->managed->master.info().exporter));
  llvm::SmallVector<uint8_t, 64> bytes(size_t(m->view.length));
  copyContiguous(m->view, bytes.data(), 'C');
  m->hashed = true;
  return m->hash = hashBytes(bytes);
}

Result<int64_t> memoryLen(Thread &t, Value v) {
  MemoryView *m = memoryView(v);
  TRY(checkUsable(t, m));
  return m->dimensions() ? m->view.shape[0] : 1;
}

Ref memoryIter(Thread &t, Value v) {
  MemoryView *m = memoryView(v);
  CHECK(checkUsable(t, m));
  if (m->dimensions() == 0) return raise(t, types::TypeError, "invalid indexing of 0-dim memory");
  if (m->dimensions() != 1)
    return raise(t, types::NotImplementedError, "multi-dimensional sub-views are not implemented");
  char code = TRY(itemCode(t, m->view));
  auto *it = heap::make<MemoryIterator>(types::MemoryIterator);
  it->view = ObjectRef<MemoryView>::share(m).release();
  it->code = code;
  return Ref::take(Value(it));
}

Status memoryGetBuffer(Thread &t, Value v, BufferInfo &info, int request) {
  MemoryView *m = memoryView(v);
  TRY(checkUsable(t, m));
  const BufferInfo &view = m->view;
  auto wants = [request](int flags) { return (request & flags) == flags; };
  const char *problem = nullptr;
  if (wants(kBufferWritable) && view.readOnly)
    problem = "memoryview: underlying buffer is not writable";
  else if (wants(kBufferCContiguous) && !isContiguous(view, 'C'))
    problem = "memoryview: underlying buffer is not C-contiguous";
  else if (wants(kBufferFContiguous) && !isContiguous(view, 'F'))
    problem = "memoryview: underlying buffer is not Fortran contiguous";
  else if (wants(kBufferAnyContiguous) && !isContiguous(view, 'A'))
    problem = "memoryview: underlying buffer is not contiguous";
  else if (!wants(kBufferIndirect) && view.suboffsets)
    problem = "memoryview: underlying buffer requires suboffsets";
  else if (!wants(kBufferStrides) && !isContiguous(view, 'C'))
    problem = "memoryview: underlying buffer is not C-contiguous";
  else if (!wants(kBufferNd) && wants(kBufferFormat))
    problem = "memoryview: cannot cast to unsigned bytes if the format flag is present";
  if (problem) return raise(t, types::BufferError, problem);
  info = view;
  if (!wants(kBufferFormat)) info.format = nullptr;
  if (!wants(kBufferStrides)) info.strides = nullptr;
  if (!wants(kBufferNd)) {
    info.shape = nullptr;
    info.dimensions = 1;
  }
  info.internal = nullptr;
  info.exporter = retained(v);
  ++m->exports;
  return Status::ok();
}

void memoryReleaseBuffer(Value v, BufferInfo &) { --memoryView(v)->exports; }

void memoryClear(Object *o) {
  auto *m = static_cast<MemoryView *>(o);
  dropBuffer(m);
  if (!m->refCount) std::free(std::exchange(m->arrays, nullptr));
}

// --- attributes --------------------------------------------------------------------------------------------

template <class Get> Ref attribute(Thread &t, Value v, Get &&get) {
  CHECK(checkUsable(t, memoryView(v)));
  return get(memoryView(v)->view);
}

Ref tupleOf(const int64_t *numbers, int n) {
  TupleRef result = newTuple(n);
  for (int i = 0; i < n; ++i) result->items()[i] = makeInt(numbers[i]).release();
  return result;
}

Ref getObj(Thread &t, Value v) {
  CHECK(checkUsable(t, memoryView(v)));
  return Ref::share(memoryView(v)->managed->master.info().exporter);
}
Ref getNBytes(Thread &t, Value v) {
  return attribute(t, v, [](BufferInfo &b) { return makeInt(b.length); });
}
Ref getFormat(Thread &t, Value v) {
  return attribute(t, v, [](BufferInfo &b) -> Ref { return makeStr(b.format); });
}
Ref getItemSize(Thread &t, Value v) {
  return attribute(t, v, [](BufferInfo &b) { return makeInt(b.itemSize); });
}
Ref getShape(Thread &t, Value v) {
  return attribute(t, v, [](BufferInfo &b) { return tupleOf(b.shape, b.dimensions); });
}
Ref getStrides(Thread &t, Value v) {
  return attribute(t, v, [](BufferInfo &b) { return tupleOf(b.strides, b.dimensions); });
}
Ref getSuboffsets(Thread &t, Value v) {
  return attribute(t, v,
                   [](BufferInfo &b) { return tupleOf(b.suboffsets, b.suboffsets ? b.dimensions : 0); });
}
Ref getReadOnly(Thread &t, Value v) {
  return attribute(t, v, [](BufferInfo &b) { return Ref::boolean(b.readOnly); });
}
Ref getNDim(Thread &t, Value v) {
  return attribute(t, v, [](BufferInfo &b) { return makeInt(b.dimensions); });
}
template <char kOrder> Ref getContiguous(Thread &t, Value v) {
  return attribute(t, v, [](BufferInfo &b) { return Ref::boolean(isContiguous(b, kOrder)); });
}

const GetSetDef kGetSets[] = {
    {"obj", getObj, nullptr, "the object whose memory this is"},
    {"nbytes", getNBytes, nullptr, "how many bytes the items are, packed without gaps"},
    {"readonly", getReadOnly, nullptr, "whether the memory cannot be written"},
    {"itemsize", getItemSize, nullptr, "how many bytes one item has"},
    {"format", getFormat, nullptr, "the items' format, in the notation of the module struct"},
    {"ndim", getNDim, nullptr, "the number of dimensions"},
    {"shape", getShape, nullptr, "the number of items in each dimension, as a tuple"},
    {"strides", getStrides, nullptr,
     "how many bytes lie from one item to the next in each dimension, as a tuple"},
    {"suboffsets", getSuboffsets, nullptr,
     "for arrays that are made of pointers: where in each dimension the data is, as a tuple"},
    {"c_contiguous", getContiguous<'C'>, nullptr,
     "whether the items are packed without gaps, the last index running fastest"},
    {"f_contiguous", getContiguous<'F'>, nullptr,
     "whether the items are packed without gaps, the first index running fastest"},
    {"contiguous", getContiguous<'A'>, nullptr,
     "whether the items are packed without gaps, in C's order or Fortran's"},
};

// --- methods -----------------------------------------------------------------------------------------------

Ref memoryNew(Thread &t, const Value *args) { return viewOf(t, args[1]); }

Ref memoryRelease(Thread &t, const Value *args) {
  TRY(releaseView(t, memoryView(args[0])));
  return Ref::none();
}

Ref memoryEnter(Thread &t, const Value *args) {
  TRY(checkUsable(t, memoryView(args[0])));
  return Ref::share(args[0]);
}

Ref memoryToReadOnly(Thread &t, const Value *args) {
  TRY(checkUsable(t, memoryView(args[0])));
  ObjectRef<MemoryView> result = newMemoryView(memoryView(args[0]));
  result->view.readOnly = true;
  return result;
}

Ref bytesInOrder(MemoryView *m, char order) {
  BytesRef bytes = newBytes(m->view.length);
  copyContiguous(m->view, bytes->data, order);
  return bytes;
}

Ref memoryToBytes(Thread &t, const Value *args) {
  char order = 'C';
  if (!args[1].isNone()) {
    if (!isStr(args[1]))
      return raise(t, types::TypeError, "tobytes() argument 'order' must be str or None, not %",
                   argumentTypeName(args[1]));
    std::string text = TRY(cText(t, args[1]));
    if (text != "C" && text != "F" && text != "A")
      return raise(t, types::ValueError, "order must be 'C', 'F' or 'A'");
    order = text[0];
  }
  TRY(checkUsable(t, memoryView(args[0])));
  return bytesInOrder(memoryView(args[0]), order);
}

Ref memoryHex(Thread &t, const Value *args) {
  TRY(checkUsable(t, memoryView(args[0])));
  Ref bytes = bytesInOrder(memoryView(args[0]), 'C');
  return hexOfBytes(t, bytes.as<Bytes>()->bytes(), args[1], args[2]);
}

NativeDef kMethods[] = {
    {"__new__", memoryNew, "($type, object)", "Make a new object of the class."},
    {"release", memoryRelease, "($self, /)",
     "Give the memory back to its object. Using the view afterwards raises ValueError."},
    {"tobytes", memoryToBytes, "($self, /, order='C')",
     "The items' bytes, packed without gaps.\n\norder 'C' or None has the last index run fastest, 'F' the "
     "first; 'A' is that of the memory."},
    {"hex", memoryHex, "($self, /, sep=<unrepresentable>, bytes_per_sep=1)",
     "The bytes as hexadecimal digits, with the character sep between groups of bytes_per_sep "
     "bytes.\n\nGroups are counted from the right, or from the left if the number is negative.\n\n>>> view = "
     "memoryview(b'\\x01\\x23\\x45\\x67\\x89')\n>>> view.hex()\n'0123456789'\n>>> "
     "view.hex(':')\n'01:23:45:67:89'\n>>> view.hex(':', 2)\n'01:2345:6789'\n>>> view.hex(':', "
     "-2)\n'0123:4567:89'"},
    {"tolist", memoryToList, "($self, /)", "The items as a list, nested as deep as there are dimensions."},
    {"cast", memoryCast, "($self, /, format, shape=<unrepresentable>)",
     "A view of the same memory with another format, or as many dimensions as shape, a tuple, has numbers."},
    {"toreadonly", memoryToReadOnly, "($self, /)", "A view of the same memory that cannot be written."},
    {"__enter__", memoryEnter, "!($self, /)", nullptr},
    {"__exit__", memoryRelease, "!v($self, *args)", nullptr},
};

Ref iteratorNext(Thread &t, Value v) {
  auto *it = v.as<MemoryIterator>();
  if (!it->view) return {};
  if (it->index >= it->view->view.shape[0]) {
    replaceOwned<MemoryView>(it->view, nullptr);
    return {};
  }
  CHECK(checkUsable(t, it->view));
  return itemValue(t, it->code, TRY(itemAddress(t, it->view->view, it->index++)));
}

} // namespace

const TypeSpec coil::vm::kManagedBufferSpec = {
    .name = "managedbuffer",
    .size = sizeof(ManagedBuffer),
    .flags = kTypeGc | kTypeNoInstantiate,
    .traverse = [](Object *o,
                   Visitor &v) { v.visit(static_cast<ManagedBuffer *>(o)->master.info().exporter); },
    .clear = [](Object *o) { static_cast<ManagedBuffer *>(o)->master.release(); },
};

const TypeSpec coil::vm::kMemoryViewSpec = {
    .name = "memoryview",
    .size = sizeof(MemoryView),
    .flags = kTypeGc | kTypeHasWeakRefs | kTypeMatchSequence,
    .fillSlots =
        [](Slots &s) {
          s.repr = memoryRepr, s.hash = memoryHash, s.compare = memoryCompare, s.iter = memoryIter,
          s.len = memoryLen, s.getItem = memoryGetItem, s.setItem = memorySetItem,
          s.getBuffer = memoryGetBuffer, s.releaseBuffer = memoryReleaseBuffer;
        },
    .traverse = [](Object *o, Visitor &v) { v.visitPointer(static_cast<MemoryView *>(o)->managed); },
    .clear = memoryClear,
    .methods = kMethods,
    .getsets = kGetSets,
    .doc = "A view of an object's memory, without copying it. TypeError if it does not offer any.",
};

const TypeSpec coil::vm::kMemoryIteratorSpec = {
    .name = "memory_iterator",
    .size = sizeof(MemoryIterator),
    .flags = kTypeGc | kTypeNoInstantiate,
    .fillSlots = [](Slots &s) { s.iter = selfIter, s.next = iteratorNext; },
    .traverse = [](Object *o, Visitor &v) { v.visitPointer(static_cast<MemoryIterator *>(o)->view); },
    .clear = [](Object *o) { replaceOwned<MemoryView>(static_cast<MemoryIterator *>(o)->view, nullptr); },
};
