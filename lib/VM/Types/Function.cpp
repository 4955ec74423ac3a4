// function, method and cell.
#include "VM/Types/Function.h"
#include "VM/Bind/Native.h"
#include "VM/Core/Audit.h"
#include "VM/Core/Names.h"
#include "VM/Core/Runtime.h"
#include "VM/Heap/Gc.h"
#include "VM/Interp/Frame.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Type/Mro.h"

using namespace coil::vm;

// What code with these globals takes for its builtins: their `__builtins__`, or else the caller's.
static Value builtinsFor(Thread &t, Dict *globals) {
  Value builtins = dictGetStr(globals, names::special_builtins);
  if (builtins.empty()) return callerBuiltins(t);
  return isInstance(builtins, types::Module) ? Value(dictOf(builtins.object(), true)) : builtins;
}

Value coil::vm::callerBuiltins(Thread &t) {
  return t.frame ? t.frame->function->builtins : Value(runtime.builtins);
}

Ref coil::vm::newFunction(Thread &t, Code *code, Dict *globals, Str *qualname) {
  auto *f = heap::make<Function>(types::Function);
  Ref result = Ref::take(Value(f));
  f->code = CodeRef::share(code).release();
  f->globals = DictRef::share(globals).release();
  f->builtins = retained(builtinsFor(t, globals));
  f->builtinsDict = isExactDict(f->builtins) ? f->builtins.as<Dict>() : runtime.noBuiltins;
  f->name = StrRef::share(code->name).release();
  f->qualname = StrRef::share(qualname ? qualname : code->qualname).release();
  f->doc = retained(code->consts->length && isStr((*code->consts)[0]) ? (*code->consts)[0] : Value::none());
  f->module = retained(dictGetStr(globals, names::special_name));
  return result;
}

Ref coil::vm::newMethod(Value function, Value self) {
  auto *m = heap::make<Method>(types::Method);
  m->function = retained(function);
  m->self = retained(self);
  return Ref::take(Value(m));
}

Ref coil::vm::newCell(Value borrowedOrEmpty) {
  auto *cell = heap::make<Cell>(types::Cell);
  cell->value = retained(borrowedOrEmpty);
  return Ref::take(Value(cell));
}

