# Native modules that are imported a second time: what they raise is what those who imported them before know.
# RUN: %python %s
# RUN: pyvm %s
# RUN: pyvm --check-leaks %s
import sys
del sys.path[0]  # the tests of modules are named as they are


def again(name):
    """The module before and after it has been forgotten and imported again."""
    old = __import__(name)
    del sys.modules[name]
    return old, __import__(name)


def raised(function, *args):
    try:
        function(*args)
    except Exception as error:
        return type(error)


for name, error, function, args in [('_struct', 'error', 'pack', ('i', 'x')),
                                    ('zlib', 'error', 'decompress', (b'nonsense',)),
                                    ('binascii', 'Error', 'unhexlify', (b'1',)),
                                    ('_csv', 'Error', 'get_dialect', ('no such dialect',))]:
    old, new = again(name)
    assert old is not new
    for module in old, new:
        assert raised(getattr(module, function), *args) is getattr(module, error), (name, module is old)

old, new = again('_csv')
old.register_dialect('mine', delimiter='|')
assert old.get_dialect('mine').delimiter == '|'
