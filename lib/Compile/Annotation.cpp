// Annotations as text, for `from __future__ import annotations`. CPython has a writer of its own for this,
// which differs from ast.unparse in places; this is that one.
#include "Compile/Codegen.h"

#include "Support/Repr.h"
#include "llvm/Support/raw_ostream.h"

namespace coil::compile {

using namespace ast;
using namespace bytecode;

namespace {

// Binding strength, weakest first.
enum Level {
  kTuple,
  kTest,
  kOr,
  kAnd,
  kNot,
  kCompare,
  kBitOr,
  kBitXor,
  kBitAnd,
  kShift,
  kArith,
  kTerm,
  kFactor,
  kPower,
  kAwait,
  kAtom,
};
constexpr int kExpr = kBitOr;

class Unparser {
public:
  Unparser(llvm::raw_ostream &os, Constants &constants) : os(os), constants(constants) {}
  void expr(const AnyExpr *e, int level);

private:
  llvm::raw_ostream &os;
  Constants &constants;

  // Writes `body`, in parentheses if the context binds more strongly.
  template <typename Body> void grouped(bool parentheses, Body body) {
    if (parentheses) os << '(';
    body();
    if (parentheses) os << ')';
  }
  void list(Seq<AnyExpr *> elts) {
    for (uint32_t i = 0; i < elts.size(); ++i) {
      if (i) os << ", ";
      expr(elts[i], kTest);
    }
  }
  void binOp(const BinOp *e, int level);
  void unaryOp(const UnaryOp *e, int level);
  void lambda(const Lambda *e);
  void arguments(const Arguments *args);
  void argument(const Arg *arg) {
    os << arg->arg->str();
    if (!arg->annotation) return;
    os << ": ";
    expr(arg->annotation, kTest);
  }
  void dict(const Dict *e);
  void comprehensions(Seq<Comprehension *> generators);
  void compare(const Compare *e);
  void call(const Call *e);
  void attribute(const Attribute *e);
  void slice(const Slice *e);
  void constant(const Constant *e);
  void fstringPart(llvm::raw_ostream &out, const AnyExpr *e, bool inSpec);
  void joined(llvm::raw_ostream &out, const JoinedStr *e, bool inSpec);
  void formatted(llvm::raw_ostream &out, const FormattedValue *e);
};

void Unparser::binOp(const BinOp *e, int level) {
  constexpr int kLevels[] = {kArith, kArith, kTerm,  kTerm,   kTerm,   kTerm, kPower,
                             kShift, kShift, kBitOr, kBitXor, kBitAnd, kTerm};
  int own = kLevels[static_cast<size_t>(e->op)];
  bool right = e->op == Operator::Pow;
  grouped(level > own, [&] {
    expr(e->left, own + right);
    os << ' ' << symbol(e->op) << ' ';
    expr(e->right, own + !right);
  });
}

void Unparser::unaryOp(const UnaryOp *e, int level) {
  int own = e->op == UnaryOperator::Not ? kNot : kFactor;
  grouped(level > own, [&] {
    os << symbol(e->op);
    expr(e->operand, own);
  });
}

void Unparser::arguments(const Arguments *args) {
  bool first = true;
  auto comma = [&] {
    if (!first) os << ", ";
    first = false;
  };
  size_t posonly = args->posonlyargs.size(), total = posonly + args->args.size(),
         defaults = args->defaults.size();
  for (size_t i = 0; i < total; ++i) {
    comma();
    argument(i < posonly ? args->posonlyargs[static_cast<uint32_t>(i)]
                         : args->args[static_cast<uint32_t>(i - posonly)]);
    if (i + defaults >= total) {
      os << '=';
      expr(args->defaults[static_cast<uint32_t>(i + defaults - total)], kTest);
    }
    if (posonly && i + 1 == posonly) os << ", /";
  }
  if (args->vararg || !args->kwonlyargs.empty()) {
    comma();
    os << '*';
    if (args->vararg) argument(args->vararg);
  }
  for (uint32_t i = 0; i < args->kwonlyargs.size(); ++i) {
    comma();
    argument(args->kwonlyargs[i]);
    if (args->kw_defaults[i]) {
      os << '=';
      expr(args->kw_defaults[i], kTest);
    }
  }
  if (args->kwarg) {
    comma();
    os << "**";
    argument(args->kwarg);
  }
}

void Unparser::lambda(const Lambda *e) {
  // Without positional parameters there is no blank: "lambda*a: a".
  os << (e->args->args.size() + e->args->posonlyargs.size() ? "lambda " : "lambda");
  arguments(e->args);
  os << ": ";
  expr(e->body, kTest);
}

void Unparser::dict(const Dict *e) {
  os << '{';
  for (uint32_t i = 0; i < e->values.size(); ++i) {
    if (i) os << ", ";
    if (e->keys[i]) {
      expr(e->keys[i], kTest);
      os << ": ";
      expr(e->values[i], kTest);
    } else {
      os << "**";
      expr(e->values[i], kExpr);
    }
  }
  os << '}';
}

void Unparser::comprehensions(Seq<Comprehension *> generators) {
  for (const Comprehension *c : generators) {
    os << (c->is_async ? " async for " : " for ");
    expr(c->target, kTuple);
    os << " in ";
    expr(c->iter, kTest + 1);
    for (const AnyExpr *condition : c->ifs) {
      os << " if ";
      expr(condition, kTest + 1);
    }
  }
}

void Unparser::compare(const Compare *e) {
  expr(e->left, kCompare + 1);
  for (uint32_t i = 0; i < e->ops.size(); ++i) {
    os << ' ' << symbol(e->ops[i]) << ' ';
    expr(e->comparators[i], kCompare + 1);
  }
}

void Unparser::call(const Call *e) {
  expr(e->func, kAtom);
  // A lone generator expression brings its own parentheses.
  if (e->args.size() == 1 && e->keywords.empty() && isa<GeneratorExp>(e->args[0]))
    return expr(e->args[0], kTest);
  os << '(';
  list(e->args);
  bool first = e->args.empty();
  for (const Keyword *k : e->keywords) {
    if (!first) os << ", ";
    first = false;
    if (k->arg)
      os << k->arg->str() << '=';
    else
      os << "**";
    expr(k->value, kTest);
  }
  os << ')';
}

void Unparser::attribute(const Attribute *e) {
  expr(e->value, kAtom);
  // "1 .real": a dot after an int would make it a float.
  bool blank =
      isa<Constant>(e->value) && constants.object(as<Constant>(e->value)->value)->kind == ObjectKind::Int;
  os << (blank ? " ." : ".") << e->attr->str();
}

void Unparser::slice(const Slice *e) {
  if (e->lower) expr(e->lower, kTest);
  os << ':';
  if (e->upper) expr(e->upper, kTest);
  if (!e->step) return;
  os << ':';
  expr(e->step, kTest);
}

void Unparser::constant(const Constant *e) {
  const Object *value = constants.object(e->value);
  if (value->kind == ObjectKind::Ellipsis) {
    os << "...";
    return;
  }
  if (e->kind) os << e->kind->str();
  std::string text = reprOf(value);
  if (value->kind == ObjectKind::Float || value->kind == ObjectKind::Complex) {
    // An infinity reads back only as a number that overflows.
    for (size_t at = text.find("inf"); at != std::string::npos; at = text.find("inf", at))
      text.replace(at, 3, "1e309");
  }
  os << text;
}

void Unparser::formatted(llvm::raw_ostream &out, const FormattedValue *e) {
  std::string text;
  llvm::raw_string_ostream inner(text);
  Unparser(inner, constants).expr(e->value, kTest + 1);
  out << (llvm::StringRef(text).starts_with("{") ? "{ " : "{") << text;
  if (e->conversion > 0) out << '!' << static_cast<char>(e->conversion);
  if (e->format_spec) {
    out << ':';
    fstringPart(out, e->format_spec, true);
  }
  out << '}';
}

void Unparser::fstringPart(llvm::raw_ostream &out, const AnyExpr *e, bool inSpec) {
  if (auto *c = dyn<Constant>(e)) {
    if (auto *s = dynCast<StrObject>(constants.object(c->value))) {
      for (char ch : s->text) {
        out << ch;
        if (ch == '{' || ch == '}') out << ch;
      }
    }
  } else if (auto *j = dyn<JoinedStr>(e)) {
    joined(out, j, inSpec);
  } else if (auto *f = dyn<FormattedValue>(e)) {
    formatted(out, f);
  }
}

void Unparser::joined(llvm::raw_ostream &out, const JoinedStr *e, bool inSpec) {
  std::string text;
  llvm::raw_string_ostream body(text);
  for (const AnyExpr *value : e->values) fstringPart(body, value, inSpec);
  if (inSpec) {
    out << text;
    return;
  }
  out << 'f';
  reprStr(out, text);
}

void Unparser::expr(const AnyExpr *e, int level) {
  switch (e->kind) {
  case Kind::BoolOp: {
    auto *b = as<BoolOp>(e);
    int own = b->op == BoolOperator::And ? kAnd : kOr;
    return grouped(level > own, [&] {
      for (uint32_t i = 0; i < b->values.size(); ++i) {
        if (i) os << ' ' << symbol(b->op) << ' ';
        expr(b->values[i], own + 1);
      }
    });
  }
  case Kind::BinOp: return binOp(as<BinOp>(e), level);
  case Kind::UnaryOp: return unaryOp(as<UnaryOp>(e), level);
  case Kind::Lambda: return grouped(level > kTest, [&] { lambda(as<Lambda>(e)); });
  case Kind::IfExp: {
    auto *i = as<IfExp>(e);
    return grouped(level > kTest, [&] {
      expr(i->body, kTest + 1);
      os << " if ";
      expr(i->test, kTest + 1);
      os << " else ";
      expr(i->orelse, kTest);
    });
  }
  case Kind::Dict: return dict(as<Dict>(e));
  case Kind::Set:
    os << '{';
    list(as<Set>(e)->elts);
    os << '}';
    return;
  case Kind::GeneratorExp:
    os << '(';
    expr(as<GeneratorExp>(e)->elt, kTest);
    comprehensions(as<GeneratorExp>(e)->generators);
    os << ')';
    return;
  case Kind::ListComp:
    os << '[';
    expr(as<ListComp>(e)->elt, kTest);
    comprehensions(as<ListComp>(e)->generators);
    os << ']';
    return;
  case Kind::SetComp:
    os << '{';
    expr(as<SetComp>(e)->elt, kTest);
    comprehensions(as<SetComp>(e)->generators);
    os << '}';
    return;
  case Kind::DictComp:
    os << '{';
    expr(as<DictComp>(e)->key, kTest);
    os << ": ";
    expr(as<DictComp>(e)->value, kTest);
    comprehensions(as<DictComp>(e)->generators);
    os << '}';
    return;
  case Kind::Compare: return grouped(level > kCompare, [&] { compare(as<Compare>(e)); });
  case Kind::Call: return call(as<Call>(e));
  case Kind::Constant: return constant(as<Constant>(e));
  case Kind::JoinedStr: return joined(os, as<JoinedStr>(e), false);
  case Kind::FormattedValue: return formatted(os, as<FormattedValue>(e));
  case Kind::Attribute: return attribute(as<Attribute>(e));
  case Kind::Starred: os << '*'; return expr(as<Starred>(e)->value, kExpr);
  case Kind::Name: os << as<Name>(e)->id->str(); return;
  case Kind::List:
    os << '[';
    list(as<List>(e)->elts);
    os << ']';
    return;
  case Kind::Tuple: {
    auto *t = as<Tuple>(e);
    if (t->elts.empty()) {
      os << "()";
      return;
    }
    return grouped(level > kTuple, [&] {
      list(t->elts);
      if (t->elts.size() == 1) os << ',';
    });
  }
  case Kind::Subscript:
    expr(as<Subscript>(e)->value, kAtom);
    os << '[';
    expr(as<Subscript>(e)->slice, kTuple);
    os << ']';
    return;
  case Kind::Slice: return slice(as<Slice>(e));
  case Kind::Yield:
    os << "(yield";
    if (as<Yield>(e)->value) {
      os << ' ';
      expr(as<Yield>(e)->value, kTest);
    }
    os << ')';
    return;
  case Kind::YieldFrom:
    os << "(yield from ";
    expr(as<YieldFrom>(e)->value, kTest);
    os << ')';
    return;
  case Kind::Await:
    return grouped(level > kAwait, [&] {
      os << "await ";
      expr(as<Await>(e)->value, kAtom);
    });
  case Kind::NamedExpr:
    return grouped(level > kTuple, [&] {
      expr(as<NamedExpr>(e)->target, kAtom);
      os << " := ";
      expr(as<NamedExpr>(e)->value, kAtom);
    });
  default: return;
  }
}

} // namespace

std::string reprOf(const Object *object) {
  std::string text;
  llvm::raw_string_ostream os(text);
  switch (object->kind) {
  case ObjectKind::None: os << "None"; break;
  case ObjectKind::True: os << "True"; break;
  case ObjectKind::False: os << "False"; break;
  case ObjectKind::Ellipsis: os << "Ellipsis"; break;
  case ObjectKind::Int: {
    auto *i = static_cast<const IntObject *>(object);
    if (i->isSmall())
      os << i->value;
    else
      reprInt(os, i->negative, i->limbs);
    break;
  }
  case ObjectKind::Float: reprFloat(os, static_cast<const FloatObject *>(object)->value); break;
  case ObjectKind::Complex:
    reprComplex(os, static_cast<const ComplexObject *>(object)->real,
                static_cast<const ComplexObject *>(object)->imag);
    break;
  case ObjectKind::Str: reprStr(os, static_cast<const StrObject *>(object)->text); break;
  case ObjectKind::Bytes: reprBytes(os, static_cast<const BytesObject *>(object)->data); break;
  case ObjectKind::Tuple: {
    auto items = static_cast<const SequenceObject *>(object)->items;
    os << '(';
    for (size_t i = 0; i < items.size(); ++i) os << (i ? ", " : "") << reprOf(items[i]);
    os << (items.size() == 1 ? ",)" : ")");
    break;
  }
  default: os << '<' << typeName(object) << '>'; break;
  }
  return text;
}

std::string unparseAnnotation(const AnyExpr *e, Constants &constants) {
  std::string text;
  llvm::raw_string_ostream os(text);
  Unparser(os, constants).expr(e, kTest);
  return text;
}

} // namespace coil::compile
