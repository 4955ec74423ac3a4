// Units, emission and name operations of the code generator.
#include "Compile/Codegen.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"

namespace coil::compile {

using namespace ast;
using bytecode::Code;

Codegen::Codegen(ASTContext &tree, SymbolTable &symbols, Constants &constants, const CompileOptions &options,
                 uint32_t flags, int futureLine, Diagnostics &diagnostics)
    : tree(tree), symbols(symbols), constants(constants), options(options), diagnostics(diagnostics),
      flags(flags), futureLine(futureLine) {
  id = {tree.intern("__class__"),
        tree.intern("__classcell__"),
        tree.intern("__doc__"),
        tree.intern("__module__"),
        tree.intern("__name__"),
        tree.intern("__qualname__"),
        tree.intern("__annotations__"),
        tree.intern("return"),
        tree.intern("join"),
        tree.intern("__debug__"),
        tree.intern(""),
        tree.intern("<module>"),
        tree.intern("<lambda>"),
        tree.intern("<genexpr>"),
        tree.intern("<listcomp>"),
        tree.intern("<setcomp>"),
        tree.intern("<dictcomp>")};
  assembleOptions.inheritedFlags = flags;
  assembleOptions.topLevelAwait = options.topLevelAwait;
  assembleOptions.debugRanges = options.debugRanges;
  StrObject *filename = constants.pool.makeStr(options.filename);
  filename->refFlag = true; // whoever compiles has it too
  assembleOptions.filename = filename;
}

Codegen::~Codegen() {
  while (unit) {
    Unit *parent = unit->parent;
    delete unit;
    unit = parent;
  }
}

void Codegen::error(const llvm::Twine &message) {
  if (!failed()) diagnostics.error = syntaxError(message, unit->loc);
}

void Codegen::warn(const llvm::Twine &message) {
  if (failed()) return;
  Diagnostic warning = syntaxError(message, unit->loc);
  warning.kind = DiagnosticKind::SyntaxWarning;
  diagnostics.warnings.push_back(std::move(warning));
}

bool Codegen::forbiddenName(Identifier name, ExprContext context) {
  if (name != id.debug || context == ExprContext::Load) return false;
  error(context == ExprContext::Store ? "cannot assign to __debug__" : "cannot delete __debug__");
  return true;
}

void Codegen::handlerNameOp(Identifier name, ExprContext context) {
  if (failed() || name != id.debug) return nameOp(name, context);
  error(context == ExprContext::Store ? "cannot assign to __debug__" : "cannot delete __debug__");
  unnoticed = std::move(diagnostics.error);
  diagnostics.error.reset();
}

// The names of `scope` that are of kind `wanted` or have one of `orFlags`, sorted, numbered from `first`.
static void collectNames(const Scope &scope, NameScope wanted, unsigned orFlags, int first,
                         NameMap<int> &out) {
  llvm::SmallVector<Identifier, 16> names;
  for (auto &entry : scope.symbols)
    if (entry.value.scope == wanted || (entry.value.flags & orFlags)) names.push_back(entry.name);
  llvm::sort(names, [](Identifier a, Identifier b) { return a->str() < b->str(); });
  for (Identifier name : names) out.getOrInsert(name, first++);
}

void Codegen::enter(Identifier name, UnitKind kind, const void *node, int line) {
  Unit *fresh;
  if (spareUnits.empty()) {
    fresh = new Unit();
  } else {
    fresh = spareUnits.back().release();
    spareUnits.pop_back();
  }
  fresh->parent = unit;
  fresh->scope = symbols.of(node);
  fresh->kind = kind;
  fresh->name = name;
  fresh->nameObject = name->str().starts_with("<") ? anonymousName(name) : constants.identifier(name);
  fresh->firstLine = line;
  fresh->loc = {line, 0, line, 0};
  fresh->privateName = unit ? unit->privateName : nullptr;
  Scope &scope = *fresh->scope;
  // A `finally` body is generated twice, with all that it contains.
  for (auto &entry : scope.symbols) entry.value.index = -1;
  for (Identifier param : scope.params)
    fresh->varnames.getOrInsert(param, static_cast<int>(fresh->varnames.size()));
  collectNames(scope, NameScope::Cell, 0, 0, fresh->cells);
  if (scope.needsClassClosure) fresh->cells.getOrInsert(id.class_, 0);
  collectNames(scope, NameScope::Free, kDefFreeClass, static_cast<int>(fresh->cells.size()), fresh->frees);
  unit = fresh;
  ++nesting;
  unit->current = newBlock();
  if (kind == UnitKind::Module)
    unit->loc.lineno = 0;
  else
    setQualname();
  emit(Ir::RESUME, 0);
  if (kind == UnitKind::Module) unit->loc.lineno = -1;
}

// "<lambda>" and its like are strings of the interpreter's own, shared but not interned.
const StrObject *Codegen::anonymousName(Identifier name) {
  for (auto &[known, object] : anonymousNames)
    if (known == name) return object;
  StrObject *object = constants.pool.makeStr(name->str());
  object->refFlag = true;
  anonymousNames.push_back({name, object});
  return object;
}

void Codegen::setQualname() {
  Unit *parent = unit->parent;
  unit->qualname = unit->nameObject;
  if (!parent || !parent->parent) return;
  if (unit->kind == UnitKind::Function || unit->kind == UnitKind::AsyncFunction ||
      unit->kind == UnitKind::Class) {
    Identifier name = parent->privateName ? mangle(tree, parent->privateName, unit->name) : unit->name;
    if (parent->scope->scopeOf(name) == NameScope::GlobalExplicit) return;
  }
  bool locals = parent->kind == UnitKind::Function || parent->kind == UnitKind::AsyncFunction ||
                parent->kind == UnitKind::Lambda;
  llvm::StringRef base = (parent->qualname ? parent->qualname : parent->nameObject)->text;
  llvm::SmallString<128> text(base);
  text += locals ? ".<locals>." : ".";
  text += unit->name->str();
  unit->qualname = constants.pool.makeStr(text);
}

const Code *Codegen::leave(bool addNone) {
  const Code *code = nullptr;
  surfaceUnnoticed();
  if (!failed()) {
    if (!unit->current->returns) {
      unsetLoc();
      if (addNone) loadNone();
      emit(Ir::RETURN_VALUE);
    }
    code = assemble(*unit, constants, assembleOptions);
  }
  Unit *done = unit;
  unit = done->parent;
  done->reset();
  spareUnits.emplace_back(done);
  --nesting;
  return code;
}

Instr &Codegen::add(Ir op, uint32_t arg, Loc loc) {
  if (unit->needNewBlock) useBlock(newBlock());
  Instr &instr = unit->current->append(unit->arena);
  instr.op = op;
  instr.arg = arg;
  instr.target = nullptr;
  instr.except = nullptr;
  instr.loc = loc;
  if (irFlags(op) & kIrEndsBlock) {
    unit->needNewBlock = true;
    if (op == Ir::RETURN_VALUE) unit->current->returns = true;
  } else if (isBlockPush(op)) {
    unit->handlers = unit->current->pushes = true;
  }
  return instr;
}

uint32_t Codegen::constIndex(const Object *object) {
  object = constants.merge(object);
  size_t before = unit->consts.size();
  uint32_t index = unit->constIndex(object);
  if (unnoticed && unit->consts.size() != before) surfaceUnnoticed();
  return index;
}

void Codegen::nameOp(Identifier plain, ExprContext context) {
  if (forbiddenName(plain, context)) return;
  Identifier name = mangled(plain);
  Scope &scope = *unit->scope;
  Symbol *symbol = scope.symbols.find(name);
  NameScope kind = symbol ? symbol->scope : NameScope::Unknown;
  auto choose = [&](Ir load, Ir store, Ir del) {
    return context == ExprContext::Load ? load : context == ExprContext::Store ? store : del;
  };
  bool inFunction = scope.kind == ScopeKind::Function;
  switch (kind) {
  case NameScope::Free:
  case NameScope::Cell: {
    const int *index = (kind == NameScope::Free ? unit->frees : unit->cells).find(name);
    Ir load = scope.kind == ScopeKind::Class ? Ir::LOAD_CLASSDEREF : Ir::LOAD_DEREF;
    return emit(choose(load, Ir::STORE_DEREF, Ir::DELETE_DEREF), static_cast<size_t>(index ? *index : 0));
  }
  case NameScope::Local:
    if (!inFunction) break;
    if (symbol->index < 0) symbol->index = static_cast<int>(indexIn(unit->varnames, name));
    return emit(choose(Ir::LOAD_FAST, Ir::STORE_FAST, Ir::DELETE_FAST), static_cast<size_t>(symbol->index));
  case NameScope::GlobalImplicit:
    if (!inFunction) break;
    [[fallthrough]];
  case NameScope::GlobalExplicit: {
    if (symbol->index < 0) symbol->index = static_cast<int>(nameIndex(name));
    uint32_t index = static_cast<uint32_t>(symbol->index);
    if (context == ExprContext::Load) return emit(Ir::LOAD_GLOBAL, index << 1);
    return emit(choose(Ir::LOAD_GLOBAL, Ir::STORE_GLOBAL, Ir::DELETE_GLOBAL), index);
  }
  case NameScope::Unknown: break;
  }
  emit(choose(Ir::LOAD_NAME, Ir::STORE_NAME, Ir::DELETE_NAME), nameIndex(name));
}

void Codegen::yieldFrom(bool await) {
  Block *start = newBlock(), *resume = newBlock(), *exit = newBlock();
  useBlock(start);
  jump(Ir::SEND, exit);
  useBlock(resume);
  emit(Ir::YIELD_VALUE);
  emit(Ir::RESUME, await ? 3 : 2);
  jump(Ir::JUMP_NO_INTERRUPT, start);
  useBlock(exit);
}

void Codegen::yieldValue() {
  if (unit->scope->generator && unit->scope->coroutine) emit(Ir::ASYNC_GEN_WRAP);
  emit(Ir::YIELD_VALUE);
  emit(Ir::RESUME, 1);
}

const Code *Codegen::module(Mod &root) {
  enter(id.anonModule, UnitKind::Module, &root, 1);
  unit->loc.lineno = 1;
  bool addNone = true;
  if (auto *module = dyn<Module>(&root)) {
    body(module->body);
  } else if (auto *single = dyn<Interactive>(&root)) {
    if (hasAnnotations(single->body)) emit(Ir::SETUP_ANNOTATIONS);
    interactive = true;
    statements(single->body);
  } else {
    expression(as<Expression>(&root)->body);
    addNone = false;
  }
  return leave(addNone);
}

} // namespace coil::compile
