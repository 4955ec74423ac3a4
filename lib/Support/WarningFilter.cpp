// Filters of warnings: Python's warnings._setoption, and the match of _warnings.c.
#include "Support/WarningFilter.h"
#include "Support/Repr.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/raw_ostream.h"

using namespace coil;
using llvm::StringRef;

static std::string worded(const char *what, StringRef text) {
  std::string result;
  llvm::raw_string_ostream os(result);
  os << what << ' ';
  reprStr(os, text);
  return result;
}

WarningFilters::WarningFilters() {
  filters.push_back({WarningAction::Ignore, "", Category::Deprecation, "", 0});
  filters.push_back({WarningAction::Default, "", Category::Deprecation, "__main__", 0});
}

// Any beginning of a word will do; "" is "default".
bool WarningFilters::parseAction(StringRef word, WarningAction &action) {
  static constexpr std::pair<StringRef, WarningAction> kActions[] = {
      {"default", WarningAction::Default}, {"always", WarningAction::Always},
      {"ignore", WarningAction::Ignore},   {"module", WarningAction::Module},
      {"once", WarningAction::Once},       {"error", WarningAction::Error},
  };
  if (word == "all") word = "always";
  for (auto &[name, value] : kActions) {
    if (!name.starts_with(word)) continue;
    action = value;
    return true;
  }
  return false;
}

// Classes of other modules are taken, and match nothing that the compiler says.
bool WarningFilters::parseCategory(StringRef word, Category &category, std::string &error) {
  StringRef name = word;
  if (!name.consume_front("builtins.") && name.contains('.')) {
    category = Category::Other;
    return true;
  }
  int kind = llvm::StringSwitch<int>(name)
                 .Cases("", "Warning", 0)
                 .Case("SyntaxWarning", 1)
                 .Case("DeprecationWarning", 2)
                 .Cases("UserWarning", "PendingDeprecationWarning", "RuntimeWarning", "FutureWarning", 3)
                 .Cases("ImportWarning", "UnicodeWarning", "BytesWarning", "EncodingWarning", 3)
                 .Case("ResourceWarning", 3)
                 .Default(-1);
  if (kind < 0) error = worded("unknown warning category:", word);
  category = static_cast<Category>(std::max(kind, 0));
  return kind >= 0;
}

bool WarningFilters::add(StringRef option, std::string &error) {
  llvm::SmallVector<StringRef, 5> parts;
  option.split(parts, ':');
  if (parts.size() > 5) {
    error = worded("too many fields (max 5):", option);
    return false;
  }
  parts.resize(5);
  for (StringRef &part : parts) part = part.trim();
  Filter filter;
  if (!parseAction(parts[0], filter.action)) {
    error = worded("invalid action:", parts[0]);
    return false;
  }
  if (!parseCategory(parts[2], filter.category, error)) return false;
  filter.message = parts[1];
  filter.module = parts[3];
  if (!parts[4].empty()) {
    bool number = !parts[4].getAsInteger(10, filter.line);
    if (number && filter.line < 0) error = "invalid lineno " + std::to_string(filter.line);
    if (!number) error = worded("invalid lineno", parts[4]);
    if (!number || filter.line < 0) return false;
  }
  filters.push_back(std::move(filter));
  return true;
}

bool WarningFilters::matches(const Filter &filter, const Diagnostic &warning) {
  Category category =
      warning.kind == DiagnosticKind::SyntaxWarning ? Category::Syntax : Category::Deprecation;
  if (filter.category != Category::All && filter.category != category) return false;
  if (filter.line && filter.line != warning.line) return false;
  if (!StringRef(warning.message).starts_with_insensitive(filter.message)) return false;
  StringRef module = warning.filename.empty() ? StringRef("<unknown>") : StringRef(warning.filename);
  module.consume_back(".py");
  return filter.module.empty() || filter.module == module;
}

WarningAction WarningFilters::actionFor(const Diagnostic &warning) const {
  for (const Filter &filter : llvm::reverse(filters))
    if (matches(filter, warning)) return filter.action;
  return WarningAction::Default;
}

void coil::applyWarningFilters(const WarningFilters &filters, Diagnostics &diagnostics) {
  std::vector<Diagnostic> shown;
  llvm::StringSet<> seen; // for "once": the compiler keeps no registry for the other actions
  for (Diagnostic &warning : diagnostics.warnings) {
    WarningAction action = filters.actionFor(warning);
    if (action == WarningAction::Error) {
      warning.kind = DiagnosticKind::SyntaxError;
      diagnostics.error = std::move(warning);
      break;
    }
    if (action == WarningAction::Ignore) continue;
    if (action == WarningAction::Once &&
        !seen.insert((diagnosticKindName(warning.kind) + warning.message).str()).second)
      continue;
    shown.push_back(std::move(warning));
  }
  diagnostics.warnings = std::move(shown);
}
