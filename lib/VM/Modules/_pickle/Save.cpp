// Pickling one object: which way it goes.
#include "VM/Core/Names.h"
#include "VM/Modules/_pickle/Writer.h"
#include "VM/Types/Float.h"
#include "VM/Types/List.h"
#include "VM/Types/Tuple.h"

using namespace coil::vm;
using namespace coil::vm::pickle;

Status Writer::dump(Thread &t, Value object) {
  if (!self.empty()) {
    StrRef name = internText("reducer_override");
    Ref found;
    CHECK(lookupAttr(t, self, name, found));
    replaceOwned(reducerOverride, found.release());
  }
  framing = false;
  if (protocol >= 2) {
    put(Op::Proto, uint8_t(protocol));
    framing = protocol >= 4;
  }
  Status done = save(t, object);
  if (done) {
    put(Op::Stop);
    closeFrame();
  }
  framing = false;
  replaceOwned(reducerOverride, Value());
  return done;
}

Status Writer::save(Thread &t, Value v, bool isPersistentId) {
  CHECK(frameBoundary(t));
  if (persistentId && !isPersistentId && TRY(savePersistent(t, v))) return Status::ok();
  if (v.isInt()) {
    if (v.asInt() != int32_t(v.asInt())) return saveLong(t, v);
    saveInt(v.asInt());
    return Status::ok();
  }
  if (v.isNone()) return put(Op::None), Status::ok();
  if (v.isBool()) return saveBool(v), Status::ok();
  if (isExactFloat(v)) return saveFloat(floatValue(v)), Status::ok();
  Type *type = typeOf(v);
  if (type == &types::Int) return saveIntLike(t, v);
  if (int64_t index = memo.find(v); index >= 0) return fetch(t, index);
  if (type == &types::Str) return saveStr(t, v);
  if (type == &types::Bytes) return saveBytes(t, v);
  RecursionGuard guard(t, " while pickling an object");
  if (!guard) return {};
  return saveContainer(t, type, v);
}

Status Writer::saveContainer(Thread &t, Type *type, Value v) {
  if (type == &types::Dict) return saveDict(t, v);
  if (type == &types::Set) return saveSet(t, v);
  if (type == &types::FrozenSet) return saveFrozenSet(t, v);
  if (type == &types::List) return saveList(t, v);
  if (type == &types::Tuple) return saveTuple(t, v);
  if (type == &types::ByteArray) return saveByteArray(t, v);
  if (type == &types::PickleBuffer) return savePickleBuffer(t, v);
  Ref keep = Ref::share(v);
  return saveObject(t, type, v);
}

// What persistent_id() has a name for is written as that name. False: it has none.
Result<bool> Writer::savePersistent(Thread &t, Value v) {
  Ref id = TRY(persistentId.call(t, self, v));
  if (id->isNone()) return false;
  if (bin) {
    CHECK(save(t, id, true));
    put(Op::BinPersId);
    return true;
  }
  Ref text = TRY(str(t, id));
  if (!text.as<Str>()->ascii) return raisePickling(t, "persistent IDs in protocol 0 must be ASCII strings");
  putSigned(Op::PersId, text.as<Str>()->asciiText());
  return true;
}

Status Writer::saveObject(Thread &t, Type *type, Value v) {
  Ref reduction;
  if (!reducerOverride.empty()) {
    Ref reducer = Ref::share(reducerOverride);
    reduction = TRY(call(t, reducer, {v}));
    if (reduction->isNotImplemented()) reduction.reset();
  }
  if (!reduction) {
    if (type == &types::Type) return saveType(t, v);
    if (type == &types::Function) return saveGlobal(t, v, Value());
    Ref reducer;
    CHECK(findReducer(t, type, reducer));
    if (!reducer && isSubtype(type, &types::Type)) return saveGlobal(t, v, Value());
    reduction = TRY(reducer ? call(t, reducer, {v}) : reductionOf(t, type, v));
  }
  if (isStr(reduction)) return saveGlobal(t, v, reduction);
  if (!isTuple(reduction)) return raisePickling(t, "__reduce__ must return a string or tuple");
  return saveReduce(t, reduction, v);
}

// The function that a dispatch table has for the type.
Result<Value> Writer::findReducer(Thread &t, Type *type, Ref &reducer) {
  if (dispatchTable.empty()) {
    reducer = Ref::share(TRY(dictGet(t, dictOfState(state.dispatchTable), Value(type))));
    return reducer.get();
  }
  Ref table = Ref::share(dispatchTable);
  reducer = getItem(t, table, Value(type));
  if (!reducer && !catchPending(t, types::KeyError)) return {};
  return reducer.get();
}

Ref Writer::reductionOf(Thread &t, Type *type, Value v) {
  Ref reduce;
  CHECK(lookupAttr(t, v, names::special_reduce_ex, reduce));
  if (reduce) return call(t, reduce, {Value::smallInt(protocol)});
  CHECK(lookupAttr(t, v, names::special_reduce, reduce));
  if (reduce) return call(t, reduce);
  return raisePickling(t, "can't pickle '%' object: %", type->fullName(), TRY(reprText(t, v)));
}
