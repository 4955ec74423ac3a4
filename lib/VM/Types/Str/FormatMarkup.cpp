// Reading the markup of str.format.
#include "VM/Types/Str/FormatMarkup.h"
#include "Support/Unicode.h"

using namespace coil;
using namespace coil::vm;

Result<bool> FormatMarkup::next(Thread &t, MarkupPiece &piece) {
  piece = MarkupPiece();
  if (at >= end) return false;
  int64_t start = at;
  char32_t c = 0;
  while (at < end && (c = text->at(at)) != '{' && c != '}') ++at;
  piece.literal = {start, at};
  if (at == end) return true;
  ++at;
  bool doubled = at < end && text->at(at) == c;
  if (c == '}' && !doubled) return raise(t, types::ValueError, "Single '}' encountered in format string");
  if (at == end) return raise(t, types::ValueError, "Single '{' encountered in format string");
  if (doubled) {
    piece.literal.end = at++;
    return true;
  }
  piece.hasField = true;
  CHECK(readField(t, piece));
  return true;
}

Status FormatMarkup::readField(Thread &t, MarkupPiece &piece) {
  piece.name.start = at;
  char32_t c = 0;
  for (; at < end; ++at) {
    c = text->at(at);
    if (c == '{') return raise(t, types::ValueError, "unexpected '{' in field name");
    if (c == '}' || c == ':' || c == '!') break;
    if (c == '[')
      while (at + 1 < end && text->at(at + 1) != ']') ++at;
  }
  piece.name.end = at;
  if (at == end) return raise(t, types::ValueError, "expected '}' before end of string");
  ++at;
  if (c == '}') return Status::ok();
  if (c == '!') {
    if (at == end) return raise(t, types::ValueError, "end of string while looking for conversion specifier");
    piece.conversion = text->at(at++);
    if (at < end) {
      c = text->at(at++);
      if (c == '}') return Status::ok();
      if (c != ':') return raise(t, types::ValueError, "expected ':' after conversion specifier");
    }
  }
  return readSpec(t, piece);
}

Status FormatMarkup::readSpec(Thread &t, MarkupPiece &piece) {
  piece.spec.start = at;
  for (int depth = 1; at < end;) {
    char32_t c = text->at(at++);
    if (c == '{') {
      piece.specHasFields = true;
      ++depth;
    } else if (c == '}' && --depth == 0) {
      piece.spec.end = at - 1;
      return Status::ok();
    }
  }
  return raise(t, types::ValueError, "unmatched '{' in format spec");
}

// Decimal digits as a number; -1 for anything else.
static Status readIndex(Thread &t, Str *text, TextRange range, int64_t &index) {
  index = -1;
  int64_t number = 0;
  for (int64_t i = range.start; i < range.end; ++i) {
    int digit = unicode::decimalValue(text->at(i));
    if (digit < 0) return Status::ok();
    if (__builtin_mul_overflow(number, 10, &number) || __builtin_add_overflow(number, digit, &number))
      return raise(t, types::ValueError, "Too many decimal digits in format string");
  }
  if (!range.empty()) index = number;
  return Status::ok();
}

Status FieldName::readFirst(Thread &t) {
  first.start = at;
  while (at < end && text->at(at) != '.' && text->at(at) != '[') ++at;
  first.end = at;
  return readIndex(t, text, first, index);
}

Result<bool> FieldName::next(Thread &t, FieldStep &step) {
  if (at >= end) return false;
  char32_t kind = text->at(at++);
  step.attribute = kind == '.';
  step.index = -1;
  step.name.start = at;
  if (kind == '.') {
    while (at < end && text->at(at) != '.' && text->at(at) != '[') ++at;
    step.name.end = at;
  } else if (kind == '[') {
    while (at < end && text->at(at) != ']') ++at;
    if (at == end) return raise(t, types::ValueError, "Missing ']' in format string");
    step.name.end = at++;
    CHECK(readIndex(t, text, step.name, step.index));
  } else {
    return raise(t, types::ValueError, "Only '.' or '[' may follow ']' in format field specifier");
  }
  if (step.name.empty()) return raise(t, types::ValueError, "Empty attribute in format string");
  return true;
}
