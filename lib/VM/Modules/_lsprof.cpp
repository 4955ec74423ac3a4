// _lsprof: the profiler behind cProfile.
#include "VM/Bind/KeywordArguments.h"
#include "VM/Core/Audit.h"
#include "VM/Core/Clock.h"
#include "VM/Interp/Tracing.h"
#include "VM/Modules/Modules.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Code.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"
#include "VM/Types/StructSequence.h"
#include "llvm/ADT/MapVector.h"
#include <cmath>

using namespace coil::vm;

namespace {

Type profilerType;
Type *entryType = nullptr, *subEntryType = nullptr; // live for ever

// What was measured of calls, in units of the clock.
struct Counts {
  int64_t total = 0;  // of the outermost calls, with what they called
  int64_t within = 0; // without that
  int64_t calls = 0, recursive = 0;
  int64_t level = 0; // calls that have not ended

  void end(int64_t elapsed, int64_t own) {
    if (--level == 0)
      total += elapsed;
    else
      ++recursive;
    within += own;
    ++calls;
  }
};

// A function: what it calls is counted by callee.
struct Entry : Counts {
  Value shown; // owned; a code object, or the text that stands for a native function
  llvm::MapVector<Entry *, Counts> callees;
};

// A call that has not ended.
struct Call {
  Entry *entry;
  int64_t begin, inCallees = 0;
};

struct State {
  llvm::MapVector<const void *, std::unique_ptr<Entry>> entries; // by code object or native definition
  std::vector<Call> stack;
};

struct Profiler : Object {
  State *state; // owned; made when it is first needed
  Value timer;  // owned; empty: the system's
  double unit;  // of an integer timer, in seconds; 0: the timer gives seconds
  bool subcalls, builtins, enabled;
  bool timing; // the timer runs: the records that it is read for must stay
};

Profiler *profiler(Value v) { return v.as<Profiler>(); }

State &state(Profiler *p) {
  if (!p->state) p->state = new State();
  return *p->state;
}

// --- measuring

Result<int64_t> externalTime(Thread &t, Profiler *p) {
  Ref now = TRY(call(t, p->timer));
  if (p->unit > 0) return asInt64(t, now);
  double seconds = TRY(asDouble(t, now));
  return int64_t(std::floor(seconds * double(kNanoseconds)));
}

// What a timer raises cannot be passed on.
int64_t timeNow(Thread &t, Profiler *p) {
  if (p->timer.empty()) return monotonicNanoseconds();
  Ref pending = takePending(t), keep = Ref::share(p->timer);
  p->timing = true;
  Result<int64_t> now = externalTime(t, p);
  p->timing = false;
  int64_t value = now ? *now : 0;
  if (!now) writeUnraisable(t, nullptr, keep);
  if (pending) (void)setPending(t, std::move(pending));
  return value;
}

// The method as its type has it, or the module's function: no reference to what it is bound to.
Ref nativeText(Thread &t, NativeFunction *function) {
  std::string name = function->def->name;
  if (!function->self.empty()) {
    Value method = typeLookup(typeOf(function->self), internText(name));
    if (!method.empty()) {
      Ref shown = repr(t, method);
      if (shown) return shown;
      clearPending(t);
    }
  }
  std::string module = function->module ? toUtf8(function->module) + "." : "";
  return makeStr("<built-in method " + module + name + ">");
}

Entry *entryOf(Thread &t, Profiler *p, const void *key, Value object) {
  std::unique_ptr<Entry> &entry = state(p).entries[key];
  if (!entry) {
    entry = std::make_unique<Entry>();
    Ref pending = takePending(t);
    entry->shown =
        (isExactly(object, types::Code) ? Ref::share(object) : nativeText(t, object.as<NativeFunction>()))
            .release();
    if (pending) (void)setPending(t, std::move(pending));
  }
  return entry.get();
}

void enter(Thread &t, Profiler *p, const void *key, Value object) {
  Entry *entry = entryOf(t, p, key, object);
  ++entry->level;
  std::vector<Call> &stack = state(p).stack;
  if (p->subcalls && !stack.empty()) ++stack.back().entry->callees[entry].level;
  stack.push_back({entry, 0});
  stack.back().begin = timeNow(t, p);
}

void endCall(Thread &t, Profiler *p, Entry *entry) {
  std::vector<Call> &stack = state(p).stack;
  int64_t elapsed = timeNow(t, p) - stack.back().begin, own = elapsed - stack.back().inCallees;
  stack.pop_back();
  entry->end(elapsed, own);
  if (stack.empty()) return;
  stack.back().inCallees += elapsed;
  if (!p->subcalls) return;
  auto callee = stack.back().entry->callees.find(entry);
  if (callee != stack.back().entry->callees.end()) callee->second.end(elapsed, own);
}

// A call that began before the profiler was on is in no entry; its end takes one from the stack all the same.
void leave(Thread &t, Profiler *p, const void *key) {
  if (state(p).stack.empty()) return;
  auto found = state(p).entries.find(key);
  if (found == state(p).entries.end())
    state(p).stack.pop_back();
  else
    endCall(t, p, found->second.get());
}

void onEvent(Thread &t, Value v, Frame *f, const char *event, Value argument) {
  Profiler *p = profiler(v);
  llvm::StringRef name = event;
  if (name == "call") return enter(t, p, f->code, Value(static_cast<Object *>(f->code)));
  if (name == "return") return leave(t, p, f->code);
  if (!p->builtins || !isExactly(argument, types::NativeFunction)) return;
  const void *key = argument.as<NativeFunction>()->def;
  if (name == "c_call")
    enter(t, p, key, argument);
  else
    leave(t, p, key);
}

// --- results

Ref countsTuple(Thread &t, Type &type, Value shown, const Counts &counts, double factor, Ref callees) {
  llvm::SmallVector<Ref, 6> fields;
  fields.push_back(Ref::share(shown));
  fields.push_back(makeInt(counts.calls));
  fields.push_back(makeInt(counts.recursive));
  fields.push_back(Ref::number(factor * double(counts.total)));
  fields.push_back(Ref::number(factor * double(counts.within)));
  if (callees) fields.push_back(std::move(callees));
  return newStructSequence(type, fields);
}

Ref calleesOf(Thread &t, const Entry &entry, double factor) {
  if (entry.callees.empty()) return Ref::none();
  ListRef list = newList();
  for (auto &[callee, counts] : entry.callees)
    if (counts.calls)
      listAppendOwned(list, countsTuple(t, *subEntryType, callee->shown, counts, factor, Ref()).release());
  return list;
}

Ref profilerGetStats(Thread &t, const Value *args) {
  Profiler *p = profiler(args[0]);
  double factor = p->timer.empty() || p->unit == 0 ? 1.0 / double(kNanoseconds) : p->unit;
  ListRef list = newList();
  for (auto &[key, entry] : state(p).entries)
    if (entry->calls)
      listAppendOwned(
          list,
          countsTuple(t, *entryType, entry->shown, *entry, factor, calleesOf(t, *entry, factor)).release());
  return list;
}

// --- switching it on and off

void forget(Profiler *p) {
  state(p).stack.clear();
  llvm::MapVector<const void *, std::unique_ptr<Entry>> old;
  std::swap(old, state(p).entries);
  for (auto &[key, entry] : old) release(entry->shown);
}

// enable(subcalls=unchanged, builtins=unchanged)
Ref profilerEnable(Thread &t, Value v, const CallArgs &args) {
  Value subcalls, builtins;
  const KeywordSlot slots[] = {{"subcalls", nullptr, &subcalls}, {"builtins", nullptr, &builtins}};
  CHECK(bindKeywords(t, "enable", slots, 0, args));
  if (subcalls) profiler(v)->subcalls = TRY(truth(t, subcalls));
  if (builtins) profiler(v)->builtins = TRY(truth(t, builtins));
  CHECK(audit(t, "sys.setprofile"));
  setProfileHook(t, v, onEvent);
  profiler(v)->enabled = true;
  return Ref::none();
}

Status refuseInTimer(Thread &t, const Profiler *p, const char *what) {
  if (!p->timing) return Status::ok();
  return raise(t, types::RuntimeError, "cannot % profiler in external timer", what);
}

Ref profilerDisable(Thread &t, const Value *args) {
  Profiler *p = profiler(args[0]);
  CHECK(refuseInTimer(t, p, "disable"));
  CHECK(audit(t, "sys.setprofile"));
  setProfileFunction(t, Value());
  p->enabled = false;
  while (!state(p).stack.empty()) endCall(t, p, state(p).stack.back().entry);
  return Ref::none();
}

Ref profilerClear(Thread &t, const Value *args) {
  CHECK(refuseInTimer(t, profiler(args[0]), "clear"));
  forget(profiler(args[0]));
  return Ref::none();
}

// __init__(timer=None, timeunit=0.0, subcalls=True, builtins=True)
Status profilerInit(Thread &t, Value v, const CallArgs &args) {
  Value timer, unit, subcalls, builtins;
  const KeywordSlot slots[] = {{"timer", nullptr, &timer},
                               {"timeunit", nullptr, &unit},
                               {"subcalls", nullptr, &subcalls},
                               {"builtins", nullptr, &builtins}};
  TRY(bindKeywords(t, "Profiler", slots, 0, args));
  double seconds = unit ? TRY(asDouble(t, unit)) : 0;
  bool withSubcalls = !subcalls || TRY(truth(t, subcalls)),
       withBuiltins = !builtins || TRY(truth(t, builtins));
  Profiler *p = profiler(v);
  p->subcalls = withSubcalls;
  p->builtins = withBuiltins;
  p->unit = seconds;
  replaceOwned(p->timer, timer && !timer.isNone() ? retained(timer) : Value());
  return Status::ok();
}

NativeDef kMethods[] = {
    {"getstats", profilerGetStats, "($self, /)",
     "list of profiler_entry objects.\n\ngetstats() -> list of profiler_entry objects\n\nReturn all "
     "information collected by the profiler.\nEach profiler_entry is a tuple-like object with the\nfollowing "
     "attributes:\n\n    code          code object\n    callcount     how many times this was called\n    "
     "reccallcount  how many times called recursively\n    totaltime     total time in this entry\n    "
     "inlinetime    inline time in this entry (not in subcalls)\n    calls         details of the "
     "calls\n\nThe calls attribute is either None or a list of\nprofiler_subentry objects:\n\n    code       "
     "   called code object\n    callcount     how many times this is called\n    reccallcount  how many "
     "times this is called recursively\n    totaltime     total time spent in this call\n    inlinetime    "
     "inline time (not in further subcalls)"},
    {"enable", profilerEnable, "!($self, *args, **kwargs)",
     "enable(subcalls=True, builtins=True)\n\nStart collecting profiling information.\nIf 'subcalls' is "
     "True, also records for each function\nstatistics separated according to its current caller.\nIf "
     "'builtins' is True, records the time spent in\nbuilt-in functions separately from their caller.\n"},
    {"disable", profilerDisable, "!($self, /)", "disable()\n\nStop collecting profiling information.\n"},
    {"clear", profilerClear, "!($self, /)", "clear()\n\nClear all profiling information collected so far.\n"},
};

const TypeSpec kProfilerSpec = {
    .name = "_lsprof.Profiler",
    .size = sizeof(Profiler),
    .flags = kTypeBase | kTypeGc,
    .fillSlots = [](Slots &s) { s.init = profilerInit; },
    .traverse =
        [](Object *o, Visitor &visitor) {
          auto *p = static_cast<Profiler *>(o);
          visitor.visit(p->timer);
          if (!p->state) return;
          for (auto &[key, entry] : p->state->entries) visitor.visit(entry->shown);
        },
    .clear =
        [](Object *o) {
          auto *p = static_cast<Profiler *>(o);
          if (p->state) forget(p);
          replaceOwned(p->timer, Value());
          if (o->refCount == 0) delete std::exchange(p->state, nullptr);
        },
    .methods = kMethods,
    .doc = "Profiler(timer=None, timeunit=None, subcalls=True, builtins=True)\n\n    Builds a profiler "
           "object using the specified timer function.\n    The default timer is a fast built-in one based "
           "on real time.\n    For custom timer functions returning integers, timeunit can\n    be a float "
           "specifying a scale (i.e. how long each integer unit\n    is, in seconds).\n",
    .heapType = true,
    .own = 0,
};

const ModuleType kTypes[] = {{profilerType, kProfilerSpec, types::Object}};

constexpr StructField kEntryFields[] = {{"code", "code object or built-in function name"},
                                        {"callcount", "how many times this was called"},
                                        {"reccallcount", "how many times called recursively"},
                                        {"totaltime", "total time in this entry"},
                                        {"inlinetime", "inline time in this entry (not in subcalls)"},
                                        {"calls", "details of the calls"}};
constexpr StructField kSubEntryFields[] = {{"code", "called code object or built-in function name"},
                                           {"callcount", "how many times this is called"},
                                           {"reccallcount", "how many times this is called recursively"},
                                           {"totaltime", "total time spent in this call"},
                                           {"inlinetime", "inline time (not in further subcalls)"}};

Status populate(Thread &, Module *module) {
  if (!entryType) {
    entryType = &makeStructSequenceType("_lsprof.profiler_entry", nullptr, kEntryFields, true);
    subEntryType = &makeStructSequenceType("_lsprof.profiler_subentry", nullptr, kSubEntryFields, true);
  }
  dictSetStr(module->dict, internText("profiler_entry"), Value(entryType));
  dictSetStr(module->dict, internText("profiler_subentry"), Value(subEntryType));
  return Status::ok();
}

} // namespace

const ModuleSpec coil::vm::kLsprofModule = {
    .name = "_lsprof",
    .doc = "Fast profiler",
    .populate = populate,
    .types = kTypes,
};
