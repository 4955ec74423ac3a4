// Suggestions for misspelled names, by a weighted edit distance as CPython computes it.
#include "VM/Exceptions/Suggestions.h"
#include "VM/Core/Names.h"
#include "VM/Exceptions/Exception.h"
#include "VM/Types/FrameObject.h"
#include "VM/Types/List.h"
#include <vector>

using namespace coil::vm;

namespace {

constexpr size_t kMaxCandidates = 750, kMaxLength = 40, kMoveCost = 2, kCaseCost = 1;

size_t substitutionCost(char a, char b) {
  if ((a & 31) != (b & 31)) return kMoveCost;
  if (a == b) return 0;
  return std::tolower(a) == std::tolower(b) ? kCaseCost : kMoveCost;
}

// The cost of turning a into b; more than `limit` when it exceeds that.
size_t editDistance(llvm::StringRef a, llvm::StringRef b, size_t limit) {
  if (a == b) return 0;
  while (!a.empty() && !b.empty() && a.front() == b.front()) a = a.drop_front(), b = b.drop_front();
  while (!a.empty() && !b.empty() && a.back() == b.back()) a = a.drop_back(), b = b.drop_back();
  if (a.empty() || b.empty()) return (a.size() + b.size()) * kMoveCost;
  if (a.size() > kMaxLength || b.size() > kMaxLength) return limit + 1;
  if (b.size() < a.size()) std::swap(a, b);
  if ((b.size() - a.size()) * kMoveCost > limit) return limit + 1;
  std::vector<size_t> row(a.size());
  for (size_t i = 0; i < a.size(); ++i) row[i] = (i + 1) * kMoveCost;
  size_t result = 0;
  for (size_t j = 0; j < b.size(); ++j) {
    size_t distance = j * kMoveCost, least = SIZE_MAX;
    result = distance;
    for (size_t i = 0; i < a.size(); ++i) {
      size_t substitute = distance + substitutionCost(b[j], a[i]);
      distance = row[i];
      result = std::min(substitute, std::min(result, distance) + kMoveCost);
      row[i] = result;
      least = std::min(least, result);
    }
    if (least > limit) return limit + 1;
  }
  return result;
}

std::string closest(llvm::ArrayRef<Value> candidates, const std::string &name) {
  if (candidates.size() >= kMaxCandidates) return "";
  size_t best = SIZE_MAX;
  std::string suggestion;
  for (Value v : candidates) {
    if (!isStr(v)) continue;
    std::string item = toUtf8(v.as<Str>());
    if (item == name) continue;
    size_t limit = (name.size() + item.size() + 3) * kMoveCost / 6;
    if (best != SIZE_MAX) limit = std::min(limit, best - 1);
    size_t distance = editDistance(name, item, limit);
    if (distance > limit || distance >= best) continue;
    best = distance;
    suggestion = item;
  }
  return suggestion;
}

std::string closestAttribute(Thread &t, Value object, const std::string &name) {
  bool found;
  Ref listing = callSpecial(t, object, names::special_dir, {}, found);
  if (!listing || !isList(listing)) {
    clearPending(t);
    return "";
  }
  if (!listSort(t, listing.as<List>(), Value::none(), false)) clearPending(t);
  return closest(listing.as<List>()->values(), name);
}

std::string closestName(Thread &t, Value exception, const std::string &name) {
  Traceback *tb = exception.as<BaseExceptionObject>()->traceback;
  if (!tb) return "";
  while (tb->next) tb = tb->next;
  Frame *frame = tb->frame->frame;
  ListRef candidates = newList();
  for (int i = 0; i < frame->code->localsplusCount; ++i)
    if (frame->code->localKind(i) & coil::bytecode::kLocalFast)
      listAppend(candidates, (*frame->code->localsplusNames)[i]);
  std::string suggestion = closest(candidates->values(), name);
  for (Dict *dict : {frame->globals, frame->builtins}) {
    if (!suggestion.empty()) break;
    ListRef keys = listFrom(t, Value(dict));
    suggestion = closest(keys->values(), name);
  }
  return suggestion;
}

} // namespace

std::string coil::vm::suggestionFor(Thread &t, Value exception) {
  std::string suggestion;
  if (isExactly(exception, types::AttributeError)) {
    Value object = exceptionField(exception, 0), name = exceptionField(exception, 1);
    if (object.empty() || !isStr(name)) return "";
    suggestion = closestAttribute(t, object, toUtf8(name.as<Str>()));
  } else if (isExactly(exception, types::NameError)) {
    Value name = exceptionField(exception, 0);
    if (!isStr(name)) return "";
    suggestion = closestName(t, exception, toUtf8(name.as<Str>()));
  }
  return suggestion.empty() ? "" : ". Did you mean: '" + suggestion + "'?";
}
