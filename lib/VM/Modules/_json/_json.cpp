// _json: what the module json is fast by.
#include "VM/Modules/_json/Json.h"

using namespace coil::vm;
using namespace coil::vm::json;

namespace {

NativeDef kFunctions[] = {
    {"encode_basestring_ascii", encodeStringAscii, "!($module, string, /)",
     "encode_basestring_ascii(string): a JSON string that stands for it, with all but ASCII\n"
     "escaped."},
    {"encode_basestring", encodeString, "!($module, string, /)",
     "encode_basestring(string): a JSON string that stands for it; only what JSON demands is\n"
     "escaped."},
    {"scanstring", scanStringFunction, "!($module, /, *args)",
     "scanstring(string, end, strict=True): read the JSON string whose opening quote is just\n"
     "before end. Returns the str and the index behind the closing quote; JSONDecodeError if\n"
     "it is malformed. strict forbids control characters within it."},
};

const ModuleType kTypes[] = {{types::JsonScanner, kJsonScannerSpec, types::Object},
                             {types::JsonEncoder, kJsonEncoderSpec, types::Object}};

} // namespace

const ModuleSpec coil::vm::kJsonModule = {
    .name = "_json",
    .doc = "The quick parts of the module json.",
    .functions = kFunctions,
    .types = kTypes,
};
