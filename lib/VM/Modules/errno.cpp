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
    .doc = "The numbers of operating system errors by their names in C, such as errno.ENOENT.\n"
           "\n"
           "errorcode maps the numbers back to names; os.strerror() describes them.",
    .populate = populate,
};
