// Command lines on top of CLI11, which reports mistakes with exceptions; this file alone is built with them.
#include "Support/CommandLine.h"
#include "CLI/CLI.hpp"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace coil;
using llvm::StringRef;

namespace {

// How an argument's text becomes a value; gives what is wrong with it, or nothing.
using Setter = std::function<std::string(const std::vector<std::string> &)>;

struct Row {
  std::string names, meta, help, group;
  CLI::Option *option = nullptr;
  bool isFlag = false;
  bool isOperand = false;
  Setter set;
};

std::string setInteger(const std::string &text, int &value) {
  if (StringRef(text).getAsInteger(10, value)) return "'" + text + "' is not a number";
  return {};
}

std::string lowerFirst(std::string text) {
  // "A subcommand is required" reads better in the style of our other messages.
  if (text.size() > 1 && !llvm::isUpper(text[1])) text[0] = llvm::toLower(text[0]);
  while (!text.empty() && (text.back() == '.' || text.back() == '\n')) text.pop_back();
  return text;
}

} // namespace

struct CommandLine::Impl {
  std::unique_ptr<CLI::App> owned;
  CLI::App *app = nullptr;
  std::string tool, summary, group = "options", examplesText, versionText, usage;
  std::vector<Row> rows;
  std::vector<std::pair<std::string, std::unique_ptr<CommandLine>>> commands;
  bool commandRequired = false, helpAsked = false;
  std::vector<std::string> *rest = nullptr;
  std::vector<std::string> terminators;

  void add(Row row) {
    row.group = group;
    if (row.isFlag)
      row.option = app->add_flag(row.names);
    else {
      std::string name = row.isOperand ? row.meta : row.names;
      row.option = app->add_option(name);
      row.option->type_size(1)->expected(1)->allow_extra_args(false);
    }
    row.option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    rows.push_back(std::move(row));
  }

  bool takesValue(StringRef name) const {
    for (const Row &row : rows) {
      if (row.isFlag || row.isOperand) continue;
      llvm::SmallVector<StringRef> names;
      StringRef(row.names).split(names, ',');
      if (llvm::is_contained(names, name)) return true;
    }
    return false;
  }

  size_t findProgram(llvm::ArrayRef<const char *> args) const;
  void printHelp(llvm::raw_ostream &os) const;
  void printRows(llvm::raw_ostream &os) const;
  std::string apply();
  int fail(const std::string &message) const {
    llvm::errs() << tool << ": error: " << message << "; see '" << tool << " --help'\n";
    return 2;
  }
};

CommandLine::CommandLine(std::string tool, std::string summary) : impl(std::make_unique<Impl>()) {
  impl->owned = std::make_unique<CLI::App>();
  impl->app = impl->owned.get();
  impl->tool = std::move(tool);
  impl->summary = std::move(summary);
  // Help is ours: "required" rules must not hide it, and its layout is pinned by tests.
  impl->app->set_help_flag();
}
CommandLine::CommandLine(std::unique_ptr<Impl> impl) : impl(std::move(impl)) {}
CommandLine::~CommandLine() = default;

void CommandLine::group(std::string title) { impl->group = std::move(title); }
void CommandLine::examples(std::string text) { impl->examplesText = std::move(text); }
void CommandLine::version(std::string text) { impl->versionText = std::move(text); }
void CommandLine::requireCommand() { impl->commandRequired = true; }

void CommandLine::flag(std::string names, bool &value, std::string help) {
  Row row{std::move(names), "", std::move(help), "", nullptr, true, false, [&value](auto &) {
            value = true;
            return std::string();
          }};
  impl->add(std::move(row));
}

void CommandLine::flag(std::string names, int &count, std::string help) {
  Row row{std::move(names), "", std::move(help), "", nullptr, true, false, [&count](auto &values) {
            count = static_cast<int>(values.size());
            return std::string();
          }};
  impl->add(std::move(row));
}

void CommandLine::option(std::string names, std::string meta, std::string &value, std::string help) {
  impl->add(
      {std::move(names), std::move(meta), std::move(help), "", nullptr, false, false, [&value](auto &values) {
         value = values.back();
         return std::string();
       }});
}

void CommandLine::option(std::string names, std::string meta, std::optional<std::string> &value,
                         std::string help) {
  impl->add(
      {std::move(names), std::move(meta), std::move(help), "", nullptr, false, false, [&value](auto &values) {
         value = values.back();
         return std::string();
       }});
}

