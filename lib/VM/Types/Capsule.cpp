// PyCapsule.
#include "VM/Types/Capsule.h"
#include "VM/Bind/Native.h"
#include "VM/Protocol/Protocol.h"

using namespace coil::vm;

namespace {

struct Capsule : Object {
  const char *name;
};

Ref capsuleRepr(Thread &, Value v) {
  return makeStr("<capsule object \"" + std::string(v.as<Capsule>()->name) + "\" at " + addressText(v) + ">");
}

} // namespace

Ref coil::vm::newCapsule(const char *name) {
  auto *made = heap::make<Capsule>(types::Capsule);
  made->name = name;
  return Ref::take(Value(made));
}

const TypeSpec coil::vm::kCapsuleSpec = {
    .name = "PyCapsule",
    .size = sizeof(Capsule),
    .flags = kTypeNoInstantiate,
    .fillSlots = [](Slots &s) { s.repr = capsuleRepr; },
    .doc = "A pointer of an extension module, which hands it to other extension modules.",
    .own = 0,
};
