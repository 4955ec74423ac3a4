// The listing as JSON.
#include "llvm/Support/JSON.h"
#include "Disasm/Views.h"
#include "llvm/Support/raw_ostream.h"

using namespace coil;
using namespace coil::bytecode;
using namespace coil::disasm;
using llvm::StringRef;

namespace {

std::string clean(StringRef text) {
  return llvm::json::isUTF8(text) ? text.str() : llvm::json::fixUTF8(text);
}

std::string reprText(const Object &object) {
  std::string text;
  llvm::raw_string_ostream os(text);
  writeRepr(os, object);
  return clean(text);
}

class JsonWriter {
public:
  explicit JsonWriter(llvm::json::OStream &json) : json(json) {}
  void code(const Code &code, int depth);

private:
  llvm::json::OStream &json;
  size_t written = 0;

  void names(StringRef key, const SequenceObject &items) {
    json.attributeArray(key, [&] {
      for (const Object *item : items.items) {
        auto *text = dynCast<StrObject>(item);
        json.value(text ? clean(text->text) : reprText(*item));
      }
    });
  }
  void variables(StringRef key, const Code &code, uint8_t kind) {
    json.attributeArray(key, [&] {
      for (size_t i = 0; i < std::min(code.localsplus(), code.localspluskinds->data.size()); ++i)
        if (code.localKind(i) & kind) json.value(clean(code.localName(i)));
    });
  }
  void facts(const Code &code);
  void instruction(const Code &code, const Instruction &instruction, const Location &location);
  void instructions(const Code &code);
};

void JsonWriter::facts(const Code &code) {
  json.attribute("name", clean(code.name->text));
  json.attribute("qualname", clean(code.qualname->text));
  json.attribute("filename", clean(code.filename->text));
  json.attribute("firstlineno", static_cast<int64_t>(code.firstlineno));
  json.attribute("argcount", static_cast<int64_t>(code.argcount));
  json.attribute("posonlyargcount", static_cast<int64_t>(code.posonlyargcount));
  json.attribute("kwonlyargcount", static_cast<int64_t>(code.kwonlyargcount));
  json.attribute("stacksize", static_cast<int64_t>(code.stacksize));
  json.attribute("flags", static_cast<int64_t>(code.flags));
  json.attributeArray("consts", [&] {
    for (const Object *constant : code.consts->items) json.value(reprText(*constant));
  });
  names("names", *code.names);
  variables("varnames", code, kLocalFast);
  variables("cellvars", code, kLocalCell);
  variables("freevars", code, kLocalFree);
}

void JsonWriter::instruction(const Code &code, const Instruction &instruction, const Location &location) {
  std::string argument;
  llvm::raw_string_ostream os(argument);
  writeArgument(os, code, instruction);
  auto number = [&](int value) { value < 0 ? json.value(nullptr) : json.value(value); };
  json.object([&] {
    json.attribute("offset", 2 * static_cast<int64_t>(instruction.unit));
    json.attribute("opname", opcodeName(instruction.opcode));
    json.attribute("opcode", instruction.opcode);
    if (instruction.hasArg) json.attribute("arg", instruction.arg);
    if (!argument.empty()) json.attribute("argrepr", clean(argument));
    if (instruction.isJump()) json.attribute("target", 2 * instruction.target());
    if (instruction.startsLine != kNoLine) json.attribute("starts_line", instruction.startsLine);
    if (instruction.isTarget) json.attribute("is_jump_target", true);
    json.attributeArray("positions", [&] {
      number(location.line);
      number(location.endLine);
      number(location.column);
      number(location.endColumn);
    });
  });
}

void JsonWriter::instructions(const Code &code) {
  Decoded decoded(code);
  std::vector<Location> table = decodeLineTable(code.linetable->data, static_cast<int>(code.firstlineno));
  json.attributeArray("instructions", [&] {
    size_t at = 0;
    for (const Instruction &one : decoded.instructions) {
      while (at < table.size() && table[at].end <= one.unit) ++at;
      instruction(code, one, at < table.size() && table[at].start <= one.unit ? table[at] : Location());
    }
  });
  json.attributeArray("exception_table", [&] {
    for (const ExceptionEntry &entry : decoded.handlers)
      json.object([&] {
        json.attribute("start", 2 * static_cast<int64_t>(entry.start));
        json.attribute("end", 2 * static_cast<int64_t>(entry.end));
        json.attribute("target", 2 * static_cast<int64_t>(entry.target));
        json.attribute("depth", static_cast<int64_t>(entry.depth));
        json.attribute("lasti", entry.lasti);
      });
  });
}

void JsonWriter::code(const Code &code, int depth) {
  ++written;
  json.object([&] {
    facts(code);
    instructions(code);
    json.attributeArray("code", [&] {
      if (depth == 0) return;
      for (const Object *constant : code.consts->items)
        if (auto *nested = dynCast<Code>(constant); nested && written < kMaxListed)
          this->code(*nested, depth - 1);
    });
  });
}

} // namespace

void disasm::writeJson(llvm::raw_ostream &os, llvm::ArrayRef<const Code *> roots, int depth) {
  llvm::json::OStream json(os);
  JsonWriter writer(json);
  json.object([&] {
    json.attribute("coil", "dis");
    json.attribute("version", 1);
    json.attributeArray("code", [&] {
      for (const Code *root : roots) writer.code(*root, depth);
    });
  });
  os << '\n';
}
