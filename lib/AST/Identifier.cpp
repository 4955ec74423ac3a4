// The slow half of identifier interning: new names and growing the table.
#include "AST/Identifier.h"

using namespace coil::ast;

Identifier IdentifierTable::insert(llvm::StringRef text, uint32_t hash, size_t slot) {
  void *memory = arena.Allocate(sizeof(IdentifierInfo) + text.size() + 1, alignof(IdentifierInfo));
  auto *info = new (memory) IdentifierInfo;
  info->length = uint32_t(text.size());
  info->index = count++;
  info->hash = hash;
  char *data = reinterpret_cast<char *>(info + 1);
  if (!text.empty()) std::memcpy(data, text.data(), text.size());
  data[text.size()] = 0;
  slots[slot] = info;
  if (count * 2 > slots.size()) {
    std::vector<const IdentifierInfo *> bigger(slots.size() * 4);
    size_t mask = bigger.size() - 1;
    for (const IdentifierInfo *old : slots) {
      if (!old) continue;
      size_t i = old->hash & mask;
      while (bigger[i]) i = (i + 1) & mask;
      bigger[i] = old;
    }
    slots = std::move(bigger);
  }
  return info;
}
