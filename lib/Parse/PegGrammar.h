// The grammar of the second pass as data. Internal to Parse.
#pragma once

#include "AST/AST.h"
#include "Lex/Token.h"
#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace coil::parse {

extern const char *const kPegGrammar;

enum class PegOp : uint8_t {
  Token, // arg: TokenKind
  Soft,  // arg: index into Grammar::words
  SoftKeyword,
  Rule,     // arg: rule
  Group,    // arg: rule without a name
  Optional, // arg: item
  Star,     // arg: item
  Plus,     // arg: item
  Gather,   // arg: item, separator: item
  Look,     // arg: item
  NotLook,  // arg: item
  Forced,   // arg: TokenKind
  Cut,
};

struct PegItem {
  PegOp op;
  int8_t capture = -1; // 0 to 2 for a, b, c
  uint16_t arg = 0;
  uint16_t separator = 0;
};

enum class PegAction : uint8_t { Default, Node, Capture, Span, From, Here, Indent, Target, Since, Do };

// What {do name} calls.
enum class PegCall : uint8_t {
  None,
  InteractiveExit,
  EnsureReal,
  EnsureImaginary,
  CheckFlufl,
  Strings,
  Join,
  Last,
  Call,
  Keyword,
  DoubleStar,
  NonparenGenexp,
  ArgumentsError,
  AssignKeyword,
  Legacy,
  ForgotComma,
  MatchColon,
  KvpairColon,
};

struct PegAlternative {
  std::vector<uint16_t> items;
  PegAction action = PegAction::Default;
  PegCall call = PegCall::None;
  bool hasKind = false;
  ast::Kind kind = ast::Kind::Name; // of Node and Since
  int8_t first = -1, last = -1;     // captures
  int version = 0;
  char target = 0; // 's', 'd' or 'f'
  std::string message;
  bool invalidOnly = false; // nothing but an invalid_ rule
};

struct PegRule {
  std::string name;
  std::vector<PegAlternative> alternatives;
  bool memo = false, left = false, quiet = false;
};

struct PegGrammar {
  std::vector<PegRule> rules; // groups are rules without a name
  std::vector<PegItem> items;
  std::vector<std::string> words; // soft keywords
  uint16_t rule(llvm::StringRef name) const;
};

// The grammar, read on first use.
const PegGrammar &pegGrammar();

} // namespace coil::parse
