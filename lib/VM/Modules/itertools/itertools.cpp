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
    {"tee", itertoolsTee, "($module, iterable, n=2, /)",
     "A tuple of n iterators over the items of one, each with a place of its own.\n"
     "What one of them has read is kept until all have; the original should be left alone."},
};

const ModuleType kTypes[] = {
#define ITERTOOL(Name, text) {types::Itertools##Name, kItertools##Name##Spec, types::Object},
    COIL_ITERTOOLS(ITERTOOL)
#undef ITERTOOL
};

} // namespace

const ModuleSpec coil::vm::kItertoolsModule = {
    .name = "itertools",
    .doc = "Building blocks for loops: iterators made of other iterators.\n"
           "\n"
           "Without end: count, cycle, repeat\n"
           "One or more iterables read in some way: accumulate, chain, compress, dropwhile,\n"
           "  filterfalse, groupby, islice, pairwise, starmap, takewhile, tee, zip_longest\n"
           "Choices and arrangements: combinations, combinations_with_replacement, permutations,\n"
           "  product",
    .functions = kFunctions,
    .types = kTypes,
};
