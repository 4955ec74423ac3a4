// The text of uncaught exceptions: tracebacks with position markers, causes, notes and groups, as
// CPython 3.11 prints them.
#include "Bytecode/LineTable.h"
#include "Support/Diagnostic.h"
#include "Support/SourceBuffer.h"
#include "Support/Unicode.h"
#include "VM/Builtins/Builtins.h"
#include "VM/Core/Names.h"
#include "VM/Exceptions/Anchors.h"
#include "VM/Exceptions/Exception.h"
#include "VM/Exceptions/Suggestions.h"
#include "VM/Modules/posix/Path.h"
#include "VM/Types/FrameObject.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"
#include "VM/Types/Type/TypeObject.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

using namespace coil::vm;

namespace {

constexpr int kRepeatCutoff = 3;
constexpr int kMaxGroupWidth = 15, kMaxGroupDepth = 10;

// Prints one exception tree; `margin` is what groups put before each line.
class Formatter {
  Thread &t;
  std::string out;
  std::string margin;
  int groupDepth = 0;
  bool groupClosed = false;
  llvm::SmallVector<Value, 8> seen;

public:
  explicit Formatter(Thread &t) : t(t) {}

  std::string run(Value exception) {
    chain(exception);
    return std::move(out);
  }

  std::string only(Value exception) {
    message(exception);
    return std::move(out);
  }

private:
  void line(const std::string &text) { out += margin + text + "\n"; }

  // Attribute lookups and reprs of user objects may raise: what they raise does not matter here.
  template <class T> T quiet(Result<T> result, T fallback) {
    if (result) return *result;
    clearPending(t);
    return fallback;
  }

  void chain(Value exception) {
    if (llvm::is_contained(seen, exception)) return;
    seen.push_back(exception);
    auto *e = exception.as<BaseExceptionObject>();
    if (!e->cause.empty()) {
      if (!llvm::is_contained(seen, e->cause)) {
        chain(e->cause);
        separator("The above exception was the direct cause of the following exception:");
      }
    } else if (!e->context.empty() && !e->suppressContext && !llvm::is_contained(seen, e->context)) {
      chain(e->context);
      separator("During handling of the above exception, another exception occurred:");
    }
    exceptionBlock(exception);
  }

  void separator(const char *text) {
    line("");
    line(text);
    line("");
  }

  void exceptionBlock(Value exception) {
    if (isInstance(exception, types::BaseExceptionGroup)) {
      group(exception);
      return;
    }
    traceback(exception, "Traceback (most recent call last):");
    message(exception);
  }

  void traceback(Value exception, const char *header) {
    auto *first = exception.as<BaseExceptionObject>()->traceback;
    if (!first || tracebackLimit() == 0) return;
    line(header);
    entries(first);
  }

  // --- groups
  // ------------------------------------------------------------------------------------------------

  void group(Value exception) {
    if (groupDepth >= kMaxGroupDepth) {
      line("... (max_group_depth is " + std::to_string(kMaxGroupDepth) + ")");
      return;
    }
    std::string saved = margin;
    if (!groupDepth) margin += "  ";
    ++groupDepth;
    auto *first = exception.as<BaseExceptionObject>()->traceback;
    std::string groupMargin = margin + "| ";
    if (first && tracebackLimit() != 0) {
      out += (groupDepth == 1 ? margin + "+ " : margin + "| ") +
             "Exception Group Traceback (most recent call last):\n";
      margin = groupMargin;
      entries(first);
    }
    margin = groupMargin;
    message(exception);
    margin = groupMargin.substr(0, groupMargin.size() - 2);
    membersOf(exception);
    margin = saved;
    --groupDepth;
  }