void CommandLine::option(std::string names, std::string meta, int &value, std::string help) {
  impl->add({std::move(names), std::move(meta), std::move(help), "", nullptr, false, false,
             [&value](auto &values) { return setInteger(values.back(), value); }});
}

void CommandLine::option(std::string names, std::string meta, std::optional<int> &value, std::string help) {
  impl->add(
      {std::move(names), std::move(meta), std::move(help), "", nullptr, false, false, [&value](auto &values) {
         int number = 0;
         std::string error = setInteger(values.back(), number);
         if (error.empty()) value = number;
         return error;
       }});
}

void CommandLine::list(std::string names, std::string meta, std::vector<std::string> &values,
                       std::string help) {
  impl->add(
      {std::move(names), std::move(meta), std::move(help), "", nullptr, false, false, [&values](auto &given) {
         values = given;
         return std::string();
       }});
}

void CommandLine::choiceImpl(std::string names, std::vector<std::string> words,
                             std::function<void(size_t)> set, std::string help) {
  std::string meta = llvm::join(words, "|");
  impl->add({std::move(names), std::move(meta), std::move(help), "", nullptr, false, false,
             [words = std::move(words), set = std::move(set)](auto &values) -> std::string {
               auto found = llvm::find(words, values.back());
               if (found == words.end())
                 return "'" + values.back() + "' is not one of " + llvm::join(words, ", ");
               set(found - words.begin());
               return {};
             }});
}

void CommandLine::operand(std::string meta, std::string &value, std::string help) {
  impl->usage += " [" + meta + "]";
  impl->add({"", std::move(meta), std::move(help), "", nullptr, false, true, [&value](auto &values) {
               value = values.back();
               return std::string();
             }});
  impl->rows.back().option->multi_option_policy(CLI::MultiOptionPolicy::Throw);
}

void CommandLine::operands(std::string meta, std::vector<std::string> &values, std::string help) {
  impl->usage += " [" + meta + "...]";
  impl->add({"", std::move(meta), std::move(help), "", nullptr, false, true, [&values](auto &given) {
               values = given;
               return std::string();
             }});
  impl->rows.back().option->expected(0, CLI::detail::expected_max_vector_size)->allow_extra_args(true);
}

void CommandLine::program(std::string usage, std::vector<std::string> &rest,
                          std::vector<std::string> terminators) {
  impl->usage += " " + usage;
  impl->rest = &rest;
  impl->terminators = std::move(terminators);
}

CommandLine &CommandLine::command(std::string name, std::string summary) {
  auto child = std::make_unique<Impl>();
  child->app = impl->app->add_subcommand(name);
  child->app->set_help_flag();
  child->tool = impl->tool + " " + name;
  child->summary = std::move(summary);
  impl->commands.emplace_back(name, std::unique_ptr<CommandLine>(new CommandLine(std::move(child))));
  return *impl->commands.back().second;
}

StringRef CommandLine::chosen() const {
  for (auto &[name, command] : impl->commands)
    if (command->impl->app->parsed()) return name;
  return "";
}

// The index of the first argument that belongs to the program rather than to the tool.
size_t CommandLine::Impl::findProgram(llvm::ArrayRef<const char *> args) const {
  size_t i = 0;
  while (i < args.size()) {
    StringRef arg = args[i];
    if (arg.size() < 2 || arg[0] != '-') return i;
    ++i;
    if (arg == "--") return i;
    if (arg.starts_with("--")) {
      if (!arg.contains('=') && takesValue(arg)) ++i;
      continue;
    }
    for (size_t k = 1; k < arg.size(); ++k) {
      std::string name{'-', arg[k]};
      if (!takesValue(name)) continue;
      if (k + 1 == arg.size()) ++i;
      if (llvm::is_contained(terminators, name)) return std::min(i, args.size());
      break;
    }
  }
  return std::min(i, args.size());
}

// Prints a help text that starts at `column`; lines break where the text says so, and before the right
// margin.
static void printWrapped(llvm::raw_ostream &os, StringRef text, size_t column) {
  constexpr size_t kMargin = 100;
  size_t at = column;
  bool first = true;
  while (!text.empty()) {
    StringRef word = text.take_until([](char c) { return c == ' ' || c == '\n'; });
    bool breaks = text.size() > word.size() && text[word.size()] == '\n';
    if (!first && at + 1 + word.size() > kMargin) {
      (os << '\n').indent(column);
      at = column;
    } else if (!first && at > column) {
      os << ' ';
      ++at;
    }
    os << word;
    at += word.size();
    if (breaks) {
      (os << '\n').indent(column);
      at = column;
    }
    text = text.drop_front(std::min(text.size(), word.size() + 1));
    first = false;
  }
  os << '\n';
}

