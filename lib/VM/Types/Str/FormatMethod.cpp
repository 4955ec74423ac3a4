// str.format and str.format_map: filling the fields of a format string.
#include "VM/Types/Str/FormatMethod.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/Str/FormatMarkup.h"
#include "VM/Types/Tuple.h"

using namespace coil::vm;

namespace {

// What the fields refer to: the arguments of str.format, or the mapping of str.format_map.
struct FieldSource {
  const CallArgs *args = nullptr;
  Value mapping;

  Ref byIndex(Thread &t, int64_t index) const {
    if (!args) return raise(t, types::ValueError, "Format string contains positional fields");
    if (size_t(index) >= args->positional)
      return raise(t, types::IndexError, "Replacement index % out of range for positional args tuple", index);
    return Ref::share(args->values[index]);
  }

  Ref byName(Thread &t, Str *name) const {
    if (!args) return getItem(t, mapping, name);
    for (size_t i = 0; i < args->keywordCount(); ++i)
      if (equalStr((*args->kwNames)[i].as<Str>(), name))
        return Ref::share(args->values[args->positional + i]);
    return raiseWith(t, types::KeyError, name);
  }
};

// Builds the text; one for a whole format string and the specifications nested in it, which share the
// numbering.
class Formatter {
  Thread &t;
  Str *text;
  const FieldSource &source;
  enum { Unknown, Automatic, Manual } numbering = Unknown;
  int64_t nextNumber = 0;

public:
  Formatter(Thread &t, Str *text, const FieldSource &source) : t(t), text(text), source(source) {}

  // `levels`: how deep fields may still nest.
  StrRef build(TextRange range, int levels) {
    if (levels == 0) return raise(t, types::ValueError, "Max string recursion exceeded");
    StrBuilder out;
    FormatMarkup markup(text, range);
    MarkupPiece piece;
    while (TRY(markup.next(t, piece))) {
      out.append(text, piece.literal.start, piece.literal.end);
      if (!piece.hasField) continue;
      CHECK(appendField(out, piece, levels));
    }
    return out.finish();
  }

private:
  Status appendField(StrBuilder &out, const MarkupPiece &piece, int levels) {
    Ref value = TRY(fieldValue(piece.name));
    if (piece.conversion) value = TRY(convert(value, piece.conversion));
    Ref shown;
    if (isExactStr(value) && piece.spec.empty()) {
      shown = std::move(value);
    } else {
      StrRef spec = piece.specHasFields ? build(piece.spec, levels - 1)
                                        : substring(text, piece.spec.start, piece.spec.end);
      if (!spec) return {};
      shown = TRY(format(t, value, spec));
    }
    out.append(shown.as<Str>());
    return Status::ok();
  }

  Ref convert(Value value, char32_t conversion) {
    switch (conversion) {
    case 'r': return repr(t, value);
    case 's': return str(t, value);
    case 'a': return ascii(t, value);
    }
    if (conversion > 32 && conversion < 127)
      return raise(t, types::ValueError, "Unknown conversion specifier %", std::string(1, char(conversion)));
    char buffer[16];
    snprintf(buffer, sizeof buffer, "\\x%x", unsigned(conversion));
    return raise(t, types::ValueError, "Unknown conversion specifier %", std::string(buffer));
  }

  // Settles how fields are numbered, and numbers this one.
  Status number(FieldName &name) {
    bool omitted = name.first.empty();
    if (!omitted && name.index < 0) return Status::ok();
    if (numbering == Unknown) numbering = omitted ? Automatic : Manual;
    if (numbering == Manual && omitted)
      return raise(t, types::ValueError,
                   "cannot switch from manual field specification to automatic field numbering");
    if (numbering == Automatic && !omitted)
      return raise(t, types::ValueError,
                   "cannot switch from automatic field numbering to manual field specification");
    if (omitted) name.index = nextNumber++;
    return Status::ok();
  }

  Ref fieldValue(TextRange range) {
    FieldName name(text, range);
    CHECK(name.readFirst(t));
    // str.format_map numbers nothing: it has no positional fields.
    CHECK(number(name));
    Ref value = TRY(name.index < 0 ? source.byName(t, substring(text, name.first.start, name.first.end))
                                   : source.byIndex(t, name.index));
    FieldStep step;
    while (TRY(name.next(t, step))) {
      StrRef part = substring(text, step.name.start, step.name.end);
      if (step.attribute) {
        value = TRY(getAttr(t, value, intern(StrRef::share(part))));
      } else {
        Ref key = step.index < 0 ? Ref::share(part) : makeInt(step.index);
        value = TRY(getItem(t, value, key));
      }
    }
    return value;
  }
};

Ref formatText(Thread &t, Str *text, const FieldSource &source) {
  return Formatter(t, text, source).build({0, text->length}, 2);
}

} // namespace

Ref coil::vm::strFormatMethod(Thread &t, Value self, const CallArgs &args) {
  FieldSource source;
  source.args = &args;
  return formatText(t, self.as<Str>(), source);
}

Ref coil::vm::strFormatMapMethod(Thread &t, const Value *args) {
  FieldSource source;
  source.mapping = args[1];
  return formatText(t, args[0].as<Str>(), source);
}
