// str: the type, its operators, construction and iterator.
#include "VM/Bind/Native.h"
#include "VM/Types/Bytes.h"
#include "VM/Types/BytesMethods.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Sequence.h"
#include "VM/Types/Str/Codec.h"
#include "VM/Types/Str/FormatSpec.h"
#include "VM/Types/Str/PercentFormat.h"
#include "VM/Types/Str/StrMethods.h"
#include "VM/Types/Str/StrText.h"
#include "VM/Types/Str/TextAlgorithms.h"
#include "VM/Types/Tuple.h"
#include <cstring>
#include <vector>

using namespace coil::vm;

namespace {

struct StrIterator : Object {
  Str *text; // owned; null once exhausted
  int64_t index;
};

Ref strRepr(Thread &, Value v) { return reprStr(v.as<Str>()); }
Ref strStr(Thread &, Value v) { return exactStr(v.as<Str>()); }
Result<int64_t> strHash(Thread &, Value v) { return hashStr(v.as<Str>()); }
Result<int64_t> strLen(Thread &, Value v) { return v.as<Str>()->length; }

Ref strCompare(Thread &, Value a, Value b, CompareOp op) {
  if (!isStr(a) || !isStr(b)) return Ref::notImplemented();
  if (op == CompareOp::Eq || op == CompareOp::Ne)
    return Ref::boolean(equalStr(a.as<Str>(), b.as<Str>()) == (op == CompareOp::Eq));
  return compareResult(compareStr(a.as<Str>(), b.as<Str>()), op);
}

Ref strSlice(Thread &t, Str *s, Value key) {
  SliceBounds b;
  TRY(sliceBounds(t, key, s->length, b));
  if (b.step == 1) return substring(s, b.start, b.start + b.count);
  if (s->width == 1 && b.count > 1) {
    llvm::SmallVector<uint8_t, 256> picked;
    picked.resize_for_overwrite(size_t(b.count));
    for (int64_t i = 0; i < b.count; ++i) picked[size_t(i)] = s->data1()[b.start + i * b.step];
    return makeStrLatin1(picked);
  }
  StrBuilder out;
  for (int64_t i = 0; i < b.count; ++i) out.append(s->at(b.start + i * b.step));
  return out.finish();
}

Ref strGetItem(Thread &t, Value v, Value key) {
  auto *s = v.as<Str>();
  if (isExactly(key, types::Slice)) return strSlice(t, s, key);
  if (!isIntLike(key) && !typeOf(key)->slots.index)
    return raise(t, types::TypeError, "string indices must be integers, not '%'", typeName(key));
  int64_t i;
  TRY(sequenceIndex(t, key, s->length, "string", "string index out of range", i));
  return makeStrFromCodePoint(s->at(i));
}

Result<bool> strContains(Thread &t, Value v, Value key) {
  if (!isStr(key))
    return raise(t, types::TypeError, "'in <string>' requires string as left operand, not %", typeName(key));
  return findStr(v.as<Str>(), key.as<Str>(), 0, v.as<Str>()->length) >= 0;
}

Ref strConcat(Thread &t, Value a, Value b) {
  if (!isStr(b))
    return raise(t, types::TypeError, "can only concatenate str (not \"%\") to str", typeName(b));
  Str *left = a.as<Str>(), *right = b.as<Str>();
  if (!left->length) return exactStr(right);
  if (!right->length) return exactStr(left);
  return concatenate(left, right);
}

Ref strRepeat(Thread &t, Value v, Value count) {
  auto *s = v.as<Str>();
  int64_t n = TRY(repeatCount(t, count, s->length, "repeated string is too long"));
  if (n == 0 || s->length == 0) return emptyStr();
  if (n == 1) return exactStr(s);
  StrRef result = newStr(n * s->length, s->ascii        ? 127
                                        : s->width == 1 ? 255
                                        : s->width == 2 ? 0xffff
                                                        : 0x10ffff);
  size_t unit = size_t(s->length) * s->width, total = unit * size_t(n);
  uint8_t *to = result->mutableData();
  if (unit == 1) {
    std::memset(to, s->data1()[0], total);
    return result;
  }
  std::memcpy(to, s->data1(), unit);
  for (size_t done = unit; done < total; done *= 2) std::memcpy(to + done, to, std::min(done, total - done));
  return result;
}

Ref strMod(Thread &t, Value a, Value b) {
  if (!isStr(a)) return Ref::notImplemented();
  return percentFormatStr(t, a.as<Str>(), b);
}

Ref strIter(Thread &, Value v) {
  auto *it = heap::make<StrIterator>(v.as<Str>()->ascii ? types::StrAsciiIterator : types::StrIterator);
  it->text = StrRef::share(v.as<Str>()).release();
  return Ref::take(Value(it));
}

// --- construction ------------------------------------------------------------------------------------------

// An instance of a subclass with the text of `s`.
Ref copyAs(Type &type, Str *s) {
  size_t bytes = size_t(s->length) * s->width;
  auto *instance = heap::make<Str>(type, s->dataSize());
  instance->length = s->length;
  instance->hash = s->hash;
  instance->width = s->width;
  instance->ascii = s->ascii;
  std::memcpy(instance->mutableData(), s->data1(), bytes);
  return Ref::take(Value(instance));
}

Ref decoded(Thread &t, Value object, Value encoding, Value errors) {
  if (isStr(object)) return raise(t, types::TypeError, "decoding str is not supported");
  Buffer buffer;
  if (!exportsBuffer(object) || !buffer.open(t, object)) {
    clearPending(t);
    return raise(t, types::TypeError, "decoding to str: need a bytes-like object, % found", typeName(object));
  }
  return decodeBytes(t, buffer.bytes(), encoding.empty() ? "utf-8" : toUtf8(encoding.as<Str>()),
                     errors.empty() ? "strict" : toUtf8(errors.as<Str>()));
}

Ref strNew(Thread &t, const Value *args) {
  Value object = args[1], encoding = args[2], errors = args[3];
  if (!encoding.empty()) {
    TRY(needStr(t, encoding, "str", "encoding"));
  }
  if (!errors.empty()) {
    TRY(needStr(t, errors, "str", "errors"));
  }
  Ref text = object.empty()                       ? Ref(emptyStr())
             : encoding.empty() && errors.empty() ? str(t, object)
                                                  : decoded(t, object, encoding, errors);
  Type *type = args[0].as<Type>();
  if (!text || type == &types::Str) return text;
  return copyAs(*type, text.as<Str>());
}

Ref strFormatSpec(Thread &t, const Value *args) {
  TRY(needStr(t, args[1], "__format__", 0));
  return formatStr(t, args[0], args[1].as<Str>());
}

Ref strGetNewArgs(Thread &, const Value *args) {
  Str *s = selfStr(args);
  return packTuple(TRY(copyAs(types::Str, s)));
}

Ref strSizeOf(Thread &, const Value *args) {
  Str *s = selfStr(args);
  return makeInt((s->ascii ? 48 : 72) + s->width * (s->length + 1));
}

NativeDef kStrTypeMethods[] = {
    {"__new__", strNew, "!($type, object=<absent>, encoding=<absent>, errors=<absent>)",
     "Make a new object of the class."},
    {"__format__", strFormatSpec, "($self, format_spec, /)",
     "The string in the layout that format_spec asks for."},
    {"__sizeof__", strSizeOf, "($self, /)", "The bytes of memory the object occupies."},
    {"__getnewargs__", strGetNewArgs, "!($self, /)", nullptr},
};

llvm::ArrayRef<NativeDef> strMethods() {
  static const std::vector<NativeDef> all = [] {
    std::vector<NativeDef> rows(std::begin(kStrTypeMethods), std::end(kStrTypeMethods));
    for (llvm::ArrayRef<NativeDef> table :
         {strCodecMethods(), strReplaceMethods(), strSplitMethods(), strCaseMethods(), strSearchMethods(),
          strAlignMethods(), strPredicateMethods(), strTranslateMethods()})
      rows.insert(rows.end(), table.begin(), table.end());
    return rows;
  }();
  return all;
}

// --- iterator ----------------------------------------------------------------------------------------------

Ref strIteratorNext(Thread &, Value v) {
  auto *it = v.as<StrIterator>();
  if (!it->text) return {};
  if (it->index < it->text->length) return makeStrFromCodePoint(it->text->at(it->index++));
  replaceOwned<Str>(it->text, nullptr);
  return {};
}

Ref strIteratorHint(Thread &, const Value *args) {
  auto *it = args[0].as<StrIterator>();
  return makeInt(it->text ? it->text->length - it->index : 0);
}

Ref strIteratorReduce(Thread &t, const Value *args) {
  auto *it = args[0].as<StrIterator>();
  if (it->text) return reduceIterator(t, Value(it->text), it->index);
  return reduceExhausted(emptyStr());
}

Ref strIteratorSetState(Thread &t, const Value *args) {
  auto *it = args[0].as<StrIterator>();
  int64_t i = TRY(requiredInt64(t, args[1]));
  if (it->text) it->index = std::clamp<int64_t>(i, 0, it->text->length);
  return Ref::none();
}

NativeDef kStrIteratorMethods[] = {
    {"__length_hint__", strIteratorHint, "!($self, /)",
     "How many items are still to come, as far as is known."},
    {"__reduce__", strIteratorReduce, "!($self, /)",
     "What pickle and copy need to go on from the same place."},
    {"__setstate__", strIteratorSetState, "!($self, state, /)",
     "Go to the given position, which __reduce__ told."},
};

} // namespace

