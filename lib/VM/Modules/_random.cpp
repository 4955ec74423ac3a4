// _random: the Mersenne Twister (MT19937), seeded as CPython seeds it.
#include "VM/Core/Clock.h"
#include "VM/Modules/Modules.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Str/TextArguments.h"
#include "VM/Types/Tuple.h"
#include <sys/random.h>
#include <unistd.h>

using namespace coil::vm;

namespace {

Type randomType;

constexpr uint32_t kSize = 624, kMiddle = 397;

struct Twister {
  uint32_t index; // of the next word
  uint32_t words[kSize];

  // init_genrand of the published generator.
  void seed(uint32_t s) {
    words[0] = s;
    for (uint32_t i = 1; i < kSize; ++i) words[i] = 1812433253u * (words[i - 1] ^ (words[i - 1] >> 30)) + i;
    index = kSize;
  }

  // init_by_array.
  void seed(llvm::ArrayRef<uint32_t> key) {
    seed(19650218u);
    uint32_t i = 1, j = 0;
    auto step = [&] {
      if (++i < kSize) return;
      words[0] = words[kSize - 1];
      i = 1;
    };
    for (size_t k = std::max<size_t>(kSize, key.size()); k; --k) {
      words[i] = (words[i] ^ ((words[i - 1] ^ (words[i - 1] >> 30)) * 1664525u)) + key[j] + j;
      step();
      if (++j == key.size()) j = 0;
    }
    for (uint32_t k = kSize - 1; k; --k) {
      words[i] = (words[i] ^ ((words[i - 1] ^ (words[i - 1] >> 30)) * 1566083941u)) - i;
      step();
    }
    words[0] = 0x80000000u;
  }

  void refill() {
    for (uint32_t i = 0; i < kSize; ++i) {
      uint32_t y = (words[i] & 0x80000000u) | (words[(i + 1) % kSize] & 0x7fffffffu);
      words[i] = words[(i + kMiddle) % kSize] ^ (y >> 1) ^ (y & 1 ? 0x9908b0dfu : 0);
    }
    index = 0;
  }

