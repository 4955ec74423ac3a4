// str methods that take a string apart: split, partition, strip.
#include "VM/Types/Str/StrMethods.h"
#include "VM/Types/Str/TextAlgorithms.h"
#include "VM/Types/Str/TextArguments.h"

using namespace coil::vm;

namespace {

Status checkSeparator(Thread &t, Value separator) {
  if (!separator.as<Str>()->length) return raise(t, types::ValueError, "empty separator");
  return Status::ok();
}

Ref splitMethod(Thread &t, const Value *args, bool fromRight) {
  int64_t limit = TRY(sizeArgument(t, args[2]));
  StrView s(args[0]);
  if (args[1].isNone()) return fromRight ? rsplitSpace(s, limit) : splitSpace(s, limit);
  if (!isStr(args[1])) return raise(t, types::TypeError, "must be str or None, not %", typeName(args[1]));
  TRY(checkSeparator(t, args[1]));
  return fromRight ? rsplitOn(s, StrView(args[1]), limit) : splitOn(s, StrView(args[1]), limit);
}

Ref strSplit(Thread &t, const Value *args) { return splitMethod(t, args, false); }
Ref strRsplit(Thread &t, const Value *args) { return splitMethod(t, args, true); }

Ref strSplitLines(Thread &t, const Value *args) {
  return splitLines(StrView(args[0]), TRY(intArgument(t, args[1])) != 0);
}

Ref partitionMethod(Thread &t, const Value *args, bool fromRight) {
  if (!isStr(args[1])) return raise(t, types::TypeError, "must be str, not %", typeName(args[1]));
  TRY(checkSeparator(t, args[1]));
  return partitionText(StrView(args[0]), StrView(args[1]), args[1], fromRight);
}

Ref strPartition(Thread &t, const Value *args) { return partitionMethod(t, args, false); }
Ref strRpartition(Thread &t, const Value *args) { return partitionMethod(t, args, true); }

Ref stripMethod(Thread &t, const Value *args, const char *name, int sides) {
  StrView s(args[0]);
  if (args[1].isNone()) return stripText(s, sides, StrView::isSpace);
  if (!isStr(args[1])) return raise(t, types::TypeError, "% arg must be None or str", name);
  const Str *chars = args[1].as<Str>();
  return stripText(s, sides, [chars](char32_t c) {
    for (int64_t i = 0; i < chars->length; ++i)
      if (chars->at(i) == c) return true;
    return false;
  });
}

Ref strStrip(Thread &t, const Value *args) { return stripMethod(t, args, "strip", kStripBoth); }
Ref strLstrip(Thread &t, const Value *args) { return stripMethod(t, args, "lstrip", kStripLeft); }
Ref strRstrip(Thread &t, const Value *args) { return stripMethod(t, args, "rstrip", kStripRight); }

} // namespace

llvm::ArrayRef<NativeDef> coil::vm::strSplitMethods() {
  static const NativeDef kMethods[] = {
      {"split", strSplit, "($self, /, sep=None, maxsplit=-1)",
       "Split at a separator, from the left, into a list of strings.\n\nNone stands for runs of whitespace, "
       "of which those at the ends make no empty parts. maxsplit\nlimits the splits unless it is -1."},
      {"rsplit", strRsplit, "($self, /, sep=None, maxsplit=-1)",
       "Split at a separator, from the right, into a list of strings.\n\nNone stands for runs of whitespace, "
       "of which those at the ends make no empty parts. maxsplit\nlimits the splits unless it is -1."},
      {"splitlines", strSplitLines, "($self, /, keepends=False)",
       "The lines as a list, with their ends if keepends is true."},
      {"partition", strPartition, "($self, sep, /)",
       "Split at the first separator: (what is before it, the separator, what is behind it).\n\nWithout one: "
       "(all, '', '')."},
      {"rpartition", strRpartition, "($self, sep, /)",
       "Split at the last separator: (what is before it, the separator, what is behind it).\n\nWithout one: "
       "('', '', all)."},
      {"strip", strStrip, "($self, chars=None, /)",
       "A copy without those characters at both ends that the argument contains; None stands for "
       "whitespace."},
      {"lstrip", strLstrip, "($self, chars=None, /)",
       "A copy without those characters at the beginning that the argument contains; None stands "
       "for\nwhitespace."},
      {"rstrip", strRstrip, "($self, chars=None, /)",
       "A copy without those characters at the end that the argument contains; None stands for whitespace."},
  };
  return kMethods;
}
