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
     "reduce(function, iterable[, initial]): fold an iterable to one value, from left to\n"
     "right. function gets the value so far and the next item, and returns the new value. It\n"
     "starts with initial, or else with the first item; TypeError if there is neither."},
    {"cmp_to_key", functoolsCmpToKey, "!($module, mycmp)",
     "Make a key function out of one that compares two values by a negative, zero or positive\n"
     "number."},
};

const ModuleType kTypes[] = {
    {types::Partial, kPartialSpec, types::Object},
    {types::LruCacheWrapper, kLruCacheWrapperSpec, types::Object},
    {types::KeyWrapper, kKeyWrapperSpec, types::Object, false},
};

} // namespace

const ModuleSpec coil::vm::kFunctoolsModule = {
    .name = "_functools",
    .doc = "The quick parts of the module functools.",
    .functions = kFunctions,
    .populate = [](Thread &t, Module *) { return makeLruCacheMark(t); },
    .types = kTypes,
};
