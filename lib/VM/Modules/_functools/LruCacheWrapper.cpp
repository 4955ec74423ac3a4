// functools._lru_cache_wrapper: a function with a cache of its results. The cache's dict is in the order of
// use, the least recently used entry first.
#include "VM/Core/Names.h"
#include "VM/Modules/_functools/Functools.h"
#include "VM/Types/Function.h"
#include "VM/Types/Int/Int.h"

using namespace coil::vm;

namespace {

struct LruCacheWrapper : Object {
  Value function; // owned, as all below
  Value infoType;
  Dict *cache;
  Dict *dict;      // may be null
  int64_t maxSize; // -1: unlimited
  int64_t hits, misses;
  bool typed;
};

Value keywordMark; // stands between positional and keyword arguments in keys

LruCacheWrapper *self(const Value *args) { return args[0].as<LruCacheWrapper>(); }

Ref uncachedCall(Thread &t, Value v, const CallArgs &args) {
  auto *self = v.as<LruCacheWrapper>();
  ++self->misses;
  Ref function = Ref::share(self->function);
  return call(t, function, args);
}

// A lone int or str is its own key; else a tuple of the arguments, the names and values of keyword arguments,
// and the types of all if the cache tells them apart.
Ref makeKey(LruCacheWrapper *self, const CallArgs &args) {
  size_t keywords = args.keywordCount();
  if (!self->typed && !keywords) {
    Value only = args.positional == 1 ? args.values[0] : Value();
    if (only.isInt() || isExactly(only, types::Int) || isExactStr(only)) return Ref::share(only);
    return makeTuple({args.values, args.positional});
  }
  llvm::SmallVector<Value, 16> parts(args.values, args.values + args.positional);
  if (keywords) parts.push_back(keywordMark);
  for (size_t k = 0; k < keywords; ++k) parts.append({(*args.kwNames)[k], args.values[args.positional + k]});
  if (self->typed)
    for (size_t i = 0; i < args.positional + keywords; ++i) parts.push_back(Value(typeOf(args.values[i])));
  return makeTuple(parts);
}

// Enters a result, unless the call itself did so meanwhile, and drops what was not used for longest.
Status enterResult(Thread &t, LruCacheWrapper *self, Value key, int64_t hash, Value result) {
  if (self->maxSize < 0) return dictSetHashed(t, self->cache, key, hash, result);
  if (TRY(dictFind(t, self->cache, key, hash)) >= 0) return Status::ok();
  if (self->cache->used >= self->maxSize && self->cache->used)
    dictRemoveEntry(self->cache, dictFirst(self->cache));
  return dictSetHashed(t, self->cache, key, hash, result);
}

Ref cacheCall(Thread &t, Value v, const CallArgs &args) {
  auto *self = v.as<LruCacheWrapper>();
  if (self->maxSize == 0) return uncachedCall(t, v, args);
  Ref key = makeKey(self, args);
  int64_t h = TRY(hash(t, key)), entry = TRY(dictFind(t, self->cache, key, h));
  if (entry >= 0) {
    ++self->hits;
    Ref result = Ref::share(self->cache->entries[entry].value);
    if (self->maxSize > 0) dictMoveToEnd(self->cache, entry);
    return result;
  }
  Ref keep = Ref::share(v), result = TRY(uncachedCall(t, v, args));
  CHECK(enterResult(t, self, key, h, result));
  return result;
}

Ref cacheGet(Thread &, Value v, Value instance, Value) {
  if (instance.empty() || instance.isNone()) return Ref::share(v);
  return newMethod(v, instance);
}

Ref makeWrapper(Thread &t, const Value *args) {
  if (!isCallable(args[1])) return raise(t, types::TypeError, "the first argument must be callable");
  int64_t maxSize = -1;
  if (!args[2].isNone()) {
    if (!isIntLike(args[2]) && !typeOf(args[2])->slots.index)
      return raise(t, types::TypeError, "maxsize should be integer or None");
    maxSize = std::max<int64_t>(TRY(asInt64(t, args[2])), 0);
  }
  bool typed = TRY(truth(t, args[3]));
  auto *wrapper = heap::make<LruCacheWrapper>(*args[0].as<Type>());
  wrapper->function = retained(args[1]);
  wrapper->infoType = retained(args[4]);
  wrapper->cache = newDict().release();
  wrapper->maxSize = maxSize;
  wrapper->typed = typed;
  return Ref::take(Value(wrapper));
}

// Errors speak of lru_cache.
NativeDef kArguments{"lru_cache", makeWrapper, "!($type, user_function, maxsize, typed, cache_info_type)",
                     nullptr};

Ref wrapperNew(Thread &t, Value, const CallArgs &args) { return callNative(t, kArguments, nullptr, args); }

Ref cacheInfo(Thread &t, const Value *args) {
  LruCacheWrapper *wrapper = self(args);
  Ref hits = makeInt(wrapper->hits), misses = makeInt(wrapper->misses), size = makeInt(wrapper->cache->used);
  Ref limit = wrapper->maxSize < 0 ? Ref::none() : makeInt(wrapper->maxSize);
  return call(t, wrapper->infoType, {hits, misses, limit, size});
}

Ref cacheClear(Thread &, const Value *args) {
  self(args)->hits = self(args)->misses = 0;
  dictClear(self(args)->cache);
  return Ref::none();
}

Ref wrapperReduce(Thread &t, const Value *args) { return getAttr(t, args[0], names::special_qualname); }
Ref wrapperCopy(Thread &, const Value *args) { return Ref::share(args[0]); }
Ref getDict(Thread &, Value v) { return DictRef::share(dictOf(v.object(), true)); }

NativeDef kMethods[] = {
    {"__new__", wrapperNew, "!($type, *args, **kwargs)", "Make a new object of the class."},
    {"cache_info", cacheInfo, "!($self, /)", nullptr},
    {"cache_clear", cacheClear, "!($self, /)", nullptr},
    {"__reduce__", wrapperReduce, "!($self, /)", nullptr},
    {"__copy__", wrapperCopy, "!v($self, *args)", nullptr},
    {"__deepcopy__", wrapperCopy, "!v($self, *args)", nullptr},
};
const GetSetDef kGetSets[] = {{"__dict__", getDict, setNativeDictAttribute, nullptr}};

void wrapperClear(Object *o) {
  auto *wrapper = static_cast<LruCacheWrapper *>(o);
  if (wrapper->cache) dictClear(wrapper->cache);
  replaceOwned<Dict>(wrapper->dict, nullptr);
  if (o->refCount) return;
  replaceOwned(wrapper->function, Value());
  replaceOwned(wrapper->infoType, Value());
  replaceOwned<Dict>(wrapper->cache, nullptr);
}

} // namespace

