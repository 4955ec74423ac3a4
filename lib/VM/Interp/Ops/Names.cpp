// Instructions that read and write names: namespaces, globals, cells.
#include "VM/Core/Names.h"
#include "VM/Core/Runtime.h"
#include "VM/Exceptions/Raise.h"
#include "VM/Interp/Instr.h"
#include "VM/Protocol/Protocol.h"

namespace coil::vm::ops {

static Str *nameOf(Frame *f, uint32_t i) { return f->code->names->items()[i].as<Str>(); }

// Looks a name up in a namespace that may be any mapping; empty when it is absent, failed when it raised.
static Result<Value> namespaceGet(Thread &t, Value nameSpace, Str *name, Ref &keep) {
  if (isExactDict(nameSpace)) {
    keep = Ref::share(dictGetStr(nameSpace.as<Dict>(), name));
    return keep.get();
  }
  keep = getItem(t, nameSpace, Value(name));
  if (keep) return keep.get();
  if (catchPending(t, types::KeyError)) return Value();
  return {};
}

} // namespace coil::vm::ops

coil::vm::Ref coil::vm::builtinsGet(Thread &t, Frame *f, Str *name) {
  Value builtins = f->function->builtins;
  if (isExactDict(builtins)) return Ref::share(dictGetStr(builtins.as<Dict>(), name));
  Ref found = getItem(t, builtins, Value(name));
  if (!found) (void)catchPending(t, types::KeyError);
  return found;
}

namespace coil::vm::ops {

static Ref globalGet(Thread &t, Frame *f, Str *name) {
  Ref found = Ref::share(dictGetStr(f->globals, name));
  if (!found) found = builtinsGet(t, f, name);
  if (!found && !t.hasPending()) return raiseNameError(t, types::NameError, "name '%' is not defined", name);
  return found;
}

// Code that is made for a namespace but called as a function has its globals for that, as in CPython.
static void ensureLocals(Frame *f) {
  if (f->locals.empty() && !(f->code->codeFlags & coil::bytecode::CO_OPTIMIZED))
    f->locals = retained(Value(f->globals));
}

static Ref loadName(Thread &t, Frame *f, Str *name) {
  Ref found;
  if (!f->locals.empty()) TRY(namespaceGet(t, f->locals, name, found));
  if (found) return found;
  return globalGet(t, f, name);
}

static Status storeName(Thread &t, Frame *f, Str *name, Value value) {
  ensureLocals(f);
  if (f->locals.empty()) return raise(t, types::SystemError, "no locals found when storing '%'", name);
  if (isExactDict(f->locals)) {
    dictSetStr(f->locals.as<Dict>(), name, value);
    return Status::ok();
  }
  return setItem(t, f->locals, Value(name), value);
}

static Status deleteName(Thread &t, Frame *f, Str *name) {
  ensureLocals(f);
  if (f->locals.empty()) return raise(t, types::SystemError, "no locals when deleting '%'", name);
  if (isExactDict(f->locals)) {
    if (dictDeleteStr(f->locals.as<Dict>(), name)) return Status::ok();
  } else {
    if (deleteItem(t, f->locals, Value(name))) return Status::ok();
    if (!catchPending(t, types::KeyError)) return {};
  }
  return raiseNameError(t, types::NameError, "name '%' is not defined", name);
}

// Remembers where a name was found, for the next time: in the namespace, or (of a module) in the builtins.
static void cacheName(Frame *f, Instr *pc, Str *name) {
  if (!isExactDict(f->locals)) return;
  auto *locals = f->locals.as<Dict>();
  if (int64_t entry = dictFindStr(locals, name); entry >= 0) {
    pc->version = locals->keysVersion;
    pc->version2 = 0;
    pc->number = uint32_t(entry);
  } else if (locals == f->globals && (entry = dictFindStr(f->builtins, name)) >= 0) {
    pc->version = locals->keysVersion;
    pc->version2 = f->builtins->keysVersion;
    pc->number = uint32_t(entry);
  }
}

static COIL_OP __attribute__((noinline)) Value loadNameSlow(Frame *f, Instr *pc, Value *sp, Thread *t) {
  CACHE_MISS(LOAD_NAME);
  SAVE_STATE();
  Str *name = nameOf(f, pc->arg);
  Value value = loadName(*t, f, name).release();
  if (value.empty()) FAIL();
  cacheName(f, pc, name);
  *sp++ = value;
  NEXT();
}

// The cache is LOAD_GLOBAL's, on the frame's namespace. The version belongs to one dict alone.
OP(LOAD_NAME) {
  if (!isExactDict(f->locals) || pc->version != f->locals.as<Dict>()->keysVersion) [[unlikely]] {
    [[clang::musttail]] return loadNameSlow(f, pc, sp, t);
  }
  Dict *holder = f->locals.as<Dict>();
  if (pc->version2) {
    holder = f->builtins;
    if (pc->version2 != holder->keysVersion) [[unlikely]] {
      [[clang::musttail]] return loadNameSlow(f, pc, sp, t);
    }
  }
  *sp++ = retained(holder->entries[pc->number].value);
  NEXT();
}

static COIL_OP __attribute__((noinline)) Value storeNameSlow(Frame *f, Instr *pc, Value *sp, Thread *t) {
  CACHE_MISS(STORE_NAME);
  SAVE_STATE();
  Str *name = nameOf(f, pc->arg);
  if (!storeName(*t, f, name, sp[-1])) FAIL();
  cacheName(f, pc, name);
  release(*--sp);
  NEXT();
}

OP(STORE_NAME) {
  if (!isExactDict(f->locals) || pc->version != f->locals.as<Dict>()->keysVersion) [[unlikely]] {
    [[clang::musttail]] return storeNameSlow(f, pc, sp, t);
  }
  SAVE_STATE();
  Value value = *--sp;
  release(std::exchange(f->locals.as<Dict>()->entries[pc->number].value, value));
  NEXT();
}

} // namespace coil::vm::ops

