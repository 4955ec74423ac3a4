// Prints what lib/Support/Unicode says of every code point, and normal forms of lines, for a comparison with
// CPython.
#include "Support/Unicode.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"
#include <initializer_list>

using namespace coil;

static void printMapping(unsigned (*map)(uint32_t, uint32_t *), uint32_t c) {
  uint32_t out[3];
  unsigned length = map(c, out);
  for (unsigned i = 0; i < length; ++i) llvm::outs() << (i ? "," : " ") << out[i];
}

static void printProperties() {
  for (uint32_t c = 0; c <= unicode::kMaxCodePoint; ++c) {
    llvm::outs() << c << ' ';
    for (bool bit : {unicode::isAlpha(c), unicode::isDecimal(c), unicode::isDigit(c), unicode::isNumeric(c),
                     unicode::isAlnum(c), unicode::isSpace(c), unicode::isPrintable(c), unicode::isUpper(c),
                     unicode::isLower(c), unicode::isTitle(c), unicode::isXidStart(c),
                     unicode::isXidContinue(c), unicode::isCased(c), unicode::isLineBreak(c)})
      llvm::outs() << (bit ? '1' : '0');
    llvm::outs() << ' ' << unicode::category(c) << ' ' << unicode::bidirectional(c) << ' '
                 << unsigned(unicode::combiningClass(c)) << ' ' << unicode::decimalValue(c) << ' '
                 << unicode::digitValue(c) << ' ' << unicode::simpleLower(c);
    printMapping(unicode::toUpper, c);
    printMapping(unicode::toLower, c);
    printMapping(unicode::toTitle, c);
    printMapping(unicode::toCasefold, c);
    llvm::outs() << '\n';
  }
}

// Each line is code points in hexadecimal; printed are the four forms, and the line with sigmas lowered.
static void printForms(llvm::StringRef line) {
  llvm::SmallVector<llvm::StringRef> words;
  line.split(words, ' ', -1, false);
  llvm::SmallVector<uint32_t> text;
  for (llvm::StringRef word : words) {
    uint32_t c = 0;
    word.getAsInteger(16, c);
    text.push_back(c);
  }
  for (auto form : {unicode::NormalizationForm::NFC, unicode::NormalizationForm::NFD,
                    unicode::NormalizationForm::NFKC, unicode::NormalizationForm::NFKD}) {
    llvm::SmallVector<uint32_t> out;
    unicode::normalize(form, text, out);
    for (uint32_t c : out) llvm::outs() << llvm::utohexstr(c, true) << ' ';
    llvm::outs() << '|';
  }
  for (size_t i = 0; i < text.size(); ++i)
    if (text[i] == unicode::kCapitalSigma)
      llvm::outs() << llvm::utohexstr(unicode::lowerSigma(i, text.size(), [&](size_t k) { return text[k]; }),
                                      true)
                   << ' ';
  llvm::SmallVector<char> utf8, normal;
  for (uint32_t c : text) unicode::appendUtf8(utf8, c);
  bool changed = unicode::normalizeIdentifier({utf8.data(), utf8.size()}, normal);
  auto &result = changed ? normal : utf8;
  llvm::outs() << '|' << llvm::toHex(llvm::StringRef(result.data(), result.size()), true) << '\n';
}

int main(int argc, char **argv) {
  if (argc > 1) {
    auto buffer = llvm::MemoryBuffer::getFile(argv[1]);
    if (!buffer) return 2;
    llvm::SmallVector<llvm::StringRef> lines;
    (*buffer)->getBuffer().split(lines, '\n', -1, false);
    for (llvm::StringRef line : lines) printForms(line);
  } else {
    printProperties();
  }
  return 0;
}
