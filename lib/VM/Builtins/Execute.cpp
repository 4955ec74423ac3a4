// exec, eval and compile: source text through the parser and the compiler, in process.
#include "Compile/Compile.h"
#include "Compile/SymbolTable.h"
#include "Compile/Validate.h"
#include "Parse/Parse.h"
#include "VM/Builtins/Builtins.h"
#include "VM/Builtins/SyntaxErrors.h"
#include "VM/Builtins/Tables.h"
#include "VM/Core/Audit.h"
#include "VM/Core/Names.h"
#include "VM/Core/Runtime.h"
#include "VM/Exceptions/Warnings.h"
#include "VM/Import/Import.h"
#include "VM/Interp/Frame.h"
#include "VM/Modules/_ast/Ast.h"
#include "VM/Modules/posix/Path.h"
#include "VM/Types/Bytes.h"
#include "VM/Types/BytesMethods.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Str/TextAlgorithms.h"
#include "VM/Types/Str/TextArguments.h"

using namespace coil::vm;
namespace bc = coil::bytecode;
using coil::parse::Mode;

namespace {

// The flags of compile() that CPython 3.11 knows.
constexpr int64_t kFutureMask = bc::CO_FUTURE_DIVISION | bc::CO_FUTURE_ABSOLUTE_IMPORT |
                                bc::CO_FUTURE_WITH_STATEMENT | bc::CO_FUTURE_PRINT_FUNCTION |
                                bc::CO_FUTURE_UNICODE_LITERALS | bc::CO_FUTURE_BARRY_AS_BDFL |
                                bc::CO_FUTURE_GENERATOR_STOP | bc::CO_FUTURE_ANNOTATIONS;
enum CompileFlags : int64_t {
  kDontImplyDedent = 0x200,
  kOnlyAst = 0x400,
  kTypeComments = 0x1000,
  kTopLevelAwait = 0x2000,
  kAllowIncompleteInput = 0x4000,
};
constexpr int64_t kKnownFlags = kFutureMask | bc::CO_NESTED | kDontImplyDedent | kOnlyAst | kTypeComments |
                                kTopLevelAwait | kAllowIncompleteInput;

struct Source {
  std::string text;
  bool decoded = false; // it was a str
};

// The text of a str or bytes argument. `function` and `kinds` word the TypeError.
Status readSource(Thread &t, Value v, const char *function, const char *kinds, Source &source) {
  if (isStr(v)) {
    auto *s = v.as<Str>();
    for (int64_t i = 0; s->width > 1 && i < s->length; ++i) {
      if (s->at(i) < 0xD800 || s->at(i) > 0xDFFF) continue;
      int64_t end = i;
      while (end < s->length && s->at(end) >= 0xD800 && s->at(end) <= 0xDFFF) ++end;
      StrRef encoding = makeStr("utf-8"), reason = makeStr("surrogates not allowed");
      Ref exception =
          TRY(call(t, Value(&types::UnicodeEncodeError),
                   {Value(encoding), v, Value::smallInt(i), Value::smallInt(end), Value(reason)}));
      return raiseObject(t, exception);
    }
    source = {toUtf8(s), true};
  } else {
    Buffer buffer;
    if (exportsBuffer(v) && buffer.open(t, v)) {
      source = {llvm::toStringRef(buffer.bytes()).str(), false};
    } else {
      clearPending(t);
      return raise(t, types::TypeError, "%() arg 1 must be a % object", function, kinds);
    }
  }
  if (source.text.find('\0') != std::string::npos)
    return raise(t, types::ValueError, "source code string cannot contain null bytes");
  return Status::ok();
}

struct CompileRequest {
  std::string filename = "<string>";
  bool fromFile = false; // a script
  bool interactive = false;
  Mode mode = Mode::Exec;
  int64_t flags = 0;
  int optimize = -1;
  int featureVersion = -1; // the minor version whose syntax is to be read
};

Status auditCompile(Thread &t, const Source &source, const CompileRequest &request) {
  if (!auditing) return Status::ok();
  Ref text = makeBytes({reinterpret_cast<const uint8_t *>(source.text.data()), source.text.size()});
  StrRef filename = makeStr(request.filename);
  return audit(t, "compile",
               {request.fromFile || request.interactive ? Value::none() : text.get(), Value(filename)});
}

// The tree of a source, with its warnings issued; null with an exception.
std::unique_ptr<coil::ast::ASTContext>
parseSource(Thread &t, const Source &source, const CompileRequest &request, coil::Diagnostics &diagnostics) {
  if (!auditCompile(t, source, request)) return nullptr;
  coil::parse::ParseOptions options;
  options.mode = request.mode;
  options.filename = request.filename;
  options.maxDecimalDigits = size_t(runtime.maxStrDigits);
  if (request.featureVersion >= 0) options.featureVersion = request.featureVersion;
  options.ignoreCookie = source.decoded;
  options.fromFile = request.fromFile;
  options.interactive = request.interactive;
  options.typeComments = request.flags & kTypeComments;
  options.dontImplyDedent = request.flags & kDontImplyDedent;
  options.allowIncompleteInput = request.flags & kAllowIncompleteInput;
  options.barryAsFlufl = request.flags & bc::CO_FUTURE_BARRY_AS_BDFL;
  return source.decoded ? coil::parse::parseText(source.text, options, diagnostics)
                        : coil::parse::parseBytes(source.text, options, diagnostics);
}

// What the parser or the compiler found: warnings are issued, an error is raised.
Status report(Thread &t, const coil::Diagnostics &diagnostics) {
  for (const coil::Diagnostic &warning : diagnostics.warnings) CHECK(issueSyntaxWarning(t, warning));
  if (diagnostics.error) return raiseDiagnostic(t, *diagnostics.error);
  return Status::ok();
}

CodeRef compileTree(Thread &t, coil::ast::ASTContext *tree, const CompileRequest &request,
                    coil::Diagnostics &diagnostics) {
  bc::OwnedCode code;
  if (tree) {
    coil::compile::CompileOptions c;
    c.filename = request.filename;
    c.optimize = request.optimize < 0 ? runtime.options.optimize : request.optimize;
    c.futureFlags = uint32_t(request.flags & kFutureMask);
    c.topLevelAwait = request.flags & kTopLevelAwait;
    c.debugRanges = runtime.options.codeDebugRanges;
    c.recursionLimit = unsigned(t.recursionLimit);
    c.recursionDepth = unsigned(t.depth);
    code = coil::compile::compile(*tree, c, diagnostics);
  }
  if (t.hasPending()) return {};
  CHECK(report(t, diagnostics));
  const bc::Code *raw = code.object;
  return makeCode(*raw, std::shared_ptr<bc::ObjectPool>(std::move(code.pool)));
}

CodeRef compileSource(Thread &t, const Source &source, const CompileRequest &request) {
  coil::Diagnostics diagnostics;
  auto tree = parseSource(t, source, request, diagnostics);
  return compileTree(t, tree.get(), request, diagnostics);
}

// compile(source, ..., PyCF_ONLY_AST)
Ref parseToObjects(Thread &t, const Source &source, const CompileRequest &request) {
  coil::Diagnostics diagnostics;
  auto tree = parseSource(t, source, request, diagnostics);
  if (t.hasPending()) return {};
  CHECK(report(t, diagnostics));
  CHECK(importModule(t, "_ast"));
  return treeToObjects(t, *tree);
}

coil::ast::Kind rootKind(Mode mode) {
  switch (mode) {
  case Mode::Exec: return coil::ast::Kind::Module;
  case Mode::Eval: return coil::ast::Kind::Expression;
  case Mode::Single: return coil::ast::Kind::Interactive;
  case Mode::FuncType: return coil::ast::Kind::FunctionType;
  }
  return coil::ast::Kind::Module;
}

// compile(tree, ...)
Ref compileObjects(Thread &t, Value root, const CompileRequest &request) {
  if (request.flags & kOnlyAst) return Ref::share(root);
  CHECK(audit(t, "compile", {root, Value::none()}));
  bc::ObjectPool pool;
  auto tree = objectsToTree(t, root, rootKind(request.mode), pool);
  if (!tree) return {};
  tree->filename = request.filename;
  coil::Diagnostics diagnostics;
  (void)coil::compile::validateTree(*tree, diagnostics);
  CHECK(report(t, diagnostics));
  return compileTree(t, tree.get(), request, diagnostics);
}

// The future statements of the calling code hold for what it compiles.
int64_t inheritedFlags(Thread &t) { return t.frame ? t.frame->code->codeFlags & kFutureMask : 0; }

bool isMapping(Value v) { return typeOf(v)->slots.getItem != nullptr; }

// Code runs with builtins of its own choice, or those of the caller.
void provideBuiltins(Thread &t, Dict *globals) {
  if (!dictGetStr(globals, names::special_builtins).empty()) return;
  dictSetStr(globals, names::special_builtins, callerBuiltins(t));
}

// The namespaces to run in, with the caller's as default.
Status chooseNamespaces(Thread &t, Value globals, Value locals, Ref &g, Ref &l) {
  if (!globals.isNone()) {
    g = Ref::share(globals);
    l = Ref::share(locals.isNone() ? globals : locals);
    return Status::ok();
  }
  g = DictRef::share(TRY(currentGlobals(t)));
  l = locals.isNone() ? currentLocals(t) : Ref::share(locals);
  return l ? Status::ok() : Status();
}

// eval(source, globals=None, locals=None, /)
Ref builtinEval(Thread &t, const Value *args) {
  Value source = args[0];
  if (!args[2].isNone() && !isMapping(args[2])) return raise(t, types::TypeError, "locals must be a mapping");
  if (!args[1].isNone() && !isDict(args[1]))
    return raise(t, types::TypeError,
                 isMapping(args[1]) ? "globals must be a real dict; try eval(expr, {}, mapping)"
                                    : "globals must be a dict");
  Ref globals, locals;
  CHECK(chooseNamespaces(t, args[1], args[2], globals, locals));
  provideBuiltins(t, globals.as<Dict>());
  CodeRef code;
  if (isExactly(source, types::Code)) {
    code = CodeRef::share(source.as<Code>());
    if (code->freeCount)
      return raise(t, types::TypeError, "code object passed to eval() may not contain free variables");
  } else {
    Source text;
    CHECK(readSource(t, source, "eval", "string, bytes or code", text));
    text.text.erase(0, std::min(text.text.find_first_not_of(" \t"), text.text.size()));
    code = TRY(compileSource(t, text, {.mode = Mode::Eval, .flags = inheritedFlags(t)}));
  }
  CHECK(audit(t, "exec", {Value(code.get())}));
  return execute(t, code, globals.as<Dict>(), locals);
}

Status checkClosure(Thread &t, Code *code, Value closure) {
  if (!code->freeCount) {
    if (closure.isNone()) return Status::ok();
    return raise(t, types::TypeError, "cannot use a closure with this code object");
  }
  bool good = isExactly(closure, types::Tuple) && closure.as<Tuple>()->length == code->freeCount &&
              llvm::all_of(closure.as<Tuple>()->values(), [](Value v) { return isExactly(v, types::Cell); });
  if (good) return Status::ok();
  return raise(t, types::TypeError, "code object requires a closure of exactly length %", code->freeCount);
}

// exec(source, globals=None, locals=None, /, *, closure=None)
Ref builtinExec(Thread &t, const Value *args) {
  Value source = args[0], closure = args[3];
  Ref globals, locals;
  CHECK(chooseNamespaces(t, args[1], args[2], globals, locals));
  if (!isDict(globals))
    return raise(t, types::TypeError, "exec() globals must be a dict, not %", typeName(globals));
  if (!isMapping(locals))
    return raise(t, types::TypeError, "locals must be a mapping or None, not %", typeName(locals));
  provideBuiltins(t, globals.as<Dict>());
  CodeRef code;
  if (isExactly(source, types::Code)) {
    code = CodeRef::share(source.as<Code>());
    CHECK(checkClosure(t, code, closure));
  } else {
    if (!closure.isNone())
      return raise(t, types::TypeError, "closure can only be used when source is a code object");
    Source text;
    CHECK(readSource(t, source, "exec", "string, bytes or code", text));
    code = TRY(compileSource(t, text, {.flags = inheritedFlags(t)}));
  }
  CHECK(audit(t, "exec", {Value(code.get())}));
  CHECK(execute(t, code, globals.as<Dict>(), locals, closure.isNone() ? nullptr : closure.as<Tuple>()));
  return Ref::none();
}

// --- compile

Result<std::string> readFilename(Thread &t, Value v) {
  Ref path = Ref::share(v);
  if (!isStr(v) && !isBytes(v) && exportsBuffer(v)) {
    CHECK(warn(t, types::DeprecationWarning,
               "path should be string, bytes, or os.PathLike, not " + typeName(v).str()));
    Buffer buffer;
    TRY(buffer.open(t, v));
    path = makeBytes(buffer.bytes());
  } else if (!isStr(v) && !isBytes(v)) {
    bool found;
    path = callSpecial(t, v, names::special_fspath, {}, found);
    if (!found)
      return raise(t, types::TypeError, "expected str, bytes or os.PathLike object, not %", typeName(v));
    if (!path) return {};
    if (!isStr(path) && !isBytes(path))
      return raise(t, types::TypeError, "expected %.__fspath__() to return str or bytes, not %", typeName(v),
                   typeName(path));
  }
  if (isBytes(path)) path = decodeFileName(llvm::toStringRef(path.as<Bytes>()->bytes()));
  std::string name = toUtf8(path.as<Str>());
  if (name.find('\0') != std::string::npos) return raise(t, types::ValueError, "embedded null character");
  return name;
}

Status readMode(Thread &t, Value v, bool onlyAst, Mode &mode) {
  if (!isStr(v))
    return raise(t, types::TypeError, "compile() argument 'mode' must be str, not %", argumentTypeName(v));
  std::string text = toUtf8(v.as<Str>());
  if (text == "exec")
    mode = Mode::Exec;
  else if (text == "eval")
    mode = Mode::Eval;
  else if (text == "single")
    mode = Mode::Single;
  else if (text == "func_type" && onlyAst)
    mode = Mode::FuncType;
  else if (text == "func_type")
    return raise(t, types::ValueError, "compile() mode 'func_type' requires flag PyCF_ONLY_AST");
  else
    return raise(t, types::ValueError,
                 onlyAst ? "compile() mode must be 'exec', 'eval', 'single' or 'func_type'"
                         : "compile() mode must be 'exec', 'eval' or 'single'");
  return Status::ok();
}

// compile(source, filename, mode, flags=0, dont_inherit=False, optimize=-1, *, _feature_version=-1)
Ref builtinCompile(Thread &t, const Value *args) {
  CompileRequest request;
  request.filename = TRY(readFilename(t, args[1]));
  request.flags = TRY(asInt64(t, args[3]));
  bool dontInherit = TRY(truth(t, args[4]));
  int64_t optimize = TRY(asInt64(t, args[5]));
  int feature = TRY(intArgument(t, args[6]));
  if (request.flags & kOnlyAst) request.featureVersion = feature;
  if (request.flags & ~kKnownFlags) return raise(t, types::ValueError, "compile(): unrecognised flags");
  if (optimize < -1 || optimize > 2) return raise(t, types::ValueError, "compile(): invalid optimize value");
  request.optimize = int(optimize);
  if (!dontInherit) request.flags |= inheritedFlags(t);
  CHECK(readMode(t, args[2], request.flags & kOnlyAst, request.mode));
  if (isAstObject(args[0])) return compileObjects(t, args[0], request);
  Source source;
  CHECK(readSource(t, args[0], "compile", "string, bytes or AST", source));
  return request.flags & kOnlyAst ? parseToObjects(t, source, request)
                                  : Ref(compileSource(t, source, request));
}

NativeDef kFunctions[] = {
    {"eval", builtinEval, "($module, source, globals=None, locals=None, /)",
     "Evaluate an expression, given as text, bytes or a code object, and return its value.\n\nglobals and "
     "locals are the namespaces it sees: by default the caller's; locals defaults to\nglobals if these are "
     "given."},
    {"exec", builtinExec, "($module, source, globals=None, locals=None, /, *, closure=None)",
     "Run statements, given as text, bytes or a code object.\n\nglobals and locals are the namespaces they "
     "see and change: by default the caller's; locals\ndefaults to globals if these are given. closure is a "
     "tuple of cells for a code object with\nfree variables."},
    {"compile", builtinCompile,
     "($module, /, source, filename, mode, flags=0,\n        dont_inherit=False, optimize=-1, *, "
     "_feature_version=-1)",
     "Turn source text, bytes or a syntax tree into a code object for exec() or eval().\n\nmode is 'exec' "
     "for a module, 'eval' for an expression, 'single' for an interactive\nstatement. The filename is what "
     "tracebacks show. Unless dont_inherit is true, the calling\ncode's future statements apply beside those "
     "in flags. optimize takes the place of the -O\nlevel unless it is -1."},
};

} // namespace

