// pycache show and pycache path.
#include "Commands.h"
#include "Disasm/Views.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"

using namespace coil;
using namespace coil::bytecode;
using namespace coil::cache;

namespace {

std::string pythonName(const PythonVersion &version) {
  return std::to_string(version.major) + "." + std::to_string(version.minor);
}

void writeText(llvm::raw_ostream &os, const std::string &path, const Status &status) {
  auto row = [&](const char *name) -> llvm::raw_ostream & { return os << llvm::formatv("{0,-13}", name); };
  row("file:") << path << '\n';
  if (status.hasHeader) disasm::writeHeader(os, status.header);
  if (status.code) {
    row("code name:") << (*status.code)->name->text << '\n';
    row("compiled as:") << (*status.code)->filename->text << '\n';
  }
  if (!status.source.empty()) row("source:") << status.source << '\n';
  row("state:") << stateName(status.state) << " (" << status.reason << ")\n";
}

void writeJson(llvm::json::OStream &json, const std::string &path, const Status &status) {
  const PycHeader &header = status.header;
  json.object([&] {
    json.attribute("file", jsonText(path));
    json.attribute("state", stateName(status.state));
    json.attribute("reason", jsonText(status.reason));
    if (!status.source.empty()) json.attribute("source", jsonText(status.source));
    if (!status.hasHeader) return;
    json.attribute("magic", header.magic);
    if (const PythonVersion *version = header.version()) json.attribute("python", pythonName(*version));
    json.attribute("mode", disasm::modeName(header));
    json.attribute("flags", static_cast<int64_t>(header.flags));
    if (header.hashBased())
      json.attribute("source_hash", disasm::hexHash(header.sourceHash));
    else {
      json.attribute("source_mtime", static_cast<int64_t>(header.mtime));
      json.attribute("source_size", static_cast<int64_t>(header.sourceSize));
    }
    if (!status.code) return;
    json.attribute("code_name", jsonText((*status.code)->name->text));
    json.attribute("compiled_as", jsonText((*status.code)->filename->text));
  });
}

} // namespace

int cache::runShow(const Options &options) {
  std::vector<std::string> paths = options.paths;
  if (paths.empty()) paths.push_back("-");
  StatusOptions how;
  how.paths = options.pathOptions();
  if (options.source) how.source = *options.source;
  Output output(options, Output::Content::Text);
  std::optional<llvm::json::OStream> json;
  if (options.json) json.emplace(output.os(), 2);
  int result = kDone;
  bool first = true;
  if (options.json) json->arrayBegin();
  for (std::string path : paths) {
    // A source stands for its cached file.
    if (llvm::StringRef(path).ends_with(".py")) path = cacheFromSource(path, how.paths);
    std::optional<Input> input = readInput(path, ArtifactKind::Pyc);
    if (!input) {
      if (json) json->arrayEnd();
      return kUsage;
    }
    Status status = statusOf(input->path, input->bytes(), how);
    if (status.state == State::Corrupt) result = kFault;
    if (options.json) {
      writeJson(*json, input->path, status);
    } else {
      if (!first) output.os() << '\n';
      writeText(output.os(), input->path, status);
    }
    first = false;
  }
  if (options.json) {
    json->arrayEnd();
    output.os() << '\n';
  }
  int written = output.keep();
  return written ? written : result;
}

int cache::runPath(const Options &options) {
  if (options.paths.empty()) return usageError("path needs a file name");
  PathOptions how = options.pathOptions();
  Output output(options, Output::Content::Text);
  std::optional<llvm::json::OStream> json;
  if (options.json) json.emplace(output.os(), 2);
  if (options.json) json->arrayBegin();
  for (const std::string &path : options.paths) {
    bool cached = llvm::StringRef(path).ends_with(".pyc");
    std::string error;
    std::optional<std::string> other =
        cached ? sourceFromCache(path, how, error) : cacheFromSource(path, how);
    if (!other) {
      if (json) json->arrayEnd();
      return inputError(error);
    }
    if (!options.json) {
      output.os() << *other << '\n';
      continue;
    }
    json->object([&] {
      json->attribute("source", jsonText(cached ? *other : path));
      json->attribute("cached", jsonText(cached ? path : *other));
    });
  }
  if (options.json) {
    json->arrayEnd();
    output.os() << '\n';
  }
  return output.keep();
}
