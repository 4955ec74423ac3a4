// The module _string: the markup of str.format, for string.Formatter.
#include "VM/Modules/Modules.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Sequence.h"
#include "VM/Types/Str/FormatMarkup.h"
#include "VM/Types/Tuple.h"

using namespace coil::vm;

namespace coil::vm::types {
static vm::Type FormatterIterator, FieldNameIterator;
}

namespace {

// Steps through one of the two splitters over a string.
template <class Splitter> struct SplitIterator : Object {
  Str *text;          // owned
  Splitter *splitter; // owned
};
using FormatterIterator = SplitIterator<FormatMarkup>;
using FieldNameIterator = SplitIterator<FieldName>;

template <class T> void clearSplit(Object *o) {
  auto *it = static_cast<T *>(o);
  delete std::exchange(it->splitter, nullptr);
  replaceOwned<Str>(it->text, nullptr);
}

StrRef part(Str *text, TextRange range) {
  return range.empty() ? emptyStr() : substring(text, range.start, range.end);
}

// (literal, field name, format spec, conversion)
Ref formatterNext(Thread &t, Value v) {
  auto *it = v.as<FormatterIterator>();
  MarkupPiece piece;
  if (!TRY(it->splitter->next(t, piece))) return {};
  StrRef literal = part(it->text, piece.literal);
  if (!piece.hasField) return packTuple(literal, Value::none(), Value::none(), Value::none());
  StrRef name = part(it->text, piece.name), spec = part(it->text, piece.spec);
  Ref conversion = piece.conversion ? Ref(makeStrFromCodePoint(piece.conversion)) : Ref::none();
  return packTuple(literal, name, spec, conversion);
}

// (is an attribute, name or index)
Ref fieldNameNext(Thread &t, Value v) {
  auto *it = v.as<FieldNameIterator>();
  FieldStep step;
  if (!TRY(it->splitter->next(t, step))) return {};
  Ref name = !step.attribute && step.index >= 0 ? makeInt(step.index) : Ref(part(it->text, step.name));
  return packTuple(Value::boolean(step.attribute), name);
}

template <class T, class Splitter> Ref newSplit(Type &type, Str *text, Splitter splitter) {
  auto *it = heap::make<T>(type);
  it->text = StrRef::share(text).release();
  it->splitter = new Splitter(splitter);
  return Ref::take(Value(it));
}

Ref stringFormatterParser(Thread &t, const Value *args) {
  if (!isStr(args[0])) return raise(t, types::TypeError, "expected str, got %", typeName(args[0]));
  auto *text = args[0].as<Str>();
  return newSplit<FormatterIterator>(types::FormatterIterator, text, FormatMarkup(text, {0, text->length}));
}

Ref stringFieldNameSplit(Thread &t, const Value *args) {
  if (!isStr(args[0])) return raise(t, types::TypeError, "expected str, got %", typeName(args[0]));
  auto *text = args[0].as<Str>();
  FieldName name(text, {0, text->length});
  CHECK(name.readFirst(t));
  Ref first = name.index >= 0 ? makeInt(name.index) : Ref(part(text, name.first));
  Ref rest = newSplit<FieldNameIterator>(types::FieldNameIterator, text, name);
  return packTuple(first, rest);
}

const TypeSpec kFormatterIteratorSpec = {
    .name = "formatteriterator",
    .size = sizeof(FormatterIterator),
    .flags = kTypeNoInstantiate,
    .fillSlots = [](Slots &s) { s.iter = selfIter, s.next = formatterNext; },
    .clear = clearSplit<FormatterIterator>,
};

const TypeSpec kFieldNameIteratorSpec = {
    .name = "fieldnameiterator",
    .size = sizeof(FieldNameIterator),
    .flags = kTypeNoInstantiate,
    .fillSlots = [](Slots &s) { s.iter = selfIter, s.next = fieldNameNext; },
    .clear = clearSplit<FieldNameIterator>,
};

NativeDef kFunctions[] = {
    {"formatter_field_name_split", stringFieldNameSplit, "!($module, text, /)",
     "Split the name of a field in a format string: its first part, an int or a str, and an\n"
     "iterator over the rest, as (is_attribute, key)."},
    {"formatter_parser", stringFormatterParser, "!($module, text, /)",
     "An iterator over a format string, as (literal text, field name, format, conversion)."},
};

const ModuleType kTypes[] = {
    {types::FormatterIterator, kFormatterIteratorSpec, types::Object, false},
    {types::FieldNameIterator, kFieldNameIteratorSpec, types::Object, false},
};

} // namespace

const ModuleSpec coil::vm::kStringModule = {
    .name = "_string",
    .doc = "What the module string needs to take format strings apart.",
    .functions = kFunctions,
    .types = kTypes,
};
