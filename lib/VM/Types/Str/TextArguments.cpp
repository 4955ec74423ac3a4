// What the methods of str and bytes do to their arguments before they work.
#include "VM/Types/Str/TextArguments.h"
#include "VM/Types/Bytes.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Str/Codec.h"
#include "VM/Types/Str/StrMethods.h"

using namespace coil::vm;

static Status sliceIndex(Thread &t, Value v, int64_t length, int64_t &out) {
  if (v.isNone()) return Status::ok();
  if (!isIntLike(v) && !typeOf(v)->slots.index)
    return raise(t, types::TypeError, "slice indices must be integers or None or have an __index__ method");
  out = TRY(indexInt64(t, v, true));
  if (out < 0) out = std::max<int64_t>(out + length, 0);
  return Status::ok();
}

Status coil::vm::searchArguments(Thread &t, const char *name, const CallArgs &args, int64_t length,
                                 SearchArguments &result) {
  if (args.positional < 1) return raise(t, types::TypeError, "%() takes at least 1 argument (0 given)", name);
  if (args.positional > 3)
    return raise(t, types::TypeError, "%() takes at most 3 arguments (% given)", name, args.positional);
  result = {args.values[0], 0, length};
  if (args.positional > 1) {
    TRY(sliceIndex(t, args.values[1], length, result.from));
  }
  if (args.positional > 2) {
    TRY(sliceIndex(t, args.values[2], length, result.to));
  }
  result.to = std::min(result.to, length);
  return Status::ok();
}

Result<int64_t> coil::vm::sizeArgument(Thread &t, Value v) {
  if (v.isInt()) return v.asInt();
  Ref number = TRY(index(t, v));
  int64_t result;
  if (toInt64(number, result)) return result;
  return raise(t, types::OverflowError, "Python int too large to convert to C ssize_t");
}

Result<int> coil::vm::intArgument(Thread &t, Value v) {
  Ref number = TRY(index(t, v));
  int64_t result;
  if (toInt64(number, result) && result == int(result)) return int(result);
  return raise(t, types::OverflowError, "Python int too large to convert to C int");
}

Result<std::string> coil::vm::cText(Thread &t, Value v) {
  Ref bytes = TRY(encodeStr(t, v.as<Str>(), "utf-8", "strict"));
  auto *b = bytes.as<Bytes>();
  std::string text(reinterpret_cast<const char *>(b->data), size_t(b->length));
  if (text.find('\0') == std::string::npos) return text;
  return raise(t, types::ValueError, "embedded null character");
}

Status coil::vm::checkLength(Thread &t, int64_t length) {
  if (length > int64_t(1) << 40) return raise(t, types::MemoryError, "");
  return Status::ok();
}

Status coil::vm::needStr(Thread &t, Value v, const char *function, int position) {
  if (isStr(v)) return Status::ok();
  if (!position)
    return raise(t, types::TypeError, "%() argument must be str, not %", function,
                 v.isNone() ? llvm::StringRef("None") : argumentTypeName(v));
  return raise(t, types::TypeError, "%() argument % must be str, not %", function, position,
               v.isNone() ? llvm::StringRef("None") : argumentTypeName(v));
}

Status coil::vm::needStr(Thread &t, Value v, const char *function, const char *name) {
  if (isStr(v)) return Status::ok();
  return raise(t, types::TypeError, "%() argument '%' must be str, not %", function, name,
               v.isNone() ? llvm::StringRef("None") : argumentTypeName(v));
}
