// The module _warnings: filters, registries and showing of warnings (CPython's _warnings.c; warnings.py
// builds on it).
#include "VM/Builtins/Builtins.h"
#include "VM/Builtins/Tables.h"
#include "VM/Core/Names.h"
#include "VM/Core/Runtime.h"
#include "VM/Exceptions/Anchors.h"
#include "VM/Exceptions/Exception.h"
#include "VM/Exceptions/Warnings.h"
#include "VM/Modules/Modules.h"
#include "VM/Types/FrameObject.h"
#include "VM/Types/Int/Int.h"
#include "VM/Types/List.h"

using namespace coil::vm;

namespace {

// What the module's attributes say at start; warnings.filters and the like override them once that module is
// loaded.
struct State {
  Ref filters, onceRegistry, defaultAction;
  int64_t filtersVersion = 0;
} state;

// The place and the objects that one warning is about. References are owned.
struct Warning {
  Ref message, text, category; // message: the instance
  Ref filename, module, registry, sourceLine, source;
  int64_t line = 0;
};

// An attribute of the warnings module, if that is loaded (or `load` asks for it); empty if not.
Ref warningsAttribute(Thread &t, const char *name, bool load = false) {
  StrRef module = internText("warnings");
  Value loaded = dictGetStr(runtime.modules, module);
  Ref found = loaded.empty() ? Ref() : Ref::share(loaded);
  if (!found && load && !runtime.finalizing) {
    found = callMethod(t, runtime.importlib, internText("_find_and_load"),
                       {Value(module), runtime.importFunction});
    if (!found) clearPending(t);
  }
  if (!found) return {};
  Ref attribute;
  if (!lookupAttr(t, found, internText(name), attribute)) clearPending(t);
  return attribute;
}

// --- filters

Result<bool> matches(Thread &t, Value pattern, Value text) {
  if (pattern.isNone()) return true;
  if (isExactStr(pattern)) return equal(t, pattern, text);
  Ref match = TRY(callMethod(t, pattern, internText("match"), {text}));
  return truth(t, match);
}

// Whether one filter applies.
Result<bool> applies(Thread &t, Tuple *filter, const Warning &w) {
  if (!TRY(isSubclassOf(t, w.category, (*filter)[2]))) return false;
  int64_t line = TRY(asInt64(t, (*filter)[4]));
  if (line != 0 && line != w.line) return false;
  if (!TRY(matches(t, (*filter)[1], w.text))) return false;
  return matches(t, (*filter)[3], w.module);
}

// The action for a warning, and the filter that says so (None for the default action).
Ref actionFor(Thread &t, const Warning &w, Ref &item) {
  if (Ref filters = warningsAttribute(t, "filters")) state.filters = std::move(filters);
  if (!state.filters) return Ref(internText("ignore")); // the program has ended
  if (!isList(state.filters)) return raise(t, types::ValueError, "_warnings.filters must be a list");
  for (int64_t i = 0; i < state.filters.as<List>()->length; ++i) {
    item = Ref::share(state.filters.as<List>()->items[i]);
    if (!isExactly(item, types::Tuple) || item.as<Tuple>()->length != 5)
      return raise(t, types::ValueError, "_warnings.filters item % isn't a 5-tuple", i);
    Ref action = Ref::share((*item.as<Tuple>())[0]);
    if (!isStr(action))
      return raise(t, types::TypeError, "action must be a string, not '%'", typeName(action));
    if (TRY(applies(t, item.as<Tuple>(), w))) return action;
  }
  item = Ref::none();
  if (Ref action = warningsAttribute(t, "defaultaction")) {
    if (!isStr(action))
      return raise(t, types::TypeError, "_warnings.defaultaction must be a string, not '%'",
                   typeName(action));
    state.defaultAction = std::move(action);
  }
  return state.defaultAction.copy();
}

// --- registries

// Whether `key` was warned of already under the present filters; remembers it if `set`.
Result<bool> alreadyWarned(Thread &t, Dict *registry, Value key, bool set) {
  StrRef versionKey = internText("version");
  Value version = dictGetStr(registry, versionKey);
  int64_t number = -1;
  bool current =
      !version.empty() && isIntLike(version) && toInt64(version, number) && number == state.filtersVersion;
  if (!current) {
    dictClear(registry);
    dictSetStr(registry, versionKey, makeInt(state.filtersVersion));
  } else {
    Value found = TRY(dictGet(t, registry, key));
    if (!found.empty() && TRY(truth(t, found))) return true;
  }
  if (set) CHECK(dictSet(t, registry, key, Value::trueValue()));
  return false;
}

// Enters the warning into the registries as its action asks; true if it has been shown before.
Result<bool> registerAction(Thread &t, const Warning &w, Value action, Value key, Value item) {
  std::string name = toUtf8(action.as<Str>());
  if (name == "always") return false;
  bool hasRegistry = w.registry && !w.registry->isNone();
  if (hasRegistry) CHECK(dictSet(t, w.registry.as<Dict>(), key, Value::trueValue()));
  if (name == "once") {
    if (!hasRegistry) {
      if (Ref once = warningsAttribute(t, "onceregistry")) state.onceRegistry = std::move(once);
      if (!isDict(state.onceRegistry))
        return raise(t, types::TypeError, "_warnings.onceregistry must be a dict, not '%'",
                     typeName(state.onceRegistry));
    }
    TupleRef shortKey = packTuple(w.text, w.category);
    return alreadyWarned(t, hasRegistry ? w.registry.as<Dict>() : state.onceRegistry.as<Dict>(), shortKey,
                         true);
  }
  if (name == "module") {
    if (!hasRegistry) return false;
    TupleRef moduleKey = packTuple(w.text, w.category, Value::smallInt(0));
    return alreadyWarned(t, w.registry.as<Dict>(), moduleKey, true);
  }
  if (name != "default")
    return raise(t, types::RuntimeError, "Unrecognized action (%) in warnings.filters:\n %",
                 TRY(reprText(t, action)), TRY(reprText(t, item)));
  return false;
}

// --- showing

// "file:line: Category: text" and the source line, to sys.stderr; what goes wrong is of no importance.
void showPlainly(Thread &t, const Warning &w) {
  Value stream = sysLookup(names::stderr);
  if (stream.empty() || stream.isNone()) return;
  Ref keep = Ref::share(stream);
  std::string out = toUtf8(w.filename.as<Str>()) + ":" + std::to_string(w.line) + ": " +
                    w.category.as<Type>()->nameText().str() + ": " + toUtf8(w.text.as<Str>()) + "\n";
  if (w.sourceLine && isStr(w.sourceLine)) {
    std::string line = toUtf8(w.sourceLine.as<Str>());
    out += "  " + llvm::StringRef(line).ltrim(" \t\f").str() + "\n";
  } else {
    std::string line;
    if (sourceLine(toUtf8(w.filename.as<Str>()), int(w.line), line))
      out += "  " + llvm::StringRef(line).ltrim(" \t\f").str() + "\n";
  }
  StrRef text = makeStr(out);
  if (!writeToFile(t, keep, text)) clearPending(t);
}

Status show(Thread &t, const Warning &w) {
  Ref hook = warningsAttribute(t, "_showwarnmsg", bool(w.source));
  if (!hook) {
    showPlainly(t, w);
    return Status::ok();
  }
  if (!isCallable(hook))
    return raise(t, types::TypeError, "warnings._showwarnmsg() must be set to a callable");
  Ref cls = warningsAttribute(t, "WarningMessage");
  if (!cls) return raise(t, types::RuntimeError, "unable to get warnings.WarningMessage");
  Ref line = makeInt(w.line);
  Ref message = TRY(call(t, cls,
                         {w.message, w.category, w.filename, line, Value::none(), Value::none(),
                          w.source ? w.source.get() : Value::none()}));
  CHECK(call(t, hook, {message}));
  return Status::ok();
}

// --- issuing

// The module name for a file name that has none: without ".py".
Ref moduleNameOf(Str *filename) {
  std::string name = toUtf8(filename);
  if (name.empty()) return makeStr("<unknown>");
  if (llvm::StringRef(name).ends_with(".py")) name.resize(name.size() - 3);
  return makeStr(name);
}

// `message` may be text or an instance, which then fixes the category.
Status issue(Thread &t, Warning &w, Value message, Value category) {
  if (w.registry && !w.registry->isNone() && !isDict(w.registry))
    return raise(t, types::TypeError, "'registry' must be a dict or None");
  if (!w.module) w.module = moduleNameOf(w.filename.as<Str>());
  if (isInstance(message, types::Warning)) {
    w.message = Ref::share(message);
    w.text = TRY(str(t, message));
    w.category = Ref::share(Value(typeOf(message)));
  } else {
    w.text = Ref::share(message);
    w.category = Ref::share(category);
    w.message = TRY(call(t, category, {message}));
  }
  if (w.source && w.source->isNone()) w.source.reset();
  Ref line = makeInt(w.line);
  TupleRef key = packTuple(w.text, w.category, line);
  bool hasRegistry = w.registry && !w.registry->isNone();
  if (hasRegistry && TRY(alreadyWarned(t, w.registry.as<Dict>(), key, false))) return Status::ok();
  Ref item, action = TRY(actionFor(t, w, item));
  std::string name = toUtf8(action.as<Str>());
  if (name == "error") return raiseObject(t, w.message);
  if (name == "ignore" || TRY(registerAction(t, w, action, key, item))) return Status::ok();
  if (!isStr(w.text)) w.text = TRY(str(t, w.text));
  return show(t, w);
}

bool isInternalFrame(Frame *frame) {
  std::string file = toUtf8(frame->code->filename);
  return file.find("importlib") != std::string::npos && file.find("_bootstrap") != std::string::npos;
}

Frame *outerFrame(Frame *frame, int64_t level) {
  bool skipInternal = level > 0 && frame && !isInternalFrame(frame);
  while (--level > 0 && frame) {
    frame = frame->back;
    while (skipInternal && frame && isInternalFrame(frame)) frame = frame->back;
  }
  return frame;
}

// Fills in the place of the frame that is `level` levels out; beyond the outermost one, sys stands in.
void placeOf(Thread &t, int64_t level, Warning &w) {
  Frame *frame = outerFrame(t.frame, level);
  Dict *globals = frame ? frame->globals : runtime.sysModule->dict;
  w.filename = frame ? Ref(StrRef::share(frame->code->filename)) : Ref(makeStr("sys"));
  w.line = frame ? currentLine(frame) : 1;
  StrRef key = internText("__warningregistry__");
  if (Value found = dictGetStr(globals, key); !found.empty()) {
    w.registry = Ref::share(found);
  } else {
    w.registry = newDict();
    dictSetStr(globals, key, w.registry);
  }
  Value module = dictGetStr(globals, names::special_name);
  w.module =
      !module.empty() && (module.isNone() || isStr(module)) ? Ref::share(module) : Ref(makeStr("<string>"));
}

// The category that a message and an argument give.
Ref categoryOf(Thread &t, Value message, Value category) {
  if (isInstance(message, types::Warning)) return Ref::share(Value(typeOf(message)));
  if (category.empty() || category.isNone()) return Ref::share(Value(&types::UserWarning));
  bool good = isType(category) && TRY(isSubclassOf(t, category, Value(&types::Warning)));
  if (good) return Ref::share(category);
  return raise(t, types::TypeError, "category must be a Warning subclass, not '%'", typeName(category));
}

// warn(message, category=None, stacklevel=1, source=None)
Ref warningsWarn(Thread &t, const Value *args) {
  int64_t level = TRY(asInt64(t, args[2]));
  Ref category = TRY(categoryOf(t, args[0], args[1]));
  Warning w;
  placeOf(t, level, w);
  w.source = Ref::share(args[3]);
  CHECK(issue(t, w, args[0], category));
  return Ref::none();
}

// The line of source that the globals' loader has for a place; empty if it has none.
Status lineFromLoader(Thread &t, Value globals, Warning &w) {
  if (!isDict(globals))
    return raise(t, types::TypeError, "module_globals must be a dict, not '%'", typeName(globals));
  Value loader = dictGetStr(globals.as<Dict>(), names::special_loader);
  Value module = dictGetStr(globals.as<Dict>(), names::special_name);
  if (loader.empty() || module.empty()) return Status::ok();
  Ref getSource;
  CHECK(lookupAttr(t, loader, internText("get_source"), getSource));
  if (!getSource || getSource->isNone()) return Status::ok();
  Ref source = TRY(call(t, getSource, {module}));
  if (source->isNone()) return Status::ok();
  Ref lines = TRY(callMethod(t, source, internText("splitlines")));
  Ref number = makeInt(w.line - 1);
  if (!isList(lines)) return Status::ok();
  Ref line = TRY(getItem(t, lines, number));
  if (isStr(line)) w.sourceLine = std::move(line);
  return Status::ok();
}

// warn_explicit(message, category, filename, lineno, module=None, registry=None, module_globals=None,
// source=None)
Ref warningsWarnExplicit(Thread &t, const Value *args) {
  if (!isStr(args[2]))
    return raise(t, types::TypeError, "warn_explicit() argument 'filename' must be str, not %",
                 argumentTypeName(args[2]));
  Warning w;
  w.filename = Ref::share(args[2]);
  w.line = TRY(asInt64(t, args[3]));
  if (!args[4].isNone()) w.module = Ref::share(args[4]);
  if (!args[5].isNone()) w.registry = Ref::share(args[5]);
  if (!args[6].isNone()) CHECK(lineFromLoader(t, args[6], w));
  w.source = Ref::share(args[7]);
  CHECK(issue(t, w, args[0], args[1]));
  return Ref::none();
}

Ref warningsFiltersMutated(Thread &, const Value *) {
  ++state.filtersVersion;
  return Ref::none();
}

// --- the module's attributes

// ('ignore', None, category, module, 0)
Ref makeFilter(const char *action, Type &category, const char *module = nullptr) {
  Ref name = module ? Ref(makeStr(module)) : Ref::none();
  StrRef text = internText(action);
  return packTuple(text, Value::none(), Value(&category), name, Value::smallInt(0));
}

Status populate(Thread &, Module *module) {
  if (!state.filters) {
    ListRef filters = newList();
    listAppend(filters, makeFilter("default", types::DeprecationWarning, "__main__"));
    for (Type *category : {&types::DeprecationWarning, &types::PendingDeprecationWarning,
                           &types::ImportWarning, &types::ResourceWarning})
      listAppend(filters, makeFilter("ignore", *category));
    state.filters = std::move(filters);
    state.onceRegistry = newDict();
    releaseAtEnd([] { state.filters = Ref(), state.onceRegistry = Ref(); });
    state.defaultAction = internText("default");
  }
  dictSetStr(module->dict, internText("filters"), state.filters);
  dictSetStr(module->dict, internText("_onceregistry"), state.onceRegistry);
  dictSetStr(module->dict, internText("_defaultaction"), state.defaultAction);
  return Status::ok();
}

NativeDef kFunctions[] = {
    {"warn", warningsWarn, "($module, /, message, category=None, stacklevel=1, source=None)",
     "Warn of something: what the filters say decides whether that is shown, ignored or\n"
     "raised. The category is UserWarning unless given. stacklevel says whose line is at\n"
     "fault: 1 the caller's, 2 that of the caller's caller, and so on."},
    {"warn_explicit", warningsWarnExplicit,
     "!($module, /, message, category, filename, lineno, module=None, registry=None, module_globals=None, "
     "source=None)",
     "Warn of something at a place that the arguments name. registry, if given, remembers what\n"
     "was shown there."},
    {"_filters_mutated", warningsFiltersMutated, "!($module, /)", nullptr},
};

} // namespace

const ModuleSpec coil::vm::kWarningsModule = {
    .name = "_warnings",
    .doc = "The quick parts of the module warnings.",
    .functions = kFunctions,
    .populate = populate,
};

Status coil::vm::warn(Thread &t, Type &category, const std::string &message, int stackLevel, Value source) {
  StrRef text = makeStr(message);
  Warning w;
  placeOf(t, stackLevel, w);
  if (!source.empty()) w.source = Ref::share(source);
  return issue(t, w, text, Value(&category));
}

Status coil::vm::warnExplicit(Thread &t, Type &category, const std::string &message, llvm::StringRef filename,
                              int line) {
  StrRef text = makeStr(message);
  Warning w;
  w.filename = makeStr(filename);
  w.line = line;
  return issue(t, w, text, Value(&category));
}
