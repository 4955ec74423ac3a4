// memoryview.cast: the same bytes as items of another kind or in another shape.
#include "VM/Modules/_struct/Format.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"
#include "VM/Types/MemoryView/MemoryView.h"
#include "VM/Types/Str/Codec.h"
#include "VM/Types/Str/StrMethods.h"
#include "VM/Types/Tuple.h"

using namespace coil::vm;

namespace {

bool isByteCode(char code) { return code == 'b' || code == 'B' || code == 'c'; }

// The text of a native format as a constant that lives for ever.
const char *formatConstant(char code, bool withAt) {
  static const char kTexts[] = "@c\0@b\0@B\0@h\0@H\0@i\0@I\0@l\0@L\0@q\0@Q\0@n\0@N\0@f\0@d\0@?\0@P";
  for (const char *text = kTexts; text < std::end(kTexts); text += 3)
    if (text[1] == code) return text + !withAt;
  return nullptr;
}

Status castFormat(Thread &t, MemoryView *m, Value format) {
  Ref ascii = TRY(encodeStr(t, format.as<Str>(), "ascii", "strict"));
  std::string text = llvm::toStringRef(ascii.as<Bytes>()->bytes()).str();
  char code = nativeCode(text.c_str());
  if (!code)
    return raise(t, types::ValueError,
                 "memoryview: destination format must be a native single character format prefixed with an "
                 "optional '@'");
  if (!isByteCode(nativeCode(m->view.format)) && !isByteCode(code))
    return raise(t, types::TypeError, "memoryview: cannot cast between two non-byte formats");
  int64_t size = nativeSize(code);
  if (m->view.length % size)
    return raise(t, types::TypeError, "memoryview: length is not a multiple of itemsize");
  m->view.format = formatConstant(code, text[0] == '@');
  m->view.itemSize = size;
  m->view.dimensions = 1;
  m->view.shape[0] = m->view.length / size;
  m->view.strides[0] = size;
  m->view.suboffsets = nullptr;
  return Status::ok();
}

Status castShape(Thread &t, MemoryView *m, llvm::ArrayRef<Value> shape) {
  BufferInfo &view = m->view;
  int64_t length = view.itemSize;
  for (size_t i = 0; i < shape.size(); ++i) {
    if (!isIntLike(shape[i]))
      return raise(t, types::TypeError, "memoryview.cast(): elements of shape must be integers");
    int64_t n;
    if (!toInt64(shape[i], n))
      return raise(t, types::OverflowError, "Python int too large to convert to C ssize_t");
    if (n <= 0)
      return raise(t, types::ValueError, "memoryview.cast(): elements of shape must be integers > 0");
    if (n > INT64_MAX / length)
      return raise(t, types::ValueError, "memoryview.cast(): product(shape) > SSIZE_MAX");
    length *= n;
    view.shape[i] = n;
  }
  if (view.length != length)
    return raise(t, types::TypeError, "memoryview: product(shape) * itemsize != buffer size");
  view.dimensions = int(shape.size());
  int64_t stride = view.itemSize;
  for (int i = view.dimensions; i-- > 0; stride *= view.shape[i]) view.strides[i] = stride;
  return Status::ok();
}

} // namespace

Ref coil::vm::memoryCast(Thread &t, const Value *args) {
  MemoryView *m = memoryView(args[0]);
  Value shape = args[2];
  TRY(needStr(t, args[1], "cast", "format"));
  TRY(checkUsable(t, m));
  if (!isContiguous(m->view, 'C'))
    return raise(t, types::TypeError, "memoryview: casts are restricted to C-contiguous views");
  if ((!shape.empty() || m->dimensions() != 1) && llvm::is_contained(m->shape(), 0))
    return raise(t, types::TypeError, "memoryview: cannot cast view with zeros in shape or strides");
  llvm::ArrayRef<Value> sizes;
  if (!shape.empty()) {
    if (!isList(shape) && !isTuple(shape))
      return raise(t, types::TypeError, "shape must be a list or a tuple");
    sizes = isList(shape) ? shape.as<List>()->values() : shape.as<Tuple>()->values();
    if (sizes.size() > kMaxDimensions)
      return raise(t, types::ValueError, "memoryview: number of dimensions must not exceed 64");
    if (m->dimensions() != 1 && sizes.size() != 1)
      return raise(t, types::TypeError, "memoryview: cast must be 1D -> ND or ND -> 1D");
  }
  ObjectRef<MemoryView> result =
      newMemoryView(m->managed, m->view, std::max(int(sizes.size()), m->dimensions()));
  TRY(castFormat(t, result, args[1]));
  if (!shape.empty()) TRY(castShape(t, result, sizes));
  return result;
}
