# _md5, _sha1, _sha256, _sha512: digests of all lengths, in pieces, and the objects.
# RUN: %python %s
# RUN: pyvm --check-leaks %s
import _md5
import _sha1
import _sha256
import _sha512


def raises(kind, text, function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except kind as error:
        assert str(error) == text, str(error)
        return
    raise AssertionError(kind)


# One digest that depends on those of all lengths up to 300.
data = bytes(i * 7 + 3 & 255 for i in range(300))
for new, size, block, empty, all_lengths in [
    (_md5.md5, 16, 64, "d41d8cd9",
     "7822672476780d31feb48545a90bc2ae"),
    (_sha1.sha1, 20, 64, "da39a3ee",
     "ca9349a03c700fe25e6c2cde997aa96ac2227d8a"),
    (_sha256.sha224, 28, 64, "d14a028c",
     "5f7950f53f41eebd9543fb23018cdccfb5c4c3bfb2a89447014ef130"),
    (_sha256.sha256, 32, 64, "e3b0c442",
     "7b074096cabb18dd0d1b468a173cb2f97f80e952525bca29542e606fd6d0753a"),
    (_sha512.sha384, 48, 128, "38b060a7",
     "3349f9e93dc68265966dd4b4eeb7d0a68a152793b87f45699e689686e9c4438a66fff34d4f5a8f701dafeec6c29475d2"),
    (_sha512.sha512, 64, 128, "cf83e135",
     "ef606bab51d67f7cb5a90635c7fcde9f432e07fcdf712be07573dfce3f71136c5e01c111214f5e2038133624ee53638b903fa4383bcee60d1b5aa63a5aac7c77"),
]:
    h = new()
    name = new.__name__
    assert (h.name, h.digest_size, h.block_size, h.hexdigest()[:8]) == (name, size, block, empty)
    total = new()
    for n in range(300):
        total.update(new(data[:n]).digest())
    assert total.hexdigest() == all_lengths, (name, total.hexdigest())
    # In pieces of all sizes; digest() leaves the object as it is.
    for step in (1, 3, 63, 64, 65, 128, 200):
        h = new()
        for i in range(0, 300, step):
            h.update(data[i:i + step])
            h.digest()
        assert h.digest() == new(data).digest()
    a = new(b"a")
    b = a.copy()
    b.update(bytearray(b"b"))
    assert type(b) is type(a) and a.digest() == new(b"a").digest() and b.digest() == new(memoryview(b"ab")).digest()
    assert a.update(b"") is None and type(a.digest()) is bytes and a.digest().hex() == a.hexdigest()
    assert new(string=b"a", usedforsecurity=False).digest() == a.digest()
    raises(TypeError, "Strings must be encoded before hashing", new, "a")
    raises(TypeError, "Strings must be encoded before hashing", a.update, "a")
    raises(TypeError, "object supporting the buffer API required", a.update, 1)
    raises(TypeError, "cannot create '%s.%s' instances" % (type(a).__module__, name), type(a))
    raises(TypeError, "%s() takes at most 1 positional argument (2 given)" % name, new, b"", b"")
assert type(_sha512.sha512()) is _sha512.SHA384Type and type(_sha256.sha224()) is _sha256.SHA224Type
assert type(_sha1.sha1()) is _sha1.SHA1Type and type(_md5.md5()) is _md5.MD5Type