void CommandLine::Impl::printRows(llvm::raw_ostream &os) const {
  constexpr size_t kColumn = 28;
  std::string current;
  for (const Row &row : rows) {
    if (row.group != current) os << '\n' << row.group << ":\n";
    current = row.group;
    std::string left = row.isOperand ? row.meta : row.names;
    size_t comma = left.find(',');
    if (comma != std::string::npos) left.insert(comma + 1, " ");
    if (!row.meta.empty() && !row.isOperand) left += (StringRef(left).contains("--") ? "=" : " ") + row.meta;
    os << "  " << left;
    if (left.size() + 3 > kColumn)
      os << '\n' << std::string(kColumn, ' ');
    else
      os << std::string(kColumn - 2 - left.size(), ' ');
    printWrapped(os, row.help, kColumn);
  }
}

void CommandLine::Impl::printHelp(llvm::raw_ostream &os) const {
  os << "usage: " << tool << " [options]" << usage;
  if (!commands.empty()) os << " COMMAND ...";
  os << "\n\n" << summary << '\n';
  if (!commands.empty()) {
    os << "\ncommands:\n";
    for (auto &[name, command] : commands)
      os << "  " << name << std::string(name.size() < 12 ? 12 - name.size() : 1, ' ')
         << command->impl->summary << '\n';
  }
  printRows(os);
  if (!examplesText.empty()) os << "\nexamples:\n" << StringRef(examplesText).rtrim() << '\n';
}

// Fills the variables from what CLI11 collected.
std::string CommandLine::Impl::apply() {
  for (Row &row : rows) {
    if (row.option->count() == 0) continue;
    std::string error = row.set(row.option->results());
    if (error.empty()) continue;
    std::string name = row.isOperand ? row.meta : row.names.substr(row.names.rfind(',') + 1);
    return name + ": " + error;
  }
  return {};
}

std::optional<int> CommandLine::parse(llvm::ArrayRef<const char *> args) {
  bool versionAsked = false;
  impl->group = "general";
  flag("-h,--help", impl->helpAsked, "show this text and end");
  for (auto &[name, command] : impl->commands) {
    command->impl->group = "general";
    command->flag("-h,--help", command->impl->helpAsked, "show this text and end");
  }
  if (!impl->versionText.empty()) flag("-V,--version", versionAsked, "show the version and end");
  size_t end = impl->rest ? impl->findProgram(args) : args.size();
  if (impl->rest) impl->rest->assign(args.begin() + end, args.end());
  if (impl->rest && end > 0 && StringRef(args[end - 1]) == "--") --end;
  // CLI11 takes its vector from the back.
  std::vector<std::string> reversed(args.begin(), args.begin() + end);
  std::reverse(reversed.begin(), reversed.end());
  Impl *at = impl.get();
  std::string error;
  try {
    impl->app->parse(std::move(reversed));
  } catch (const CLI::ExtrasError &) {
    std::vector<std::string> extra = impl->app->remaining(true);
    std::string first = extra.empty() ? std::string() : extra.front();
    error =
        std::string(first.starts_with("-") ? "unknown option" : "unexpected argument") + " '" + first + "'";
  } catch (const CLI::ArgumentMismatch &e) {
    error = StringRef(e.what()).split(':').first.str() + " needs a value";
  } catch (const CLI::ParseError &e) {
    error = lowerFirst(e.what());
  }
  for (auto &[name, command] : impl->commands)
    if (command->impl->app->parsed()) at = command->impl.get();
  std::string applied = impl->apply();
  if (at != impl.get() && applied.empty()) applied = at->apply();
  if (at->helpAsked || impl->helpAsked) {
    at->printHelp(llvm::outs());
    llvm::outs().flush();
    return 0;
  }
  if (versionAsked) {
    llvm::outs() << impl->versionText << '\n';
    llvm::outs().flush();
    return 0;
  }
  if (error.empty()) error = applied;
  if (error.empty() && impl->commandRequired && chosen().empty()) error = "a command is required";
  if (!error.empty()) return at->fail(error);
  return std::nullopt;
}