  uint32_t next() {
    if (index >= kSize) refill();
    uint32_t y = words[index++];
    y ^= y >> 11;
    y ^= (y << 7) & 0x9d2c5680u;
    y ^= (y << 15) & 0xefc60000u;
    return y ^ (y >> 18);
  }
};

struct Random : Object {
  Twister twister;
};

Twister &twister(Value v) { return v.as<Random>()->twister; }

void seedFromSystem(Twister &twister) {
  uint32_t key[kSize];
  size_t have = 0;
  while (have < sizeof key) {
    ssize_t got = ::getrandom(reinterpret_cast<char *>(key) + have, sizeof key - have, GRND_NONBLOCK);
    if (got <= 0) break;
    have += size_t(got);
  }
  if (have == sizeof key) return twister.seed(llvm::ArrayRef(key));
  int64_t now = monotonicNanoseconds();
  timespec wall;
  ::clock_gettime(CLOCK_REALTIME, &wall);
  const uint32_t weak[] = {uint32_t(wall.tv_nsec), uint32_t(wall.tv_sec), uint32_t(::getpid()), uint32_t(now),
                           uint32_t(now >> 32)};
  twister.seed(llvm::ArrayRef(weak));
}

// Any int by its absolute value, anything else by its hash.
Status seedWith(Thread &t, Value self, Value n) {
  if (n.empty() || n.isNone()) {
    seedFromSystem(twister(self));
    return Status::ok();
  }
  llvm::SmallVector<uint32_t, 8> key;
  if (isIntLike(n)) {
    IntView view(n);
    for (uint32_t i = 0; i < view.size(); ++i) {
      key.push_back(uint32_t(view.limbs()[i]));
      key.push_back(uint32_t(view.limbs()[i] >> 32));
    }
  } else {
    auto hashed = uint64_t(TRY(hash(t, n)));
    key = {uint32_t(hashed), uint32_t(hashed >> 32)};
  }
  while (key.size() > 1 && key.back() == 0) key.pop_back();
  if (key.empty()) key.push_back(0);
  twister(self).seed(llvm::ArrayRef<uint32_t>(key));
  return Status::ok();
}

Ref randomNew(Thread &, Value, const CallArgs &args) {
  return Ref::take(Value(heap::make<Random>(*args.values[0].as<Type>())));
}

Status randomInit(Thread &t, Value self, const CallArgs &args) {
  bool ownInit = typeOf(self)->slots.init == randomType.slots.init;
  if (ownInit && args.keywordCount())
    return raise(t, types::TypeError, "Random() takes no keyword arguments");
  if (args.positional > 1) return raise(t, types::TypeError, "Random() requires 0 or 1 argument");
  return seedWith(t, self, args.positional ? args.values[0] : Value());
}

Ref randomRandom(Thread &, const Value *args) {
  Twister &source = twister(args[0]);
  uint32_t high = source.next() >> 5, low = source.next() >> 6;
  return Ref::number((double(high) * 67108864.0 + double(low)) * (1.0 / 9007199254740992.0));
}

Ref randomSeed(Thread &t, const Value *args) {
  CHECK(seedWith(t, args[0], args[1]));
  return Ref::none();
}

Ref randomGetState(Thread &, const Value *args) {
  Twister &source = twister(args[0]);
  TupleRef state = newTuple(kSize + 1);
  for (uint32_t i = 0; i < kSize; ++i) state->items()[i] = Value::smallInt(source.words[i]);
  state->items()[kSize] = Value::smallInt(source.index);
  return state;
}

// What PyLong_AsUnsignedLong accepts.
Result<uint64_t> unsignedLong(Thread &t, Value v) {
  if (!isIntLike(v)) return raise(t, types::TypeError, "an integer is required");
  IntView view(v);
  if (view.negative()) return raise(t, types::OverflowError, "can't convert negative value to unsigned int");
  if (view.size() > 1)
    return raise(t, types::OverflowError, "Python int too large to convert to C unsigned long");
  return view.size() ? view.limbs()[0] : 0;
}

Ref randomSetState(Thread &t, const Value *args) {
  if (!isTuple(args[1])) return raise(t, types::TypeError, "state vector must be a tuple");
  auto *state = args[1].as<Tuple>();
  if (state->length != kSize + 1) return raise(t, types::ValueError, "state vector is the wrong size");
  Twister changed;
  for (uint32_t i = 0; i < kSize; ++i) changed.words[i] = uint32_t(TRY(unsignedLong(t, (*state)[i])));
  Ref last = TRY(coil::vm::index(t, (*state)[kSize]));
  int64_t index;
  if (!toInt64(last, index))
    return raise(t, types::OverflowError, "Python int too large to convert to C long");
  if (index < 0 || index > kSize) return raise(t, types::ValueError, "invalid state");
  changed.index = uint32_t(index);
  twister(args[0]) = changed;
  return Ref::none();
}

// The words come from the lowest to the highest; the last one gives its upper bits.
Ref randomGetRandBits(Thread &t, const Value *args) {
  int bits = TRY(intArgument(t, args[1]));
  if (bits < 0) return raise(t, types::ValueError, "number of bits must be non-negative");
  Twister &source = twister(args[0]);
  llvm::SmallVector<uint64_t, 8> limbs;
  for (int i = 0; bits > 0; ++i, bits -= 32) {
    uint64_t word = source.next();
    if (bits < 32) word >>= 32 - bits;
    if (i % 2)
      limbs.back() |= word << 32;
    else
      limbs.push_back(word);
  }
  return makeInt(false, limbs);
}

NativeDef kMethods[] = {
    {"__new__", randomNew, "!($type, *args, **kwargs)", "Make a new object of the class."},
    {"random", randomRandom, "($self, /)",
     "random(): a float, evenly distributed from 0.0 up to, but without, 1.0."},
    {"seed", randomSeed, "($self, n=None, /)",
     "seed([n]): start again from the state that n leads to, or from a random one.\n"
     "An int counts by its absolute value, anything else by its hash."},
    {"getstate", randomGetState, "($self, /)", "getstate(): the state as a tuple of ints, for setstate()."},
    {"setstate", randomSetState, "($self, state, /)",
     "setstate(state): go back to a state that getstate() returned."},
    {"getrandbits", randomGetRandBits, "($self, k, /)",
     "getrandbits(k): an int of k random bits, 0 for k = 0."},
};

const TypeSpec kRandomSpec = {
    .name = "_random.Random",
    .size = sizeof(Random),
    .flags = kTypeBase,
    .fillSlots = [](Slots &s) { s.init = randomInit; },
    .methods = kMethods,
    .doc = "A generator of random numbers with a state of its own: Random([seed]).",
    .heapType = true,
};

const ModuleType kTypes[] = {{randomType, kRandomSpec, types::Object}};

} // namespace

const ModuleSpec coil::vm::kRandomModule = {
    .name = "_random",
    .doc = "Random numbers of the Mersenne Twister, on which the module random is built.",
    .types = kTypes,
};
