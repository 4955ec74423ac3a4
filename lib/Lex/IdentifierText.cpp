// Which sequences of non-ASCII characters are identifiers (PEP 3131).
#include "Lex/Tokenizer.h"
#include "Support/Unicode.h"
#include "Support/Utf8.h"

using namespace coil;

bool coil::lex::isIdentifier(llvm::StringRef text, size_t &badOffset, uint32_t &badChar) {
  const char *p = text.data(), *end = p + text.size();
  bool first = true;
  while (p < end) {
    const char *at = p;
    uint32_t c = coil::decodeUtf8(p, end);
    if (!(first ? unicode::isXidStart(c) : unicode::isXidContinue(c))) {
      badOffset = size_t(at - text.data());
      badChar = c;
      return false;
    }
    first = false;
  }
  return true;
}
