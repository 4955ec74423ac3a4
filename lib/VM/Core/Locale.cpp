// The locale of the process, as far as text is concerned.
#include "VM/Core/Locale.h"
#include "llvm/ADT/StringRef.h"
#include <clocale>
#include <cstdlib>
#include <langinfo.h>

using namespace coil::vm;

static llvm::StringRef environment(const char *name) {
  const char *value = std::getenv(name);
  return value ? value : "";
}

// LC_ALL overrides what LC_CTYPE says, so it forbids the change, as does PYTHONCOERCECLOCALE=0.
static bool coerce() {
  if (!environment("LC_ALL").empty() || environment("PYTHONCOERCECLOCALE") == "0") return false;
  for (const char *name : {"C.UTF-8", "C.utf8", "UTF-8"}) {
    if (!std::setlocale(LC_CTYPE, name)) continue;
    ::setenv("LC_CTYPE", name, 1); // for child processes
    return true;
  }
  return false;
}

static TextLocale readLocale() {
  TextLocale locale;
  std::setlocale(LC_CTYPE, "");
  llvm::StringRef name = std::setlocale(LC_CTYPE, nullptr);
  locale.plain = name == "C" || name == "POSIX";
  if (locale.plain) coerce();
  locale.name = std::setlocale(LC_CTYPE, nullptr);
  locale.encoding = nl_langinfo(CODESET);
  return locale;
}

const TextLocale &coil::vm::textLocale() {
  static const TextLocale locale = readLocale();
  return locale;
}
