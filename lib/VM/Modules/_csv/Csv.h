// What the files of _csv share.
#pragma once

#include "VM/Modules/Modules.h"
#include "VM/Protocol/Protocol.h"

namespace coil::vm {

namespace types {
extern vm::Type CsvDialect, CsvReader, CsvWriter;
}
extern const TypeSpec kCsvDialectSpec, kCsvReaderSpec, kCsvWriterSpec;

namespace csv {

enum Quoting { kQuoteMinimal, kQuoteAll, kQuoteNonNumeric, kQuoteNone };
// A character that is not set, which equals no character.
inline constexpr char32_t kNotSet = char32_t(-1);

struct Dialect : Object {
  char32_t delimiter, quotechar, escapechar;
  bool doublequote, skipinitialspace, strict;
  int quoting;
  Str *lineterminator; // owned
};

extern Type *errorType; // _csv.Error; owned
extern Dict *dialects;  // name -> Dialect; owned
extern int64_t fieldLimit;

// The registered dialect of a name, borrowed; "unknown dialect".
Result<Value> registeredDialect(Thread &t, Value name);
// A Dialect from the arguments behind the first one: dialect=None, **options.
Ref dialectFrom(Thread &t, const CallArgs &args);

// reader(iterable, dialect='excel', **options), writer(...)
Ref newReader(Thread &t, Value, const CallArgs &args);
Ref newWriter(Thread &t, Value, const CallArgs &args);

} // namespace csv
} // namespace coil::vm
