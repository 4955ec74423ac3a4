// The methods of str: their tables, and what they share.
#pragma once

#include "VM/Bind/Native.h"
#include "VM/Protocol/Protocol.h"

namespace coil::vm {

// One table per theme, each in the file of its name.
llvm::ArrayRef<NativeDef> strCaseMethods();
llvm::ArrayRef<NativeDef> strPredicateMethods();
llvm::ArrayRef<NativeDef> strSearchMethods();
llvm::ArrayRef<NativeDef> strSplitMethods();
llvm::ArrayRef<NativeDef> strAlignMethods();
llvm::ArrayRef<NativeDef> strReplaceMethods();
llvm::ArrayRef<NativeDef> strTranslateMethods();
llvm::ArrayRef<NativeDef> strCodecMethods();

inline Str *selfStr(const Value *args) { return args[0].as<Str>(); }
// The text itself if it is an exact str, else an exact copy.
inline Ref exactStr(Str *s) { return substring(s, 0, s->length); }

// An argument that must be a str: "replace() argument 1 must be str, not int". `position` 0: the only one.
Status needStr(Thread &t, Value v, const char *function, int position);
// The same for arguments with a name: "encode() argument 'encoding' must be str, not int".
Status needStr(Thread &t, Value v, const char *function, const char *name);

} // namespace coil::vm
