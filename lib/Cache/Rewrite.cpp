// New headers, new file names, and writing of .pyc files.
#include "Cache/Rewrite.h"
#include "Support/Tool.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/Support/MemoryBuffer.h"
#include <cerrno>
#include <sys/stat.h>

using namespace coil;
using namespace coil::bytecode;
using namespace coil::cache;
using llvm::StringRef;

std::optional<PycHeader> cache::stampFor(StringRef source, Invalidation mode, std::string &error) {
  PycHeader header;
  if (mode == Invalidation::Timestamp) {
    struct stat info;
    if (::stat(source.str().c_str(), &info) != 0) {
      error = errorText(errno);
      return std::nullopt;
    }
    header.mtime = static_cast<uint32_t>(info.st_mtime);
    header.sourceSize = static_cast<uint32_t>(info.st_size);
    return header;
  }
  auto buffer = llvm::MemoryBuffer::getFile(source);
  if (!buffer) {
    error = errorText(buffer.getError());
    return std::nullopt;
  }
  header.flags = mode == Invalidation::CheckedHash ? 3 : 1;
  header.sourceHash = sourceHash((*buffer)->getBuffer(), header.magic);
  return header;
}

bool cache::writePyc(const PycHeader &header, const Code &code, RefPolicy policy,
                     llvm::SmallVectorImpl<char> &out) {
  writePycHeader(header, out);
  return writeMarshal(code, policy, out);
}

namespace {

// Copies code objects and the tuples on the way to them; every other object is used again as it is.
class Relocator {
public:
  Relocator(StringRef from, StringRef to, ObjectPool &pool)
      : from(from.rtrim('/')), to(to.rtrim('/')), pool(pool) {}
  const Code *code(const Code &old);
  size_t changed = 0;

private:
  StringRef from, to;
  ObjectPool &pool;
  llvm::DenseMap<const Object *, const Object *> copies;

  const StrObject *filename(const StrObject *old);
  const Object *object(const Object *old);
};

const StrObject *Relocator::filename(const StrObject *old) {
  StringRef rest = old->text;
  if (!rest.consume_front(from) || !(rest.empty() || rest[0] == '/')) return old;
  ++changed;
  const Object *&copy = copies[old];
  if (!copy) {
    StrObject *fresh = pool.makeStr((to + rest).str(), old->interned);
    fresh->refFlag = old->refFlag;
    copy = fresh;
  }
  return static_cast<const StrObject *>(copy);
}

const Object *Relocator::object(const Object *old) {
  if (auto *nested = dynCast<Code>(old)) return code(*nested);
  if (old->kind != ObjectKind::Tuple) return old;
  if (const Object *copy = copies.lookup(old)) return copy;
  llvm::SmallVector<const Object *> items;
  bool same = true;
  for (const Object *item : dynCast<SequenceObject>(old)->items) {
    items.push_back(object(item));
    same &= items.back() == item;
  }
  const Object *result = old;
  if (!same) {
    SequenceObject *fresh = pool.makeTuple(items);
    fresh->refFlag = old->refFlag;
    result = fresh;
  }
  copies[old] = result;
  return result;
}

const Code *Relocator::code(const Code &old) {
  if (const Object *copy = copies.lookup(&old)) return static_cast<const Code *>(copy);
  Code *fresh = pool.makeCode();
  fresh->refFlag = old.refFlag;
  fresh->argcount = old.argcount;
  fresh->posonlyargcount = old.posonlyargcount;
  fresh->kwonlyargcount = old.kwonlyargcount;
  fresh->stacksize = old.stacksize;
  fresh->flags = old.flags;
  fresh->code = old.code;
  fresh->consts = static_cast<const SequenceObject *>(object(old.consts));
  fresh->names = old.names;
  fresh->localsplusnames = old.localsplusnames;
  fresh->localspluskinds = old.localspluskinds;
  fresh->filename = filename(old.filename);
  fresh->name = old.name;
  fresh->qualname = old.qualname;
  fresh->firstlineno = old.firstlineno;
  fresh->linetable = old.linetable;
  fresh->exceptiontable = old.exceptiontable;
  copies[&old] = fresh;
  return fresh;
}

} // namespace

const Code *cache::relocate(const Code &code, StringRef from, StringRef to, ObjectPool &pool,
                            size_t &changed) {
  Relocator relocator(from, to, pool);
  const Code *result = relocator.code(code);
  changed = relocator.changed;
  return result;
}
