// Struct sequences: tuple subclasses with named fields, as sys.version_info is one.
#pragma once

#include "VM/Bind/Native.h"

namespace coil::vm {

struct StructField {
  const char *name; // null: the item has a place in the sequence, and no name
  const char *doc;
};

inline constexpr size_t kMaxStructFields = 24;

// A new type, which lives for ever. `name` has its module in front. Without `instantiable`, Python code
// cannot make instances. The first `visible` fields (0: all) are items of the sequence; the others are there
// by name only. `methods` stand in place of __new__(sequence) and __reduce__.
Type &makeStructSequenceType(const char *name, const char *doc, llvm::ArrayRef<StructField> fields,
                             bool instantiable, size_t visible = 0, llvm::ArrayRef<NativeDef> methods = {});
// An instance; takes the values, one for each field.
Ref newStructSequence(Type &type, llvm::MutableArrayRef<Ref> values);

} // namespace coil::vm
