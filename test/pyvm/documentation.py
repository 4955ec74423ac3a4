# Native modules and built-in types document what CPython documents, and do so in other words: no text of over 60 characters
# is the same.
# RUN: %python %s names | LC_ALL=C sort > %t.names.python
# RUN: pyvm %s names | LC_ALL=C sort > %t.names.pyvm
# RUN: diff %t.names.python %t.names.pyvm
# RUN: %python %s texts | LC_ALL=C sort > %t.texts.python
# RUN: pyvm %s texts | LC_ALL=C sort > %t.texts.pyvm
# RUN: LC_ALL=C comm -12 %t.texts.python %t.texts.pyvm > %t.same
# RUN: diff /dev/null %t.same
import sys
import types

del sys.path[0]  # the tests beside this one have modules' names

MODULES = """_abc _bisect _blake2 _codecs _collections _contextvars _csv _datetime _functools _heapq _imp _io _md5 _operator _queue _random _sha1
    _sha256 _sha3 _sha512 _signal _socket _sre _string _struct _thread _warnings _weakref array atexit binascii builtins cmath errno fcntl gc grp
    itertools marshal math posix pwd resource select sys time unicodedata zlib""".split()
DESCRIPTORS = {type(f) for f in (len, str.join, dict.__dict__["fromkeys"], type.__dict__["__doc__"], type(sys.flags).debug)}


# What a type documents itself: its own methods and attributes, not the operators that all types share.
def documented_type(path, cls):
    yield path, cls
    for attribute, member in vars(cls).items():
        if type(member) in DESCRIPTORS and not attribute.startswith("__"):
            yield f"{path}.{attribute}", member


def documented(module):
    yield module.__name__, module
    for name, value in vars(module).items():
        if isinstance(value, type) and value.__module__ == module.__name__:
            yield from documented_type(f"{module.__name__}.{name}", value)
        elif type(value) in DESCRIPTORS:
            yield f"{module.__name__}.{name}", value


# The types of iterators, views and the like have no names in builtins.
def nameless_types():
    empties = [[], (), "", b"", bytearray(), {}, {}.keys(), {}.values(), {}.items(), set(), range(0), range(2**70), memoryview(b"")]
    iterators = [iter(empty) for empty in empties] + [reversed(empty) for empty in empties if hasattr(empty, "__reversed__")]
    views = [{}.keys(), {}.values(), {}.items(), iter(int, 0), reversed([])]
    native = [value for value in vars(types).values() if isinstance(value, type) and value.__module__ == "builtins"]
    return dict.fromkeys([type(value) for value in iterators + views] + native)


def all_documented():
    for module in MODULES:
        yield from documented(__import__(module))
    for cls in nameless_types():
        yield from documented_type(f"type {cls.__name__}", cls)


for name, value in all_documented():
    text = value.__doc__
    if sys.argv[1] == "names":
        print(name, isinstance(text, str))
    elif isinstance(text, str) and len(text) > 60:
        print(name, repr(text))
