// str: storage, conversion, searching and interning. The methods are in the other files of this folder.
#include "VM/Types/Str.h"
#include "VM/Core/Names.h"
#include "VM/Core/Runtime.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/StringMap.h"
#include <cstring>

using namespace coil::vm;

namespace {

uint8_t widthFor(char32_t maxCodePoint) { return maxCodePoint < 0x100 ? 1 : maxCodePoint < 0x10000 ? 2 : 4; }

// Calls `f` with a pointer to the code points in their real width.
template <class F> auto dispatch(const Str *s, F &&f) {
  switch (s->width) {
  case 1: return f(s->data1());
  case 2: return f(s->data2());
  default: return f(s->data4());
  }
}

template <class To, class From> void convert(To *to, const From *from, int64_t n) {
  if constexpr (sizeof(To) == sizeof(From))
    std::memcpy(to, from, n * sizeof(To));
  else
    for (int64_t i = 0; i < n; ++i) to[i] = To(from[i]);
}

void copyCodePoints(Str *to, int64_t at, const Str *from, int64_t start, int64_t n) {
  dispatch(from, [&](const auto *source) {
    switch (to->width) {
    case 1: convert(to->mutableData() + at, source + start, n); break;
    case 2: convert(reinterpret_cast<uint16_t *>(to->mutableData()) + at, source + start, n); break;
    default: convert(reinterpret_cast<uint32_t *>(to->mutableData()) + at, source + start, n); break;
    }
  });
}

char32_t maxOf(const Str *s, int64_t start, int64_t end) {
  if (s->ascii) return 127;
  return dispatch(s, [&](const auto *p) {
    char32_t seen = 0;
    for (int64_t i = start; i < end; ++i) seen |= p[i];
    return seen;
  });
}

// Decodes one code point of UTF-8 (surrogates allowed); malformed bytes give U+FFFD and advance by one.
char32_t decode(const uint8_t *&p, const uint8_t *end) {
  uint8_t lead = *p++;
  if (lead < 0x80) return lead;
  int extra = lead >= 0xF0 && lead < 0xF5 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC2 ? 1 : 0;
  if (lead >= 0xF5 || !extra || end - p < extra) return 0xFFFD;
  char32_t c = lead & (0x3F >> extra);
  for (int i = 0; i < extra; ++i) {
    if ((p[i] & 0xC0) != 0x80) return 0xFFFD;
    c = c << 6 | (p[i] & 0x3F);
  }
  p += extra;
  return c;
}

void encode(char32_t c, std::string &out) {
  if (c < 0x80) {
    out += char(c);
  } else if (c < 0x800) {
    out += {char(0xC0 | c >> 6), char(0x80 | (c & 0x3F))};
  } else if (c < 0x10000) {
    out += {char(0xE0 | c >> 12), char(0x80 | (c >> 6 & 0x3F)), char(0x80 | (c & 0x3F))};
  } else {
    out += {char(0xF0 | c >> 18), char(0x80 | (c >> 12 & 0x3F)), char(0x80 | (c >> 6 & 0x3F)),
            char(0x80 | (c & 0x3F))};
  }
}

// Eight bytes at a time.
bool isAscii(llvm::StringRef s) {
  constexpr uint64_t kHighBits = 0x8080808080808080;
  const char *p = s.begin();
  for (; s.end() - p >= 8; p += 8) {
    uint64_t word;
    std::memcpy(&word, p, 8);
    if (word & kHighBits) return false;
  }
  for (; p != s.end(); ++p)
    if (*p & 0x80) return false;
  return true;
}

Str *latin1Cache[256];

} // namespace

StrRef coil::vm::newStr(int64_t length, char32_t maxCodePoint) {
  uint8_t width = widthFor(maxCodePoint);
  auto *s = static_cast<Str *>(heap::allocateLeaf(types::Str, Str::dataSize(length, width)));
  s->length = length;
  s->hash = -1;
  s->width = width;
  s->ascii = maxCodePoint < 128;
  return StrRef::take(s);
}

