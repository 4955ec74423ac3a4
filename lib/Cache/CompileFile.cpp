// One source: where it is cached, whether that is up to date, and writing it.
#include "Cache/CompileFile.h"
#include "Support/Repr.h"
#include "Support/Tool.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <map>
#include <sys/stat.h>
#include <unistd.h>

using namespace coil;
using namespace coil::bytecode;
using namespace coil::cache;
using llvm::StringRef;

namespace {

// os.path.join: an absolute part begins anew.
std::string joinParts(llvm::ArrayRef<std::string> parts) {
  std::string result;
  for (const std::string &part : parts) {
    if (StringRef(part).starts_with("/"))
      result = part;
    else if (result.empty() || StringRef(result).ends_with("/"))
      result += part;
    else
      result += "/" + part;
  }
  return result;
}

std::vector<std::string> splitParts(StringRef path) {
  std::vector<std::string> parts;
  for (;;) {
    auto [first, rest] = path.split('/');
    parts.push_back(first.str());
    if (first.size() == path.size()) return parts;
    path = rest;
  }
}

// compileall's -s: wherever the two paths have equal parts in the same place, the first such part goes.
std::string stripParts(StringRef path, StringRef strip) {
  std::vector<std::string> full = splitParts(path), prefix = splitParts(strip), rest = full;
  for (size_t i = 0; i < std::min(full.size(), prefix.size()); ++i)
    if (full[i] == prefix[i]) rest.erase(std::find(rest.begin(), rest.end(), full[i]));
  return joinParts(rest);
}

std::string quoted(StringRef text) {
  std::string result;
  llvm::raw_string_ostream os(result);
  reprStr(os, text);
  return result;
}

// Python's exception for an errno: "PermissionError: [Errno 13] Permission denied: 'x.py'".
std::string osError(int code, StringRef path) {
  const char *name = code == ENOENT                    ? "FileNotFoundError"
                     : code == EACCES || code == EPERM ? "PermissionError"
                     : code == EEXIST                  ? "FileExistsError"
                     : code == ENOTDIR                 ? "NotADirectoryError"
                     : code == EISDIR                  ? "IsADirectoryError"
                                                       : "OSError";
  return std::string(name) + ": [Errno " + std::to_string(code) + "] " + std::strerror(code) + ": " +
         quoted(path);
}

// py_compile's message: a SyntaxError as a traceback shows it, everything else in one line.
std::string compileError(const Diagnostic &error) {
  std::string text;
  llvm::raw_string_ostream os(text);
  if (error.kind == DiagnosticKind::SyntaxError) {
    printAsTraceback(os, error);
    return text;
  }
  os << "Sorry: " << diagnosticKindName(error.kind) << ": " << error.message;
  if (error.hasPlace)
    os << " (" << llvm::sys::path::filename(error.filename) << ", line " << error.line << ')';
  return text;
}

// All bytes of a file, which had `size` of them a moment ago; the errno on failure.
int readFile(const std::string &path, size_t size, llvm::SmallVectorImpl<char> &out) {
  out.clear();
  int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return errno;
  int code = 0;
  for (;;) {
    size_t used = out.size();
    // One byte more than there should be: a short read is the end.
    out.resize_for_overwrite(std::max(used + used / 2, size) + 1);
    ssize_t count = ::read(fd, out.data() + used, out.size() - used);
    if (count < 0) code = errno;
    out.truncate(used + static_cast<size_t>(std::max<ssize_t>(count, 0)));
    if (count < 0 && code == EINTR) {
      code = 0;
      continue;
    }
    if (count <= 0 || out.size() == size) break;
  }
  ::close(fd);
  return code;
}

// The work on one source.
class Job {
public:
  Job(const SourceFile &file, const CompileOptions &options, const CompileFn &compile, Buffers &buffers)
      : file(file), options(options), compile(compile), buffers(buffers) {
    event.path = file.path;
  }
  Event run();

private:
  const SourceFile &file;
  const CompileOptions &options;
  const CompileFn &compile;
  Buffers &buffers;
  Event event;
  struct stat info{};
  bool haveSource = false;
  std::map<int, std::string> targets; // by level

