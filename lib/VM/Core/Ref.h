// Ref: an owning reference to a Python value; Status and Result: the outcomes of functions that can raise.
#pragma once

#include "VM/Core/Object.h"
#include <utility>

namespace coil::vm {

// Returned by raise(): converts to the failing outcome of any function that can raise.
struct Failure {};

// Owns one reference. Empty means that an exception is pending (or, where a function says so, that there is
// no value).
class [[clang::trivial_abi, nodiscard]] Ref {
  Value value;

  explicit Ref(Value owned) : value(owned) {}

public:
  Ref() = default;
  Ref(Failure) {}
  Ref(Ref &&other) noexcept : value(other.release()) {}
  Ref(const Ref &) = delete;
  Ref &operator=(Ref &&other) noexcept {
    Value old = value;
    value = other.release();
    vm::release(old);
    return *this;
  }
  ~Ref() { vm::release(value); }

  // Takes over a reference that the caller owns.
  static Ref take(Value owned) { return Ref(owned); }
  // Adds a reference to a borrowed value.
  static Ref share(Value borrowed) { return Ref(retained(borrowed)); }
  static Ref none() { return Ref(Value::none()); }
  static Ref boolean(bool b) { return Ref(Value::boolean(b)); }
  static Ref smallInt(int64_t i) { return Ref(Value::smallInt(i)); }
  static Ref number(double d) { return Ref(Value::number(d)); }
  static Ref notImplemented() { return Ref(Value::notImplemented()); }

  Ref copy() const { return share(value); }
  Value get() const { return value; }
  operator Value() const { return value; }
  explicit operator bool() const { return !value.empty(); }
  // Gives the reference up to the caller.
  [[nodiscard]] Value release() { return std::exchange(value, Value()); }
  void reset() { *this = Ref(); }

  Value *operator->() { return &value; }
  const Value *operator->() const { return &value; }
  template <class T> T *as() const { return value.as<T>(); }
};

// Like Ref, with the C++ type of the object known.
template <class T> class [[clang::trivial_abi, nodiscard]] ObjectRef {
  T *pointer = nullptr;

  explicit ObjectRef(T *owned) : pointer(owned) {}

public:
  ObjectRef() = default;
  ObjectRef(Failure) {}
  ObjectRef(ObjectRef &&other) noexcept : pointer(other.release()) {}
  ObjectRef(const ObjectRef &) = delete;
  ObjectRef &operator=(ObjectRef &&other) noexcept {
    T *old = pointer;
    pointer = other.release();
    if (old) vm::release(static_cast<Object *>(old));
    return *this;
  }
  ~ObjectRef() {
    if (pointer) vm::release(static_cast<Object *>(pointer));
  }
  static ObjectRef take(T *owned) { return ObjectRef(owned); }
  static ObjectRef share(T *borrowed) {
    if (borrowed) retain(static_cast<Object *>(borrowed));
    return ObjectRef(borrowed);
  }

  T *get() const { return pointer; }
  T *operator->() const { return pointer; }
  T &operator*() const { return *pointer; }
  operator T *() const { return pointer; }
  operator Value() const { return Value(static_cast<Object *>(pointer)); }
  operator Ref() && { return Ref::take(Value(static_cast<Object *>(release()))); }
  explicit operator bool() const { return pointer != nullptr; }
  [[nodiscard]] T *release() { return std::exchange(pointer, nullptr); }
};

// The outcome of a function that raises or does its work. Default-constructed: failed, an exception is
// pending.
class [[nodiscard]] Status {
  bool good = false;

public:
  Status() = default;
  Status(Failure) {}
  static Status ok() {
    Status s;
    s.good = true;
    return s;
  }
  explicit operator bool() const { return good; }
};

// A plain value, or failed with an exception pending.
template <class T> class [[nodiscard]] Result {
  T value{};
  bool good = false;

public:
  Result() = default;
  Result(Failure) {}
  Result(T value) : value(std::move(value)), good(true) {}
  explicit operator bool() const { return good; }
  T &operator*() {
    assert(good);
    return value;
  }
};

namespace detail {
inline Ref taken(Ref &&r) { return std::move(r); }
template <class T> ObjectRef<T> taken(ObjectRef<T> &&r) { return std::move(r); }
inline void taken(Status &&) {}
template <class T> T taken(Result<T> &&r) { return std::move(*r); }
template <class T> T *taken(T *&&p) { return p; }
} // namespace detail

// The value of an expression that can raise; returns from the calling function when it did, passing the
// exception on.
#define TRY(...)                                                                                             \
  ({                                                                                                         \
    auto outcome_ = (__VA_ARGS__);                                                                           \
    if (!outcome_) [[unlikely]]                                                                              \
      return {};                                                                                             \
    ::coil::vm::detail::taken(std::move(outcome_));                                                          \
  })

// The same where the value is of no interest.
#define CHECK(...)                                                                                           \
  do {                                                                                                       \
    if (!(__VA_ARGS__)) [[unlikely]]                                                                         \
      return {};                                                                                             \
  } while (false)

} // namespace coil::vm