  void membersOf(Value exception) {
    auto *members = exceptionField(exception, 1).as<Tuple>();
    int64_t n = members->length, shown = std::min<int64_t>(n, kMaxGroupWidth);
    std::string base = margin;
    groupClosed = false;
    for (int64_t i = 0; i < shown + (shown < n); ++i) {
      bool truncated = i == shown, last = i == shown + (shown < n) - 1;
      std::string label = truncated ? "..." : std::to_string(i + 1);
      out += base + (i == 0 ? "+-" : "  ") + "+---------------- " + label + " ----------------\n";
      margin = base + "  | ";
      if (last) groupClosed = true;
      if (truncated) {
        line("and " + std::to_string(n - shown) + " more exception" + (n - shown > 1 ? "s" : ""));
      } else {
        margin = base + "  " + (isInstance((*members)[i], types::BaseExceptionGroup) ? "" : "| ");
        if (last) groupClosed = true;
        chain((*members)[i]);
      }
      margin = base;
      if (last && groupClosed) {
        out += base + "  +------------------------------------\n";
        groupClosed = false;
      }
    }
  }

  // --- traceback entries
  // -----------------------------------------------------------------------------------------

  static bool sameEntry(Traceback *a, Traceback *b) {
    return tracebackLine(a) == tracebackLine(b) &&
           equalStr(a->frame->frame->code->filename, b->frame->frame->code->filename) &&
           equalStr(a->frame->frame->code->name, b->frame->frame->code->name);
  }

  void entries(Traceback *first) {
    int64_t limit = tracebackLimit();
    int64_t count = 0;
    for (Traceback *tb = first; tb; tb = tb->next) ++count;
    Traceback *tb = first, *previous = nullptr;
    for (; count > limit; --count) tb = tb->next;
    int64_t repeated = 0;
    for (; tb; tb = tb->next) {
      if (previous && sameEntry(previous, tb))
        ++repeated;
      else {
        if (repeated > kRepeatCutoff) repetition(repeated - kRepeatCutoff);
        repeated = 1;
      }
      previous = tb;
      if (repeated <= kRepeatCutoff) entry(tb);
    }
    if (repeated > kRepeatCutoff) repetition(repeated - kRepeatCutoff);
  }

  int64_t tracebackLimit() {
    Value limit = sysLookup(names::tracebacklimit);
    int64_t n = 1000;
    if (!limit.empty() && isIntLike(limit) && !toInt64(limit, n)) n = isNegativeInt(limit) ? 0 : INT64_MAX;
    return std::max<int64_t>(n, 0);
  }

  void repetition(int64_t n) {
    line("  [Previous line repeated " + std::to_string(n) + " more time" + (n > 1 ? "s" : "") + "]");
  }

  void entry(Traceback *tb) {
    Code *code = tb->frame->frame->code;
    std::string file = toUtf8(code->filename);
    line("  File \"" + file + "\", line " + std::to_string(tracebackLine(tb)) + ", in " + toUtf8(code->name));
    std::string source;
    if (!sourceLine(file, tracebackLine(tb), source)) return;
    size_t indent = source.find_first_not_of(" \t\f");
    if (indent == std::string::npos) indent = source.size();
    line("    " + source.substr(indent));
    std::string markers = positionMarkers(*code->raw, tb->unit(), source, indent);
    if (!markers.empty()) line("    " + markers);
  }

  // --- the last line
  // ---------------------------------------------------------------------------------------------

  void message(Value exception) {
    if (isInstance(exception, types::SyntaxError) && syntaxErrorPlace(exception)) return notes(exception);
    Type *type = typeOf(exception);
    std::string text = qualifiedTypeNameOf(*type);
    auto shown = strText(t, exception);
    if (!shown) {
      clearPending(t);
      text += ": <exception str() failed>";
    } else if (!shown.operator*().empty()) {
      text += ": " + *shown;
    }
    text += suggestionFor(t, exception);
    lines(text);
    notes(exception);
  }

  std::string qualifiedTypeNameOf(Type &type) {
    Value module = dictGetStr(type.dict, names::special_module);
    std::string qualname = toUtf8(type.qualname);
    if (module.empty() || !isStr(module)) return qualname;
    std::string text = toUtf8(module.as<Str>());
    return text == "builtins" || text == "__main__" ? qualname : text + "." + qualname;
  }

