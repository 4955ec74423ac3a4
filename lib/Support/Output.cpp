// Writing a tool's output: whole, at the end, and through a rename where it goes to a file.
#include "Support/Tool.h"
#include "llvm/ADT/StringExtras.h"
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace coil;
using llvm::StringRef;

static std::string lowerFirst(std::string text) {
  if (!text.empty()) text[0] = llvm::toLower(text[0]);
  return text;
}

std::string coil::errorText(int code) { return lowerFirst(std::strerror(code)); }
std::string coil::errorText(const std::error_code &code) { return lowerFirst(code.message()); }

int coil::writeAll(int fd, StringRef bytes) {
  while (!bytes.empty()) {
    ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return errno;
    }
    bytes = bytes.drop_front(static_cast<size_t>(written));
  }
  return 0;
}

// Devices and pipes (-o /dev/null, -o /dev/stderr) cannot be renamed over; they are written as they are.
static bool isSpecialFile(const std::string &path) {
  struct stat info;
  return ::stat(path.c_str(), &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode);
}

static std::string writeDirectly(const std::string &path, StringRef bytes) {
  int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0) return errorText(errno);
  int code = writeAll(fd, bytes);
  if (::close(fd) != 0 && code == 0) code = errno;
  return code ? errorText(code) : std::string();
}

int coil::replaceRegularFile(const std::string &target, StringRef bytes, unsigned mode) {
  std::string temporary;
  int fd = -1;
  for (unsigned attempt = 0; fd < 0; ++attempt) {
    temporary = target + "." + std::to_string(::getpid()) + "." + std::to_string(attempt) + ".tmp";
    fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (fd < 0 && (errno != EEXIST || attempt > 100)) return errno;
  }
  int code = writeAll(fd, bytes);
  if (::close(fd) != 0 && code == 0) code = errno;
  if (code == 0 && ::rename(temporary.c_str(), target.c_str()) != 0) code = errno;
  if (code) ::unlink(temporary.c_str());
  return code;
}

std::string coil::writeFileAtomically(StringRef path, StringRef bytes, unsigned mode) {
  std::string target = path.str();
  if (isSpecialFile(target)) return writeDirectly(target, bytes);
  int code = replaceRegularFile(target, bytes, mode);
  return code ? errorText(code) : std::string();
}

bool Output::allowed() const {
  if (path || content == Content::Text || !::isatty(STDOUT_FILENO)) return true;
  usageError("refusing to write binary output to a terminal; use '-o FILE', or '-o -' to insist");
  return false;
}

int Output::keep() {
  StringRef data(bytes.data(), bytes.size());
  if (path && *path != "-") {
    std::string error = writeFileAtomically(*path, data);
    if (!error.empty()) return usageError("cannot write '" + *path + "': " + error);
    return kDone;
  }
  int code = writeAll(STDOUT_FILENO, data);
  if (code != 0 && code != EPIPE) return usageError("cannot write standard output: " + errorText(code));
  return kDone;
}