Status coil::vm::makeLruCacheMark(Thread &t) {
  if (keywordMark.empty()) keywordMark = TRY(call(t, Value(&types::Object))).release();
  return Status::ok();
}

const TypeSpec coil::vm::kLruCacheWrapperSpec = {
    .name = "functools._lru_cache_wrapper",
    .size = sizeof(LruCacheWrapper),
    .flags = kTypeGc | kTypeHasWeakRefs | kTypeMethodDescriptor,
    .fillSlots = [](Slots &s) { s.call = cacheCall, s.descrGet = cacheGet; },
    .traverse =
        [](Object *o, Visitor &v) {
          auto *wrapper = static_cast<LruCacheWrapper *>(o);
          v.visit(wrapper->function);
          v.visit(wrapper->infoType);
          v.visitPointer(wrapper->cache);
          v.visitPointer(wrapper->dict);
        },
    .clear = wrapperClear,
    .dictOffset = offsetof(LruCacheWrapper, dict),
    .methods = kMethods,
    .getsets = kGetSets,
    .doc = "A function that remembers its results; functools.lru_cache makes one.\n"
           "\n"
           "user_function    what computes a result that is not known yet\n"
           "maxsize          how many results are kept, None for all, 0 for none;\n"
           "                 the one not used for longest goes first\n"
           "typed            whether f(3) and f(3.0) are kept apart\n"
           "cache_info_type  the class of the named tuple that cache_info() returns",
    .heapType = true,
    .own = 0,
};
