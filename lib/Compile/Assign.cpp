// Augmented and annotated assignment.
#include "Compile/Codegen.h"

namespace coil::compile {

using namespace ast;

void Codegen::augAssign(AugAssign *s) {
  AnyExpr *target = s->target;
  Loc loc = unit->loc;
  setLoc(target);
  switch (target->kind) {
  case Kind::Attribute:
    expression(as<Attribute>(target)->value);
    emit(Ir::COPY, 1);
    startAtAttribute(as<Attribute>(target));
    emitName(Ir::LOAD_ATTR, as<Attribute>(target)->attr);
    break;
  case Kind::Subscript:
    expression(as<Subscript>(target)->value);
    expression(as<Subscript>(target)->slice);
    emit(Ir::COPY, 2);
    emit(Ir::COPY, 2);
    emit(Ir::BINARY_SUBSCR);
    break;
  case Kind::Name: nameOp(as<Name>(target)->id, ExprContext::Load); break;
  default: return error("invalid node type for augmented assignment");
  }
  unit->loc = loc;
  expression(s->value);
  binaryOp(s->op, true);
  setLoc(target);
  switch (target->kind) {
  case Kind::Attribute:
    startAtAttribute(as<Attribute>(target));
    emit(Ir::SWAP, 2);
    emitName(Ir::STORE_ATTR, as<Attribute>(target)->attr);
    break;
  case Kind::Subscript:
    emit(Ir::SWAP, 3);
    emit(Ir::SWAP, 2);
    emit(Ir::STORE_SUBSCR);
    break;
  default: nameOp(as<Name>(target)->id, ExprContext::Store); break;
  }
}

void Codegen::checkAnnotation(AnyExpr *e) {
  expression(e);
  emit(Ir::POP_TOP);
}

// Everything in a subscript is evaluated, to see that it is defined.
void Codegen::checkAnnotationSubscript(AnyExpr *e) {
  if (auto *slice = dyn<Slice>(e)) {
    if (slice->lower) checkAnnotation(slice->lower);
    if (slice->upper) checkAnnotation(slice->upper);
    if (slice->step) checkAnnotation(slice->step);
  } else if (auto *tuple = dyn<Tuple>(e)) {
    for (AnyExpr *elt : tuple->elts) checkAnnotationSubscript(elt);
  } else {
    checkAnnotation(e);
  }
}

void Codegen::annAssign(AnnAssign *s) {
  AnyExpr *target = s->target;
  bool inModuleOrClass = unit->kind == UnitKind::Module || unit->kind == UnitKind::Class;
  bool future = flags & bytecode::CO_FUTURE_ANNOTATIONS;
  if (s->value) {
    expression(s->value);
    expression(target);
  }
  switch (target->kind) {
  case Kind::Name:
    if (forbiddenName(as<Name>(target)->id, ExprContext::Store)) return;
    if (!s->simple || !inModuleOrClass) break;
    if (future)
      annotationText(s->annotation);
    else
      expression(s->annotation);
    emitName(Ir::LOAD_NAME, id.annotations);
    loadIdentifier(mangled(as<Name>(target)->id));
    emit(Ir::STORE_SUBSCR);
    break;
  case Kind::Attribute:
    if (forbiddenName(as<Attribute>(target)->attr, ExprContext::Store)) return;
    if (!s->value) checkAnnotation(as<Attribute>(target)->value);
    break;
  case Kind::Subscript:
    if (s->value) break;
    checkAnnotation(as<Subscript>(target)->value);
    checkAnnotationSubscript(as<Subscript>(target)->slice);
    break;
  default: return error("invalid node type for annotated assignment");
  }
  if (!s->simple && !future && inModuleOrClass) checkAnnotation(s->annotation);
}

} // namespace coil::compile