CodeRef coil::vm::compileProgram(Thread &t, llvm::StringRef source, bool decoded,
                                 const std::string &filename) {
  return compileSource(t, {source.str(), decoded}, {.filename = filename, .fromFile = !decoded});
}

Status coil::vm::withScopes(Thread &t, Value source, Value filename, llvm::StringRef mode,
                            const char *function,
                            llvm::function_ref<Status(const coil::compile::Scope &)> use) {
  CompileRequest request;
  request.filename = TRY(readFilename(t, filename));
  request.mode = mode == "eval" ? Mode::Eval : mode == "single" ? Mode::Single : Mode::Exec;
  Source text;
  CHECK(readSource(t, source, function, "string or bytes", text));
  coil::Diagnostics diagnostics;
  auto tree = parseSource(t, text, request, diagnostics);
  CHECK(report(t, diagnostics));
  coil::compile::CompileOptions options;
  options.filename = request.filename;
  options.recursionLimit = unsigned(t.recursionLimit);
  options.recursionDepth = unsigned(t.depth);
  coil::compile::SymbolTable table(*tree);
  coil::Diagnostics found;
  if (!coil::compile::buildSymbolTable(*tree, options, table, found)) return report(t, found);
  return use(*table.top());
}

CodeRef coil::vm::compileInteractive(Thread &t, llvm::StringRef lines, bool last, int64_t &flags,
                                     bool &incomplete) {
  CompileRequest request{.filename = "<stdin>", .interactive = !last, .mode = Mode::Single, .flags = flags};
  if (!last) request.flags |= kAllowIncompleteInput;
  coil::Diagnostics diagnostics;
  auto tree = parseSource(t, {lines.str(), true}, request, diagnostics);
  incomplete = !last && diagnostics.error && diagnostics.error->message == "incomplete input";
  if (incomplete) return {};
  CodeRef code = compileTree(t, tree.get(), request, diagnostics);
  if (code) flags |= code->codeFlags & kFutureMask;
  return code;
}

llvm::ArrayRef<NativeDef> coil::vm::executeFunctions() { return kFunctions; }