coil::vm::Value *coil::vm::cachedName(Frame *f, const Instr *store) {
  if (!isExactDict(f->locals) || store->version != f->locals.as<Dict>()->keysVersion) return nullptr;
  return &f->locals.as<Dict>()->entries[store->number].value;
}

namespace coil::vm::ops {

OP(DELETE_NAME) {
  SAVE_STATE();
  if (!deleteName(*t, f, nameOf(f, pc->arg))) FAIL();
  NEXT();
}

static Ref globalOfMapping(Thread &t, Frame *f, Str *name) {
  Ref found;
  if (!TRY(namespaceGet(t, Value(f->globals), name, found)).empty()) return found;
  return globalGet(t, f, name);
}

// LOAD_GLOBAL where globals or builtins are mappings of another type than dict, whose methods have a say.
static COIL_OP __attribute__((noinline)) Value loadGlobalMapping(Frame *f, Instr *pc, Value *sp, Thread *t) {
  SAVE_STATE();
  Value value = globalOfMapping(*t, f, nameOf(f, pc->arg >> 1)).release();
  if (value.empty()) FAIL();
  if (pc->arg & 1) *sp++ = Value();
  *sp++ = value;
  NEXT();
}

// The cache holds the versions of the keys of globals and (if the name is a builtin) of builtins, and the
// entry number.
static COIL_OP __attribute__((noinline)) Value loadGlobalSlow(Frame *f, Instr *pc, Value *sp, Thread *t) {
  CACHE_MISS(LOAD_GLOBAL);
  if (f->builtins == runtime.noBuiltins || !isExactDict(Value(f->globals))) [[unlikely]] {
    [[clang::musttail]] return loadGlobalMapping(f, pc, sp, t);
  }
  Str *name = nameOf(f, pc->arg >> 1);
  int64_t entry = dictFindStr(f->globals, name);
  Value value;
  if (entry >= 0) {
    pc->version = f->globals->keysVersion;
    pc->version2 = 0;
    value = f->globals->entries[entry].value;
  } else {
    entry = dictFindStr(f->builtins, name);
    if (entry < 0) {
      raiseNameError(*t, types::NameError, "name '%' is not defined", name);
      FAIL();
    }
    pc->version = f->globals->keysVersion;
    pc->version2 = f->builtins->keysVersion;
    value = f->builtins->entries[entry].value;
  }
  pc->number = uint32_t(entry);
  if (pc->arg & 1) *sp++ = Value();
  *sp++ = retained(value);
  NEXT();
}

OP(LOAD_GLOBAL) {
  if (pc->version != f->globals->keysVersion) [[unlikely]] {
    [[clang::musttail]] return loadGlobalSlow(f, pc, sp, t);
  }
  Value value;
  if (pc->version2 == 0) {
    value = f->globals->entries[pc->number].value;
  } else {
    if (pc->version2 != f->builtins->keysVersion) [[unlikely]] {
      [[clang::musttail]] return loadGlobalSlow(f, pc, sp, t);
    }
    value = f->builtins->entries[pc->number].value;
  }
  if (pc->arg & 1) *sp++ = Value();
  *sp++ = retained(value);
  NEXT();
}

OP(STORE_GLOBAL) {
  dictSetStr(f->globals, nameOf(f, pc->arg), sp[-1]);
  release(*--sp);
  NEXT();
}

OP(DELETE_GLOBAL) {
  Str *name = nameOf(f, pc->arg);
  if (!dictDeleteStr(f->globals, name)) {
    raiseNameError(*t, types::NameError, "name '%' is not defined", name);
    FAIL();
  }
  NEXT();
}

// --- cells
// -------------------------------------------------------------------------------------------------------

static Cell *cellOf(Frame *f, uint32_t slot) { return f->slots[slot].as<Cell>(); }

static Failure raiseUnboundCell(Thread &t, Frame *f, uint32_t slot) {
  Str *name = (*f->code->localsplusNames)[slot].as<Str>();
  if (f->code->localKind(slot) & bytecode::kLocalFree)
    return raiseNameError(
        t, types::NameError,
        "cannot access free variable '%' where it is not associated with a value in enclosing scope", name);
  return raiseNameError(t, types::UnboundLocalError,
                        "cannot access local variable '%' where it is not associated with a value", name);
}

OP(MAKE_CELL) {
  Value initial = f->slots[pc->arg];
  f->slots[pc->arg] = newCell(initial).release();
  release(initial);
  NEXT();
}

OP(COPY_FREE_VARS) {
  Tuple *closure = f->function->closure;
  uint32_t offset = f->code->localsplusCount - pc->arg;
  for (uint32_t i = 0; i < pc->arg; ++i) f->slots[offset + i] = retained((*closure)[i]);
  NEXT();
}

OP(LOAD_CLOSURE) {
  *sp++ = retained(f->slots[pc->arg]);
  NEXT();
}

OP(LOAD_DEREF) {
  Value value = cellOf(f, pc->arg)->value;
  if (value.empty()) [[unlikely]] {
    raiseUnboundCell(*t, f, pc->arg);
    FAIL();
  }
  *sp++ = retained(value);
  NEXT();
}

OP(STORE_DEREF) {
  Cell *cell = cellOf(f, pc->arg);
  Value value = *--sp;
  replaceOwned(cell->value, value);
  NEXT();
}

OP(DELETE_DEREF) {
  Cell *cell = cellOf(f, pc->arg);
  if (cell->value.empty()) {
    raiseUnboundCell(*t, f, pc->arg);
    FAIL();
  }
  replaceOwned(cell->value, Value());
  NEXT();
}

OP(LOAD_CLASSDEREF) {
  Value value;
  bool good;
  {
    Ref found;
    good = bool(namespaceGet(*t, f->locals, (*f->code->localsplusNames)[pc->arg].as<Str>(), found));
    value = found.release();
  }
  if (!good) FAIL();
  if (value.empty()) {
    value = retained(cellOf(f, pc->arg)->value);
    if (value.empty()) {
      raiseUnboundCell(*t, f, pc->arg);
      FAIL();
    }
  }
  *sp++ = value;
  NEXT();
}

} // namespace coil::vm::ops
