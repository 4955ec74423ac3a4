// Hash objects: what the modules of hashlib's built-in functions share.
#pragma once

#include "VM/Modules/Modules.h"
#include "VM/Protocol/Buffer.h"
#include "VM/Protocol/Protocol.h"
#include "VM/Types/Bytes.h"

namespace coil::vm {

inline constexpr size_t kLargestDigest = 64;

// The bytes to hash: "Strings must be encoded before hashing" and the like.
Status openHashInput(Thread &t, Value data, Buffer &buffer);
Ref hexDigest(llvm::ArrayRef<uint8_t> digest);

// `Algorithm` has update(bytes), digest(out, size) const, digestSize, and kBlockSize.
template <class Algorithm> struct HashObject : Object {
  Algorithm algorithm;

  static HashObject *of(Value v) { return v.as<HashObject>(); }
};

template <class Algorithm> Status hashUpdateWith(Thread &t, Algorithm &algorithm, Value data) {
  Buffer buffer;
  TRY(openHashInput(t, data, buffer));
  algorithm.update(buffer.bytes());
  return Status::ok();
}

// A new object, which has seen `data` (empty: none); `usedForSecurity` is only evaluated.
template <class Algorithm>
Ref newHash(Thread &t, Type &type, const Algorithm &start, Value data, Value usedForSecurity) {
  CHECK(truth(t, usedForSecurity));
  auto hash = ObjectRef<HashObject<Algorithm>>::take(heap::make<HashObject<Algorithm>>(type));
  hash->algorithm = start;
  if (!data.empty()) CHECK(hashUpdateWith(t, hash->algorithm, data));
  return hash;
}

template <class Algorithm> Ref hashCopy(Thread &, const Value *args) {
  auto *hash = HashObject<Algorithm>::of(args[0]);
  auto *copy = heap::make<HashObject<Algorithm>>(*hash->type);
  copy->algorithm = hash->algorithm;
  return Ref::take(Value(copy));
}

template <class Algorithm> Ref hashUpdate(Thread &t, const Value *args) {
  CHECK(hashUpdateWith(t, HashObject<Algorithm>::of(args[0])->algorithm, args[1]));
  return Ref::none();
}

template <class Algorithm> Ref hashDigest(Thread &, const Value *args) {
  const Algorithm &algorithm = HashObject<Algorithm>::of(args[0])->algorithm;
  BytesRef digest = newBytes(int64_t(algorithm.digestSize));
  algorithm.digest(digest->data, algorithm.digestSize);
  return digest;
}

template <class Algorithm> Ref hashHexDigest(Thread &, const Value *args) {
  const Algorithm &algorithm = HashObject<Algorithm>::of(args[0])->algorithm;
  uint8_t digest[kLargestDigest];
  algorithm.digest(digest, algorithm.digestSize);
  return hexDigest({digest, size_t(algorithm.digestSize)});
}

template <class Algorithm> Ref hashDigestSize(Thread &, Value v) {
  return Ref::smallInt(int64_t(HashObject<Algorithm>::of(v)->algorithm.digestSize));
}

template <class Algorithm> Ref hashBlockSize(Thread &, Value) { return Ref::smallInt(Algorithm::kBlockSize); }

template <class Algorithm> Ref hashName(Thread &, Value v) {
  return makeStrAscii(HashObject<Algorithm>::of(v)->algorithm.name());
}

template <class Algorithm>
inline NativeDef kHashMethods[] = {
    {"copy", hashCopy<Algorithm>, "($self, /)",
     "A second hash object in the same state, which goes its own way from here."},
    {"digest", hashDigest<Algorithm>, "($self, /)",
     "The hash of all that was fed so far, as bytes. More may be fed afterwards."},
    {"hexdigest", hashHexDigest<Algorithm>, "($self, /)",
     "The same as digest(), written as a str of hexadecimal digits."},
    {"update", hashUpdate<Algorithm>, "($self, obj, /)", "Feed a bytes-like object to the hash."},
};

// `kSizeIsMember`: digest_size is a member of the object in CPython.
template <class Algorithm, bool kSizeIsMember>
inline const GetSetDef kHashGetSets[] = {
    {"block_size", hashBlockSize<Algorithm>, nullptr, nullptr},
    {"name", hashName<Algorithm>, nullptr, nullptr},
    {"digest_size", hashDigestSize<Algorithm>, nullptr, nullptr, kSizeIsMember},
};

// The spec of a type that only its module's functions make instances of.
template <class Algorithm, bool kSizeIsMember> TypeSpec hashTypeSpec(const char *name) {
  TypeSpec spec{.name = name};
  spec.size = sizeof(HashObject<Algorithm>);
  spec.flags = kTypeNoInstantiate;
  spec.methods = kHashMethods<Algorithm>;
  spec.getsets = kHashGetSets<Algorithm, kSizeIsMember>;
  spec.heapType = true;
  return spec;
}

} // namespace coil::vm
