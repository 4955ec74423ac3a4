// _csv.Dialect: how a file separates and quotes its fields.
#include "VM/Modules/_csv/Csv.h"
#include "VM/Types/Dict/Dict.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Tuple.h"

using namespace coil::vm;
using namespace coil::vm::csv;

Type coil::vm::types::CsvDialect;

namespace {

Dialect *self(Value v) { return v.as<Dialect>(); }

// Parameters of Dialect(); the options follow the order in which they are checked.
constexpr const char *kOptions[] = {"delimiter", "doublequote", "escapechar",       "lineterminator",
                                    "quotechar", "quoting",     "skipinitialspace", "strict"};
enum Option {
  kDelimiter,
  kDoubleQuote,
  kEscapeChar,
  kLineTerminator,
  kQuoteChar,
  kQuoting,
  kSkipSpace,
  kStrict,
  kOptionCount
};

Status setCharacter(Thread &t, const char *name, Value v, bool noneAllowed, char32_t &to) {
  if (v.empty()) return Status::ok();
  if (noneAllowed && v.isNone()) {
    to = kNotSet;
    return Status::ok();
  }
  if (!isStr(v))
    return raise(t, types::TypeError,
                 noneAllowed ? "\"%\" must be string or None, not %" : "\"%\" must be string, not %", name,
                 typeName(v));
  if (v.as<Str>()->length != 1) return raise(t, types::TypeError, "\"%\" must be a 1-character string", name);
  to = v.as<Str>()->at(0);
  return Status::ok();
}

Status setBool(Thread &t, Value v, bool &to) {
  if (!v.empty()) to = TRY(truth(t, v));
  return Status::ok();
}

Status setTerminator(Thread &t, Value v, Dialect *d) {
  if (v.empty()) {
    d->lineterminator = makeStrAscii("\r\n").release();
    return Status::ok();
  }
  if (v.isNone()) return raise(t, types::TypeError, "lineterminator must be set");
  if (!isStr(v)) return raise(t, types::TypeError, "\"lineterminator\" must be a string");
  d->lineterminator = StrRef::share(v.as<Str>()).release();
  return Status::ok();
}

Status setQuoting(Thread &t, Value quoting, Value quotechar, Dialect *d) {
  if (!quoting.empty()) {
    int64_t number;
    if (!quoting.isInt()) return raise(t, types::TypeError, "\"quoting\" must be an integer");
    number = quoting.asInt();
    if (number < kQuoteMinimal || number > kQuoteNone)
      return raise(t, types::TypeError, "bad \"quoting\" value");
    d->quoting = int(number);
  } else if (!quotechar.empty() && quotechar.isNone()) {
    d->quoting = kQuoteNone;
  }
  if (d->quoting != kQuoteNone && d->quotechar == kNotSet)
    return raise(t, types::TypeError, "quotechar must be set if quoting enabled");
  return Status::ok();
}

Status initialize(Thread &t, Dialect *d, const Value *options) {
  d->delimiter = ',', d->quotechar = '"', d->escapechar = kNotSet, d->doublequote = true;
  TRY(setCharacter(t, "delimiter", options[kDelimiter], false, d->delimiter));
  TRY(setBool(t, options[kDoubleQuote], d->doublequote));
  TRY(setCharacter(t, "escapechar", options[kEscapeChar], true, d->escapechar));
  TRY(setTerminator(t, options[kLineTerminator], d));
  TRY(setCharacter(t, "quotechar", options[kQuoteChar], true, d->quotechar));
  TRY(setQuoting(t, options[kQuoting], options[kQuoteChar], d));
  TRY(setBool(t, options[kSkipSpace], d->skipinitialspace));
  return setBool(t, options[kStrict], d->strict);
}

// The arguments by place: dialect first, then the options.
Status sortArguments(Thread &t, const CallArgs &args, Value (&sorted)[kOptionCount + 1]) {
  if (args.positional > kOptionCount + 1)
    return raise(t, types::TypeError, "function takes at most % arguments (% given)", int(kOptionCount + 1),
                 args.positional + args.keywordCount());
  std::copy_n(args.values, args.positional, sorted);
  for (size_t i = 0; i < args.keywordCount(); ++i) {
    std::string name = toUtf8(args.kwNames->items()[i].as<Str>());
    size_t place = 0;
    while (place <= kOptionCount && name != (place ? kOptions[place - 1] : "dialect")) ++place;
    if (place > kOptionCount)
      return raise(t, types::TypeError, "'%' is an invalid keyword argument for this function", name);
    if (!sorted[place].empty())
      return raise(t, types::TypeError, "argument for function given by name ('%') and position (%)", name,
                   place + 1);
    sorted[place] = args.values[args.positional + i];
  }
  return Status::ok();
}

Ref makeDialect(Thread &t, Type &type, const CallArgs &args) {
  Value sorted[kOptionCount + 1];
  CHECK(sortArguments(t, args, sorted));
  Value given = sorted[0];
  if (!given.empty() && given.isNone()) given = Value();
  if (!given.empty() && isStr(given)) given = TRY(registeredDialect(t, given));
  Value *options = sorted + 1;
  Ref held[kOptionCount], keep = given.empty() ? Ref() : Ref::share(given);
  if (!given.empty()) {
    bool alone =
        llvm::all_of(llvm::ArrayRef<Value>(options, kOptionCount), [](Value v) { return v.empty(); });
    if (alone && isInstance(given, types::CsvDialect)) return keep;
    for (int i = 0; i < kOptionCount; ++i) { // what it does not say keeps its default
      if (!options[i].empty()) continue;
      held[i] = getAttr(t, given, internText(kOptions[i]));
      if (!held[i]) clearPending(t);
      options[i] = held[i];
    }
  }
  auto made = ObjectRef<Dialect>::take(heap::make<Dialect>(type));
  CHECK(initialize(t, made, options));
  return made;
}

Ref dialectNew(Thread &t, Value, const CallArgs &args) {
  return makeDialect(t, *args.values[0].as<Type>(),
                     CallArgs(args.values + 1, args.positional - 1, args.kwNames));
}

Ref characterOrNone(char32_t c) { return c == kNotSet ? Ref::none() : Ref(makeStrFromCodePoint(c)); }
Ref dialectDelimiter(Thread &, Value v) { return characterOrNone(self(v)->delimiter); }
Ref dialectQuoteChar(Thread &, Value v) { return characterOrNone(self(v)->quotechar); }
Ref dialectEscapeChar(Thread &, Value v) { return characterOrNone(self(v)->escapechar); }
Ref dialectTerminator(Thread &, Value v) { return StrRef::share(self(v)->lineterminator); }
Ref dialectQuoting(Thread &, Value v) { return Ref::smallInt(self(v)->quoting); }
Ref dialectDoubleQuote(Thread &, Value v) { return Ref::boolean(self(v)->doublequote); }
Ref dialectSkipSpace(Thread &, Value v) { return Ref::boolean(self(v)->skipinitialspace); }
Ref dialectStrict(Thread &, Value v) { return Ref::boolean(self(v)->strict); }

Ref dialectReduce(Thread &t, const Value *args) {
  return raise(t, types::TypeError, "cannot pickle '%' instances", typeOf(args[0])->nameText());
}

NativeDef kMethods[] = {
    {"__new__", dialectNew, "!($type, *args, **kwargs)", "Make a new object of the class."},
    {"__reduce__", dialectReduce, "!($self, /, *args)", "Raise TypeError: dialects cannot be pickled."},
    {"__reduce_ex__", dialectReduce, "!($self, /, *args)", "Raise TypeError: dialects cannot be pickled."},
};

const GetSetDef kGetSets[] = {
    {"skipinitialspace", dialectSkipSpace, nullptr, nullptr, true},
    {"doublequote", dialectDoubleQuote, nullptr, nullptr, true},
    {"strict", dialectStrict, nullptr, nullptr, true},
    {"delimiter", dialectDelimiter, nullptr, nullptr},
    {"escapechar", dialectEscapeChar, nullptr, nullptr},
    {"lineterminator", dialectTerminator, nullptr, nullptr},
    {"quotechar", dialectQuoteChar, nullptr, nullptr},
    {"quoting", dialectQuoting, nullptr, nullptr},
};

} // namespace

Ref csv::dialectFrom(Thread &t, const CallArgs &args) {
  if (args.positional > 1)
    return raise(t, types::TypeError, " expected at most 2 arguments, got %", args.positional + 1);
  return makeDialect(t, types::CsvDialect, args);
}

const TypeSpec coil::vm::kCsvDialectSpec = {
    .name = "_csv.Dialect",
    .size = sizeof(Dialect),
    .flags = kTypeBase,
    .clear = [](Object *o) { replaceOwned<Str>(static_cast<Dialect *>(o)->lineterminator, nullptr); },
    .methods = kMethods,
    .getsets = kGetSets,
    .doc = "How a CSV file is written: delimiter, quotes, escapes, ends of lines.",
    .heapType = true,
};
