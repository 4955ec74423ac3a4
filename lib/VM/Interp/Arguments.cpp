// Binding the arguments of a Python-level call (https://docs.python.org/3/reference/expressions.html#calls).
#include "VM/Exceptions/Raise.h"
#include "VM/Interp/Frame.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/List.h"

using namespace coil::vm;

namespace {

using NameList = llvm::SmallVector<std::string, 4>;

// 'a', 'b', and 'c'
std::string joinNames(llvm::ArrayRef<std::string> names) {
  std::string text;
  for (size_t i = 0; i < names.size(); ++i) {
    if (i && names.size() > 2) text += ",";
    if (i) text += i + 1 == names.size() ? " and " : " ";
    text += "'" + names[i] + "'";
  }
  return text;
}

class ArgumentBinder {
  Thread &t;
  Function *function;
  Code *code;
  const CallArgs &args;
  Value *slots;
  size_t argCount, total;
  int64_t varArgs = -1, varKeywords = -1;

public:
  ArgumentBinder(Thread &t, Function *function, const CallArgs &args, Value *slots)
      : t(t), function(function), code(function->code), args(args), slots(slots), argCount(code->argcount),
        total(code->totalArgs()) {
    size_t next = total;
    if (code->codeFlags & coil::bytecode::CO_VARARGS) varArgs = next++;
    if (code->codeFlags & coil::bytecode::CO_VARKEYWORDS) varKeywords = next;
  }

  Status bind() {
    if (varKeywords >= 0) slots[varKeywords] = Value(static_cast<Object *>(newDict().release()));
    size_t direct = std::min(args.positional, argCount);
    for (size_t i = 0; i < direct; ++i) slots[i] = retained(args.values[i]);
    if (varArgs >= 0)
      slots[varArgs] =
          Value(static_cast<Object *>(makeTuple({args.values + direct, args.positional - direct}).release()));
    for (size_t k = 0; k < args.keywordCount(); ++k) {
      TRY(bindKeyword(k));
    }
    if (args.positional > argCount && varArgs < 0) return raiseTooMany();
    if (args.positional < argCount) {
      TRY(fillPositional());
    }
    return code->kwonlyargcount ? fillKeywordOnly() : Status::ok();
  }

private:
  Str *parameter(size_t i) const { return (*code->localsplusNames)[i].as<Str>(); }
  Str *shownName() const { return function->qualname; }

  Status bindKeyword(size_t k) {
    Value name = (*args.kwNames)[k], value = args.values[args.positional + k];
    if (!isStr(name)) return raise(t, types::TypeError, "%() keywords must be strings", shownName());
    Str *keyword = name.as<Str>();
    for (size_t i = code->posonlyargcount; i < total; ++i) {
      if (parameter(i) != keyword && !equalStr(parameter(i), keyword)) continue;
      if (!slots[i].empty())
        return raise(t, types::TypeError, "%() got multiple values for argument '%'", shownName(), keyword);
      slots[i] = retained(value);
      return Status::ok();
    }
    if (varKeywords >= 0) {
      dictSetStr(slots[varKeywords].as<Dict>(), keyword, value);
      return Status::ok();
    }
    if (Failure f; raisePositionalOnlyGiven(f)) return f;
    return raise(t, types::TypeError, "%() got an unexpected keyword argument '%'", shownName(), keyword);
  }

  // Keywords that name positional-only parameters get a message of their own.
  bool raisePositionalOnlyGiven(Failure &failure) {
    std::string names;
    for (int i = 0; i < code->posonlyargcount; ++i)
      for (Value given : args.kwNames->values())
        if (equalStr(parameter(i), given.as<Str>()))
          names += (names.empty() ? "" : ", ") + toUtf8(parameter(i));
    if (names.empty()) return false;
    failure =
        raise(t, types::TypeError, "%() got some positional-only arguments passed as keyword arguments: '%'",
              shownName(), names);
    return true;
  }

  Failure raiseTooMany() {
    size_t given = args.positional, keywordOnlyGiven = 0;
    for (size_t i = argCount; i < total; ++i) keywordOnlyGiven += !slots[i].empty();
    size_t defaults = function->defaults ? function->defaults->length : 0;
    bool plural = defaults ? true : argCount != 1;
    std::string takes =
        defaults ? "from " + std::to_string(argCount - defaults) + " to " + std::to_string(argCount)
                 : std::to_string(argCount);
    std::string extra;
    if (keywordOnlyGiven)
      extra = std::string(" positional argument") + (given != 1 ? "s" : "") + " (and " +
              std::to_string(keywordOnlyGiven) + " keyword-only argument" +
              (keywordOnlyGiven != 1 ? "s" : "") + ")";
    return raise(t, types::TypeError, "%() takes % positional argument% but %% % given", shownName(), takes,
                 plural ? "s" : "", given, extra, given == 1 && !keywordOnlyGiven ? "was" : "were");
  }

  Failure raiseMissing(const NameList &names, const char *kind) {
    return raise(t, types::TypeError, "%() missing % required % argument%: %", shownName(), names.size(),
                 kind, names.size() == 1 ? "" : "s", joinNames(names));
  }

  Status fillPositional() {
    size_t defaults = function->defaults ? function->defaults->length : 0;
    size_t firstDefault = argCount - defaults;
    NameList missing;
    for (size_t i = args.positional; i < firstDefault; ++i)
      if (slots[i].empty()) missing.push_back(toUtf8(parameter(i)));
    if (!missing.empty()) return raiseMissing(missing, "positional");
    for (size_t i = std::max(args.positional, firstDefault); i < argCount; ++i)
      if (slots[i].empty()) slots[i] = retained((*function->defaults)[i - firstDefault]);
    return Status::ok();
  }

  Status fillKeywordOnly() {
    NameList missing;
    for (size_t i = argCount; i < total; ++i) {
      if (!slots[i].empty()) continue;
      Value value = function->kwdefaults ? dictGetStr(function->kwdefaults, parameter(i)) : Value();
      if (value.empty())
        missing.push_back(toUtf8(parameter(i)));
      else
        slots[i] = retained(value);
    }
    return missing.empty() ? Status::ok() : Status(raiseMissing(missing, "keyword-only"));
  }
};

} // namespace

Status coil::vm::bindArguments(Thread &t, Function *function, const CallArgs &args, Value *slots) {
  return ArgumentBinder(t, function, args, slots).bind();
}
