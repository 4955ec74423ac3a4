// ast.unparse: expressions but for strings.
#include "AST/Unparser.h"
#include <algorithm>

using namespace coil::ast;

void Unparser::optional(llvm::StringRef before, const AnyExpr *e) {
  if (!e) return;
  write(before);
  expression(e);
}

void Unparser::expression(const AnyExpr *e, Precedence around) {
  switch (e->kind) {
  case Kind::Name: return write(as<Name>(e)->id);
  case Kind::Constant: return constant(as<Constant>(e)->value, as<Constant>(e)->kind);
  case Kind::Attribute: return attribute(as<Attribute>(e));
  case Kind::Subscript: return subscript(as<Subscript>(e));
  case Kind::Call:
    expression(as<Call>(e)->func, kAtom);
    write("(");
    arguments(as<Call>(e)->args, as<Call>(e)->keywords);
    return write(")");
  case Kind::JoinedStr: return joinedStr(as<JoinedStr>(e));
  case Kind::FormattedValue: return formattedValue(as<FormattedValue>(e));
  case Kind::Starred: write("*"); return expression(as<Starred>(e)->value, kExpr);
  case Kind::Slice: return slice(as<Slice>(e));
  case Kind::List:
  case Kind::Tuple:
  case Kind::Set:
  case Kind::Dict:
  case Kind::ListComp:
  case Kind::SetComp:
  case Kind::DictComp:
  case Kind::GeneratorExp: return display(e, around);
  default: return operation(e, around);
  }
}

// What has operands, and may need parentheses.
void Unparser::operation(const AnyExpr *e, Precedence around) {
  switch (e->kind) {
  case Kind::BoolOp: return boolean(as<BoolOp>(e), around);
  case Kind::BinOp: return binary(as<BinOp>(e), around);
  case Kind::Compare: return compare(as<Compare>(e), around);
  case Kind::IfExp: return conditional(as<IfExp>(e), around);
  case Kind::Lambda: return lambda(as<Lambda>(e), around);
  case Kind::UnaryOp: {
    const UnaryOp *u = as<UnaryOp>(e);
    Precedence own = u->op == UnaryOperator::Not ? kNot : kFactor;
    return parenthesized(around > own, [&] {
      write(symbol(u->op));
      expression(u->operand, own);
    });
  }
  case Kind::NamedExpr:
    return parenthesized(around > kNamedExpr, [&] {
      expression(as<NamedExpr>(e)->target, kAtom);
      write(" := ");
      expression(as<NamedExpr>(e)->value, kAtom);
    });
  case Kind::Await:
    return parenthesized(around > kAwait, [&] {
      write("await ");
      expression(as<Await>(e)->value, kAtom);
    });
  case Kind::YieldFrom:
    return parenthesized(around > kYield, [&] {
      write("yield from ");
      expression(as<YieldFrom>(e)->value, kAtom);
    });
  case Kind::Yield:
    return parenthesized(around > kYield, [&] {
      write("yield");
      if (!as<Yield>(e)->value) return;
      write(" ");
      expression(as<Yield>(e)->value, kAtom);
    });
  default: return;
  }
}

// What has brackets of its own.
void Unparser::display(const AnyExpr *e, Precedence around) {
  auto comprehension = [&](const auto *c, char open, char close) {
    out += open;
    expression(c->elt);
    comprehensions(c->generators);
    out += close;
  };
  switch (e->kind) {
  case Kind::List:
    write("[");
    expressions(as<List>(e)->elts);
    return write("]");
  case Kind::Tuple: {
    const Seq<AnyExpr *> &items = as<Tuple>(e)->elts;
    return parenthesized(items.empty() || around > kTuple, [&] { elements(items); });
  }
  case Kind::Set:
    if (as<Set>(e)->elts.empty()) return write("{*()}"); // {} would be a dict
    write("{");
    expressions(as<Set>(e)->elts);
    return write("}");
  case Kind::Dict: return dict(as<Dict>(e));
  case Kind::ListComp: return comprehension(as<ListComp>(e), '[', ']');
  case Kind::SetComp: return comprehension(as<SetComp>(e), '{', '}');
  case Kind::GeneratorExp: return comprehension(as<GeneratorExp>(e), '(', ')');
  default: {
    const DictComp *c = as<DictComp>(e);
    write("{");
    expression(c->key);
    write(": ");
    expression(c->value);
    comprehensions(c->generators);
    return write("}");
  }
  }
}

void Unparser::elements(const Seq<AnyExpr *> &items) {
  expressions(items);
  if (items.size() == 1) write(",");
}

static Precedence precedenceOf(Operator op) {
  switch (op) {
  case Operator::Add:
  case Operator::Sub: return kArith;
  case Operator::Mult:
  case Operator::MatMult:
  case Operator::Div:
  case Operator::Mod:
  case Operator::FloorDiv: return kTerm;
  case Operator::Pow: return kPower;
  case Operator::LShift:
  case Operator::RShift: return kShift;
  case Operator::BitOr: return kExpr;
  case Operator::BitXor: return kBXor;
  case Operator::BitAnd: return kBAnd;
  }
  return kAtom;
}

