// Checks the code of a pattern, which Python code can make up.
#include "VM/Modules/_sre/Sre.h"

using namespace coil::vm::sre;

namespace {

class Validator {
  const uint32_t *at;
  int64_t groups;
  int depth = 0;

  static constexpr int kMaxDepth = 5000;

public:
  Validator(const uint32_t *code, int64_t groups) : at(code), groups(groups) {}

  // Instructions up to `end`.
  bool block(const uint32_t *end) {
    if (++depth > kMaxDepth) return false;
    while (at < end)
      if (!instruction(end)) return false;
    --depth;
    return at == end;
  }

private:
  bool take(const uint32_t *end, uint32_t &value) {
    if (at >= end) return false;
    value = *at++;
    return true;
  }
  // A distance from where it stands to a place that is not behind `end`.
  bool takeSkip(const uint32_t *end, const uint32_t *&target) {
    uint32_t skip;
    if (!take(end, skip) || skip == 0 || skip - 1 > uint64_t(end - at)) return false;
    target = at + skip - 1;
    return true;
  }
  bool expect(const uint32_t *end, uint32_t opcode) {
    uint32_t found;
    return take(end, found) && found == opcode;
  }

  // A set, up to and with its FAILURE, which is the last word before `end`.
  bool set(const uint32_t *end) {
    if (at >= end || end[-1] != OP_FAILURE) return false;
    const uint32_t *last = end - 1;
    uint32_t opcode, blocks;
    while (at < last) {
      take(last, opcode);
      int64_t words = 0;
      switch (opcode) {
      case OP_NEGATE: break;
      case OP_LITERAL: words = 1; break;
      case OP_RANGE:
      case OP_RANGE_UNI_IGNORE: words = 2; break;
      case OP_CHARSET: words = 8; break;
      case OP_CATEGORY:
        if (at >= last || *at > CATEGORY_UNI_NOT_LINEBREAK) return false;
        words = 1;
        break;
      case OP_BIGCHARSET:
        if (!take(last, blocks) || last - at < 64) return false;
        for (int i = 0; i < 256; ++i)
          if ((at[i / 4] >> (i % 4 * 8) & 0xFF) >= blocks) return false;
        words = 64 + int64_t(blocks) * 8;
        break;
      default: return false;
      }
      if (last - at < words) return false;
      at += words;
    }
    ++at;
    return true;
  }

  static bool isSingle(uint32_t opcode) {
    switch (opcode) {
    case OP_ANY:
    case OP_ANY_ALL:
    case OP_LITERAL:
    case OP_NOT_LITERAL:
    case OP_IN:
    case OP_LITERAL_IGNORE:
    case OP_NOT_LITERAL_IGNORE:
    case OP_IN_IGNORE:
    case OP_LITERAL_UNI_IGNORE:
    case OP_NOT_LITERAL_UNI_IGNORE:
    case OP_IN_UNI_IGNORE:
    case OP_LITERAL_LOC_IGNORE:
    case OP_NOT_LITERAL_LOC_IGNORE:
    case OP_IN_LOC_IGNORE: return true;
    }
    return false;
  }

  bool single(const uint32_t *end, uint32_t opcode) {
    if (opcode == OP_ANY || opcode == OP_ANY_ALL) return true;
    if (opcode == OP_IN || opcode == OP_IN_IGNORE || opcode == OP_IN_UNI_IGNORE ||
        opcode == OP_IN_LOC_IGNORE) {
      const uint32_t *target;
      return takeSkip(end, target) && set(target);
    }
    uint32_t character;
    return take(end, character);
  }

  bool info(const uint32_t *end) {
    const uint32_t *target;
    uint32_t flags, least, most;
    if (!takeSkip(end, target) || !take(target, flags) || !take(target, least) || !take(target, most))
      return false;
    if (flags & ~(kInfoPrefix | kInfoLiteral | kInfoCharset)) return false;
    if ((flags & kInfoPrefix && flags & kInfoCharset) || (flags & kInfoLiteral && !(flags & kInfoPrefix)))
      return false;
    if (flags & kInfoPrefix) {
      uint32_t length, skip;
      if (!take(target, length) || !take(target, skip) || target - at != int64_t(length) * 2) return false;
      at = target;
    }
    if (flags & kInfoCharset && !set(target)) return false;
    return at == target;
  }