const TypeSpec coil::vm::kStrSpec = {
    .name = "str",
    .size = sizeof(Str),
    .flags = kTypeBase | kTypeStrSubclass | kTypeMatchSelf,
    .fillSlots =
        [](Slots &s) {
          s.repr = strRepr, s.str = strStr, s.hash = strHash, s.compare = strCompare, s.iter = strIter,
          s.len = strLen, s.getItem = strGetItem, s.contains = strContains, s.concat = strConcat,
          s.repeat = strRepeat, s.mod = strMod;
        },
    .extraSize = [](const Object *o) { return static_cast<const Str *>(o)->dataSize(); },
    .methods = strMethods(),
    .doc = "str([object]), str(bytes[, encoding[, errors]]): an object as text, which its __str__ or\nelse "
           "its __repr__ tells.\n\nWith encoding or errors, by default 'utf-8' and 'strict', a bytes-like "
           "object is decoded.",
};

static TypeSpec iteratorSpec(const char *name) {
  return {
      .name = name,
      .size = sizeof(StrIterator),
      .flags = kTypeGc | kTypeNoInstantiate,
      .fillSlots = [](Slots &s) { s.iter = selfIter, s.next = strIteratorNext; },
      .traverse = [](Object *o, Visitor &v) { v.visitPointer(static_cast<StrIterator *>(o)->text); },
      .clear = [](Object *o) { replaceOwned<Str>(static_cast<StrIterator *>(o)->text, nullptr); },
      .methods = kStrIteratorMethods,
  };
}

const TypeSpec coil::vm::kStrIteratorSpec = iteratorSpec("str_iterator");
const TypeSpec coil::vm::kStrAsciiIteratorSpec = iteratorSpec("str_ascii_iterator");
