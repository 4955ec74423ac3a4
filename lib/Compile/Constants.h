// Constants of one compilation: literals become objects, equal ones become one object, as in CPython's
// constant cache.
#pragma once

#include "AST/AST.h"
#include "Bytecode/Code.h"
#include <vector>

namespace coil::compile {

using bytecode::Object;
using bytecode::ObjectKind;
using bytecode::SequenceObject;
using bytecode::StrObject;

// A folded constant travels through the tree as a ConstantValue of this private kind, whose text is the
// object's address.
inline constexpr ast::ConstantKind kFoldedConstant = static_cast<ast::ConstantKind>(0xF0);

inline ast::ConstantValue foldedValue(const Object *object) {
  return ast::ConstantValue::text(kFoldedConstant, {reinterpret_cast<const char *>(object), 0});
}

// The same for what ast.Constant holds in a tree that a program has built and no literal can say: a tuple, a
// frozenset, a complex number with a real part. The object lives in a pool beside the tree.
inline constexpr ast::ConstantKind kGivenConstant = static_cast<ast::ConstantKind>(0xF1);

inline ast::ConstantValue givenValue(const Object *object) {
  return ast::ConstantValue::text(kGivenConstant, {reinterpret_cast<const char *>(object), 0});
}

inline const Object *givenObject(const ast::ConstantValue &value) {
  return reinterpret_cast<const Object *>(value.text().data());
}

class Constants {
public:
  Constants(ast::ASTContext &context, bytecode::ObjectPool &pool);

  // The object of a literal or folded constant; fresh unless Python has one object of that value.
  const Object *object(const ast::ConstantValue &value);
  const Object *integer(int64_t value);
  const Object *string(llvm::StringRef text);
  const Object *bytes(llvm::StringRef data);
  const Object *tuple(llvm::ArrayRef<const Object *> items);
  // A frozenset of the distinct values among `items` (1, 1.0 and True are one); null if one is not hashable.
  const Object *frozenset(llvm::ArrayRef<const Object *> items);
  // The interned str of an identifier: one object per spelling.
  const StrObject *identifier(ast::Identifier name) {
    if (name->number() < identifiers.size() && identifiers[name->number()])
      return identifiers[name->number()];
    return makeIdentifier(name);
  }

  // The first object that equals `object` by CPython's constant key (type, value, sign of zero; items
  // likewise). What is new is registered, and so are its items, which are replaced by their first equals.
  const Object *merge(const Object *object) { return merge(object, true); }
  // The same without looking at the items.
  const Object *mergeOne(const Object *object) { return merge(object, false); }

  // When CPython makes a code object it interns the strings in its constants. A frozenset with a string that
  // is an identifier elsewhere is rebuilt then, for every code object that has it: this gives such a copy, or
  // the object itself.
  const Object *internedCopy(const Object *object);

  bytecode::ObjectPool &pool;

private:
  ast::ASTContext &context;
  std::vector<const StrObject *> identifiers;
  struct Slot {
    uint64_t hash;
    const Object *object;
  };
  std::vector<Slot> slots;
  size_t used = 0;
  uint32_t sourceNames; // identifiers below this number stand in the source
  const Object *smallInts[5 + 257] = {};
  const Object *latin1[256] = {};
  const Object *singleBytes[256] = {};
  const Object *emptyBytes = nullptr;
  const Object *emptyTuple = nullptr;

  const StrObject *makeIdentifier(ast::Identifier name);
  const Object *copyOf(const Object *object);
  const Object *merge(const Object *object, bool recursive);
  void mergeItems(SequenceObject *sequence);
  void growSlots();
};

// Python's ==.
bool equalValues(const Object *a, const Object *b);
// Truth of a constant, as `if` sees it.
bool isTrue(const Object *object);
// CPython's type name of a constant, "int".
llvm::StringRef typeName(const Object *object);
// repr(object), for messages.
std::string reprOf(const Object *object);

} // namespace coil::compile
