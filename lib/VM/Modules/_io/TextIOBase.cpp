// _io._TextIOBase: what streams of text do alike.
#include "VM/Modules/_io/IO.h"

using namespace coil::vm;
using namespace coil::vm::io;

namespace {

Ref textBaseDetach(Thread &t, const Value *) { return raiseUnsupported(t, "detach"); }
Ref textBaseRead(Thread &t, const Value *) { return raiseUnsupported(t, "read"); }
Ref textBaseReadline(Thread &t, const Value *) { return raiseUnsupported(t, "readline"); }
Ref textBaseWrite(Thread &t, const Value *) { return raiseUnsupported(t, "write"); }
Ref getNone(Thread &, Value) { return Ref::none(); }

NativeDef kMethods[] = {
    {"detach", textBaseDetach, "!($self, *args)",
     "Part with the buffer below and return it; this object cannot be used any more."},
    {"read", textBaseRead, "!v($self, *args)",
     "Read up to n characters; all until the end if n is None or negative. '' means the end."},
    {"readline", textBaseReadline, "!($self, *args)",
     "Read one line, with its end. '' means the end of the file."},
    {"write", textBaseWrite, "!v($self, *args)", "Write a str and return its length."},
};
const GetSetDef kGetSets[] = {
    {"encoding", getNone, nullptr,
     "The name of the encoding between text and bytes; None here, subclasses know it."},
    {"newlines", getNone, nullptr,
     "Which kinds of line ends have been read and translated so far: None, a str, or a tuple\n"
     "of several."},
    {"errors", getNone, nullptr,
     "The name of the handler for encoding errors; None here, subclasses know it."},
};

} // namespace

Type types::TextIOBase;

const TypeSpec coil::vm::kTextIOBaseSpec = {
    .name = "_io._TextIOBase",
    .flags = kTypeBase,
    .methods = kMethods,
    .getsets = kGetSets,
    .doc = "The base of text streams, which are read and written in characters and lines.",
    .signature = "",
};
