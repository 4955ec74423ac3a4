// _json.make_encoder: writes objects as JSON.
#include "VM/Bind/Native.h"
#include "VM/Core/Names.h"
#include "VM/Modules/_json/Json.h"
#include "VM/Types/Dict/Dict.h"
#include "VM/Types/Float.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"
#include "VM/Types/Str/TextArguments.h"
#include "VM/Types/Tuple.h"
#include <charconv>
#include <cmath>

using namespace coil::vm;
using namespace coil::vm::json;

Type coil::vm::types::JsonEncoder;

namespace {

struct Encoder : Object {
  // All owned.
  Value markers, defaultFunction, encoder, indent, keySeparator, itemSeparator;
  bool sortKeys, skipKeys, allowNan;
  bool native, asciiOnly; // `encoder` is one of this module's functions; which one
};

// Enters an object into the markers while it is written: what meets it again is a circle.
class Marker {
  Ref identity;

public:
  Status enter(Thread &t, const Encoder &encoder, Value object) {
    if (encoder.markers.isNone()) return Status::ok();
    Ref id = makeIntUnsigned(object.bits());
    auto *markers = encoder.markers.as<Dict>();
    if (!TRY(dictGet(t, markers, id)).empty())
      return raise(t, types::ValueError, "Circular reference detected");
    TRY(dictSet(t, markers, id, object));
    identity = std::move(id);
    return Status::ok();
  }
  Status leave(Thread &t, const Encoder &encoder) {
    if (!identity) return Status::ok();
    Value old = TRY(dictPop(t, encoder.markers.as<Dict>(), identity));
    if (old.empty()) return raiseWith(t, types::KeyError, identity);
    release(old);
    return Status::ok();
  }
};

class Writer {
  Thread &t;
  const Encoder &encoder;

public:
  StrBuilder out;

  Writer(Thread &t, const Encoder &encoder) : t(t), encoder(encoder) {}

  Status write(Value v) {
    if (v.isNone() || v.isBool()) return constant(v);
    if (isStr(v)) return string(v);
    if (isIntLike(v)) return integer(v);
    if (isFloatLike(v)) return real(v);
    if (isList(v) || isTuple(v)) return guarded(&Writer::sequence, v);
    if (isDict(v)) return guarded(&Writer::mapping, v);
    return other(v);
  }

private:
  Status guarded(Status (Writer::*part)(Value), Value v) {
    RecursionGuard guard(t, " while encoding a JSON object");
    if (!guard) return {};
    return (this->*part)(v);
  }

  Status constant(Value v) {
    out.appendAscii(v.isNone() ? "null" : v.isTrue() ? "true" : "false");
    return Status::ok();
  }

  Status string(Value v) {
    if (encoder.native) {
      appendEscaped(out, v.as<Str>(), encoder.asciiOnly);
      return Status::ok();
    }
    Ref encoded = TRY(call(t, encoder.encoder, {v}));
    if (!isStr(encoded))
      return raise(t, types::TypeError, "encoder() must return a string, not %", typeName(encoded));
    out.append(encoded.as<Str>());
    return Status::ok();
  }

  Status integer(Value v) {
    if (v.isInt()) {
      char digits[24];
      out.appendAscii(
          {digits, size_t(std::to_chars(digits, digits + sizeof digits, v.asInt()).ptr - digits)});
      return Status::ok();
    }
    Ref text = TRY(types::Int.slots.repr(t, v));
    out.append(text.as<Str>());
    return Status::ok();
  }

  Status real(Value v) {
    double d = floatValue(v);
    if (std::isfinite(d)) {
      out.appendAscii(floatRepr(d));
      return Status::ok();
    }
    if (!encoder.allowNan)
      return raise(t, types::ValueError, "Out of range float values are not JSON compliant");
    out.appendAscii(d > 0 ? "Infinity" : d < 0 ? "-Infinity" : "NaN");
    return Status::ok();
  }

  Status other(Value v) {
    Marker marker;
    TRY(marker.enter(t, encoder, v));
    Ref replacement = TRY(call(t, encoder.defaultFunction, {v}));
    RecursionGuard guard(t, " while encoding a JSON object");
    if (!guard) return {};
    TRY(write(replacement));
    return marker.leave(t, encoder);
  }

