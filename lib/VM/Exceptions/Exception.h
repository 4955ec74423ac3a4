// Exception instances: their layouts, chaining and groups.
#pragma once

#include "VM/Heap/Heap.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Dict/Dict.h"
#include "VM/Types/Tuple.h"

namespace coil::vm {

struct Traceback;

struct BaseExceptionObject : Object {
  Dict *dict; // may be null
  Tuple *args;
  Traceback *traceback; // may be null
  Value context;        // empty: none
  Value cause;          // empty: none
  bool suppressContext;
};

// The further attributes stand in a row, so that one table (Attributes.cpp) reads and writes them by number.
template <int N> struct ExceptionWithFields : BaseExceptionObject {
  Value fields[N]; // owned; empty: None
};
using StopIterationObject = ExceptionWithFields<1>;  // value
using SystemExitObject = ExceptionWithFields<1>;     // code
using NameErrorObject = ExceptionWithFields<1>;      // name
using AttributeErrorObject = ExceptionWithFields<2>; // obj, name
using ImportErrorObject = ExceptionWithFields<3>;    // msg, name, path
using ExceptionGroupObject = ExceptionWithFields<2>; // message, exceptions
using UnicodeErrorObject = ExceptionWithFields<5>;   // encoding, object, start, end, reason
using OSErrorObject = ExceptionWithFields<5>;     // errno, strerror, filename, filename2, characters_written
using SyntaxErrorObject = ExceptionWithFields<8>; // msg, filename, lineno, offset, text, end_lineno,
                                                  // end_offset, print_file_and_line

// The spec of one class of Exceptions.def.
struct TypeSpec;
TypeSpec exceptionSpec(const char *name, size_t size, const char *doc);
// Its parts that have files of their own.
void addExceptionGroup(TypeSpec &spec);
Ref unicodeErrorStr(Thread &t, Value self);
// builtins.ExceptionGroup.
Type *exceptionGroupType();
// The subclass of OSError for an errno value.
Type *osErrorSubclass(int error);

// A new instance with these args, without running __new__ or __init__ written in Python.
Ref newException(Type &type, Tuple *args);
inline Value &exceptionField(Value exception, int number) {
  return static_cast<ExceptionWithFields<8> *>(exception.object())->fields[number];
}

// Takes a borrowed cause (empty for None) and sets __suppress_context__.
void setCause(BaseExceptionObject *exception, Value causeOrEmpty);
// Sets __context__, breaking cycles that the chain would get.
void setContext(Value exception, Value context);
// The traceback, or None.
Ref tracebackOf(Value exception);
// The exception that an except clause is handling now (sys.exception()); borrowed, empty if none.
Value handledException(Thread &t);

// Splits an exception by a class or tuple of classes for except*: both parts None or an exception (group).
Status splitExceptionGroup(Thread &t, Value exception, Value cls, Ref &match, Ref &rest);
// What is to be raised after the except* clauses of one try statement have run; None if nothing.
Ref prepareReraiseStar(Thread &t, Value original, Value raisedList);

// The text that CPython prints for an uncaught exception, with its traceback, causes and groups. Never
// raises.
std::string formatException(Thread &t, Value exception);
// The last line(s) only: "ValueError: message".
std::string formatExceptionOnly(Thread &t, Value exception);

} // namespace coil::vm
