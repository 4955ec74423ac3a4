// _csv.reader: lines to rows, a character at a time.
#include "VM/Modules/_csv/Csv.h"
#include "VM/Types/Float.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"
#include "VM/Types/Sequence.h"

using namespace coil::vm;
using namespace coil::vm::csv;

Type coil::vm::types::CsvReader;

namespace {

enum class State {
  StartRecord,
  StartField,
  Escaped,
  InField,
  InQuoted,
  EscapedInQuoted,
  QuoteInQuoted,
  EatLineEnd,
  AfterEscapedLineEnd,
};

constexpr char32_t kLineEnd = char32_t(-2); // stands behind the last character of a line

struct Reader : Object {
  Value lines;      // owned; an iterator
  Dialect *dialect; // owned
  int64_t lineNumber;
};

Reader *self(Value v) { return v.as<Reader>(); }

// One row on its way. It may span several lines.
struct Parser {
  const Dialect *dialect;
  ListRef fields = newList();
  llvm::SmallVector<char32_t, 64> field = {};
  State state = State::StartRecord;
  bool numeric = false;

  bool isQuote(char32_t c) const { return c == dialect->quotechar && dialect->quoting != kQuoteNone; }
  static bool isBreak(char32_t c) { return c == '\n' || c == '\r' || c == kLineEnd; }

  Status add(Thread &t, char32_t c) {
    if (int64_t(field.size()) >= fieldLimit)
      return raise(t, *errorType, "field larger than field limit (%)", fieldLimit);
    field.push_back(c);
    return Status::ok();
  }

  Status save(Thread &t) {
    Ref text = makeStr(llvm::ArrayRef<char32_t>(field));
    field.clear();
    if (std::exchange(numeric, false)) text = TRY(call(t, Value(&types::Float), {text.get()}));
    listAppendOwned(fields, text.release());
    return Status::ok();
  }

  Status saveAtBreak(Thread &t, char32_t c) {
    TRY(save(t));
    state = c == kLineEnd ? State::StartRecord : State::EatLineEnd;
    return Status::ok();
  }

  Status addIn(Thread &t, char32_t c, State next) {
    TRY(add(t, c));
    state = next;
    return Status::ok();
  }

  Status startField(Thread &t, char32_t c) {
    if (isBreak(c)) return saveAtBreak(t, c);
    if (isQuote(c)) {
      state = State::InQuoted;
    } else if (c == dialect->escapechar) {
      state = State::Escaped;
    } else if (c == ' ' && dialect->skipinitialspace) {
    } else if (c == dialect->delimiter) {
      return save(t);
    } else {
      numeric = dialect->quoting == kQuoteNonNumeric;
      return addIn(t, c, State::InField);
    }
    return Status::ok();
  }

  Status inField(Thread &t, char32_t c) {
    if (isBreak(c)) return saveAtBreak(t, c);
    if (c == dialect->escapechar) {
      state = State::Escaped;
    } else if (c == dialect->delimiter) {
      state = State::StartField;
      return save(t);
    } else {
      return add(t, c);
    }
    return Status::ok();
  }

  Status inQuoted(Thread &t, char32_t c) {
    if (c == kLineEnd) return Status::ok();
    if (c == dialect->escapechar)
      state = State::EscapedInQuoted;
    else if (isQuote(c))
      state = dialect->doublequote ? State::QuoteInQuoted : State::InField;
    else
      return add(t, c);
    return Status::ok();
  }

  // Behind a quote in a quoted field: doubled, or the end of the field.
  Status quoteInQuoted(Thread &t, char32_t c) {
    if (isQuote(c)) return addIn(t, c, State::InQuoted);
    if (c == dialect->delimiter) {
      state = State::StartField;
      return save(t);
    }
    if (isBreak(c)) return saveAtBreak(t, c);
    if (!dialect->strict) return addIn(t, c, State::InField);
    StrRef delimiter = makeStrFromCodePoint(dialect->delimiter),
           quote = makeStrFromCodePoint(dialect->quotechar);
    return raise(t, *errorType, "'%' expected after '%'", delimiter.get(), quote.get());
  }

