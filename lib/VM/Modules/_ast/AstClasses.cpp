// The classes of _ast, made from the tables of lib/AST; and ast.AST, their base.
#include "VM/Core/Names.h"
#include "VM/Core/Runtime.h"
#include "VM/Modules/_ast/Ast.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Dict/Dict.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Tuple.h"
#include "VM/Types/Type/TypeObject.h"
#include "llvm/ADT/StringMap.h"

using namespace coil::vm;
namespace ast = coil::ast;

Type coil::vm::types::AST;

namespace {

struct AstObject : Object {
  Dict *dict; // owned
};

struct Registry {
  llvm::StringMap<Type *> byName;
  std::vector<Type *> all;
  std::vector<Ref> singletons[5]; // by enumeration
} *registry = nullptr;

// The group of the grammar that a class of nodes belongs to; empty if it is a group by itself.
llvm::StringRef groupOf(ast::Kind kind) {
  if (kind <= ast::Kind::FunctionType) return "mod";
  if (kind >= ast::Kind::FunctionDef && kind <= ast::Kind::Continue) return "stmt";
  if (kind >= ast::Kind::BoolOp && kind <= ast::Kind::Slice) return "expr";
  if (kind >= ast::Kind::MatchValue && kind <= ast::Kind::MatchOr) return "pattern";
  if (kind == ast::Kind::ExceptHandler) return "excepthandler";
  return kind == ast::Kind::TypeIgnore ? "type_ignore" : "";
}

// The grammar's name for what a field holds.
llvm::StringRef typeWord(ast::FieldType type) {
  static constexpr llvm::StringLiteral words[] = {
      "identifier", "string", "int",     "constant", "expr_context", "boolop",        "operator",
      "unaryop",    "cmpop",  "stmt",    "expr",     "pattern",      "comprehension", "excepthandler",
      "arguments",  "arg",    "keyword", "alias",    "withitem",     "match_case",    "type_ignore",
  };
  return words[size_t(type)];
}

// "Name(identifier id, expr_context ctx)"
std::string signatureOf(const ast::KindInfo &info) {
  std::string out = info.name.str();
  for (const ast::FieldInfo &field : info.fields) {
    out += &field == info.fields.begin() ? "(" : ", ";
    out += typeWord(field.type);
    // ImportFrom's level may be left out, and lists may hold None; the grammar's marks tell only this much.
    bool optional =
        field.quantity == ast::Quantity::Opt || (info.name == "ImportFrom" && field.name == "level");
    out += field.isSequence() ? "*" : optional ? "?" : "";
    out += " " + field.name.str();
  }
  return info.fields.empty() ? out : out + ")";
}

constexpr const char *kAttributes[] = {"lineno", "col_offset", "end_lineno", "end_col_offset"};

TupleRef textTuple(llvm::ArrayRef<llvm::StringRef> texts) {
  llvm::SmallVector<Value, 8> items;
  for (llvm::StringRef text : texts)
    items.push_back(Value(static_cast<Object *>(internText(text).release())));
  return takeTuple(items);
}

// class `name`(base) with the attributes that every class of _ast has.
Status makeClass(Thread &t, llvm::StringRef name, Type &base, const std::string &doc,
                 llvm::ArrayRef<llvm::StringRef> fields, llvm::function_ref<void(Dict *)> add) {
  DictRef space = newDict();
  TupleRef names = textTuple(fields);
  dictSetStr(space, internText("_fields"), names);
  dictSetStr(space, names::special_match_args, names);
  dictSetStr(space, names::special_module, internText("ast"));
  dictSetStr(space, names::special_doc, makeStr(doc));
  add(space);
  StrRef className = internText(name);
  TupleRef bases = packTuple(Value(&base));
  Ref made = TRY(newClass(t, types::Type, className, bases, space, CallArgs()));
  registry->byName[name] = made.as<Type>();
  registry->all.push_back(made.release().as<Type>());
  return Status::ok();
}

void addAttributes(Dict *space, bool hasPosition, bool optionalEnd) {
  TupleRef attributes = emptyTuple();
  if (hasPosition) attributes = textTuple({kAttributes[0], kAttributes[1], kAttributes[2], kAttributes[3]});
  dictSetStr(space, internText("_attributes"), attributes);
  if (!hasPosition || !optionalEnd) return;
  dictSetStr(space, internText("end_lineno"), Value::none());
  dictSetStr(space, internText("end_col_offset"), Value::none());
}

// "stmt = FunctionDef(...)\n     | ..."
std::string groupDoc(llvm::StringRef group) {
  std::string out, separator = group.str() + " = ";
  for (unsigned i = 0; i < ast::kKindCount; ++i) {
    if (groupOf(ast::Kind(i)) != group) continue;
    out += separator + signatureOf(ast::kindInfo(ast::Kind(i)));
    separator = "\n" + std::string(group.size() + 1, ' ') + "| ";
  }
  return out;
}

Status makeNodeClass(Thread &t, ast::Kind kind) {
  const ast::KindInfo &info = ast::kindInfo(kind);
  llvm::StringRef group = groupOf(kind);
  Type &base = group.empty() ? types::AST : *registry->byName[group];
  llvm::SmallVector<llvm::StringRef, 8> fields;
  for (const ast::FieldInfo &field : info.fields) fields.push_back(field.name);
  return makeClass(t, info.name, base, signatureOf(info), fields, [&](Dict *space) {
    if (group.empty()) addAttributes(space, info.hasPosition, true);
    for (const ast::FieldInfo &field : info.fields)
      if (field.quantity == ast::Quantity::Opt || (info.name == "ImportFrom" && field.name == "level"))
        dictSetStr(space, internText(field.name), Value::none());
  });
}

Status makeEnum(Thread &t, ast::FieldType type) {
  std::string doc = typeWord(type).str(), separator = " = ";
  for (unsigned i = 0; i < ast::enumSize(type); ++i) {
    doc += separator + ast::enumName(type, i).str();
    separator = " | ";
  }
  CHECK(makeClass(t, typeWord(type), types::AST, doc, {},
                  [](Dict *space) { addAttributes(space, false, false); }));
  Type &base = *registry->byName[typeWord(type)];
  for (unsigned i = 0; i < ast::enumSize(type); ++i) {
    llvm::StringRef name = ast::enumName(type, i);
    CHECK(makeClass(t, name, base, name.str(), {}, [](Dict *) {}));
    auto &instances = registry->singletons[size_t(type) - size_t(ast::FieldType::ExprContext)];
    instances.push_back(TRY(call(t, Value(registry->byName[name]))));
  }
  return Status::ok();
}

} // namespace

