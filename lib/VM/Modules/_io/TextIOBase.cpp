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
     "Separate the underlying buffer from the TextIOBase and return it.\n\nAfter the underlying buffer has "
     "been detached, the TextIO is in an\nunusable state.\n"},
    {"read", textBaseRead, "!v($self, *args)",
     "Read at most n characters from stream.\n\nRead from underlying buffer until we have n characters or we "
     "hit EOF.\nIf n is negative or omitted, read until EOF.\n"},
    {"readline", textBaseReadline, "!($self, *args)",
     "Read until newline or EOF.\n\nReturns an empty string if EOF is hit immediately.\n"},
    {"write", textBaseWrite, "!v($self, *args)",
     "Write string to stream.\nReturns the number of characters written (which is always equal to\nthe "
     "length of the string).\n"},
};
const GetSetDef kGetSets[] = {
    {"encoding", getNone, nullptr, "Encoding of the text stream.\n\nSubclasses should override.\n"},
    {"newlines", getNone, nullptr,
     "Line endings translated so far.\n\nOnly line endings translated during reading are "
     "considered.\n\nSubclasses should override.\n"},
    {"errors", getNone, nullptr,
     "The error setting of the decoder or encoder.\n\nSubclasses should override.\n"},
};

} // namespace

Type types::TextIOBase;

const TypeSpec coil::vm::kTextIOBaseSpec = {
    .name = "_io._TextIOBase",
    .flags = kTypeBase,
    .methods = kMethods,
    .getsets = kGetSets,
    .doc = "Base class for text I/O.\n\nThis class provides a character and line based interface to "
           "stream\nI/O. There is no readinto method because Python's character strings\nare immutable.\n",
    .signature = "",
};
