// Binding arguments by name as PyArg_ParseTupleAndKeywords does.
#include "VM/Bind/KeywordArguments.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Tuple.h"
#include <climits>

using namespace coil::vm;

Status coil::vm::intFromArgument(Thread &t, Value v, int &number) {
  if (v.isInt() && v.asInt() == int(v.asInt())) {
    number = int(v.asInt());
    return Status::ok();
  }
  Ref exact = TRY(index(t, v));
  int64_t value;
  if (!toInt64(exact, value))
    return raise(t, types::OverflowError, "Python int too large to convert to C long");
  if (value > INT_MAX) return raise(t, types::OverflowError, "signed integer is greater than maximum");
  if (value < INT_MIN) return raise(t, types::OverflowError, "signed integer is less than minimum");
  number = int(value);
  return Status::ok();
}

static Status store(Thread &t, const KeywordSlot &slot, Value v) {
  if (slot.number) return intFromArgument(t, v, *slot.number);
  *slot.object = v;
  return Status::ok();
}

// The value of the keyword `name`; empty if it was not given.
static Value keyword(const CallArgs &args, llvm::StringRef name) {
  for (size_t i = 0; i < args.keywordCount(); ++i)
    if (toUtf8((*args.kwNames)[int64_t(i)].as<Str>()) == name) return args.values[args.positional + i];
  return {};
}

static Status checkKeywords(Thread &t, const std::string &shown, const char *function,
                            llvm::ArrayRef<KeywordSlot> slots, const CallArgs &args) {
  for (size_t i = 0; i < args.keywordCount(); ++i) {
    std::string name = toUtf8((*args.kwNames)[int64_t(i)].as<Str>());
    auto found = llvm::find_if(slots, [&](const KeywordSlot &slot) { return name == slot.name; });
    if (found == slots.end())
      return raise(t, types::TypeError, "'%' is an invalid keyword argument for %", name,
                   function ? shown : "this function");
    if (size_t(found - slots.begin()) < args.positional)
      return raise(t, types::TypeError, "argument for % given by name ('%') and position (%)", shown, name,
                   found - slots.begin() + 1);
  }
  return Status::ok();
}

Status coil::vm::bindKeywords(Thread &t, const char *function, llvm::ArrayRef<KeywordSlot> slots,
                              size_t required, const CallArgs &args, size_t positional) {
  size_t given = args.positional + args.keywordCount();
  std::string shown = function ? std::string(function) + "()" : "function";
  if (given > slots.size())
    return raise(t, types::TypeError, "% takes at most % %argument% (% given)", shown, slots.size(),
                 args.positional ? "" : "keyword ", slots.size() == 1 ? "" : "s", given);
  if (args.positional > std::min(positional, slots.size()))
    return raise(t, types::TypeError, "% takes % % positional argument% (% given)", shown,
                 required == positional ? "exactly" : "at most", positional, positional == 1 ? "" : "s",
                 args.positional);
  for (size_t i = 0; i < slots.size(); ++i) {
    Value v = i < args.positional ? args.values[i] : keyword(args, slots[i].name);
    if (v) {
      TRY(store(t, slots[i], v));
    } else if (i < required) {
      return raise(t, types::TypeError, "% missing required argument '%' (pos %)", shown, slots[i].name,
                   i + 1);
    }
  }
  return checkKeywords(t, shown, function, slots, args);
}
