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
    .doc = "Capsule objects let you wrap a C \"void *\" pointer in a Python\nobject.  They're a way of "
           "passing data through the Python interpreter\nwithout creating your own custom type.\n\nCapsules "
           "are used for communication between extension modules.\nThey provide a way for an extension "
           "module to export a C interface\nto other extension modules, so that extension modules can use "
           "the\nPython import mechanism to link to one another.\n",
    .own = 0,
};
