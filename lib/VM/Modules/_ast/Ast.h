// The classes of the module _ast, and trees as objects.
#pragma once

#include "AST/Fields.h"
#include "Bytecode/Code.h"
#include "VM/Bind/Native.h"

namespace coil::vm {

namespace types {
extern vm::Type AST;
}
extern const TypeSpec kASTSpec;

// Makes the classes of all nodes and operators, once.
Status makeAstClasses(Thread &t);
// The class of a node, of a group of nodes ("stmt"), or of an operator; null if there is no such name.
// Borrowed.
Type *astClass(llvm::StringRef name);
// All of them, in the order of their making.
llvm::ArrayRef<Type *> astClasses();
// The one instance of an operator's or a context's class. Borrowed.
Value astSingleton(ast::FieldType type, unsigned value);

// What ast.parse gives: objects for the whole tree.
Ref treeToObjects(Thread &t, const ast::ASTContext &tree);
// The tree that an object stands for, its root of `kind`; null with an exception (TypeError, ValueError,
// RecursionError). `pool` gets the constants that no literal can say; it must live as long as the tree.
std::unique_ptr<ast::ASTContext> objectsToTree(Thread &t, Value root, ast::Kind kind,
                                               bytecode::ObjectPool &pool);
// The object is an instance of ast.AST.
bool isAstObject(Value v);

} // namespace coil::vm
