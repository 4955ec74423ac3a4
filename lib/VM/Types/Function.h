// function: a Python-level function; method: one bound to an instance.
#pragma once

#include "VM/Types/Code.h"
#include "VM/Types/Dict/Dict.h"

namespace coil::vm {

struct Function : Object {
  Code *code;
  Dict *globals;
  Value builtins;     // owned: usually a dict, but whatever `__builtins__` of the globals is
  Dict *builtinsDict; // borrowed: that dict; runtime.noBuiltins if it is of another type, subclasses included
  Str *name, *qualname;
  Tuple *defaults; // may be null, as all below
  Dict *kwdefaults;
  Tuple *closure;    // of cells
  Value doc;         // empty: None
  Value annotations; // a dict; or a tuple (name, value, ...) until someone asks; may be empty
  Value module;      // may be empty
  Dict *dict;
  uint32_t version; // unique; 0 after code or defaults changed
};

struct Method : Object {
  Value function; // owned
  Value self;     // owned
};

struct Cell : Object {
  Value value; // owned; empty: unbound
};

using FunctionRef = ObjectRef<Function>;
template <> inline Type &typeFor<Function>() { return types::Function; }
template <> inline Type &typeFor<Method>() { return types::Method; }
template <> inline Type &typeFor<Cell>() { return types::Cell; }

Ref newFunction(Thread &t, Code *code, Dict *globals, Str *qualname = nullptr);
// The builtins of the Python code that runs, or the builtins module's namespace; borrowed.
Value callerBuiltins(Thread &t);
Ref newMethod(Value function, Value self);
Ref newCell(Value borrowedOrEmpty);

} // namespace coil::vm
