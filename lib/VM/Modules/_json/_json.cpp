// _json: what the module json is fast by.
#include "VM/Modules/_json/Json.h"

using namespace coil::vm;
using namespace coil::vm::json;

namespace {

NativeDef kFunctions[] = {
    {"encode_basestring_ascii", encodeStringAscii, "!($module, string, /)",
     "encode_basestring_ascii(string) -> string\n\nReturn an ASCII-only JSON representation of a Python "
     "string"},
    {"encode_basestring", encodeString, "!($module, string, /)",
     "encode_basestring(string) -> string\n\nReturn a JSON representation of a Python string"},
    {"scanstring", scanStringFunction, "!($module, /, *args)",
     "scanstring(string, end, strict=True) -> (string, end)\n\nScan the string s for a JSON string. End is "
     "the index of the\ncharacter in s after the quote that started the JSON string.\nUnescapes all valid "
     "JSON string escape sequences and raises ValueError\non attempt to decode an invalid string. If strict "
     "is False then literal\ncontrol characters are allowed in the string.\n\nReturns a tuple of the decoded "
     "string and the index of the character in s\nafter the end quote."},
};

const ModuleType kTypes[] = {{types::JsonScanner, kJsonScannerSpec, types::Object},
                             {types::JsonEncoder, kJsonEncoderSpec, types::Object}};

} // namespace

const ModuleSpec coil::vm::kJsonModule = {
    .name = "_json",
    .doc = "json speedups\n",
    .functions = kFunctions,
    .types = kTypes,
};