Status coil::vm::makeAstClasses(Thread &t) {
  if (registry) return Status::ok();
  registry = new Registry();
  releaseAtEnd([] {
    std::unique_ptr<Registry> ended(std::exchange(registry, nullptr));
    for (Type *type : ended->all) release(static_cast<Object *>(type));
  });
  TupleRef none = emptyTuple();
  for (const char *name : {"_fields", "__match_args__", "_attributes"})
    dictSetStr(types::AST.dict, internText(name), none);
  for (llvm::StringRef group : {"mod", "stmt", "expr", "pattern", "excepthandler", "type_ignore"}) {
    bool hasPosition = group != "mod" && group != "type_ignore";
    CHECK(makeClass(t, group, types::AST, groupDoc(group), {},
                    [&](Dict *space) { addAttributes(space, hasPosition, group != "pattern"); }));
  }
  for (unsigned i = 0; i < ast::kKindCount; ++i) CHECK(makeNodeClass(t, ast::Kind(i)));
  for (auto type : {ast::FieldType::ExprContext, ast::FieldType::BoolOperator, ast::FieldType::Operator,
                    ast::FieldType::UnaryOperator, ast::FieldType::CmpOperator})
    CHECK(makeEnum(t, type));
  return Status::ok();
}

Type *coil::vm::astClass(llvm::StringRef name) { return registry->byName.lookup(name); }
llvm::ArrayRef<Type *> coil::vm::astClasses() { return registry->all; }
Value coil::vm::astSingleton(ast::FieldType type, unsigned value) {
  return registry->singletons[size_t(type) - size_t(ast::FieldType::ExprContext)][value];
}
bool coil::vm::isAstObject(Value v) { return types::AST.spec && isInstance(v, types::AST); }

// --- ast.AST

namespace {

Ref astNew(Thread &, Value, const CallArgs &args) {
  auto *object = static_cast<AstObject *>(heap::allocateObject(*args.values[0].as<Type>()));
  object->dict = newDict().release();
  return Ref::take(Value(object));
}

// Positional arguments are fields in their order; keywords are any attributes.
Ref astInit(Thread &t, Value self, const CallArgs &args) {
  Ref fields;
  CHECK(lookupAttr(t, Value(typeOf(self)), internText("_fields"), fields));
  TupleRef names = fields ? TRY(tupleFrom(t, fields)) : emptyTuple();
  if (int64_t(args.positional) > names->length)
    return raise(t, types::TypeError, "% constructor takes at most % positional argument%",
                 typeOf(self)->nameText(), names->length, names->length == 1 ? "" : "s");
  for (size_t i = 0; i < args.positional; ++i) {
    Value name = (*names)[int64_t(i)];
    if (!isStr(name))
      return raise(t, types::TypeError, "attribute name must be string, not '%'", typeName(name));
    CHECK(setAttr(t, self, name.as<Str>(), args.values[i]));
  }
  for (size_t i = 0; i < args.keywordCount(); ++i) {
    auto *name = (*args.kwNames)[int64_t(i)].as<Str>();
    for (size_t k = 0; k < args.positional; ++k)
      if (equalStr((*names)[int64_t(k)].as<Str>(), name))
        return raise(t, types::TypeError, "% got multiple values for argument '%'", typeOf(self)->nameText(),
                     name);
    CHECK(setAttr(t, self, name, args.values[args.positional + i]));
  }
  return Ref::none();
}

Ref astReduce(Thread &, const Value *args) {
  TupleRef none = emptyTuple();
  return packTuple(Value(typeOf(args[0])), Value(none), Value(args[0].as<AstObject>()->dict));
}

Ref getDict(Thread &, Value v) { return DictRef::share(v.as<AstObject>()->dict); }

NativeDef kMethods[] = {
    {"__new__", astNew, "!($type, *args, **kwargs)", "Make a new object of the class."},
    {"__init__", astInit, "($self, /, *args, **kwargs)", "Set the node's fields from the arguments."},
    {"__reduce__", astReduce, "!($self, /)", nullptr},
};
const GetSetDef kGetSets[] = {{"__dict__", getDict, setNativeDictAttribute, nullptr}};

} // namespace

const TypeSpec coil::vm::kASTSpec = {
    .name = "ast.AST",
    .size = sizeof(AstObject),
    .flags = kTypeGc | kTypeBase | kTypeHasDict,
    .traverse = [](Object *o, Visitor &v) { v.visitPointer(static_cast<AstObject *>(o)->dict); },
    .clear = [](Object *o) { replaceOwned<Dict>(static_cast<AstObject *>(o)->dict, nullptr); },
    .dictOffset = offsetof(AstObject, dict),
    .methods = kMethods,
    .getsets = kGetSets,
    .heapType = true,
    .own = kOwnGetAttr | kOwnSetAttr,
};
