// isinstance, issubclass, callable, hash, id, len, and __build_class__, which class statements call
// (https://docs.python.org/3/reference/datamodel.html#customizing-class-creation).
#include "VM/Builtins/Tables.h"
#include "VM/Core/Audit.h"
#include "VM/Core/Names.h"
#include "VM/Interp/Frame.h"
#include "VM/Types/Dict/Dict.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Tuple.h"
#include "VM/Types/Type/TypeObject.h"

using namespace coil::vm;

namespace {

Ref builtinIsinstance(Thread &t, const Value *args) {
  return Ref::boolean(TRY(isInstanceOf(t, args[0], args[1])));
}
Ref builtinIssubclass(Thread &t, const Value *args) {
  return Ref::boolean(TRY(isSubclassOf(t, args[0], args[1])));
}
Ref builtinCallable(Thread &, const Value *args) { return Ref::boolean(isCallable(args[0])); }
Ref builtinHash(Thread &t, const Value *args) { return makeInt(TRY(hash(t, args[0]))); }
Ref builtinId(Thread &t, const Value *args) {
  Ref number = makeIntUnsigned(args[0].bits());
  CHECK(audit(t, "builtins.id", {number.get()}));
  return number;
}
Ref builtinLen(Thread &t, const Value *args) { return makeInt(TRY(length(t, args[0]))); }

// PEP 560: what is no class among the bases may stand for other bases. Gives `bases` itself if none does.
TupleRef resolveBases(Thread &t, Tuple *bases) {
  llvm::SmallVector<Ref, 4> result;
  bool changed = false;
  for (Value base : bases->values()) {
    Ref method;
    if (!isType(base)) CHECK(lookupAttr(t, base, names::special_mro_entries, method));
    if (!method) {
      result.push_back(Ref::share(base));
      continue;
    }
    Ref entries = TRY(call(t, method, {Value(bases)}));
    if (!isTuple(entries)) return raise(t, types::TypeError, "__mro_entries__ must return a tuple");
    for (Value v : entries.as<Tuple>()->values()) result.push_back(Ref::share(v));
    changed = true;
  }
  if (!changed) return TupleRef::share(bases);
  TupleRef resolved = newTuple(result.size());
  for (size_t i = 0; i < result.size(); ++i) resolved->items()[i] = result[i].release();
  return resolved;
}

// One class statement: its bases and metaclass, and the keywords that are left for the metaclass.
struct ClassStatement {
  Value function, name;
  TupleRef givenBases, bases, keywordNames;
  Ref metaclass;
  bool metaclassIsType = true;
  llvm::SmallVector<Value, 8> values; // name, bases, (namespace,) keyword values

  Status readKeywords(const CallArgs &args) {
    llvm::SmallVector<Value, 4> names;
    for (size_t i = 0; i < args.keywordCount(); ++i) {
      Value keyword = (*args.kwNames)[i], value = args.values[args.positional + i];
      if (equalStr(keyword.as<Str>(), names::metaclass)) {
        metaclass = Ref::share(value);
        continue;
      }
      names.push_back(keyword);
      values.push_back(value);
    }
    keywordNames = makeTuple(names);
    return Status::ok();
  }

  Status chooseMetaclass(Thread &t) {
    if (!metaclass) metaclass = Ref::share(bases->length ? Value(typeOf((*bases)[0])) : Value(&types::Type));
    metaclassIsType = isType(metaclass);
    if (metaclassIsType) metaclass = TRY(calculateMetaclass(t, *metaclass.as<Type>(), bases));
    return Status::ok();
  }

  // Calls with the name, the bases, `more` and the keywords.
  Ref callWith(Thread &t, Value callee, llvm::ArrayRef<Value> more) {
    llvm::SmallVector<Value, 8> all{name, Value(bases)};
    all.append(more.begin(), more.end());
    size_t positional = all.size();
    all.append(values.begin(), values.end());
    return call(t, callee,
                CallArgs(all.data(), positional, keywordNames->length ? keywordNames.get() : nullptr));
  }

