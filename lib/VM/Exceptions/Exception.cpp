// BaseException and the classes that derive from it: instances, attributes, chaining.
#include "VM/Exceptions/Exception.h"
#include "VM/Bind/Native.h"
#include "VM/Core/Names.h"
#include "VM/Heap/Gc.h"
#include "VM/Protocol/Buffer.h"
#include "VM/Types/Bytes.h"
#include "VM/Types/FrameObject.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"
#include "VM/Types/Str/StrText.h"
#include "VM/Types/Type/Mro.h"

using namespace coil::vm;

namespace {

BaseExceptionObject *self(Value v) { return v.as<BaseExceptionObject>(); }

int fieldCount(const Type *type) {
  while (type->has(kTypeHeap)) type = type->base;
  return int((type->size - sizeof(BaseExceptionObject)) / sizeof(Value));
}

void traverse(Object *object, Visitor &visitor) {
  auto *e = static_cast<BaseExceptionObject *>(object);
  visitor.visitPointer(e->dict);
  visitor.visitPointer(e->args);
  visitor.visitPointer(static_cast<Object *>(e->traceback));
  visitor.visit(e->context);
  visitor.visit(e->cause);
  for (int i = fieldCount(object->type); i > 0; --i) visitor.visit(exceptionField(Value(object), i - 1));
}

void clear(Object *object) {
  auto *e = static_cast<BaseExceptionObject *>(object);
  replaceOwned<Dict>(e->dict, nullptr);
  if (e->refCount == 0) replaceOwned<Tuple>(e->args, nullptr);
  Traceback *traceback = std::exchange(e->traceback, nullptr);
  if (traceback) release(static_cast<Object *>(traceback));
  replaceOwned(e->context, Value());
  replaceOwned(e->cause, Value());
  for (int i = fieldCount(object->type); i > 0; --i)
    replaceOwned(exceptionField(Value(object), i - 1), Value());
}

// --- construction
// ------------------------------------------------------------------------------------------------

Ref exceptionNew(Thread &, Value, const CallArgs &args) {
  TupleRef rest = makeTuple({args.values + 1, args.positional - 1});
  return newException(*args.values[0].as<Type>(), rest);
}

Status noKeywords(Thread &t, Value v, const CallArgs &args) {
  if (!args.keywordCount()) return Status::ok();
  return raise(t, types::TypeError, "%() takes no keyword arguments", typeName(v));
}

void setArgs(Value v, const CallArgs &args) {
  replaceOwned(self(v)->args, makeTuple({args.values, args.positional}).release());
}

Ref exceptionInit(Thread &t, Value v, const CallArgs &args) {
  TRY(noKeywords(t, v, args));
  setArgs(v, args);
  return Ref::none();
}

void setField(Value v, int number, Value borrowed) {
  replaceOwned(exceptionField(v, number), retained(borrowed));
}

// StopIteration(value): the first argument. SystemExit(code): the one argument, or all of them.
Ref valueInit(Thread &t, Value v, const CallArgs &args) {
  TRY(noKeywords(t, v, args));
  setArgs(v, args);
  if (args.positional > 1 && isInstance(v, types::SystemExit))
    setField(v, 0, Value(self(v)->args));
  else if (args.positional)
    setField(v, 0, args.values[0]);
  return Ref::none();
}

// Takes the named keywords out of a call into fields; others are refused, in the name of the built-in class.
Status keywordFields(Thread &t, Value v, const CallArgs &args, const char *className,
                     llvm::ArrayRef<std::pair<const char *, int>> names) {
  for (size_t k = 0; k < args.keywordCount(); ++k) {
    std::string given = toUtf8((*args.kwNames)[k].as<Str>());
    auto *found = llvm::find_if(names, [&](auto &entry) { return given == entry.first; });
    if (found == names.end())
      return raise(t, types::TypeError, "'%' is an invalid keyword argument for %()", given, className);
    setField(v, found->second, args.values[args.positional + k]);
  }
  return Status::ok();
}

Ref nameErrorInit(Thread &t, Value v, const CallArgs &args) {
  setArgs(v, args);
  setField(v, 0, Value());
  TRY(keywordFields(t, v, args, "NameError", {{"name", 0}}));
  return Ref::none();
}

Ref attributeErrorInit(Thread &t, Value v, const CallArgs &args) {
  setArgs(v, args);
  for (int i = 0; i < 2; ++i) setField(v, i, Value());
  TRY(keywordFields(t, v, args, "AttributeError", {{"obj", 0}, {"name", 1}}));
  return Ref::none();
}

Ref importErrorInit(Thread &t, Value v, const CallArgs &args) {
  setArgs(v, args);
  for (int i = 0; i < 3; ++i) setField(v, i, Value());
  TRY(keywordFields(t, v, args, "ImportError", {{"name", 1}, {"path", 2}}));
  if (args.positional == 1) setField(v, 0, args.values[0]);
  return Ref::none();
}

Ref getCharactersWritten(Thread &t, Value v) {
  Value written = exceptionField(v, 4);
  if (written.empty()) return raise(t, types::AttributeError, "characters_written");
  return Ref::share(written);
}

Status setCharactersWritten(Thread &t, Value v, Value valueOrEmpty) {
  if (valueOrEmpty.empty()) {
    if (exceptionField(v, 4).empty()) return raise(t, types::AttributeError, "characters_written");
    replaceOwned(exceptionField(v, 4), Value());
    return Status::ok();
  }
  Ref number = TRY(index(t, valueOrEmpty));
  int64_t n;
  if (!toInt64(number, n))
    return raise(t, types::ValueError, "cannot fit '%' into an index-sized integer", typeName(valueOrEmpty));
  setField(v, 4, n == -1 ? Value() : number.get());
  return Status::ok();
}

Ref osErrorNew(Thread &t, Value, const CallArgs &args) {
  Type *type = args.values[0].as<Type>();
  size_t n = args.positional - 1;
  const Value *given = args.values + 1;
  if (type == &types::OSError && n >= 2 && given[0].isInt()) type = osErrorSubclass(int(given[0].asInt()));
  TupleRef all = makeTuple({given, n});
  Ref exception = newException(*type, all);
  if (n < 2 || n > 5) return exception;
  for (size_t i = 0; i < 2; ++i) setField(exception, i, given[i]);
  if (n < 3 || given[2].isNone()) return exception;
  // The third argument of a BlockingIOError can be the number of characters written.
  if (type == &types::BlockingIOError && (isFloatLike(given[2]) || typeOf(given[2])->slots.index)) {
    TRY(setCharactersWritten(t, exception, given[2]));
    return exception;
  }
  setField(exception, 2, given[2]);
  replaceOwned(self(exception)->args, makeTuple({given, 2}).release());
  if (n == 5) setField(exception, 3, given[4]);
  return exception;
}

Ref osErrorInit(Thread &t, Value v, const CallArgs &args) {
  TRY(noKeywords(t, v, args));
  return Ref::none();
}

Ref syntaxErrorInit(Thread &t, Value v, const CallArgs &args) {
  TRY(noKeywords(t, v, args));
  setArgs(v, args);
  if (args.positional >= 1) setField(v, 0, args.values[0]);
  if (args.positional != 2) return Ref::none();
  TupleRef info = TRY(tupleFrom(t, args.values[1]));
  if (info->length < 4 || info->length > 6 || info->length == 5)
    return raise(t, types::TypeError, "end_offset must be provided when end_lineno is provided");
  for (int64_t i = 0; i < info->length; ++i) setField(v, int(i) + 1, (*info)[i]);
  return Ref::none();
}

// One argument, by the number of its field: texts at both ends, the object, and two positions.
Ref unicodeErrorField(Thread &t, Value v, size_t field, Value given, size_t argument) {
  if (field == 2 || field == 3) {
    Ref number = TRY(index(t, given));
    int64_t unused;
    if (toInt64(number, unused)) return number;
    return raise(t, types::OverflowError, "Python int too large to convert to C ssize_t");
  }
  if (field == 1 && isInstance(v, types::UnicodeDecodeError)) {
    if (isBytes(given)) return Ref::share(given);
    Buffer buffer;
    TRY(buffer.open(t, given));
    return makeBytes(buffer.bytes());
  }
  if (isStr(given)) return Ref::share(given);
  return raise(t, types::TypeError, "argument % must be str, not %", argument, argumentTypeName(given));
}

Ref unicodeErrorInit(Thread &t, Value v, const CallArgs &args) {
  TRY(noKeywords(t, v, args));
  setArgs(v, args);
  bool translate = isInstance(v, types::UnicodeTranslateError);
  size_t wanted = translate ? 4 : 5;
  if (args.positional != wanted)
    return raise(t, types::TypeError, "function takes exactly % arguments (% given)", wanted,
                 args.positional);
  size_t shift = translate ? 1 : 0; // its arguments begin with the object
  for (size_t i = 0; i < wanted; ++i) {
    Ref field = TRY(unicodeErrorField(t, v, i + shift, args.values[i], i + 1));
    setField(v, int(i + shift), field);
  }
  return Ref::none();
}

// --- text
// --------------------------------------------------------------------------------------------------------

Ref exceptionStr(Thread &t, Value v) {
  Tuple *args = self(v)->args;
  if (!args->length) return emptyStr();
  return args->length == 1 ? str(t, (*args)[0]) : str(t, Value(args));
}

Ref exceptionRepr(Thread &t, Value v) {
  Tuple *args = self(v)->args;
  std::string name = typeName(v).str();
  if (args->length == 1) return makeStr(name + "(" + TRY(reprText(t, (*args)[0])) + ")");
  return makeStr(name + TRY(reprText(t, Value(args))));
}

Ref keyErrorStr(Thread &t, Value v) {
  Tuple *args = self(v)->args;
  return args->length == 1 ? repr(t, (*args)[0]) : exceptionStr(t, v);
}

Ref importErrorStr(Thread &t, Value v) {
  Value message = exceptionField(v, 0);
  return isExactStr(message) ? Ref::share(message) : exceptionStr(t, v);
}

Ref osErrorStr(Thread &t, Value v) {
  Value number = exceptionField(v, 0), text = exceptionField(v, 1), file = exceptionField(v, 2),
        file2 = exceptionField(v, 3);
  if (number.empty() || text.empty()) return exceptionStr(t, v);
  std::string out = "[Errno " + TRY(strText(t, number)) + "] " + TRY(strText(t, text));
  if (!file.empty() && !file.isNone()) {
    out += ": " + TRY(reprText(t, file));
    if (!file2.empty() && !file2.isNone()) out += " -> " + TRY(reprText(t, file2));
  }
  return makeStr(out);
}

Ref syntaxErrorStr(Thread &t, Value v) {
  Value file = exceptionField(v, 1), line = exceptionField(v, 2);
  std::string message = exceptionField(v, 0).empty() ? "None" : TRY(strText(t, exceptionField(v, 0)));
  bool hasFile = isStr(file), hasLine = line.isInt();
  std::string base = hasFile ? toUtf8(file.as<Str>()) : "";
  base = base.substr(base.rfind('/') == std::string::npos ? 0 : base.rfind('/') + 1);
  if (hasFile && hasLine)
    return makeStr(message + " (" + base + ", line " + std::to_string(line.asInt()) + ")");
  if (hasFile) return makeStr(message + " (" + base + ")");
  if (hasLine) return makeStr(message + " (line " + std::to_string(line.asInt()) + ")");
  return makeStr(message);
}

// --- attributes of BaseException
// -----------------------------------------------------------------------------------

Ref getArgs(Thread &, Value v) { return TupleRef::share(self(v)->args); }
Status setArgsAttribute(Thread &t, Value v, Value value) {
  if (value.empty()) return raise(t, types::TypeError, "args may not be deleted");
  replaceOwned(self(v)->args, TRY(tupleFrom(t, value)).release());
  return Status::ok();
}

Ref getTraceback(Thread &, Value v) { return tracebackOf(v); }
Status setTraceback(Thread &t, Value v, Value value) {
  if (value.empty()) return raise(t, types::TypeError, "__traceback__ may not be deleted");
  if (!value.isNone() && !isExactly(value, types::Traceback))
    return raise(t, types::TypeError, "__traceback__ must be a traceback or None");
  auto *traceback = value.isNone() ? nullptr : value.as<Traceback>();
  if (traceback) retain(static_cast<Object *>(traceback));
  replaceOwned(self(v)->traceback, traceback);
  return Status::ok();
}

Ref orNone(Value v) { return v.empty() ? Ref::none() : Ref::share(v); }

Ref getContext(Thread &, Value v) { return orNone(self(v)->context); }
Ref getCause(Thread &, Value v) { return orNone(self(v)->cause); }

Status setContextAttribute(Thread &t, Value v, Value value) {
  if (value.empty()) return raise(t, types::TypeError, "__context__ may not be deleted");
  if (!value.isNone() && !isException(value))
    return raise(t, types::TypeError, "exception context must be None or derive from BaseException");
  replaceOwned(self(v)->context, value.isNone() ? Value() : retained(value));
  return Status::ok();
}

Status setCauseAttribute(Thread &t, Value v, Value value) {
  if (value.empty()) return raise(t, types::TypeError, "__cause__ may not be deleted");
  if (!value.isNone() && !isException(value))
    return raise(t, types::TypeError, "exception cause must be None or derive from BaseException");
  setCause(self(v), value.isNone() ? Value() : value);
  return Status::ok();
}

Ref getSuppress(Thread &, Value v) { return Ref::boolean(self(v)->suppressContext); }
Status setSuppress(Thread &t, Value v, Value value) {
  self(v)->suppressContext = !value.empty() && TRY(truth(t, value));
  return Status::ok();
}

Ref getDict(Thread &, Value v) { return DictRef::share(dictOf(v.object(), true)); }
Status setDict(Thread &t, Value v, Value value) {
  if (!isDict(value)) return raise(t, types::TypeError, "__dict__ must be a dictionary");
  retain(value);
  replaceOwned(self(v)->dict, value.as<Dict>());
  return Status::ok();
}

Ref withTraceback(Thread &t, const Value *args) {
  TRY(setTraceback(t, args[0], args[1]));
  return Ref::share(args[0]);
}

Ref addNote(Thread &t, const Value *args) {
  if (!isStr(args[1])) return raise(t, types::TypeError, "note must be a str, not '%'", typeName(args[1]));
  Ref notes;
  TRY(lookupAttr(t, args[0], names::special_notes, notes));
  if (!notes) {
    notes = newList();
    TRY(setAttr(t, args[0], names::special_notes, notes));
  }
  if (!isList(notes)) return raise(t, types::TypeError, "Cannot add note: __notes__ is not a list");
  listAppend(notes.as<List>(), args[1]);
  return Ref::none();
}

// (class, args, state), without a state if there is none.
Ref reduceWith(Value v, Tuple *args, Dict *state) {
  if (state) return packTuple(Value(typeOf(v)), Value(args), Value(state));
  return packTuple(Value(typeOf(v)), Value(args));
}

Ref reduce(Thread &, const Value *args) {
  return reduceWith(args[0], self(args[0])->args, self(args[0])->dict);
}

Ref importErrorReduce(Thread &, const Value *args) {
  auto *e = self(args[0]);
  Value name = exceptionField(args[0], 1), path = exceptionField(args[0], 2);
  if (name.empty() && path.empty()) return reduceWith(args[0], e->args, e->dict);
  DictRef state = e->dict ? dictCopy(e->dict) : newDict();
  if (!name.empty()) dictSetStr(state, internText("name"), name);
  if (!path.empty()) dictSetStr(state, internText("path"), path);
  return reduceWith(args[0], e->args, state);
}

// The file names are not among the args; the constructor wants them behind the two that are.
Ref osErrorReduce(Thread &, const Value *args) {
  auto *e = self(args[0]);
  Value file = exceptionField(args[0], 2), second = exceptionField(args[0], 3);
  if (e->args->length != 2 || file.empty()) return reduceWith(args[0], e->args, e->dict);
  llvm::SmallVector<Value, 5> all{(*e->args)[0], (*e->args)[1], file};
  if (!second.empty()) all.append({Value::none(), second});
  TupleRef given = makeTuple(all);
  return reduceWith(args[0], given, e->dict);
}

Ref setState(Thread &t, const Value *args) {
  if (args[1].isNone()) return Ref::none();
  if (!isDict(args[1])) return raise(t, types::TypeError, "state is not a dictionary");
  int64_t position = 0;
  DictEntry *entry;
  DictRef state = dictCopy(args[1].as<Dict>()); // setting may run code that changes the original
  while (dictNext(state, position, entry)) {
    if (!isStr(entry->key))
      return raise(t, types::TypeError, "attribute name must be string, not '%'", typeName(entry->key));
    TRY(setAttr(t, args[0], entry->key.as<Str>(), entry->value));
  }
  return Ref::none();
}

const GetSetDef kBaseGetSets[] = {
    {"__dict__", getDict, setDict, nullptr},
    {"args", getArgs, setArgsAttribute, nullptr},
    {"__traceback__", getTraceback, setTraceback, nullptr},
    {"__context__", getContext, setContextAttribute,
     "the exception that was being handled when it was raised"},
    {"__cause__", getCause, setCauseAttribute, "the exception that raise ... from named"},
    {"__suppress_context__", getSuppress, setSuppress, nullptr, true},
};

NativeDef kBaseMethods[] = {
    {"__new__", exceptionNew, "!($type, *args, **kwargs)", "Make a new object of the class."},
    {"__init__", exceptionInit, "($self, /, *args, **kwargs)", nullptr},
    {"__reduce__", reduce, "!($self, /)", nullptr},
    {"__setstate__", setState, "!($self, state, /)", nullptr},
    {"with_traceback", withTraceback, "!($self, tb, /)",
     "with_traceback(tb): set __traceback__ and return the exception itself."},
    {"add_note", addNote, "!($self, note, /)",
     "add_note(note): add a string to __notes__, which is shown below the traceback."},
};

// --- fields
// ------------------------------------------------------------------------------------------------------

template <int N> Ref getField(Thread &, Value v) { return orNone(exceptionField(v, N)); }
template <int N> Status setFieldAttribute(Thread &, Value v, Value value) {
  replaceOwned(exceptionField(v, N), retained(value));
  return Status::ok();
}

// A position, which is a Py_ssize_t in CPython.
template <int N> Status setIndexField(Thread &t, Value v, Value value) {
  if (value.empty()) return raise(t, types::TypeError, "can't delete numeric/char attribute");
  int64_t position = TRY(requiredInt64(t, value));
  replaceOwned(exceptionField(v, N), makeInt(position).release());
  return Status::ok();
}

#define FIELD(number, name, doc) {name, getField<number>, setFieldAttribute<number>, doc, true}
const GetSetDef kValueFields[] = {FIELD(0, "value", "what the generator returned")};
const GetSetDef kCodeFields[] = {FIELD(0, "code", "the exit status, or what to print")};
const GetSetDef kNameFields[] = {FIELD(0, "name", "the name that was looked for")};
const GetSetDef kAttributeFields[] = {FIELD(0, "obj", "the object that was asked"),
                                      FIELD(1, "name", "the name of the attribute")};
const GetSetDef kImportFields[] = {FIELD(0, "msg", "the message"), FIELD(1, "name", "the name of the module"),
                                   FIELD(2, "path", "the path of its file")};
const GetSetDef kOSFields[] = {FIELD(0, "errno", "the number of the error, as in the module errno"),
                               FIELD(1, "strerror", "what the number means"),
                               FIELD(2, "filename", "the file concerned, or None"),
                               FIELD(3, "filename2", "the other file, if there are two"),
                               {"characters_written", getCharactersWritten, setCharactersWritten, nullptr}};
const GetSetDef kSyntaxFields[] = {
    FIELD(0, "msg", "the message"),
    FIELD(1, "filename", "the name of the source"),
    FIELD(2, "lineno", "the line, from 1"),
    FIELD(3, "offset", "the column, from 1"),
    FIELD(4, "text", "the text of the line"),
    FIELD(5, "end_lineno", "the line where it ends"),
    FIELD(6, "end_offset", "the column where it ends"),
    FIELD(7, "print_file_and_line", "not used"),
};
const GetSetDef kUnicodeFields[] = {
    FIELD(0, "encoding", "the encoding"),
    FIELD(1, "object", "what was to be converted"),
    {"start", getField<2>, setIndexField<2>, "where the part that cannot be begins", true},
    {"end", getField<3>, setIndexField<3>, "where it ends", true},
    FIELD(4, "reason", "why it cannot be"),
};

NativeDef kValueMethods[] = {{"__init__", valueInit, "($self, /, *args, **kwargs)", nullptr}};
NativeDef kNameMethods[] = {{"__init__", nameErrorInit, "($self, /, *args, **kwargs)", nullptr}};
NativeDef kAttributeMethods[] = {{"__init__", attributeErrorInit, "($self, /, *args, **kwargs)", nullptr}};
NativeDef kImportMethods[] = {{"__init__", importErrorInit, "($self, /, *args, **kwargs)", nullptr},
                              {"__reduce__", importErrorReduce, "!($self, /)", nullptr}};
NativeDef kOSMethods[] = {
    {"__new__", osErrorNew, "!($type, *args, **kwargs)", "Make a new object of the class."},
    {"__init__", osErrorInit, "($self, /, *args, **kwargs)", nullptr},
    {"__reduce__", osErrorReduce, "!($self, /)", nullptr}};
NativeDef kSyntaxMethods[] = {{"__init__", syntaxErrorInit, "($self, /, *args, **kwargs)", nullptr}};
NativeDef kUnicodeMethods[] = {{"__init__", unicodeErrorInit, "($self, /, *args, **kwargs)", nullptr}};

// What a class adds to its base, by the layout that introduces it.
void addSpecifics(TypeSpec &spec, llvm::StringRef name) {
  if (name == "BaseException") {
    spec.methods = kBaseMethods, spec.getsets = kBaseGetSets;
    spec.dictOffset = offsetof(BaseExceptionObject, dict);
    spec.flags |= kTypeGc | kTypeExceptionSubclass;
    spec.own |= kOwnGetAttr | kOwnSetAttr;
    spec.fillSlots = [](Slots &s) { s.repr = exceptionRepr, s.str = exceptionStr; };
    spec.traverse = traverse, spec.clear = clear;
  } else if (name == "StopIteration") {
    spec.methods = kValueMethods, spec.getsets = kValueFields;
  } else if (name == "SystemExit") {
    spec.methods = kValueMethods, spec.getsets = kCodeFields;
  } else if (name == "NameError") {
    spec.methods = kNameMethods, spec.getsets = kNameFields;
    spec.fillSlots = [](Slots &s) { s.str = exceptionStr; };
  } else if (name == "AttributeError") {
    spec.methods = kAttributeMethods, spec.getsets = kAttributeFields;
    spec.fillSlots = [](Slots &s) { s.str = exceptionStr; };
  } else if (name == "ImportError") {
    spec.methods = kImportMethods, spec.getsets = kImportFields;
    spec.fillSlots = [](Slots &s) { s.str = importErrorStr; };
  } else if (name == "OSError") {
    spec.methods = kOSMethods, spec.getsets = kOSFields;
    spec.fillSlots = [](Slots &s) { s.str = osErrorStr; };
  } else if (name == "SyntaxError") {
    spec.methods = kSyntaxMethods, spec.getsets = kSyntaxFields;
    spec.fillSlots = [](Slots &s) { s.str = syntaxErrorStr; };
  } else if (name == "KeyError") {
    spec.fillSlots = [](Slots &s) { s.str = keyErrorStr; };
  } else if (name == "UnicodeEncodeError" || name == "UnicodeDecodeError" ||
             name == "UnicodeTranslateError") {
    spec.methods = kUnicodeMethods, spec.getsets = kUnicodeFields;
    spec.fillSlots = [](Slots &s) { s.str = unicodeErrorStr; };
  } else if (name == "BaseExceptionGroup") {
    addExceptionGroup(spec);
  }
}

} // namespace

