// str.translate and str.maketrans.
#include "VM/Types/Dict/Dict.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Str/StrMethods.h"

using namespace coil::vm;

namespace {

// What the table says of a character; the empty Ref with nothing pending: nothing.
Ref lookUp(Thread &t, Value table, char32_t c) {
  Ref key = makeInt(int64_t(c));
  if (isExactDict(table)) return Ref::share(TRY(dictGet(t, table.as<Dict>(), key)));
  Ref found = getItem(t, table, key);
  if (!found) (void)catchPending(t, types::LookupError);
  return found;
}

Status appendTranslated(Thread &t, StrBuilder &out, char32_t c, Value mapped) {
  if (mapped.empty()) {
    out.append(c);
  } else if (isStr(mapped)) {
    out.append(mapped.as<Str>());
  } else if (isIntLike(mapped)) {
    int64_t code;
    if (!toInt64(mapped, code) || code < 0 || code > 0x10ffff)
      return raise(t, types::ValueError, "character mapping must be in range(0x110000)");
    out.append(char32_t(code));
  } else if (!mapped.isNone()) {
    return raise(t, types::TypeError, "character mapping must return integer, None or str");
  }
  return Status::ok();
}

Ref strTranslate(Thread &t, const Value *args) {
  Str *s = selfStr(args);
  Ref known[128];
  bool asked[128] = {};
  StrBuilder out;
  for (int64_t i = 0; i < s->length; ++i) {
    char32_t c = s->at(i);
    Ref fresh;
    Value mapped;
    if (c < 128 && asked[c]) {
      mapped = known[c];
    } else {
      fresh = lookUp(t, args[1], c);
      if (t.hasPending()) return {};
      mapped = fresh;
    }
    TRY(appendTranslated(t, out, c, mapped));
    if (c < 128 && !asked[c]) {
      asked[c] = true;
      known[c] = std::move(fresh);
    }
  }
  return out.finish();
}

Ref tableFromDict(Thread &t, Value source) {
  if (!isDict(source))
    return raise(t, types::TypeError, "if you give only one argument to maketrans it must be a dict");
  DictRef result = newDict();
  Dict *from = source.as<Dict>();
  int64_t position = 0;
  for (DictEntry *entry; dictNext(from, position, entry);) {
    Ref key = Ref::share(entry->key), value = Ref::share(entry->value);
    if (isStr(key)) {
      if (key.as<Str>()->length != 1)
        return raise(t, types::ValueError, "string keys in translate table must be of length 1");
      key = makeInt(int64_t(key.as<Str>()->at(0)));
    } else if (!isIntLike(key)) {
      return raise(t, types::TypeError, "keys in translate table must be strings or integers");
    }
    TRY(dictSet(t, result, key, value));
  }
  return result;
}

Ref strMakeTrans(Thread &t, const Value *args) {
  Value x = args[0], y = args[1], z = args[2];
  if (y.empty()) return tableFromDict(t, x);
  TRY(needStr(t, y, "maketrans", 2));
  if (!z.empty()) {
    TRY(needStr(t, z, "maketrans", 3));
  }
  if (!isStr(x))
    return raise(t, types::TypeError,
                 "first maketrans argument must be a string if there is a second argument");
  Str *from = x.as<Str>(), *to = y.as<Str>();
  if (from->length != to->length)
    return raise(t, types::ValueError, "the first two maketrans arguments must have equal length");
  DictRef result = newDict();
  for (int64_t i = 0; i < from->length; ++i) {
    Ref key = makeInt(int64_t(from->at(i))), value = makeInt(int64_t(to->at(i)));
    TRY(dictSet(t, result, key, value));
  }
  for (int64_t i = 0; !z.empty() && i < z.as<Str>()->length; ++i) {
    Ref key = makeInt(int64_t(z.as<Str>()->at(i)));
    TRY(dictSet(t, result, key, Value::none()));
  }
  return result;
}

} // namespace

llvm::ArrayRef<NativeDef> coil::vm::strTranslateMethods() {
  static const NativeDef kMethods[] = {
      {"translate", strTranslate, "($self, table, /)",
       "Look every character's code point up in a table, and take what is there for it.\n\nThat is a code "
       "point, a string or None, which removes it; characters that are not in the\ntable (LookupError) "
       "stay."},
      {"maketrans", strMakeTrans, "(x, y=<unrepresentable>, z=<unrepresentable>, /)",
       "Make a table for translate().\n\nOne argument is a dict, by characters or code points. Two are "
       "strings of equal length: x's\ncharacters become y's. The third is a string of characters to remove.",
       NativeKind::Static},
  };
  return kMethods;
}
