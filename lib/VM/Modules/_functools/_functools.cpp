// The module _functools, and reduce().
#include "VM/Modules/Modules.h"
#include "VM/Modules/_functools/Functools.h"

using namespace coil::vm;

namespace coil::vm::types {
vm::Type Partial, KeyWrapper, LruCacheWrapper;
} // namespace coil::vm::types

namespace {

Ref functoolsReduce(Thread &t, const Value *args) {
  Ref iterator = iterate(t, args[1]);
  if (!iterator) {
    if (pendingIs(t, types::TypeError)) {
      clearPending(t);
      return raise(t, types::TypeError, "reduce() arg 2 must support iteration");
    }
    return {};
  }
  Ref result = args[2].empty() ? Ref() : Ref::share(args[2]);
  while (Ref item = nextItem(t, iterator))
    result = result ? TRY(call(t, args[0], {result, item})) : std::move(item);
  if (t.hasPending()) return {};
  if (!result) return raise(t, types::TypeError, "reduce() of empty iterable with no initial value");
  return result;
}

NativeDef kFunctions[] = {
    {"reduce", functoolsReduce, "!v($module, function, iterable, initial=<absent>, /)",
     "reduce(function, iterable[, initial]) -> value\n\nApply a function of two arguments cumulatively to "
     "the "
     "items of a sequence\nor iterable, from left to right, so as to reduce the iterable to a single\nvalue. "
     " "
     "For example, reduce(lambda x, y: x+y, [1, 2, 3, 4, 5]) calculates\n((((1+2)+3)+4)+5).  If initial is "
     "present, it is placed before the items\nof the iterable in the calculation, and serves as a default "
     "when the\niterable is empty."},
    {"cmp_to_key", functoolsCmpToKey, "!($module, mycmp)", "Convert a cmp= function into a key= function."},
};

const ModuleType kTypes[] = {
    {types::Partial, kPartialSpec, types::Object},
    {types::LruCacheWrapper, kLruCacheWrapperSpec, types::Object},
    {types::KeyWrapper, kKeyWrapperSpec, types::Object, false},
};

} // namespace

const ModuleSpec coil::vm::kFunctoolsModule = {
    .name = "_functools",
    .doc = "Tools that operate on functions.",
    .functions = kFunctions,
    .populate = [](Thread &t, Module *) { return makeLruCacheMark(t); },
    .types = kTypes,
};
