// Tracebacks, written by write() alone.
#include "VM/Core/Names.h"
#include "VM/Core/Runtime.h"
#include "VM/Heap/Gc.h"
#include "VM/Interp/Frame.h"
#include "VM/Modules/faulthandler/Faulthandler.h"
#include "VM/Types/Dict/Dict.h"
#include "VM/Types/FrameObject.h"
#include "VM/Types/Set.h"
#include <cstring>
#include <unistd.h>

using namespace coil::vm;
using namespace coil::vm::faults;

namespace {

constexpr int64_t kMaxText = 500;
constexpr int kMaxFrames = 100, kMaxThreads = 100;

void putHex(int fd, uint64_t number, int width) {
  char text[16], *p = text + sizeof text;
  do {
    *--p = "0123456789abcdef"[number & 15];
    number >>= 4;
  } while (number || text + sizeof text - p < width);
  (void)!::write(fd, p, size_t(text + sizeof text - p));
}

void putCharacter(int fd, char32_t c) {
  if (c >= ' ' && c <= '~') {
    char narrow = char(c);
    (void)!::write(fd, &narrow, 1);
    return;
  }
  put(fd, c < 0x100 ? "\\x" : c < 0x10000 ? "\\u" : "\\U");
  putHex(fd, c, c < 0x100 ? 2 : c < 0x10000 ? 4 : 8);
}

void putString(int fd, const Str *text) {
  if (!text) return put(fd, "???");
  for (int64_t i = 0; i < text->length && i < kMaxText; ++i) putCharacter(fd, text->at(i));
  if (text->length > kMaxText) put(fd, "...");
}

void dumpFrame(int fd, const Frame *frame) {
  put(fd, "  File \"");
  putString(fd, frame->code->filename);
  put(fd, "\", line ");
  int line = currentLine(frame);
  if (line >= 0)
    putDecimal(fd, uint64_t(line));
  else
    put(fd, "???");
  put(fd, " in ");
  putString(fd, frame->code->name);
  put(fd, "\n");
}

void dumpFrames(int fd, const Thread *t) {
  const Frame *frame = t->frame;
  if (!frame) return put(fd, "  <no Python frame>\n");
  for (int depth = 0; frame; frame = frame->back, ++depth) {
    if (depth == kMaxFrames) return put(fd, "  ...\n");
    dumpFrame(fd, frame);
  }
}

bool isStandardModule(const Str *name) {
  Value names = dictGetStr(runtime.sysModule->dict, names::stdlib_module_names);
  Value key;
  if (isExactly(names, types::FrozenSet))
    for (int64_t position = 0; setNext(names.as<Set>(), position, key);)
      if (isStr(key) && equalStr(key.as<Str>(), name)) return true;
  return false;
}

} // namespace

void faults::put(int fd, const char *text) { (void)!::write(fd, text, std::strlen(text)); }

void faults::putDecimal(int fd, uint64_t number, int width) {
  char text[24], *p = text + sizeof text;
  do {
    *--p = char('0' + number % 10);
    number /= 10;
  } while (number || text + sizeof text - p < width);
  (void)!::write(fd, p, size_t(text + sizeof text - p));
}

void faults::dumpThread(int fd, const Thread *t) {
  put(fd, "Stack (most recent call first):\n");
  dumpFrames(fd, t);
}

void faults::dumpAllThreads(int fd, const Thread *current) {
  int count = 0;
  for (const Thread *t = firstThread(); t; t = t->next, ++count) {
    if (count) put(fd, "\n");
    if (count == kMaxThreads) return put(fd, "...\n");
    put(fd, t == current ? "Current thread 0x" : "Thread 0x");
    putHex(fd, uint64_t(t->identifier), 16);
    put(fd, " (most recent call first):\n");
    if (t == current && gc::isCollecting()) put(fd, "  Garbage-collecting\n");
    dumpFrames(fd, t);
  }
}

void faults::dumpExtensionModules(int fd) {
  uint64_t count = 0;
  DictEntry *entry;
  for (int64_t position = 0; dictNext(runtime.modules, position, entry);) {
    if (!isStr(entry->key) || !isExactly(entry->value, types::Module)) continue;
    auto *name = entry->key.as<Str>();
    if (!name->ascii || !findNativeModule(name->asciiText()) || isStandardModule(name)) continue;
    put(fd, count++ ? ", " : "\nExtension modules: ");
    putString(fd, name);
  }
  if (!count) return;
  put(fd, " (total: ");
  putDecimal(fd, count);
  put(fd, ")\n");
}
