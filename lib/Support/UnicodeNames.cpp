// Looking characters up by name.
#include "Support/UnicodeNames.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include <algorithm>
#include <string>
#include <vector>

using namespace coil;

#include "Support/UnicodeNamesData.inc"

// The words of a name as numbers; false if one stands in no name.
static bool toWords(llvm::StringRef name, llvm::SmallVectorImpl<uint16_t> &out) {
  size_t count = std::size(kWordStarts) - 1;
  auto word = [](size_t i) {
    return llvm::StringRef(kWordText + kWordStarts[i], kWordStarts[i + 1] - kWordStarts[i]);
  };
  for (;;) {
    auto [head, tail] = name.split(' ');
    size_t low = 0, high = count;
    while (low < high) {
      size_t middle = (low + high) / 2;
      if (word(middle) < head)
        low = middle + 1;
      else
        high = middle;
    }
    if (low == count || word(low) != head) return false;
    out.push_back(uint16_t(low));
    if (head.size() == name.size()) return true;
    name = tail;
  }
}

static bool listedName(llvm::StringRef name, uint32_t &c) {
  llvm::SmallVector<uint16_t, 12> wanted;
  if (!toWords(name, wanted)) return false;
  size_t low = 0, high = std::size(kNameCodes);
  auto row = [](size_t i) {
    return llvm::ArrayRef<uint16_t>(kNameWords + kNameStarts[i], kNameStarts[i + 1] - kNameStarts[i]);
  };
  while (low < high) {
    size_t middle = (low + high) / 2;
    llvm::ArrayRef<uint16_t> words = row(middle);
    if (std::lexicographical_compare(words.begin(), words.end(), wanted.begin(), wanted.end()))
      low = middle + 1;
    else
      high = middle;
  }
  if (low == std::size(kNameCodes) || row(low) != llvm::ArrayRef<uint16_t>(wanted)) return false;
  c = kNameCodes[low];
  return true;
}

static bool ideograph(llvm::StringRef digits, uint32_t &c) {
  if (digits.size() < 4 || digits.size() > 5) return false;
  c = 0;
  for (char d : digits) {
    if (d >= '0' && d <= '9')
      c = c << 4 | uint32_t(d - '0');
    else if (d >= 'A' && d <= 'F')
      c = c << 4 | uint32_t(d - 'A' + 10);
    else
      return false;
  }
  for (size_t i = 0; i < std::size(kIdeographs); i += 2)
    if (c >= kIdeographs[i] && c <= kIdeographs[i + 1]) return true;
  return false;
}

// The parts of the names of Hangul syllables.
static constexpr llvm::StringLiteral kLeads[] = {"G",  "GG", "N", "D",  "DD", "R", "M", "B", "BB", "S",
                                                 "SS", "",   "J", "JJ", "C",  "K", "T", "P", "H"};
static constexpr llvm::StringLiteral kVowels[] = {"A",   "AE", "YA", "YAE", "EO", "E",  "YEO",
                                                  "YE",  "O",  "WA", "WAE", "OE", "YO", "U",
                                                  "WEO", "WE", "WI", "YU",  "EU", "YI", "I"};
static constexpr llvm::StringLiteral kTails[] = {"",   "G",  "GG", "GS", "N",  "NJ", "NH", "D", "L",  "LG",
                                                 "LM", "LB", "LS", "LT", "LP", "LH", "M",  "B", "BS", "S",
                                                 "SS", "NG", "J",  "C",  "K",  "T",  "P",  "H"};

// A syllable is a consonant, a vowel and perhaps a consonant; the longest fitting spelling of each counts.
static bool hangul(llvm::StringRef name, uint32_t &c) {
  auto longest = [&](llvm::ArrayRef<llvm::StringLiteral> parts) {
    int best = -1;
    for (size_t i = 0; i < parts.size(); ++i)
      if (name.starts_with(parts[i]) && (best < 0 || parts[i].size() > parts[size_t(best)].size()))
        best = int(i);
    if (best >= 0) name = name.drop_front(parts[size_t(best)].size());
    return best;
  };
  int lead = longest(kLeads), vowel = longest(kVowels), tail = longest(kTails);
  if (lead < 0 || vowel < 0 || tail < 0 || !name.empty()) return false;
  c = 0xAC00 + uint32_t((lead * 21 + vowel) * 28 + tail);
  return true;
}

// The rows of the list without the aliases, by code point.
static const std::vector<uint32_t> &rowsByCode() {
  static const auto *rows = [] {
    auto *all = new std::vector<uint32_t>();
    const uint16_t *alias = std::begin(kAliasRows);
    for (uint32_t row = 0; row < std::size(kNameCodes); ++row) {
      if (alias != std::end(kAliasRows) && *alias == row)
        ++alias;
      else
        all->push_back(row);
    }
    std::sort(all->begin(), all->end(), [](uint32_t a, uint32_t b) { return kNameCodes[a] < kNameCodes[b]; });
    return all;
  }();
  return *rows;
}

std::string coil::unicode::nameOf(uint32_t c) {
  if (c - 0xAC00 < 11172) {
    uint32_t index = c - 0xAC00;
    return ("HANGUL SYLLABLE " + kLeads[index / 588] + kVowels[index % 588 / 28] + kTails[index % 28]).str();
  }
  for (size_t i = 0; i < std::size(kIdeographs); i += 2)
    if (c >= kIdeographs[i] && c <= kIdeographs[i + 1]) return "CJK UNIFIED IDEOGRAPH-" + llvm::utohexstr(c);
  const std::vector<uint32_t> &rows = rowsByCode();
  auto found = std::lower_bound(rows.begin(), rows.end(), c,
                                [](uint32_t row, uint32_t code) { return kNameCodes[row] < code; });
  std::string name;
  if (found == rows.end() || kNameCodes[*found] != c) return name;
  for (uint32_t i = kNameStarts[*found]; i < kNameStarts[*found + 1]; ++i) {
    uint16_t word = kNameWords[i];
    if (!name.empty() || i != kNameStarts[*found]) name += ' ';
    name.append(kWordText + kWordStarts[word], kWordStarts[word + 1] - kWordStarts[word]);
  }
  return name;
}

bool coil::unicode::lookupName(llvm::StringRef name, uint32_t &c) {
  if (name.consume_front("HANGUL SYLLABLE ")) return hangul(name, c);
  if (name.consume_front("CJK UNIFIED IDEOGRAPH-")) return ideograph(name, c);
  return listedName(name.upper(), c);
}