  Ref prepare(Thread &t) {
    Ref method;
    CHECK(lookupAttr(t, metaclass, names::special_prepare, method));
    if (!method) return newDict();
    Ref space = TRY(callWith(t, method, {}));
    if (typeOf(space)->slots.getItem) return space;
    return raise(t, types::TypeError, "%.__prepare__() must return a mapping, not %",
                 metaclassIsType ? metaclass.as<Type>()->nameText() : llvm::StringRef("<metaclass>"),
                 typeName(space));
  }

  // The body hands back the cell of __class__, which type.__new__ must have filled.
  Status checkCell(Thread &t, Value cell, Value cls) {
    if (!isType(cls) || !isExactly(cell, types::Cell)) return Status::ok();
    Value held = cell.as<Cell>()->value;
    if (held == cls) return Status::ok();
    std::string nameText = TRY(reprText(t, name)), clsText = TRY(reprText(t, cls));
    if (held.empty())
      return raise(t, types::RuntimeError,
                   "__class__ not set defining % as %. Was __classcell__ propagated to type.__new__?",
                   nameText, clsText);
    return raise(t, types::TypeError, "__class__ set to % defining % as %", TRY(reprText(t, held)), nameText,
                 clsText);
  }
};

Ref builtinBuildClass(Thread &t, Value, const CallArgs &args) {
  if (args.positional < 2) return raise(t, types::TypeError, "__build_class__: not enough arguments");
  ClassStatement s;
  s.function = args.values[0];
  s.name = args.values[1];
  if (!isExactly(s.function, types::Function))
    return raise(t, types::TypeError, "__build_class__: func must be a function");
  if (!isStr(s.name)) return raise(t, types::TypeError, "__build_class__: name is not a string");
  s.givenBases = makeTuple({args.values + 2, args.positional - 2});
  s.bases = TRY(resolveBases(t, s.givenBases));
  CHECK(s.readKeywords(args));
  CHECK(s.chooseMetaclass(t));
  Ref space = TRY(s.prepare(t));
  auto *body = s.function.as<Function>();
  Ref cell = TRY(execute(t, body->code, body->globals, space, body->closure));
  if (s.bases.get() != s.givenBases.get())
    CHECK(setItem(t, space, Value(names::special_orig_bases), s.givenBases));
  Ref cls = TRY(s.callWith(t, s.metaclass, {space.get()}));
  CHECK(s.checkCell(t, cell, cls));
  return cls;
}

NativeDef kFunctions[] = {
    {"isinstance", builtinIsinstance, "($module, obj, class_or_tuple, /)",
     "Tell whether obj is of the class or of a subclass.\n\nSeveral classes can be given as a tuple or a "
     "union, X | Y; one that fits is enough."},
    {"issubclass", builtinIssubclass, "($module, cls, class_or_tuple, /)",
     "Tell whether cls is the given class or derived from it.\n\nSeveral classes can be given as a tuple or "
     "a union, X | Y; one that fits is enough."},
    {"callable", builtinCallable, "($module, obj, /)",
     "Tell whether obj can be called: a function, a class, or an object whose class has __call__."},
    {"hash", builtinHash, "($module, obj, /)",
     "An integer that is equal for equal objects; TypeError if the object cannot be hashed."},
    {"id", builtinId, "($module, obj, /)", "An integer that no other object has as long as this one lives."},
    {"len", builtinLen, "($module, obj, /)", "The number of items in a container, which its __len__ tells."},
    {"__build_class__", builtinBuildClass, "!($module, *args, **kwargs)",
     "__build_class__(func, name, /, *bases, [metaclass], **kwds): what a class statement calls to\nmake its "
     "class."},
};

} // namespace

llvm::ArrayRef<NativeDef> coil::vm::classFunctions() { return kFunctions; }
