// str methods that look for a substring.
#include "VM/Types/Int/Int.h"
#include "VM/Types/Str/StrMethods.h"
#include "VM/Types/Str/TextAlgorithms.h"
#include "VM/Types/Str/TextArguments.h"

using namespace coil::vm;

namespace {

Status searchIn(Thread &t, Value self, const char *name, const CallArgs &args, SearchArguments &search) {
  TRY(searchArguments(t, name, args, self.as<Str>()->length, search));
  if (isStr(search.needle)) return Status::ok();
  return raise(t, types::TypeError, "must be str, not %", typeName(search.needle));
}

Result<int64_t> findFor(Thread &t, Value self, const char *name, const CallArgs &args, bool fromRight) {
  SearchArguments search;
  TRY(searchIn(t, self, name, args, search));
  StrView s(self), needle(search.needle);
  return fromRight ? s.rfind(needle, search.from, search.to) : s.find(needle, search.from, search.to);
}

Ref indexFor(Thread &t, Value self, const char *name, const CallArgs &args, bool fromRight) {
  int64_t at = TRY(findFor(t, self, name, args, fromRight));
  if (at < 0) return raise(t, types::ValueError, "substring not found");
  return makeInt(at);
}

Ref strFind(Thread &t, Value self, const CallArgs &args) {
  return makeInt(TRY(findFor(t, self, "find", args, false)));
}
Ref strRfind(Thread &t, Value self, const CallArgs &args) {
  return makeInt(TRY(findFor(t, self, "rfind", args, true)));
}
Ref strIndex(Thread &t, Value self, const CallArgs &args) { return indexFor(t, self, "index", args, false); }
Ref strRindex(Thread &t, Value self, const CallArgs &args) { return indexFor(t, self, "rindex", args, true); }

Ref strCount(Thread &t, Value self, const CallArgs &args) {
  SearchArguments search;
  TRY(searchIn(t, self, "count", args, search));
  return makeInt(countIn(StrView(self), StrView(search.needle), search.from, search.to));
}

Ref matchEnd(Thread &t, Value self, const CallArgs &args, const char *name, bool atEnd) {
  SearchArguments search;
  TRY(searchArguments(t, name, args, self.as<Str>()->length, search));
  if (isStr(search.needle))
    return Ref::boolean(matchesEnd(StrView(self), StrView(search.needle), search.from, search.to, atEnd));
  if (!isTuple(search.needle))
    return raise(t, types::TypeError, "% first arg must be str or a tuple of str, not %", name,
                 typeName(search.needle));
  for (Value part : search.needle.as<Tuple>()->values()) {
    if (!isStr(part))
      return raise(t, types::TypeError, "tuple for % must only contain str, not %", name, typeName(part));
    if (matchesEnd(StrView(self), StrView(part), search.from, search.to, atEnd)) return Ref::boolean(true);
  }
  return Ref::boolean(false);
}

Ref strStartsWith(Thread &t, Value self, const CallArgs &args) {
  return matchEnd(t, self, args, "startswith", false);
}
Ref strEndsWith(Thread &t, Value self, const CallArgs &args) {
  return matchEnd(t, self, args, "endswith", true);
}

Ref strRemovePrefix(Thread &t, const Value *args) {
  TRY(needStr(t, args[1], "removeprefix", 0));
  StrView s(args[0]), prefix(args[1]);
  return s.slice(matchesEnd(s, prefix, 0, s.size(), false) ? prefix.size() : 0, s.size());
}

Ref strRemoveSuffix(Thread &t, const Value *args) {
  TRY(needStr(t, args[1], "removesuffix", 0));
  StrView s(args[0]), suffix(args[1]);
  return s.slice(0, s.size() - (matchesEnd(s, suffix, 0, s.size(), true) ? suffix.size() : 0));
}

} // namespace

llvm::ArrayRef<NativeDef> coil::vm::strSearchMethods() {
  static const NativeDef kMethods[] = {
      {"count", strCount, "!v($self, *args)",
       "count(sub[, start[, end]]): how often sub stands in self[start:end] without overlapping."},
      {"endswith", strEndsWith, "!v($self, *args)",
       "endswith(suffix[, start[, end]]): tell whether self[start:end] ends with the suffix, or with\none of "
       "a tuple of them."},
      {"find", strFind, "!v($self, *args)",
       "find(sub[, start[, end]]): the lowest index at which sub stands in self[start:end]; else -1."},
      {"index", strIndex, "!v($self, *args)",
       "index(sub[, start[, end]]): the lowest index at which sub stands in self[start:end]; "
       "else\nValueError."},
      {"rfind", strRfind, "!v($self, *args)",
       "rfind(sub[, start[, end]]): the highest index at which sub stands in self[start:end]; else -1."},
      {"rindex", strRindex, "!v($self, *args)",
       "rindex(sub[, start[, end]]): the highest index at which sub stands in self[start:end]; "
       "else\nValueError."},
      {"startswith", strStartsWith, "!v($self, *args)",
       "startswith(prefix[, start[, end]]): tell whether self[start:end] begins with the prefix, or\nwith "
       "one of a tuple of them."},
      {"removeprefix", strRemovePrefix, "($self, prefix, /)",
       "The string without the prefix, if it begins with that."},
      {"removesuffix", strRemoveSuffix, "($self, suffix, /)",
       "The string without the suffix, if it ends with that."},
  };
  return kMethods;
}
