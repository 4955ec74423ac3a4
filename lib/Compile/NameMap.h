// A map from identifiers to small values that keeps the order of insertion; the shape of every table of names
// here.
#pragma once

#include "AST/Identifier.h"
#include "llvm/ADT/SmallVector.h"

namespace coil::compile {

template <typename T> class NameMap {
public:
  struct Entry {
    ast::Identifier name;
    T value;
  };

  T *find(ast::Identifier name) {
    int i = position(name);
    return i < 0 ? nullptr : &entries[i].value;
  }
  const T *find(ast::Identifier name) const { return const_cast<NameMap *>(this)->find(name); }
  bool contains(ast::Identifier name) const { return find(name) != nullptr; }
  // The value of `name`, made from `initial` if it is new.
  T &getOrInsert(ast::Identifier name, T initial = T()) {
    int i = position(name);
    if (i >= 0) return entries[i].value;
    if (entries.size() >= kLinear) addToIndex(name, entries.size());
    entries.push_back({name, initial});
    return entries.back().value;
  }
  size_t size() const { return entries.size(); }
  bool empty() const { return entries.empty(); }
  const Entry &operator[](size_t i) const { return entries[i]; }
  Entry &operator[](size_t i) { return entries[i]; }
  Entry *begin() { return entries.begin(); }
  Entry *end() { return entries.end(); }
  const Entry *begin() const { return entries.begin(); }
  const Entry *end() const { return entries.end(); }
  void clear() {
    entries.clear();
    slots.clear();
  }

private:
  static constexpr size_t kLinear = 8; // up to so many entries are searched one by one
  llvm::SmallVector<Entry, kLinear> entries;
  llvm::SmallVector<uint32_t, 0> slots; // entry number + 1, open addressing

  int position(ast::Identifier name) const {
    if (entries.size() <= kLinear && slots.empty()) {
      for (size_t i = 0; i < entries.size(); ++i)
        if (entries[i].name == name) return static_cast<int>(i);
      return -1;
    }
    size_t mask = slots.size() - 1;
    for (size_t i = name->hashValue() & mask;; i = (i + 1) & mask) {
      if (slots[i] == 0) return -1;
      if (entries[slots[i] - 1].name == name) return static_cast<int>(slots[i] - 1);
    }
  }
  void addToIndex(ast::Identifier name, size_t number) {
    if ((number + 1) * 2 > slots.size()) {
      slots.assign(slots.empty() ? kLinear * 4 : slots.size() * 2, 0);
      for (size_t i = 0; i < number; ++i) place(entries[i].name, i);
    }
    place(name, number);
  }
  void place(ast::Identifier name, size_t number) {
    size_t mask = slots.size() - 1;
    size_t i = name->hashValue() & mask;
    while (slots[i]) i = (i + 1) & mask;
    slots[i] = static_cast<uint32_t>(number + 1);
  }
};

} // namespace coil::compile
