// What str and bytes do alike: splitting, partitioning, stripping and counting, over a view of either.
#pragma once

#include "Support/Unicode.h"
#include "VM/Protocol/Buffer.h"
#include "VM/Types/ByteArray.h"
#include "VM/Types/Bytes.h"
#include "VM/Types/List.h"
#include "VM/Types/Str.h"
#include "VM/Types/Tuple.h"
#include <cstring>

namespace coil::vm {

struct StrView {
  Str *s;

  explicit StrView(Value v) : s(v.as<Str>()) {}
  int64_t size() const { return s->length; }
  char32_t at(int64_t i) const { return s->at(i); }
  int64_t find(StrView needle, int64_t from, int64_t to) const { return findStr(s, needle.s, from, to); }
  int64_t rfind(StrView needle, int64_t from, int64_t to) const { return rfindStr(s, needle.s, from, to); }
  Ref slice(int64_t from, int64_t to) const { return substring(s, from, to); }
  // Calls `f` with a pointer to the characters in their real width.
  template <class F> auto withCharacters(F &&f) const {
    switch (s->width) {
    case 1: return f(s->data1());
    case 2: return f(s->data2());
    default: return f(s->data4());
    }
  }
  static bool isSpace(char32_t c) {
    // The ASCII spaces as a bit set: 9-13, 28-32.
    if (c < 128) return c <= 32 && (0x1f0003e00 >> c & 1);
    return unicode::isSpace(c);
  }
  static bool isLineBreak(char32_t c) { return unicode::isLineBreak(c); }
};

struct BytesView {
  Bytes *owner; // an exact bytes that slice() may give back as it is; else null
  const uint8_t *data;
  int64_t length;
  bool mutableParts = false; // slice() makes bytearrays

