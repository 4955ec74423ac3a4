// _csv.writer: rows to lines.
#include "VM/Core/Names.h"
#include "VM/Modules/_csv/Csv.h"
#include "VM/Types/Complex.h"

using namespace coil::vm;
using namespace coil::vm::csv;

Type coil::vm::types::CsvWriter;

namespace {

struct Writer : Object {
  Value write;      // owned
  Dialect *dialect; // owned
};

Writer *self(Value v) { return v.as<Writer>(); }

bool isNumber(Value v) {
  return !v.isNone() && (isIntLike(v) || isFloatLike(v) || typeOf(v)->slots.index || typeOf(v)->slots.toInt ||
                         typeOf(v)->slots.toFloat || isInstance(v, types::Complex));
}

struct Line {
  const Dialect *dialect;
  llvm::SmallVector<char32_t, 128> text = {};
  int fields = 0;

  bool isSpecial(char32_t c) const {
    if (c == dialect->delimiter || c == dialect->escapechar || c == dialect->quotechar) return true;
    for (int64_t i = 0; i < dialect->lineterminator->length; ++i)
      if (dialect->lineterminator->at(i) == c) return true;
    return false;
  }

  // Writes a character that means something; quotes are wanted unless it is escaped.
  Status special(Thread &t, char32_t c, bool &quoted) {
    bool escape = dialect->quoting == kQuoteNone;
    if (!escape && c == dialect->quotechar) {
      escape = !dialect->doublequote;
      if (!escape) text.push_back(c);
    } else if (!escape) {
      escape = c == dialect->escapechar;
    }
    if (!escape) {
      quoted = true;
    } else {
      if (dialect->escapechar == kNotSet)
        return raise(t, *errorType, "need to escape, but no escapechar set");
      text.push_back(dialect->escapechar);
    }
    text.push_back(c);
    return Status::ok();
  }

  // A field, or an empty one without text.
  Status append(Thread &t, const Str *field, bool quoted) {
    if (fields++) text.push_back(dialect->delimiter);
    size_t start = text.size();
    for (int64_t i = 0; field && i < field->length; ++i) {
      if (isSpecial(field->at(i))) {
        TRY(special(t, field->at(i), quoted));
      } else {
        text.push_back(field->at(i));
      }
    }
    if (!quoted) return Status::ok();
    text.insert(text.begin() + ptrdiff_t(start), dialect->quotechar);
    text.push_back(dialect->quotechar);
    return Status::ok();
  }

  Status appendValue(Thread &t, Value v) {
    bool quoted = dialect->quoting == kQuoteAll || (dialect->quoting == kQuoteNonNumeric && !isNumber(v));
    if (v.isNone()) return append(t, nullptr, quoted);
    Ref shown = isStr(v) ? Ref::share(v) : TRY(str(t, v));
    return append(t, shown.as<Str>(), quoted);
  }

  // A row of one empty field must not look like an empty row.
  Status finish(Thread &t) {
    if (fields > 0 && text.empty()) {
      if (dialect->quoting == kQuoteNone)
        return raise(t, *errorType, "single empty field record must be quoted");
      fields = 0;
      TRY(append(t, nullptr, true));
    }
    for (int64_t i = 0; i < dialect->lineterminator->length; ++i)
      text.push_back(dialect->lineterminator->at(i));
    return Status::ok();
  }
};

Ref writeRow(Thread &t, Value v, Value row) {
  Ref iterator = iterate(t, row);
  if (!iterator) {
    if (!catchPending(t, types::TypeError)) return {};
    return raise(t, *errorType, "iterable expected, not %", typeName(row));
  }
  Line line{self(v)->dialect};
  while (Ref field = nextItem(t, iterator)) CHECK(line.appendValue(t, field));
  if (t.hasPending()) return {};
  CHECK(line.finish(t));
  StrRef text = makeStr(llvm::ArrayRef<char32_t>(line.text));
  return call(t, self(v)->write, {Value(text)});
}

Ref writerWriteRow(Thread &t, const Value *args) { return writeRow(t, args[0], args[1]); }

Ref writerWriteRows(Thread &t, const Value *args) {
  CHECK(forEach(t, args[1], [&](Value row) -> Status {
    Ref done = TRY(writeRow(t, args[0], row));
    return Status::ok();
  }));
  return Ref::none();
}

Ref writerDialect(Thread &, Value v) { return ObjectRef<Dialect>::share(self(v)->dialect); }

NativeDef kMethods[] = {
    {"writerow", writerWriteRow, "!($self, row, /)",
     "writerow(row): write the items of row as one line and return what the file's write()\n"
     "returned. None becomes an empty field, anything else but a str is passed to str()."},
    {"writerows", writerWriteRows, "!($self, rows, /)",
     "writerows(rows): write each item of rows as a line, as writerow() does."},
};

const GetSetDef kGetSets[] = {{"dialect", writerDialect, nullptr, nullptr, true}};

} // namespace

Ref csv::newWriter(Thread &t, Value, const CallArgs &args) {
  if (args.positional < 1) return raise(t, types::TypeError, " expected at least 1 argument, got 0");
  Ref dialect = TRY(dialectFrom(t, CallArgs(args.values + 1, args.positional - 1, args.kwNames))), write;
  CHECK(lookupAttr(t, args.values[0], names::write, write));
  if (!write || !isCallable(write))
    return raise(t, types::TypeError, "argument 1 must have a \"write\" method");
  auto *writer = heap::make<Writer>(types::CsvWriter);
  writer->write = write.release();
  writer->dialect = dialect.release().as<Dialect>();
  return Ref::take(Value(writer));
}

const TypeSpec coil::vm::kCsvWriterSpec = {
    .name = "_csv.writer",
    .size = sizeof(Writer),
    .flags = kTypeBase | kTypeGc | kTypeNoInstantiate,
    .traverse =
        [](Object *o, Visitor &v) {
          v.visit(static_cast<Writer *>(o)->write);
          v.visitPointer(static_cast<Writer *>(o)->dialect);
        },
    .clear =
        [](Object *o) {
          replaceOwned(static_cast<Writer *>(o)->write, Value());
          if (o->refCount == 0) replaceOwned<Dialect>(static_cast<Writer *>(o)->dialect, nullptr);
        },
    .methods = kMethods,
    .getsets = kGetSets,
    .doc = "Writes rows to a CSV file, with writerow() and writerows().",
    .heapType = true,
};
