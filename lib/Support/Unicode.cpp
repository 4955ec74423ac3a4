// Unicode properties and case mappings, from the tables that utils/gen-unicode wrote.
#include "Support/Unicode.h"
#include <algorithm>

using namespace coil;
using namespace coil::unicode;

namespace {

struct Record {
  uint32_t flags;
  int32_t upper, lower, title, fold; // a delta, or an offset into kSpecialCase where the flags say so
  uint8_t category, bidi, combining;
  int8_t decimal, digit;
};

struct Composition {
  uint32_t first, second, composed;
};

#include "Support/UnicodeData.inc"

const Record &record(uint32_t c) {
  if (c > kMaxCodePoint) c = kMaxCodePoint; // unassigned
  unsigned block = kRecordIndex[c >> kRecordShift];
  return kRecords[kRecordBlocks[(block << kRecordShift) + (c & ((1u << kRecordShift) - 1))]];
}

unsigned mapCase(uint32_t c, uint32_t flags, Flag special, int32_t value, uint32_t *out) {
  if (!(flags & special)) {
    out[0] = c + static_cast<uint32_t>(value);
    return 1;
  }
  const uint32_t *entry = kSpecialCase + value;
  std::copy_n(entry + 1, entry[0], out);
  return entry[0];
}

// Hangul syllables compose by arithmetic (Unicode 3.12).
constexpr uint32_t kSBase = 0xac00, kLBase = 0x1100, kVBase = 0x1161, kTBase = 0x11a7;
constexpr uint32_t kLCount = 19, kVCount = 21, kTCount = 28, kSCount = kLCount * kVCount * kTCount;

// Sorts each run of combining marks by class, stably: class, place and code point share a sort key.
void reorder(llvm::MutableArrayRef<uint32_t> text) {
  llvm::SmallVector<uint64_t, 16> keys;
  for (size_t i = 0; i < text.size();) {
    keys.clear();
    size_t end = i;
    for (; end < text.size() && combiningClass(text[end]) != 0; ++end)
      keys.push_back(static_cast<uint64_t>(combiningClass(text[end])) << 56 |
                     static_cast<uint64_t>(end - i) << 21 | text[end]);
    if (keys.size() > 1) {
      std::sort(keys.begin(), keys.end());
      for (size_t k = 0; k < keys.size(); ++k) text[i + k] = keys[k] & 0x1fffff;
    }
    i = end + 1;
  }
}

// The code point that two compose to, or 0.
uint32_t composePair(uint32_t first, uint32_t second) {
  if (first - kLBase < kLCount && second - kVBase < kVCount)
    return kSBase + ((first - kLBase) * kVCount + (second - kVBase)) * kTCount;
  if (first - kSBase < kSCount && (first - kSBase) % kTCount == 0 && second - kTBase - 1 < kTCount - 1)
    return first + (second - kTBase);
  const Composition *end = std::end(kCompositions);
  const Composition *found =
      std::lower_bound(std::begin(kCompositions), end, std::pair(first, second),
                       [](auto &row, auto &key) { return std::pair(row.first, row.second) < key; });
  return found != end && found->first == first && found->second == second ? found->composed : 0;
}

// Composes in place; gives the new length.
size_t compose(llvm::MutableArrayRef<uint32_t> text) {
  size_t length = 0;
  size_t starter = SIZE_MAX;
  int lastClass = 0; // of the last mark kept since the starter; 0 if none, so that the next may compose
  for (uint32_t c : text) {
    int thisClass = combiningClass(c);
    if (starter != SIZE_MAX && (length == starter + 1 || lastClass < thisClass)) {
      if (uint32_t composed = composePair(text[starter], c)) {
        text[starter] = composed;
        continue;
      }
    }
    if (thisClass == 0) starter = length;
    lastClass = thisClass;
    text[length++] = c;
  }
  return length;
}

} // namespace

uint32_t unicode::flags(uint32_t c) { return record(c).flags; }
int unicode::decimalValue(uint32_t c) { return record(c).decimal; }
int unicode::digitValue(uint32_t c) { return record(c).digit; }
const char *unicode::category(uint32_t c) { return kCategoryNames[record(c).category]; }
const char *unicode::bidirectional(uint32_t c) { return kBidiNames[record(c).bidi]; }
uint8_t unicode::combiningClass(uint32_t c) { return c < 0x300 ? 0 : record(c).combining; }

unsigned unicode::toUpper(uint32_t c, uint32_t *out) {
  const Record &r = record(c);
  return mapCase(c, r.flags, kSpecialUpper, r.upper, out);
}
unsigned unicode::toLower(uint32_t c, uint32_t *out) {
  const Record &r = record(c);
  return mapCase(c, r.flags, kSpecialLower, r.lower, out);
}
unsigned unicode::toTitle(uint32_t c, uint32_t *out) {
  const Record &r = record(c);
  return mapCase(c, r.flags, kSpecialTitle, r.title, out);
}
unsigned unicode::toCasefold(uint32_t c, uint32_t *out) {
  const Record &r = record(c);
  return mapCase(c, r.flags, kSpecialFold, r.fold, out);
}

