// The markup of str.format: literal text, replacement fields, and the names in them.
#pragma once

#include "VM/Protocol/Protocol.h"

namespace coil::vm {

// Part of a string.
struct TextRange {
  int64_t start = 0, end = 0;
  bool empty() const { return start >= end; }
};

// Literal text and the field behind it.
struct MarkupPiece {
  TextRange literal;
  bool hasField = false;
  TextRange name, spec;
  bool specHasFields = false;
  char32_t conversion = 0; // behind "!"; 0: none
};

// Splits a format string, or a part of one, into its pieces.
class FormatMarkup {
  Str *text; // borrowed
  int64_t at, end;

public:
  FormatMarkup(Str *text, TextRange range) : text(text), at(range.start), end(range.end) {}
  // False at the end, `piece` then undefined.
  Result<bool> next(Thread &t, MarkupPiece &piece);

private:
  Status readField(Thread &t, MarkupPiece &piece);
  Status readSpec(Thread &t, MarkupPiece &piece);
};

// One ".attribute" or "[item]" of a field's name.
struct FieldStep {
  bool attribute;
  TextRange name;
  int64_t index; // of an item in decimal digits; -1: the name is a key
};

// Takes a field's name apart: first(), then the steps behind it.
class FieldName {
  Str *text; // borrowed
  int64_t at, end;

public:
  TextRange first;
  int64_t index = -1; // `first` as a number

  FieldName(Str *text, TextRange range) : text(text), at(range.start), end(range.end) {}
  Status readFirst(Thread &t);
  Result<bool> next(Thread &t, FieldStep &step);
};

} // namespace coil::vm