  bool leadsOut() const;
  std::string targetFor(int level) const;
  bool readSource(std::string &error);
  llvm::StringRef source() const { return {buffers.source.data(), buffers.source.size()}; }
  PycHeader header() const;
  bool upToDate();
  std::string writeLevel(int level, const std::string &recorded);
  std::string write(const std::string &target);
  void shareWithPrevious(const std::string &target, const std::string &previous);
  Event fail(const std::string &message);
};

// -e: a link whose target does not lie below the folder.
bool Job::leadsOut() const {
  struct stat link;
  if (!options.linkRoot || ::lstat(file.path.c_str(), &link) != 0 || !S_ISLNK(link.st_mode)) return false;
  llvm::SmallString<256> root, target;
  if (llvm::sys::fs::real_path(*options.linkRoot, root) || llvm::sys::fs::real_path(file.path, target))
    return true;
  return !target.str().starts_with((root + "/").str());
}

std::string Job::targetFor(int level) const {
  if (options.legacy) return file.path + "c";
  PathOptions paths;
  paths.prefix = options.prefix;
  if (level >= 1) paths.optimization = std::to_string(level);
  return cacheFromSource(file.path, paths);
}

bool Job::readSource(std::string &error) {
  if (haveSource) return true;
  int code = readFile(file.path, static_cast<size_t>(info.st_size), buffers.source);
  haveSource = code == 0;
  if (code) error = osError(code, file.path);
  return haveSource;
}

PycHeader Job::header() const {
  PycHeader header;
  if (options.mode == Invalidation::Timestamp) {
    header.mtime = static_cast<uint32_t>(info.st_mtime);
    header.sourceSize = static_cast<uint32_t>(info.st_size);
  } else {
    header.flags = options.mode == Invalidation::CheckedHash ? 3 : 1;
    header.sourceHash = sourceHash(source());
  }
  return header;
}

// Every target has the very header that it would be given now. (compileall looks at timestamps only.)
bool Job::upToDate() {
  std::string ignored;
  if (options.mode != Invalidation::Timestamp && !readSource(ignored)) return false;
  llvm::SmallString<kPycHeaderSize> expected;
  writePycHeader(header(), expected);
  for (auto &[level, target] : targets) {
    auto buffer = llvm::MemoryBuffer::getFileSlice(target, kPycHeaderSize, 0);
    if (!buffer || (*buffer)->getBuffer() != expected.str()) return false;
  }
  return true;
}

// Compiles and writes one level; gives what went wrong.
std::string Job::writeLevel(int level, const std::string &recorded) {
  const std::string &target = targets[level];
  struct stat old;
  if (::lstat(target.c_str(), &old) == 0 && !S_ISREG(old.st_mode))
    return "FileExistsError: " + target +
           (S_ISLNK(old.st_mode)
                ? " is a symlink and will be changed into a regular file if import writes a "
                  "byte-compiled file to it"
                : " is a non-regular file and will be changed into a regular one if import writes a "
                  "byte-compiled file to it");
  std::string error;
  if (!readSource(error)) return error;
  buffers.pyc.clear();
  writePycHeader(header(), buffers.pyc);
  Diagnostics diagnostics = compile(source(), recorded, std::max(level, 0), buffers.pyc);
  llvm::raw_string_ostream warnings(event.warnings);
  for (const Diagnostic &warning : diagnostics.warnings) printDiagnostic(warnings, warning);
  if (diagnostics.error) return compileError(*diagnostics.error);
  return write(target);
}

// The folder is made when it turns out to be missing: mostly it is there.
std::string Job::write(const std::string &target) {
  StringRef bytes(buffers.pyc.data(), buffers.pyc.size());
  unsigned mode = (info.st_mode | 0200) & 0666;
  int code = replaceRegularFile(target, bytes, mode);
  StringRef folder = llvm::sys::path::parent_path(target);
  if ((code == ENOENT || code == ENOTDIR) && !folder.empty()) {
    if (std::error_code failed = llvm::sys::fs::create_directories(folder))
      return osError(failed.value(), folder);
    code = replaceRegularFile(target, bytes, mode);
  }
  return code ? "OSError: " + errorText(code) + ": " + quoted(target) : std::string();
}

void Job::shareWithPrevious(const std::string &target, const std::string &previous) {
  auto a = llvm::MemoryBuffer::getFile(target), b = llvm::MemoryBuffer::getFile(previous);
  if (!a || !b || (*a)->getBuffer() != (*b)->getBuffer()) return;
  std::string temporary = target + "." + std::to_string(::getpid()) + ".link.tmp";
  if (::link(previous.c_str(), temporary.c_str()) != 0) return;
  if (::rename(temporary.c_str(), target.c_str()) != 0) ::unlink(temporary.c_str());
  // rename() does nothing, and leaves both names, where they are one file already.
  ::unlink(temporary.c_str());
}

Event Job::fail(const std::string &message) {
  event.outcome = Outcome::Failed;
  if (options.quiet < 2)
    event.output +=
        (options.quiet ? "*** Error compiling " + quoted(file.path) + "...\n" : "*** ") + message + "\n";
  return std::move(event);
}

Event Job::run() {
  if ((options.skip && options.skip(file.path)) || leadsOut()) return std::move(event);
  if (::stat(file.path.c_str(), &info) != 0 || !S_ISREG(info.st_mode) ||
      !StringRef(file.path).ends_with(".py"))
    return std::move(event);
  for (int level : options.levels) targets[level] = targetFor(level);
  event.outcome = Outcome::UpToDate;
  if (!options.force && upToDate()) return std::move(event);
  if (options.quiet == 0) event.output += "Compiling " + quoted(file.path) + "...\n";
  std::string recorded = recordedName(file, options).value_or(file.path);
  const std::string *previous = nullptr;
  for (auto &[level, target] : targets) {
    std::string error = writeLevel(level, recorded);
    if (!error.empty()) return fail(error);
    if (previous && options.hardlinkDuplicates) shareWithPrevious(target, *previous);
    previous = &target;
  }
  event.outcome = Outcome::Compiled;
  return std::move(event);
}

} // namespace

std::optional<std::string> cache::recordedName(const SourceFile &file, const CompileOptions &options) {
  std::optional<std::string> strip = options.strip, prepend = options.prepend, result;
  if (options.destination) {
    // For a tree, -d means: strip the tree, put DESTDIR in front.
    if (file.tree.empty())
      return joinParts({*options.destination, llvm::sys::path::filename(file.path).str()});
    strip = file.tree;
    prepend = options.destination;
  }
  if (strip) result = stripParts(file.path, *strip);
  if (prepend) result = joinParts({*prepend, result ? *result : file.path});
  return result;
}

Event cache::compileFile(const SourceFile &file, const CompileOptions &options, const CompileFn &compile,
                         Buffers &buffers) {
  return Job(file, options, compile, buffers).run();
}