  // Of a bytes or bytearray.
  explicit BytesView(Value v) {
    if (isBytes(v)) {
      auto *b = v.as<Bytes>();
      owner = b->type == &types::Bytes ? b : nullptr, data = b->data, length = b->length;
    } else {
      auto *b = v.as<ByteArray>();
      owner = nullptr, data = b->start, length = b->length, mutableParts = true;
    }
  }
  explicit BytesView(llvm::ArrayRef<uint8_t> bytes)
      : owner(nullptr), data(bytes.data()), length(int64_t(bytes.size())) {}
  explicit BytesView(const Buffer &buffer) : BytesView(buffer.bytes()) {}
  llvm::ArrayRef<uint8_t> bytes() const { return {data, size_t(length)}; }
  int64_t size() const { return length; }
  char32_t at(int64_t i) const { return data[i]; }
  int64_t find(BytesView needle, int64_t from, int64_t to) const {
    if (from > to || to - from < needle.length) return -1;
    if (!needle.length) return from;
    const void *found = needle.length == 1 ? std::memchr(data + from, needle.data[0], to - from)
                                           : memmem(data + from, to - from, needle.data, needle.length);
    return found ? static_cast<const uint8_t *>(found) - data : -1;
  }
  int64_t rfind(BytesView needle, int64_t from, int64_t to) const {
    if (from > to) return -1;
    for (int64_t i = to - needle.length; i >= from; --i)
      if (!needle.length || !std::memcmp(data + i, needle.data, needle.length)) return i;
    return -1;
  }
  Ref slice(int64_t from, int64_t to) const {
    if (from == 0 && to == length && owner) return Ref::share(Value(owner));
    return make({data + from, size_t(std::max<int64_t>(to - from, 0))});
  }
  // New bytes of the kind that the methods of this object give.
  Ref make(llvm::ArrayRef<uint8_t> parts) const {
    if (mutableParts) return makeByteArray(parts);
    return makeBytes(parts);
  }
  template <class F> auto withCharacters(F &&f) const { return f(data); }
  static bool isSpace(char32_t c) { return c == ' ' || c - 9 < 5; }
  static bool isLineBreak(char32_t c) { return c == '\n' || c == '\r'; }
};

template <class View> void appendSlice(List *list, View s, int64_t from, int64_t to) {
  listAppendOwned(list, s.slice(from, to).release());
}

// split(None, limit), a negative limit being none.
template <class View> ListRef splitSpace(View s, int64_t limit) {
  return s.withCharacters([&](const auto *p) {
    ListRef list = newList();
    int64_t i = 0, n = s.size();
    for (int64_t splits = 0;; ++splits) {
      while (i < n && View::isSpace(p[i])) ++i;
      if (i == n) return list;
      int64_t start = i;
      if (splits == limit)
        i = n;
      else
        while (i < n && !View::isSpace(p[i])) ++i;
      appendSlice<View>(list, s, start, i);
    }
  });
}

template <class View> ListRef rsplitSpace(View s, int64_t limit) {
  return s.withCharacters([&](const auto *p) {
    ListRef list = newList();
    int64_t i = s.size();
    for (int64_t splits = 0;; ++splits) {
      while (i > 0 && View::isSpace(p[i - 1])) --i;
      if (i == 0) break;
      int64_t end = i;
      if (splits == limit)
        i = 0;
      else
        while (i > 0 && !View::isSpace(p[i - 1])) --i;
      appendSlice<View>(list, s, i, end);
    }
    std::reverse(list->items, list->items + list->length);
    return list;
  });
}

template <class View> ListRef splitOn(View s, View separator, int64_t limit) {
  ListRef list = newList();
  int64_t i = 0;
  for (int64_t splits = 0; splits != limit; ++splits) {
    int64_t found = s.find(separator, i, s.size());
    if (found < 0) break;
    appendSlice<View>(list, s, i, found);
    i = found + separator.size();
  }
  appendSlice<View>(list, s, i, s.size());
  return list;
}

template <class View> ListRef rsplitOn(View s, View separator, int64_t limit) {
  ListRef list = newList();
  int64_t end = s.size();
  for (int64_t splits = 0; splits != limit; ++splits) {
    int64_t found = s.rfind(separator, 0, end);
    if (found < 0) break;
    appendSlice<View>(list, s, found + separator.size(), end);
    end = found;
  }
  appendSlice<View>(list, s, 0, end);
  std::reverse(list->items, list->items + list->length);
  return list;
}

template <class View> ListRef splitLines(View s, bool keepEnds) {
  return s.withCharacters([&](const auto *p) {
    ListRef list = newList();
    for (int64_t i = 0, n = s.size(); i < n;) {
      int64_t start = i;
      while (i < n && !View::isLineBreak(p[i])) ++i;
      int64_t end = i;
      if (i < n) i += p[i] == '\r' && i + 1 < n && p[i + 1] == '\n' ? 2 : 1;
      appendSlice<View>(list, s, start, keepEnds ? i : end);
    }
    return list;
  });
}

// (before, separator, after), or the whole and two empty ones in the order that `fromRight` asks for.
template <class View> Ref partitionText(View s, View separator, Value separatorObject, bool fromRight) {
  int64_t at = fromRight ? s.rfind(separator, 0, s.size()) : s.find(separator, 0, s.size());
  if (at < 0) {
    Ref whole = s.slice(0, s.size()), empty = s.slice(0, 0), another = s.slice(0, 0); // bytearrays are two
    if (fromRight) return packTuple(empty.get(), another.get(), whole.get());
    return packTuple(whole.get(), empty.get(), another.get());
  }
  Ref before = s.slice(0, at), after = s.slice(at + separator.size(), s.size());
  return packTuple(before.get(), separatorObject, after.get());
}

enum StripSides { kStripLeft = 1, kStripRight = 2, kStripBoth = 3 };

template <class View, class Predicate> Ref stripText(View s, int sides, Predicate &&drop) {
  int64_t from = 0, to = s.size();
  if (sides & kStripLeft)
    while (from < to && drop(s.at(from))) ++from;
  if (sides & kStripRight)
    while (to > from && drop(s.at(to - 1))) --to;
  return s.slice(from, to);
}

template <class View> int64_t countIn(View s, View needle, int64_t from, int64_t to) {
  if (from > to) return 0;
  if (!needle.size()) return to - from + 1;
  int64_t count = 0;
  while ((from = s.find(needle, from, to)) >= 0) {
    ++count;
    from += needle.size();
  }
  return count;
}

// startswith() and endswith() with bounds.
template <class View> bool matchesEnd(View s, View part, int64_t from, int64_t to, bool atEnd) {
  if (to - from < part.size() || from > to) return false;
  int64_t at = atEnd ? to - part.size() : from;
  return s.find(part, at, at + part.size()) >= 0;
}

// Calls `piece(from, to)` for the parts of the text between the first `limit` occurrences of `old`, an empty
// one being found before every character and at the end. Returns how many occurrences there were.
template <class View, class Piece> int64_t replacePieces(View s, View old, int64_t limit, Piece &&piece) {
  int64_t start = 0, done = 0;
  if (!old.size()) {
    for (; done != limit && done <= s.size(); ++done) {
      piece(start, done);
      start = done;
    }
  } else {
    for (; done != limit; ++done) {
      int64_t found = s.find(old, start, s.size());
      if (found < 0) break;
      piece(start, found);
      start = found + old.size();
    }
  }
  piece(start, s.size());
  return done;
}

} // namespace coil::vm
