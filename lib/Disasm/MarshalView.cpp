// Marshal data, object by object.
#include "Disasm/Views.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

using namespace coil;
using namespace coil::bytecode;
using namespace coil::disasm;

// A word for what a type code announces.
static llvm::StringRef typeWord(char type) {
  switch (type) {
  case '0': return "null";
  case 'N': return "None";
  case 'F': return "False";
  case 'T': return "True";
  case 'S': return "StopIteration";
  case '.': return "Ellipsis";
  case 'i':
  case 'I':
  case 'l': return "int";
  case 'f':
  case 'g': return "float";
  case 'x':
  case 'y': return "complex";
  case 's': return "bytes";
  case 't':
  case 'u':
  case 'a':
  case 'A':
  case 'z':
  case 'Z': return "str";
  case 'r': return "ref";
  case '(':
  case ')': return "tuple";
  case '[': return "list";
  case '{': return "dict";
  case '<': return "set";
  case '>': return "frozenset";
  case 'c': return "code";
  default: return "?";
  }
}

// Containers show their size, since their items follow; everything else its value, cut where it is long.
static void writeValue(llvm::raw_ostream &os, const MarshalEvent &event, char type) {
  constexpr size_t kLongest = 100;
  if (!event.object || type == 'N' || type == 'T' || type == 'F' || type == '.' || type == 'S') return;
  if (auto *sequence = dynCast<SequenceObject>(event.object)) {
    if (type != 'r') os << " of " << sequence->size();
    return;
  }
  llvm::SmallString<128> text;
  llvm::raw_svector_ostream stream(text);
  writeRepr(stream, *event.object);
  os << ' ';
  if (text.size() <= kLongest) {
    os << text;
    return;
  }
  size_t cut = kLongest;
  while (cut > 0 && (text[cut] & 0xc0) == 0x80) --cut; // not inside of a character
  os << text.substr(0, cut) << "...";
}

void disasm::writeMarshalView(llvm::raw_ostream &os, llvm::ArrayRef<MarshalEvent> events, size_t base) {
  constexpr unsigned kFlagRef = 0x80;
  for (const MarshalEvent &event : events) {
    char type = static_cast<char>(event.typeByte & ~kFlagRef);
    os << llvm::format("%8zu  ", event.offset + base);
    if (type >= ' ' && type < 0x7f)
      os << type;
    else
      os << '?';
    if (event.typeByte & kFlagRef)
      os << llvm::format(" #%-6d", event.refIndex);
    else if (type == 'r')
      os << llvm::format(" >%-6d", event.refIndex);
    else
      os << "        ";
    os.indent(2 * event.depth + 1) << typeWord(type);
    writeValue(os, event, type);
    os << '\n';
  }
}
