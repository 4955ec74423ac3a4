// What unicodedata says of characters beyond Support/Unicode.h, in Unicode 14 and in Unicode 3.2.
#pragma once

#include "Support/Unicode.h"
#include <string>

namespace coil::unicode {

enum class Database : uint8_t { Current, Old };

struct Character {
  const char *category, *bidirectional, *width; // "Lu"; "L", "" if unassigned; "Na"
  int combining;
  bool mirrored;
  int decimal, digit; // -1: none
  bool hasNumber;
  double number;
};
Character character(uint32_t c, Database database);

// The decomposition mapping as UnicodeData.txt has it: "<compat> 0066 0069"; empty if there is none.
std::string decompositionText(uint32_t c, Database database);

// Appends the normal form of `text` by Unicode 3.2 to `out`.
void normalizeOld(NormalizationForm form, llvm::ArrayRef<uint32_t> text,
                  llvm::SmallVectorImpl<uint32_t> &out);

// The code points of a named sequence, its name in any case; empty if there is none.
llvm::ArrayRef<uint32_t> lookupSequence(llvm::StringRef name);

} // namespace coil::unicode
