// Encodings by tables: charmap_encode, charmap_decode and charmap_build.
#include "VM/Codecs/Encoders.h"
#include "VM/Codecs/EncodingMap.h"
#include "VM/Types/Dict/Dict.h"
#include "VM/Types/Int/Int.h"
#include "llvm/ADT/DenseSet.h"

using namespace coil::vm;

Type coil::vm::encodingMapType;

namespace {

constexpr const char *kUndefined = "character maps to <undefined>";

// mapping[key], or an empty Ref with nothing pending where there is no such key.
Ref lookup(Thread &t, Value mapping, uint32_t key) {
  Ref number = makeInt(int64_t(key));
  Ref found = getItem(t, mapping, number);
  if (!found) (void)catchPending(t, types::LookupError);
  return found;
}

struct CharmapTarget {
  static constexpr const char *kReason = kUndefined;
  static constexpr bool kRuns = true;
  Thread &t;
  Value mapping;
  const char *name() const { return "charmap"; }

  Result<bool> put(char32_t c, ByteVector &out) {
    if (isExactly(mapping, encodingMapType)) {
      auto *map = mapping.as<EncodingMap>()->bytes;
      auto found = map->find(c);
      if (found == map->end()) return false;
      out.push_back(found->second);
      return true;
    }
    Ref value = lookup(t, mapping, c);
    if (!value && t.hasPending()) return {};
    if (!value || value->isNone()) return false;
    if (isIntLike(value)) {
      int64_t byte;
      if (!toInt64(value, byte) || byte < 0 || byte > 255)
        return raise(t, types::TypeError, "character mapping must be in range(256)");
      out.push_back(uint8_t(byte));
      return true;
    }
    if (!isBytes(value))
      return raise(t, types::TypeError, "character mapping must return integer, bytes or None, not %",
                   typeOf(value)->fullName());
    llvm::ArrayRef<uint8_t> bytes = value.as<Bytes>()->bytes();
    out.append(bytes.begin(), bytes.end());
    return true;
  }
  bool fits(llvm::ArrayRef<uint8_t>) const { return true; }
  bool replaces(char32_t) const { return true; }
};

// Appends what a mapping object gives for a byte; false: nothing.
Result<bool> appendMapped(Thread &t, Value mapping, uint8_t byte, StrBuilder &out) {
  Ref value = lookup(t, mapping, byte);
  if (!value && t.hasPending()) return {};
  if (!value || value->isNone()) return false;
  if (isIntLike(value)) {
    int64_t c;
    if (!toInt64(value, c) || c < 0 || c > 0x10ffff)
      return raise(t, types::TypeError, "character mapping must be in range(0x110000)");
    if (c == 0xfffe) return false;
    out.append(char32_t(c));
    return true;
  }
  if (!isStr(value)) return raise(t, types::TypeError, "character mapping must return integer, None or str");
  auto *s = value.as<Str>();
  if (s->length == 1 && s->at(0) == 0xfffe) return false;
  out.append(s);
  return true;
}

Ref buildDict(Thread &t, Str *table, int64_t length) {
  DictRef dict = newDict();
  for (int64_t i = 0; i < length; ++i) {
    Ref key = makeInt(int64_t(table->at(i)));
    CHECK(dictSet(t, dict, key, Value::smallInt(i)));
  }
  return dict;
}

Ref mapSize(Thread &, const Value *args) { return makeInt(args[0].as<EncodingMap>()->size); }

NativeDef kMethods[] = {
    {"size", mapSize, "!($self, /)", "The bytes of memory the map occupies."},
};

} // namespace

const TypeSpec coil::vm::kEncodingMapSpec = {
    .name = "EncodingMap",
    .size = sizeof(EncodingMap),
    .flags = kTypeNoInstantiate,
    .clear = [](Object *o) { delete std::exchange(static_cast<EncodingMap *>(o)->bytes, nullptr); },
    .methods = kMethods,
};

Ref coil::vm::encodeCharmap(Thread &t, Str *s, llvm::StringRef errors, Value mapping) {
  if (mapping.isNone()) return encodeLatin1(t, s, errors);
  CharmapTarget target{t, mapping};
  ByteVector out;
  return encodeWith(t, s, errors, target, out);
}

Ref coil::vm::decodeCharmap(Thread &t, DecodeRequest &request, Value mapping) {
  if (mapping.isNone()) return makeStrLatin1(request.bytes);
  DecodeErrors source(t, request.bytes, "charmap", request.errors);
  StrBuilder out;
  for (int64_t i = 0; i < source.size;) {
    uint8_t byte = source.data[i];
    bool mapped;
    if (isExactStr(mapping)) {
      Str *table = mapping.as<Str>();
      mapped = byte < table->length && table->at(byte) != 0xfffe;
      if (mapped) out.append(table->at(byte));
    } else {
      mapped = TRY(appendMapped(t, mapping, byte, out));
    }
    if (mapped)
      ++i;
    else
      CHECK(source.handle(i, i + 1, kUndefined, out, i));
  }
  return out.finish();
}

Ref coil::vm::buildCharmap(Thread &t, Str *table) {
  int64_t length = std::min<int64_t>(table->length, 256);
  if (!length) return raise(t, types::TypeError, "bad argument type for built-in operation");
  // CPython's table has two levels of pages, and byte 0 stands in it for nothing but NUL.
  if (table->at(0)) return buildDict(t, table, length);
  llvm::DenseSet<uint32_t> outer, inner;
  for (int64_t i = 1; i < length; ++i) {
    char32_t c = table->at(i);
    if (!c || c > 0xffff) return buildDict(t, table, length);
    if (c == 0xfffe) continue;
    outer.insert(c >> 11);
    inner.insert(c >> 7);
  }
  if (outer.size() >= 255 || inner.size() >= 255) return buildDict(t, table, length);
  auto *map = heap::make<EncodingMap>(encodingMapType);
  map->bytes = new llvm::DenseMap<uint32_t, uint8_t>();
  map->size = int64_t(63 + 16 * outer.size() + 128 * inner.size());
  for (int64_t i = 0; i < length; ++i)
    if (table->at(i) != 0xfffe) (*map->bytes)[table->at(i)] = uint8_t(i);
  return Ref::take(Value(map));
}
