// Reading signatures, and binding the arguments of native calls to them.
#include "VM/Bind/Native.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Dict/Dict.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Tuple.h"

using namespace coil::vm;

size_t CallArgs::keywordCount() const { return kwNames ? size_t(kwNames->length) : 0; }

namespace {

// The value of a default written in a signature; empty for anything that is no simple literal.
Value parseDefault(llvm::StringRef text) {
  if (text == "None") return Value::none();
  if (text == "True") return Value::trueValue();
  if (text == "False") return Value::falseValue();
  int64_t number;
  if (!text.getAsInteger(10, number)) return makeInt(number).release();
  double real;
  if (text.contains('.') && !text.getAsDouble(real)) return Value::number(real);
  if (text.size() >= 2 && (text.front() == '\'' || text.front() == '"') && text.back() == text.front()) {
    text = text.drop_front().drop_back();
    if (text == "\\n") return internText("\n").release();
    return internText(text).release();
  }
  return Value();
}

void addParameter(Signature &s, llvm::StringRef text, bool &keywordOnly) {
  text = text.trim();
  if (text == "/") {
    for (Parameter &p : s.parameters) p.kind = Parameter::PositionalOnly;
    return;
  }
  if (text == "*") {
    keywordOnly = true;
    return;
  }
  if (text == "$module") return;
  Parameter p{nullptr, keywordOnly ? Parameter::KeywordOnly : Parameter::Ordinary, false, Value()};
  if (text.starts_with("$")) s.takesSelf = true;
  if (text.consume_front("**"))
    p.kind = Parameter::VarKeyword;
  else if (text.consume_front("*"))
    p.kind = Parameter::VarPositional, keywordOnly = true;
  auto [name, defaultText] = text.split('=');
  if (name.starts_with("$")) p.kind = Parameter::PositionalOnly;
  p.name = internText(name.ltrim('$')).release();
  p.optional = text.contains('=') || p.kind >= Parameter::VarPositional;
  if (text.contains('=')) p.defaultValue = parseDefault(defaultText);
  s.parameters.push_back(p);
}

Signature *parseSignature(llvm::StringRef text) {
  auto *s = new Signature();
  auto [marks, name] = text.take_front(text.find('(')).split('@');
  s->spokenName = name.str();
  s->parsed = marks.contains('p');
  s->tuple = marks.contains('p') || marks.contains('v');
  s->named = marks.contains('k');
  text = text.drop_front(text.find('('));
  text = text.drop_front().drop_back(); // the parentheses
  bool keywordOnly = false;
  while (!text.trim().empty()) {
    size_t comma = 0;
    char quote = 0;
    for (; comma < text.size() && (quote || text[comma] != ','); ++comma) {
      if (quote)
        quote = text[comma] == quote ? 0 : quote;
      else if (text[comma] == '\'' || text[comma] == '"')
        quote = text[comma];
    }
    addParameter(*s, text.take_front(comma), keywordOnly);
    text = text.drop_front(std::min(comma + 1, text.size()));
  }
  s->positionalOnly = !s->named;
  s->simple = true;
  for (const Parameter &p : s->parameters) {
    bool required = !p.optional, behind = s->required < &p - s->parameters.begin();
    if (p.kind >= Parameter::VarPositional || (required && (behind || p.kind == Parameter::KeywordOnly)))
      s->simple = false;
    if (p.kind == Parameter::PositionalOnly || p.kind == Parameter::Ordinary) {
      ++s->positional;
      if (!p.optional) ++s->required;
    }
    if (p.kind == Parameter::VarPositional) s->hasVarArgs = true;
    if (p.kind == Parameter::PositionalOnly) ++s->nameless;
    if (p.kind != Parameter::PositionalOnly && p.kind != Parameter::VarPositional) s->positionalOnly = false;
  }
  return s;
}

// __new__ and __init__ speak as the class that is called.
bool constructs(const NativeDef &def) {
  return def.name == llvm::StringRef("__new__") || def.name == llvm::StringRef("__init__");
}

// How a call is to be spoken of.
struct Callee {
  const NativeDef &def;
  const Type *owner;
  const Signature &s;
  Value self; // that the method is bound to; empty if it is called through its class

