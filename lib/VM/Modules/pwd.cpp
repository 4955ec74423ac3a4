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
                                   {"pw_gecos", "real name"},    {"pw_dir", "home directory"},
                                   {"pw_shell", "shell program"}};

Type &entryType() {
  static Type &type = makeStructSequenceType(
      "pwd.struct_passwd",
      "pwd.struct_passwd: Results from getpw*() routines.\n\nThis object may be accessed either as a t"
      "uple of\n  (pw_name,pw_passwd,pw_uid,pw_gid,pw_gecos,pw_dir,pw_shell)\nor via the object attrib"
      "utes as named in the above tuple.",
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
     "Return the password database entry for the given numeric user ID.\n\nSee `help(pwd)` for more o"
     "n password database entries."},
    {"getpwnam", pwdGetpwnam, "($module, name, /)",
     "Return the password database entry for the given user name.\n\nSee `help(pwd)` for more on pass"
     "word database entries."},
    {"getpwall", pwdGetpwall, "($module, /)",
     "Return a list of all available password database entries, in arbitrary order.\n\nSee help(pwd) "
     "for more on password database entries."},
};

Status populate(Thread &, Module *module) {
  dictSetStr(module->dict, internText("struct_passwd"), Value(&entryType()));
  return Status::ok();
}

} // namespace

const ModuleSpec coil::vm::kPwdModule = {
    .name = "pwd",
    .doc = "This module provides access to the Unix password database.\nIt is available on all Unix version"
           "s.\n\nPassword database entries are reported as 7-tuples containing the following\nitems from t"
           "he password database (see `<pwd.h>'), in order:\npw_name, pw_passwd, pw_uid, pw_gid, pw_gecos, "
           "pw_dir, pw_shell.\nThe uid and gid items are integers, all others are strings. An\nexception is"
           " raised if the entry asked for cannot be found.",
    .functions = kFunctions,
    .populate = populate,
};
