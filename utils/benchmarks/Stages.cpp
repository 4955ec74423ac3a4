// Times stages in one process, for utils/bench: no start, no input or output.
//
// usage: bench-stages STAGE ROUNDS FILE-LIST
//
// FILE-LIST names a file with a path on each line. Each round runs the stage over all files; the best round
// counts. Prints the seconds, the bytes of source, and by how many bytes the peak of memory rose while the
// stage ran: of the largest file, that is.
#include "AST/AstArtifact.h"
#include "Bytecode/PycHeader.h"
#include "Compile/Compile.h"
#include "Disasm/Listing.h"
#include "Lex/TokenList.h"
#include "Parse/Parse.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"
#include <chrono>
#include <cstdlib>

using namespace coil;

namespace {

struct Item {
  std::string path;
  std::string bytes;  // of the source
  std::string binary; // what `read` reads: the tree in its binary form
};

std::unique_ptr<ast::ASTContext> parsed(const Item &item) {
  parse::ParseOptions options;
  options.filename = item.path;
  Diagnostics diagnostics;
  return parse::parseBytes(item.bytes, options, diagnostics);
}

void tokenize(const Item &item) {
  lex::TokenList list;
  (void)lex::tokenizeModule(item.bytes, item.path, list);
}

void parseOnly(const Item &item) { parsed(item); }

void readBinary(const Item &item) {
  std::string error;
  if (!ast::readAstBinary(item.binary, error)) llvm::errs() << item.path << ": " << error << '\n';
}

void writeBinary(const Item &item) {
  std::string error, out;
  auto tree = ast::readAstBinary(item.binary, error);
  llvm::raw_string_ostream os(out);
  if (tree) ast::writeAstBinary(os, *tree);
}

bytecode::OwnedCode compiled(const Item &item) {
  auto tree = parsed(item);
  if (!tree) return {};
  compile::CompileOptions options;
  options.filename = item.path;
  Diagnostics diagnostics;
  return compile::compile(*tree, options, diagnostics);
}

void compileOnly(const Item &item) { compiled(item); }

void marshalToo(const Item &item) {
  static llvm::SmallVector<char, 0> bytes; // as a worker of pycache has it
  bytes.clear();
  if (auto code = compiled(item)) (void)bytecode::writeMarshal(*code, bytecode::RefPolicy::CPython, bytes);
}

// What `dis` and `load` read is marshal data, in `binary`.
void load(const Item &item) { bytecode::readMarshal(item.binary); }

void list(const Item &item) {
  bytecode::MarshalReadResult result = bytecode::readMarshal(item.binary);
  if (!result.object) return;
  std::string out;
  llvm::raw_string_ostream os(out);
  disasm::writeListing(os, *bytecode::dynCast<bytecode::Code>(result.object.object), {});
}

// A line of /proc/self/status, in bytes.
long status(llvm::StringRef key) {
  auto file = llvm::MemoryBuffer::getFileAsStream("/proc/self/status");
  if (!file) return 0;
  llvm::StringRef rest = (*file)->getBuffer().split(key).second.ltrim(": \t");
  long kilobytes = 0;
  rest.consumeInteger(10, kilobytes);
  return kilobytes * 1024;
}

// What is in use now; the peak counts from here on.
long resetPeak() {
  std::error_code error;
  llvm::raw_fd_ostream("/proc/self/clear_refs", error) << "5";
  return status("VmRSS");
}

bool readList(const char *list, std::vector<Item> &items) {
  auto names = llvm::MemoryBuffer::getFile(list);
  if (!names) return false;
  for (llvm::StringRef rest = (*names)->getBuffer(); !rest.empty();) {
    auto [line, tail] = rest.split('\n');
    rest = tail;
    auto file = llvm::MemoryBuffer::getFile(line);
    if (!file) return false;
    items.push_back({line.str(), (*file)->getBuffer().str(), ""});
  }
  return true;
}

} // namespace

int main(int argc, char **argv) {
  std::vector<Item> items;
  if (argc != 4 || !readList(argv[3], items)) return 2;
  auto stage = llvm::StringSwitch<void (*)(const Item &)>(argv[1])
                   .Case("tokens", tokenize)
                   .Case("parse", parseOnly)
                   .Case("read", readBinary)
                   .Case("write", writeBinary)
                   .Case("compile", compileOnly)
                   .Case("marshal", marshalToo)
                   .Case("load", load)
                   .Case("dis", list)
                   .Default(nullptr);
  if (!stage) return 2;
  size_t bytes = 0;
  for (Item &item : items) {
    bytes += item.bytes.size();
    if (stage == readBinary || stage == writeBinary) {
      llvm::raw_string_ostream os(item.binary);
      if (auto tree = parsed(item)) ast::writeAstBinary(os, *tree);
    } else if (stage == load || stage == list) {
      llvm::SmallString<0> data;
      if (auto code = compiled(item)) (void)bytecode::writeMarshal(*code, bytecode::RefPolicy::CPython, data);
      item.binary = data.str().str();
    }
  }
  long before = resetPeak();
  double best = 1e9;
  for (int round = std::atoi(argv[2]); round > 0; --round) {
    auto start = std::chrono::steady_clock::now();
    for (const Item &item : items) stage(item);
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  llvm::outs() << best << ' ' << bytes << ' ' << status("VmHWM") - before << '\n';
  return 0;
}
