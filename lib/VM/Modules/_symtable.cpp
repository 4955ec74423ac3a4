// _symtable: the compiler's tables of names, scope by scope.
#include "Compile/SymbolTable.h"
#include "VM/Builtins/Builtins.h"
#include "VM/Modules/Modules.h"
#include "VM/Protocol/Buffer.h"
#include "VM/Types/Dict/Dict.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"

using namespace coil::vm;
namespace compile = coil::compile;

namespace {

constexpr int kScopeShift = 11; // where NameScope stands in a symbol's number, its flags being below

Type entryType;

struct Entry : Object {
  int kind, line;
  bool nested;
  // All owned.
  Value name, symbols, varnames, children;
};

Entry *entry(Value v) { return v.as<Entry>(); }

llvm::StringRef nameOf(const compile::Scope &scope) {
  if (scope.name) return scope.name->str();
  if (scope.kind == compile::ScopeKind::Module) return "top";
  switch (scope.comprehension) {
  case compile::ComprehensionKind::List: return "listcomp";
  case compile::ComprehensionKind::Dict: return "dictcomp";
  case compile::ComprehensionKind::Set: return "setcomp";
  case compile::ComprehensionKind::Generator: return "genexpr";
  case compile::ComprehensionKind::None: break;
  }
  return "lambda";
}

DictRef symbolsOf(const compile::Scope &scope) {
  DictRef symbols = newDict();
  for (const auto &[name, symbol] : scope.symbols) {
    int flags = symbol.flags & ~compile::kPropagated;
    dictSetStr(symbols, internText(name->str()), Value::smallInt(flags | int(symbol.scope) << kScopeShift));
  }
  return symbols;
}

Ref entryFor(const compile::Scope &scope) {
  auto made = ObjectRef<Entry>::take(heap::make<Entry>(entryType));
  made->kind = int(scope.kind);
  made->line = int(scope.pos.lineno);
  made->nested = scope.nested;
  made->name = Ref(internText(nameOf(scope))).release();
  made->symbols = Ref(symbolsOf(scope)).release();
  ListRef parameters = newList(), children = newList();
  for (auto name : scope.params) listAppend(parameters, Value(internText(name->str())));
  for (const compile::Scope *child : scope.children) listAppendOwned(children, entryFor(*child).release());
  made->varnames = Ref(std::move(parameters)).release();
  made->children = Ref(std::move(children)).release();
  return made;
}

// symtable(source, filename, startstr)
Ref symtable(Thread &t, const Value *args) {
  if (!isStr(args[1]) && !isBytes(args[1]) && !exportsBuffer(args[1]) &&
      typeLookup(typeOf(args[1]), internText("__fspath__")).empty())
    return raise(t, types::TypeError, "expected str, bytes or os.PathLike object, not %", typeName(args[1]));
  if (!isStr(args[2]))
    return raise(t, types::TypeError, "symtable() argument 3 must be str, not %",
                 args[2].isNone() ? llvm::StringRef("None") : typeName(args[2]));
  std::string mode = toUtf8(args[2].as<Str>());
  if (mode != "exec" && mode != "eval" && mode != "single")
    return raise(t, types::ValueError, "symtable() arg 3 must be 'exec' or 'eval' or 'single'");
  Ref top;
  CHECK(withScopes(t, args[0], args[1], mode, "symtable", [&](const compile::Scope &scope) {
    top = entryFor(scope);
    return Status::ok();
  }));
  return top;
}

Ref entryId(Thread &, Value v) { return makeIntUnsigned(uint64_t(reinterpret_cast<uintptr_t>(v.object()))); }

Ref entryRepr(Thread &t, Value v) {
  return makeStr("<symtable entry " + TRY(strText(t, entry(v)->name)) + "(" +
                 intToString(TRY(entryId(t, v))) + "), line " + std::to_string(entry(v)->line) + ">");
}

template <Value Entry::*member> Ref getValue(Thread &, Value v) { return Ref::share(entry(v)->*member); }
template <int Entry::*member> Ref getNumber(Thread &, Value v) { return makeInt(entry(v)->*member); }
Ref getNested(Thread &, Value v) { return makeInt(int(entry(v)->nested)); }

const GetSetDef kMembers[] = {
    {"id", entryId, nullptr, nullptr, true},
    {"name", getValue<&Entry::name>, nullptr, nullptr, true},
    {"symbols", getValue<&Entry::symbols>, nullptr, nullptr, true},
    {"varnames", getValue<&Entry::varnames>, nullptr, nullptr, true},
    {"children", getValue<&Entry::children>, nullptr, nullptr, true},
    {"nested", getNested, nullptr, nullptr, true},
    {"type", getNumber<&Entry::kind>, nullptr, nullptr, true},
    {"lineno", getNumber<&Entry::line>, nullptr, nullptr, true},
};

const TypeSpec kEntrySpec = {
    .name = "symtable entry",
    .size = sizeof(Entry),
    .flags = kTypeNoInstantiate,
    .fillSlots = [](Slots &s) { s.repr = entryRepr; },
    .clear =
        [](Object *o) {
          auto *e = static_cast<Entry *>(o);
          for (Value *v : {&e->name, &e->symbols, &e->varnames, &e->children}) replaceOwned(*v, Value());
        },
    .getsets = kMembers,
};

const ModuleType kTypes[] = {{entryType, kEntrySpec, types::Object, false}};

NativeDef kFunctions[] = {
    {"symtable", symtable, "($module, source, filename, startstr, /)",
     "Return symbol and scope dictionaries used internally by compiler."},
};

Status populate(Thread &, Module *module) {
  constexpr std::pair<const char *, int> kConstants[] = {
      {"USE", compile::kUse},
      {"DEF_GLOBAL", compile::kDefGlobal},
      {"DEF_NONLOCAL", compile::kDefNonlocal},
      {"DEF_LOCAL", compile::kDefLocal},
      {"DEF_PARAM", compile::kDefParam},
      {"DEF_FREE", 32}, // a name for what no symbol is any more
      {"DEF_FREE_CLASS", compile::kDefFreeClass},
      {"DEF_IMPORT", compile::kDefImport},
      {"DEF_BOUND", compile::kDefBound},
      {"DEF_ANNOT", compile::kDefAnnot},
      {"TYPE_FUNCTION", int(compile::ScopeKind::Function)},
      {"TYPE_CLASS", int(compile::ScopeKind::Class)},
      {"TYPE_MODULE", int(compile::ScopeKind::Module)},
      {"LOCAL", int(compile::NameScope::Local)},
      {"GLOBAL_EXPLICIT", int(compile::NameScope::GlobalExplicit)},
      {"GLOBAL_IMPLICIT", int(compile::NameScope::GlobalImplicit)},
      {"FREE", int(compile::NameScope::Free)},
      {"CELL", int(compile::NameScope::Cell)},
      {"SCOPE_OFF", kScopeShift},
      {"SCOPE_MASK", 15},
  };
  for (auto &[name, value] : kConstants) dictSetStr(module->dict, internText(name), makeInt(value));
  return Status::ok();
}

} // namespace

const ModuleSpec coil::vm::kSymtableModule = {
    .name = "_symtable",
    .doc = nullptr,
    .functions = kFunctions,
    .populate = populate,
    .types = kTypes,
};
