// posix: users and groups.
#include "VM/Core/Audit.h"
#include "VM/Modules/posix/Path.h"
#include "VM/Types/Bytes.h"
#include "VM/Types/Dict/Dict.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"
#include "VM/Types/Set.h"
#include "VM/Types/StructSequence.h"
#include "VM/Types/Tuple.h"
#include <grp.h>
#include <unistd.h>

using namespace coil::vm;

namespace {

[[maybe_unused]] Ref done(Thread &t, int status) { return status < 0 ? Ref(raiseErrno(t)) : Ref::none(); }
[[maybe_unused]] Ref number(Thread &t, int64_t result) {
  return result < 0 ? Ref(raiseErrno(t)) : makeInt(result);
}

Ref shown(uint32_t id) { return id == uint32_t(-1) ? makeInt(-1) : makeInt(int64_t(id)); }

Ref posixGetuid(Thread &, const Value *) { return shown(::getuid()); }
Ref posixGeteuid(Thread &, const Value *) { return shown(::geteuid()); }
Ref posixGetgid(Thread &, const Value *) { return shown(::getgid()); }
Ref posixGetegid(Thread &, const Value *) { return shown(::getegid()); }
Ref posixSetuid(Thread &t, const Value *args) {
  return done(t, ::setuid(TRY(readIdentity(t, args[0], "uid"))));
}
Ref posixSeteuid(Thread &t, const Value *args) {
  return done(t, ::seteuid(TRY(readIdentity(t, args[0], "uid"))));
}
Ref posixSetgid(Thread &t, const Value *args) {
  return done(t, ::setgid(TRY(readIdentity(t, args[0], "gid"))));
}
Ref posixSetegid(Thread &t, const Value *args) {
  return done(t, ::setegid(TRY(readIdentity(t, args[0], "gid"))));
}
Ref posixSetreuid(Thread &t, const Value *args) {
  uint32_t real = TRY(readIdentity(t, args[0], "uid")), effective = TRY(readIdentity(t, args[1], "uid"));
  return done(t, ::setreuid(real, effective));
}
Ref posixSetregid(Thread &t, const Value *args) {
  uint32_t real = TRY(readIdentity(t, args[0], "gid")), effective = TRY(readIdentity(t, args[1], "gid"));
  return done(t, ::setregid(real, effective));
}
Ref posixSetresuid(Thread &t, const Value *args) {
  uint32_t real = TRY(readIdentity(t, args[0], "uid")), effective = TRY(readIdentity(t, args[1], "uid")),
           saved = TRY(readIdentity(t, args[2], "uid"));
  return done(t, ::setresuid(real, effective, saved));
}
Ref posixSetresgid(Thread &t, const Value *args) {
  uint32_t real = TRY(readIdentity(t, args[0], "gid")), effective = TRY(readIdentity(t, args[1], "gid")),
           saved = TRY(readIdentity(t, args[2], "gid"));
  return done(t, ::setresgid(real, effective, saved));
}
Ref posixGetresuid(Thread &t, const Value *) {
  uid_t a, b, c;
  if (::getresuid(&a, &b, &c) < 0) return raiseErrno(t);
  return packTuple(Value(shown(a)), Value(shown(b)), Value(shown(c)));
}
Ref posixGetresgid(Thread &t, const Value *) {
  gid_t a, b, c;
  if (::getresgid(&a, &b, &c) < 0) return raiseErrno(t);
  return packTuple(Value(shown(a)), Value(shown(b)), Value(shown(c)));
}

// --- supplementary groups

Ref listOf(llvm::ArrayRef<gid_t> groups) {
  ListRef list = newList();
  for (gid_t group : groups) listAppend(list, shown(group));
  return list;
}
Ref posixGetgroups(Thread &t, const Value *) {
  std::vector<gid_t> groups(65536);
  int count = ::getgroups(int(groups.size()), groups.data());
  if (count < 0) return raiseErrno(t);
  return listOf(llvm::ArrayRef(groups).take_front(size_t(count)));
}
Ref posixSetgroups(Thread &t, const Value *args) {
  if (!typeOf(args[0])->slots.getItem || isDict(args[0]))
    return raise(t, types::TypeError, "setgroups argument must be a sequence");
  std::vector<gid_t> groups;
  CHECK(forEach(t, args[0], [&](Value v) -> Status {
    if (!isIntLike(v)) return raise(t, types::TypeError, "groups must be integers");
    groups.push_back(TRY(readIdentity(t, v, "gid")));
    return Status::ok();
  }));
  return done(t, ::setgroups(groups.size(), groups.data()));
}
Ref posixGetgrouplist(Thread &t, const Value *args) {
  if (!isStr(args[0]))
    return raise(t, types::TypeError, "getgrouplist() argument 1 must be str, not %",
                 argumentTypeName(args[0]));
  std::string user = TRY(encodeFileName(t, args[0].as<Str>()));
  uint32_t base = TRY(readIdentity(t, args[1], "gid"));
  std::vector<gid_t> groups(65536);
  int count = int(groups.size());
  if (::getgrouplist(user.c_str(), base, groups.data(), &count) < 0) return raiseErrno(t);
  return listOf(llvm::ArrayRef(groups).take_front(size_t(count)));
}
Ref posixInitgroups(Thread &t, const Value *args) {
  Path user;
  CHECK(readPath(t, args[0], {.function = "initgroups", .argument = "username"}, user));
  return done(t, ::initgroups(user.c_str(), TRY(readIdentity(t, args[1], "gid"))));
}

Ref posixGetlogin(Thread &t, const Value *) {
  errno = 0;
  const char *name = ::getlogin();
  if (name) return decodeFileName(name);
  if (errno) return raiseErrno(t);
  return raise(t, types::OSError, "unable to determine login name");
}

NativeDef kFunctions[] = {
    {"getuid", posixGetuid, "($module, /)", "The real user ID of this process."},
    {"geteuid", posixGeteuid, "($module, /)",
     "The effective user ID of this process, which decides what it may do."},
    {"getgid", posixGetgid, "($module, /)", "The real group ID of this process."},
    {"getegid", posixGetegid, "($module, /)",
     "The effective group ID of this process, which decides what it may do."},
    {"setuid", posixSetuid, "($module, uid, /)", "Make this process that of another user."},
    {"seteuid", posixSeteuid, "($module, euid, /)",
     "Let another user's rights decide what this process may do."},
    {"setgid", posixSetgid, "($module, gid, /)", "Make this process that of another group."},
    {"setegid", posixSetegid, "($module, egid, /)",
     "Let another group's rights decide what this process may do."},
    {"setreuid", posixSetreuid, "($module, ruid, euid, /)",
     "Set the real and the effective user ID; -1 leaves one as it is."},
    {"setregid", posixSetregid, "($module, rgid, egid, /)",
     "Set the real and the effective group ID; -1 leaves one as it is."},
    {"setresuid", posixSetresuid, "($module, ruid, euid, suid, /)",
     "Set the real, the effective and the saved user ID; -1 leaves one as it is."},
    {"setresgid", posixSetresgid, "($module, rgid, egid, sgid, /)",
     "Set the real, the effective and the saved group ID; -1 leaves one as it is."},
    {"getresuid", posixGetresuid, "($module, /)",
     "The real, the effective and the saved user ID of this process, as a tuple."},
    {"getresgid", posixGetresgid, "($module, /)",
     "The real, the effective and the saved group ID of this process, as a tuple."},
    {"getgroups", posixGetgroups, "($module, /)",
     "A list of the IDs of the further groups this process is in."},
    {"setgroups", posixSetgroups, "($module, groups, /)",
     "Put this process into these further groups and no others."},
    {"getgrouplist", posixGetgrouplist, "($module, user, group, /)",
     "A list of the IDs of the groups a user is in, together with group."},
    {"initgroups", posixInitgroups, "($module, username, gid, /)",
     "Put this process into the groups that a user is in, together with gid."},
    {"getlogin", posixGetlogin, "($module, /)",
     "The name of the user who logged in on the terminal of this process."},
};

} // namespace

llvm::ArrayRef<NativeDef> coil::vm::posixUserFunctions() { return kFunctions; }
