// One way to a tree from every earlier artifact.
#include "Parse/Load.h"
#include "AST/AstArtifact.h"
#include "Lex/TokenList.h"

using namespace coil;
using namespace coil::parse;

std::unique_ptr<ast::ASTContext> coil::parse::loadTree(const Artifact &artifact, llvm::StringRef bytes,
                                                       ParseOptions options, Diagnostics &diagnostics,
                                                       std::string &error) {
  switch (artifact.kind) {
  case ArtifactKind::Source: return parseBytes(bytes, options, diagnostics);
  case ArtifactKind::Tokens: {
    std::optional<lex::TokenList> list = lex::readTokens(bytes, artifact.form, error);
    if (!list) return nullptr;
    if (options.filename.empty()) options.filename = list->filename;
    return parseText(list->text, options, diagnostics);
  }
  case ArtifactKind::Ast: {
    std::unique_ptr<ast::ASTContext> tree = ast::readAst(bytes, artifact.form, error);
    if (tree && !options.filename.empty()) tree->filename = options.filename;
    return tree;
  }
  case ArtifactKind::Asm:
  case ArtifactKind::Pyc:
  case ArtifactKind::Marshal: break;
  }
  error = "cannot make a tree of " + artifactKindName(artifact.kind).str();
  return nullptr;
}
