// One code object in the making: its names, constants, blocks and the frame blocks that are open.
#pragma once

#include "Compile/Constants.h"
#include "Compile/Ir.h"
#include "Compile/SymbolTable.h"
#include "llvm/ADT/DenseMap.h"

namespace coil::compile {

enum class UnitKind : uint8_t { Module, Class, Function, AsyncFunction, Lambda, Comprehension };

enum class FrameBlockKind : uint8_t {
  WhileLoop,
  ForLoop,
  TryExcept,
  FinallyTry,
  FinallyEnd,
  With,
  AsyncWith,
  HandlerCleanup,
  PopValue,
  ExceptionHandler,
  ExceptionGroupHandler,
  AsyncComprehensionGenerator,
};

// What return, break and continue have to unwind.
struct FrameBlock {
  FrameBlockKind kind;
  Block *block = nullptr;
  Block *exit = nullptr;
  ast::Seq<ast::AnyStmt *> finalBody = {}; // FinallyTry
  ast::AnyStmt *with = nullptr;            // With, AsyncWith
  ast::Identifier handlerName = nullptr;   // HandlerCleanup
};

struct Unit {
  Unit *parent = nullptr;
  Scope *scope = nullptr;
  UnitKind kind = UnitKind::Module;
  ast::Identifier name = nullptr;
  ast::Identifier privateName = nullptr;
  const StrObject *nameObject = nullptr;
  const StrObject *qualname = nullptr;
  uint32_t argcount = 0, posonlyargcount = 0, kwonlyargcount = 0;
  int firstLine = 0;
  Loc loc;

  NameMap<int> names;    // co_names
  NameMap<int> varnames; // local slots
  NameMap<int> cells;    // sorted
  NameMap<int> frees;    // sorted, numbered after the cells
  std::vector<const Object *> consts;
  llvm::DenseMap<const Object *, uint32_t> manyConsts; // all of them, where they are many

  std::vector<Block *> blocks; // in the order of their making
  Block *current = nullptr;
  bool needNewBlock = false; // the current block has ended; the next instruction opens another
  bool handlers = false;     // there are SETUP_* instructions
  llvm::SmallVector<FrameBlock, 8> frameBlocks;
  IrArena arena; // blocks and instructions

  Block *entry() const { return blocks.front(); }
  Block *newBlock() {
    blocks.push_back(new (arena.Allocate<Block>()) Block());
    return blocks.back();
  }
  // Where `object` stands among the constants; it is added if it is new.
  uint32_t constIndex(const Object *object) {
    constexpr size_t kMany = 24;
    size_t n = consts.size();
    if (n > kMany) return constIndexAmongMany(object);
    for (size_t i = 0; i < n; ++i)
      if (consts[i] == object) return static_cast<uint32_t>(i);
    consts.push_back(object);
    return static_cast<uint32_t>(n);
  }
  void reset();

private:
  uint32_t constIndexAmongMany(const Object *object);
};

// co_flags of the unit.
uint32_t codeFlags(const Unit &unit, uint32_t inheritedFlags, bool topLevelAwait);

} // namespace coil::compile
