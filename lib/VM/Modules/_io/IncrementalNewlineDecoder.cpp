// _io.IncrementalNewlineDecoder: universal newlines, across the pieces in which text arrives.
#include "VM/Core/Names.h"
#include "VM/Modules/_io/NewlineDecoder.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Tuple.h"
#include <cstring>

using namespace coil::vm;
using namespace coil::vm::io;

namespace {

template <class Char> uint8_t kindsIn(const Char *from, int64_t n) {
  uint8_t seen = 0;
  for (int64_t i = 0; i < n; ++i) {
    if (from[i] > '\r') continue;
    if (from[i] == '\n') {
      seen |= kSeenLf;
    } else if (from[i] == '\r') {
      bool pair = i + 1 < n && from[i + 1] == '\n';
      seen |= pair ? kSeenCrLf : kSeenCr;
      i += pair;
    }
  }
  return seen;
}

template <class Char> StrRef translated(const Char *from, int64_t n, char32_t greatest) {
  int64_t length = n;
  for (int64_t i = 0; i + 1 < n; ++i) length -= from[i] == '\r' && from[i + 1] == '\n';
  StrRef result = newStr(length, greatest);
  auto *to = reinterpret_cast<Char *>(result->mutableData());
  for (int64_t i = 0; i < n; ++i) {
    *to++ = from[i] == '\r' ? Char('\n') : from[i];
    if (from[i] == '\r' && i + 1 < n && from[i + 1] == '\n') ++i;
  }
  return result;
}

bool hasReturn(const Str *s) {
  if (s->width == 1) return s->length && std::memchr(s->data1(), '\r', size_t(s->length));
  for (int64_t i = 0; i < s->length; ++i)
    if (s->at(i) == '\r') return true;
  return false;
}

} // namespace

StrRef io::decodeNewlines(NewlineState &state, Str *text, bool final) {
  StrRef s = StrRef::share(text);
  if (state.pendingCr && (final || s->length)) {
    StrRef held = makeStrAscii("\r");
    s = concatenate(held, s);
    state.pendingCr = false;
  }
  if (!final && s->length && s->at(s->length - 1) == '\r') {
    s = substring(s, 0, s->length - 1);
    state.pendingCr = true;
  }
  if (!hasReturn(s)) { // the usual case: all there can be is "\n"
    if (!(state.seen & kSeenLf) && s->length && findStr(s, internText("\n"), 0, s->length) >= 0)
      state.seen |= kSeenLf;
    return s;
  }
  auto with = [&](const auto *from, char32_t greatest) {
    state.seen |= kindsIn(from, s->length);
    return state.translate ? translated(from, s->length, greatest) : StrRef::share(s);
  };
  if (s->width == 1) return with(s->data1(), s->ascii ? 127 : 255);
  if (s->width == 2) return with(s->data2(), 0xffff);
  return with(s->data4(), 0x10ffff);
}

Ref io::newlinesSeen(uint8_t seen) {
  Value kinds[3];
  int64_t n = 0;
  StrRef cr = internText("\r"), lf = internText("\n"), crLf = internText("\r\n");
  if (seen & kSeenCr) kinds[n++] = Value(cr);
  if (seen & kSeenLf) kinds[n++] = Value(lf);
  if (seen & kSeenCrLf) kinds[n++] = Value(crLf);
  if (n == 0) return Ref::none();
  if (n == 1) return Ref::share(kinds[0]);
  return makeTuple({kinds, size_t(n)});
}