  bool constructor() const { return owner && constructs(def); }
  std::string name() const {
    if (!s.spokenName.empty()) return s.spokenName;
    return constructor() ? owner->nameText().str() : def.name;
  }
  std::string qualifiedName() const {
    if (constructor()) return name();
    if (!self.empty() && owner && isInstance(self, types::Module)) return def.name;
    if (!self.empty() && owner)
      return toUtf8((isType(self) ? self.as<Type>() : typeOf(self))->qualname) + "." + def.name;
    if (owner) return owner->nameText().str() + "." + def.name;
    return def.module ? toUtf8(def.module) + "." + def.name : std::string(def.name);
  }
  Failure refuseKeywords(Thread &t) const {
    bool bare = s.tuple && (!owner || !self.empty());
    return raise(t, types::TypeError, "%() takes no keyword arguments", bare ? def.name : qualifiedName());
  }
};

// The words for a wrong number of arguments without names, which differ by how CPython's function takes them.
Failure raiseCount(Thread &t, const Callee &callee, size_t given, size_t least, size_t most) {
  const Signature &s = callee.s;
  std::string name = callee.name();
  bool few = given < least;
  size_t bound = few ? least : most;
  if (s.parsed) {
    const char *quantity = least == most ? "exactly" : few ? "at least" : "at most";
    return raise(t, types::TypeError, "%() takes % % argument% (% given)", name, quantity, bound,
                 bound == 1 ? "" : "s", given);
  }
  // A constructor checks by itself, not as a function of one argument.
  if (most == 0)
    return raise(t, types::TypeError, "%() takes no arguments (% given)", callee.qualifiedName(), given);
  if (least == 1 && most == 1 && !callee.constructor() && !s.tuple)
    return raise(t, types::TypeError, "%() takes exactly one argument (% given)", callee.qualifiedName(),
                 given);
  return raise(t, types::TypeError, "% expected %% argument%, got %", name,
               least == most ? ""
               : few         ? "at least "
                             : "at most ",
               bound, bound == 1 ? "" : "s", given);
}

// Binds one call's arguments to parameters; owns the tuple and dict of *args and **kwargs.
class Binder {
  Thread &t;
  const Callee &callee;
  const Type *owner;
  const Signature &s;

public:
  llvm::SmallVector<Value, 8> bound;
  TupleRef extraPositional;
  DictRef extraKeywords;

  Binder(Thread &t, const Callee &callee)
      : t(t), callee(callee), owner(callee.owner), s(callee.s), bound(s.parameters.size()) {}

  // In the order in which CPython finds fault with arguments.
  Status bind(const CallArgs &args) {
    bool keywords = args.keywordCount() && !(s.positionalOnly && otherConstructorDiffers(args));
    if (keywords && s.positionalOnly)
      return callee.refuseKeywords(t); // found out before the arguments are counted
    TRY(bindPositional(args));
    size_t unknown = keywords ? args.keywordCount() - bindKeywords(args) : 0;
    TRY(fillDefaults());
    return unknown ? explainKeywords(args) : Status::ok();
  }

private:
  size_t selfCount() const { return s.takesSelf ? 1 : 0; }
  bool hasVarKeywords() const {
    return llvm::any_of(s.parameters, [](const Parameter &p) { return p.kind == Parameter::VarKeyword; });
  }

  Failure raisePositional(const char *quantity, size_t bound, size_t given) {
    return raise(t, types::TypeError, "%() takes % % positional argument% (% given)", callee.name(), quantity,
                 bound, bound == 1 ? "" : "s", given);
  }

  // More than any call could take, or more or less than can go by position.
  Status checkCounts(const CallArgs &args) {
    size_t given = args.positional - selfCount(), most = s.positional - selfCount();
    size_t least = s.required - selfCount(), total = s.parameters.size() - selfCount();
    if (s.positionalOnly) {
      if ((given > most && !s.hasVarArgs) || given < least)
        return raiseCount(t, callee, given, least, s.hasVarArgs ? SIZE_MAX : most);
      return Status::ok();
    }
    if (!s.hasVarArgs && !hasVarKeywords() && given + args.keywordCount() > total)
      return raise(t, types::TypeError, "%() takes at most % %argument% (% given)", callee.name(), total,
                   given ? "" : "keyword ", total == 1 ? "" : "s", given + args.keywordCount());
    if (!s.hasVarArgs && given > most) {
      if (!most) return raise(t, types::TypeError, "%() takes no positional arguments", callee.name());
      return raisePositional(least < most ? "at most" : "exactly", most, given);
    }
    size_t leastByPosition = std::min<size_t>(s.nameless, s.required) - selfCount();
    if (given < leastByPosition)
      return raisePositional(leastByPosition < most ? "at least" : "exactly", leastByPosition, given);
    return Status::ok();
  }

