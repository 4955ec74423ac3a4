// The module posix: the operating system, for os.py.
#include "VM/Core/Names.h"
#include "VM/Modules/Modules.h"
#include "VM/Modules/posix/Path.h"
#include "VM/Modules/posix/ScanDir.h"
#include "VM/Types/Bytes.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"
#include <csignal>
#include <cstdio>
#include <dlfcn.h>
#include <fcntl.h>
#include <linux/limits.h>
#include <linux/memfd.h>
#include <sched.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <sysexits.h>
#include <unistd.h>

// Under these names the constants are CPython's own.
enum { POSIX_SPAWN_OPEN, POSIX_SPAWN_CLOSE, POSIX_SPAWN_DUP2 };
#ifndef P_PIDFD
#define P_PIDFD 3
#endif
#ifndef XATTR_SIZE_MAX
#define XATTR_SIZE_MAX 65536
#endif

using namespace coil::vm;

namespace {

struct Constant {
  const char *name;
  int64_t value;
};
const Constant kConstants[] = {
#define CONSTANT(name) {#name, int64_t(name)},
#include "VM/Modules/posix/Constants.def"
};

// The features that os.py builds its supports_* sets from.
const char *const kFeatures[] = {
    "HAVE_EVENTFD",      "HAVE_FACCESSAT", "HAVE_FCHDIR",    "HAVE_FCHMOD",    "HAVE_FCHMODAT",
    "HAVE_FCHOWN",       "HAVE_FCHOWNAT",  "HAVE_FEXECVE",   "HAVE_FDOPENDIR", "HAVE_FPATHCONF",
    "HAVE_FSTATAT",      "HAVE_FSTATVFS",  "HAVE_FTRUNCATE", "HAVE_FUTIMENS",  "HAVE_FUTIMES",
    "HAVE_FUTIMESAT",    "HAVE_LINKAT",    "HAVE_LCHOWN",    "HAVE_LSTAT",     "HAVE_LUTIMES",
    "HAVE_MEMFD_CREATE", "HAVE_MKDIRAT",   "HAVE_MKFIFOAT",  "HAVE_MKNODAT",   "HAVE_OPENAT",
    "HAVE_READLINKAT",   "HAVE_RENAMEAT",  "HAVE_SYMLINKAT", "HAVE_UNLINKAT",  "HAVE_UTIMENSAT"};

// The environment as it is at start, bytes to bytes; of a name that is there twice, the first.
DictRef makeEnviron() {
  DictRef environment = newDict();
  Thread &t = Thread::current();
  for (char **entry = ::environ; entry && *entry; ++entry) {
    llvm::StringRef text = *entry;
    size_t equals = text.find('=');
    if (equals == llvm::StringRef::npos) continue;
    llvm::StringRef name = text.take_front(equals), value = text.drop_front(equals + 1);
    BytesRef key = makeBytes({name.bytes_begin(), name.size()});
    auto present = dictGet(t, environment, key);
    if (!(*present).empty()) continue;
    BytesRef content = makeBytes({value.bytes_begin(), value.size()});
    (void)bool(dictSet(t, environment, key, content));
  }
  return environment;
}

Status populate(Thread &, Module *module) {
  for (auto table : {posixFileFunctions, posixStatFunctions, posixDirectoryFunctions,
                     posixDescriptorFunctions, posixTransferFunctions, posixProcessFunctions,
                     posixExecFunctions, posixWaitFunctions, posixUserFunctions, posixSchedulerFunctions,
                     posixTerminalFunctions, posixSystemFunctions, posixXattrFunctions})
    addFunctions(module, table(), internText("posix"));
  for (auto add : {addStatTypes, addWaitTypes, addSchedulerTypes, addTerminalTypes, addSystemTypes})
    add(module->dict);
  for (const Constant &constant : kConstants)
    dictSetStr(module->dict, internText(constant.name), makeInt(constant.value));
  dictSetStr(module->dict, internText("error"), Value(&types::OSError));
  dictSetStr(module->dict, internText("environ"), makeEnviron());
  ListRef features = newList();
  for (const char *feature : kFeatures) listAppend(features, makeStr(feature));
  dictSetStr(module->dict, internText("_have_functions"), features);
  return Status::ok();
}

NativeDef kFunctions[] = {
    {"scandir", posixScandir, "($module, /, path=None)",
     "An iterator over what is in a directory, as DirEntry objects, without '.' and '..' and\n"
     "in no particular order. path may be a descriptor; None means the current directory. A\n"
     "path of bytes gives names of bytes. close(), or a with statement, ends it early."},
};

const ModuleType kTypes[] = {
    {types::DirEntry, kDirEntrySpec, types::Object},
    {types::ScandirIterator, kScandirIteratorSpec, types::Object, false},
};

} // namespace

const ModuleSpec coil::vm::kPosixModule = {
    .name = "posix",
    .doc = "The system calls, mostly as they are. Programs use them through the module os.",
    .functions = kFunctions,
    .populate = populate,
    .types = kTypes,
};