  // Text of several lines gets the margin on each.
  void lines(llvm::StringRef text) {
    for (;;) {
      auto [head, tail] = text.split('\n');
      line(head.str());
      if (tail.empty() && !text.ends_with("\n")) break;
      if (tail.empty()) break;
      text = tail;
    }
  }

  void notes(Value exception) {
    Ref notes;
    if (!lookupAttr(t, exception, names::special_notes, notes)) clearPending(t);
    if (!notes) return;
    if (!typeOf(notes)->slots.getItem || isDict(notes)) { // no sequence
      lines(quiet(reprText(t, notes), std::string("<__notes__ repr() failed>")));
      return;
    }
    ListRef list = listFrom(t, notes);
    for (Value note : list->values()) lines(quiet(strText(t, note), std::string("<note str() failed>")));
  }

  static int intField(Value exception, int number) {
    Value v = exceptionField(exception, number);
    return v.isInt() ? int(v.asInt()) : 0;
  }

  // A SyntaxError that knows its place prints file, line and markers, like the compiler's own.
  bool syntaxErrorPlace(Value exception) {
    Value file = exceptionField(exception, 1), text = exceptionField(exception, 4);
    if (exceptionField(exception, 2).empty() || !exceptionField(exception, 2).isInt()) return false;
    coil::Diagnostic d;
    bool named = !file.empty() && !file.isNone();
    d.filename = named ? quiet(strText(t, file), std::string("<string>")) : "<string>";
    d.line = intField(exception, 2);
    d.column = intField(exception, 3);
    d.endLine = intField(exception, 5);
    d.endColumn = intField(exception, 6);
    if (isStr(text)) d.text = toUtf8(text.as<Str>());
    Value message = exceptionField(exception, 0);
    d.message = message.empty() ? "None" : quiet(strText(t, message), std::string());
    std::string printed;
    llvm::raw_string_ostream stream(printed);
    coil::printDiagnostic(stream, d);
    // The class may be a subclass that the diagnostic does not know: its own name goes on the last line.
    size_t lastLine = printed.rfind('\n', printed.size() - 2);
    lastLine = lastLine == std::string::npos ? 0 : lastLine + 1;
    printed = printed.substr(0, lastLine) + qualifiedTypeNameOf(*typeOf(exception)) + ": " + d.message;
    lines(printed);
    return true;
  }
};

} // namespace

std::string coil::vm::formatException(Thread &t, Value exception) { return Formatter(t).run(exception); }
std::string coil::vm::formatExceptionOnly(Thread &t, Value exception) { return Formatter(t).only(exception); }

bool coil::vm::sourceLine(const std::string &file, int number, std::string &line) {
  if (number < 1 || (llvm::StringRef(file).starts_with("<") && llvm::StringRef(file).ends_with(">")))
    return false;
  Thread &t = Thread::current();
  Result<std::string> name = encodeFileName(t, makeStr(file));
  if (!name) return clearPending(t), false;
  auto buffer = llvm::MemoryBuffer::getFile(*name);
  if (!buffer) return false;
  llvm::StringRef rest = (*buffer)->getBuffer();
  coil::SourceText decoded;
  std::string encoding = coil::normalizeEncoding(coil::findCodingCookie(rest));
  if (!encoding.empty() && encoding != "utf-8" && !coil::decodeSource(rest, false, false, decoded))
    rest = decoded.text;
  rest.consume_front("\xEF\xBB\xBF");
  for (int i = 1; i < number && !rest.empty(); ++i)
    rest = rest.drop_front(std::min(rest.find('\n'), rest.size() - 1) + 1);
  if (rest.empty()) return false;
  line = rest.take_until([](char c) { return c == '\n'; }).rtrim('\r').str();
  return true;
}