  Status bindPositional(const CallArgs &args) {
    size_t n = args.positional;
    TRY(checkCounts(args));
    size_t direct = std::min<size_t>(n, s.positional);
    for (size_t i = 0; i < direct; ++i) bound[i] = args.values[i];
    for (size_t i = 0; i < s.parameters.size(); ++i) {
      if (s.parameters[i].kind == Parameter::VarPositional) {
        extraPositional = makeTuple({args.values + direct, n - direct});
        bound[i] = extraPositional;
      } else if (s.parameters[i].kind == Parameter::VarKeyword) {
        extraKeywords = newDict();
        bound[i] = extraKeywords;
      }
    }
    return Status::ok();
  }

  // Binds what it can; how many that is.
  size_t bindKeywords(const CallArgs &args) {
    size_t count = 0;
    for (size_t k = 0; k < args.keywordCount(); ++k) {
      auto *name = (*args.kwNames)[k].as<Str>();
      Value value = args.values[args.positional + k];
      int i = parameterNamed(name);
      if (i >= 0 && bound[i].empty())
        bound[i] = value;
      else if (i < 0 && extraKeywords)
        dictSetStr(extraKeywords, name, value);
      else
        continue;
      ++count;
    }
    return count;
  }

  // The parameter that can be given by this name, or -1.
  int parameterNamed(Str *name) const {
    for (size_t i = 0; i < s.parameters.size(); ++i) {
      const Parameter &p = s.parameters[i];
      bool named = p.kind == Parameter::Ordinary || p.kind == Parameter::KeywordOnly;
      if (named && equalStr(p.name, name)) return int(i);
    }
    return -1;
  }

  // Which keyword was one too many: one that was given by position as well comes first.
  Status explainKeywords(const CallArgs &args) {
    for (size_t i = 0; i < std::min<size_t>(args.positional, s.positional); ++i)
      for (Value name : args.kwNames->values())
        if (parameterNamed(name.as<Str>()) == int(i))
          return raise(t, types::TypeError, "argument for %() given by name ('%') and position (%)",
                       callee.name(), name.as<Str>(), i + 1 - selfCount());
    for (Value name : args.kwNames->values())
      if (parameterNamed(name.as<Str>()) < 0)
        return raise(t, types::TypeError, "'%' is an invalid keyword argument for %()", name.as<Str>(),
                     callee.name());
    return Status::ok(); // a __new__ or __init__ leaves them to the other
  }

  // A subclass that has another __new__ passes its keywords to the inherited __init__ as well, and the other
  // way round: there they mean nothing.
  bool otherConstructorDiffers(const CallArgs &args) const {
    if (!callee.constructor() || !args.positional) return false;
    if (s.isNew) return args.values[0].as<Type>()->slots.init != owner->slots.init;
    const Type *type = typeOf(args.values[0]);
    return type->slots.create != owner->slots.create || type->newDef != owner->newDef;
  }

  Status fillDefaults() {
    for (size_t i = 0; i < s.parameters.size(); ++i) {
      const Parameter &p = s.parameters[i];
      if (!bound[i].empty()) continue;
      if (p.optional) {
        bound[i] = p.defaultValue;
        continue;
      }
      return raise(t, types::TypeError, "%() missing required argument '%' (pos %)", callee.name(), p.name,
                   i + 1 - selfCount());
    }
    return Status::ok();
  }
};

} // namespace

const Signature &coil::vm::parseSignatureOf(const NativeDef &def) {
  Signature *parsed = parseSignature(def.signature);
  parsed->isNew = def.name == llvm::StringRef("__new__");
  def.parsed = parsed;
  return *parsed;
}

llvm::StringRef coil::vm::visibleSignature(const NativeDef &def) {
  // In CPython an __init__ is a slot's wrapper, which can take anything.
  if (def.name == llvm::StringRef("__init__")) return "($self, /, *args, **kwargs)";
  llvm::StringRef text = def.signature;
  if (text.front() == '!') return {};
  return text.drop_until([](char c) { return c == '('; });
}

