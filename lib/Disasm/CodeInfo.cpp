// The summary that dis.code_info gives of a code object.
#include "Disasm/Listing.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

using namespace coil;
using namespace coil::bytecode;
using namespace coil::disasm;
using llvm::StringRef;

static void writeFlagNames(llvm::raw_ostream &os, uint32_t flags) {
  static const char *const kNames[] = {
      "OPTIMIZED", "NEWLOCALS", "VARARGS",   "VARKEYWORDS",        "NESTED",
      "GENERATOR", "NOFREE",    "COROUTINE", "ITERABLE_COROUTINE", "ASYNC_GENERATOR"};
  llvm::ListSeparator comma;
  for (unsigned bit = 0; bit < 32; ++bit) {
    if (!(flags >> bit & 1)) continue;
    os << comma;
    if (bit < std::size(kNames))
      os << kNames[bit];
    else
      os << "0x" << llvm::utohexstr(1u << bit, true);
  }
  if (!flags) os << "0x0";
}

static void writeNames(llvm::raw_ostream &os, StringRef title, llvm::ArrayRef<StringRef> names) {
  if (names.empty()) return;
  os << title << ":\n";
  for (size_t i = 0; i < names.size(); ++i) os << llvm::format("%4zu: ", i) << names[i] << '\n';
}

void disasm::writeCodeInfo(llvm::raw_ostream &os, const Code &code) {
  llvm::SmallVector<StringRef> names, locals, cells, frees;
  for (const Object *name : code.names->items)
    if (auto *text = dynCast<StrObject>(name)) names.push_back(text->text);
  for (size_t i = 0; i < code.localsplus(); ++i) {
    uint8_t kind = i < code.localspluskinds->data.size() ? code.localKind(i) : 0;
    if (kind & kLocalFast) locals.push_back(code.localName(i));
    if (kind & kLocalCell) cells.push_back(code.localName(i));
    if (kind & kLocalFree) frees.push_back(code.localName(i));
  }
  os << "Name:              " << code.name->text << "\nFilename:          " << code.filename->text
     << "\nArgument count:    " << code.argcount << "\nPositional-only arguments: " << code.posonlyargcount
     << "\nKw-only arguments: " << code.kwonlyargcount << "\nNumber of locals:  " << locals.size()
     << "\nStack size:        " << code.stacksize << "\nFlags:             ";
  writeFlagNames(os, code.flags);
  os << '\n';
  if (code.consts->size()) os << "Constants:\n";
  for (size_t i = 0; i < code.consts->size(); ++i) {
    os << llvm::format("%4zu: ", i);
    writeRepr(os, *code.constant(i));
    os << '\n';
  }
  writeNames(os, "Names", names);
  writeNames(os, "Variable names", locals);
  writeNames(os, "Free variables", frees);
  writeNames(os, "Cell variables", cells);
}
