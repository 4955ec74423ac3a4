// Recognising future statements, which must precede all others but the docstring.
#include "Compile/Future.h"

#include "Bytecode/Code.h"
#include "Compile/Errors.h"
#include "llvm/ADT/StringSwitch.h"

namespace coil::compile {

using namespace ast;
using namespace bytecode;

namespace {

// Features that are mandatory by now have flag 0.
int featureFlag(llvm::StringRef name) {
  return llvm::StringSwitch<int>(name)
      .Cases("nested_scopes", "generators", "division", "absolute_import", "with_statement", 0)
      .Cases("print_function", "unicode_literals", "generator_stop", 0)
      .Case("barry_as_FLUFL", CO_FUTURE_BARRY_AS_BDFL)
      .Case("annotations", CO_FUTURE_ANNOTATIONS)
      .Default(-1);
}

Diagnostic futureError(const llvm::Twine &message, const AnyStmt *s, int column) {
  Diagnostic d;
  d.message = message.str();
  d.line = s->pos.lineno;
  d.column = column;
  d.placeInArgs = false;
  return d;
}

bool checkFeatures(const ImportFrom *s, FutureFeatures &features, std::optional<Diagnostic> &error) {
  for (const Alias *alias : s->names) {
    llvm::StringRef name = alias->name->str();
    int flag = featureFlag(name);
    if (flag < 0) {
      if (name == "braces")
        error = futureError("not a chance", s, s->pos.col_offset + 1);
      else
        error = futureError("future feature " + name.take_front(100) + " is not defined", s,
                            s->pos.col_offset + 1);
      return false;
    }
    features.flags |= static_cast<uint32_t>(flag);
  }
  return true;
}

bool isDocstring(const AnyStmt *s) {
  auto *e = dyn<Expr>(s);
  auto *value = e ? dyn<Constant>(e->value) : nullptr;
  return value && value->value.kind() == ConstantKind::Str;
}

} // namespace

bool findFutures(const Mod &root, FutureFeatures &features, std::optional<Diagnostic> &error) {
  Seq<AnyStmt *> body;
  if (auto *module = dyn<Module>(&root)) body = module->body;
  if (auto *single = dyn<Interactive>(&root)) body = single->body;
  bool done = false;
  int previousLine = 0;
  for (uint32_t i = 0; i < body.size(); ++i) {
    const AnyStmt *s = body[i];
    if (i == 0 && isDocstring(s)) continue;
    if (done && s->pos.lineno > previousLine) return true;
    previousLine = s->pos.lineno;
    auto *import = dyn<ImportFrom>(s);
    if (!import || !import->module || import->module->str() != "__future__") {
      done = true;
      continue;
    }
    if (done) {
      error = futureError("from __future__ imports must occur at the beginning of the file", s,
                          s->pos.col_offset);
      return false;
    }
    if (!checkFeatures(import, features, error)) return false;
    features.line = s->pos.lineno;
  }
  return true;
}

} // namespace coil::compile
