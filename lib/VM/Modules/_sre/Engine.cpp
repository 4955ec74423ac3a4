// The matching engine: it walks a pattern's code, and keeps what else could be tried on a stack of its own,
// so that no pattern and no text can exhaust the native one.
#include "VM/Modules/_sre/Characters.h"
#include <cstring>

using namespace coil::vm;
using namespace coil::vm::sre;

namespace {

// What to do when the way that was taken fails.
enum class Retry : uint8_t {
  Jump,         // go on at `pc`
  Branch,       // try the alternatives from `pc` on
  RepeatOne,    // give one character back
  MinRepeatOne, // take one character more
  // The rest marks where a part begins that is matched on its own; SUCCESS cuts the stack back to it.
  Assert,
  AssertNot,
  Atomic,
  Possessive,
};

struct Choice {
  Retry kind;
  const uint32_t *pc;
  int64_t position;
  int64_t count; // of characters or rounds so far
  int64_t lastMark, lastIndex;
  int64_t repeat;   // the innermost repetition
  uint32_t repeats; // heights of the two other stacks
  uint32_t trail;
  int64_t outer;        // of a part: the part around it
  int64_t lastPosition; // of a possessive repetition: where its last round began
};

// How far a repetition has come. Each round makes a new one, so that going back needs no undoing.
struct Round {
  const uint32_t *pc; // of the arguments of REPEAT
  int64_t count;
  int64_t lastPosition; // where the round before began; -1: nowhere
  int64_t outer;        // the repetition around it, or -1
};

struct OldMark {
  int64_t number, value;
};

// The three stacks. The engine runs no Python code, so that one of each serves all.
std::vector<Choice> choices;
std::vector<Round> rounds;
std::vector<OldMark> trail;

template <class Char> class Engine {
  const Char *text;
  Matching &m;
  const int64_t end;
  int64_t repeat = -1, part = -1;

public:
  explicit Engine(Matching &m) : text(static_cast<const Char *>(m.subject->data)), m(m), end(m.end) {}
  ~Engine() {
    if (choices.capacity() < 10000 && trail.capacity() < 10000) return;
    choices = {}, rounds = {}, trail = {};
  }

  bool matchAt(const uint32_t *code, int64_t start) {
    choices.clear(), rounds.clear(), trail.clear();
    repeat = part = -1;
    m.lastMark = m.lastIndex = -1;
    return run(code, start);
  }

  bool search(llvm::ArrayRef<uint32_t> code);

private:
  void push(Retry kind, const uint32_t *pc, int64_t position, int64_t count = 0) {
    choices.push_back({kind, pc, position, count, m.lastMark, m.lastIndex, repeat, uint32_t(rounds.size()),
                       uint32_t(trail.size()), part, -1});
  }
  void pushPart(Retry kind, const uint32_t *pc, int64_t position, int64_t count = 0,
                int64_t lastPosition = -1) {
    push(kind, pc, position, count);
    choices.back().lastPosition = lastPosition;
    part = int64_t(choices.size()) - 1;
  }

  // Back to the state in which `choice` was made.
  void restore(const Choice &choice) {
    while (trail.size() > choice.trail) {
      m.marks[trail.back().number] = trail.back().value;
      trail.pop_back();
    }
    rounds.resize(choice.repeats);
    m.lastMark = choice.lastMark, m.lastIndex = choice.lastIndex, repeat = choice.repeat;
  }

  void mark(uint32_t number, int64_t position) {
    if (number & 1) m.lastIndex = number / 2 + 1;
    if (int64_t(number) > m.lastMark) {
      for (int64_t i = m.lastMark + 1; i < int64_t(number); ++i) m.marks[i] = -1;
      m.lastMark = number;
    } else if (!choices.empty()) {
      trail.push_back({number, m.marks[number]});
    }
    m.marks[number] = position;
  }

  // The span of a group that has taken part.
  bool groupSpan(uint32_t group, int64_t &from, int64_t &to) const {
    if (int64_t(group) * 2 >= m.lastMark) return false;
    from = m.marks[group * 2], to = m.marks[group * 2 + 1];
    return from >= 0 && to >= from;
  }

  bool isAt(uint32_t what, int64_t i) const;
  int64_t findFirst(uint32_t c, int64_t i) const {
    if constexpr (sizeof(Char) == 1) {
      const void *found = c < 256 && i < end ? std::memchr(text + i, int(c), end - i) : nullptr;
      return found ? static_cast<const Char *>(found) - text : end;
    }
    while (i < end && text[i] != c) ++i;
    return i;
  }
  template <class IsWord> bool isBoundary(int64_t i, IsWord isWord) const {
    bool before = i > 0 && isWord(text[i - 1]), after = i < end && isWord(text[i]);
    return before != after;
  }
  int64_t countOne(const uint32_t *item, int64_t i, int64_t most) const;
  template <class Fold> bool sameText(int64_t from, int64_t to, int64_t i, Fold fold) const {
    if (to - from > end - i) return false;
    for (; from < to; ++from, ++i)
      if (fold(text[from]) != fold(text[i])) return false;
    return true;
  }
  bool matchGroup(const uint32_t *pc, int64_t &i) const;
  bool run(const uint32_t *pc, int64_t i);
  bool maxUntil(const uint32_t *&pc, int64_t i);
  bool minUntil(const uint32_t *&pc, int64_t i);
  bool enterBranch(const uint32_t *&pc, int64_t i);
  bool giveBack(const uint32_t *&pc, int64_t &i, int64_t start, int64_t count);
  bool takeMore(const uint32_t *&pc, int64_t &i, int64_t count);
  bool endPart(const uint32_t *&pc, int64_t &i);
  void nextPossessive(const uint32_t *&pc, int64_t i, int64_t count, int64_t lastPosition);
  bool fail(const uint32_t *&pc, int64_t &i);
};

template <class Char> bool Engine<Char>::isAt(uint32_t what, int64_t i) const {
  switch (what) {
  case AT_BEGINNING:
  case AT_BEGINNING_STRING: return i == 0;
  case AT_BEGINNING_LINE: return i == 0 || text[i - 1] == '\n';
  case AT_END: return i == end || (end - i == 1 && text[i] == '\n');
  case AT_END_LINE: return i == end || text[i] == '\n';
  case AT_END_STRING: return i == end;
  }
  if (end == 0) return false; // neither a boundary nor none
  switch (what) {
  case AT_BOUNDARY: return isBoundary(i, isAsciiWord);
  case AT_NON_BOUNDARY: return !isBoundary(i, isAsciiWord);
  case AT_LOC_BOUNDARY: return isBoundary(i, isLocaleWord);
  case AT_LOC_NON_BOUNDARY: return !isBoundary(i, isLocaleWord);
  case AT_UNI_BOUNDARY: return isBoundary(i, isUnicodeWord);
  case AT_UNI_NON_BOUNDARY: return !isBoundary(i, isUnicodeWord);
  }
  return false;
}

// How often a single-character instruction matches from `i` on.
template <class Char> int64_t Engine<Char>::countOne(const uint32_t *item, int64_t i, int64_t most) const {
  int64_t start = i, stop = most < end - i ? i + most : end;
  switch (item[0]) {
  case OP_ANY_ALL: return stop - start;
  case OP_ANY:
    while (i < stop && text[i] != '\n') ++i;
    return i - start;
  case OP_LITERAL:
    while (i < stop && text[i] == item[1]) ++i;
    return i - start;
  case OP_NOT_LITERAL:
    while (i < stop && text[i] != item[1]) ++i;
    return i - start;
  case OP_IN:
    while (i < stop && inSet(item + 2, text[i])) ++i;
    return i - start;
  }
  while (i < stop && acceptsOne(item, text[i])) ++i;
  return i - start;
}

// The four forms of GROUPREF.
template <class Char> bool Engine<Char>::matchGroup(const uint32_t *pc, int64_t &i) const {
  int64_t from, to;
  if (!groupSpan(pc[1], from, to)) return false;
  bool same = pc[0] == OP_GROUPREF              ? sameText(from, to, i, [](uint32_t c) { return c; })
              : pc[0] == OP_GROUPREF_IGNORE     ? sameText(from, to, i, lowerAscii)
              : pc[0] == OP_GROUPREF_UNI_IGNORE ? sameText(from, to, i, lowerUnicode)
                                                : sameText(from, to, i, lowerLocale);
  i += to - from;
  return same;
}

// The end of a round of a greedy repetition: another round, or what follows.
template <class Char> bool Engine<Char>::maxUntil(const uint32_t *&pc, int64_t i) {
  Round round = rounds[repeat];
  const uint32_t *body = round.pc + 3, *tail = pc + 1;
  int64_t count = round.count + 1;
  if (count < round.pc[1]) {
    rounds.push_back({round.pc, count, round.lastPosition, round.outer});
  } else if ((count < round.pc[2] || round.pc[2] == kMaxRepeat) && i != round.lastPosition) {
    repeat = round.outer;
    push(Retry::Jump, tail, i);
    rounds.push_back({round.pc, count, i, round.outer});
  } else {
    repeat = round.outer;
    pc = tail;
    return true;
  }
  repeat = int64_t(rounds.size()) - 1;
  pc = body;
  return true;
}

// The same for a lazy one: what follows goes first.
template <class Char> bool Engine<Char>::minUntil(const uint32_t *&pc, int64_t i) {
  Round round = rounds[repeat];
  const uint32_t *body = round.pc + 3, *tail = pc + 1;
  int64_t count = round.count + 1;
  bool least = count < round.pc[1];
  bool more = (count < round.pc[2] || round.pc[2] == kMaxRepeat) && i != round.lastPosition;
  if (least || more) {
    rounds.push_back({round.pc, count, least ? round.lastPosition : i, round.outer});
    repeat = int64_t(rounds.size()) - 1;
    if (least) {
      pc = body;
      return true;
    }
    push(Retry::Jump, body, i);
  }
  repeat = round.outer;
  pc = tail;
  return true;
}

// The first alternative from `pc` on that can match here.
template <class Char> bool Engine<Char>::enterBranch(const uint32_t *&pc, int64_t i) {
  auto possible = [&](const uint32_t *alternative) {
    if (alternative[1] == OP_LITERAL) return i < end && text[i] == alternative[2];
    if (alternative[1] == OP_IN) return i < end && inSet(alternative + 3, text[i]);
    return true;
  };
  while (*pc && !possible(pc)) pc += *pc;
  if (!*pc) return false;
  const uint32_t *next = pc + *pc;
  while (*next && !possible(next)) next += *next;
  if (*next) push(Retry::Branch, next, i);
  ++pc;
  return true;
}

// A greedy repetition of one character has `count` of them from `start` on: the longest after which the rest
// may match. `pc` stands at its arguments.
template <class Char>
bool Engine<Char>::giveBack(const uint32_t *&pc, int64_t &i, int64_t start, int64_t count) {
  const uint32_t *tail = pc + pc[0];
  int64_t least = pc[1];
  if (tail[0] == OP_LITERAL)
    while (count >= least && (start + count >= end || text[start + count] != tail[1])) --count;
  if (count < least) return false;
  if (count > least) push(Retry::RepeatOne, pc, start, count - 1);
  i = start + count;
  pc = tail;
  return true;
}

// A lazy one, with `count` characters before `i`.
template <class Char> bool Engine<Char>::takeMore(const uint32_t *&pc, int64_t &i, int64_t count) {
  const uint32_t *tail = pc + pc[0], *item = pc + 3;
  int64_t most = pc[2] == kMaxRepeat ? INT64_MAX : pc[2];
  if (tail[0] == OP_LITERAL)
    while (i >= end || text[i] != tail[1]) {
      if (i >= end || count >= most || !acceptsOne(item, text[i])) return false;
      ++i, ++count;
    }
  if (count < most) push(Retry::MinRepeatOne, pc, i, count);
  pc = tail;
  return true;
}

// Another round of a possessive repetition, or what follows.
template <class Char>
void Engine<Char>::nextPossessive(const uint32_t *&pc, int64_t i, int64_t count, int64_t lastPosition) {
  const uint32_t *arguments = pc;
  bool least = count < arguments[1];
  if (least || ((count < arguments[2] || arguments[2] == kMaxRepeat) && i != lastPosition)) {
    pushPart(Retry::Possessive, arguments, i, count, least ? lastPosition : i);
    pc = arguments + 3;
  } else {
    pc = arguments + arguments[0] + 1;
  }
}

// The innermost part has matched up to `i`; false if that is a failure.
template <class Char> bool Engine<Char>::endPart(const uint32_t *&pc, int64_t &i) {
  Choice choice = choices[part];
  choices.resize(part);
  part = choice.outer;
  pc = choice.pc;
  if (choice.kind == Retry::AssertNot) {
    restore(choice);
    return false;
  }
  repeat = choice.repeat;
  if (choice.kind == Retry::Possessive) {
    nextPossessive(pc, i, choice.count + 1, choice.lastPosition);
    return true;
  }
  if (choice.kind == Retry::Assert) i = choice.position;
  pc += pc[0];
  return true;
}

// Goes back to the last choice that leads on; false if there is none.
template <class Char> bool Engine<Char>::fail(const uint32_t *&pc, int64_t &i) {
  while (!choices.empty()) {
    Choice choice = choices.back();
    choices.pop_back();
    restore(choice);
    pc = choice.pc, i = choice.position;
    switch (choice.kind) {
    case Retry::Jump: return true;
    case Retry::Branch:
      if (enterBranch(pc, i)) return true;
      break;
    case Retry::RepeatOne:
      if (giveBack(pc, i, choice.position, choice.count)) return true;
      break;
    case Retry::MinRepeatOne:
      if (i >= end || !acceptsOne(pc + 3, text[i])) break;
      ++i;
      if (takeMore(pc, i, choice.count + 1)) return true;
      break;
    case Retry::Assert:
    case Retry::Atomic: part = choice.outer; break;
    case Retry::AssertNot:
      part = choice.outer;
      pc += pc[0];
      return true;
    case Retry::Possessive:
      part = choice.outer;
      if (choice.count < pc[1]) break;
      pc += pc[0] + 1;
      return true;
    }
  }
  return false;
}

template <class Char> bool Engine<Char>::run(const uint32_t *pc, int64_t i) {
  for (;;) {
    bool ok = true;
    switch (*pc) {
    case OP_SUCCESS:
      if (part >= 0) {
        ok = endPart(pc, i);
        break;
      }
      if ((m.matchAll && i != end) || (m.mustAdvance && i == m.start)) {
        ok = false;
        break;
      }
      m.position = i;
      return true;
    case OP_FAILURE: ok = false; break;
    case OP_MARK:
      mark(pc[1], i);
      pc += 2;
      break;
    case OP_LITERAL:
      ok = i < end && text[i] == pc[1];
      ++i, pc += 2;
      break;
    case OP_NOT_LITERAL:
      ok = i < end && text[i] != pc[1];
      ++i, pc += 2;
      break;
    case OP_ANY:
      ok = i < end && text[i] != '\n';
      ++i, ++pc;
      break;
    case OP_ANY_ALL:
      ok = i < end;
      ++i, ++pc;
      break;
    case OP_IN:
      ok = i < end && inSet(pc + 2, text[i]);
      ++i, pc += 1 + pc[1];
      break;
    case OP_IN_IGNORE:
    case OP_IN_UNI_IGNORE:
    case OP_IN_LOC_IGNORE:
      ok = i < end && acceptsOne(pc, text[i]);
      ++i, pc += 1 + pc[1];
      break;
    case OP_LITERAL_IGNORE:
    case OP_LITERAL_UNI_IGNORE:
    case OP_LITERAL_LOC_IGNORE:
    case OP_NOT_LITERAL_IGNORE:
    case OP_NOT_LITERAL_UNI_IGNORE:
    case OP_NOT_LITERAL_LOC_IGNORE:
      ok = i < end && acceptsOne(pc, text[i]);
      ++i, pc += 2;
      break;
    case OP_AT:
      ok = isAt(pc[1], i);
      pc += 2;
      break;
    case OP_JUMP: pc += 1 + pc[1]; break;
    case OP_INFO:
      ok = end - i >= int64_t(pc[3]);
      pc += 1 + pc[1];
      break;
    case OP_BRANCH: ok = enterBranch(++pc, i); break;
    case OP_REPEAT_ONE: {
      int64_t count = countOne(pc + 4, i, pc[3] == kMaxRepeat ? INT64_MAX : pc[3]);
      ok = giveBack(++pc, i, i, count);
      break;
    }
    case OP_MIN_REPEAT_ONE: {
      int64_t count = countOne(pc + 4, i, pc[2]);
      ok = count >= pc[2];
      i += count;
      ok = ok && takeMore(++pc, i, count);
      break;
    }
    case OP_POSSESSIVE_REPEAT_ONE: {
      int64_t count = countOne(pc + 4, i, pc[3] == kMaxRepeat ? INT64_MAX : pc[3]);
      ok = count >= pc[2];
      i += count;
      pc += 1 + pc[1];
      break;
    }
    case OP_REPEAT:
      rounds.push_back({pc + 1, -1, -1, repeat});
      repeat = int64_t(rounds.size()) - 1;
      pc += 1 + pc[1];
      break;
    case OP_MAX_UNTIL: ok = maxUntil(pc, i); break;
    case OP_MIN_UNTIL: ok = minUntil(pc, i); break;
    case OP_POSSESSIVE_REPEAT: nextPossessive(++pc, i, 0, -1); break;
    case OP_ATOMIC_GROUP:
      pushPart(Retry::Atomic, pc + 1, i);
      pc += 2;
      break;
    case OP_ASSERT:
      ok = i >= int64_t(pc[2]);
      if (!ok) break;
      pushPart(Retry::Assert, pc + 1, i);
      i -= pc[2], pc += 3;
      break;
    case OP_ASSERT_NOT:
      if (i < int64_t(pc[2])) {
        pc += 1 + pc[1];
        break;
      }
      pushPart(Retry::AssertNot, pc + 1, i);
      i -= pc[2], pc += 3;
      break;
    case OP_GROUPREF:
    case OP_GROUPREF_IGNORE:
    case OP_GROUPREF_UNI_IGNORE:
    case OP_GROUPREF_LOC_IGNORE:
      ok = matchGroup(pc, i);
      pc += 2;
      break;
    case OP_GROUPREF_EXISTS: {
      int64_t from, to;
      pc += groupSpan(pc[1], from, to) ? 3 : 1 + pc[2];
      break;
    }
    default: ok = false;
    }
    if (!ok && !fail(pc, i)) return false;
  }
}

// Looks for a place to match at, with what INFO says about how a match begins.
template <class Char> bool Engine<Char>::search(llvm::ArrayRef<uint32_t> code) {
  const uint32_t *pc = code.data(), *set = nullptr;
  int64_t least = 0;
  bool hasFirst = false;
  uint32_t first = 0;
  if (pc[0] == OP_INFO) {
    least = pc[3];
    if (pc[2] & kInfoPrefix && pc[5] > 0) hasFirst = true, first = pc[7];
    if (pc[2] & kInfoCharset) set = pc + 5;
    pc += 1 + pc[1];
  }
  // What is bound to the beginning can match at the first place only.
  bool once = pc[0] == OP_AT && (pc[1] == AT_BEGINNING || pc[1] == AT_BEGINNING_STRING);
  if (once) hasFirst = false, set = nullptr;
  for (int64_t i = m.start; i <= end - least && !(once && i > m.start); ++i) {
    if (hasFirst) {
      i = findFirst(first, i);
    } else if (set) {
      while (i < end && !inSet(set, text[i])) ++i;
    }
    if (i > end - least) break;
    if (i > m.start) m.mustAdvance = false;
    m.start = i;
    if (matchAt(pc, i)) return true;
  }
  return false;
}

template <class Char> bool matchWith(llvm::ArrayRef<uint32_t> code, Matching &m) {
  return Engine<Char>(m).matchAt(code.data(), m.start);
}
template <class Char> bool searchWith(llvm::ArrayRef<uint32_t> code, Matching &m) {
  return Engine<Char>(m).search(code);
}

} // namespace

bool coil::vm::sre::matchHere(llvm::ArrayRef<uint32_t> code, Matching &m) {
  if (m.start > m.end) return false;
  switch (m.subject->width) {
  case 1: return matchWith<uint8_t>(code, m);
  case 2: return matchWith<uint16_t>(code, m);
  default: return matchWith<uint32_t>(code, m);
  }
}

bool coil::vm::sre::searchFrom(llvm::ArrayRef<uint32_t> code, Matching &m) {
  if (m.start > m.end) return false;
  switch (m.subject->width) {
  case 1: return searchWith<uint8_t>(code, m);
  case 2: return searchWith<uint16_t>(code, m);
  default: return searchWith<uint32_t>(code, m);
  }
}
