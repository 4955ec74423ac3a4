// The model of CPython's reference counts behind RefPolicy::CPython.
#include "Bytecode/References.h"

#include "Bytecode/Marshal.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>

namespace coil::bytecode {

namespace {

// Marshal flags an object if its reference count exceeds one at that moment. Objects that Python itself
// shares, and interned strings, have their flag already; the others get it when a second reference to them is
// found.
class ReferenceModel {
public:
  void reference(const Object *object) {
    if (object->kind <= ObjectKind::StopIteration) return;
    Object *mutableObject = const_cast<Object *>(object);
    if (object->mark) {
      mutableObject->refFlag = true;
      return;
    }
    mutableObject->mark = true;
    marked.push_back(mutableObject);
    if (auto *code = dynCast<Code>(object)) {
      fields(*code);
    } else if (auto *items = dynCast<SequenceObject>(object)) {
      for (const Object *item : items->items) reference(item);
      if (object->kind == ObjectKind::FrozenSet) sets.push_back(items);
    }
  }

  void finish() {
    for (const SequenceObject *set : sets) sort(*set);
    // While a set is written, marshal itself holds its elements.
    for (const SequenceObject *set : sets)
      for (const Object *item : set->items)
        if (item->kind > ObjectKind::StopIteration) const_cast<Object *>(item)->refFlag = true;
    for (Object *object : marked) object->mark = false;
  }

private:
  std::vector<Object *> marked;
  std::vector<const SequenceObject *> sets; // inner ones first

  void fields(const Code &code) {
    const Object *list[] = {
        code.code,     code.consts, code.names,    code.localsplusnames, code.localspluskinds,
        code.filename, code.name,   code.qualname, code.linetable,       code.exceptiontable};
    for (const Object *field : list) reference(field);
  }

  // By the marshal bytes of each element alone.
  static void sort(const SequenceObject &set) {
    struct Entry {
      llvm::SmallVector<char, 32> bytes;
      const Object *item;
    };
    std::vector<Entry> entries(set.size());
    for (size_t i = 0; i < set.size(); ++i) {
      entries[i].item = set.items[i];
      (void)writeMarshal(*set.items[i], RefPolicy::CPython, entries[i].bytes);
    }
    std::sort(entries.begin(), entries.end(), [](const Entry &a, const Entry &b) {
      return llvm::StringRef(a.bytes.data(), a.bytes.size()) <
             llvm::StringRef(b.bytes.data(), b.bytes.size());
    });
    const Object **items = const_cast<const Object **>(set.items.data());
    for (size_t i = 0; i < set.size(); ++i) items[i] = entries[i].item;
  }
};

} // namespace

void modelReferences(const Code &root) {
  ReferenceModel model;
  model.reference(&root);
  model.finish();
  // py_compile's own variables refer to the module's code.
  const_cast<Code &>(root).refFlag = true;
}

bool isInternedConstant(llvm::StringRef text) {
  if (text == "*") return true;
  for (char c : text)
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'))
      return false;
  return true;
}

} // namespace coil::bytecode
