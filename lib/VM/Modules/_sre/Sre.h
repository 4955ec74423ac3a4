// Regular expressions: compiled patterns, matches, scanners, and the engine behind them.
#pragma once

#include "VM/Bind/Native.h"
#include "VM/Protocol/Buffer.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Bytes.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"
#include "VM/Types/Sequence.h"
#include "VM/Types/Tuple.h"
#include <vector>

namespace coil::vm {

namespace types {
extern vm::Type Pattern, Match, SreScanner;
} // namespace types
extern const TypeSpec kPatternSpec, kMatchSpec, kSreScannerSpec;

namespace sre {

enum Opcode : uint32_t {
#define OPCODE(NAME, number) OP_##NAME = number,
#include "VM/Modules/_sre/Codes.def"
};
enum At : uint32_t {
#define AT(NAME, number) AT_##NAME = number,
#include "VM/Modules/_sre/Codes.def"
};
enum Category : uint32_t {
#define CATEGORY(NAME, number) CATEGORY_##NAME = number,
#include "VM/Modules/_sre/Codes.def"
};

inline constexpr uint32_t kMagic = 20220615, kCodeSize = 4;
inline constexpr uint32_t kMaxRepeat = UINT32_MAX;
inline constexpr int64_t kMaxGroups = (int64_t(1) << 30) - 1;
enum InfoFlags : uint32_t { kInfoPrefix = 1, kInfoLiteral = 2, kInfoCharset = 4 };

// The code is well-formed: the engine stays within it.
bool isValid(llvm::ArrayRef<uint32_t> code, int64_t groups);

// The text that a pattern is matched against: a str, or the contents of a buffer.
class Subject {
public:
  Ref object;
  Buffer buffer;
  const void *data = nullptr;
  int64_t length = 0;
  uint8_t width = 1;
  bool isBytes = false;

  // TypeError if it is neither.
  Status open(Thread &t, Value v);
  // The part from `start` to `end`, of the subject's type.
  Ref slice(Thread &t, int64_t start, int64_t end) const;
};

// A part of a subject to match in, and after a match what was found.
struct Matching {
  const Subject *subject = nullptr;
  int64_t start = 0, end = 0; // where a match may begin, and must have ended
  int64_t origin = 0;         // where it was allowed to begin at first
  int64_t position = 0;       // the end of the match
  int64_t lastMark = -1, lastIndex = -1;
  bool mustAdvance = false;     // an empty match at `start` is none
  bool matchAll = false;        // the match has to reach `end`
  std::vector<int64_t> marks{}; // start and end of each group; valid up to lastMark
};

// Matches at m.start; searches from there on, moving m.start to the match.
bool matchHere(llvm::ArrayRef<uint32_t> code, Matching &m);
bool searchFrom(llvm::ArrayRef<uint32_t> code, Matching &m);

} // namespace sre

struct Pattern : Object {
  Value pattern;     // owned, as all objects below: the source, or None
  Dict *groupIndex;  // name to number
  Tuple *indexGroup; // number to name or None
  int64_t flags, groups;
  uint32_t *code; // malloc'ed
  int64_t codeSize;
  bool isBytes, hasSource;

  llvm::ArrayRef<uint32_t> codes() const { return {code, size_t(codeSize)}; }
};

struct Match : Object {
  Value string;     // owned
  Pattern *pattern; // owned
  Value regs;       // owned; may be empty
  int64_t position, end;
  int64_t lastIndex;  // -1: none
  int64_t groupCount; // with group 0
  int64_t *marks;     // start and end of each group, -1 where it did not take part; malloc'ed
};

// A Matching over a string from `pos` to `endpos`, after the checks of types. The subject must outlive it.
Result<sre::Matching> beginMatching(Thread &t, Pattern *pattern, sre::Subject &subject, Value string,
                                    int64_t pos, int64_t endpos);
// The match that `m` has found.
Ref newMatch(Pattern *pattern, Value string, const sre::Matching &m);
// A scanner's own subject keeps a buffer open for as long as it lives.
Ref newScanner(Thread &t, Pattern *pattern, Value string, int64_t pos, int64_t endpos);

// The methods that go through a whole string (PatternMethods.cpp).
Ref patternFindAll(Thread &t, const Value *args);
Ref patternFindIter(Thread &t, const Value *args);
Ref patternSplit(Thread &t, const Value *args);
Ref patternSub(Thread &t, const Value *args);
Ref patternSubn(Thread &t, const Value *args);
// pos and endpos as a method gets them; an empty endpos is the end.
Status positions(Thread &t, Value pos, Value endpos, int64_t &from, int64_t &to);
Ref regularCopy(Thread &t, const Value *args);

} // namespace coil::vm
