// What Python's operations mean for any object: the functions behind operators and built-in functions.
#pragma once

#include "VM/Exceptions/Raise.h"
#include "VM/Types/Str.h"

namespace coil::vm {

// --- attributes (Attributes.cpp) ---
Ref getAttr(Thread &t, Value object, Str *name);
// An absent attribute is an empty Value, not an error.
Result<Value> lookupAttr(Thread &t, Value object, Str *name, Ref &found);
Status setAttr(Thread &t, Value object, Str *name, Value valueOrEmpty);
// object.__getattribute__ and object.__setattr__.
Ref genericGetAttr(Thread &t, Value object, Str *name);
Status genericSetAttr(Thread &t, Value object, Str *name, Value valueOrEmpty);
// The attribute of the class or its bases, unbound and borrowed; empty if there is none. Cached.
Value typeLookup(Type *type, Str *name);
// The special method bound to `object`, looked up on its class; an empty Value if there is none.
Result<Value> lookupSpecial(Thread &t, Value object, Str *name, Ref &found);
// Calls a special method if there is one; `found` false if not.
Ref callSpecial(Thread &t, Value object, Str *name, llvm::ArrayRef<Value> args, bool &found);
// The Dict that holds an object's attributes, made on demand; null if it has none. Borrowed.
Dict *dictOf(Object *object, bool create);

// --- calls (Call.cpp) ---
Ref call(Thread &t, Value callee, const CallArgs &args);
Ref call(Thread &t, Value callee, llvm::ArrayRef<Value> args = {});
Ref call(Thread &t, Value callee, Tuple *args, Dict *kwargsOrNull);
Ref callMethod(Thread &t, Value object, Str *name, llvm::ArrayRef<Value> args = {});
bool isCallable(Value value);

// --- text (Text.cpp) ---
Ref repr(Thread &t, Value value);
Ref str(Thread &t, Value value);
Ref ascii(Thread &t, Value value);
Ref format(Thread &t, Value value, Str *spec);
// repr() as UTF-8, for messages; "<?>" never: fails when it raises.
Result<std::string> reprText(Thread &t, Value value);
Result<std::string> strText(Thread &t, Value value);
// id() as reprs show it: "0x7f...".
std::string addressText(Value value);
// While it lives, a container's repr that meets the same container again finds entered() false.
class ReprGuard {
  Value object;
  bool first;

public:
  explicit ReprGuard(Value object);
  ~ReprGuard();
  bool entered() const { return first; }
};

// --- truth, comparison, hashing (Compare.cpp) ---
Result<bool> truth(Thread &t, Value value);
Ref compare(Thread &t, Value a, Value b, CompareOp op);
Result<bool> compareBool(Thread &t, Value a, Value b, CompareOp op);
// a is b or a == b.
Result<bool> equal(Thread &t, Value a, Value b);
Result<int64_t> hash(Thread &t, Value value);
// The result of comparing two ordered things, three ways.
Ref compareResult(int ordering, CompareOp op);

// --- arithmetic (Number.cpp) ---
enum class BinaryOp : uint8_t { // the numbers of BINARY_OP's argument, in-place forms 13 higher
  Add,
  And,
  FloorDiv,
  Lshift,
  MatMul,
  Mul,
  Mod,
  Or,
  Pow,
  Rshift,
  Sub,
  TrueDiv,
  Xor,
};
Ref binary(Thread &t, BinaryOp op, Value a, Value b);
Ref inplace(Thread &t, BinaryOp op, Value a, Value b);
Ref power(Thread &t, Value base, Value exponent, Value modulus);
Ref divmod(Thread &t, Value a, Value b);
Ref negative(Thread &t, Value v);
Ref positive(Thread &t, Value v);
Ref invert(Thread &t, Value v);
Ref absolute(Thread &t, Value v);
// operator.index(): an int (exact or not).
Ref index(Thread &t, Value v);
// As a C++ integer; too large: clipped if `clip`, else raises `overflow` ("cannot fit 'int' into an
// index-sized integer").
Result<int64_t> indexInt64(Thread &t, Value v, bool clip = false);
// The same, too large: raises "Python int too large to convert to C ssize_t".
Result<int64_t> asInt64(Thread &t, Value v);
// As a C int; what does not fit raises OverflowError, in the words of _PyLong_AsInt and of PyArg_Parse's "i".
Result<int> asCInt(Thread &t, Value v);
Result<int> asIntArgument(Thread &t, Value v);
// The same of an int: __index__() is not asked ("an integer is required").
Result<int64_t> requiredInt64(Thread &t, Value v);
Result<double> asDouble(Thread &t, Value v);
// Warns that a conversion has returned an instance of a subclass: "__int__ returned non-int", kind "int".
Status warnStrictSubclass(Thread &t, Value result, const std::string &what, const char *kind);

// --- containers (Container.cpp) ---
Result<int64_t> length(Thread &t, Value v);
Result<int64_t> lengthHint(Thread &t, Value v, int64_t fallback);
Ref getItem(Thread &t, Value container, Value key);
Status setItem(Thread &t, Value container, Value key, Value value);
Status deleteItem(Thread &t, Value container, Value key);
Result<bool> contains(Thread &t, Value container, Value key);

// --- iteration (Iterate.cpp) ---
Ref iterate(Thread &t, Value iterable);
// The next item; empty at the end (nothing pending) or when it raised (pending).
Ref nextItem(Thread &t, Value iterator);
// The same for iterators that pass another's end on as it is: its StopIteration, if it raised one, stays
// pending.
Ref nextItemOrStop(Thread &t, Value iterator);
// Calls `body(Value item)`, which returns Status, for each item.
template <class Body> Status forEach(Thread &t, Value iterable, Body &&body);
ObjectRef<struct List> listFrom(Thread &t, Value iterable);
ObjectRef<struct Tuple> tupleFrom(Thread &t, Value iterable);
// Views a list or tuple as it is, anything else through a list. `message`: the TypeError of a thing that is
// not iterable.
ObjectRef<Object> fastSequence(Thread &t, Value iterable, const char *message);

// --- classes (Instance.cpp) ---
Result<bool> isInstanceOf(Thread &t, Value object, Value classOrTuple);
Result<bool> isSubclassOf(Thread &t, Value cls, Value classOrTuple);

template <class Body> Status forEach(Thread &t, Value iterable, Body &&body) {
  Ref iterator = TRY(iterate(t, iterable));
  while (Ref item = nextItem(t, iterator)) {
    TRY(body(item.get()));
  }
  return t.hasPending() ? Status() : Status::ok();
}

} // namespace coil::vm
