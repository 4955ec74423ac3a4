// code: from the artifact to the object, and its attributes.
#include "Bytecode/LineTable.h"
#include "VM/Bind/Native.h"
#include "VM/Core/Audit.h"
#include "VM/Core/Names.h"
#include "VM/Interp/Instr.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Bytes.h"
#include "VM/Types/CodeParts.h"
#include "VM/Types/Complex.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"
#include "VM/Types/Set.h"
#include "VM/Types/Str/TextArguments.h"

using namespace coil::vm;
namespace bc = coil::bytecode;

namespace {

using Pool = std::shared_ptr<bc::ObjectPool>;

Ref makeConstantTuple(const bc::SequenceObject &sequence, const Pool &pool, llvm::StringRef filename) {
  llvm::SmallVector<Value, 16> items;
  for (const bc::Object *item : sequence.items)
    items.push_back(makeConstant(*item, pool, filename).release());
  return takeTuple(items);
}

// Constant containers hold only constants, so that filling them cannot raise.
Ref makeConstantSet(const bc::SequenceObject &sequence, const Pool &pool, llvm::StringRef filename) {
  Ref set = newFrozenSet();
  for (const bc::Object *item : sequence.items) {
    Ref value = makeConstant(*item, pool, filename);
    (void)bool(setAdd(Thread::current(), set.as<Set>(), value));
  }
  return set;
}

bool looksLikeName(llvm::StringRef text) {
  return llvm::all_of(text, [](char c) { return isalnum(uint8_t(c)) || c == '_'; });
}

TupleRef makeNames(const bc::SequenceObject &sequence) {
  llvm::SmallVector<Value, 16> items;
  for (const bc::Object *item : sequence.items)
    items.push_back(
        Value(static_cast<Object *>(internText(static_cast<const bc::StrObject *>(item)->text).release())));
  return takeTuple(items);
}

void countLocals(Code *code) {
  for (int i = 0; i < code->localsplusCount; ++i) {
    uint8_t kind = code->localKind(i);
    if (kind & bc::kLocalFast) ++code->localCount;
    if (kind & bc::kLocalCell) ++code->cellCount;
    if (kind & bc::kLocalFree) ++code->freeCount;
  }
}

} // namespace

Ref coil::vm::makeConstant(const bc::Object &object, const Pool &pool, llvm::StringRef filename) {
  switch (object.kind) {
  case bc::ObjectKind::None: return Ref::none();
  case bc::ObjectKind::True: return Ref::boolean(true);
  case bc::ObjectKind::False: return Ref::boolean(false);
  case bc::ObjectKind::Ellipsis: return Ref::take(Value::ellipsis());
  case bc::ObjectKind::StopIteration: return Ref::share(Value(&types::StopIteration));
  case bc::ObjectKind::Int: {
    auto &i = static_cast<const bc::IntObject &>(object);
    return i.isSmall() ? makeInt(i.value) : makeInt(i.negative, i.limbs);
  }
  case bc::ObjectKind::Float: return Ref::number(static_cast<const bc::FloatObject &>(object).value);
  case bc::ObjectKind::Complex: {
    auto &c = static_cast<const bc::ComplexObject &>(object);
    return makeComplex(c.real, c.imag);
  }
  case bc::ObjectKind::Str: {
    auto &s = static_cast<const bc::StrObject &>(object);
    return s.interned || looksLikeName(s.text) ? internText(s.text) : makeStr(s.text);
  }
  case bc::ObjectKind::Bytes: {
    llvm::StringRef data = static_cast<const bc::BytesObject &>(object).data;
    return makeBytes({data.bytes_begin(), data.size()});
  }
  case bc::ObjectKind::Tuple:
    return makeConstantTuple(static_cast<const bc::SequenceObject &>(object), pool, filename);
  case bc::ObjectKind::Set:
  case bc::ObjectKind::FrozenSet:
    return makeConstantSet(static_cast<const bc::SequenceObject &>(object), pool, filename);
  case bc::ObjectKind::Code: return makeCode(static_cast<const bc::Code &>(object), pool, filename);
  case bc::ObjectKind::List:
  case bc::ObjectKind::Dict: break; // never a constant of a code object
  }
  return Ref::none();
}

