// Command lines declared as data: each option fills one variable, and --help is made from the same rows.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace coil {

// Names are written as in the help: "-o", "--emit" or "-e,--exact". Every variable keeps its value unless the
// option is given. Parsing never throws and never exits.
class CommandLine {
public:
  CommandLine(std::string tool, std::string summary);
  ~CommandLine();
  CommandLine(const CommandLine &) = delete;
  CommandLine &operator=(const CommandLine &) = delete;

  // A heading in the help for the options that follow.
  void group(std::string title);
  // `--flag`: sets a bool, or counts its occurrences (-OO).
  void flag(std::string names, bool &value, std::string help);
  void flag(std::string names, int &count, std::string help);
  // `--option VALUE`; a repeated one keeps the last, except in a list, which takes all.
  void option(std::string names, std::string meta, std::string &value, std::string help);
  void option(std::string names, std::string meta, std::optional<std::string> &value, std::string help);
  void option(std::string names, std::string meta, int &value, std::string help);
  void option(std::string names, std::string meta, std::optional<int> &value, std::string help);
  void list(std::string names, std::string meta, std::vector<std::string> &values, std::string help);
  // `--option WORD`, one of the words given; the help lists them.
  template <typename T>
  void choice(std::string names, T &value, std::vector<std::pair<std::string, std::type_identity_t<T>>> words,
              std::string help) {
    std::vector<std::string> spellings;
    for (auto &word : words) spellings.push_back(word.first);
    choiceImpl(
        std::move(names), std::move(spellings),
        [&value, words = std::move(words)](size_t i) { value = words[i].second; }, std::move(help));
  }

  // The optional operand (`meta` names it in the usage line), or any number of them.
  void operand(std::string meta, std::string &value, std::string help);
  void operands(std::string meta, std::vector<std::string> &values, std::string help);
  // Everything from the first argument that is no option, as CPython's own command line ends there.
  // `terminators` are options after whose value it begins too ("-c", "-m").
  void program(std::string usage, std::vector<std::string> &rest, std::vector<std::string> terminators);

  // A sub-command with options of its own. The reference stays valid; `chosen` says which one was given.
  CommandLine &command(std::string name, std::string summary);
  llvm::StringRef chosen() const;
  // Refuses to run without a sub-command.
  void requireCommand();

  // Text printed at the end of --help: the worked examples.
  void examples(std::string text);
  // The full text of --version, without the final newline.
  void version(std::string text);

  // Reads the arguments. Gives the exit status where the run ends here: 0 after --help and --version, 2 after
  // a mistake, which is reported on standard error.
  std::optional<int> parse(llvm::ArrayRef<const char *> args);

private:
  struct Impl;
  std::unique_ptr<Impl> impl;
  explicit CommandLine(std::unique_ptr<Impl> impl);
  void choiceImpl(std::string names, std::vector<std::string> words, std::function<void(size_t)> set,
                  std::string help);
};

} // namespace coil
