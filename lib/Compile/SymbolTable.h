// Scopes and the meaning of every name in them, as CPython's symtable computes it.
#pragma once

#include "AST/AST.h"
#include "Compile/NameMap.h"
#include "Support/Diagnostic.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Allocator.h"

namespace coil::compile {

enum class ScopeKind : uint8_t { Function, Class, Module, Annotation };
enum class ComprehensionKind : uint8_t { None, List, Dict, Set, Generator };

// How a name is reached; Unknown for names that the scope does not mention.
enum class NameScope : uint8_t { Unknown, Local, GlobalExplicit, GlobalImplicit, Free, Cell };

// What a scope does with a name.
enum SymbolFlag : uint16_t {
  kDefGlobal = 1,     // global statement
  kDefLocal = 2,      // assignment
  kDefParam = 4,      // parameter
  kDefNonlocal = 8,   // nonlocal statement
  kUse = 16,          // name is used
  kDefFreeClass = 64, // free variable of a method with the name of a class attribute
  kDefImport = 128,   // import
  kDefAnnot = 256,    // annotation
  kDefCompIter = 512, // iteration variable of a comprehension
  kPropagated = 1024, // already passed to the enclosing scope as free
  kDefBound = kDefLocal | kDefParam | kDefImport,
};

struct Symbol {
  uint16_t flags = 0;
  NameScope scope = NameScope::Unknown;
  int index = -1; // of the code generator: in varnames, or in names if it is global
};

struct Scope {
  ScopeKind kind;
  ComprehensionKind comprehension = ComprehensionKind::None;
  bool nested = false;
  bool generator = false;
  bool coroutine = false;
  bool varargs = false;
  bool varkeywords = false;
  bool needsClassClosure = false; // a method uses __class__
  bool compIterTarget = false;    // visiting the target of a comprehension
  int compIterExpr = 0;           // depth of comprehension iterables being visited
  Scope *parent = nullptr;
  ast::Identifier name = nullptr; // of a function or class
  ast::Position pos;
  NameMap<Symbol> symbols;
  llvm::SmallVector<ast::Identifier, 4> params;
  llvm::SmallVector<Scope *, 4> children;
  struct Directive {
    ast::Identifier name;
    ast::Position pos;
  };
  llvm::SmallVector<Directive, 0> directives; // global and nonlocal statements

  NameScope scopeOf(ast::Identifier name) const {
    const Symbol *symbol = symbols.find(name);
    return symbol ? symbol->scope : NameScope::Unknown;
  }
};

// A name as the class `privateName` sees it: __x becomes _C__x.
ast::Identifier mangleDunder(ast::ASTContext &context, ast::Identifier privateName, ast::Identifier name);
inline ast::Identifier mangle(ast::ASTContext &context, ast::Identifier privateName, ast::Identifier name) {
  const char *text = name->str().data(); // ends with NUL
  return privateName && text[0] == '_' && text[1] == '_' ? mangleDunder(context, privateName, name) : name;
}

// Everything about scopes of one tree; scopes are looked up by the node that opens them.
class SymbolTable {
public:
  explicit SymbolTable(ast::ASTContext &context) : context(context) {}
  Scope *top() { return topScope; }
  Scope *of(const void *node) const { return byNode.lookup(node); }

  // Builds and analyses; false with `error` set.
  bool build(ast::Mod &root, uint32_t futureFlags, unsigned recursionLimit, unsigned recursionDepth,
             std::optional<Diagnostic> &error);

private:
  friend class SymbolVisitor;
  friend class SymbolAnalysis;
  ast::ASTContext &context;
  llvm::SpecificBumpPtrAllocator<Scope> scopes;
  llvm::DenseMap<const void *, Scope *> byNode;
  Scope *topScope = nullptr;
};

} // namespace coil::compile