  bool branch(const uint32_t *end) {
    const uint32_t *common = nullptr;
    while (at < end && *at) {
      const uint32_t *next, *target;
      if (!takeSkip(end, next) || next - at < 2 || !block(next - 2) || !expect(next, OP_JUMP) ||
          !takeSkip(end, target) || (common && common != target))
        return false;
      common = target;
    }
    uint32_t zero;
    return take(end, zero) && common == at;
  }

  bool repeatOne(const uint32_t *end) {
    const uint32_t *target;
    uint32_t least, most, item;
    if (!takeSkip(end, target) || !take(target, least) || !take(target, most) || least > most) return false;
    return take(target, item) && isSingle(item) && single(target, item) && expect(target, OP_SUCCESS) &&
           at == target;
  }

  bool repeat(const uint32_t *end, bool possessive) {
    const uint32_t *target;
    uint32_t least, most, last;
    if (!takeSkip(end, target) || !take(target, least) || !take(target, most) || least > most) return false;
    if (!block(target) || !take(end, last)) return false;
    return possessive ? last == OP_SUCCESS : last == OP_MAX_UNTIL || last == OP_MIN_UNTIL;
  }

  // A part of its own that ends with SUCCESS; `hasWidth`: behind how many characters back it begins.
  bool part(const uint32_t *end, bool hasWidth) {
    const uint32_t *target;
    uint32_t width;
    if (!takeSkip(end, target) || (hasWidth && !take(target, width)) || target - at < 1) return false;
    return block(target - 1) && expect(target, OP_SUCCESS);
  }

  bool conditional(const uint32_t *end) {
    uint32_t group, skip;
    if (!take(end, group) || group >= uint64_t(groups) || !take(end, skip) || skip < 2 ||
        skip - 2 > uint64_t(end - at))
      return false;
    const uint32_t *other = at + skip - 2, *target;
    if (other - at < 2 || other[-2] != OP_JUMP) return block(other);
    const uint32_t *before = at;
    int depthBefore = depth;
    if (block(other - 2) && expect(end, OP_JUMP) && takeSkip(end, target) && block(target)) return true;
    at = before, depth = depthBefore; // what looks like a jump may be an argument
    return block(other);
  }

  bool instruction(const uint32_t *end) {
    uint32_t opcode, argument;
    take(end, opcode);
    switch (opcode) {
    case OP_SUCCESS:
    case OP_FAILURE: return true;
    case OP_MARK: return take(end, argument) && argument < uint64_t(groups) * 2;
    case OP_AT: return take(end, argument) && argument <= AT_UNI_NON_BOUNDARY;
    case OP_GROUPREF:
    case OP_GROUPREF_IGNORE:
    case OP_GROUPREF_UNI_IGNORE:
    case OP_GROUPREF_LOC_IGNORE: return take(end, argument) && argument < uint64_t(groups);
    case OP_INFO: return info(end);
    case OP_BRANCH: return branch(end);
    case OP_REPEAT_ONE:
    case OP_MIN_REPEAT_ONE:
    case OP_POSSESSIVE_REPEAT_ONE: return repeatOne(end);
    case OP_REPEAT: return repeat(end, false);
    case OP_POSSESSIVE_REPEAT: return repeat(end, true);
    case OP_ATOMIC_GROUP: return part(end, false);
    case OP_ASSERT:
    case OP_ASSERT_NOT: return part(end, true);
    case OP_GROUPREF_EXISTS: return conditional(end);
    }
    return isSingle(opcode) && single(end, opcode);
  }
};

} // namespace

bool coil::vm::sre::isValid(llvm::ArrayRef<uint32_t> code, int64_t groups) {
  if (groups < 0 || groups > kMaxGroups || code.empty() || code.back() != OP_SUCCESS) return false;
  return Validator(code.data(), groups).block(code.end() - 1);
}