  Status process(Thread &t, char32_t c) {
    switch (state) {
    case State::StartRecord:
      if (c == kLineEnd) return Status::ok(); // an empty line
      state = isBreak(c) ? State::EatLineEnd : State::StartField;
      return isBreak(c) ? Status::ok() : startField(t, c);
    case State::StartField: return startField(t, c);
    case State::Escaped:
      if (c == '\n' || c == '\r') return addIn(t, c, State::AfterEscapedLineEnd);
      return addIn(t, c == kLineEnd ? '\n' : c, State::InField);
    case State::AfterEscapedLineEnd: return c == kLineEnd ? Status::ok() : inField(t, c);
    case State::InField: return inField(t, c);
    case State::InQuoted: return inQuoted(t, c);
    case State::EscapedInQuoted: return addIn(t, c == kLineEnd ? '\n' : c, State::InQuoted);
    case State::QuoteInQuoted: return quoteInQuoted(t, c);
    case State::EatLineEnd:
      if (c == kLineEnd) state = State::StartRecord;
      if (isBreak(c)) return Status::ok();
      return raise(t, *errorType,
                   "new-line character seen in unquoted field - do you need to open the file in "
                   "universal-newline mode?");
    }
    __builtin_unreachable();
  }

  Status processLine(Thread &t, const Str *line) {
    for (int64_t i = 0; i < line->length; ++i) TRY(process(t, line->at(i)));
    return process(t, kLineEnd);
  }
};

Ref readerNext(Thread &t, Value v) {
  Ref keep = Ref::share(v);
  Parser parser{self(v)->dialect};
  do {
    Ref line = nextItem(t, self(v)->lines);
    if (!line) {
      if (t.hasPending() || (parser.field.empty() && parser.state != State::InQuoted)) return {};
      if (parser.dialect->strict) return raise(t, *errorType, "unexpected end of data");
      CHECK(parser.save(t));
      break;
    }
    if (!isStr(line))
      return raise(t, *errorType,
                   "iterator should return strings, not % (the file should be opened in text mode)",
                   typeName(line));
    ++self(v)->lineNumber;
    CHECK(parser.processLine(t, line.as<Str>()));
  } while (parser.state != State::StartRecord);
  return std::move(parser.fields);
}

Ref readerLineNumber(Thread &, Value v) { return makeInt(self(v)->lineNumber); }
Ref readerDialect(Thread &, Value v) { return ObjectRef<Dialect>::share(self(v)->dialect); }

const GetSetDef kGetSets[] = {{"dialect", readerDialect, nullptr, nullptr, true},
                              {"line_num", readerLineNumber, nullptr, nullptr, true}};

} // namespace

Ref csv::newReader(Thread &t, Value, const CallArgs &args) {
  if (args.positional < 1) return raise(t, types::TypeError, " expected at least 1 argument, got 0");
  Ref lines = TRY(iterate(t, args.values[0]));
  Ref dialect = TRY(dialectFrom(t, CallArgs(args.values + 1, args.positional - 1, args.kwNames)));
  auto *reader = heap::make<Reader>(types::CsvReader);
  reader->lines = lines.release();
  reader->dialect = dialect.release().as<Dialect>();
  return Ref::take(Value(reader));
}

const TypeSpec coil::vm::kCsvReaderSpec = {
    .name = "_csv.reader",
    .size = sizeof(Reader),
    .flags = kTypeBase | kTypeGc | kTypeNoInstantiate,
    .fillSlots = [](Slots &s) { s.iter = selfIter, s.next = readerNext; },
    .traverse =
        [](Object *o, Visitor &v) {
          v.visit(static_cast<Reader *>(o)->lines);
          v.visitPointer(static_cast<Reader *>(o)->dialect);
        },
    .clear =
        [](Object *o) {
          replaceOwned(static_cast<Reader *>(o)->lines, Value());
          if (o->refCount == 0) replaceOwned<Dialect>(static_cast<Reader *>(o)->dialect, nullptr);
        },
    .getsets = kGetSets,
    .doc = "An iterator over the rows of a CSV file; each is a list of its fields.",
    .heapType = true,
};
