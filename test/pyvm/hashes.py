# _sha3 and _blake2: digests of all lengths and parameters, the objects, and hashlib on top.
# RUN: %python %s
# RUN: pyvm --check-leaks %s
import _blake2
import _sha3
import hashlib


def raises(kind, text, function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except kind as error:
        assert str(error) == text, str(error)
        return
    raise AssertionError(kind)


data = bytes(i * 7 + 3 & 255 for i in range(600))


def digest(h):
    return h.digest(100) if h.name.startswith("shake") else h.digest()


def check(new, wanted):
    total = hashlib.sha256()
    for n in range(600):
        total.update(digest(new(data[:n])))
    assert total.hexdigest() == wanted, (new, total.hexdigest())
    for step in (1, 63, 64, 72, 128, 136, 200):
        h = new()
        for i in range(0, 600, step):
            h.update(data[i:i + step])
            digest(h)
        assert digest(h) == digest(new(data))
    a = new(b"a")
    b = a.copy()
    b.update(bytearray(b"b"))
    assert type(b) is type(a) and digest(a) == digest(new(b"a")) and digest(b) == digest(new(memoryview(b"ab")))
    raises(TypeError, "Strings must be encoded before hashing", new, "a")
    raises(TypeError, "object supporting the buffer API required", a.update, 1)


for name, size, block, wanted in [
    ("sha3_224", 28, 144, "86105f9c8d26763e45d4c3ad6a6e1e7cf0f1e44ac58df79069ce4a7b4f6fc598"),
    ("sha3_256", 32, 136, "e01d9ec745c18657b4cbc3b17cc4d56d813db6879c9ecb23b5fa87e84b33a943"),
    ("sha3_384", 48, 104, "ac859e8d0a09314a921c904358b533dd22ecc2cac1e02fc96d0a20e7763d6d08"),
    ("sha3_512", 64, 72, "aad5062dd36770e8a5a1a9d02e246bc0ac75f513f5b28f4d1e496c0c3e69c4b5"),
    ("shake_128", 0, 168, "4dac1ec61bae82151f277a1e37239df074eff4a64f3a3d776da9bac2aeafcc42"),
    ("shake_256", 0, 136, "e2e82b4c1ac40b6074d40145b3329b559da593181cd33faa00c7c0f65d68b04c"),
]:
    h = getattr(_sha3, name)()
    assert (h.name, h.digest_size, h.block_size, h._rate_bits, h._capacity_bits) == (name, size, block, block * 8, 1600 - block * 8)
    assert h._suffix == (b"\x06" if size else b"\x1f")
    check(type(h), wanted)
shake = _sha3.shake_128()
assert shake.digest(0) == b"" and shake.hexdigest(5) == "7f9c2ba4e8" and shake.digest(1000)[:5].hex() == "7f9c2ba4e8"
raises(ValueError, "value must be positive", shake.digest, -1)
raises(ValueError, "length is too large", shake.digest, 1 << 29)
raises(OverflowError, "Python int too large to convert to C unsigned long", shake.digest, 1 << 70)
raises(TypeError, "an integer is required", shake.digest, "x")

for new, size, wanted in [(_blake2.blake2b, 64, "514c46c11917f9623cf01c14330203440f2fc96f56abe0bc70c1ae43f81d8e5b"),
                          (_blake2.blake2s, 32, "879fe030f8ae3a3dd35825d63da90e1effe12fe87290e98cadd9eefe53cc4a61")]:
    h = new()
    assert (h.name, h.digest_size, h.block_size, new.MAX_DIGEST_SIZE, new.SALT_SIZE) == (new.__name__, size, 2 * size, size, size // 4)
    check(new, wanted)
    for option, value, text in [
            ("digest_size", 0, f"digest_size must be between 1 and {size} bytes"), ("digest_size", size + 1, f"digest_size must be between 1 and {size} bytes"),
            ("key", bytes(size + 1), f"maximum key length is {size} bytes"), ("salt", bytes(size), f"maximum salt length is {size // 4} bytes"),
            ("person", bytes(size), f"maximum person length is {size // 4} bytes"), ("fanout", 256, "fanout must be between 0 and 255"),
            ("depth", 0, "depth must be between 1 and 255"), ("leaf_size", -1, "value must be positive"), ("node_offset", -1, "value must be positive"),
            ("node_depth", -1, "node_depth must be between 0 and 255"), ("inner_size", size + 1, f"inner_size must be between 0 and is {size}")]:
        raises(ValueError, text, new, **{option: value})
    raises(OverflowError, "leaf_size is too large", new, leaf_size=1 << 32)
    raises(TypeError, "a bytes-like object is required, not 'str'", new, key="x")
    raises(TypeError, "'data' is an invalid keyword argument for " + new.__name__ + "()", new, data=b"")
raises(OverflowError, "node_offset is too large", _blake2.blake2s, node_offset=1 << 48)
raises(OverflowError, "int too big to convert", _blake2.blake2b, node_offset=1 << 64)
tree = dict(digest_size=20, key=b"key", salt=b"salt", person=b"person", fanout=2, depth=3, leaf_size=100, node_offset=(1 << 40) + 7,
            node_depth=1, inner_size=32)
assert _blake2.blake2b(data, last_node=True, **tree).hexdigest() == "50f02e342f8bbc2b5d39313b92a73f41e870036b"
assert _blake2.blake2s(data, last_node=False, **tree).hexdigest() == "a37d63c534003f5365d303cd55cbb3b4ebc0279a"

# hashlib finds them all.
for name in sorted(hashlib.algorithms_guaranteed):
    h = hashlib.new(name, b"abc")
    assert h.name == name and digest(h) == digest(getattr(hashlib, name)(b"abc"))
assert hashlib.md5(b"abc").hexdigest() == "900150983cd24fb0d6963f7d28e17f72"
assert hashlib.blake2b(b"abc", digest_size=10).hexdigest() == "3619b2e9832d748d745e"