StrRef coil::vm::emptyStr() { return StrRef::share(names::emptyStr); }

StrRef coil::vm::makeStrAscii(llvm::StringRef text) {
  StrRef s = newStr(text.size(), 127);
  std::memcpy(s->mutableData(), text.data(), text.size());
  return s;
}

StrRef coil::vm::makeStrLatin1(llvm::ArrayRef<uint8_t> bytes) {
  bool ascii = isAscii({reinterpret_cast<const char *>(bytes.data()), bytes.size()});
  StrRef s = newStr(bytes.size(), ascii ? 127 : 255);
  if (!bytes.empty()) std::memcpy(s->mutableData(), bytes.data(), bytes.size());
  return s;
}

StrRef coil::vm::makeStr(llvm::StringRef utf8) {
  if (isAscii(utf8)) return makeStrAscii(utf8);
  llvm::SmallVector<char32_t, 64> codePoints;
  auto *p = reinterpret_cast<const uint8_t *>(utf8.begin()),
       *end = reinterpret_cast<const uint8_t *>(utf8.end());
  while (p != end) codePoints.push_back(decode(p, end));
  return makeStr(codePoints);
}

StrRef coil::vm::makeStr(llvm::ArrayRef<char32_t> codePoints) {
  char32_t seen = 0;
  for (char32_t c : codePoints) seen |= c;
  StrRef s = newStr(codePoints.size(), seen);
  auto *from = reinterpret_cast<const uint32_t *>(codePoints.data());
  auto n = int64_t(codePoints.size());
  switch (s->width) {
  case 1: convert(s->mutableData(), from, n); break;
  case 2: convert(reinterpret_cast<uint16_t *>(s->mutableData()), from, n); break;
  default: convert(reinterpret_cast<uint32_t *>(s->mutableData()), from, n); break;
  }
  return s;
}

StrRef coil::vm::makeStrFromCodePoint(char32_t c) {
  if (c >= 256) return makeStr(llvm::ArrayRef<char32_t>(c));
  if (!latin1Cache[c]) {
    uint8_t byte = uint8_t(c);
    latin1Cache[c] = intern(makeStrLatin1(byte)).release();
  }
  return StrRef::share(latin1Cache[c]);
}

StrRef coil::vm::substring(Str *s, int64_t start, int64_t end) {
  if (start >= end) return emptyStr();
  if (start == 0 && end == s->length && s->type == &types::Str) return StrRef::share(s);
  if (end - start == 1) return makeStrFromCodePoint(s->at(start));
  if (s->ascii) return makeStrAscii(s->asciiText().slice(size_t(start), size_t(end)));
  StrRef result = newStr(end - start, maxOf(s, start, end));
  copyCodePoints(result, 0, s, start, end - start);
  return result;
}

StrRef coil::vm::concatenate(Str *a, Str *b) {
  if (!a->length && b->type == &types::Str) return StrRef::share(b);
  if (!b->length && a->type == &types::Str) return StrRef::share(a);
  char32_t top = std::max(a->ascii        ? 127u
                          : a->width == 1 ? 255u
                          : a->width == 2 ? 0xFFFFu
                                          : 0x10FFFFu,
                          b->ascii        ? 127u
                          : b->width == 1 ? 255u
                          : b->width == 2 ? 0xFFFFu
                                          : 0x10FFFFu);
  StrRef result = newStr(a->length + b->length, top);
  copyCodePoints(result, 0, a, 0, a->length);
  copyCodePoints(result, a->length, b, 0, b->length);
  return result;
}

bool coil::vm::appendInPlace(Value &holder, Str *more) {
  auto *s = holder.as<Str>();
  if (s->width < more->width || (s->ascii && !more->ascii) || !s->length || s == more) return false;
  if (s->flags & kHasWeakRefs) return false;
  int64_t length = s->length + more->length;
  size_t before = sizeof(Str) + s->dataSize(), after = sizeof(Str) + Str::dataSize(length, s->width);
  s = static_cast<Str *>(heap::reallocate(s, before, after));
  int64_t at = std::exchange(s->length, length);
  s->hash = -1;
  copyCodePoints(s, at, more, 0, more->length);
  holder = Value(s);
  return true;
}

