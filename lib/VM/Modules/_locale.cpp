// _locale: the C library's locale, and its messages in other languages.
#include "VM/Codecs/Codecs.h"
#include "VM/Modules/Modules.h"
#include "VM/Modules/posix/Path.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Bytes.h"
#include "VM/Types/Dict/Dict.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"
#include "VM/Types/Str/TextArguments.h"
#include "llvm/ADT/StringExtras.h"
#include <climits>
#include <clocale>
#include <cwchar>
#include <langinfo.h>
#include <libintl.h>

using namespace coil::vm;

namespace {

Type *errorType = nullptr; // owned; locale.Error

struct Constant {
  const char *name;
  int value;
};

constexpr Constant kInformation[] = {{"ABDAY_1", ABDAY_1},
                                     {"ABDAY_2", ABDAY_2},
                                     {"ABDAY_3", ABDAY_3},
                                     {"ABDAY_4", ABDAY_4},
                                     {"ABDAY_5", ABDAY_5},
                                     {"ABDAY_6", ABDAY_6},
                                     {"ABDAY_7", ABDAY_7},
                                     {"ABMON_1", ABMON_1},
                                     {"ABMON_10", ABMON_10},
                                     {"ABMON_11", ABMON_11},
                                     {"ABMON_12", ABMON_12},
                                     {"ABMON_2", ABMON_2},
                                     {"ABMON_3", ABMON_3},
                                     {"ABMON_4", ABMON_4},
                                     {"ABMON_5", ABMON_5},
                                     {"ABMON_6", ABMON_6},
                                     {"ABMON_7", ABMON_7},
                                     {"ABMON_8", ABMON_8},
                                     {"ABMON_9", ABMON_9},
                                     {"ALT_DIGITS", ALT_DIGITS},
                                     {"AM_STR", AM_STR},
                                     {"CODESET", CODESET},
                                     {"CRNCYSTR", CRNCYSTR},
                                     {"DAY_1", DAY_1},
                                     {"DAY_2", DAY_2},
                                     {"DAY_3", DAY_3},
                                     {"DAY_4", DAY_4},
                                     {"DAY_5", DAY_5},
                                     {"DAY_6", DAY_6},
                                     {"DAY_7", DAY_7},
                                     {"D_FMT", D_FMT},
                                     {"D_T_FMT", D_T_FMT},
                                     {"ERA", ERA},
                                     {"ERA_D_FMT", ERA_D_FMT},
                                     {"ERA_D_T_FMT", ERA_D_T_FMT},
                                     {"ERA_T_FMT", ERA_T_FMT},
                                     {"MON_1", MON_1},
                                     {"MON_10", MON_10},
                                     {"MON_11", MON_11},
                                     {"MON_12", MON_12},
                                     {"MON_2", MON_2},
                                     {"MON_3", MON_3},
                                     {"MON_4", MON_4},
                                     {"MON_5", MON_5},
                                     {"MON_6", MON_6},
                                     {"MON_7", MON_7},
                                     {"MON_8", MON_8},
                                     {"MON_9", MON_9},
                                     {"NOEXPR", NOEXPR},
                                     {"PM_STR", PM_STR},
                                     {"RADIXCHAR", RADIXCHAR},
                                     {"THOUSEP", THOUSEP},
                                     {"T_FMT", T_FMT},
                                     {"T_FMT_AMPM", T_FMT_AMPM},
                                     {"YESEXPR", YESEXPR},
                                     {"_DATE_FMT", _DATE_FMT}};
constexpr Constant kCategories[] = {{"LC_ALL", LC_ALL},           {"LC_COLLATE", LC_COLLATE},
                                    {"LC_CTYPE", LC_CTYPE},       {"LC_MESSAGES", LC_MESSAGES},
                                    {"LC_MONETARY", LC_MONETARY}, {"LC_NUMERIC", LC_NUMERIC},
                                    {"LC_TIME", LC_TIME},         {"CHAR_MAX", CHAR_MAX}};

Failure raiseType(Thread &t, const char *function, int position, const char *expected, Value v) {
  std::string place = position ? " argument " + std::to_string(position) : " argument";
  return raise(t, types::TypeError, "%()% must be %, not %", function, place, expected,
               v.isNone() ? llvm::StringRef("None") : typeName(v));
}

// A C string. `position`: 0 for a function of one argument.
Result<std::string> textArgument(Thread &t, const char *function, int position, Value v,
                                 const char *expected = "str") {
  if (!isStr(v)) return raiseType(t, function, position, expected, v);
  Ref encoded = TRY(encodeUtf8(t, v.as<Str>(), "strict"));
  llvm::StringRef text = llvm::toStringRef(encoded.as<Bytes>()->bytes());
  if (text.contains('\0')) return raise(t, types::ValueError, "embedded null character");
  return text.str();
}

// The same or None, which gives null.
struct OptionalText {
  std::string text;
  bool given = false;