namespace {

Function *self(Value v) { return v.as<Function>(); }
Ref orNone(Value v) { return v.empty() ? Ref::none() : Ref::share(v); }
template <class T> Ref pointerOrNone(T *p) {
  return p ? Ref::share(Value(static_cast<Object *>(p))) : Ref::none();
}

Ref functionGet(Thread &, Value descr, Value instance, Value) {
  return instance.empty() ? Ref::share(descr) : newMethod(descr, instance);
}

Ref functionRepr(Thread &, Value v) {
  return makeStr("<function " + toUtf8(self(v)->qualname) + " at " + addressText(v) + ">");
}

Ref getCode(Thread &t, Value v) {
  CHECK(auditRead(t, v, "__code__"));
  return Ref::share(Value(static_cast<Object *>(self(v)->code)));
}
Status setCode(Thread &t, Value v, Value value) {
  if (value.empty() || !isExactly(value, types::Code))
    return raise(t, types::TypeError, "__code__ must be set to a code object");
  CHECK(auditWrite(t, v, "__code__", value));
  int64_t wanted = value.as<Code>()->freeCount, has = self(v)->closure ? self(v)->closure->length : 0;
  if (wanted != has)
    return raise(t, types::ValueError, "%() requires a code object with % free vars, not %", self(v)->name,
                 has, wanted);
  replaceOwned(self(v)->code, CodeRef::share(value.as<Code>()).release());
  return Status::ok();
}

Ref getDefaults(Thread &t, Value v) {
  CHECK(auditRead(t, v, "__defaults__"));
  return pointerOrNone(self(v)->defaults);
}
Status setDefaults(Thread &t, Value v, Value value) {
  if (!value.empty() && !value.isNone() && !isTuple(value))
    return raise(t, types::TypeError, "__defaults__ must be set to a tuple object");
  CHECK(auditWrite(t, v, "__defaults__", value, true));
  replaceOwned(self(v)->defaults,
               value.empty() || value.isNone() ? nullptr : TupleRef::share(value.as<Tuple>()).release());
  return Status::ok();
}

Ref getKwDefaults(Thread &t, Value v) {
  CHECK(auditRead(t, v, "__kwdefaults__"));
  return pointerOrNone(self(v)->kwdefaults);
}
Status setKwDefaults(Thread &t, Value v, Value value) {
  if (!value.empty() && !value.isNone() && !isDict(value))
    return raise(t, types::TypeError, "__kwdefaults__ must be set to a dict object");
  CHECK(auditWrite(t, v, "__kwdefaults__", value, true));
  replaceOwned(self(v)->kwdefaults,
               value.empty() || value.isNone() ? nullptr : DictRef::share(value.as<Dict>()).release());
  return Status::ok();
}

// MAKE_FUNCTION leaves a tuple of names and values, which becomes a dict when somebody asks.
Ref getAnnotations(Thread &, Value v) {
  Value &annotations = self(v)->annotations;
  if (annotations.empty()) annotations = Value(static_cast<Object *>(newDict().release()));
  if (isTuple(annotations)) {
    auto *pairs = annotations.as<Tuple>();
    DictRef dict = newDict(pairs->length / 2);
    for (int64_t i = 0; i + 1 < pairs->length; i += 2)
      dictSetStr(dict, (*pairs)[i].as<Str>(), (*pairs)[i + 1]);
    replaceOwned(annotations, Value(static_cast<Object *>(dict.release())));
  }
  return Ref::share(annotations);
}
Status setAnnotations(Thread &t, Value v, Value value) {
  if (!value.empty() && !value.isNone() && !isDict(value))
    return raise(t, types::TypeError, "__annotations__ must be set to a dict object");
  replaceOwned(self(v)->annotations, value.empty() || value.isNone() ? Value() : retained(value));
  return Status::ok();
}

Ref getName(Thread &, Value v) { return StrRef::share(self(v)->name); }
Ref getQualname(Thread &, Value v) { return StrRef::share(self(v)->qualname); }
Status setName(Thread &t, Value v, Value value) {
  if (value.empty() || !isStr(value))
    return raise(t, types::TypeError, "__name__ must be set to a string object");
  replaceOwned(self(v)->name, StrRef::share(value.as<Str>()).release());
  return Status::ok();
}
Status setQualname(Thread &t, Value v, Value value) {
  if (value.empty() || !isStr(value))
    return raise(t, types::TypeError, "__qualname__ must be set to a string object");
  replaceOwned(self(v)->qualname, StrRef::share(value.as<Str>()).release());
  return Status::ok();
}

Ref getDoc(Thread &, Value v) { return orNone(self(v)->doc); }
Status setDoc(Thread &, Value v, Value value) {
  replaceOwned(self(v)->doc, retained(value));
  return Status::ok();
}
Ref getModule(Thread &, Value v) { return orNone(self(v)->module); }
Status setModule(Thread &, Value v, Value value) {
  replaceOwned(self(v)->module, retained(value));
  return Status::ok();
}
Ref getGlobals(Thread &, Value v) { return DictRef::share(self(v)->globals); }
Ref getBuiltins(Thread &, Value v) { return Ref::share(self(v)->builtins); }
Ref getClosure(Thread &, Value v) { return pointerOrNone(self(v)->closure); }
Ref getDict(Thread &, Value v) { return DictRef::share(dictOf(v.object(), true)); }
Status setDict(Thread &t, Value v, Value value) {
  if (value.empty() || !isDict(value))
    return raise(t, types::TypeError, "__dict__ must be set to a dictionary, not a '%'", typeName(value));
  replaceOwned(self(v)->dict, DictRef::share(value.as<Dict>()).release());
  return Status::ok();
}

// __new__(code, globals, name=None, argdefs=None, closure=None)
Ref functionNew(Thread &t, const Value *args) {
  if (!isExactly(args[1], types::Code))
    return raise(t, types::TypeError, "function() argument 'code' must be code, not %",
                 argumentTypeName(args[1]));
  if (!isDict(args[2]))
    return raise(t, types::TypeError, "function() argument 'globals' must be dict, not %",
                 argumentTypeName(args[2]));
  auto *code = args[1].as<Code>();
  if (!args[3].isNone() && !isStr(args[3]))
    return raise(t, types::TypeError, "arg 3 (name) must be None or string");
  if (!args[4].isNone() && !isTuple(args[4]))
    return raise(t, types::TypeError, "arg 4 (defaults) must be None or tuple");
  if (!isTuple(args[5])) {
    if (code->freeCount && args[5].isNone())
      return raise(t, types::TypeError, "arg 5 (closure) must be tuple");
    if (!args[5].isNone()) return raise(t, types::TypeError, "arg 5 (closure) must be None or tuple");
  }
  int64_t given = isTuple(args[5]) ? args[5].as<Tuple>()->length : 0;
  if (given != code->freeCount)
    return raise(t, types::ValueError, "% requires closure of length %, not %", code->name, code->freeCount,
                 given);
  CHECK(audit(t, "function.__new__", {args[1]}));
  Ref function = TRY(newFunction(t, code, args[2].as<Dict>()));
  auto *f = function.as<Function>();
  if (isStr(args[3])) replaceOwned(f->name, StrRef::share(args[3].as<Str>()).release());
  if (isTuple(args[4])) f->defaults = TupleRef::share(args[4].as<Tuple>()).release();
  if (given) f->closure = TupleRef::share(args[5].as<Tuple>()).release();
  return function;
}

void functionTraverse(Object *o, Visitor &v) {
  auto *f = static_cast<Function *>(o);
  v.visitPointer(f->code), v.visitPointer(f->globals), v.visit(f->builtins), v.visitPointer(f->defaults),
      v.visitPointer(f->kwdefaults);
  v.visitPointer(f->closure), v.visit(f->doc), v.visit(f->annotations), v.visit(f->module),
      v.visitPointer(f->dict);
}

void functionClear(Object *o) {
  auto *f = static_cast<Function *>(o);
  if (f->refCount == 0) { // frames and reprs rely on these while anybody can reach the function
    replaceOwned<Code>(f->code, nullptr);
    replaceOwned<Str>(f->name, nullptr);
    replaceOwned<Str>(f->qualname, nullptr);
    replaceOwned(f->builtins, Value());
    f->builtinsDict = runtime.noBuiltins;
    replaceOwned<Dict>(f->globals, nullptr);
  }
  replaceOwned<Tuple>(f->defaults, nullptr);
  replaceOwned<Dict>(f->kwdefaults, nullptr);
  replaceOwned<Tuple>(f->closure, nullptr);
  replaceOwned(f->doc, Value());
  replaceOwned(f->annotations, Value());
  replaceOwned(f->module, Value());
  replaceOwned<Dict>(f->dict, nullptr);
}

NativeDef kFunctionMethods[] = {
    {"__new__", functionNew, "($type, code, globals, name=None, argdefs=None, closure=None)",
     "Make a new object of the class."},
};

const GetSetDef kFunctionGetSets[] = {
    {"__closure__", getClosure, nullptr, nullptr, true},
    {"__doc__", getDoc, setDoc, nullptr, true},
    {"__globals__", getGlobals, nullptr, nullptr, true},
    {"__module__", getModule, setModule, nullptr, true},
    {"__builtins__", getBuiltins, nullptr, nullptr, true},
    {"__code__", getCode, setCode, nullptr},
    {"__defaults__", getDefaults, setDefaults, nullptr},
    {"__kwdefaults__", getKwDefaults, setKwDefaults, nullptr},
    {"__annotations__", getAnnotations, setAnnotations, nullptr},
    {"__dict__", getDict, setDict, nullptr},
    {"__name__", getName, setName, nullptr},
    {"__qualname__", getQualname, setQualname, nullptr},
};

// --- method
// ------------------------------------------------------------------------------------------------------

Ref methodCall(Thread &t, Value callee, const CallArgs &args) {
  auto *m = callee.as<Method>();
  llvm::SmallVector<Value, 8> values{m->self};
  values.append(args.values, args.values + args.positional + args.keywordCount());
  return call(t, m->function, CallArgs(values.data(), args.positional + 1, args.kwNames));
}

Ref methodGetAttr(Thread &t, Value v, Str *name) {
  if (!typeLookup(&types::Method, name).empty()) return genericGetAttr(t, v, name);
  return getAttr(t, v.as<Method>()->function, name);
}

Ref methodRepr(Thread &t, Value v) {
  auto *m = v.as<Method>();
  Ref name;
  TRY(lookupAttr(t, m->function, names::special_qualname, name));
  if (!name) TRY(lookupAttr(t, m->function, names::special_name, name));
  std::string text = name && isStr(name) ? toUtf8(name.as<Str>()) : "?";
  return makeStr("<bound method " + text + " of " + TRY(reprText(t, m->self)) + ">");
}

Ref methodCompare(Thread &t, Value a, Value b, CompareOp op) {
  if ((op != CompareOp::Eq && op != CompareOp::Ne) || !isExactly(b, types::Method))
    return Ref::notImplemented();
  auto *x = a.as<Method>(), *y = b.as<Method>();
  bool same = TRY(compareBool(t, x->function, y->function, CompareOp::Eq)) && x->self == y->self;
  return Ref::boolean(same == (op == CompareOp::Eq));
}

Result<int64_t> methodHash(Thread &t, Value v) {
  auto *m = v.as<Method>();
  int64_t h = int64_t(m->self.bits() >> 4) ^ TRY(hash(t, m->function));
  return h == -1 ? -2 : h;
}

Ref methodNew(Thread &t, const Value *args) {
  if (!isCallable(args[1])) return raise(t, types::TypeError, "first argument must be callable");
  if (args[2].isNone()) return raise(t, types::TypeError, "self must not be None");
  return newMethod(args[1], args[2]);
}

Ref methodReduce(Thread &t, const Value *args) {
  auto *m = args[0].as<Method>();
  Value getattr = dictGetStr(runtime.builtins, internText("getattr"));
  Ref name = TRY(getAttr(t, m->function, names::special_name));
  TupleRef rest = packTuple(m->self, name.get());
  return packTuple(getattr, Value(rest));
}

Ref methodGetFunc(Thread &, Value v) { return Ref::share(v.as<Method>()->function); }
Ref methodGetSelf(Thread &, Value v) { return Ref::share(v.as<Method>()->self); }
Ref methodGetDoc(Thread &t, Value v) { return getAttr(t, v.as<Method>()->function, names::special_doc); }

NativeDef kMethodMethods[] = {
    {"__new__", methodNew, "($type, function, instance, /)", "Make a new object of the class."},
    {"__reduce__", methodReduce, "($self, /)", nullptr},
};

const GetSetDef kMethodGetSets[] = {
    {"__func__", methodGetFunc, nullptr, "the function that is called", true},
    {"__self__", methodGetSelf, nullptr, "the object that is passed as the first argument", true},
    {"__doc__", methodGetDoc, nullptr, nullptr},
};

// --- cell
// --------------------------------------------------------------------------------------------------------

Ref cellRepr(Thread &, Value v) {
  Value held = v.as<Cell>()->value;
  std::string start = "<cell at " + addressText(v) + ": ";
  if (held.empty()) return makeStr(start + "empty>");
  return makeStr(start + typeName(held).str() + " object at " + addressText(held) + ">");
}

Ref cellCompare(Thread &t, Value a, Value b, CompareOp op) {
  if (!isExactly(b, types::Cell)) return Ref::notImplemented();
  Value x = a.as<Cell>()->value, y = b.as<Cell>()->value;
  if (!x.empty() && !y.empty()) return compare(t, x, y, op);
  return compareResult(int(!x.empty()) - int(!y.empty()), op);
}

Ref cellNew(Thread &, const Value *args) { return newCell(args[1]); }

Ref cellGetContents(Thread &t, Value v) {
  Value held = v.as<Cell>()->value;
  if (held.empty()) return raise(t, types::ValueError, "Cell is empty");
  return Ref::share(held);
}
Status cellSetContents(Thread &, Value v, Value value) {
  replaceOwned(v.as<Cell>()->value, retained(value));
  return Status::ok();
}

NativeDef kCellMethods[] = {
    {"__new__", cellNew, "!($type, contents=<absent>, /)", "Make a new object of the class."},
};
const GetSetDef kCellGetSets[] = {{"cell_contents", cellGetContents, cellSetContents, nullptr}};

} // namespace

