// Constants as text in assembly: Python's literals, with a form for everything that has none.
#pragma once

#include "Bytecode/Code.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/Twine.h"
#include <functional>
#include <map>
#include <string>

namespace llvm {
class raw_ostream;
}

namespace coil::bytecode {

// Writes a constant; code objects as <code LABEL> by the labels given.
void writeLiteral(llvm::raw_ostream &os, const Object *object,
                  const llvm::DenseMap<const Object *, std::string> &labels);
// Writes a name: bare if it can be, else quoted.
void writeAsmName(llvm::raw_ostream &os, llvm::StringRef name);

// Makes the objects that a text mentions, one for all equal ones where CPython has one.
class LiteralReader {
public:
  LiteralReader(ObjectPool &pool, std::function<const Object *(llvm::StringRef)> code)
      : pool(pool), codeByLabel(std::move(code)) {}

  // Takes one constant off the front of `text`; null with `error` set if there is none.
  const Object *take(llvm::StringRef &text);
  // Takes a quoted string or a bare word.
  bool takeName(llvm::StringRef &text, std::string &name);
  bool takeBytes(llvm::StringRef &text, std::string &bytes);

  const StrObject *interned(llvm::StringRef text);
  const Object *string(llvm::StringRef text);
  // The first object with these contents.
  const Object *merge(const Object *object);
  // An object that CPython makes anew each time; only empty ones are shared.
  const BytesObject *freshBytes(llvm::StringRef data);
  std::string error;

private:
  ObjectPool &pool;
  std::function<const Object *(llvm::StringRef)> codeByLabel;
  std::map<std::string, const StrObject *> internedStrings;
  std::map<std::string, const Object *> byContent;
  unsigned depth = 0;

  std::nullptr_t fail(const llvm::Twine &message);
  bool quoted(llvm::StringRef &text, bool bytes, std::string &out);
  const Object *number(llvm::StringRef &text);
  const Object *sequence(llvm::StringRef &text, ObjectKind kind, char close);
  const Object *braces(llvm::StringRef &text);
  const Object *atom(llvm::StringRef &text);
  bool real(llvm::StringRef &text, double &value);
};

} // namespace coil::bytecode
