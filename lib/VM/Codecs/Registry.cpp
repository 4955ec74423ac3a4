// The registry of codecs: search functions, the package `encodings` first among them, and calling what they
// find.
#include "VM/Codecs/Codecs.h"
#include "VM/Core/Runtime.h"
#include "VM/Exceptions/Exception.h"
#include "VM/Import/Import.h"
#include "VM/Types/List.h"
#include "VM/Types/Str/Codec.h"

using namespace coil::vm;

namespace {

struct Registry {
  List *searchers = newList().release();
  Dict *found = newDict().release(); // normalized names to codecs
  bool started = false;
};

Registry &registry() {
  static Registry *instance = nullptr;
  if (!instance) {
    instance = new Registry();
    releaseAtEnd([] {
      Registry *ending = std::exchange(instance, nullptr);
      release(static_cast<Object *>(ending->searchers));
      release(static_cast<Object *>(ending->found));
      delete ending;
    });
  }
  return *instance;
}

// The package registers its search function when it is imported.
Status start(Thread &t) {
  if (registry().started) return Status::ok();
  registry().started = true;
  if (importModule(t, "encodings")) return Status::ok();
  registry().started = false;
  return {};
}

// An error of the codec in the words that say which one it was, where its class can be made of one text.
Failure wrapError(Thread &t, const char *operation, llvm::StringRef encoding) {
  Ref cause = takePending(t);
  Type *type = typeOf(cause);
  auto *e = cause.as<BaseExceptionObject>();
  const Type &base = types::BaseException;
  bool plain = type->size == base.size && type->slots.init == base.slots.init &&
               type->slots.create == base.slots.create && e->args->length <= 1 &&
               (!e->args->length || isExactStr((*e->args)[0])) && (!e->dict || !e->dict->used);
  std::string text;
  if (plain) {
    Result<std::string> shown = strText(t, cause);
    if (!shown) return {};
    text = *shown;
  }
  if (!plain) return setPending(t, std::move(cause));
  (void)raise(t, *type, "% with '%' codec failed (%: %)", operation, encoding, type->fullName(), text);
  Ref wrapped = takePending(t);
  setCause(wrapped.as<BaseExceptionObject>(), cause);
  return setPending(t, std::move(wrapped));
}

Status checkText(Thread &t, Value codec, llvm::StringRef encoding, const char *alternative) {
  if (isExactly(codec, types::Tuple)) return Status::ok();
  StrRef name = internText("_is_text_encoding");
  Ref isText;
  TRY(lookupAttr(t, codec, name, isText));
  bool text = !isText || TRY(truth(t, isText));
  if (text) return Status::ok();
  return raise(t, types::LookupError, "'%' is not a text encoding; use % to handle arbitrary codecs",
               encoding, alternative);
}

Ref callCodec(Thread &t, Value object, llvm::StringRef encoding, Value errors, bool textOnly,
              bool encoding_) {
  Ref codec = TRY(lookupCodec(t, encoding));
  if (textOnly) CHECK(checkText(t, codec, encoding, encoding_ ? "codecs.encode()" : "codecs.decode()"));
  Ref function = Ref::share((*codec.as<Tuple>())[encoding_ ? 0 : 1]);
  llvm::SmallVector<Value, 2> args{object};
  if (!errors.empty()) args.push_back(errors);
  Ref result = call(t, function, args);
  if (!result) return wrapError(t, encoding_ ? "encoding" : "decoding", encoding);
  if (!isTuple(result) || result.as<Tuple>()->length != 2)
    return raise(t, types::TypeError,
                 encoding_ ? "encoder must return a tuple (object, integer)"
                           : "decoder must return a tuple (object,integer)");
  return Ref::share((*result.as<Tuple>())[0]);
}

} // namespace

Status coil::vm::registerCodecSearch(Thread &t, Value function) {
  CHECK(start(t));
  if (!isCallable(function)) return raise(t, types::TypeError, "argument must be callable");
  listAppend(registry().searchers, function);
  return Status::ok();
}

Status coil::vm::unregisterCodecSearch(Thread &, Value function) {
  List *searchers = registry().searchers;
  for (int64_t i = 0; i < searchers->length; ++i) {
    if (searchers->items[i] != function) continue;
    dictClear(registry().found);
    listReplace(searchers, i, i + 1, {});
    break;
  }
  return Status::ok();
}

Ref coil::vm::lookupCodec(Thread &t, llvm::StringRef encoding) {
  CHECK(start(t));
  StrRef name = internText(normalizeEncoding(encoding));
  Value known = dictGetStr(registry().found, name);
  if (!known.empty()) return Ref::share(known);
  if (!registry().searchers->length)
    return raise(t, types::LookupError, "no codec search functions registered: can't find encoding");
  for (int64_t i = 0; i < registry().searchers->length; ++i) {
    Ref search = Ref::share(registry().searchers->items[i]);
    Ref codec = TRY(call(t, search, {Value(name)}));
    if (codec->isNone()) continue;
    if (!isTuple(codec) || codec.as<Tuple>()->length != 4)
      return raise(t, types::TypeError, "codec search functions must return 4-tuples");
    dictSetStr(registry().found, name, codec);
    return codec;
  }
  return raise(t, types::LookupError, "unknown encoding: %", encoding);
}

Ref coil::vm::encodeWithCodec(Thread &t, Value object, llvm::StringRef encoding, Value errorsOrEmpty,
                              bool textOnly) {
  return callCodec(t, object, encoding, errorsOrEmpty, textOnly, true);
}

Ref coil::vm::decodeWithCodec(Thread &t, Value object, llvm::StringRef encoding, Value errorsOrEmpty,
                              bool textOnly) {
  return callCodec(t, object, encoding, errorsOrEmpty, textOnly, false);
}
