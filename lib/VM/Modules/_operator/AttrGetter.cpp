// operator.attrgetter.
#include "VM/Modules/_operator/Operator.h"

using namespace coil::vm;

namespace {

struct AttrGetter : Object {
  Tuple *names; // owned: as they were given
  Tuple *parts; // owned: per name an interned str, or a tuple of those between its dots
};

// The part of a name between two dots, interned.
Value partOf(Str *name, int64_t start, int64_t end) {
  return Value(static_cast<Object *>(intern(substring(name, start, end)).release()));
}

Ref splitName(Str *name) {
  llvm::SmallVector<Value, 4> parts;
  int64_t start = 0;
  for (int64_t i = 0; i < name->length; ++i) {
    if (name->at(i) != '.') continue;
    parts.push_back(partOf(name, start, i));
    start = i + 1;
  }
  Value last = partOf(name, start, name->length);
  if (parts.empty()) return Ref::take(last);
  parts.push_back(last);
  return takeTuple(parts);
}

Ref attrGetterNew(Thread &t, Value, const CallArgs &args) {
  if (args.keywordCount()) return raise(t, types::TypeError, "attrgetter() takes no keyword arguments");
  if (args.positional < 2) return raise(t, types::TypeError, "attrgetter expected 1 argument, got 0");
  llvm::ArrayRef<Value> names(args.values + 1, args.positional - 1);
  for (Value name : names)
    if (!isStr(name)) return raise(t, types::TypeError, "attribute name must be a string");
  auto *getter = heap::make<AttrGetter>(*args.values[0].as<Type>());
  getter->names = makeTuple(names).release();
  llvm::SmallVector<Value, 4> parts;
  for (Value name : names) parts.push_back(splitName(name.as<Str>()).release());
  getter->parts = takeTuple(parts).release();
  return Ref::take(Value(getter));
}

Ref fetch(Thread &t, Value object, Value part) {
  if (isStr(part)) return getAttr(t, object, part.as<Str>());
  Ref result = Ref::share(object);
  for (Value name : part.as<Tuple>()->values()) result = TRY(getAttr(t, result, name.as<Str>()));
  return result;
}

Ref attrGetterCall(Thread &t, Value v, const CallArgs &args) {
  CHECK(takeOneArgument(t, args, "attrgetter"));
  TupleRef parts = TupleRef::share(v.as<AttrGetter>()->parts);
  if (parts->length == 1) return fetch(t, args.values[0], (*parts)[0]);
  TupleRef result = newTuple(parts->length);
  for (int64_t i = 0; i < parts->length; ++i)
    result->items()[i] = TRY(fetch(t, args.values[0], (*parts)[i])).release();
  return result;
}

Ref attrGetterRepr(Thread &t, Value v) {
  ReprGuard guard(v);
  std::string name = typeName(v).str();
  if (!guard.entered()) return makeStr(name + "(...)");
  Tuple *names = v.as<AttrGetter>()->names;
  if (names->length != 1) return makeStr(name + TRY(reprText(t, Value(names))));
  return makeStr(name + "(" + TRY(reprText(t, (*names)[0])) + ")");
}

Ref attrGetterReduce(Thread &, const Value *args) {
  return packTuple(Value(typeOf(args[0])), Value(args[0].as<AttrGetter>()->names));
}

NativeDef kMethods[] = {
    {"__new__", attrGetterNew, "!($type, *args, **kwargs)", kNewDoc},
    {"__reduce__", attrGetterReduce, "!($self, /)", kReduceDoc},
};
const GetSetDef kGetSets[] = {{"__vectorcalloffset__", getVectorcallOffset, nullptr, nullptr, true}};

} // namespace

const TypeSpec coil::vm::kAttrGetterSpec = {
    .name = "operator.attrgetter",
    .size = sizeof(AttrGetter),
    .flags = kTypeGc,
    .fillSlots =
        [](Slots &s) { s.repr = attrGetterRepr, s.call = attrGetterCall, s.getAttr = genericGetAttr; },
    .traverse =
        [](Object *o, Visitor &v) {
          v.visitPointer(static_cast<AttrGetter *>(o)->names);
          v.visitPointer(static_cast<AttrGetter *>(o)->parts);
        },
    .clear =
        [](Object *o) {
          if (o->refCount) return;
          replaceOwned<Tuple>(static_cast<AttrGetter *>(o)->names, nullptr);
          replaceOwned<Tuple>(static_cast<AttrGetter *>(o)->parts, nullptr);
        },
    .methods = kMethods,
    .getsets = kGetSets,
    .doc = "Fetches attributes: attrgetter('a')(x) is x.a, attrgetter('a', 'b.c')(x) is (x.a, x.b.c).",
    .heapType = true,
};
