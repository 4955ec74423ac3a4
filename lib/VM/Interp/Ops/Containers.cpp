// Building, indexing and unpacking containers.
#include "VM/Core/Names.h"
#include "VM/Exceptions/Raise.h"
#include "VM/Interp/Instr.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Set.h"
#include "VM/Types/Slice.h"

namespace coil::vm::ops {

// Drops `count` values and pushes `result`, which is owned.
#define FINISH(count, result)                                                                                \
  do {                                                                                                       \
    Value owned_ = (result);                                                                                 \
    if (owned_.empty()) FAIL();                                                                              \
    for (uint32_t i_ = 0; i_ < (count); ++i_) release(*--sp);                                                \
    *sp++ = owned_;                                                                                          \
    NEXT();                                                                                                  \
  } while (false)

OP(BUILD_TUPLE) {
  uint32_t n = pc->arg;
  sp -= n;
  Value tuple = Value(static_cast<Object *>(takeTuple({sp, n}).release()));
  *sp++ = tuple;
  NEXT();
}

OP(BUILD_LIST) {
  uint32_t n = pc->arg;
  List *list = newList(n).release();
  sp -= n;
  for (uint32_t i = 0; i < n; ++i) list->items[i] = sp[i];
  list->length = n;
  *sp++ = Value(list);
  NEXT();
}

static Ref buildSet(Thread &t, const Value *items, uint32_t n) {
  Ref set = newSet();
  for (uint32_t i = 0; i < n; ++i) TRY(setAdd(t, set.as<Set>(), items[i]));
  return set;
}

OP(BUILD_SET) {
  SAVE_STATE();
  FINISH(pc->arg, buildSet(*t, sp - pc->arg, pc->arg).release());
}

static Ref buildMap(Thread &t, const Value *items, uint32_t n) {
  DictRef dict = newDict(n);
  for (uint32_t i = 0; i < n; ++i) TRY(dictSet(t, dict, items[2 * i], items[2 * i + 1]));
  return dict;
}

OP(BUILD_MAP) {
  SAVE_STATE();
  FINISH(2 * pc->arg, buildMap(*t, sp - 2 * pc->arg, pc->arg).release());
}

static Ref buildConstKeyMap(Thread &t, const Value *items, uint32_t n) {
  auto *keys = items[n].as<Tuple>();
  DictRef dict = newDict(n);
  for (uint32_t i = 0; i < n; ++i) TRY(dictSet(t, dict, (*keys)[i], items[i]));
  return dict;
}

OP(BUILD_CONST_KEY_MAP) {
  SAVE_STATE();
  FINISH(pc->arg + 1, buildConstKeyMap(*t, sp - pc->arg - 1, pc->arg).release());
}

// A bound of a slice as an index of a sequence of this length; false if it is neither an immediate integer
// nor None.
static bool boundOf(Value v, int64_t length, int64_t fallback, int64_t &bound) {
  if (!v.isInt() && !v.isNone()) return false;
  bound = v.isNone() ? fallback : v.asInt();
  if (bound < 0) bound = std::max<int64_t>(bound + length, 0);
  bound = std::min(bound, length);
  return true;
}

// container[start:stop] of the exact built-in sequences, without a slice in between; empty for all others.
static Value quickSlice(Value container, Value start, Value stop) {
  if (!container.isObject()) return Value();
  Type *type = container.object()->type;
  int64_t from, to;
  if (type == &types::Str) {
    auto *s = container.as<Str>();
    if (!boundOf(start, s->length, 0, from) || !boundOf(stop, s->length, s->length, to)) return Value();
    return Value(substring(s, from, to).release());
  }
  if (type != &types::List && type != &types::Tuple) return Value();
  llvm::ArrayRef<Value> items =
      type == &types::List ? container.as<List>()->values() : container.as<Tuple>()->values();
  auto length = int64_t(items.size());
  if (!boundOf(start, length, 0, from) || !boundOf(stop, length, length, to)) return Value();
  if (type == &types::Tuple && from == 0 && to == length) return retained(container);
  size_t count = size_t(std::max<int64_t>(to - from, 0));
  if (type == &types::Tuple) return Value(makeTuple(items.slice(size_t(from), count)).release());
  // Making the list may start a collection, whose finalizers may change the other one.
  ListRef result = newList(int64_t(count));
  List *source = container.as<List>();
  for (int64_t i = from; i < to && i < source->length; ++i)
    result->items[result->length++] = retained(source->items[i]);
  return Value(result.release());
}

OP(BUILD_SLICE) {
  uint32_t n = pc->arg;
  const Program *program = f->code->program;
  if (n == 2 && program->opOf(pc + 1) == bytecode::Op::BINARY_SUBSCR && program->ownHandlers.empty()) {
    f->pc = pc + 1;
    f->sp = sp;
    if (Value part = quickSlice(sp[-3], sp[-2], sp[-1]); !part.empty()) {
      sp -= 2; // the bounds need no release
      replaceOwned(sp[-1], part);
      ++pc;
      NEXT();
    }
  }
  Value step = n == 3 ? sp[-1] : Value::none();
  FINISH(n, newSlice(sp[-int64_t(n)], sp[1 - int64_t(n)], step).release());
}

OP(LIST_TO_TUPLE) {
  FINISH(1, Value(static_cast<Object *>(makeTuple(sp[-1].as<List>()->values()).release())));
}

OP(LIST_APPEND) {
  Value item = *--sp;
  listAppendOwned(sp[-int64_t(pc->arg)].as<List>(), item);
  NEXT();
}

OP(SET_ADD) {
  SAVE_STATE();
  if (!setAdd(*t, sp[-1 - int64_t(pc->arg)].as<Set>(), sp[-1])) FAIL();
  release(*--sp);
  NEXT();
}

OP(MAP_ADD) {
  SAVE_STATE();
  if (!dictSet(*t, sp[-2 - int64_t(pc->arg)].as<Dict>(), sp[-2], sp[-1])) FAIL();
  release(*--sp);
  release(*--sp);
  NEXT();
}

static Status extendList(Thread &t, List *list, Value iterable) {
  if (listExtend(t, list, iterable)) return Status::ok();
  if (!pendingIs(t, types::TypeError) || typeOf(iterable)->slots.iter || typeOf(iterable)->slots.getItem)
    return {};
  clearPending(t);
  return raise(t, types::TypeError, "Value after * must be an iterable, not %", typeName(iterable));
}

OP(LIST_EXTEND) {
  SAVE_STATE();
  if (!extendList(*t, sp[-1 - int64_t(pc->arg)].as<List>(), sp[-1])) FAIL();
  release(*--sp);
  NEXT();
}

OP(SET_UPDATE) {
  SAVE_STATE();
  if (!setUpdate(*t, sp[-1 - int64_t(pc->arg)].as<Set>(), sp[-1])) FAIL();
  release(*--sp);
  NEXT();
}

static Status updateDict(Thread &t, Dict *dict, Value mapping) {
  Ref keys;
  if (!isDict(mapping)) CHECK(lookupAttr(t, mapping, names::keys, keys));
  if (!isDict(mapping) && !keys)
    return raise(t, types::TypeError, "'%' object is not a mapping", typeName(mapping));
  if (dictUpdate(t, dict, mapping)) return Status::ok();
  if (!catchPending(t, types::AttributeError) &&
      !(pendingIs(t, types::TypeError) && !isDict(mapping) && catchPending(t, types::TypeError)))
    return {};
  return raise(t, types::TypeError, "'%' object is not a mapping", typeName(mapping));
}

OP(DICT_UPDATE) {
  SAVE_STATE();
  if (!updateDict(*t, sp[-1 - int64_t(pc->arg)].as<Dict>(), sp[-1])) FAIL();
  release(*--sp);
  NEXT();
}

// The callable's name for messages about its arguments: "f()".
static std::string calleeText(Thread &t, Value callee) {
  Ref qualname;
  if (!lookupAttr(t, callee, names::special_qualname, qualname) || !qualname || !isStr(qualname)) {
    clearPending(t);
    auto text = strText(t, callee);
    return text ? *text : std::string();
  }
  std::string result = toUtf8(qualname.as<Str>()) + "()";
  Ref module;
  if (!lookupAttr(t, callee, names::special_module, module)) clearPending(t);
  if (module && isStr(module) && toUtf8(module.as<Str>()) != "builtins")
    result = toUtf8(module.as<Str>()) + "." + result;
  return result;
}

static Status mergeKeywords(Thread &t, Dict *dict, Value mapping, Value callee) {
  // That the keys are names is found out by the call.
  auto add = [&](Value key, auto &&valueOf) -> Status {
    if (TRY(contains(t, Value(dict), key)))
      return raise(t, types::TypeError, "% got multiple values for keyword argument '%'",
                   calleeText(t, callee), TRY(strText(t, key)));
    Ref value = TRY(valueOf());
    return dictSet(t, dict, key, value);
  };
  if (isDict(mapping)) {
    DictRef extra = newDict(); // looking keys up may change the mapping
    TRY(dictUpdate(t, extra, mapping));
    int64_t position = 0;
    for (DictEntry *entry; dictNext(extra, position, entry);)
      TRY(add(entry->key, [&] { return Ref::share(entry->value); }));
    return Status::ok();
  }
  Ref keys;
  TRY(lookupAttr(t, mapping, names::keys, keys));
  if (!keys)
    return raise(t, types::TypeError, "% argument after ** must be a mapping, not %", calleeText(t, callee),
                 typeName(mapping));
  Ref names = TRY(call(t, keys, llvm::ArrayRef<Value>()));
  return forEach(t, names, [&](Value key) { return add(key, [&] { return getItem(t, mapping, key); }); });
}

OP(DICT_MERGE) {
  SAVE_STATE();
  int64_t depth = pc->arg;
  if (!mergeKeywords(*t, sp[-1 - depth].as<Dict>(), sp[-1], sp[-3 - depth])) FAIL();
  release(*--sp);
  NEXT();
}

// --- indexing
// ----------------------------------------------------------------------------------------------------

// The value of an exact dict's key, or the character of a text, owned; empty where it is neither, is absent
// or raises (then something is pending).
static Value quickItem(Thread &t, Value container, Value key) {
  if (isExactDict(container)) {
    auto found = dictGet(t, container.as<Dict>(), key);
    return found ? retained(*found) : Value();
  }
  if (!isExactStr(container) || !key.isInt()) return Value();
  auto *text = container.as<Str>();
  int64_t i = key.asInt();
  if (i < 0) i += text->length;
  if (uint64_t(i) >= uint64_t(text->length)) return Value();
  return Value(makeStrFromCodePoint(text->at(i)).release());
}

static COIL_OP __attribute__((noinline)) Value subscriptSlow(Frame *f, Instr *pc, Value *sp, Thread *t) {
  CACHE_MISS(BINARY_SUBSCR);
  SAVE_STATE();
  Value item = quickItem(*t, sp[-2], sp[-1]);
  if (item.empty()) {
    if (t->hasPending()) FAIL();
    item = getItem(*t, sp[-2], sp[-1]).release();
  }
  FINISH(2, item);
}

OP(BINARY_SUBSCR) {
  Value container = sp[-2], item = itemAt(container, sp[-1]);
  if (item.empty()) [[clang::musttail]]
    return subscriptSlow(f, pc, sp, t);
  --sp;
  sp[-1] = retained(item);
  release(container);
  NEXT();
}

static COIL_OP __attribute__((noinline)) Value storeSubscriptSlow(Frame *f, Instr *pc, Value *sp, Thread *t) {
  CACHE_MISS(STORE_SUBSCR);
  SAVE_STATE();
  Value value = sp[-3], container = sp[-2], key = sp[-1];
  Status done = isExactDict(container) ? dictSet(*t, container.as<Dict>(), key, value)
                                       : setItem(*t, container, key, value);
  if (!done) FAIL();
  release(*--sp);
  release(*--sp);
  release(*--sp);
  NEXT();
}

OP(STORE_SUBSCR) {
  Value value = sp[-3], container = sp[-2], key = sp[-1];
  if (isExactly(container, types::List) && key.isInt()) {
    auto *list = container.as<List>();
    int64_t i = key.asInt();
    if (i < 0) i += list->length;
    if (uint64_t(i) < uint64_t(list->length)) {
      SAVE_STATE();
      sp -= 3;
      replaceOwned(list->items[i], value);
      release(container);
      NEXT();
    }
  }
  [[clang::musttail]] return storeSubscriptSlow(f, pc, sp, t);
}

OP(DELETE_SUBSCR) {
  SAVE_STATE();
  if (!deleteItem(*t, sp[-2], sp[-1])) FAIL();
  release(*--sp);
  release(*--sp);
  NEXT();
}

// --- unpacking
// ---------------------------------------------------------------------------------------------------

static Failure raiseTooFew(Thread &t, int64_t wanted, int64_t got, bool atLeast) {
  return raise(t, types::ValueError, "not enough values to unpack (expected %%, got %)",
               atLeast ? "at least " : "", wanted, got);
}

// Fetches exactly `n` items (the first ones if `more`) of an iterable into a list.
static ObjectRef<List> unpackIterable(Thread &t, Value iterable, int64_t before, int64_t after, bool more) {
  Ref iterator = iterate(t, iterable);
  if (!iterator) {
    if (pendingIs(t, types::TypeError) && !typeOf(iterable)->slots.iter && !typeOf(iterable)->slots.getItem) {
      clearPending(t);
      return raise(t, types::TypeError, "cannot unpack non-iterable % object", typeName(iterable));
    }
    return {};
  }
  ListRef items = newList(before);
  int64_t wanted = before + after;
  while (items->length < before) {
    Ref item = nextItem(t, iterator);
    if (!item) return t.hasPending() ? Failure() : raiseTooFew(t, wanted, items->length, more);
    listAppend(items, item);
  }
  if (more) {
    TRY(listExtend(t, items, iterator));
    if (items->length < wanted) return raiseTooFew(t, wanted, items->length, true);
    return items;
  }
  if (Ref extra = nextItem(t, iterator))
    return raise(t, types::ValueError, "too many values to unpack (expected %)", wanted);
  if (t.hasPending()) return {};
  return items;
}

OP(UNPACK_SEQUENCE) {
  Value source = sp[-1];
  uint32_t n = pc->arg;
  const Value *items = nullptr;
  if (isExactly(source, types::Tuple) && source.as<Tuple>()->length == n)
    items = source.as<Tuple>()->items();
  else if (isExactly(source, types::List) && source.as<List>()->length == n)
    items = source.as<List>()->items;
  if (items) {
    --sp;
    for (uint32_t i = n; i > 0; --i) *sp++ = retained(items[i - 1]);
    release(source);
    NEXT();
  }
  SAVE_STATE();
  List *list = unpackIterable(*t, source, n, 0, false).release();
  if (!list) FAIL();
  release(*--sp);
  for (uint32_t i = n; i > 0; --i) *sp++ = retained(list->items[i - 1]);
  release(static_cast<Object *>(list));
  NEXT();
}

OP(UNPACK_EX) {
  SAVE_STATE();
  int64_t before = pc->arg & 0xFF, after = pc->arg >> 8;
  List *list = unpackIterable(*t, sp[-1], before, after, true).release();
  if (!list) FAIL();
  release(*--sp);
  int64_t middle = list->length - after;
  for (int64_t i = list->length; i > middle; --i) *sp++ = retained(list->items[i - 1]);
  *sp++ = Value(static_cast<Object *>(makeList({list->items + before, size_t(middle - before)}).release()));
  for (int64_t i = before; i > 0; --i) *sp++ = retained(list->items[i - 1]);
  release(static_cast<Object *>(list));
  NEXT();
}

} // namespace coil::vm::ops