// A method reached through its class must get an instance of that class.
static Status checkSelf(Thread &t, const NativeDef &def, const Type *owner, const CallArgs &args) {
  if (!owner || def.kind != NativeKind::Plain || signatureOf(def).isNew) return Status::ok();
  if (args.positional && typeOf(args.values[0]) == owner) [[likely]]
    return Status::ok();
  if (args.positional == 0)
    return raise(t, types::TypeError, "unbound method %.%() needs an argument", owner->nameText(), def.name);
  if (isInstance(args.values[0], *owner)) return Status::ok();
  return raise(t, types::TypeError, "descriptor '%' for '%' objects doesn't apply to a '%' object", def.name,
               owner->fullName(), typeName(args.values[0]));
}

// __new__ must get a class that the native type's layout fits.
static Status checkNewClass(Thread &t, const Type *owner, const CallArgs &args) {
  if (args.positional && args.values[0] == Value(const_cast<Type *>(owner))) return Status::ok();
  llvm::StringRef name = owner->fullName();
  if (args.positional == 0) return raise(t, types::TypeError, "%.__new__(): not enough arguments", name);
  if (!isType(args.values[0]))
    return raise(t, types::TypeError, "%.__new__(X): X is not a type object (%)", name,
                 typeName(args.values[0]));
  Type *cls = args.values[0].as<Type>();
  if (!isSubtype(cls, owner))
    return raise(t, types::TypeError, "%.__new__(%): % is not a subtype of %", name, cls->fullName(),
                 cls->fullName(), name);
  const Type *native = cls;
  while (native->has(kTypeHeap)) native = native->base;
  if (native->has(kTypeNoInstantiate) || (native->newDef && native->newDef != owner->newDef))
    return raise(t, types::TypeError, "%.__new__(%) is not safe, use %.__new__()", name, cls->fullName(),
                 native->fullName());
  return Status::ok();
}

// Up to here arguments are put together in an array of fixed size.
constexpr size_t kFewValues = 8;

Ref coil::vm::callNative(Thread &t, const NativeDef &def, const Type *owner, const CallArgs &args,
                         NamedBy named) {
  const Signature &s = signatureOf(def);
  if (owner && s.isNew) {
    TRY(checkNewClass(t, owner, args));
  } else if (s.takesSelf) {
    TRY(checkSelf(t, def, owner, args));
  }
  auto callee = [&] {
    return Callee{def, owner, s, named == NamedBy::Self && s.takesSelf ? args.values[0] : Value()};
  };
  if (def.raw) {
    if (args.keywordCount() && s.positionalOnly && !constructs(def)) return callee().refuseKeywords(t);
    if (!s.takesSelf || (owner && s.isNew)) return def.raw(t, Value(), args);
    return def.raw(t, args.values[0], CallArgs(args.values + 1, args.positional - 1, args.kwNames));
  }
  size_t n = args.positional, total = s.parameters.size();
  if (s.simple && !args.keywordCount() && n >= s.required && n <= s.positional && total <= kFewValues) {
    if (n == total) return def.bound(t, args.values);
    Value values[kFewValues];
    for (size_t i = 0; i < n; ++i) values[i] = args.values[i];
    for (size_t i = n; i < total; ++i) values[i] = s.parameters[i].defaultValue;
    return def.bound(t, values);
  }
  Callee spoken = callee();
  Binder binder(t, spoken);
  TRY(binder.bind(args));
  return def.bound(t, binder.bound.data());
}

Ref coil::vm::callNativeBound(Thread &t, const NativeDef &def, const Type *owner, Value self,
                              const CallArgs &args, NamedBy named) {
  const Signature &s = signatureOf(def);
  if (!s.takesSelf) return callNative(t, def, owner, args, named);
  if (def.raw && !s.isNew && !(args.keywordCount() && s.positionalOnly)) return def.raw(t, self, args);
  if (args.positional < kFewValues && !args.kwNames) {
    Value values[kFewValues] = {self};
    for (size_t i = 0; i < args.positional; ++i) values[i + 1] = args.values[i];
    return callNative(t, def, owner, CallArgs(values, args.positional + 1), named);
  }
  llvm::SmallVector<Value, 8> values{self};
  values.append(args.values, args.values + args.positional + args.keywordCount());
  return callNative(t, def, owner, CallArgs(values.data(), args.positional + 1, args.kwNames), named);
}
