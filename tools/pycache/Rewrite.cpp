// pycache wrap, extract, convert, relocate, normalize and diff: one .pyc made from another.
#include "Cache/Diff.h"
#include "Cache/Walk.h"
#include "Commands.h"
#include "llvm/Support/JSON.h"

using namespace coil;
using namespace coil::bytecode;
using namespace coil::cache;
using llvm::StringRef;

namespace {

// Reads marshal data or a .pyc into its code.
std::optional<OwnedCode> readCode(const Input &input) {
  if (input.artifact.kind == ArtifactKind::Pyc) {
    PycReadResult result = readPyc(input.bytes());
    if (result.code) return std::move(result.code);
    inputError(input.path + ": " + result.error);
    return std::nullopt;
  }
  if (input.artifact.kind != ArtifactKind::Marshal) {
    inputError(input.path + ": this is " + artifactKindName(input.artifact.kind) + ", not bytecode");
    return std::nullopt;
  }
  MarshalReadResult result = readMarshal(input.bytes());
  const Code *code = result.object ? dynCast<Code>(result.object.object) : nullptr;
  if (code) return OwnedCode{std::move(result.object.pool), code};
  inputError(input.path + ": " + (result.object ? "not a code object" : result.error));
  return std::nullopt;
}

// The bytes of the code in `input`, as they are.
StringRef payloadOf(const Input &input) {
  return input.artifact.kind == ArtifactKind::Pyc ? input.bytes().drop_front(kPycHeaderSize) : input.bytes();
}

// Writes a changed file back, unless it is not changed at all.
int replaceFile(const std::string &path, StringRef old, StringRef fresh, const Options &options,
                StringRef verb) {
  if (old == fresh) return kDone;
  if (options.dryRun) {
    llvm::outs() << "would " << verb << ' ' << path << '\n';
    return kDone;
  }
  std::string error = writeFileAtomically(path, fresh);
  if (!error.empty()) return usageError("cannot write '" + path + "': " + error);
  return kDone;
}

// All .pyc files at or below the operands, each handed over with its content; goes on after a failure and
// gives the worst status.
int forEachFile(const Options &options,
                llvm::function_ref<int(const std::string &, const Input &, PycReadResult &)> visit) {
  if (options.paths.empty()) return usageError(options.command + " needs a file");
  int worst = kDone;
  auto one = [&](const std::string &path) {
    std::optional<Input> input = readInput(path, ArtifactKind::Pyc);
    int status = kUsage;
    if (input) {
      PycReadResult result = readPyc(input->bytes());
      status = result.code ? visit(path, *input, result) : inputError(path + ": " + result.error);
    }
    worst = std::max(worst, status);
  };
  for (const std::string &root : options.paths) {
    std::string error;
    bool listed = walkFiles(
        root, {},
        [&](const std::string &path) {
          if (path == root || StringRef(path).ends_with(".pyc")) one(path);
        },
        [&](const std::string &folder, const std::string &why) {
          worst = usageError("cannot list '" + folder + "': " + why);
        },
        error);
    if (!listed) worst = usageError("cannot read '" + root + "': " + error);
  }
  llvm::outs().flush();
  return worst;
}

} // namespace

int cache::runWrap(const Options &options) {
  Output output(options, Output::Content::Binary);
  if (!output.allowed()) return kUsage;
  std::optional<Input> input = readInput(options);
  if (!input) return kUsage;
  std::optional<OwnedCode> code = readCode(*input);
  if (!code) return kFault;
  PycHeader header = PycHeader::unchecked();
  if (options.mode || options.source) {
    std::string source = options.source ? *options.source : (*code)->filename->text.str(), error;
    std::optional<PycHeader> stamp = stampFor(source, options.mode.value_or(Invalidation::Timestamp), error);
    if (!stamp) return usageError("cannot read '" + source + "': " + error);
    header = *stamp;
  }
  llvm::SmallString<kPycHeaderSize> bytes;
  writePycHeader(header, bytes);
  output.os() << bytes << payloadOf(*input);
  return output.keep();
}