CodeRef coil::vm::makeCode(const bc::Code &raw, std::shared_ptr<bc::ObjectPool> pool,
                           llvm::StringRef filename) {
  auto *code = heap::make<Code>(types::Code);
  code->raw = &raw;
  code->pool = new Pool(pool);
  code->argcount = raw.argcount;
  code->posonlyargcount = raw.posonlyargcount;
  code->kwonlyargcount = raw.kwonlyargcount;
  code->stacksize = raw.stacksize;
  code->codeFlags = raw.flags;
  code->firstlineno = raw.firstlineno;
  code->localsplusCount = raw.localsplus();
  code->names = makeNames(*raw.names).release();
  code->localsplusNames = makeNames(*raw.localsplusnames).release();
  code->filename = makeStr(filename.empty() ? raw.filename->text : filename).release();
  code->name = internText(raw.name->text).release();
  code->qualname = internText(raw.qualname->text).release();
  countLocals(code);
  Ref consts = makeConstantTuple(*raw.consts, pool, filename);
  code->consts = consts.release().as<Tuple>();
  return CodeRef::take(code);
}

int coil::vm::lineAt(const Code *code, int unit) { return bc::locationAt(*code->raw, unit).line; }

namespace {

Code *self(Value v) { return v.as<Code>(); }
Ref bytesOf(llvm::StringRef data) { return makeBytes({data.bytes_begin(), data.size()}); }

template <int Code::*kField> Ref getInt(Thread &, Value v) { return makeInt(int64_t(self(v)->*kField)); }
template <Str *Code::*kField> Ref getStr(Thread &, Value v) { return StrRef::share(self(v)->*kField); }
template <Tuple *Code::*kField> Ref getTuple(Thread &, Value v) { return TupleRef::share(self(v)->*kField); }

Ref getCode(Thread &, Value v) { return bytesOf(self(v)->raw->code->data); }
Ref getLineTable(Thread &, Value v) { return bytesOf(self(v)->raw->linetable->data); }
Ref getExceptionTable(Thread &, Value v) { return bytesOf(self(v)->raw->exceptiontable->data); }

template <int kKind> Ref getNames(Thread &, Value v) {
  ListRef names = newList();
  for (int i = 0; i < self(v)->localsplusCount; ++i)
    if (self(v)->localKind(i) & kKind) listAppend(names, (*self(v)->localsplusNames)[i]);
  return makeTuple(names->values());
}

// One range for each entry of the table, as CPython steps through it.
Ref codeLines(Thread &t, const Value *args) {
  ListRef list = newList();
  for (const bc::Location &l :
       bc::decodeLineTable(self(args[0])->raw->linetable->data, self(args[0])->firstlineno)) {
    if (l.start == l.end) continue;
    Value line = l.line == bc::kNoLine ? Value::none() : Value::smallInt(l.line);
    listAppend(list, packTuple(Value::smallInt(l.start * 2), Value::smallInt(l.end * 2), line));
  }
  return iterate(t, list);
}

// co_lnotab: pairs of unsigned offset and signed line steps, the line table of CPython up to 3.9.
Ref getLnotab(Thread &, Value v) {
  std::string out;
  auto pair = [&](int64_t offset, int64_t step) { out += char(offset), out += char(step); };
  int64_t offset = 0, line = self(v)->firstlineno;
  for (const bc::Location &l : bc::decodeLineTable(self(v)->raw->linetable->data, self(v)->firstlineno)) {
    if (l.line == bc::kNoLine || l.line == line) continue;
    int64_t bytes = 2 * l.start - offset, step = l.line - line;
    for (; bytes > 255; bytes -= 255) pair(255, 0);
    for (; step > 127 || step < -128; bytes = 0) {
      int64_t part = step > 0 ? 127 : -128;
      pair(bytes, part);
      step -= part;
    }
    pair(bytes, step);
    offset = 2 * l.start;
    line = l.line;
  }
  return bytesOf(out);
}

Ref codeVarname(Thread &t, const Value *args) {
  int i = TRY(intArgument(t, args[1]));
  auto *names = self(args[0])->localsplusNames;
  if (i < 0 || i >= names->length) return raise(t, types::IndexError, "tuple index out of range");
  return Ref::share((*names)[i]);
}

Ref codePositions(Thread &t, const Value *args) {
  ListRef list = newList();
  auto orNone = [](int n) { return n < 0 ? Value::none() : Value::smallInt(n); };
  for (const bc::Location &l :
       bc::decodeLineTable(self(args[0])->raw->linetable->data, self(args[0])->firstlineno))
    for (uint32_t unit = l.start; unit < l.end; ++unit)
      listAppend(list, packTuple(orNone(l.line), orNone(l.endLine), orNone(l.column), orNone(l.endColumn)));
  return iterate(t, list);
}

Result<int64_t> countArgument(Thread &t, Value v, const char *name) {
  int64_t n = TRY(indexInt64(t, v));
  if (n != int32_t(n)) return raise(t, types::OverflowError, "Python int too large to convert to C int");
  if (n < 0) return raise(t, types::ValueError, "% must be a positive integer", name);
  return n;
}

template <class T>
Result<T *> partArgument(Thread &t, Value v, const char *function, const std::string &name) {
  if (isInstance(v, typeFor<T>())) return v.as<T>();
  return raise(t, types::TypeError, "%() argument % must be %, not %", function, name,
               typeFor<T>().nameText(), argumentTypeName(v));
}

Status auditParts(Thread &t, const CodeParts &parts) {
  auto number = [](int64_t n) { return Value::smallInt(n); };
  return audit(t, "code.__new__",
               {Value(parts.code), Value(parts.filename), Value(parts.name), number(parts.argcount),
                number(parts.posonlyargcount), number(parts.kwonlyargcount), number(parts.nlocals),
                number(parts.stacksize), number(parts.flags)});
}

// The fields of replace() in its signature's order; None and -1 keep the old value.
Ref codeReplace(Thread &t, const Value *args) {
  Code *old = self(args[0]);
  Ref code = getCode(t, args[0]), lines = getLineTable(t, args[0]), handlers = getExceptionTable(t, args[0]);
  Ref varnames = getNames<bc::kLocalFast>(t, args[0]), freevars = getNames<bc::kLocalFree>(t, args[0]);
  Ref cellvars = getNames<bc::kLocalCell>(t, args[0]);
  CodeParts parts{old->argcount,
                  old->posonlyargcount,
                  old->kwonlyargcount,
                  old->localCount,
                  old->stacksize,
                  old->codeFlags,
                  old->firstlineno,
                  code.as<Bytes>(),
                  lines.as<Bytes>(),
                  handlers.as<Bytes>(),
                  old->consts,
                  old->names,
                  varnames.as<Tuple>(),
                  freevars.as<Tuple>(),
                  cellvars.as<Tuple>(),
                  old->filename,
                  old->name,
                  old->qualname};
  const Value *a = args + 1;
  // clang-format off
#define COUNT(field) if (*a != Value::smallInt(-1)) parts.field = TRY(countArgument(t, *a, "co_" #field)); ++a
#define PART(T, field, name) if (!a->isNone()) parts.field = TRY(partArgument<T>(t, *a, "replace", "'" name "'")); ++a
  COUNT(argcount); COUNT(posonlyargcount); COUNT(kwonlyargcount); COUNT(nlocals); COUNT(stacksize); COUNT(flags);
  COUNT(firstlineno);
  PART(Bytes, code, "co_code"); PART(Tuple, consts, "co_consts"); PART(Tuple, names, "co_names");
  PART(Tuple, varnames, "co_varnames"); PART(Tuple, freevars, "co_freevars"); PART(Tuple, cellvars, "co_cellvars");
  PART(Str, filename, "co_filename"); PART(Str, name, "co_name"); PART(Str, qualname, "co_qualname");
  PART(Bytes, linetable, "co_linetable"); PART(Bytes, exceptiontable, "co_exceptiontable");
#undef COUNT
#undef PART
  // clang-format on
  // A number of locals that nobody gave follows the names.
  if (!args[11].isNone() && args[4] == Value::smallInt(-1)) parts.nlocals = parts.varnames->length;
  CHECK(auditParts(t, parts));
  return newCode(t, parts, *old->pool);
}

Ref codeNew(Thread &t, const Value *args) {
  CodeParts parts{};
  const Value *a = args + 1;
  int number = 1;
  // clang-format off
#define COUNT(field) parts.field = TRY(countArgument(t, *a++, #field)); ++number
#define PART(T, field) parts.field = TRY(partArgument<T>(t, *a++, "code", std::to_string(number++)))
  COUNT(argcount); COUNT(posonlyargcount); COUNT(kwonlyargcount); COUNT(nlocals); COUNT(stacksize); COUNT(flags);
  PART(Bytes, code); PART(Tuple, consts); PART(Tuple, names); PART(Tuple, varnames); PART(Str, filename);
  PART(Str, name); PART(Str, qualname); COUNT(firstlineno); PART(Bytes, linetable); PART(Bytes, exceptiontable);
#undef COUNT
#undef PART
  // clang-format on
  TupleRef none = emptyTuple();
  parts.freevars = a[0].empty() ? none.get() : TRY(partArgument<Tuple>(t, a[0], "code", "17"));
  parts.cellvars = a[1].empty() ? none.get() : TRY(partArgument<Tuple>(t, a[1], "code", "18"));
  CHECK(auditParts(t, parts));
  return newCode(t, parts, nullptr);
}

Ref codeRepr(Thread &, Value v) {
  return makeStr("<code object " + toUtf8(self(v)->name) + " at " + addressText(v) + ", file \"" +
                 toUtf8(self(v)->filename) + "\", line " + std::to_string(self(v)->firstlineno) + ">");
}

Ref codeCompare(Thread &t, Value a, Value b, CompareOp op) {
  if ((op != CompareOp::Eq && op != CompareOp::Ne) || !isExactly(b, types::Code))
    return Ref::notImplemented();
  Code *x = self(a), *y = self(b);
  bool same = equalStr(x->name, y->name) && x->argcount == y->argcount && x->codeFlags == y->codeFlags &&
              x->firstlineno == y->firstlineno && x->raw->code->data == y->raw->code->data &&
              x->raw->linetable->data == y->raw->linetable->data &&
              x->raw->exceptiontable->data == y->raw->exceptiontable->data;
  same = same && TRY(compareBool(t, Value(x->consts), Value(y->consts), CompareOp::Eq)) &&
         TRY(compareBool(t, Value(x->names), Value(y->names), CompareOp::Eq)) &&
         TRY(compareBool(t, Value(x->localsplusNames), Value(y->localsplusNames), CompareOp::Eq));
  return Ref::boolean(same == (op == CompareOp::Eq));
}

Result<int64_t> codeHash(Thread &, Value v) {
  llvm::StringRef data = self(v)->raw->code->data;
  return hashStr(self(v)->name) ^ int64_t(data.size() * 1000003 + self(v)->firstlineno);
}

void codeClear(Object *o) {
  auto *code = static_cast<Code *>(o);
  replaceOwned<Tuple>(code->consts, nullptr);
  replaceOwned<Tuple>(code->names, nullptr);
  replaceOwned<Tuple>(code->localsplusNames, nullptr);
  replaceOwned<Str>(code->filename, nullptr);
  replaceOwned<Str>(code->name, nullptr);
  replaceOwned<Str>(code->qualname, nullptr);
  delete std::exchange(code->pool, nullptr);
  delete std::exchange(code->program, nullptr);
  delete std::exchange(code->unsound, nullptr);
}

// With the instructions, which CPython keeps in the object itself.
Ref codeSizeOf(Thread &, const Value *args) {
  const bc::Code *raw = self(args[0])->raw;
  return makeInt(int64_t(sizeof(Code) + raw->code->data.size()));
}

NativeDef kMethods[] = {
    {"__sizeof__", codeSizeOf, "!($self, /)", nullptr},
    {"co_lines", codeLines, "!($self, /)", nullptr},
    {"co_positions", codePositions, "!($self, /)", nullptr},
    {"__new__", codeNew,
     "($type, argcount, posonlyargcount, kwonlyargcount, nlocals, stacksize,\n     flags, codestring, "
     "constants, names, "
     "varnames, filename, name,\n     qualname, firstlineno, linetable, exceptiontable, freevars=(),\n     "
     "cellvars=(), /)",
     "Make a new object of the class."},
    {"_varname_from_oparg", codeVarname, "($self, /, oparg)",
     "For internal use: the name of the local variable that an instruction's argument means."},
    {"replace", codeReplace,
     "($self, /, *, co_argcount=-1, co_posonlyargcount=-1,\n        co_kwonlyargcount=-1, "
     "co_nlocals=-1, co_stacksize=-1,\n        co_flags=-1, co_firstlineno=-1, co_code=None, "
     "co_consts=None,\n        co_names=None, co_varnames=None, co_freevars=None,\n        co_cellvars=None, "
     "co_filename=None, co_name=None,\n        co_qualname=None, co_linetable=None, co_exceptiontable=None)",
     "A copy of the code object in which the parts that are given replace its own."},
};

const GetSetDef kGetSets[] = {
    {"co_argcount", getInt<&Code::argcount>, nullptr, nullptr, true},
    {"co_posonlyargcount", getInt<&Code::posonlyargcount>, nullptr, nullptr, true},
    {"co_kwonlyargcount", getInt<&Code::kwonlyargcount>, nullptr, nullptr, true},
    {"co_stacksize", getInt<&Code::stacksize>, nullptr, nullptr, true},
    {"co_flags", getInt<&Code::codeFlags>, nullptr, nullptr, true},
    {"co_names", getTuple<&Code::names>, nullptr, nullptr, true},
    {"co_filename", getStr<&Code::filename>, nullptr, nullptr, true},
    {"co_name", getStr<&Code::name>, nullptr, nullptr, true},
    {"co_qualname", getStr<&Code::qualname>, nullptr, nullptr, true},
    {"co_firstlineno", getInt<&Code::firstlineno>, nullptr, nullptr, true},
    {"co_linetable", getLineTable, nullptr, nullptr, true},
    {"co_exceptiontable", getExceptionTable, nullptr, nullptr, true},
    {"co_nlocals", getInt<&Code::localCount>, nullptr, nullptr, true},
    {"co_consts", getTuple<&Code::consts>, nullptr, nullptr, true},
    {"co_varnames", getNames<bc::kLocalFast>, nullptr, nullptr},
    {"co_cellvars", getNames<bc::kLocalCell>, nullptr, nullptr},
    {"co_freevars", getNames<bc::kLocalFree>, nullptr, nullptr},
    {"co_code", getCode, nullptr, nullptr},
    {"_co_code_adaptive", getCode, nullptr, nullptr},
    {"co_lnotab", getLnotab, nullptr, nullptr},
};

} // namespace

const TypeSpec coil::vm::kCodeSpec = {
    .name = "code",
    .size = sizeof(Code),
    .flags = kTypeHasWeakRefs, // its constants are made before it: no cycle goes through it
    .fillSlots = [](Slots &s) { s.repr = codeRepr, s.compare = codeCompare, s.hash = codeHash; },
    .clear = codeClear,
    .methods = kMethods,
    .getsets = kGetSets,
    .doc = "The compiled code of a module, class or function.",
};