void coil::vm::appendUtf8(const Str *s, std::string &out) {
  if (s->ascii) {
    out += s->asciiText();
    return;
  }
  for (int64_t i = 0; i < s->length; ++i) encode(s->at(i), out);
}

std::string coil::vm::toUtf8(const Str *s) {
  std::string out;
  if (s) appendUtf8(s, out);
  return out;
}

int64_t coil::vm::hashStr(Str *s) {
  if (s->hash == -1)
    s->hash = hashBytes({reinterpret_cast<const uint8_t *>(s->mutableData()), size_t(s->length) * s->width});
  return s->hash;
}

bool coil::vm::equalStr(const Str *a, const Str *b) {
  if (a == b) return true;
  if (a->length != b->length || a->width != b->width) return false;
  if (a->hash != -1 && b->hash != -1 && a->hash != b->hash) return false;
  return std::memcmp(a->data1(), b->data1(), size_t(a->length) * a->width) == 0;
}

int coil::vm::compareStr(const Str *a, const Str *b) {
  int64_t n = std::min(a->length, b->length);
  if (a->width == 1 && b->width == 1) {
    int order = std::memcmp(a->data1(), b->data1(), n);
    if (order) return order;
  } else {
    for (int64_t i = 0; i < n; ++i)
      if (a->at(i) != b->at(i)) return a->at(i) < b->at(i) ? -1 : 1;
  }
  return a->length < b->length ? -1 : a->length > b->length;
}

namespace {

// Bytes of equal width: memmem and friends do it.
int64_t findNarrow(const Str *s, const Str *needle, int64_t start, int64_t end) {
  const uint8_t *base = s->data1();
  const void *found = needle->length == 1
                          ? std::memchr(base + start, needle->data1()[0], end - start)
                          : memmem(base + start, end - start, needle->data1(), needle->length);
  return found ? static_cast<const uint8_t *>(found) - base : -1;
}

bool matchesAt(const Str *s, const Str *needle, int64_t at) {
  for (int64_t i = 0; i < needle->length; ++i)
    if (s->at(at + i) != needle->at(i)) return false;
  return true;
}

} // namespace

// The needle in the width of `s`, looked for as bytes; a match counts where a character begins.
static int64_t findWide(const Str *s, const Str *needle, int64_t start, int64_t end) {
  llvm::SmallVector<uint8_t, 64> pattern;
  size_t width = s->width, bytes = size_t(needle->length) * width;
  pattern.resize_for_overwrite(bytes);
  for (int64_t i = 0; i < needle->length; ++i) {
    uint32_t c = needle->at(i);
    std::memcpy(pattern.data() + size_t(i) * width, &c, width);
  }
  const uint8_t *base = s->data1(), *p = base + size_t(start) * width, *limit = base + size_t(end) * width;
  while (auto *found = static_cast<const uint8_t *>(memmem(p, limit - p, pattern.data(), bytes))) {
    if ((found - base) % width == 0) return int64_t((found - base) / width);
    p = found + 1;
  }
  return -1;
}

int64_t coil::vm::findStr(const Str *s, const Str *needle, int64_t start, int64_t end) {
  if (end - start < needle->length || start > end) return -1;
  if (!needle->length) return start;
  if (needle->width > s->width) return -1;
  return s->width == 1 ? findNarrow(s, needle, start, end) : findWide(s, needle, start, end);
}

int64_t coil::vm::rfindStr(const Str *s, const Str *needle, int64_t start, int64_t end) {
  if (end - start < needle->length || start > end) return -1;
  if (!needle->length) return end;
  if (needle->width > s->width) return -1;
  for (int64_t i = end - needle->length; i >= start; --i)
    if (matchesAt(s, needle, i)) return i;
  return -1;
}

// --- interning
// -----------------------------------------------------------------------------------------------

