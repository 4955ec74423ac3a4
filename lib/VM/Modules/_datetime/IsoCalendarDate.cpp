// datetime.IsoCalendarDate: what isocalendar() returns, a tuple with names.
#include "VM/Bind/Native.h"
#include "VM/Heap/Gc.h"
#include "VM/Modules/_datetime/Datetime.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Tuple.h"

using namespace coil::vm;
using namespace coil::vm::datetime;

Type coil::vm::types::IsoCalendarDate;

Ref datetime::newIsoCalendarDate(Ref year, Ref week, Ref weekday) {
  auto *made = heap::make<Tuple>(types::IsoCalendarDate, 3 * sizeof(Value));
  made->length = 3;
  made->items()[0] = year.release();
  made->items()[1] = week.release();
  made->items()[2] = weekday.release();
  return Ref::take(Value(made));
}

namespace {

Ref isoNew(Thread &t, Value, const CallArgs &args) {
  Value fields[3];
  const Slot slots[] = {
      {"year", nullptr, &fields[0]}, {"week", nullptr, &fields[1]}, {"weekday", nullptr, &fields[2]}};
  CHECK(bindKeywords(t, "IsoCalendarDate", slots, 3,
                     CallArgs(args.values + 1, args.positional - 1, args.kwNames)));
  return newIsoCalendarDate(Ref::share(fields[0]), Ref::share(fields[1]), Ref::share(fields[2]));
}

Ref isoRepr(Thread &t, Value v) {
  auto *fields = v.as<Tuple>();
  return makeStr(typeOf(v)->fullName().str() + "(year=" + TRY(strText(t, (*fields)[0])) + ", week=" +
                 TRY(strText(t, (*fields)[1])) + ", weekday=" + TRY(strText(t, (*fields)[2])) + ")");
}

// It is pickled as the tuple that it is.
Ref isoReduce(Thread &, const Value *args) {
  TupleRef plain = makeTuple(args[0].as<Tuple>()->values()), arguments = packTuple(Value(plain));
  return packTuple(Value(&types::Tuple), Value(arguments));
}

template <int kIndex> Ref getField(Thread &, Value v) { return Ref::share((*v.as<Tuple>())[kIndex]); }

NativeDef kMethods[] = {
    {"__new__", isoNew, "!($type, *args, **kwargs)", "Make a new object of the class."},
    {"__reduce__", isoReduce, "!($self, /)", "What pickle needs: the values as a plain tuple."},
};

const GetSetDef kFields[] = {{"year", getField<0>, nullptr, nullptr},
                             {"week", getField<1>, nullptr, nullptr},
                             {"weekday", getField<2>, nullptr, nullptr}};

} // namespace

const TypeSpec coil::vm::kIsoCalendarDateSpec = {
    .name = "datetime.IsoCalendarDate",
    .fillSlots = [](Slots &s) { s.repr = isoRepr; },
    .extraSize = [](const Object *) { return 3 * sizeof(Value); },
    .methods = kMethods,
    .getsets = kFields,
    .doc = "A tuple of an ISO year, a week and a weekday, which are also its attributes.",
};
