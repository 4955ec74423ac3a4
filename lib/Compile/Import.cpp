// `import` and `from ... import`.
#include "Compile/Codegen.h"

namespace coil::compile {

using namespace ast;

// import a.b.c as d: the module on the stack is `a`.
void Codegen::importAs(Identifier name, Identifier asname) {
  llvm::StringRef rest = name->str();
  if (!rest.contains('.')) return nameOp(asname, ExprContext::Store);
  rest = rest.split('.').second;
  for (;;) {
    auto [attribute, more] = rest.split('.');
    emit(Ir::IMPORT_FROM, nameIndex(tree.intern(attribute)));
    if (!rest.contains('.')) break;
    rest = more;
    emit(Ir::SWAP, 2);
    emit(Ir::POP_TOP);
  }
  nameOp(asname, ExprContext::Store);
  emit(Ir::POP_TOP);
}

void Codegen::importStmt(Import *s) {
  for (Alias *alias : s->names) {
    loadInt(0);
    loadNone();
    emitName(Ir::IMPORT_NAME, alias->name);
    if (alias->asname) {
      importAs(alias->name, alias->asname);
      continue;
    }
    llvm::StringRef text = alias->name->str();
    nameOp(text.contains('.') ? tree.intern(text.split('.').first) : alias->name, ExprContext::Store);
  }
}

void Codegen::importFrom(ImportFrom *s) {
  loadInt(s->level);
  llvm::SmallVector<const Object *, 8> names;
  for (Alias *alias : s->names) names.push_back(constants.identifier(alias->name));
  if (s->pos.lineno > futureLine && s->module && s->module->str() == "__future__")
    return error("from __future__ imports must occur at the beginning of the file");
  loadConst(constants.tuple(names));
  emitName(Ir::IMPORT_NAME, s->module ? s->module : id.empty);
  for (uint32_t i = 0; i < s->names.size(); ++i) {
    Alias *alias = s->names[i];
    if (i == 0 && alias->name->str().starts_with("*")) return emit(Ir::IMPORT_STAR);
    emitName(Ir::IMPORT_FROM, alias->name);
    nameOp(alias->asname ? alias->asname : alias->name, ExprContext::Store);
  }
  emit(Ir::POP_TOP);
}

} // namespace coil::compile