namespace {

struct IncrementalNewlineDecoder : Object {
  Value decoder; // owned; None: the input is text already; empty: __init__ has not run
  Value errors;  // owned
  NewlineState state;
};
IncrementalNewlineDecoder *self(Value v) { return v.as<IncrementalNewlineDecoder>(); }

Status checkReady(Thread &t, Value v) {
  if (!self(v)->decoder.empty()) return Status::ok();
  return raise(t, types::ValueError, "IncrementalNewlineDecoder.__init__() not called");
}

Ref newlineNew(Thread &, Value, const CallArgs &args) {
  return Ref::take(Value(newInstance<IncrementalNewlineDecoder>(args)));
}

// decoder, translate, errors
Ref init(Thread &t, const Value *args) {
  bool translate = TRY(intArgument(t, args[2]));
  replaceOwned(self(args[0])->decoder, retained(args[1]));
  replaceOwned(self(args[0])->errors, retained(args[3]));
  self(args[0])->state = {.translate = translate, .pendingCr = false, .seen = 0};
  return Ref::none();
}
const NativeDef kInit{"IncrementalNewlineDecoder", init, "($self, decoder, translate, errors='strict')",
                      nullptr};

Ref newlineDecode(Thread &t, const Value *args) {
  bool final = TRY(intArgument(t, args[2]));
  CHECK(checkReady(t, args[0]));
  Value decoder = self(args[0])->decoder;
  Ref text = decoder.isNone() ? Ref::share(args[1])
                              : callMethod(t, decoder, names::decode, {args[1], Value::boolean(final)});
  if (!text) return {};
  if (!isStr(text))
    return raise(t, types::TypeError, "decoder should return a string result, not '%'", typeName(text));
  return decodeNewlines(self(args[0])->state, text.as<Str>(), final);
}

// The wrapped decoder's state, its flags with the "\r" that is held back as their lowest bit.
Ref newlineGetstate(Thread &t, const Value *args) {
  CHECK(checkReady(t, args[0]));
  Ref buffer = makeBytes({}), flags = makeInt(0);
  if (Value decoder = self(args[0])->decoder; !decoder.isNone()) {
    Ref state = TRY(callMethod(t, decoder, names::getstate));
    if (!isTuple(state)) return raise(t, types::TypeError, "illegal decoder state");
    Tuple *parts = state.as<Tuple>();
    if (parts->length != 2 || !isIntLike((*parts)[1]))
      return raise(t, types::TypeError, "illegal decoder state");
    buffer = Ref::share((*parts)[0]);
    flags = Ref::share((*parts)[1]);
  }
  flags = TRY(intLshift(t, flags, Value::smallInt(1)));
  if (self(args[0])->state.pendingCr) flags = intBitwise('|', flags, Value::smallInt(1));
  return packTuple(buffer.get(), flags.get());
}

Ref newlineSetstate(Thread &t, const Value *args) {
  CHECK(checkReady(t, args[0]));
  if (!isTuple(args[1])) return raise(t, types::TypeError, "state argument must be a tuple");
  Tuple *state = args[1].as<Tuple>();
  if (state->length != 2 || !isIntLike((*state)[1]))
    return raise(t, types::TypeError, "setstate(): illegal state argument");
  int64_t low = 0;
  toInt64(intBitwise('&', (*state)[1], Value::smallInt(1)), low);
  self(args[0])->state.pendingCr = low;
  if (self(args[0])->decoder.isNone()) return Ref::none();
  Ref flags = TRY(intRshift(t, (*state)[1], Value::smallInt(1)));
  TupleRef inner = packTuple((*state)[0], flags.get());
  return callMethod(t, self(args[0])->decoder, names::setstate, {Value(inner)});
}

Ref newlineReset(Thread &t, const Value *args) {
  CHECK(checkReady(t, args[0]));
  self(args[0])->state.seen = 0;
  self(args[0])->state.pendingCr = false;
  if (self(args[0])->decoder.isNone()) return Ref::none();
  return callMethod(t, self(args[0])->decoder, names::reset);
}

Ref getNewlines(Thread &t, Value v) {
  CHECK(checkReady(t, v));
  return newlinesSeen(self(v)->state.seen);
}

NativeDef kMethods[] = {
    {"__new__", newlineNew, "($type, *args, **kwargs)", "Make a new object of the class."},
    {"decode", newlineDecode, "($self, /, input, final=False)", nullptr},
    {"getstate", newlineGetstate, "($self, /)", nullptr},
    {"setstate", newlineSetstate, "($self, state, /)", nullptr},
    {"reset", newlineReset, "($self, /)", nullptr},
};
const GetSetDef kGetSets[] = {{"newlines", getNewlines, nullptr, nullptr}};

} // namespace

Type types::IncrementalNewlineDecoder;

const TypeSpec coil::vm::kIncrementalNewlineDecoderSpec = {
    .name = "_io.IncrementalNewlineDecoder",
    .size = sizeof(IncrementalNewlineDecoder),
    .flags = kTypeBase | kTypeGc,
    .fillSlots =
        [](Slots &s) {
          s.init = [](Thread &t, Value v, const CallArgs &args) { return callInit(t, kInit, v, args); };
        },
    .traverse =
        [](Object *o, Visitor &visitor) {
          visitor.visit(static_cast<IncrementalNewlineDecoder *>(o)->decoder);
          visitor.visit(static_cast<IncrementalNewlineDecoder *>(o)->errors);
        },
    .clear =
        [](Object *o) {
          replaceOwned(static_cast<IncrementalNewlineDecoder *>(o)->decoder, Value());
          replaceOwned(static_cast<IncrementalNewlineDecoder *>(o)->errors, Value());
        },
    .methods = kMethods,
    .getsets = kGetSets,
    .doc = "A decoder of text that knows all kinds of line ends and puts itself behind another\n"
           "decoder, or None. It never cuts '\\r\\n' in two; with translate, it makes '\\n' of each\n"
           "line end. newlines tells which kinds there were.",
    .signature = "(decoder, translate, errors='strict')",
    .own = 0,
};
