// grp: the table of groups.
#include "VM/Modules/Modules.h"
#include "VM/Modules/posix/Path.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"
#include "VM/Types/StructSequence.h"
#include <grp.h>

using namespace coil::vm;

namespace {

constexpr StructField kFields[] = {{"gr_name", "group name"},
                                   {"gr_passwd", "password"},
                                   {"gr_gid", "group id"},
                                   {"gr_mem", "group members"}};

Type &entryType() {
  static Type &type = makeStructSequenceType(
      "grp.struct_group",
      "grp.struct_group: Results from getgr*() routines.\n\nThis object may be accessed either as a tu"
      "ple of\n  (gr_name,gr_passwd,gr_gid,gr_mem)\nor via the object attributes as named in the above"
      " tuple.\n",
      kFields, true);
  return type;
}

Ref entryValue(const group &g) {
  ListRef members = newList();
  for (char **member = g.gr_mem; *member; ++member)
    listAppendOwned(members, decodeFileName(*member).release());
  int64_t id = g.gr_gid == gid_t(-1) ? -1 : int64_t(g.gr_gid);
  Ref values[] = {decodeFileName(g.gr_name), g.gr_passwd ? decodeFileName(g.gr_passwd) : Ref::none(),
                  makeInt(id), std::move(members)};
  return newStructSequence(entryType(), values);
}

Ref grpGetgrgid(Thread &t, const Value *args) {
  if (!isIntLike(args[0]) && !typeOf(args[0])->slots.index)
    return raise(t, types::TypeError, "gid should be integer, not %", typeName(args[0]));
  Ref number = TRY(index(t, args[0]));
  int64_t gid;
  bool fits = toInt64(number, gid);
  if (fits ? gid < -1 : isNegativeInt(number))
    return raise(t, types::OverflowError, "gid is less than minimum");
  if (!fits || gid > int64_t(UINT32_MAX))
    return raise(t, types::OverflowError, "gid is greater than maximum");
  group *entry = ::getgrgid(gid_t(gid));
  if (!entry) return raise(t, types::KeyError, "getgrgid(): gid not found: %", TRY(reprText(t, number)));
  return entryValue(*entry);
}

Ref grpGetgrnam(Thread &t, const Value *args) {
  if (!isStr(args[0]))
    return raise(t, types::TypeError, "getgrnam() argument 'name' must be str, not %",
                 argumentTypeName(args[0]));
  std::string name = TRY(encodeFileName(t, args[0].as<Str>()));
  if (name.find('\0') != std::string::npos) return raise(t, types::ValueError, "embedded null byte");
  group *entry = ::getgrnam(name.c_str());
  if (!entry) return raise(t, types::KeyError, "getgrnam(): name not found: %", TRY(reprText(t, args[0])));
  return entryValue(*entry);
}

Ref grpGetgrall(Thread &, const Value *) {
  ListRef list = newList();
  ::setgrent();
  while (group *entry = ::getgrent()) listAppendOwned(list, entryValue(*entry).release());
  ::endgrent();
  return list;
}

NativeDef kFunctions[] = {
    {"getgrgid", grpGetgrgid, "($module, /, id)",
     "Return the group database entry for the given numeric group ID.\n\nIf id is not valid, raise Ke"
     "yError."},
    {"getgrnam", grpGetgrnam, "($module, /, name)",
     "Return the group database entry for the given group name.\n\nIf name is not valid, raise KeyErr"
     "or."},
    {"getgrall", grpGetgrall, "($module, /)",
     "Return a list of all available group entries, in arbitrary order.\n\nAn entry whose name starts"
     " with '+' or '-' represents an instruction\nto use YP/NIS and may not be accessible via getgrna"
     "m or getgrgid."},
};

Status populate(Thread &, Module *module) {
  dictSetStr(module->dict, internText("struct_group"), Value(&entryType()));
  return Status::ok();
}

} // namespace

const ModuleSpec coil::vm::kGrpModule = {
    .name = "grp",
    .doc = "Access to the Unix group database.\n\nGroup entries are reported as 4-tuples containing the fol"
           "lowing fields\nfrom the group database, in order:\n\n  gr_name   - name of the group\n  gr_pass"
           "wd - group password (encrypted); often empty\n  gr_gid    - numeric ID of the group\n  gr_mem  "
           "  - list of members\n\nThe gid is an integer, name and password are strings.  (Note that most\n"
           "users are not explicitly listed as members of the groups they are in\naccording to the password"
           " database.  Check both databases to get\ncomplete membership information.)",
    .functions = kFunctions,
    .populate = populate,
};
