// The code generator: one method per construct of the grammar, emitting into the current unit's blocks.
#pragma once

#include "Compile/Assemble.h"
#include "Compile/Compile.h"
#include "Compile/Errors.h"

namespace coil::compile {

using ast::AnyExpr;
using ast::AnyPattern;
using ast::AnyStmt;
using ast::Identifier;
template <typename T> using Seq = ast::Seq<T>;

// After the first error nothing more is generated: statements and expressions return at once, so that what
// has been emitted stays well-formed and no check of a result is needed.
class Codegen {
public:
  Codegen(ast::ASTContext &tree, SymbolTable &symbols, Constants &constants, const CompileOptions &options,
          uint32_t flags, int futureLine, Diagnostics &diagnostics);
  ~Codegen();
  const bytecode::Code *module(ast::Mod &root);

private:
  ast::ASTContext &tree;
  SymbolTable &symbols;
  Constants &constants;
  const CompileOptions &options;
  AssembleOptions assembleOptions;
  Diagnostics &diagnostics;
  Unit *unit = nullptr;
  std::vector<std::unique_ptr<Unit>> spareUnits;
  uint32_t flags;
  int futureLine;
  int nesting = 0;
  bool interactive = false;

  // Names that the compiler itself uses.
  struct {
    Identifier class_, classcell, doc, module, name, qualname, annotations, return_, join, debug, empty;
    Identifier anonModule, lambda, genexpr, listcomp, setcomp, dictcomp;
  } id;

  // --- Diagnostics (Codegen.cpp)
  bool failed() const { return diagnostics.failed(); }
  void error(const llvm::Twine &message);
  void warn(const llvm::Twine &message);
  bool forbiddenName(Identifier name, ast::ExprContext context);
  // CPython does not look whether the name of a handler can be bound. The error surfaces when the next
  // constant or name enters a table, or the unit ends; until then another error takes its place.
  std::optional<Diagnostic> unnoticed;
  void surfaceUnnoticed() {
    if (unnoticed && !failed()) diagnostics.error = std::move(unnoticed);
  }
  void handlerNameOp(Identifier name, ast::ExprContext context);

  // --- Units (Codegen.cpp)
  void enter(Identifier name, UnitKind kind, const void *node, int line);
  const bytecode::Code *leave(bool addNone); // assembles, then returns to the enclosing unit
  void setQualname();
  const StrObject *anonymousName(Identifier name);
  llvm::SmallVector<std::pair<Identifier, const StrObject *>, 6> anonymousNames;
  bool topLevelAwait() const { return options.topLevelAwait && unit->scope->kind == ScopeKind::Module; }

  // --- Emission (Codegen.cpp)
  Block *newBlock() { return unit->newBlock(); }
  void useBlock(Block *block) {
    unit->current->next = block;
    unit->current = block;
    unit->needNewBlock = false;
  }
  Instr &add(Ir op, uint32_t arg, Loc loc);
  void emit(Ir op) { add(op, 0, unit->loc); }
  void emit(Ir op, size_t arg) { add(op, static_cast<uint32_t>(arg), unit->loc); }
  void emitNoLine(Ir op, size_t arg = 0) { add(op, static_cast<uint32_t>(arg), kNoLineLoc); }
  void jump(Ir op, Block *target) { add(op, 0, unit->loc).target = target; }
  void jumpNoLine(Ir op, Block *target) { add(op, 0, kNoLineLoc).target = target; }
  uint32_t constIndex(const Object *object);
  void loadConst(const Object *object) { emit(Ir::LOAD_CONST, constIndex(object)); }
  void loadNone() { loadConst(bytecode::ObjectPool::none()); }
  void loadInt(int64_t value) { loadConst(constants.integer(value)); }
  void loadIdentifier(Identifier name) { loadConst(constants.identifier(name)); }
  uint32_t nameIndex(Identifier name) { return indexIn(unit->names, name); }
  uint32_t indexIn(NameMap<int> &names, Identifier name) {
    size_t before = names.size();
    uint32_t index = static_cast<uint32_t>(names.getOrInsert(name, static_cast<int>(before)));
    if (unnoticed && names.size() != before) surfaceUnnoticed();
    return index;
  }
  void emitName(Ir op, Identifier name) { emit(op, nameIndex(mangled(name))); }
  Identifier mangled(Identifier name) {
    return unit->privateName ? mangle(tree, unit->privateName, name) : name;
  }
  void nameOp(Identifier name, ast::ExprContext context);
  void call(size_t args) {
    emit(Ir::PRECALL, args);
    emit(Ir::CALL, args);
  }
  void yieldFrom(bool await);
  void yieldValue();
  void setLoc(const ast::Node *node) { unit->loc = node->pos; }
  void unsetLoc() { unit->loc = kNoLoc; }

