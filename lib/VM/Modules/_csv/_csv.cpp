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
     "    csv_reader = reader(iterable [, dialect='excel']\n                        [optional keyword"
     " args])\n    for row in csv_reader:\n        process(row)\n\nThe \"iterable\" argument can be a"
     "ny object that returns a line\nof input for each iteration, such as a file object or a list.  T"
     "he\noptional \"dialect\" parameter is discussed below.  The function\nalso accepts optional key"
     "word arguments which override settings\nprovided by the dialect.\n\nThe returned object is an i"
     "terator.  Each iteration returns a row\nof the CSV file (which can span multiple input lines)."
     "\n"},
    {"writer", newWriter, "!($module, /, *args, **kwargs)",
     "    csv_writer = csv.writer(fileobj [, dialect='excel']\n                            [optional "
     "keyword args])\n    for row in sequence:\n        csv_writer.writerow(row)\n\n    [or]\n\n    c"
     "sv_writer = csv.writer(fileobj [, dialect='excel']\n                            [optional keywo"
     "rd args])\n    csv_writer.writerows(rows)\n\nThe \"fileobj\" argument can be any object that su"
     "pports the file API.\n"},
    {"list_dialects", csvListDialects, "($module, /)",
     "Return a list of all known dialect names.\n\n    names = csv.list_dialects()"},
    {"register_dialect", csvRegisterDialect, "!($module, /, *args, **kwargs)",
     "Create a mapping from a string name to a dialect class.\n    dialect = csv.register_dialect(nam"
     "e[, dialect[, **fmtparams]])"},
    {"unregister_dialect", csvUnregisterDialect, "($module, /, name)",
     "Delete the name/dialect mapping associated with a string name.\n\n    csv.unregister_dialect(na"
     "me)"},
    {"get_dialect", csvGetDialect, "($module, /, name)",
     "Return the dialect instance associated with name.\n\n    dialect = csv.get_dialect(name)"},
    {"field_size_limit", csvFieldSizeLimit, "($module, /, new_limit=<unrepresentable>)",
     "Sets an upper limit on parsed fields.\n\n    csv.field_size_limit([limit])\n\nReturns old limit"
     ". If limit is not given, no new limit is set and\nthe old limit is returned"},
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
    .doc = "CSV parsing and writing.\n\nThis module provides classes that assist in the reading and writing"
           "\nof Comma Separated Value (CSV) files, and implements the interface\ndescribed by PEP 305.  Al"
           "though many CSV files are simple to parse,\nthe format is not formally defined by a stable spec"
           "ification and\nis subtle enough that parsing lines of a CSV file with something\nlike line.spli"
           "t(\",\") is bound to fail.  The module supports three\nbasic APIs: reading, writing, and regist"
           "ration of dialects.\n\n\nDIALECT REGISTRATION:\n\nReaders and writers support a dialect argumen"
           "t, which is a convenient\nhandle on a group of settings.  When the dialect argument is a string"
           ",\nit identifies one of the dialects previously registered with the module.\nIf it is a class o"
           "r instance, the attributes of the argument are used as\nthe settings for the reader or writer:"
           "\n\n    class excel:\n        delimiter = ','\n        quotechar = '\"'\n        escapechar = N"
           "one\n        doublequote = True\n        skipinitialspace = False\n        lineterminator = '"
           "\\r\\n'\n        quoting = QUOTE_MINIMAL\n\nSETTINGS:\n\n    * quotechar - specifies a one-char"
           "acter string to use as the\n        quoting character.  It defaults to '\"'.\n    * delimiter -"
           " specifies a one-character string to use as the\n        field separator.  It defaults to ','."
           "\n    * skipinitialspace - specifies how to interpret spaces which\n        immediately follow "
           "a delimiter.  It defaults to False, which\n        means that spaces immediately following a de"
           "limiter is part\n        of the following field.\n    * lineterminator -  specifies the charact"
           "er sequence which should\n        terminate rows.\n    * quoting - controls when quotes should "
           "be generated by the writer.\n        It can take on any of the following module constants:\n\n "
           "       csv.QUOTE_MINIMAL means only when required, for example, when a\n            field conta"
           "ins either the quotechar or the delimiter\n        csv.QUOTE_ALL means that quotes are always p"
           "laced around fields.\n        csv.QUOTE_NONNUMERIC means that quotes are always placed around\n"
           "            fields which do not parse as integers or floating point\n            numbers.\n    "
           "    csv.QUOTE_NONE means that quotes are never placed around fields.\n    * escapechar - specif"
           "ies a one-character string used to escape\n        the delimiter when quoting is set to QUOTE_N"
           "ONE.\n    * doublequote - controls the handling of quotes inside fields.  When\n        True, t"
           "wo consecutive quotes are interpreted as one during read,\n        and when writing, each quote"
           " character embedded in the data is\n        written as two quotes\n",
    .functions = kFunctions,
    .populate = populate,
    .types = kTypes,
};