int cache::runExtract(const Options &options) {
  Output output(options, Output::Content::Binary);
  if (!output.allowed()) return kUsage;
  std::optional<Input> input = readInput(options);
  if (!input) return kUsage;
  std::optional<OwnedCode> code = readCode(*input);
  if (!code) return kFault;
  output.os() << payloadOf(*input);
  return output.keep();
}

int cache::runConvert(const Options &options) {
  if (!options.mode) return usageError("convert needs --invalidation-mode");
  PathOptions paths = options.pathOptions();
  return forEachFile(options, [&](const std::string &path, const Input &input, PycReadResult &) {
    std::string source = options.source ? *options.source : sourceForPyc(path, paths), error;
    if (source.empty()) return usageError("the name '" + path + "' does not tell its source; use --source");
    std::optional<PycHeader> stamp = stampFor(source, *options.mode, error);
    if (!stamp) return usageError("cannot read '" + source + "': " + error);
    llvm::SmallString<0> bytes;
    writePycHeader(*stamp, bytes);
    bytes += input.bytes().drop_front(kPycHeaderSize);
    return replaceFile(path, input.bytes(), bytes, options, "convert");
  });
}

int cache::runRelocate(const Options &options) {
  if (options.oldPrefix.empty() && options.newPrefix.empty())
    return usageError("relocate needs --old and --new");
  return forEachFile(options, [&](const std::string &path, const Input &input, PycReadResult &read) {
    ObjectPool pool;
    size_t changed = 0;
    const Code *code = relocate(*read.code, options.oldPrefix, options.newPrefix, pool, changed);
    if (changed == 0) return kDone;
    llvm::SmallString<0> bytes;
    if (!writePyc(read.header, *code, RefPolicy::CPython, bytes))
      return inputError(path + ": nested too deep");
    return replaceFile(path, input.bytes(), bytes, options, "relocate");
  });
}

int cache::runNormalize(const Options &options) {
  return forEachFile(options, [&](const std::string &path, const Input &input, PycReadResult &read) {
    llvm::SmallString<0> bytes;
    if (!writePyc(read.header, *read.code, RefPolicy::Canonical, bytes))
      return inputError(path + ": nested too deep");
    if (!options.check) return replaceFile(path, input.bytes(), bytes, options, "normalize");
    if (input.bytes() == bytes.str()) return kDone;
    llvm::outs() << path << ": not in normal form\n";
    return kFault;
  });
}

int cache::runDiff(const Options &options) {
  if (options.paths.size() != 2) return usageError("diff needs two files");
  std::vector<Input> inputs;
  std::vector<PycReadResult> results;
  for (const std::string &path : options.paths) {
    std::optional<Input> input = readInput(path, ArtifactKind::Pyc);
    if (!input) return kUsage;
    PycReadResult result = readPyc(input->bytes());
    if (!result.code) return inputError(path + ": " + result.error);
    inputs.push_back(std::move(*input));
    results.push_back(std::move(result));
  }
  std::vector<Difference> found = diffPyc(inputs[0].bytes(), results[0], inputs[1].bytes(), results[1]);
  Output output(options, Output::Content::Text);
  if (options.json) {
    llvm::json::OStream json(output.os(), 2);
    json.array([&] {
      for (const Difference &difference : found)
        json.object([&] {
          json.attribute("aspect", difference.aspect);
          if (!difference.where.empty()) json.attribute("where", jsonText(difference.where));
          json.attribute("text", jsonText(difference.text));
        });
    });
    output.os() << '\n';
  } else {
    for (const Difference &difference : found)
      output.os() << difference.aspect << ": " << (difference.where.empty() ? "" : difference.where + ": ")
                  << difference.text << '\n';
  }
  int written = output.keep();
  if (written) return written;
  return found.empty() ? kDone : kFault;
}
