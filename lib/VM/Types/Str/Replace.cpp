// str.replace and str.join.
#include "VM/Types/Str/StrMethods.h"
#include "VM/Types/Str/TextAlgorithms.h"
#include "VM/Types/Str/TextArguments.h"

using namespace coil::vm;

namespace {

// Everything is ASCII: the length is known before, and the pieces are copied once.
Ref replaceAscii(StrView s, StrView old, const Str *replacement, int64_t limit) {
  if (old.size() == 1 && replacement->length == 1 && limit < 0) {
    uint8_t from = uint8_t(old.at(0)), with = replacement->data1()[0];
    StrRef result = newStr(s.size(), 127);
    for (int64_t i = 0; i < s.size(); ++i) {
      uint8_t c = s.s->data1()[i];
      result->mutableData()[i] = c == from ? with : c;
    }
    return result;
  }
  llvm::SmallVector<std::pair<int64_t, int64_t>, 32> pieces;
  replacePieces(s, old, limit, [&](int64_t from, int64_t end) { pieces.push_back({from, end}); });
  auto found = int64_t(pieces.size()) - 1;
  StrRef result = newStr(s.size() + found * (replacement->length - old.size()), 127);
  uint8_t *to = result->mutableData();
  for (const auto &[from, end] : pieces) {
    if (&from != &pieces.front().first) to = std::copy_n(replacement->data1(), replacement->length, to);
    to = std::copy(s.s->data1() + from, s.s->data1() + end, to);
  }
  return result;
}

Ref strReplace(Thread &t, const Value *args) {
  TRY(needStr(t, args[1], "replace", 1));
  TRY(needStr(t, args[2], "replace", 2));
  int64_t limit = TRY(sizeArgument(t, args[3]));
  StrView s(args[0]), old(args[1]);
  Str *replacement = args[2].as<Str>();
  if (!limit || equalStr(old.s, replacement) || s.find(old, 0, s.size()) < 0) return exactStr(s.s);
  if (s.s->ascii && replacement->ascii) return replaceAscii(s, old, replacement, limit);
  StrBuilder out;
  bool first = true;
  replacePieces(s, old, limit, [&](int64_t from, int64_t to) {
    if (!first) out.append(replacement);
    first = false;
    out.append(s.s, from, to);
  });
  return out.finish();
}

// All parts have one byte per character: copies without a builder.
Ref joinNarrow(Str *separator, llvm::ArrayRef<Value> parts, int64_t length, bool ascii) {
  StrRef result = newStr(length, ascii ? 127 : 255);
  uint8_t *to = result->mutableData();
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i && separator->length) {
      std::memcpy(to, separator->data1(), separator->length);
      to += separator->length;
    }
    Str *part = parts[i].as<Str>();
    std::memcpy(to, part->data1(), part->length);
    to += part->length;
  }
  return result;
}

Ref strJoin(Thread &t, const Value *args) {
  Str *separator = selfStr(args);
  ObjectRef<Object> sequence = TRY(fastSequence(t, args[1], "can only join an iterable"));
  llvm::ArrayRef<Value> parts =
      isTuple(sequence) ? Value(sequence).as<Tuple>()->values() : Value(sequence).as<List>()->values();
  if (parts.empty()) return emptyStr();
  if (parts.size() == 1 && isExactStr(parts[0])) return Ref::share(parts[0]);
  bool narrow = separator->width == 1, ascii = separator->ascii;
  if (parts.size() == 1) narrow = ascii = true;
  int64_t length = separator->length * int64_t(parts.size() - 1);
  for (size_t i = 0; i < parts.size(); ++i) {
    if (!isStr(parts[i]))
      return raise(t, types::TypeError, "sequence item %: expected str instance, % found", i,
                   typeName(parts[i]));
    Str *part = parts[i].as<Str>();
    narrow &= part->width == 1;
    ascii &= part->ascii;
    length += part->length;
  }
  TRY(checkLength(t, length));
  if (narrow) return joinNarrow(separator, parts, length, ascii);
  StrBuilder out;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i) out.append(separator);
    out.append(parts[i].as<Str>());
  }
  return out.finish();
}

} // namespace

llvm::ArrayRef<NativeDef> coil::vm::strReplaceMethods() {
  static const NativeDef kMethods[] = {
      {"replace", strReplace, "($self, old, new, count=-1, /)",
       "A copy with new in place of old; of the first count ones if count is not negative."},
      {"join", strJoin, "($self, iterable, /)",
       "Join the strings of an iterable, with this one between them."},
  };
  return kMethods;
}