  // --- Frame blocks (Unwind.cpp)
  void pushFrame(FrameBlock frame);
  void popFrame() { unit->frameBlocks.pop_back(); }
  void unwind(FrameBlock &frame, bool preserveTop);
  void unwindAll(bool preserveTop, FrameBlock *loop, bool &foundLoop);
  void callExitWithNones();
  void popExceptAndReraise();
  void returnStmt(ast::Return *s);
  void breakStmt();
  void continueStmt();

  // --- Statements (Statement.cpp, Loop.cpp, Try.cpp, TryStar.cpp, With.cpp, Import.cpp, Assign.cpp,
  // Match.cpp)
  void body(Seq<AnyStmt *> statements); // of a module or class: docstring and annotations
  void statements(Seq<AnyStmt *> list) {
    for (AnyStmt *s : list) statement(s);
  }
  void statement(AnyStmt *s);
  void exprStmt(AnyExpr *value);
  void assertStmt(ast::Assert *s);
  void ifStmt(ast::If *s);
  void forStmt(ast::For *s);
  void asyncFor(ast::AsyncFor *s);
  void whileStmt(ast::While *s);
  template <typename TryNode> void tryStmt(TryNode *s);
  template <typename TryNode> void tryFinally(TryNode *s);
  void tryExcept(ast::Try *s);
  void exceptHandler(ast::ExceptHandler *handler, Block *end);
  void tryExcept(ast::TryStar *s);
  void exceptStarHandler(ast::ExceptHandler *handler, bool first, bool last, Block *reraiseStar);
  void clearHandlerName(Identifier name);
  void with(ast::With *s, uint32_t position);
  void asyncWith(ast::AsyncWith *s, uint32_t position);
  void withExceptFinish(Block *cleanup);
  void importStmt(ast::Import *s);
  void importAs(Identifier name, Identifier asname);
  void importFrom(ast::ImportFrom *s);
  void augAssign(ast::AugAssign *s);
  void annAssign(ast::AnnAssign *s);
  void checkAnnotation(AnyExpr *e);
  void checkAnnotationSubscript(AnyExpr *e);

  // --- Functions and classes (Function.cpp)
  template <typename Function> void function(Function *f, bool async);
  void classDef(ast::ClassDef *c);
  void lambda(ast::Lambda *e);
  void decorators(Seq<AnyExpr *> list);
  void applyDecorators(Seq<AnyExpr *> list);
  uint32_t defaultArguments(ast::Arguments *args);
  bool annotations(ast::Arguments *args, AnyExpr *returns);
  void argAnnotation(Identifier name, AnyExpr *annotation, uint32_t &count);
  void annotationText(AnyExpr *annotation);
  void checkDebugArgs(ast::Arguments *args);
  void setArgCounts(ast::Arguments *args);
  void makeClosure(const bytecode::Code *code, uint32_t makeFlags);

  // --- Expressions (Expression.cpp, Display.cpp, Call.cpp, Comprehension.cpp, FString.cpp)
  void expression(AnyExpr *e);
  void expressionBody(AnyExpr *e);
  void expressions(Seq<AnyExpr *> list) {
    for (AnyExpr *e : list) expression(e);
  }
  void jumpIf(AnyExpr *e, Block *next, bool condition);
  void jumpIfCompare(ast::Compare *e, Block *next, bool condition);
  void boolOp(ast::BoolOp *e);
  void ifExp(ast::IfExp *e);
  void compare(ast::Compare *e);
  void compareOp(ast::CmpOperator op);
  void checkCompare(ast::Compare *e);
  void binaryOp(ast::Operator op, bool inplace);
  void attribute(ast::Attribute *e);
  void subscript(ast::Subscript *e);
  void checkSubscripter(AnyExpr *e);
  void checkIndex(AnyExpr *e, AnyExpr *index);
  void slice(ast::Slice *e);
  void await(ast::Await *e);
  void yield(ast::Yield *e);
  void yieldFromExpr(ast::YieldFrom *e);
  void startAtAttribute(ast::Attribute *e);
  llvm::StringRef inferType(const AnyExpr *e) const;
  const Object *constantOf(const AnyExpr *e) { return constants.object(ast::as<ast::Constant>(e)->value); }

