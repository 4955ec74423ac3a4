// What unicodedata says of characters, from the tables that utils/gen-unicode-characters wrote.
#include "Support/UnicodeCharacters.h"
#include "llvm/ADT/StringExtras.h"
#include <algorithm>

using namespace coil;
using namespace coil::unicode;

namespace {

struct Record {
  uint8_t category, bidirectional, width, combining, mirrored;
  int8_t decimal, digit;
  uint16_t number, mapping; // 0: none
};

struct OldDecomposition {
  uint32_t key; // twice the code point, plus one for the compatibility decomposition
  uint32_t place;
};

struct Sequence {
  llvm::StringLiteral name;
  uint32_t length;
  uint32_t points[4];
};

#include "Support/UnicodeCharactersData.inc"

template <unsigned kShift> const Record &find(const uint16_t *index, const uint16_t *blocks, uint32_t c) {
  return kRecords[blocks[(uint32_t(index[c >> kShift]) << kShift) + (c & ((1u << kShift) - 1))]];
}

const Record &record(uint32_t c, Database database) {
  return database == Database::Current ? find<kCurrentShift>(kCurrentIndex, kCurrentBlocks, c)
                                       : find<kOldShift>(kOldIndex, kOldBlocks, c);
}

// Where Unicode 3.2 decomposes a code point in another way; null elsewhere.
const uint32_t *oldDecomposition(uint32_t c, bool compatible) {
  uint32_t key = c << 1 | uint32_t(compatible);
  auto *end = std::end(kOldDecomposed);
  auto *found = std::lower_bound(std::begin(kOldDecomposed), end, key,
                                 [](const OldDecomposition &row, uint32_t k) { return row.key < k; });
  return found != end && found->key == key ? kOldDecompositions + found->place : nullptr;
}

} // namespace

Character unicode::character(uint32_t c, Database database) {
  const Record &r = record(c, database);
  return {kTexts[r.category],
          kTexts[r.bidirectional],
          kTexts[r.width],
          r.combining,
          r.mirrored != 0,
          r.decimal,
          r.digit,
          r.number != 0,
          kNumbers[r.number]};
}

std::string unicode::decompositionText(uint32_t c, Database database) {
  uint16_t place = record(c, database).mapping;
  std::string text;
  if (!place) return text;
  const uint32_t *mapping = kMappings + place;
  text = kTags[mapping[0]];
  for (uint32_t i = 0; i < mapping[1]; ++i) {
    if (!text.empty()) text += ' ';
    text += llvm::utohexstr(mapping[2 + i], false, mapping[2 + i] > 0xffff ? 0 : 4);
  }
  return text;
}

void unicode::normalizeOld(NormalizationForm form, llvm::ArrayRef<uint32_t> text,
                           llvm::SmallVectorImpl<uint32_t> &out) {
  bool compatible = form == NormalizationForm::NFKC || form == NormalizationForm::NFKD;
  bool composed = form == NormalizationForm::NFKC || form == NormalizationForm::NFC;
  size_t start = out.size();
  for (uint32_t c : text) {
    if (const uint32_t *entry = oldDecomposition(c, compatible))
      out.append(entry + 1, entry + 1 + entry[0]);
    else
      decompose(c, compatible, out);
  }
  out.truncate(start + reorderAndCompose(llvm::MutableArrayRef<uint32_t>(out).drop_front(start), composed));
}

llvm::ArrayRef<uint32_t> unicode::lookupSequence(llvm::StringRef name) {
  std::string upper = name.upper();
  auto *end = std::end(kSequences);
  auto *found = std::lower_bound(std::begin(kSequences), end, llvm::StringRef(upper),
                                 [](const Sequence &row, llvm::StringRef n) { return row.name < n; });
  if (found == end || found->name != llvm::StringRef(upper)) return {};
  return {found->points, found->length};
}
