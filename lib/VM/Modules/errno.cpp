// The module errno.
#include "VM/Modules/Modules.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Str.h"
#include <cerrno>

using namespace coil::vm;

static Status populate(Thread &t, Module *module) {
  struct Row {
    const char *name;
    int number;
  };
  const Row rows[] = {
#define ERROR(name) {#name, name},
#include "VM/Modules/Errors.def"
  };
  DictRef codes = newDict();
  for (const Row &row : rows) {
    StrRef name = internText(row.name);
    dictSetStr(module->dict, name, Value::smallInt(row.number));
    CHECK(dictSet(t, codes, Value::smallInt(row.number), name));
  }
  dictSetStr(module->dict, internText("errorcode"), codes);
  return Status::ok();
}

const ModuleSpec coil::vm::kErrnoModule = {
    .name = "errno",
    .doc = "This module makes available standard errno system symbols.\n\nThe value of each symbol is the "
           "corresponding integer "
           "value,\ne.g., on most systems, errno.ENOENT equals the integer 2.\n\nThe dictionary "
           "errno.errorcode maps numeric codes "
           "to symbol names,\ne.g., errno.errorcode[2] could be the string 'ENOENT'.\n\nSymbols that are not "
           "relevant to the "
           "underlying system are not defined.\n\nTo map error codes to error messages, use the function "
           "os.strerror(),\ne.g. "
           "os.strerror(2) could return 'No such file or directory'.",
    .populate = populate,
};
