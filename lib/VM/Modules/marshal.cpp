// The module marshal: values to and from the format of .pyc files, over the reader and writer of
// lib/Bytecode.
#include "Bytecode/Marshal.h"
#include "Bytecode/Verify.h"
#include "VM/Core/Audit.h"
#include "VM/Core/Names.h"
#include "VM/Core/Runtime.h"
#include "VM/Modules/Modules.h"
#include "VM/Modules/marshal.h"
#include "VM/Protocol/Buffer.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Bytes.h"
#include "VM/Types/Code.h"
#include "VM/Types/Complex.h"
#include "VM/Types/Float.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"
#include "VM/Types/Set.h"
#include "llvm/ADT/DenseMap.h"

using namespace coil::vm;
namespace bc = coil::bytecode;

namespace {

constexpr int64_t kVersion = 4;

// --- writing

// Turns values into marshal's objects. What is written more than once becomes one object with a reference, as
// CPython's version 3 and later do by identity.
class Converter {
  Thread &t;
  bc::ObjectPool &pool;
  llvm::DenseMap<uint64_t, const bc::Object *> seen;
  llvm::SmallVector<Ref, 8> kept; // temporaries whose identity must last
  bool references;
  unsigned depth = 0;

public:
  Converter(Thread &t, bc::ObjectPool &pool, int64_t version) : t(t), pool(pool), references(version >= 3) {}

  const bc::Object *convert(Value v) {
    if (depth >= bc::kMaxMarshalDepth) {
      (void)raise(t, types::ValueError, "object too deeply nested to marshal");
      return nullptr;
    }
    if (auto found = seen.find(v.bits()); found != seen.end()) {
      if (!found->second)
        (void)raise(t, types::NotImplementedError,
                    "coil does not marshal containers that contain themselves");
      return found->second;
    }
    bool shared = // StopIteration has a code of its own instead
        references && v != Value(&types::StopIteration) && v.isObject() &&
        (v.object()->refCount > 1 || (isStr(v) && v.as<Str>()->isInterned()));
    if (shared) seen[v.bits()] = nullptr;
    ++depth;
    bc::Object *made = const_cast<bc::Object *>(make(v));
    --depth;
    if (!made) return nullptr;
    if (shared || isSmall(v)) {
      if (made->kind != bc::ObjectKind::Code) made->refFlag = references;
      seen[v.bits()] = made;
    }
    return made;
  }

private:
  // The integers of which CPython has one object each.
  static bool isSmall(Value v) { return v.isInt() && v.asInt() >= -5 && v.asInt() <= 256; }

  const bc::Object *makeNumber(Value v) {
    if (isExactFloat(v)) return pool.makeFloat(floatValue(v));
    IntView view(v);
    return view.fitsInt64() ? pool.makeInt(view.toInt64())
                            : pool.makeInt(view.negative(), {view.limbs(), view.size()});
  }

  const bc::Object *makeSequence(bc::ObjectKind kind, llvm::ArrayRef<Value> values) {
    llvm::SmallVector<const bc::Object *, 16> items;
    for (Value item : values) {
      const bc::Object *made = convert(item);
      if (!made) return nullptr;
      items.push_back(made);
    }
    return pool.makeSequence(kind, items);
  }

  const bc::Object *makeDict(Dict *dict) {
    llvm::SmallVector<Value, 16> pairs;
    int64_t position = 0;
    for (DictEntry *entry; dictNext(dict, position, entry);) {
      pairs.push_back(entry->key);
      pairs.push_back(entry->value);
    }
    return makeSequence(bc::ObjectKind::Dict, pairs);
  }

  // Sets go by the order of their items' own marshal forms, so that the result does not depend on hashes.
  const bc::Object *makeSet(Value v, bc::ObjectKind kind) {
    ListRef items = listFrom(t, v);
    if (!items) return nullptr;
    struct Item {
      std::string key;
      Value value;
    };
    std::vector<Item> order;
    for (Value item : items->values()) {
      Ref bytes = dumps(t, item, kVersion);
      if (!bytes) return nullptr;
      llvm::ArrayRef<uint8_t> data = bytes.as<Bytes>()->bytes();
      order.push_back({std::string(data.begin(), data.end()), item});
    }
    llvm::sort(order, [](const Item &a, const Item &b) { return a.key < b.key; });
    llvm::SmallVector<Value, 16> values;
    for (const Item &item : order) values.push_back(item.value);
    const bc::Object *made = makeSequence(kind, values);
    kept.push_back(std::move(items));
    return made;
  }

