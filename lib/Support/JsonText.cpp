// Strings in our JSON.
#include "Support/JsonText.h"
#include "Support/Utf8.h"
#include "llvm/Support/raw_ostream.h"

using namespace coil;

// A lone surrogate U+D800+n travels through LLVM's parser as NUL, then U+E000+n: NUL stands nowhere else in a
// source, and a real one is doubled.
static constexpr uint32_t kSurrogate = 0xD800, kPrivate = 0xE000;

void coil::writeJsonString(llvm::raw_ostream &os, llvm::StringRef text) {
  static const char *hex = "0123456789abcdef";
  auto escape = [&](uint32_t c) {
    os << "\\u" << hex[c >> 12 & 15] << hex[c >> 8 & 15] << hex[c >> 4 & 15] << hex[c & 15];
  };
  os << '"';
  const char *p = text.begin(), *end = text.end();
  while (p < end) {
    const char *start = p;
    uint32_t c = decodeUtf8(p, end);
    if (c == '"' || c == '\\')
      os << '\\' << char(c);
    else if (c == '\n')
      os << "\\n";
    else if (c < 0x20 || c == 0x7F || (c >= 0xD800 && c < 0xE000))
      escape(c);
    else
      os.write(start, size_t(p - start));
  }
  os << '"';
}

// Rewrites the escapes of lone surrogates and of NUL. Bounds the nesting, which LLVM's parser follows by
// recursion.
static bool prepare(llvm::StringRef text, std::string &out, std::string &error) {
  constexpr unsigned kMaxNesting = 30000;
  unsigned nesting = 0;
  bool inString = false;
  auto unit = [&](size_t i, uint32_t &value) {
    return text.substr(i, 2) == "\\u" && text.size() >= i + 6 &&
           !text.substr(i + 2, 4).getAsInteger(16, value);
  };
  auto append = [&](uint32_t value) {
    char buffer[8];
    std::snprintf(buffer, sizeof buffer, "\\u%04x", value);
    out += buffer;
  };
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (!inString) {
      if (c == '[' || c == '{') {
        if (++nesting > kMaxNesting) {
          error = "the JSON is nested too deeply";
          return false;
        }
      } else if ((c == ']' || c == '}') && nesting > 0) {
        --nesting;
      }
      inString = c == '"';
      out += c;
      continue;
    }
    uint32_t value, low;
    if (c == '\\' && unit(i, value)) {
      bool pair = value >= 0xD800 && value < 0xDC00 && unit(i + 6, low) && low >= 0xDC00 && low < 0xE000;
      if (pair) {
        out += text.substr(i, 12);
        i += 11;
        continue;
      }
      if (value == 0)
        out += "\\u0000\\u0000";
      else if (value >= 0xD800 && value < 0xE000) {
        out += "\\u0000";
        append(value - kSurrogate + kPrivate);
      } else {
        out += text.substr(i, 6);
      }
      i += 5;
      continue;
    }
    out += c;
    if (c == '\\' && i + 1 < text.size())
      out += text[++i];
    else if (c == '"')
      inString = false;
  }
  return true;
}

std::optional<llvm::json::Value> coil::parseJson(llvm::StringRef text, std::string &error) {
  std::string prepared;
  prepared.reserve(text.size());
  if (!prepare(text, prepared, error)) return std::nullopt;
  if (validUtf8Prefix(prepared) != prepared.size()) {
    error = "the JSON is not valid UTF-8";
    return std::nullopt;
  }
  llvm::Expected<llvm::json::Value> value = llvm::json::parse(prepared);
  if (value) return std::move(*value);
  error = llvm::toString(value.takeError());
  return std::nullopt;
}

std::string coil::fromJsonString(llvm::StringRef text) {
  std::string out;
  const char *p = text.begin(), *end = text.end();
  while (p < end) {
    uint32_t c = decodeUtf8(p, end);
    if (c == 0 && p < end) {
      c = decodeUtf8(p, end);
      if (c >= kPrivate) c = c - kPrivate + kSurrogate;
    }
    appendUtf8(out, c);
  }
  return out;
}
