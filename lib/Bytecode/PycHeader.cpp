// .pyc headers and the hash of sources.
#include "Bytecode/PycHeader.h"

#include "llvm/Support/Endian.h"

namespace coil::bytecode {

using namespace llvm::support;

bool looksLikePyc(llvm::StringRef data) { return data.size() >= 4 && data[2] == '\r' && data[3] == '\n'; }

bool readPycHeader(llvm::StringRef data, PycHeader &header, std::string &error) {
  if (data.size() < kPycHeaderSize) {
    error = "reached EOF while reading the .pyc header";
    return false;
  }
  if (!looksLikePyc(data)) {
    error = "bad magic number, not a .pyc file";
    return false;
  }
  const char *p = data.data();
  header = PycHeader();
  header.magic = endian::read16le(p);
  header.flags = endian::read32le(p + 4);
  if (header.flags & ~3u) {
    error = "invalid flags in the .pyc header";
    return false;
  }
  if (header.hashBased()) {
    header.sourceHash = endian::read64le(p + 8);
  } else {
    header.mtime = endian::read32le(p + 8);
    header.sourceSize = endian::read32le(p + 12);
  }
  return true;
}

void writePycHeader(const PycHeader &header, llvm::SmallVectorImpl<char> &out) {
  char bytes[kPycHeaderSize];
  endian::write16le(bytes, header.magic);
  bytes[2] = '\r';
  bytes[3] = '\n';
  endian::write32le(bytes + 4, header.flags);
  if (header.hashBased()) {
    endian::write64le(bytes + 8, header.sourceHash);
  } else {
    endian::write32le(bytes + 8, header.mtime);
    endian::write32le(bytes + 12, header.sourceSize);
  }
  out.append(bytes, bytes + kPycHeaderSize);
}

namespace {
uint64_t rotate(uint64_t x, int bits) { return x << bits | x >> (64 - bits); }

// The state of SipHash; one round mixes all four words.
struct Sip {
  uint64_t v0, v1, v2, v3;
  void round() {
    v0 += v1;
    v1 = rotate(v1, 13) ^ v0;
    v0 = rotate(v0, 32);
    v2 += v3;
    v3 = rotate(v3, 16) ^ v2;
    v0 += v3;
    v3 = rotate(v3, 21) ^ v0;
    v2 += v1;
    v1 = rotate(v1, 17) ^ v2;
    v2 = rotate(v2, 32);
  }
};
} // namespace

uint64_t sourceHash(llvm::StringRef source, uint16_t magic) {
  // The key is importlib's _RAW_MAGIC_NUMBER: the magic with "\r\n" above it.
  const uint64_t key = uint64_t(magic) | uint64_t('\r') << 16 | uint64_t('\n') << 24;
  Sip s = {key ^ 0x736f6d6570736575u, 0x646f72616e646f6du, key ^ 0x6c7967656e657261u, 0x7465646279746573u};
  const char *p = source.data();
  size_t left = source.size();
  for (; left >= 8; p += 8, left -= 8) {
    uint64_t word = endian::read64le(p);
    s.v3 ^= word;
    s.round();
    s.v0 ^= word;
  }
  uint64_t last = uint64_t(source.size()) << 56;
  for (size_t i = 0; i < left; ++i) last |= uint64_t(static_cast<uint8_t>(p[i])) << (8 * i);
  s.v3 ^= last;
  s.round();
  s.v0 ^= last;
  s.v2 ^= 0xff;
  for (int i = 0; i < 3; ++i) s.round();
  return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

PycReadResult readPyc(llvm::StringRef data, const MarshalReadOptions &options) {
  PycReadResult result;
  if (!readPycHeader(data, result.header, result.error)) return result;
  const PythonVersion *version = result.header.version();
  if (!version || !version->opcodes) {
    result.error = "bad magic number: " + std::to_string(result.header.magic) +
                   (version ? std::string(" (Python ") + version->release + ")" : std::string()) +
                   "; only 3495 (Python 3.11) can be read";
    return result;
  }
  MarshalReadResult read = readMarshal(data.drop_front(kPycHeaderSize), options);
  if (!read.object) {
    result.error = std::move(read.error);
    return result;
  }
  const Code *code = dynCast<Code>(read.object.object);
  if (!code) {
    result.error = "the .pyc does not hold a code object";
    return result;
  }
  result.code.pool = std::move(read.object.pool);
  result.code.object = code;
  result.payloadEnd = kPycHeaderSize + read.consumed;
  return result;
}

} // namespace coil::bytecode
