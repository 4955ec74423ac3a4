// Environment variables and -X options, as CPython's initconfig.c reads them.
#include "VM/Core/RuntimeOptions.h"
#include "VM/Core/Locale.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include <algorithm>
#include <cstdlib>

using namespace coil::vm;
using llvm::StringRef;

namespace {

constexpr int64_t kLeastStrDigits = 640;

class Reader {
  RuntimeOptions &o;

public:
  std::string error;
  explicit Reader(RuntimeOptions &o) : o(o) {}

  // A variable that is set and not empty; null else, or when the environment is ignored.
  const char *variable(const char *name) const {
    const char *text = o.ignoreEnvironment ? nullptr : std::getenv(name);
    return text && *text ? text : nullptr;
  }

  // A switch that a variable turns on: its number, and 1 for any other text.
  void raiseFlag(const char *name, int &flag) const {
    const char *text = variable(name);
    if (!text) return;
    int number;
    if (StringRef(text).getAsInteger(10, number) || number < 0) number = 1;
    flag = std::max(flag, number);
  }
  void raiseFlag(const char *name, bool &flag) const {
    int number = flag;
    raiseFlag(name, number);
    flag = number > 0;
  }

  const std::optional<std::string> *xOption(StringRef name) const {
    for (auto &[key, value] : o.xOptions)
      if (key == name) return &value;
    return nullptr;
  }

  void fail(const char *where, const std::string &what, const char *state = "preinitialized") {
    if (error.empty())
      error = std::string("Fatal Python error: ") + where + ": " + what + "\nPython runtime state: " + state +
              "\n\n";
  }

  void readHashSeed() {
    if (o.randomHashes) return;
    const char *text = variable("PYTHONHASHSEED");
    if (!text || StringRef(text) == "random") return;
    int64_t seed;
    if (StringRef(text).getAsInteger(10, seed) || seed < 0 || seed > UINT32_MAX)
      return fail("config_init_hash_seed",
                  "PYTHONHASHSEED must be \"random\" or an integer in range [0; 4294967295]");
    o.hashSeed = seed;
  }

  void setStrDigits(const char *source, StringRef text) {
    int64_t digits;
    if (text.getAsInteger(10, digits) || digits < 0 || (digits && digits < kLeastStrDigits))
      return fail("config_init_int_max_str_digits",
                  std::string(source) + ": invalid limit; must be >= 640 or 0 for unlimited.");
    o.maxStrDigits = digits;
  }

  void readStrDigits() {
    if (const char *text = variable("PYTHONINTMAXSTRDIGITS")) setStrDigits("PYTHONINTMAXSTRDIGITS", text);
    if (auto *value = xOption("int_max_str_digits"))
      setStrDigits("-X int_max_str_digits", *value ? StringRef(**value) : StringRef());
  }

  void readUtf8Mode() {
    if (auto *value = xOption("utf8")) {
      if (*value && **value != "1" && **value != "0")
        return fail("preconfig_init_utf8_mode", "invalid -X utf8 option value", "preinitializing");
      o.utf8Mode = !*value || **value == "1";
    } else if (const char *text = variable("PYTHONUTF8")) {
      if (StringRef(text) != "1" && StringRef(text) != "0")
        return fail("preconfig_init_utf8_mode", "invalid PYTHONUTF8 environment variable value",
                    "preinitializing");
      o.utf8Mode = *text == '1';
    } else {
      o.utf8Mode = textLocale().plain;
    }
  }

  void readFrozenModules() {
    auto *value = xOption("frozen_modules");
    if (!value) return;
    if (!*value || **value == "on")
      o.frozenModules = true;
    else if (**value == "off")
      o.frozenModules = false;
    else
      fail("preconfig_init", "bad value for option -X frozen_modules (expected \"on\" or \"off\")");
  }

  // In CPython's order: what stands later wins.
  void readWarnings(std::vector<std::string> commandLine) {
    std::vector<std::string> all;
    if (o.devMode) all.push_back("default");
    if (const char *text = variable("PYTHONWARNINGS")) {
      llvm::SmallVector<StringRef> parts;
      StringRef(text).split(parts, ',', -1, false);
      for (StringRef part : parts) all.push_back(part.str());
    }
    for (std::string &option : commandLine) all.push_back(std::move(option));
    if (o.bytesWarning) all.push_back(o.bytesWarning > 1 ? "error::BytesWarning" : "default::BytesWarning");
    o.warnOptions.clear();
    for (std::string &option : all) { // of equal ones, the last counts
      auto old = std::find(o.warnOptions.begin(), o.warnOptions.end(), option);
      if (old != o.warnOptions.end()) o.warnOptions.erase(old);
      o.warnOptions.push_back(std::move(option));
    }
  }

  void readAll() {
    if (o.isolated) o.ignoreEnvironment = o.noUserSite = o.safePath = true;
    raiseFlag("PYTHONDEBUG", o.debug);
    raiseFlag("PYTHONVERBOSE", o.verbose);
    raiseFlag("PYTHONOPTIMIZE", o.optimize);
    raiseFlag("PYTHONDONTWRITEBYTECODE", o.dontWriteBytecode);
    raiseFlag("PYTHONNOUSERSITE", o.noUserSite);
    o.unbuffered |= variable("PYTHONUNBUFFERED") != nullptr;
    o.inspect |= variable("PYTHONINSPECT") != nullptr;
    o.safePath |= variable("PYTHONSAFEPATH") != nullptr;
    o.devMode |= xOption("dev") || variable("PYTHONDEVMODE");
    o.faultHandler |= o.devMode || xOption("faulthandler") || variable("PYTHONFAULTHANDLER");
    o.importTime |= xOption("importtime") || variable("PYTHONPROFILEIMPORTTIME");
    o.codeDebugRanges &= !(xOption("no_debug_ranges") || variable("PYTHONNODEBUGRANGES"));
    o.warnDefaultEncoding |= xOption("warn_default_encoding") || variable("PYTHONWARNDEFAULTENCODING");
    if (auto *value = xOption("pycache_prefix")) {
      if (*value && !(*value)->empty()) o.pycachePrefix = **value;
    } else if (const char *text = variable("PYTHONPYCACHEPREFIX")) {
      o.pycachePrefix = text;
    }
    readUtf8Mode();
    readHashSeed();
    readStrDigits();
    readFrozenModules();
    readWarnings(std::move(o.warnOptions));
    if (const char *text = variable("PYTHONPATH")) o.pythonPath = text;
    if (const char *text = variable("PYTHONHOME")) o.home = text;
  }
};

} // namespace

std::string coil::vm::readEnvironment(RuntimeOptions &options) {
  Reader reader(options);
  reader.readAll();
  return reader.error;
}
