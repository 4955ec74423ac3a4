// The locale of the process, as far as text is concerned.
#pragma once

#include <string>

namespace coil::vm {

struct TextLocale {
  std::string name;     // of LC_CTYPE
  std::string encoding; // as the C library names it
  bool plain; // the environment asks for C or POSIX, or for a locale that is not installed: UTF-8 mode (PEP
              // 540)
};

// Sets LC_CTYPE from the environment on the first call, C becoming C.UTF-8 where nothing forbids it (PEP
// 538).
const TextLocale &textLocale();

} // namespace coil::vm