  // Whatever has a buffer goes as its bytes.
  const bc::Object *makeBuffer(Value v) {
    Buffer buffer;
    if (exportsBuffer(v) && buffer.open(t, v)) return pool.makeBytes(text(buffer.bytes()));
    clearPending(t);
    (void)raise(t, types::ValueError, "unmarshallable object");
    return nullptr;
  }

  const bc::Object *make(Value v) {
    if (v.isNone()) return bc::ObjectPool::none();
    if (v.isBool()) return bc::ObjectPool::boolean(v == Value::trueValue());
    if (v == Value::ellipsis()) return bc::ObjectPool::ellipsis();
    if (v == Value(&types::StopIteration)) return bc::ObjectPool::stopIteration();
    if (v.isInt() || isExactFloat(v) || isExactly(v, types::Int)) return makeNumber(v);
    if (isExactStr(v)) return pool.makeStr(toUtf8(v.as<Str>()), v.as<Str>()->isInterned());
    if (isExactly(v, types::Bytes)) return pool.makeBytes(text(v.as<Bytes>()->bytes()));
    if (isExactly(v, types::Tuple)) return makeSequence(bc::ObjectKind::Tuple, v.as<Tuple>()->values());
    if (isExactly(v, types::List)) return makeSequence(bc::ObjectKind::List, v.as<List>()->values());
    if (isExactDict(v)) return makeDict(v.as<Dict>());
    if (isExactly(v, types::Set)) return makeSet(v, bc::ObjectKind::Set);
    if (isExactly(v, types::FrozenSet)) return makeSet(v, bc::ObjectKind::FrozenSet);
    if (isExactly(v, types::Complex)) return pool.makeComplex(v.as<Complex>()->real, v.as<Complex>()->imag);
    if (isExactly(v, types::Code)) return v.as<Code>()->raw;
    return makeBuffer(v);
  }

  static llvm::StringRef text(llvm::ArrayRef<uint8_t> bytes) {
    return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
  }

public:
  static Ref dumps(Thread &t, Value value, int64_t version) {
    bc::ObjectPool pool;
    Converter converter(t, pool, version);
    const bc::Object *object = converter.convert(value);
    if (!object) return {};
    llvm::SmallVector<char, 0> out;
    if (!bc::writeMarshal(*object, bc::RefPolicy::CPython, out))
      return raise(t, types::ValueError, "object too deeply nested to marshal");
    return makeBytes({reinterpret_cast<const uint8_t *>(out.data()), out.size()});
  }
};

// --- reading

// Turns marshal's objects into values; an object that is referred to again becomes one value.
class Loader {
  Thread &t;
  const std::shared_ptr<bc::ObjectPool> &pool;
  llvm::DenseMap<const bc::Object *, Ref> made;

public:
  Loader(Thread &t, const std::shared_ptr<bc::ObjectPool> &pool) : t(t), pool(pool) {}

  Ref load(const bc::Object &o) {
    if (o.refFlag)
      if (auto found = made.find(&o); found != made.end()) return found->second.copy();
    Ref value = TRY(make(o));
    if (o.refFlag) made.try_emplace(&o, value.copy());
    return value;
  }

private:
  Ref loadDict(const bc::SequenceObject &s) {
    DictRef dict = newDict();
    for (size_t i = 0; i + 1 < s.items.size(); i += 2) {
      Ref key = TRY(load(*s.items[i])), value = TRY(load(*s.items[i + 1]));
      CHECK(dictSet(t, dict, key, value));
    }
    return dict;
  }

  Ref loadSet(const bc::SequenceObject &s) {
    Ref set = s.kind == bc::ObjectKind::Set ? newSet() : newFrozenSet();
    for (const bc::Object *item : s.items) {
      Ref value = TRY(load(*item));
      CHECK(setAdd(t, set.as<Set>(), value));
    }
    return set;
  }

  Ref loadSequence(const bc::SequenceObject &s) {
    ListRef list = newList(int64_t(s.items.size()));
    for (const bc::Object *item : s.items) listAppendOwned(list, TRY(load(*item)).release());
    if (s.kind == bc::ObjectKind::List) return list;
    return makeTuple(list->values());
  }