  Status sequence(Value v) {
    auto items = [&] { return isList(v) ? v.as<List>()->values() : v.as<Tuple>()->values(); };
    if (items().empty()) {
      out.appendAscii("[]");
      return Status::ok();
    }
    Marker marker;
    TRY(marker.enter(t, encoder, v));
    out.append(U'[');
    for (size_t i = 0; i < items().size(); ++i) {
      if (i) out.append(encoder.itemSeparator.as<Str>());
      Ref item = Ref::share(items()[i]);
      TRY(write(item));
    }
    out.append(U']');
    return marker.leave(t, encoder);
  }

  Status mapping(Value v) {
    if (v.as<Dict>()->used == 0) {
      out.appendAscii("{}");
      return Status::ok();
    }
    Marker marker;
    TRY(marker.enter(t, encoder, v));
    out.append(U'{');
    if (isExactDict(v) && !encoder.sortKeys) {
      TRY(plainPairs(v.as<Dict>()));
    } else {
      TRY(listedPairs(v));
    }
    out.append(U'}');
    return marker.leave(t, encoder);
  }

  // Of the dict as it is now: what is called meanwhile may change it.
  Status plainPairs(Dict *dict) {
    llvm::SmallVector<Value, 32> pairs;
    pairs.reserve(size_t(dict->used) * 2);
    DictEntry *entry;
    for (int64_t position = 0; dictNext(dict, position, entry);) {
      pairs.push_back(retained(entry->key));
      pairs.push_back(retained(entry->value));
    }
    bool first = true, good = true;
    for (size_t i = 0; good && i < pairs.size(); i += 2) good = bool(pair(pairs[i], pairs[i + 1], first));
    for (Value v : pairs) release(v);
    return good ? Status::ok() : Status();
  }

  Status listedPairs(Value v) {
    Ref items = TRY(callMethod(t, v, names::items));
    ListRef list = TRY(listFrom(t, items));
    if (encoder.sortKeys) TRY(listSort(t, list, Value::none(), false));
    bool first = true;
    for (int64_t i = 0; i < list->length; ++i) {
      Ref item = Ref::share(list->items[i]);
      if (!isTuple(item) || item.as<Tuple>()->length != 2)
        return raise(t, types::ValueError, "items must return 2-tuples");
      TRY(pair((*item.as<Tuple>())[0], (*item.as<Tuple>())[1], first));
    }
    return Status::ok();
  }

  Status pair(Value key, Value value, bool &first) {
    bool known = isStr(key) || isFloatLike(key) || key.isNone() || isIntLike(key);
    if (!known) {
      if (encoder.skipKeys) return Status::ok();
      return raise(t, types::TypeError, "keys must be str, int, float, bool or None, not %", typeName(key));
    }
    if (!first) out.append(encoder.itemSeparator.as<Str>());
    first = false;
    TRY(keyText(key));
    out.append(encoder.keySeparator.as<Str>());
    return write(value);
  }

