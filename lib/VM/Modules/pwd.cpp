// pwd: the table of users.
#include "VM/Modules/Modules.h"
#include "VM/Modules/posix/Path.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"
#include "VM/Types/StructSequence.h"
#include <pwd.h>

using namespace coil::vm;

namespace {

constexpr StructField kFields[] = {{"pw_name", "user name"},     {"pw_passwd", "password"},
                                   {"pw_uid", "user id"},        {"pw_gid", "group id"},
                                   {"pw_gecos", "real name"},    {"pw_dir", "where the user's files are"},
                                   {"pw_shell", "shell program"}};

Type &entryType() {
  static Type &type = makeStructSequenceType(
      "pwd.struct_passwd",
      "A user: name, password, numbers of the user and the group, further information, home\n"
      "directory and shell.",
      kFields, true);
  return type;
}

Ref textOrNone(const char *text) { return text ? decodeFileName(text) : Ref::none(); }
Ref identity(uint32_t id) { return makeInt(id == uint32_t(-1) ? int64_t(-1) : int64_t(id)); }

Ref entryValue(const passwd &p) {
  Ref values[] = {textOrNone(p.pw_name),  textOrNone(p.pw_passwd), identity(p.pw_uid),    identity(p.pw_gid),
                  textOrNone(p.pw_gecos), textOrNone(p.pw_dir),    textOrNone(p.pw_shell)};
  return newStructSequence(entryType(), values);
}

Ref pwdGetpwuid(Thread &t, const Value *args) {
  if (!isIntLike(args[0]) && !typeOf(args[0])->slots.index)
    return raise(t, types::TypeError, "uid should be integer, not %", typeName(args[0]));
  Ref number = TRY(index(t, args[0]));
  int64_t uid;
  if (!toInt64(number, uid) || uid < -1 || uid > int64_t(UINT32_MAX))
    return raise(t, types::KeyError, "getpwuid(): uid not found");
  passwd *entry = ::getpwuid(uid_t(uid));
  if (!entry) return raise(t, types::KeyError, "getpwuid(): uid not found: %", TRY(reprText(t, number)));
  return entryValue(*entry);
}

Ref pwdGetpwnam(Thread &t, const Value *args) {
  if (!isStr(args[0]))
    return raise(t, types::TypeError, "getpwnam() argument must be str, not %", argumentTypeName(args[0]));
  std::string name = TRY(encodeFileName(t, args[0].as<Str>()));
  if (name.find('\0') != std::string::npos) return raise(t, types::ValueError, "embedded null byte");
  passwd *entry = ::getpwnam(name.c_str());
  if (!entry) return raise(t, types::KeyError, "getpwnam(): name not found: %", TRY(reprText(t, args[0])));
  return entryValue(*entry);
}

Ref pwdGetpwall(Thread &, const Value *) {
  ListRef list = newList();
  ::setpwent();
  while (passwd *entry = ::getpwent()) listAppendOwned(list, entryValue(*entry).release());
  ::endpwent();
  return list;
}

NativeDef kFunctions[] = {
    {"getpwuid", pwdGetpwuid, "($module, uidobj, /)",
     "The user with a number, as a struct_passwd; KeyError if there is none."},
    {"getpwnam", pwdGetpwnam, "($module, name, /)",
     "The user of a name, as a struct_passwd; KeyError if there is none."},
    {"getpwall", pwdGetpwall, "($module, /)",
     "A list of all users the system can name, each a struct_passwd."},
};

Status populate(Thread &, Module *module) {
  dictSetStr(module->dict, internText("struct_passwd"), Value(&entryType()));
  return Status::ok();
}

} // namespace

const ModuleSpec coil::vm::kPwdModule = {
    .name = "pwd",
    .doc = "The system's database of users.\n"
           "\n"
           "A user is a struct_passwd: pw_name, pw_passwd (mostly 'x'), pw_uid, pw_gid, pw_gecos (the full\n"
           "name), pw_dir (the home directory) and pw_shell.",
    .functions = kFunctions,
    .populate = populate,
};
