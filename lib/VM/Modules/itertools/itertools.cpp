// The module itertools.
#include "VM/Modules/itertools/Itertools.h"
#include "VM/Modules/Modules.h"

using namespace coil::vm;

#define ITERTOOL(Name, text) Type coil::vm::types::Itertools##Name;
COIL_ITERTOOLS(ITERTOOL)
#undef ITERTOOL

Ref coil::vm::reduceTo(Value self, llvm::ArrayRef<Value> arguments) {
  TupleRef packed = makeTuple(arguments);
  return packTuple(Value(typeOf(self)), packed);
}

Ref coil::vm::reduceTo(Value self, llvm::ArrayRef<Value> arguments, Value state) {
  TupleRef packed = makeTuple(arguments);
  return packTuple(Value(typeOf(self)), packed, state);
}

Result<bool> coil::vm::stateFlag(Thread &t, Value state) { return truth(t, state); }

Result<Tuple *> coil::vm::stateTuple(Thread &t, Value state, int64_t size) {
  if (!isTuple(state)) return raise(t, types::TypeError, "state is not a tuple");
  if (state.as<Tuple>()->length != size) return raise(t, types::ValueError, "invalid arguments");
  return state.as<Tuple>();
}

Status coil::vm::refuseKeywords(Thread &t, const Type &type, const Type &base, const CallArgs &args,
                                const char *name) {
  if (!args.keywordCount() || (&type != &base && type.slots.init != base.slots.init)) return Status::ok();
  return raise(t, types::TypeError, "%() takes no keyword arguments", name);
}

namespace {

NativeDef kFunctions[] = {
    {"tee", itertoolsTee, "($module, iterable, n=2, /)", "Returns a tuple of n independent iterators."},
};

const ModuleType kTypes[] = {
#define ITERTOOL(Name, text) {types::Itertools##Name, kItertools##Name##Spec, types::Object},
    COIL_ITERTOOLS(ITERTOOL)
#undef ITERTOOL
};

} // namespace

const ModuleSpec coil::vm::kItertoolsModule = {
    .name = "itertools",
    .doc = "Functional tools for creating and using iterators.\n\nInfinite iterators:\ncount(start=0, "
           "step=1) --> start, "
           "start+step, start+2*step, ...\ncycle(p) --> p0, p1, ... plast, p0, p1, ...\nrepeat(elem [,n]) "
           "--> elem, elem, elem, "
           "... endlessly or up to n times\n\nIterators terminating on the shortest input "
           "sequence:\naccumulate(p[, func]) --> "
           "p0, p0+p1, p0+p1+p2\nchain(p, q, ...) --> p0, p1, ... plast, q0, q1, "
           "...\nchain.from_iterable([p, q, ...]) --> p0, "
           "p1, ... plast, q0, q1, ...\ncompress(data, selectors) --> (d[0] if s[0]), (d[1] if s[1]), "
           "...\ndropwhile(predicate, "
           "seq) --> seq[n], seq[n+1], starting when predicate fails\ngroupby(iterable[, keyfunc]) --> "
           "sub-iterators grouped by "
           "value of keyfunc(v)\nfilterfalse(predicate, seq) --> elements of seq where predicate(elem) is "
           "False\nislice(seq, "
           "[start,] stop [, step]) --> elements from\n       seq[start:stop:step]\npairwise(s) --> "
           "(s[0],s[1]), (s[1],s[2]), "
           "(s[2], s[3]), ...\nstarmap(fun, seq) --> fun(*seq[0]), fun(*seq[1]), ...\ntee(it, n=2) --> (it1, "
           "it2 , ... itn) splits "
           "one iterator into n\ntakewhile(predicate, seq) --> seq[0], seq[1], until predicate "
           "fails\nzip_longest(p, q, ...) --> "
           "(p[0], q[0]), (p[1], q[1]), ...\n\nCombinatoric generators:\nproduct(p, q, ... [repeat=1]) --> "
           "cartesian "
           "product\npermutations(p[, r])\ncombinations(p, r)\ncombinations_with_replacement(p, r)\n",
    .functions = kFunctions,
    .types = kTypes,
};