  // Keys that are no strings are written as the text that stands for them.
  Status keyText(Value key) {
    if (isStr(key)) return string(key);
    if (encoder.native) {
      out.append(U'"');
      TRY(write(key));
      out.append(U'"');
      return Status::ok();
    }
    Writer text(t, encoder);
    TRY(text.write(key));
    StrRef shown = text.out.finish();
    return string(Value(shown));
  }
};

// _iterencode(obj, _current_indent_level): a list of texts.
Ref iterEncode(Thread &t, const Value *args) {
  CHECK(sizeArgument(t, args[2]));
  Ref keep = Ref::share(args[0]);
  Writer writer(t, *args[0].as<Encoder>());
  CHECK(writer.write(args[1]));
  ListRef chunks = newList();
  listAppendOwned(chunks, Ref(writer.out.finish()).release());
  return chunks;
}

const NativeDef kCall{"_iterencode", iterEncode, "($self, obj, _current_indent_level)", nullptr};

Ref callEncoder(Thread &t, Value self, const CallArgs &args) {
  return callNativeBound(t, kCall, nullptr, self, args);
}

Ref encoderNew(Thread &t, const Value *args) {
  enum {
    kType,
    kMarkers,
    kDefault,
    kEncoder,
    kIndent,
    kKeySeparator,
    kItemSeparator,
    kSortKeys,
    kSkipKeys,
    kAllowNan
  };
  for (int i : {kKeySeparator, kItemSeparator})
    if (!isStr(args[i]))
      return raise(t, types::TypeError, "make_encoder() argument % must be str, not %", i,
                   args[i].isNone() ? llvm::StringRef("None") : typeName(args[i]));
  bool sortKeys = TRY(truth(t, args[kSortKeys])), skipKeys = TRY(truth(t, args[kSkipKeys]));
  bool allowNan = TRY(truth(t, args[kAllowNan]));
  if (!args[kMarkers].isNone() && !isDict(args[kMarkers]))
    return raise(t, types::TypeError, "make_encoder() argument 1 must be dict or None, not %",
                 typeName(args[kMarkers]));
  auto made = ObjectRef<Encoder>::take(heap::make<Encoder>(*args[0].as<Type>()));
  made->markers = retained(args[kMarkers]);
  made->defaultFunction = retained(args[kDefault]);
  made->encoder = retained(args[kEncoder]);
  made->indent = retained(args[kIndent]);
  made->keySeparator = retained(args[kKeySeparator]);
  made->itemSeparator = retained(args[kItemSeparator]);
  made->sortKeys = sortKeys;
  made->skipKeys = skipKeys;
  made->allowNan = allowNan;
  NativeFn function = isExactly(made->encoder, types::NativeFunction)
                          ? made->encoder.as<NativeFunction>()->def->bound
                          : nullptr;
  made->asciiOnly = function == encodeStringAscii;
  made->native = made->asciiOnly || function == encodeString;
  return made;
}

template <Value Encoder::*member> Ref getMember(Thread &, Value self) {
  return Ref::share(self.as<Encoder>()->*member);
}
template <bool Encoder::*member> Ref getFlag(Thread &, Value self) {
  return Ref::boolean(self.as<Encoder>()->*member);
}

NativeDef kMethods[] = {
    {"__new__", encoderNew,
     "!($type, markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, "
     "allow_nan)",
     "Make a new object of the class."},
};

const GetSetDef kMembers[] = {
    {"markers", getMember<&Encoder::markers>, nullptr, "markers", true},
    {"default", getMember<&Encoder::defaultFunction>, nullptr, "default", true},
    {"encoder", getMember<&Encoder::encoder>, nullptr, "encoder", true},
    {"indent", getMember<&Encoder::indent>, nullptr, "indent", true},
    {"key_separator", getMember<&Encoder::keySeparator>, nullptr, "key_separator", true},
    {"item_separator", getMember<&Encoder::itemSeparator>, nullptr, "item_separator", true},
    {"sort_keys", getFlag<&Encoder::sortKeys>, nullptr, "sort_keys", true},
    {"skipkeys", getFlag<&Encoder::skipKeys>, nullptr, "skipkeys", true},
};

} // namespace

const TypeSpec coil::vm::kJsonEncoderSpec = {
    .name = "_json.make_encoder",
    .size = sizeof(Encoder),
    .flags = kTypeBase | kTypeGc,
    .fillSlots = [](Slots &s) { s.call = callEncoder; },
    .traverse =
        [](Object *o, Visitor &visitor) {
          auto *e = static_cast<Encoder *>(o);
          for (Value v : {e->markers, e->defaultFunction, e->encoder, e->indent}) visitor.visit(v);
        },
    .clear =
        [](Object *o) {
          auto *e = static_cast<Encoder *>(o);
          for (Value *v : {&e->markers, &e->defaultFunction, &e->encoder, &e->indent})
            replaceOwned(*v, Value::none());
          if (o->refCount) return;
          replaceOwned(e->keySeparator, Value());
          replaceOwned(e->itemSeparator, Value());
        },
    .methods = kMethods,
    .getsets = kMembers,
    .doc = "Called with an object and the current level of indentation; returns the pieces of its\n"
           "JSON text.",
    .heapType = true,
};