void Unparser::binary(const BinOp *b, Precedence around) {
  Precedence own = precedenceOf(b->op);
  bool right = b->op == Operator::Pow; // associates to the right
  parenthesized(around > own, [&] {
    expression(b->left, right ? tighter(own) : own);
    write((" " + symbol(b->op) + " ").str());
    expression(b->right, right ? own : tighter(own));
  });
}

// Each further operand is taken to stand in tighter surroundings than the one before it: that is how CPython
// does it.
void Unparser::boolean(const BoolOp *b, Precedence around) {
  Precedence own = b->op == BoolOperator::And ? kAnd : kOr;
  parenthesized(around > own, [&] {
    for (uint32_t i = 0; i < b->values.size(); ++i) {
      if (i) write((" " + symbol(b->op) + " ").str());
      own = tighter(own);
      expression(b->values[i], own);
    }
  });
}

void Unparser::compare(const Compare *c, Precedence around) {
  parenthesized(around > kCmp, [&] {
    expression(c->left, tighter(kCmp));
    for (uint32_t i = 0, n = std::min(c->ops.size(), c->comparators.size()); i < n; ++i) {
      write((" " + symbol(c->ops[i]) + " ").str());
      expression(c->comparators[i], tighter(kCmp));
    }
  });
}

void Unparser::conditional(const IfExp *i, Precedence around) {
  parenthesized(around > kTest, [&] {
    expression(i->body, tighter(kTest));
    write(" if ");
    expression(i->test, tighter(kTest));
    write(" else ");
    expression(i->orelse, kTest);
  });
}

void Unparser::lambda(const Lambda *l, Precedence around) {
  parenthesized(around > kTest, [&] {
    write("lambda");
    size_t before = out.size();
    write(" ");
    parameters(l->args);
    if (out.size() == before + 1) out.resize(before); // none
    write(": ");
    expression(l->body, kTest);
  });
}

void Unparser::dict(const Dict *d) {
  write("{");
  for (uint32_t i = 0, n = std::min(d->keys.size(), d->values.size()); i < n; ++i) {
    if (i) write(", ");
    if (d->keys[i]) {
      expression(d->keys[i]);
      write(": ");
      expression(d->values[i]);
    } else {
      write("**");
      expression(d->values[i], kExpr);
    }
  }
  write("}");
}

void Unparser::comprehensions(const Seq<Comprehension *> &generators) {
  for (const Comprehension *c : generators) {
    write(c->is_async ? " async for " : " for ");
    expression(c->target, kTuple);
    write(" in ");
    expression(c->iter, tighter(kTest));
    for (const AnyExpr *condition : c->ifs) {
      write(" if ");
      expression(condition, tighter(kTest));
    }
  }
}

void Unparser::attribute(const Attribute *a) {
  expression(a->value, kAtom);
  // 3.x would be a number and a name; bool is an int, too.
  if (const Constant *c = dyn<Constant>(a->value)) {
    ConstantKind kind = c->value.kind();
    if (kind == ConstantKind::Int || kind == ConstantKind::BigInt || kind == ConstantKind::True ||
        kind == ConstantKind::False)
      write(" ");
  }
  write(".");
  write(a->attr);
}

void Unparser::arguments(const Seq<AnyExpr *> &args, const Seq<Keyword *> &keywords) {
  expressions(args);
  bool comma = !args.empty();
  for (const Keyword *keyword : keywords) {
    if (comma) write(", ");
    comma = true;
    write(keyword->arg ? keyword->arg->str() : "**");
    if (keyword->arg) write("=");
    expression(keyword->value);
  }
}

void Unparser::subscript(const Subscript *s) {
  expression(s->value, kAtom);
  write("[");
  const Tuple *tuple = dyn<Tuple>(s->slice);
  if (tuple && !tuple->elts.empty())
    elements(tuple->elts);
  else
    expression(s->slice);
  write("]");
}

void Unparser::slice(const Slice *s) {
  optional("", s->lower);
  write(":");
  optional("", s->upper);
  optional(":", s->step);
}

void Unparser::parameter(const Arg *a, const AnyExpr *defaultValue) {
  write(a->arg);
  optional(": ", a->annotation);
  optional("=", defaultValue);
}

void Unparser::parameters(const Arguments *a) {
  bool first = true;
  auto comma = [&] {
    if (!first) write(", ");
    first = false;
  };
  uint32_t positional = a->posonlyargs.size(), all = positional + a->args.size();
  uint32_t without = all > a->defaults.size() ? all - a->defaults.size() : 0;
  for (uint32_t i = 0; i < all; ++i) {
    comma();
    parameter(i < positional ? a->posonlyargs[i] : a->args[i - positional],
              i < without ? nullptr : a->defaults[i - without]);
    if (i + 1 == positional) write(", /");
  }
  if (a->vararg || !a->kwonlyargs.empty()) {
    comma();
    write("*");
    if (a->vararg) parameter(a->vararg, nullptr);
  }
  for (uint32_t i = 0, n = std::min(a->kwonlyargs.size(), a->kw_defaults.size()); i < n; ++i) {
    write(", ");
    parameter(a->kwonlyargs[i], a->kw_defaults[i]);
  }
  if (a->kwarg) {
    comma();
    write("**");
    parameter(a->kwarg, nullptr);
  }
}
