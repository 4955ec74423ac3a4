// _sre.SRE_Scanner: a pattern on its way through a string.
#include "VM/Modules/_sre/Sre.h"

using namespace coil::vm;
using namespace coil::vm::sre;

namespace {

struct State {
  Subject subject;
  Matching matching;
  bool finished = false;
};

struct Scanner : Object {
  Pattern *pattern; // owned
  State *state;     // owned
};

template <bool kSearch> Ref scannerStep(Thread &, const Value *args) {
  auto *scanner = args[0].as<Scanner>();
  State *state = scanner->state;
  if (state->finished) return Ref::none();
  Matching &m = state->matching;
  if (!(kSearch ? searchFrom : matchHere)(scanner->pattern->codes(), m)) {
    state->finished = true;
    return Ref::none();
  }
  Ref match = newMatch(scanner->pattern, state->subject.object, m);
  m.mustAdvance = m.position == m.start;
  m.start = m.position;
  return match;
}

Ref getPattern(Thread &, Value v) { return Ref::share(Value(v.as<Scanner>()->pattern)); }

NativeDef kMethods[] = {
    {"match", scannerStep<false>, "($self, /)", nullptr},
    {"search", scannerStep<true>, "($self, /)", nullptr},
};
const GetSetDef kGetSets[] = {{"pattern", getPattern, nullptr, nullptr, true}};

void scannerClear(Object *o) {
  if (o->refCount) return;
  auto *scanner = static_cast<Scanner *>(o);
  delete std::exchange(scanner->state, nullptr);
  replaceOwned<Pattern>(scanner->pattern, nullptr);
}

} // namespace

Ref coil::vm::newScanner(Thread &t, Pattern *pattern, Value string, int64_t pos, int64_t endpos) {
  auto *scanner = heap::make<Scanner>(types::SreScanner);
  Ref result = Ref::take(Value(scanner));
  scanner->pattern = ObjectRef<Pattern>::share(pattern).release();
  scanner->state = new State();
  scanner->state->matching = TRY(beginMatching(t, pattern, scanner->state->subject, string, pos, endpos));
  return result;
}

const TypeSpec coil::vm::kSreScannerSpec = {
    .name = "_sre.SRE_Scanner",
    .size = sizeof(Scanner),
    .flags = kTypeGc | kTypeNoInstantiate,
    .traverse =
        [](Object *o, Visitor &v) {
          auto *scanner = static_cast<Scanner *>(o);
          v.visitPointer(scanner->pattern);
          if (scanner->state) v.visit(scanner->state->subject.object.get());
        },
    .clear = scannerClear,
    .methods = kMethods,
    .getsets = kGetSets,
    .heapType = true,
    .own = 0,
};
