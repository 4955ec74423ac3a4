// The second pass of the symbol table: local, global, free or cell, from the outermost scope inwards.
#include "Compile/Errors.h"
#include "Compile/SymbolTable.h"

namespace coil::compile {

using namespace ast;

void visitSymbols(SymbolTable &table, Mod &root, uint32_t futureFlags, unsigned limit, unsigned depth,
                  std::optional<Diagnostic> &error);

class SymbolAnalysis {
public:
  SymbolAnalysis(SymbolTable &table, std::optional<Diagnostic> &error)
      : error(error), classCell(table.context.intern("__class__")) {}
  using FreeNames = llvm::SmallVector<Identifier, 8>;
  // Resolves all names of `scope` and of those below, and adds to `free` what it needs from above.
  void scope(Scope &scope, FreeNames &free);

private:
  std::optional<Diagnostic> &error;
  Identifier classCell;

  enum class Outer { Bound, Global, None };
  Outer lookup(const Scope &from, Identifier name) const;
  void resolve(Scope &scope, Identifier name, Symbol &symbol);
  void inherit(Scope &scope, const FreeNames &fromChildren, FreeNames &free);
  void failAtDirective(const Scope &scope, Identifier name, const llvm::Twine &message);
};

void SymbolAnalysis::failAtDirective(const Scope &scope, Identifier name, const llvm::Twine &message) {
  if (error) return;
  for (const Scope::Directive &directive : scope.directives) {
    if (directive.name != name) continue;
    error = symbolError(message, directive.pos);
    return;
  }
  error = symbolError(message, Position{});
}

// What the scopes around `from` make of a name: bound by a function, declared global, or nothing.
SymbolAnalysis::Outer SymbolAnalysis::lookup(const Scope &from, Identifier name) const {
  for (const Scope *scope = from.parent; scope; scope = scope->parent) {
    if (scope->kind == ScopeKind::Class) {
      // A class's names are invisible to its methods, except for the cell that super() uses.
      if (name == classCell) return Outer::Bound;
      continue;
    }
    const Symbol *symbol = scope->symbols.find(name);
    if (!symbol) continue;
    if (symbol->flags & kDefGlobal) return scope->kind == ScopeKind::Module ? Outer::None : Outer::Global;
    if (symbol->flags & kDefNonlocal) continue;
    if ((symbol->flags & kDefBound) && scope->kind == ScopeKind::Function) return Outer::Bound;
  }
  return Outer::None;
}

void SymbolAnalysis::resolve(Scope &scope, Identifier name, Symbol &symbol) {
  llvm::StringRef text = name->str();
  if (symbol.flags & kDefGlobal) {
    if (symbol.flags & kDefNonlocal)
      return failAtDirective(scope, name, "name '" + text + "' is nonlocal and global");
    symbol.scope = NameScope::GlobalExplicit;
  } else if (symbol.flags & kDefNonlocal) {
    if (!scope.parent)
      return failAtDirective(scope, name, "nonlocal declaration not allowed at module level");
    if (lookup(scope, name) != Outer::Bound)
      return failAtDirective(scope, name, "no binding for nonlocal '" + text + "' found");
    symbol.scope = NameScope::Free;
  } else if (symbol.flags & kDefBound) {
    symbol.scope = NameScope::Local;
  } else {
    symbol.scope =
        scope.parent && lookup(scope, name) == Outer::Bound ? NameScope::Free : NameScope::GlobalImplicit;
  }
}

void SymbolAnalysis::inherit(Scope &scope, const FreeNames &fromChildren, FreeNames &free) {
  for (Identifier name : fromChildren) {
    if (scope.kind == ScopeKind::Class && name == classCell) {
      scope.needsClassClosure = true;
      continue;
    }
    Symbol *symbol = scope.symbols.find(name);
    if (symbol && scope.kind == ScopeKind::Function) {
      if (symbol->scope == NameScope::Local) symbol->scope = NameScope::Cell;
      if (symbol->scope == NameScope::Cell) continue;
    }
    if (!symbol) {
      if (!scope.parent) continue;
      symbol = &scope.symbols.getOrInsert(name);
      symbol->scope = NameScope::Free;
    } else if (scope.kind == ScopeKind::Class && (symbol->flags & (kDefBound | kDefGlobal))) {
      // A method's free variable that has the name of a class attribute.
      symbol->flags |= kDefFreeClass;
    }
    if (symbol->flags & kPropagated) continue;
    symbol->flags |= kPropagated;
    free.push_back(name);
  }
}

void SymbolAnalysis::scope(Scope &scope, FreeNames &free) {
  for (auto &entry : scope.symbols) {
    resolve(scope, entry.name, entry.value);
    if (error) return;
    if (entry.value.scope == NameScope::Free) {
      entry.value.flags |= kPropagated;
      free.push_back(entry.name);
    }
  }
  FreeNames fromChildren;
  for (Scope *child : scope.children) {
    this->scope(*child, fromChildren);
    if (error) return;
  }
  inherit(scope, fromChildren, free);
}

bool SymbolTable::build(Mod &root, uint32_t futureFlags, unsigned recursionLimit, unsigned recursionDepth,
                        std::optional<Diagnostic> &error) {
  // CPython counts three compiler levels for one Python frame.
  constexpr unsigned kScale = 3;
  visitSymbols(*this, root, futureFlags, recursionLimit * kScale, recursionDepth * kScale, error);
  if (error) return false;
  SymbolAnalysis::FreeNames free;
  SymbolAnalysis(*this, error).scope(*topScope, free);
  return !error;
}

} // namespace coil::compile