  Ref make(const bc::Object &o) {
    switch (o.kind) {
    case bc::ObjectKind::Tuple:
    case bc::ObjectKind::List: return loadSequence(static_cast<const bc::SequenceObject &>(o));
    case bc::ObjectKind::Dict: return loadDict(static_cast<const bc::SequenceObject &>(o));
    case bc::ObjectKind::Set:
    case bc::ObjectKind::FrozenSet: return loadSet(static_cast<const bc::SequenceObject &>(o));
    default: return makeConstant(o, pool);
    }
  }
};

Ref loadsText(Thread &t, llvm::StringRef data, size_t *consumed = nullptr) {
  bc::MarshalReadResult read = bc::readMarshal(data);
  if (!read.object) return raise(t, read.eof ? types::EOFError : types::ValueError, "%", read.error);
  if (consumed) *consumed = read.consumed;
  const bc::Object *object = read.object.object;
  if (const auto *code = bc::dynCast<bc::Code>(object); code && runtime.options.verify)
    if (auto problems = bc::verify(*code); !problems.empty())
      return raise(t, types::ValueError, "bad marshal data (unsound code: offset %: %)", 2 * problems[0].unit,
                   problems[0].message);
  std::shared_ptr<bc::ObjectPool> pool(std::move(read.object.pool));
  return Loader(t, pool).load(*object);
}

// --- the functions

// dump(value, file, version=version)
Status auditDump(Thread &t, Value value, int64_t version) {
  return audit(t, "marshal.dumps", {value, Value::smallInt(version)});
}

Ref marshalDump(Thread &t, const Value *args) {
  int64_t version = args[2].empty() ? kVersion : TRY(asInt64(t, args[2]));
  CHECK(auditDump(t, args[0], version));
  Ref bytes = TRY(Converter::dumps(t, args[0], version));
  return callMethod(t, args[1], names::write, {bytes});
}

Ref marshalDumps(Thread &t, const Value *args) {
  int64_t version = args[1].empty() ? kVersion : TRY(asInt64(t, args[1]));
  CHECK(auditDump(t, args[0], version));
  return Converter::dumps(t, args[0], version);
}

Ref marshalLoads(Thread &t, const Value *args) {
  Buffer buffer;
  CHECK(buffer.open(t, args[0]));
  if (auditing) {
    Ref bytes = makeBytes(buffer.bytes());
    CHECK(audit(t, "marshal.loads", {bytes.get()}));
  }
  return loadsText(t, llvm::toStringRef(buffer.bytes()));
}

// load(file): reads no further than the value's end, as far as the file can tell or seek.
Ref marshalLoad(Thread &t, const Value *args) {
  Ref data = TRY(callMethod(t, args[0], names::read));
  if (!isBytes(data))
    return raise(t, types::TypeError, "file.read() returned not bytes but %", typeName(data));
  CHECK(audit(t, "marshal.load"));
  llvm::ArrayRef<uint8_t> bytes = data.as<Bytes>()->bytes();
  size_t consumed = 0;
  Ref value = TRY(loadsText(t, {reinterpret_cast<const char *>(bytes.data()), bytes.size()}, &consumed));
  if (consumed < bytes.size()) {
    Ref back = makeInt(int64_t(consumed) - int64_t(bytes.size()));
    CHECK(callMethod(t, args[0], internText("seek"), {back, Value::smallInt(1)}));
  }
  return value;
}

Status populate(Thread &, Module *module) {
  dictSetStr(module->dict, internText("version"), Value::smallInt(kVersion));
  return Status::ok();
}

NativeDef kFunctions[] = {
    {"dump", marshalDump, "($module, value, file, version=version, /)",
     "Write a value in marshal format to a binary file. ValueError if it is, or contains,\n"
     "something that has no such form; version is that of the format."},
    {"dumps", marshalDumps, "($module, value, version=version, /)",
     "A value in marshal format, as bytes. ValueError if it is, or contains, something that\n"
     "has no such form; version is that of the format."},
    {"load", marshalLoad, "($module, file, /)",
     "Read a value in marshal format from a binary file.\n"
     "EOFError, ValueError or TypeError if there is none."},
    {"loads", marshalLoads, "($module, bytes, /)",
     "Read a value in marshal format from a bytes-like object; what follows it is ignored.\n"
     "EOFError, ValueError or TypeError if there is none."},
};

} // namespace

const bc::Object *coil::vm::marshalObject(Thread &t, bc::ObjectPool &pool, Value value) {
  return Converter(t, pool, kVersion).convert(value);
}

const ModuleSpec coil::vm::kMarshalModule = {
    .name = "marshal",
    .doc = "The format of .pyc files, for code objects and values of built-in types.\n"
           "\n"
           "It may change with each version of Python, and is not safe to read from strangers. For\n"
           "everything else there is pickle.",
    .functions = kFunctions,
    .populate = populate,
};
