// What a pattern is matched against.
#include "VM/Modules/_sre/Sre.h"

using namespace coil::vm;
using namespace coil::vm::sre;

Status Subject::open(Thread &t, Value v) {
  object = Ref::share(v);
  if (isStr(v)) {
    auto *text = v.as<Str>();
    data = text->data1(), length = text->length, width = text->width;
    return Status::ok();
  }
  isBytes = true;
  if (!exportsBuffer(v))
    return raise(t, types::TypeError, "expected string or bytes-like object, got '%'", typeName(v));
  CHECK(buffer.open(t, v));
  data = buffer.data(), length = buffer.size();
  return Status::ok();
}

Ref Subject::slice(Thread &, int64_t start, int64_t end) const {
  start = std::min(start, length), end = std::clamp(end, start, length);
  bool whole = start == 0 && end == length;
  if (isBytes) {
    if (whole && isExactly(object, types::Bytes)) return object.copy();
    return makeBytes({static_cast<const uint8_t *>(data) + start, size_t(end - start)});
  }
  if (whole && isExactStr(object)) return object.copy();
  return substring(object.as<Str>(), start, end);
}

Result<Matching> coil::vm::beginMatching(Thread &t, Pattern *pattern, Subject &subject, Value string,
                                         int64_t pos, int64_t endpos) {
  CHECK(subject.open(t, string));
  if (pattern->hasSource && subject.isBytes != pattern->isBytes)
    return raise(t, types::TypeError,
                 subject.isBytes ? "cannot use a string pattern on a bytes-like object"
                                 : "cannot use a bytes pattern on a string-like object");
  Matching m;
  m.subject = &subject;
  m.start = m.origin = std::clamp<int64_t>(pos, 0, subject.length);
  m.end = std::clamp<int64_t>(endpos, 0, subject.length);
  m.marks.resize(pattern->groups * 2, -1);
  return m;
}

Status coil::vm::positions(Thread &t, Value pos, Value endpos, int64_t &from, int64_t &to) {
  from = 0, to = INT64_MAX;
  for (auto [value, out] : {std::pair(pos, &from), std::pair(endpos, &to)}) {
    if (value.empty()) continue;
    Ref number = TRY(index(t, value));
    if (!toInt64(number, *out))
      return raise(t, types::OverflowError, "Python int too large to convert to C ssize_t");
  }
  return Status::ok();
}
