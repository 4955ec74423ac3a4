// What the files of _pickle share: the instructions, the module's state, and help for both directions.
#pragma once

#include "VM/Modules/Modules.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Dict/Dict.h"

namespace coil::vm {

namespace types {
extern vm::Type Pickler, PicklerMemoProxy, Unpickler, UnpicklerMemoProxy, PickleBuffer;
}
extern const TypeSpec kPicklerSpec, kPicklerMemoProxySpec, kUnpicklerSpec, kUnpicklerMemoProxySpec,
    kPickleBufferSpec;

namespace pickle {

enum class Op : uint8_t {
#define OPCODE(Name, byte) Name = byte,
#include "VM/Modules/_pickle/Opcodes.def"
};

inline constexpr int kHighestProtocol = 5, kDefaultProtocol = 4;

// What other modules keep for pickling, taken when _pickle is first imported. All owned.
struct State {
  Value dispatchTable;                  // copyreg.dispatch_table
  Value extensionRegistry;              // (module, name) to code
  Value invertedRegistry;               // and back
  Value extensionCache;                 // code to object
  Value newNames, newModules;           // _compat_pickle: from Python 2's names to ours,
  Value oldNames, oldModules;           // and from ours to Python 2's
  Value codecsEncode, partial, getattr; // what other objects are pickled by
};
extern State state;
extern Type *pickleErrorType, *picklingErrorType, *unpicklingErrorType;

Dict *dictOfState(Value v);

// The object behind a dotted name (a list of parts), an empty Ref with nothing pending if an attribute is
// missing. `parent` becomes that which the last part is an attribute of.
Ref deepAttribute(Thread &t, Value object, Value parts, Ref &parent);
// name.split("."), which `<locals>` must not be part of; `object` is empty or for the message.
Ref dottedPath(Thread &t, Value object, Str *name);
// The module of this name, imported if need be.
Ref moduleNamed(Thread &t, Value name);

// A method that a subclass overrides, or a callable that somebody has set. A method bound to the pickler
// itself is kept without that, so that there is no cycle.
class Hook {
  Value function; // owned
  bool bound = false;

public:
  Hook() = default;
  Hook(const Hook &) = delete;
  ~Hook() { clear(); }
  explicit operator bool() const { return !function.empty(); }
  Status find(Thread &t, Value self, Str *name);
  Ref call(Thread &t, Value self, Value argument) const;
  // The attribute's getter and setter.
  Ref get(Thread &t, Value self, const char *name) const;
  Status set(Thread &t, Value callable, const char *name);
  void visit(Visitor &v) const { v.visit(function); }
  void clear() {
    replaceOwned(function, Value());
    bound = false;
  }
};

// A C int as a member: what setting an attribute does. Too large: cut, with a warning.
Status setIntMember(Thread &t, int &member, Value value);

} // namespace pickle
} // namespace coil::vm
