// code(...) and code.replace(...): code objects from their parts.
#include "Bytecode/Verify.h"
#include "VM/Modules/marshal.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Bytes.h"
#include "VM/Types/CodeParts.h"
#include "VM/Types/Int/Int.h"
#include "llvm/ADT/STLExtras.h"

using namespace coil::vm;
namespace bc = coil::bytecode;

namespace {

// A pool for new objects, together with the one that owns the old code's.
struct PoolPair {
  bc::ObjectPool own;
  std::shared_ptr<bc::ObjectPool> base;
};

class Builder {
  Thread &t;
  const CodeParts &parts;
  bc::ObjectPool &pool;

public:
  Builder(Thread &t, const CodeParts &parts, bc::ObjectPool &pool) : t(t), parts(parts), pool(pool) {}

  const bc::Code *build() {
    bc::Code *code = pool.makeCode();
    code->argcount = uint32_t(parts.argcount);
    code->posonlyargcount = uint32_t(parts.posonlyargcount);
    code->kwonlyargcount = uint32_t(parts.kwonlyargcount);
    code->stacksize = uint32_t(parts.stacksize);
    code->flags = uint32_t(parts.flags);
    code->firstlineno = uint32_t(parts.firstlineno);
    code->code = bytes(parts.code);
    code->linetable = bytes(parts.linetable);
    code->exceptiontable = bytes(parts.exceptiontable);
    code->names = names(parts.names);
    code->filename = pool.makeStr(toUtf8(parts.filename));
    code->name = pool.makeStr(toUtf8(parts.name), true);
    code->qualname = pool.makeStr(toUtf8(parts.qualname), true);
    code->consts = constants();
    if (!code->names || !addLocals(code)) return nullptr;
    return code;
  }

private:
  const bc::BytesObject *bytes(Bytes *b) {
    return pool.makeBytes({reinterpret_cast<const char *>(b->data), size_t(b->length)});
  }

  const bc::SequenceObject *names(Tuple *tuple) {
    llvm::SmallVector<const bc::Object *, 16> items;
    for (Value v : tuple->values()) {
      if (!isStr(v)) {
        (void)raise(t, types::SystemError, "non-string found in code slot");
        return nullptr;
      }
      items.push_back(pool.makeStr(toUtf8(v.as<Str>()), true));
    }
    return pool.makeTuple(items);
  }

  // For marshal and listings; the interpreter takes the values themselves. What marshal cannot hold is None
  // there.
  const bc::SequenceObject *constants() {
    llvm::SmallVector<const bc::Object *, 16> items;
    for (Value v : parts.consts->values()) {
      const bc::Object *object = marshalObject(t, pool, v);
      if (!object) clearPending(t);
      items.push_back(object ? object : bc::ObjectPool::none());
    }
    return pool.makeTuple(items);
  }

  // Plain locals, then cells that are no locals, then free variables.
  bool addLocals(bc::Code *code) {
    const bc::SequenceObject *vars = names(parts.varnames), *cells = vars ? names(parts.cellvars) : nullptr,
                             *frees = cells ? names(parts.freevars) : nullptr;
    if (!frees) return false;
    llvm::SmallVector<const bc::Object *, 16> all;
    std::string kinds;
    auto text = [](const bc::Object *o) { return static_cast<const bc::StrObject *>(o)->text; };
    auto isCell = [&](const bc::Object *o) {
      return llvm::any_of(cells->items, [&](const bc::Object *cell) { return text(cell) == text(o); });
    };
    for (const bc::Object *name : vars->items) {
      all.push_back(name);
      kinds += char(bc::kLocalFast | (isCell(name) ? bc::kLocalCell : 0));
    }
    for (const bc::Object *name : cells->items) {
      if (llvm::any_of(vars->items, [&](const bc::Object *var) { return text(var) == text(name); })) continue;
      all.push_back(name);
      kinds += char(bc::kLocalCell);
    }
    for (const bc::Object *name : frees->items) {
      all.push_back(name);
      kinds += char(bc::kLocalFree);
    }
    code->localsplusnames = pool.makeTuple(all);
    code->localspluskinds = pool.makeBytes(kinds);
    return true;
  }
};

Status checkCounts(Thread &t, const CodeParts &parts) {
  int64_t arguments = parts.argcount + parts.kwonlyargcount + !!(parts.flags & bc::CO_VARARGS) +
                      !!(parts.flags & bc::CO_VARKEYWORDS);
  if (parts.posonlyargcount > parts.argcount)
    return raise(t, types::SystemError, "bad argument to internal function");
  if (parts.code->length == 0 || parts.code->length % 2)
    return raise(t, types::ValueError, "code: co_code is malformed");
  if (arguments > parts.varnames->length)
    return raise(t, types::ValueError, "code: co_varnames is too small");
  if (parts.nlocals != parts.varnames->length)
    return raise(t, types::ValueError, "code: co_nlocals != len(co_varnames)");
  return Status::ok();
}

} // namespace

CodeRef coil::vm::newCode(Thread &t, const CodeParts &parts, const std::shared_ptr<bc::ObjectPool> &base) {
  CHECK(checkCounts(t, parts));
  auto pair = std::make_shared<PoolPair>();
  pair->base = base;
  const bc::Code *raw = Builder(t, parts, pair->own).build();
  if (!raw) return {};
  CodeRef code = makeCode(*raw, std::shared_ptr<bc::ObjectPool>(pair, &pair->own));
  // Unsound instructions would be the end of the process in CPython; here executing them raises.
  if (auto problems = bc::verify(*raw, {.recursive = false, .locations = false}); !problems.empty())
    code->unsound =
        new std::string("offset " + std::to_string(2 * problems[0].unit) + ": " + problems[0].message);
  replaceOwned(code->consts, TupleRef::share(parts.consts).release());
  return code;
}