uint32_t unicode::simpleUpper(uint32_t c) {
  const Record &r = record(c);
  // Where the full mapping is longer, the simple one is the title-case letter, if that is a single one.
  if (r.flags & kSpecialUpper) return simpleTitle(c);
  return c + static_cast<uint32_t>(r.upper);
}
uint32_t unicode::simpleLower(uint32_t c) {
  const Record &r = record(c);
  if (r.flags & kSpecialLower) return kSpecialCase[r.lower + 1]; // only U+0130: 'i' and a dot above
  return c + static_cast<uint32_t>(r.lower);
}
uint32_t unicode::simpleTitle(uint32_t c) {
  const Record &r = record(c);
  return r.flags & kSpecialTitle ? c : c + static_cast<uint32_t>(r.title);
}

void unicode::decompose(uint32_t c, bool compatible, llvm::SmallVectorImpl<uint32_t> &out) {
  if (c < 0x80) return out.push_back(c);
  if (c - kSBase < kSCount) {
    uint32_t index = c - kSBase;
    out.push_back(kLBase + index / (kVCount * kTCount));
    out.push_back(kVBase + index % (kVCount * kTCount) / kTCount);
    if (index % kTCount) out.push_back(kTBase + index % kTCount);
    return;
  }
  const uint32_t *entry = nullptr;
  if (c <= kMaxCodePoint && compatible) {
    unsigned block = kCompatibleIndex[c >> kCompatibleShift];
    entry = kCompatibleData +
            kCompatibleBlocks[(block << kCompatibleShift) + (c & ((1u << kCompatibleShift) - 1))];
  } else if (c <= kMaxCodePoint) {
    unsigned block = kCanonicalIndex[c >> kCanonicalShift];
    entry =
        kCanonicalData + kCanonicalBlocks[(block << kCanonicalShift) + (c & ((1u << kCanonicalShift) - 1))];
  }
  if (!entry || entry[0] == 0) return out.push_back(c);
  out.append(entry + 1, entry + 1 + entry[0]);
}

size_t unicode::reorderAndCompose(llvm::MutableArrayRef<uint32_t> text, bool composed) {
  reorder(text);
  return composed ? compose(text) : text.size();
}

void unicode::normalize(NormalizationForm form, llvm::ArrayRef<uint32_t> text,
                        llvm::SmallVectorImpl<uint32_t> &out) {
  bool compatible = form == NormalizationForm::NFKC || form == NormalizationForm::NFKD;
  bool composed = form == NormalizationForm::NFKC || form == NormalizationForm::NFC;
  size_t start = out.size();
  for (uint32_t c : text) decompose(c, compatible, out);
  out.truncate(start + reorderAndCompose(llvm::MutableArrayRef<uint32_t>(out).drop_front(start), composed));
}

bool unicode::normalizeIdentifier(llvm::StringRef utf8, llvm::SmallVectorImpl<char> &out) {
  llvm::SmallVector<uint32_t, 64> points;
  bool inert = true;
  for (const char *at = utf8.begin(); at < utf8.end();) {
    uint32_t c = decodeUtf8(at);
    inert &= c < 128 || (flags(c) & kNfkcInert) != 0;
    points.push_back(c);
  }
  if (inert) return false;
  llvm::SmallVector<uint32_t, 64> normal;
  normalize(NormalizationForm::NFKC, points, normal);
  if (llvm::ArrayRef<uint32_t>(points) == llvm::ArrayRef<uint32_t>(normal)) return false;
  for (uint32_t c : normal) appendUtf8(out, c);
  return true;
}

uint32_t unicode::decodeUtf8(const char *&at) {
  auto byte = [&](int i) { return static_cast<uint32_t>(static_cast<unsigned char>(at[i])); };
  uint32_t c = byte(0);
  if (c < 0x80) {
    at += 1;
  } else if (c < 0xe0) {
    c = (c & 0x1f) << 6 | (byte(1) & 0x3f);
    at += 2;
  } else if (c < 0xf0) {
    c = (c & 0x0f) << 12 | (byte(1) & 0x3f) << 6 | (byte(2) & 0x3f);
    at += 3;
  } else {
    c = (c & 0x07) << 18 | (byte(1) & 0x3f) << 12 | (byte(2) & 0x3f) << 6 | (byte(3) & 0x3f);
    at += 4;
  }
  return c;
}

void unicode::appendUtf8(llvm::SmallVectorImpl<char> &out, uint32_t c) {
  auto put = [&](uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  auto tail = [&](int shift) { put(0x80 | (c >> shift & 0x3f)); };
  if (c < 0x80) return put(c);
  if (c < 0x800) {
    put(0xc0 | c >> 6);
  } else {
    if (c < 0x10000)
      put(0xe0 | c >> 12);
    else {
      put(0xf0 | c >> 18);
      tail(12);
    }
    tail(6);
  }
  tail(0);
}
