// The module _ast.
#include "VM/Core/Names.h"
#include "VM/Modules/Modules.h"
#include "VM/Modules/_ast/Ast.h"
#include "VM/Types/Str.h"

using namespace coil::vm;

static Status populate(Thread &t, Module *module) {
  CHECK(makeAstClasses(t));
  for (Type *type : astClasses()) dictSetStr(module->dict, type->name, Value(type));
  auto flag = [&](const char *name, int64_t value) {
    dictSetStr(module->dict, internText(name), Value::smallInt(value));
  };
  flag("PyCF_ALLOW_TOP_LEVEL_AWAIT", 0x2000);
  flag("PyCF_ONLY_AST", 0x400);
  flag("PyCF_TYPE_COMMENTS", 0x1000);
  return Status::ok();
}

static const ModuleType kTypes[] = {{types::AST, kASTSpec, types::Object}};

const ModuleSpec coil::vm::kAstModule = {
    .name = "_ast",
    .doc = nullptr,
    .populate = populate,
    .types = kTypes,
};