const TypeSpec coil::vm::kFunctionSpec = {
    .name = "function",
    .size = sizeof(Function),
    .flags = kTypeGc | kTypeMethodDescriptor | kTypeHasWeakRefs,
    .fillSlots = [](Slots &s) { s.call = callFunction, s.repr = functionRepr, s.descrGet = functionGet; },
    .traverse = functionTraverse,
    .clear = functionClear,
    .dictOffset = offsetof(Function, dict),
    .methods = kFunctionMethods,
    .getsets = kFunctionGetSets,
    .doc = "A function made from a code object and the namespace of its module.\n\nname, argdefs, a tuple of "
           "defaults, and closure, a tuple of cells, replace what the code says.",
    .own = 0,
};

const TypeSpec coil::vm::kMethodSpec = {
    .name = "method",
    .size = sizeof(Method),
    .flags = kTypeGc | kTypeHasWeakRefs,
    .fillSlots =
        [](Slots &s) {
          s.call = methodCall, s.repr = methodRepr, s.compare = methodCompare, s.hash = methodHash;
          s.getAttr = methodGetAttr;
        },
    .traverse =
        [](Object *o, Visitor &v) {
          v.visit(static_cast<Method *>(o)->function), v.visit(static_cast<Method *>(o)->self);
        },
    .clear =
        [](Object *o) {
          replaceOwned(static_cast<Method *>(o)->function, Value());
          replaceOwned(static_cast<Method *>(o)->self, Value());
        },
    .methods = kMethodMethods,
    .getsets = kMethodGetSets,
    .doc = "A function bound to an object, which becomes its first argument.",
    .own = kOwnGetAttr | kOwnSetAttr,
};

const TypeSpec coil::vm::kCellSpec = {
    .name = "cell",
    .size = sizeof(Cell),
    .flags = kTypeGc,
    .fillSlots = [](Slots &s) { s.repr = cellRepr, s.compare = cellCompare, s.hash = hashNotImplemented; },
    .traverse = [](Object *o, Visitor &v) { v.visit(static_cast<Cell *>(o)->value); },
    .clear = [](Object *o) { replaceOwned(static_cast<Cell *>(o)->value, Value()); },
    .methods = kCellMethods,
    .getsets = kCellGetSets,
    .doc = "A cell, in which nested functions share a variable.\n\nWithout contents it is empty: reading "
           "cell_contents raises ValueError.",
    .signature = "([contents])",
};
