// The filters of the warnings module: which of the compiler's warnings are shown, dropped or made errors.
#pragma once

#include "Support/Diagnostic.h"
#include <vector>

namespace coil {

enum class WarningAction : uint8_t { Default, Always, Ignore, Module, Once, Error };

// Filters as `-W ACTION:MESSAGE:CATEGORY:MODULE:LINE` gives them. A later one goes before the earlier ones.
class WarningFilters {
public:
  // CPython's own: a DeprecationWarning is shown in __main__ only.
  WarningFilters();
  // Adds one filter. A mistake is worded as in CPython ("invalid action: 'x'"), which ignores such an option.
  bool add(llvm::StringRef option, std::string &error);
  // What becomes of a warning. Its module is the file's name without ".py", as for all that compile() warns
  // of.
  WarningAction actionFor(const Diagnostic &warning) const;

private:
  // The classes of warnings that a filter can name; the compiler issues two of them.
  enum class Category : uint8_t { All, Syntax, Deprecation, Other };
  struct Filter {
    WarningAction action = WarningAction::Default;
    std::string message; // of which the text begins, in any case
    Category category = Category::All;
    std::string module;
    int line = 0;
  };
  std::vector<Filter> filters; // the last one goes first

  static bool parseAction(llvm::StringRef word, WarningAction &action);
  static bool parseCategory(llvm::StringRef word, Category &category, std::string &error);
  static bool matches(const Filter &filter, const Diagnostic &warning);
};

// Leaves the warnings that are to be shown. The first that a filter makes an error becomes the error, as a
// SyntaxError with its place; what came after it, CPython would not have seen.
void applyWarningFilters(const WarningFilters &filters, Diagnostics &diagnostics);

} // namespace coil
