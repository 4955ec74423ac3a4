// The module _csv.
#include "VM/Core/Runtime.h"
#include "VM/Modules/_csv/Csv.h"
#include "VM/Types/Dict/Dict.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"

using namespace coil::vm;
using namespace coil::vm::csv;

Type *csv::errorType = nullptr;
Dict *csv::dialects = nullptr;
int64_t csv::fieldLimit = 128 * 1024;

static Failure raiseUnknown(Thread &t) { return raise(t, *errorType, "unknown dialect"); }

Result<Value> csv::registeredDialect(Thread &t, Value name) {
  Value found = TRY(dictGet(t, dialects, name));
  if (found.empty()) return raiseUnknown(t);
  return found;
}

namespace {

Ref csvRegisterDialect(Thread &t, Value, const CallArgs &args) {
  if (args.positional < 1) return raise(t, types::TypeError, " expected at least 1 argument, got 0");
  if (!isStr(args.values[0])) return raise(t, types::TypeError, "dialect name must be a string");
  Ref dialect = TRY(dialectFrom(t, CallArgs(args.values + 1, args.positional - 1, args.kwNames)));
  CHECK(dictSet(t, dialects, args.values[0], dialect));
  return Ref::none();
}

Ref csvUnregisterDialect(Thread &t, const Value *args) {
  Value gone = TRY(dictPop(t, dialects, args[0]));
  if (gone.empty()) return raiseUnknown(t);
  release(gone);
  return Ref::none();
}

Ref csvGetDialect(Thread &t, const Value *args) { return Ref::share(TRY(registeredDialect(t, args[0]))); }
Ref csvListDialects(Thread &t, const Value *) { return listFrom(t, Value(static_cast<Object *>(dialects))); }

Ref csvFieldSizeLimit(Thread &t, const Value *args) {
  int64_t old = fieldLimit;
  if (args[0].empty()) return makeInt(old);
  int64_t limit;
  if (!isIntLike(args[0])) return raise(t, types::TypeError, "limit must be an integer");
  if (!toInt64(args[0], limit))
    return raise(t, types::OverflowError, "Python int too large to convert to C long");
  fieldLimit = limit;
  return makeInt(old);
}

NativeDef kFunctions[] = {
    {"reader", newReader, "!($module, /, *args, **kwargs)",
     "reader(lines, dialect='excel', **options): an iterator that splits CSV text into rows.\n"
     "lines is any iterable of str, such as a file opened with newline=''. A dialect is a\n"
     "name, a class or an instance; options override its attributes."},
    {"writer", newWriter, "!($module, /, *args, **kwargs)",
     "writer(file, dialect='excel', **options): an object that writes rows as CSV text. file\n"
     "is anything with a write() method; a real file should be opened with newline=''. A\n"
     "dialect is a name, a class or an instance; options override its attributes."},
    {"list_dialects", csvListDialects, "($module, /)",
     "list_dialects(): a list of the names that dialects are registered under."},
    {"register_dialect", csvRegisterDialect, "!($module, /, *args, **kwargs)",
     "register_dialect(name, dialect=..., **options): let name stand for a dialect, with these\n"
     "attributes changed."},
    {"unregister_dialect", csvUnregisterDialect, "($module, /, name)",
     "unregister_dialect(name): forget the dialect of that name; Error if there is none."},
    {"get_dialect", csvGetDialect, "($module, /, name)",
     "get_dialect(name): the dialect registered under that name; Error if there is none."},
    {"field_size_limit", csvFieldSizeLimit, "($module, /, new_limit=<unrepresentable>)",
     "field_size_limit([limit]): set how many characters a field that is read may have.\n"
     "Returns the limit as it was before; without an argument nothing changes."},
};

const ModuleType kTypes[] = {{types::CsvDialect, kCsvDialectSpec, types::Object},
                             {types::CsvReader, kCsvReaderSpec, types::Object, false},
                             {types::CsvWriter, kCsvWriterSpec, types::Object, false}};

Status populate(Thread &t, Module *module) {
  auto set = [&](const char *name, Value v) { dictSetStr(module->dict, internText(name), v); };
  CHECK(addException(t, module, errorType, "_csv.Error", types::Exception));
  if (!dialects) {
    dialects = newDict().release();
    releaseAtEnd([] { replaceOwned<Dict>(dialects, nullptr); });
  }
  set("_dialects", Value(static_cast<Object *>(dialects)));
  set("Reader", Value(&types::CsvReader));
  set("Writer", Value(&types::CsvWriter));
  set("QUOTE_MINIMAL", Value::smallInt(kQuoteMinimal));
  set("QUOTE_ALL", Value::smallInt(kQuoteAll));
  set("QUOTE_NONNUMERIC", Value::smallInt(kQuoteNonNumeric));
  set("QUOTE_NONE", Value::smallInt(kQuoteNone));
  set("__version__", makeStrAscii("1.0"));
  return Status::ok();
}

} // namespace

const ModuleSpec coil::vm::kCsvModule = {
    .name = "_csv",
    .doc = "Tables in text files, one row a line, with commas or other marks between the fields.\n"
           "\n"
           "A dialect says which marks those are. Its attributes, also accepted as options by reader() and\n"
           "writer():\n"
           "  delimiter         the character between fields (',')\n"
           "  quotechar         the character around fields that need it ('\"'), or None\n"
           "  doublequote       a quote within a field is doubled (True), else escaped\n"
           "  escapechar        takes the meaning from the character behind it (None)\n"
           "  skipinitialspace  drop spaces behind a delimiter (False)\n"
           "  lineterminator    what a writer puts at the end of a row ('\\r\\n')\n"
           "  quoting           which fields are quoted: one of the QUOTE_ constants\n"
           "  strict            raise Error for malformed input (False)",
    .functions = kFunctions,
    .populate = populate,
    .types = kTypes,
};