TypeSpec coil::vm::exceptionSpec(const char *name, size_t size, const char *doc) {
  TypeSpec spec{.name = name, .size = uint32_t(size), .flags = kTypeBase, .doc = doc, .own = kOwnInit};
  // CPython declares classes that add nothing to their base by one macro, which names __new__ as well.
  bool adds = size != sizeof(BaseExceptionObject) || name == llvm::StringRef("KeyError");
  if (!adds || llvm::StringRef(name).starts_with("Unicode")) spec.own |= kOwnNew;
  addSpecifics(spec, name);
  return spec;
}

Ref coil::vm::newException(Type &type, Tuple *args) {
  auto *e = heap::make<BaseExceptionObject>(type);
  e->args = TupleRef::share(args).release();
  return Ref::take(Value(e));
}

void coil::vm::setCause(BaseExceptionObject *exception, Value causeOrEmpty) {
  exception->suppressContext = true;
  replaceOwned(exception->cause, retained(causeOrEmpty));
}

void coil::vm::setContext(Value exception, Value context) {
  if (exception == context) return;
  // Cut the link to `exception` in context's own chain, if there is one. A program can have made that chain a
  // ring, which a second walker at half the speed notices.
  Value slow = context;
  bool slowMoves = false;
  for (Value v = context; !v.empty();) {
    Value next = self(v)->context;
    if (next == exception) {
      replaceOwned(self(v)->context, Value());
      break;
    }
    v = next;
    if (v == slow) break;
    if (slowMoves) slow = self(slow)->context;
    slowMoves = !slowMoves;
  }
  replaceOwned(self(exception)->context, retained(context));
}

Ref coil::vm::tracebackOf(Value exception) {
  Traceback *traceback = self(exception)->traceback;
  return traceback ? Ref::share(Value(static_cast<Object *>(traceback))) : Ref::none();
}

Value coil::vm::handledException(Thread &t) {
  for (HandledException *h = t.handled; h; h = h->previous)
    if (!h->exception.empty()) return h->exception;
  return Value();
}