  const char *get() const { return given ? text.c_str() : nullptr; }
  Status read(Thread &t, const char *function, int position, Value v) {
    given = !v.isNone();
    if (given) text = TRY(textArgument(t, function, position, v, "str or None"));
    return Status::ok();
  }
};

Ref textOrNone(const char *text) { return text ? decodeFileName(text) : Ref::none(); }

// setlocale(category, locale=None)
Ref localeSetLocale(Thread &t, const Value *args) {
  int category = TRY(intArgument(t, args[0]));
  OptionalText name;
  if (args[1]) CHECK(name.read(t, "setlocale", 2, args[1]));
  const char *result = std::setlocale(category, name.get());
  if (!result) return raise(t, *errorType, name.given ? "unsupported locale setting" : "locale query failed");
  return decodeFileName(result);
}

// The sizes of groups of digits, up to the one that is repeated (0) or the last one.
ListRef groupingList(const char *grouping) {
  ListRef list = newList();
  for (; *grouping; ++grouping) {
    listAppend(list, Value::smallInt(*grouping));
    if (*grouping == CHAR_MAX) return list;
  }
  if (list->length) listAppend(list, Value::smallInt(0));
  return list;
}

Ref localeLocaleConv(Thread &, const Value *) {
  const lconv *l = std::localeconv();
  DictRef result = newDict();
  auto set = [&](const char *name, Ref v) { dictSetStr(result, internText(name), v); };
  set("int_curr_symbol", decodeFileName(l->int_curr_symbol));
  set("currency_symbol", decodeFileName(l->currency_symbol));
  set("mon_decimal_point", decodeFileName(l->mon_decimal_point));
  set("mon_thousands_sep", decodeFileName(l->mon_thousands_sep));
  set("mon_grouping", groupingList(l->mon_grouping));
  set("positive_sign", decodeFileName(l->positive_sign));
  set("negative_sign", decodeFileName(l->negative_sign));
  const Constant numbers[] = {{"int_frac_digits", l->int_frac_digits}, {"frac_digits", l->frac_digits},
                              {"p_cs_precedes", l->p_cs_precedes},     {"p_sep_by_space", l->p_sep_by_space},
                              {"n_cs_precedes", l->n_cs_precedes},     {"n_sep_by_space", l->n_sep_by_space},
                              {"p_sign_posn", l->p_sign_posn},         {"n_sign_posn", l->n_sign_posn}};
  for (auto &[name, value] : numbers) set(name, makeInt(value));
  set("decimal_point", decodeFileName(l->decimal_point));
  set("thousands_sep", decodeFileName(l->thousands_sep));
  set("grouping", groupingList(l->grouping));
  return result;
}

Status wideArgument(Thread &t, const char *function, int position, Value v, std::wstring &wide) {
  if (!isStr(v)) return raiseType(t, function, position, "str", v);
  auto *s = v.as<Str>();
  for (int64_t i = 0; i < s->length; ++i) {
    if (!s->at(i)) return raise(t, types::ValueError, "embedded null character");
    wide += wchar_t(s->at(i));
  }
  return Status::ok();
}

Ref localeStrColl(Thread &t, const Value *args) {
  for (int i : {0, 1})
    if (!isStr(args[i])) return raiseType(t, "strcoll", i + 1, "str", args[i]);
  std::wstring a, b;
  CHECK(wideArgument(t, "strcoll", 1, args[0], a));
  CHECK(wideArgument(t, "strcoll", 2, args[1], b));
  return makeInt(std::wcscoll(a.c_str(), b.c_str()));
}

Ref localeStrXfrm(Thread &t, const Value *args) {
  std::wstring text;
  CHECK(wideArgument(t, "strxfrm", 0, args[0], text));
  errno = 0;
  std::wstring key(text.size() + 1, 0);
  size_t length = std::wcsxfrm(key.data(), text.c_str(), key.size());
  if (errno && errno != ERANGE) return raiseErrno(t);
  if (length >= key.size()) {
    key.resize(length + 1);
    length = std::wcsxfrm(key.data(), text.c_str(), key.size());
  }
  llvm::SmallVector<char32_t, 64> characters(key.begin(), key.begin() + ptrdiff_t(length));
  return makeStr(llvm::ArrayRef<char32_t>(characters));
}

Ref localeLangInfo(Thread &t, const Value *args) {
  int key = TRY(intArgument(t, args[0]));
  for (auto &[name, value] : kInformation)
    if (value == key) return decodeFileName(::nl_langinfo(key));
  return raise(t, types::ValueError, "unsupported langinfo constant");
}

Ref localeGetEncoding(Thread &, const Value *) { return makeStr(::nl_langinfo(CODESET)); }

// --- gettext

Ref localeGetText(Thread &t, const Value *args) {
  std::string text = TRY(textArgument(t, "gettext", 0, args[0]));
  return decodeFileName(::gettext(text.c_str()));
}

Ref localeDGetText(Thread &t, const Value *args) {
  OptionalText domain;
  CHECK(domain.read(t, "dgettext", 1, args[0]));
  std::string text = TRY(textArgument(t, "dgettext", 2, args[1]));
  return decodeFileName(::dgettext(domain.get(), text.c_str()));
}

Ref localeDCGetText(Thread &t, const Value *args) {
  OptionalText domain;
  CHECK(domain.read(t, "dcgettext", 1, args[0]));
  std::string text = TRY(textArgument(t, "dcgettext", 2, args[1]));
  int category = TRY(intArgument(t, args[2]));
  return decodeFileName(::dcgettext(domain.get(), text.c_str(), category));
}

Ref localeTextDomain(Thread &t, const Value *args) {
  OptionalText domain;
  CHECK(domain.read(t, "textdomain", 0, args[0]));
  const char *now = ::textdomain(domain.get());
  return now ? decodeFileName(now) : Ref(raiseErrno(t));
}

Ref localeBindTextDomain(Thread &t, const Value *args) {
  std::string domain = TRY(textArgument(t, "bindtextdomain", 1, args[0]));
  if (domain.empty()) return raise(t, *errorType, "domain must be a non-empty string");
  Path directory;
  if (!args[1].isNone()) {
    bool isPath =
        isStr(args[1]) || isBytes(args[1]) || !typeLookup(typeOf(args[1]), internText("__fspath__")).empty();
    if (!isPath)
      return raise(t, types::TypeError, "expected str, bytes or os.PathLike object, not %",
                   typeName(args[1]));
    CHECK(readPath(t, args[1], {"bindtextdomain", "dir"}, directory));
  }
  const char *now = ::bindtextdomain(domain.c_str(), args[1].isNone() ? nullptr : directory.c_str());
  return now ? decodeFileName(now) : Ref(raiseErrno(t));
}

Ref localeBindCodeset(Thread &t, const Value *args) {
  std::string domain = TRY(textArgument(t, "bind_textdomain_codeset", 1, args[0]));
  OptionalText codeset;
  CHECK(codeset.read(t, "bind_textdomain_codeset", 2, args[1]));
  return textOrNone(::bind_textdomain_codeset(domain.c_str(), codeset.get()));
}

NativeDef kFunctions[] = {
    {"setlocale", localeSetLocale, "($module, category, locale=<unrepresentable>, /)",
     "Activates/queries locale processing."},
    {"localeconv", localeLocaleConv, "($module, /)",
     "Returns numeric and monetary locale-specific parameters."},
    {"strcoll", localeStrColl, "($module, os1, os2, /)", "Compares two strings according to the locale."},
    {"strxfrm", localeStrXfrm, "($module, string, /)",
     "Return a string that can be used as a key for locale-aware comparisons."},
    {"nl_langinfo", localeLangInfo, "($module, key, /)",
     "Return the value for the locale information associated with key."},
    {"gettext", localeGetText, "($module, msg, /)", "gettext(msg) -> string\n\nReturn translation of msg."},
    {"dgettext", localeDGetText, "($module, domain, msg, /)",
     "dgettext(domain, msg) -> string\n\nReturn translation of msg in domain."},
    {"dcgettext", localeDCGetText, "($module, domain, msg, category, /)",
     "Return translation of msg in domain and category."},
    {"textdomain", localeTextDomain, "($module, domain, /)",
     "Set the C library's textdmain to domain, returning the new domain."},
    {"bindtextdomain", localeBindTextDomain, "($module, domain, dir, /)",
     "Bind the C library's domain to dir."},
    {"bind_textdomain_codeset", localeBindCodeset, "($module, domain, codeset, /)",
     "Bind the C library's domain to codeset."},
    {"getencoding", localeGetEncoding, "($module, /)", "Get the current locale encoding."},
};

Status populate(Thread &t, Module *module) {
  for (auto &[name, value] : kInformation) dictSetStr(module->dict, internText(name), makeInt(value));
  for (auto &[name, value] : kCategories) dictSetStr(module->dict, internText(name), makeInt(value));
  return addException(t, module, errorType, "locale.Error", types::Exception);
}

} // namespace

const ModuleSpec coil::vm::kLocaleModule = {
    .name = "_locale",
    .doc = "Support for POSIX locales.",
    .functions = kFunctions,
    .populate = populate,
};