  void starUnpack(Seq<AnyExpr *> elts, size_t pushed, Ir build, Ir add, Ir extend, bool tuple);
  void unpack(Seq<AnyExpr *> elts);
  template <typename ListOrTuple> void listOrTuple(ListOrTuple *e, bool tuple);
  void dict(ast::Dict *e);
  void subdict(ast::Dict *e, uint32_t begin, uint32_t end);

  void callExpr(ast::Call *e);
  bool methodCall(ast::Call *e);
  void validateKeywords(Seq<ast::Keyword *> keywords);
  void keywordNames(Seq<ast::Keyword *> keywords);
  void callHelper(size_t pushed, Seq<AnyExpr *> args, Seq<ast::Keyword *> keywords);
  void keywordDict(Seq<ast::Keyword *> keywords);
  void subKeywords(Seq<ast::Keyword *> keywords, uint32_t begin, uint32_t end);
  void checkCaller(AnyExpr *e);
  bool isImported(const AnyExpr *e) const;

  void comprehension(AnyExpr *e, ComprehensionKind kind, Identifier name,
                     Seq<ast::Comprehension *> generators, AnyExpr *elt, AnyExpr *value);
  struct ComprehensionBody {
    Seq<ast::Comprehension *> generators;
    AnyExpr *elt;
    AnyExpr *value;
    ComprehensionKind kind;
  };
  void generator(const ComprehensionBody &c, uint32_t index, size_t depth);
  void syncGenerator(const ComprehensionBody &c, uint32_t index, size_t depth);
  void asyncGenerator(const ComprehensionBody &c, uint32_t index, size_t depth);
  void comprehensionElement(const ComprehensionBody &c, size_t depth);

  void joinedStr(ast::JoinedStr *e);
  void formattedValue(ast::FormattedValue *e);

  // --- Patterns (Match.cpp, Pattern.cpp)
  struct PatternContext {
    llvm::SmallVector<Identifier, 4> stores; // captured names, on the stack below onTop
    llvm::SmallVector<Block *, 4> failPop;   // failPop[i] pops i values and fails
    bool allowIrrefutable = false;
    size_t onTop = 0; // values above the captures
  };
  void match(ast::Match *s);
  void matchCase(ast::MatchCase *m, bool keepSubject, bool lastCase, Block *end);
  void pattern(AnyPattern *p, PatternContext &pc);
  void subpattern(AnyPattern *p, PatternContext &pc);
  void patternAs(ast::MatchAs *p, PatternContext &pc);
  void patternClass(ast::MatchClass *p, PatternContext &pc);
  void patternMapping(ast::MatchMapping *p, PatternContext &pc);
  void mappingKeys(ast::MatchMapping *p);
  void mappingRest(ast::MatchMapping *p, PatternContext &pc);
  void patternOr(ast::MatchOr *p, PatternContext &pc);
  bool reorderStores(const llvm::SmallVectorImpl<Identifier> &control, PatternContext &pc);
  void patternSequence(ast::MatchSequence *p, PatternContext &pc);
  void sequenceUnpack(Seq<AnyPattern *> patterns, PatternContext &pc);
  void sequenceSubscript(Seq<AnyPattern *> patterns, int star, PatternContext &pc);
  void storeCapture(Identifier name, PatternContext &pc);
  void rotate(size_t count);
  void ensureFailPop(PatternContext &pc, size_t pops);
  void jumpToFail(PatternContext &pc, Ir op);
  void emitFailPop(PatternContext &pc);
  void validateClassAttributes(ast::MatchClass *p);
};

// More values on the stack than this are collected piecemeal.
inline constexpr size_t kStackUseGuideline = 30;
inline constexpr size_t kMaxFrameBlocks = 20;

// Whether a block holds an annotated assignment.
bool hasAnnotations(Seq<AnyStmt *> list);
// The docstring of a body, or null.
AnyExpr *docstringOf(Seq<AnyStmt *> list, Constants &constants);
// The text of an annotation under `from __future__ import annotations`.
std::string unparseAnnotation(const AnyExpr *e, Constants &constants);

} // namespace coil::compile
