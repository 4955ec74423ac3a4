// BytesWarning: text taken for bytes, under -b and -bb.
#include "VM/Core/Runtime.h"
#include "VM/Exceptions/Warnings.h"
#include "VM/Types/Bytes.h"

using namespace coil::vm;

Status coil::vm::warnOfComparison(Thread &t, const char *kind, Value a, Value b, CompareOp op) {
  if (!runtime.options.bytesWarning || (op != CompareOp::Eq && op != CompareOp::Ne)) return Status::ok();
  if (isStr(a) || isStr(b))
    return warn(t, types::BytesWarning, std::string("Comparison between ") + kind + " and string");
  bool ints = llvm::StringRef(kind) == "bytes" && (isIntLike(a) || isIntLike(b));
  return ints ? warn(t, types::BytesWarning, "Comparison between bytes and int") : Status::ok();
}

Status coil::vm::warnOfStr(Thread &t, const char *kind) {
  if (!runtime.options.bytesWarning) return Status::ok();
  return warn(t, types::BytesWarning, std::string("str() on a ") + kind + " instance");
}