namespace {

struct InternKey {
  static Str *getEmptyKey() { return llvm::DenseMapInfo<Str *>::getEmptyKey(); }
  static Str *getTombstoneKey() { return llvm::DenseMapInfo<Str *>::getTombstoneKey(); }
  static unsigned getHashValue(Str *s) {
    int64_t h = hashStr(s);
    return unsigned(h ^ (h >> 32));
  }
  static bool isEqual(Str *a, Str *b) {
    if (a == b) return true;
    auto special = [](Str *s) { return s == getEmptyKey() || s == getTombstoneKey(); };
    return !special(a) && !special(b) && equalStr(a, b);
  }
};

// Owns its strings for the life of the process, so that caches may compare names by address.
llvm::DenseSet<Str *, InternKey> &internTable() {
  constexpr unsigned kAtStart = 6000; // a program's names on top of the VM's own
  static auto *table = new llvm::DenseSet<Str *, InternKey>(kAtStart);
  return *table;
}

} // namespace

StrRef coil::vm::intern(StrRef s) {
  if (s->isInterned()) return s;
  if (s->type != &types::Str) s = makeStr(toUtf8(s)); // a subclass instance stands for its text
  auto [where, added] = internTable().insert(s.get());
  if (!added) return StrRef::share(*where);
  s->flags |= kInterned;
  retain(static_cast<Object *>(s.get()));
  return s;
}

StrRef coil::vm::internText(llvm::StringRef utf8) { return intern(makeStr(utf8)); }

// --- names
// -----------------------------------------------------------------------------------------------------

namespace coil::vm::names {
#define NAME(text) Str *text;
#define SPECIAL(text) Str *special_##text;
#define NAMED(symbol, text) Str *symbol;
COIL_NAMES(NAME, SPECIAL, NAMED)
#undef NAME
#undef SPECIAL
#undef NAMED
} // namespace coil::vm::names

void coil::vm::initializeNames() {
#define NAME(text) names::text = internText(#text).release();
#define SPECIAL(text) names::special_##text = internText("__" #text "__").release();
#define NAMED(symbol, text) names::symbol = internText(text).release();
  COIL_NAMES(NAME, SPECIAL, NAMED)
#undef NAME
#undef SPECIAL
#undef NAMED
}

// --- building
// --------------------------------------------------------------------------------------------------

void StrBuilder::widen() {
  wide.reserve(narrow.size() * 2 + 16);
  for (uint8_t c : narrow) wide.push_back(c);
  narrow.clear();
}

void StrBuilder::appendWide(char32_t c) {
  if (wide.empty()) widen();
  wide.push_back(c);
}

void StrBuilder::append(const Str *s) { append(s, 0, s->length); }

void StrBuilder::append(const Str *s, int64_t start, int64_t end) {
  if (start >= end) return;
  if (wide.empty() && s->width == 1) {
    narrow.append(s->data1() + start, s->data1() + end);
    seen |= s->ascii ? 127 : 255;
    if (!s->ascii) seen |= 128;
    return;
  }
  if (wide.empty()) widen();
  for (int64_t i = start; i < end; ++i) {
    seen |= s->at(i);
    wide.push_back(s->at(i));
  }
}

void StrBuilder::append(llvm::StringRef utf8) {
  auto *p = reinterpret_cast<const uint8_t *>(utf8.begin()),
       *end = reinterpret_cast<const uint8_t *>(utf8.end());
  while (p != end) append(decode(p, end));
}

void StrBuilder::appendAscii(llvm::StringRef ascii) {
  seen |= 127;
  if (wide.empty())
    narrow.append(ascii.bytes_begin(), ascii.bytes_end());
  else
    for (char c : ascii) wide.push_back(char32_t(uint8_t(c)));
}

void StrBuilder::fill(char32_t c, int64_t count) {
  for (int64_t i = 0; i < count; ++i) append(c);
}

StrRef StrBuilder::finish() {
  if (!wide.empty()) return makeStr(wide);
  if (narrow.empty()) return emptyStr();
  if (narrow.size() == 1) return makeStrFromCodePoint(narrow[0]);
  return makeStrLatin1(narrow);
}
