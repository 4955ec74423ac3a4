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
      "grp.struct_group", "A group: its name, password, number and the names of its members.", kFields, true);
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
     "The group with a number, as a struct_group; KeyError if there is none."},
    {"getgrnam", grpGetgrnam, "($module, /, name)",
     "The group of a name, as a struct_group; KeyError if there is none."},
    {"getgrall", grpGetgrall, "($module, /)",
     "A list of all groups the system can name, each a struct_group."},
};

Status populate(Thread &, Module *module) {
  dictSetStr(module->dict, internText("struct_group"), Value(&entryType()));
  return Status::ok();
}

} // namespace

const ModuleSpec coil::vm::kGrpModule = {
    .name = "grp",
    .doc = "The system's database of groups.\n"
           "\n"
           "A group is a struct_group: gr_name, gr_passwd (mostly empty), gr_gid and gr_mem, the list of\n"
           "its members' names.",
    .functions = kFunctions,
    .populate = populate,
};
