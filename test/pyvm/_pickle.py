# _pickle: what it writes, byte by byte, what it reads, and what it refuses.
# RUN: %python %s
# RUN: pyvm %s
# RUN: pyvm --check-leaks %s
import sys
del sys.path[0]
import _pickle
import collections
import copyreg
import datetime
import decimal
import fractions
import functools
import gc
import hashlib
import io
import pickle
import re
import weakref

assert pickle.Pickler is _pickle.Pickler and pickle.loads is _pickle.loads and pickle.PickleBuffer is _pickle.PickleBuffer
assert sorted(n for n in dir(_pickle) if n != '__file__') == [
    'PickleBuffer', 'PickleError', 'Pickler', 'PicklingError', 'Unpickler', 'UnpicklingError', '__doc__', '__loader__',
    '__name__', '__package__', '__spec__', 'dump', 'dumps', 'load', 'loads']
assert pickle.PickleError.__mro__[1] is Exception and _pickle.PickleBuffer.__module__ == 'pickle'

for cls, own in [(pickle.Pickler, '__init__ __new__ __sizeof__ bin clear_memo dispatch_table dump fast memo persistent_id'),
                 (pickle.Unpickler, '__init__ __new__ __sizeof__ find_class load memo persistent_load'),
                 (pickle.PickleBuffer, '__new__ raw release')]:
    assert sorted(cls.__dict__) == ['__doc__'] + own.split(), cls.__dict__
assert pickle.Unpickler.__text_signature__ == (
    "(file, *, fix_imports=True, encoding='ASCII', errors='strict',\n          buffers=())")


def outcome(function, *args, **kwargs):
    try:
        return '= ' + repr(function(*args, **kwargs))
    except Exception as error:
        return f'{type(error).__name__}: {error}'


def raises(text, function, *args, **kwargs):
    assert outcome(function, *args, **kwargs) == text, (outcome(function, *args, **kwargs), text)


class Plain:
    def __init__(self, **attributes):
        self.__dict__.update(attributes)


class Slotted:
    __slots__ = 'a', 'b'


class Both(Slotted):
    pass


class WithArguments(int):
    def __new__(cls, number, *, name=''):
        self = super().__new__(cls, number)
        self.name = name
        return self

    def __getnewargs_ex__(self):
        return (int(self),), {'name': self.name}


class ListOf(list):
    pass


class DictOf(dict):
    pass


class StrOf(str):
    pass


class TupleOf(tuple):
    pass


class Reduced:
    def __init__(self, *reduction):
        self.reduction = reduction if len(reduction) > 1 else reduction[0]

    def __reduce__(self):
        return self.reduction


class Outer:
    class Inner:
        def method(self):
            pass


def function():
    class Local:
        pass
    return Local


Pair = collections.namedtuple('Pair', 'a b')


def slotted(cls):
    made = cls()
    made.a, made.b = 1, [made]
    return made


def objects():
    shared = ['shared']
    circle = []
    circle.append(circle)
    circle_dict = {}
    circle_dict['me'] = circle_dict
    circle_tuple = ([],)
    circle_tuple[0].append(circle_tuple)
    long_circle = ([], 1, 2, 3)
    long_circle[0].append(long_circle)
    me = Plain(x=1, text='text')
    me.me = me
    yield from [None, True, False, ..., NotImplemented, type(None), type(...), type(NotImplemented)]
    for bits in [1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 49, 50, 62, 63, 64, 65, 127, 128, 255, 256, 2040, 2048, 5000]:
        for near in (-1, 0, 1):
            yield from [(1 << bits) + near, -(1 << bits) + near]
    yield from [0.0, -0.0, 1.5, 1e300, -1e-300, float('inf'), float('-inf'), 1 / 3, 1j, -0.5 + 2j]
    yield from ['', 'a', 'abc' * 100, 'x' * 255, 'x' * 256, '\xe9', '\xe9' * 200, '\u1234', '\U0001f600', 'a\\b\n\r\0\x1a',
                '\ud800', 'text']
    yield from [b'', b'a', b'\xff' * 255, b'\0' * 256, bytearray(), bytearray(b'abc'), bytes(range(256))]
    yield from [(), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), ((), ((),)), [], [1], [1, 2], list(range(999)), list(range(1000)),
                list(range(1001)), list(range(2000)), list(range(2001)), {}, {1: 2}, {'a': 1, 'b': [2]},
                {i: i for i in range(1000)}, {i: i for i in range(1001)}, set(), {5}, frozenset(), frozenset([1]),
                set(range(1500)), frozenset(range(1500))]
    yield from [[shared, shared, (shared, shared)], circle, circle_dict, circle_tuple, long_circle, me, [me, me]]
    yield from [[str(i) for i in range(300)] * 2, ['x' * 40000] * 2 + ['y' * 40000], 'z' * 70000, b'z' * 70000,
                ['a' * 65535, 'b' * 65536, b'c' * 65536], [str(i) * 30 for i in range(1000)]]
    yield from [int, len, print, Plain, function, Outer.Inner, Outer.Inner.method, Exception, KeyError('x'), OSError(2, 'no'),
                collections.OrderedDict, str.join, [].append, ''.join, range(5), slice(1, 2, 3), iter([1, 2]), object,
                list.__len__, [1].__len__, functools.reduce]
    yield from [slotted(Slotted), slotted(Both), WithArguments(5, name='five'), WithArguments(6), ListOf([1, 2]), ListOf(),
                DictOf(a=1), StrOf('text'), TupleOf((1, 2)), Pair(1, 'b'), collections.OrderedDict(a=1, b=2),
                collections.Counter('abca'), collections.deque([1, 2], 5), collections.defaultdict(list, a=[1]),
                datetime.date(2023, 1, 2), datetime.timedelta(1, 2), decimal.Decimal('1.5'), fractions.Fraction(1, 3),
                functools.partial(int, base=2), Plain(), Plain(a=Plain(b=()))]
    yield from [Reduced(list, (), None, iter([1, 2, 3])), Reduced(dict, (), None, None, iter([(1, 2), (3, 4)])),
                Reduced(dict, (), None, None, iter([(1, 2)])), Reduced(list, (), None, iter([1])), Reduced('function'),
                Reduced(Plain, (), {'a': 1}, None, None, setattr.__call__)]


digests = []
for protocol in range(6):
    digest = hashlib.sha256()
    for made in objects():
        data = re.sub(' at 0x[0-9a-f]+', '', outcome(pickle.dumps, made, protocol))
        digest.update(data.encode())
        if data[0] == '=' and not isinstance(made, Reduced):
            data = eval(data[2:])
            pickle.Pickler(file := io.BytesIO(), protocol).dump(made)
            assert file.getvalue() == data
            file.seek(0)
            first, second = pickle.loads(data), pickle.load(file)
            assert type(first) is type(second) is type(made)
            assert pickle.dumps(first, protocol) == pickle.dumps(second, protocol)
            if isinstance(made, (int, str, bytes, float)):
                assert first == made and repr(first) == repr(made)
    digests.append(digest.hexdigest()[:16])
assert digests == [
    '741369424d3ec25b', '1cff6204d18e4b54', '86b58be84315849f',
    '28094b80a76c6768', '6c1ed986f30ab7e6', 'ef5905b8dc20fb4c'], digests


# settings and their errors
class Uninitialized(pickle.Pickler):
    def __init__(self):
        pass


class UninitializedReader(pickle.Unpickler):
    def __init__(self):
        pass


raises('ValueError: pickle protocol must be <= 5', pickle.dumps, 1, 6)
assert pickle.dumps(1, -1) == pickle.dumps(1, 5) and pickle.dumps([1]) == pickle.dumps([1], 4)
raises("TypeError: 'str' object cannot be interpreted as an integer", pickle.dumps, 1, 'x')
raises("TypeError: file must have a 'write' attribute", pickle.dump, 1, 2)
raises("TypeError: file must have 'read' and 'readline' attributes", pickle.load, 2)
raises("TypeError: Pickler() missing required argument 'file' (pos 1)", pickle.Pickler)
raises('TypeError: loads() takes exactly 1 positional argument (0 given)', pickle.loads)
raises('ValueError: buffer_callback needs protocol >= 5', pickle.dumps, 1, buffer_callback=print)
raises("TypeError: loads() argument 'encoding' must be str, not int", pickle.loads, b'N.', encoding=3)
raises('PicklingError: Pickler.__init__() was not called by Uninitialized.__init__()', Uninitialized().dump, 1)
raises('UnpicklingError: Unpickler.__init__() was not called by UninitializedReader.__init__()',
       UninitializedReader().load)
raises("TypeError: a bytes-like object is required, not 'str'", pickle.loads, 'N.')

# what __reduce__ returns
for reduction, text in [
        (3, '__reduce__ must return a string or tuple'), ((), 'tuple returned by __reduce__ must contain 2 through 6 elements'),
        ((1, 2), 'first item of the tuple returned by __reduce__ must be callable'),
        ((int, 2), 'second item of the tuple returned by __reduce__ must be a tuple'),
        ((int, (), None, 2), 'fourth element of the tuple returned by __reduce__ must be an iterator, not int'),
        ((int, (), None, None, 2), 'fifth element of the tuple returned by __reduce__ must be an iterator, not int'),
        ((int, (), 1, None, None, 2), 'sixth element of the tuple returned by __reduce__ must be a function, not int'),
        ((copyreg.__newobj__, ()), '__newobj__ arglist is empty'),
        ((copyreg.__newobj__, (1,)), 'args[0] from __newobj__ args is not a type'),
        ((copyreg.__newobj__, (int,)), 'args[0] from __newobj__ args has the wrong class'),
        ((copyreg.__newobj_ex__, ()), 'length of the NEWOBJ_EX argument tuple must be exactly 3, not 0'),
        ((copyreg.__newobj_ex__, (1, 2, 3)), 'first item from NEWOBJ_EX argument tuple must be a class, not int'),
        ((copyreg.__newobj_ex__, (int, 2, 3)), 'second item from NEWOBJ_EX argument tuple must be a tuple, not int'),
        ((copyreg.__newobj_ex__, (int, (), 3)), 'third item from NEWOBJ_EX argument tuple must be a dict, not int')]:
    raises('PicklingError: ' + text, pickle.dumps, Reduced(reduction))
raises("AttributeError: Can't pickle local object 'function.<locals>.Local'", pickle.dumps, function())
raises('TypeError: dict items iterator must return 2-tuples', pickle.dumps, Reduced(dict, (), None, None, iter([1])))
nowhere = lambda: 0
text = outcome(pickle.dumps, nowhere)
assert text == f"PicklingError: Can't pickle {nowhere!r}: attribute lookup <lambda> on __main__ failed", text
nowhere.__module__, nowhere.__qualname__ = 'no_such_module', 'x'
assert outcome(pickle.dumps, nowhere) == f"PicklingError: Can't pickle {nowhere!r}: import of module 'no_such_module' failed"
nowhere.__module__, nowhere.__qualname__ = __name__, 'function'
assert outcome(pickle.dumps, nowhere).endswith("it's not the same object as __main__.function")
assert pickle.loads(pickle.dumps(Reduced(list, (), 5, iter([1]), None, lambda *a: 0).reduction[0])) is list


# hooks
class Hooked(pickle.Pickler):
    def persistent_id(self, obj):
        return {'number': 7}.get(obj.name) if isinstance(obj, Plain) else None

    def reducer_override(self, obj):
        if obj is Outer:
            return str, ('an outer',)
        return NotImplemented


class HookedReader(pickle.Unpickler):
    seen = []

    def persistent_load(self, pid):
        return 'persistent', pid

    def find_class(self, module, name):
        self.seen.append((module, name))
        return super().find_class(module, name)


for protocol in range(6):
    file = io.BytesIO()
    pickler = Hooked(file, protocol)
    pickler.dump([Plain(name='number'), Outer, len])
    file.seek(0)
    found = HookedReader(file).load()
    assert found == [('persistent', 7 if protocol else '7'), 'an outer', len], found
    watch = weakref.ref(pickler)
    del pickler
    gc.collect()
    assert watch is not None
assert ('builtins', 'len') in HookedReader.seen and ('__builtin__', 'len') in HookedReader.seen
raises('UnpicklingError: A load persistent id instruction was encountered,\nbut no persistent_load function was specified.',
       pickle.loads, b'NQ.')
pickler = pickle.Pickler(io.BytesIO())
raises('AttributeError: persistent_id', lambda: pickler.persistent_id)
raises("AttributeError: '_pickle.Pickler' object has no attribute 'dispatch_table'", lambda: pickler.dispatch_table)
raises('TypeError: persistent_id must be a callable taking one argument', setattr, pickler, 'persistent_id', 1)
raises('TypeError: attribute deletion is not supported', delattr, pickler, 'persistent_id')
pickler.dispatch_table = {Plain: lambda obj: (str, ('plain',))}
pickler.dump(Plain())
raises("TypeError: can't delete numeric/char attribute", delattr, pickler, 'fast')

events = []
sys.addaudithook(lambda event, args: event == 'pickle.find_class' and events.append(args))
pickle.loads(b'cbuiltins\nlen\n.')
assert events == [('builtins', 'len')]

# memos
file = io.BytesIO()
pickler = pickle.Pickler(file)
first, second = ['first'], ['second']
pickler.dump(first)
memo = pickler.memo
assert memo.copy()[id(first)] == (0, first) and memo.__reduce__() == (dict, (memo.copy(),))
size = len(file.getvalue())
pickler.dump(first)
assert file.getvalue()[size:] == b'\x80\x04h\x00.'
other = pickle.Pickler(io.BytesIO())
other.memo = memo
other.memo = {5: (3, second)}
assert list(other.memo.copy().values()) == [(3, second)]
pickler.clear_memo()
assert memo.copy() == {}
raises("TypeError: 'memo' values must be 2-item tuples", setattr, other, 'memo', {1: 2})
raises("TypeError: 'memo' attribute must be a PicklerMemoProxy object or dict, not int", setattr, other, 'memo', 1)
reader = pickle.Unpickler(io.BytesIO(b'\x80\x04]\x94.h\x00.'))
one, two = reader.load(), reader.load()
assert one is two and reader.memo.copy() == {0: []}
raises('ValueError: memo key must be positive integers.', setattr, reader, 'memo', {-1: 1})
raises('TypeError: memo key must be integers', setattr, reader, 'memo', {'a': 1})
reader.memo.clear()
assert reader.memo.copy() == {}

# fast
pickler = pickle.Pickler(file := io.BytesIO())
pickler.fast = True
pickler.dump([first, first])
assert file.getvalue() == b'\x80\x04\x95\x16\0\0\0\0\0\0\0](]\x8c\x05firsta]\x8c\x05firstae.', file.getvalue()
circle = []
circle.append(circle)
assert outcome(pickler.dump, circle) == (
    f"ValueError: fast mode: can't pickle cyclic objects including object type list at {hex(id(circle))}"
), outcome(pickler.dump, circle)

# buffers
buffers = []
data = pickle.dumps([pickle.PickleBuffer(b'abc'), pickle.PickleBuffer(bytearray(b'def'))], 5, buffer_callback=buffers.append)
assert data == b'\x80\x05\x95\x08\0\0\0\0\0\0\0]\x94(\x97\x98\x97e.', data
assert [bytes(b) for b in buffers] == [b'abc', b'def']
assert pickle.loads(data, buffers=[b'1', bytearray(b'2')]) == [b'1', bytearray(b'2')]
back = pickle.loads(data, buffers=[bytearray(b'1'), bytearray(b'2')])
assert back[0].readonly and type(back[1]) is bytearray
raises('UnpicklingError: not enough out-of-band buffers', pickle.loads, data, buffers=[b''])
raises('UnpicklingError: pickle stream refers to out-of-band data but no *buffers* argument was given', pickle.loads, data)
raises('PicklingError: PickleBuffer can only pickled with protocol >= 5', pickle.dumps, buffers, 4)
strided = pickle.PickleBuffer(memoryview(b'abcdef')[::2])
raises('PicklingError: PickleBuffer can not be pickled when pointing to a non-contiguous buffer', pickle.dumps, strided, 5)
raises('BufferError: cannot extract raw buffer from non-contiguous buffer', strided.raw)
buffer = pickle.PickleBuffer(memoryview(b'abcdef').cast('B', (2, 3)))
assert buffer.raw().format == 'B' and buffer.raw().shape == (6,) and memoryview(buffer).shape == (2, 3)
buffer.release()
buffer.release()
raises('ValueError: operation forbidden on released PickleBuffer object', buffer.raw)
raises('ValueError: operation forbidden on released PickleBuffer object', memoryview, buffer)
raises("TypeError: a bytes-like object is required, not 'int'", pickle.PickleBuffer, 1)
raises('TypeError: PickleBuffer() takes exactly 1 positional argument (0 given)', pickle.PickleBuffer)


# files
class Log:
    def __init__(self):
        self.writes = []

    def write(self, data):
        self.writes.append((type(data).__name__, len(data)))


pickle.dump(['a' * 70000, b'b' * 70000, bytearray(70000), [str(i) * 50 for i in range(2000)]], log := Log(), 5)
assert log.writes == [('bytes', 10), ('bytes', 70000), ('bytes', 6), ('bytes', 70000), ('bytes', 10), ('bytearray', 70000),
                      ('bytes', 65658), ('bytes', 65646), ('bytes', 65558), ('bytes', 65578), ('bytes', 65578), ('bytes', 22545)], log.writes
stream = io.BufferedReader(io.BytesIO(pickle.dumps(['x' * 200000, 1], 4) + pickle.dumps(b'y' * 9, 0) + pickle.dumps(2)))
assert pickle.load(stream)[1] == 1 and pickle.load(stream) == b'y' * 9 and pickle.load(stream) == 2
raises('EOFError: Ran out of input', pickle.load, stream)


# names of Python 2, extension codes
assert pickle.dumps(range, 2) == b'\x80\x02c__builtin__\nxrange\nq\0.'
assert pickle.dumps(range, 2, fix_imports=False) == b'\x80\x02cbuiltins\nrange\nq\0.'
assert pickle.loads(b'c__builtin__\nxrange\n.') is range and pickle.loads(b'cUserDict\nIterableUserDict\n.')
raises("ModuleNotFoundError: No module named '__builtin__'", pickle.loads, b'c__builtin__\nxrange\n.', fix_imports=False)
assert pickle.loads(b'U\x01\xe9.', encoding='latin1') == '\xe9' and pickle.loads(b'U\x01\xe9.', encoding='bytes') == b'\xe9'
assert pickle.loads(b'U\x01\xe9.', errors='replace') == '\ufffd'
for code, instruction in [(0x12, b'\x82\x12'), (0x1234, b'\x83\x34\x12'), (0x12345, b'\x84\x45\x23\x01\0')]:
    copyreg.add_extension('__main__', 'Plain', code)
    data = pickle.dumps(Plain, 2)
    assert data == b'\x80\x02' + instruction + b'.' and pickle.loads(data) is Plain and pickle.loads(data) is Plain
    copyreg.remove_extension('__main__', 'Plain', code)
    copyreg.clear_extension_cache()

# depth
deep = []
for _ in range(100000):
    deep = [deep]
raises('RecursionError: maximum recursion depth exceeded while pickling an object', pickle.dumps, deep)
while deep:
    deep = deep[0]
assert len(repr(pickle.loads(b'(' * 300 + b't' * 300 + b'.'))) > 600

# what changes meanwhile
thresholds = gc.get_threshold()
gc.set_threshold(1)
for _ in range(5):
    pickle.Pickler(io.BytesIO()).dump([1])
    assert pickle.Unpickler(io.BytesIO(b'].')).load() == []
gc.set_threshold(*thresholds)


class Growing:
    def __init__(self, other, add):
        self.other, self.add = other, add

    def __reduce__(self):
        self.add(self.other)
        return int, ()


grown = {1: 2}
grown['grow'] = Growing(grown, lambda d: d.update({len(d): 0}))
raises('RuntimeError: dictionary changed size during iteration', pickle.dumps, grown)
grown = [1]
grown.append(Growing(grown, lambda items: items.clear()))
assert pickle.loads(pickle.dumps(grown)) == [1, 0]

# hostile and odd streams
STREAMS = [
    (b'', 'EOFError: Ran out of input'),
    (b'.', 'UnpicklingError: unpickling stack underflow'),
    (b'(.', 'UnpicklingError: unexpected MARK found'),
    (b'K', 'UnpicklingError: pickle data was truncated'),
    (b'I.', 'UnpicklingError: pickle data was truncated'),
    (b'Ix\n.', 'ValueError: could not convert string to int'),
    (b'I00\n.', '= False'),
    (b'I01\n.', '= True'),
    (b'L1L\n.', '= 1'),
    (b'L\n.', 'UnpicklingError: pickle data was truncated'),
    (b'Lx\n.', "ValueError: invalid literal for int() with base 10: 'x\\n'"),
    (b'I\n.', 'UnpicklingError: pickle data was truncated'),
    (b'Fx\n.', "ValueError: could not convert string to float: 'x\n'"),
    (b'F\n.', 'UnpicklingError: pickle data was truncated'),
    (b'F1.5 \n.', 'ValueError: could not convert string to float'),
    (b'F1_0\n.', 'ValueError: could not convert string to float'),
    (b'S1\n.', 'UnpicklingError: the STRING opcode argument must be quoted'),
    (b"S'a\n.", 'UnpicklingError: the STRING opcode argument must be quoted'),
    (b"S''\n.", "= ''"),
    (b"S'\n.", 'UnpicklingError: the STRING opcode argument must be quoted'),
    (b'Vabc\\u1234\n.', "= 'abcሴ'"),
    (b'V\\uD\n.',
     "UnicodeDecodeError: 'rawunicodeescape' codec can't decode bytes in position 0-2: truncated \\uXXXX escape"),
    (b'p0\n.', 'UnpicklingError: unpickling stack underflow'),
    (b'Np-1\n.', 'ValueError: negative PUT argument'),
    (b'Npx\n.', "ValueError: invalid literal for int() with base 10: 'x\\n'"),
    (b'g0\n.', 'UnpicklingError: Memo value not found at index 0'),
    (b'gx\n.', "ValueError: invalid literal for int() with base 10: 'x\\n'"),
    (b'h\x00.', 'UnpicklingError: Memo value not found at index 0'),
    (b'j\x00\x00\x00\x00.', 'UnpicklingError: Memo value not found at index 0'),
    (b'Np\n.', 'UnpicklingError: pickle data was truncated'),
    (b'\x80\x06.', 'ValueError: unsupported pickle protocol: 6'),
    (b'\x80\x05.', 'UnpicklingError: unpickling stack underflow'),
    (b'a', 'UnpicklingError: unpickling stack underflow'),
    (b'NNa.', "AttributeError: 'NoneType' object has no attribute 'append'"),
    (b'(e.', 'UnpicklingError: unpickling stack underflow'),
    (b'e.', 'UnpicklingError: could not find MARK'),
    (b'Ns.', 'UnpicklingError: unpickling stack underflow'),
    (b'NNNs.', "TypeError: 'NoneType' object does not support item assignment"),
    (b'N(NNu.', "TypeError: 'NoneType' object does not support item assignment"),
    (b'}(Nu.', 'UnpicklingError: odd number of items for SETITEMS'),
    (b'N(u.', '= None'),
    (b'](e.', '= []'),
    (b']N(Ne', "AttributeError: 'NoneType' object has no attribute 'append'"),
    (b'(N\x90.', 'UnpicklingError: unpickling stack underflow'),
    (b'N(N\x90.', "AttributeError: 'NoneType' object has no attribute 'add'"),
    (b'\x8f(N\x90.', '= {None}'),
    (b'\x8f(]\x90.', "TypeError: unhashable type: 'list'"),
    (b'R', 'UnpicklingError: unpickling stack underflow'),
    (b'NNR.', 'TypeError: argument list must be a tuple'),
    (b'N)R.', "TypeError: 'NoneType' object is not callable"),
    (b'0.', 'UnpicklingError: unpickling stack underflow'),
    (b'(0.', 'UnpicklingError: unpickling stack underflow'),
    (b'((1.', 'UnpicklingError: unexpected MARK found'),
    (b'1.', 'UnpicklingError: could not find MARK'),
    (b'2.', 'UnpicklingError: unpickling stack underflow'),
    (b'N2.', '= None'),
    (b'b.', 'UnpicklingError: unpickling stack underflow'),
    (b'NNb.', '= None'),
    (b'N}b.', "AttributeError: 'NoneType' object has no attribute '__dict__'"),
    (b'N}Kab.', 'UnpicklingError: state is not a dictionary'),
    (b'c\n\n.', 'UnpicklingError: pickle data was truncated'),
    (b'cos\nnosuch\n.', "AttributeError: Can't get attribute 'nosuch' on <module 'os' (frozen)>"),
    (b'cnosuch\nx\n.', "ModuleNotFoundError: No module named 'nosuch'"),
    (b'cos', 'UnpicklingError: pickle data was truncated'),
    (b'cos\n', 'UnpicklingError: pickle data was truncated'),
    (b'cos\npath.join\n.', "AttributeError: Can't get attribute 'path.join' on <module 'os' (frozen)>"),
    (b'\x80\x04\x8c\x02os\x8c\tpath.nono\x93.',
     "AttributeError: Can't get attribute 'path.nono' on <module 'os' (frozen)>"),
    (b'NN\x93.', 'UnpicklingError: STACK_GLOBAL requires str'),
    (b'\x93.', 'UnpicklingError: STACK_GLOBAL requires str'),
    (b'\x82\x00.', 'UnpicklingError: EXT specifies code <= 0'),
    (b'\x82\x01.', 'ValueError: unregistered extension code 1'),
    (b'\x83\x00\x00.', 'UnpicklingError: EXT specifies code <= 0'),
    (b'\x84\xff\xff\xff\xff.', 'UnpicklingError: EXT specifies code <= 0'),
    (b'\x84\x00\x00\x00p.', 'ValueError: unregistered extension code 1879048192'),
    (b'P0\n.',
     'UnpicklingError: A load persistent id instruction was encountered,\nbut no persistent_load function was specified.'),
    (b'NQ.',
     'UnpicklingError: A load persistent id instruction was encountered,\nbut no persistent_load function was specified.'),
    (b'Q',
     'UnpicklingError: A load persistent id instruction was encountered,\nbut no persistent_load function was specified.'),
    (b'\x97.', 'UnpicklingError: pickle stream refers to out-of-band data but no *buffers* argument was given'),
    (b'N\x98.', "TypeError: memoryview: a bytes-like object is required, not 'NoneType'"),
    (b'\x98.', 'UnpicklingError: unpickling stack underflow'),
    (b'C\x05abc', 'UnpicklingError: pickle data was truncated'),
    (b'\x8e\xff\xff\xff\xff\xff\xff\xff\xff',
     "OverflowError: BINBYTES exceeds system's maximum size of 9223372036854775807 bytes"),
    (b'\x8e\xff\xff\xff\xff\xff\xff\xff\x7f', 'OverflowError: byte string is too large'),
    (b'\x8d\xff\xff\xff\xff\xff\xff\xff\xff',
     "OverflowError: BINUNICODE exceeds system's maximum size of 9223372036854775807 bytes"),
    (b'\x8d\xff\xff\xff\xff\xff\xff\xff\x7f', 'UnpicklingError: read would overflow (invalid bytecode)'),
    (b'\x96\xff\xff\xff\xff\xff\xff\xff\xff',
     "OverflowError: BYTEARRAY8 exceeds system's maximum size of 9223372036854775807 bytes"),
    (b'T\xff\xff\xff\xff', 'UnpicklingError: pickle data was truncated'),
    (b'\x8b\xff\xff\xff\xff', 'UnpicklingError: LONG pickle has negative byte count'),
    (b'\x8a\x00.', '= 0'),
    (b'\x8a\x02\xff\xff.', '= -1'),
    (b'\x8b\x04\x00\x00\x00\x00\x00\x00\x80.', '= -2147483648'),
    (b'\x95\xff\xff\xff\xff\xff\xff\xff\xff',
     "OverflowError: FRAME length exceeds system's maximum of 9223372036854775807 bytes"),
    (b'\x95\xff\xff\xff\xff\xff\xff\xff\x7f', 'UnpicklingError: read would overflow (invalid bytecode)'),
    (b'\x95\x02\x00\x00\x00\x00\x00\x00\x00N.', '= None'),
    (b'\x95\x01\x00\x00\x00\x00\x00\x00\x00N.', '= None'),
    (b'\x95\t\x00\x00\x00\x00\x00\x00\x00N.', 'UnpicklingError: pickle data was truncated'),
    (b'\x81.', 'UnpicklingError: unpickling stack underflow'),
    (b'NN\x81.', 'UnpicklingError: NEWOBJ class argument must be a type, not NoneType'),
    (b'N)\x81.', 'UnpicklingError: NEWOBJ class argument must be a type, not NoneType'),
    (b'cbuiltins\nint\nN\x81.', 'UnpicklingError: NEWOBJ args argument must be a tuple, not NoneType'),
    (b'cbuiltins\nint\n)\x81.', '= 0'),
    (b'cbuiltins\nlen\n)\x81.',
     'UnpicklingError: NEWOBJ class argument must be a type, not builtin_function_or_method'),
    (b'\x92', 'UnpicklingError: unpickling stack underflow'),
    (b'NNN\x92.', 'UnpicklingError: NEWOBJ_EX class argument must be a type, not NoneType'),
    (b'cbuiltins\nint\nNN\x92.', 'UnpicklingError: NEWOBJ_EX args argument must be a tuple, not NoneType'),
    (b'cbuiltins\nint\n)N\x92.', 'UnpicklingError: NEWOBJ_EX kwargs argument must be a dict, not NoneType'),
    (b'cbuiltins\nint\n)}\x92.', '= 0'),
    (b'cbuiltins\nint\n)}N\x92.', 'UnpicklingError: NEWOBJ_EX class argument must be a type, not tuple'),
    (b'cbuiltins\nint\n)Na', "AttributeError: 'tuple' object has no attribute 'append'"),
    (b'(cbuiltins\nint\no.', '= 0'),
    (b'(o.', 'UnpicklingError: unpickling stack underflow'),
    (b'o.', 'UnpicklingError: could not find MARK'),
    (b'(NNo.', "TypeError: 'NoneType' object is not callable"),
    (b'(iint\n.', 'UnpicklingError: pickle data was truncated'),
    (b'(ibuiltins\nint\n.', '= 0'),
    (b'ibuiltins\nint\n.', 'UnpicklingError: could not find MARK'),
    (b'(Ki', 'EOFError: Ran out of input'),
    (b'U\x01\x80.',
     "UnicodeDecodeError: 'ascii' codec can't decode byte 0x80 in position 0: ordinal not in range(128)"),
    (b'\x8c\x01\x80.', "UnicodeDecodeError: 'utf-8' codec can't decode byte 0x80 in position 0: invalid start byte"),
    (b'X\x01\x00\x00\x00\xff.',
     "UnicodeDecodeError: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"),
    (b'(d.', '= {}'),
    (b'(Nd.', 'UnpicklingError: odd number of items for DICT'),
    (b'([Nd.', "UnpicklingError: invalid load key, '['."),
    (b'(]Nd.', "TypeError: unhashable type: 'list'"),
    (b'\x85.', 'UnpicklingError: unpickling stack underflow'),
    (b'N\x85.', '= (None,)'),
    (b'N(\x85.', 'UnpicklingError: unexpected MARK found'),
    (b'N(\x86.', 'UnpicklingError: unexpected MARK found'),
    (b'(l.', '= []'),
    (b'(t.', '= ()'),
    (b't.', 'UnpicklingError: could not find MARK'),
    (b'\x94.', 'UnpicklingError: unpickling stack underflow'),
    (b'N\x94.', '= None'),
    (b'(\x94.', 'UnpicklingError: unexpected MARK found'),
    (b'q\x00.', 'UnpicklingError: unpickling stack underflow'),
    (b'(q\x00.', 'UnpicklingError: unexpected MARK found'),
    (b'r\x00\x00\x00\x00.', 'UnpicklingError: unpickling stack underflow'),
    (b'p1', 'UnpicklingError: pickle data was truncated'),
    (b'Np1', 'UnpicklingError: pickle data was truncated'),
    (b'(\x91.', '= frozenset()'),
    (b'\x91.', 'UnpicklingError: could not find MARK'),
    (b'\xff', "UnpicklingError: invalid load key, '\\xff'."),
    (b"'", "UnpicklingError: invalid load key, '\\x27'."),
    (b'\\', "UnpicklingError: invalid load key, '\\x5c'."),
    (b'\n', "UnpicklingError: invalid load key, '\\x0a'."),
    (b'z', "UnpicklingError: invalid load key, 'z'."),
    (b'G\x00', 'UnpicklingError: pickle data was truncated'),
    (b'G\x00\x00\x00\x00\x00\x00\x00\x00.', '= 0.0'),
    (b'M\x00', 'UnpicklingError: pickle data was truncated'),
    (b'J\x00\x00', 'UnpicklingError: pickle data was truncated'),
    (b'J\xff\xff\xff\xff.', '= -1'),
    (b'Np99999999999999999999999\n.', 'OverflowError: Python int too large to convert to C ssize_t'),
    (b'g99999999999999999999999\n.', 'OverflowError: Python int too large to convert to C ssize_t'),
    (b'g1_0\n.', 'UnpicklingError: Memo value not found at index 10'),
    (b'Np4_\n.', "ValueError: invalid literal for int() with base 10: '4_\\n'"),
    (b'I9999999999999999999999999\n.', '= 9999999999999999999999999'),
    (b'I0x10\n.', '= 16'),
    (b'I010\n.', '= 8'),
    (b'I 10 \n.', '= 10'),
    (b'L0x10L\n.', '= 16'),
    (b'L 12 \n.', '= 12'),
    (b'L12l\n.', "ValueError: invalid literal for int() with base 10: '12l\\n'"),
    (b'I0b1\n.', '= 1'),
    (b'I00 \n.', '= 0'),
    (b'I01', 'UnpicklingError: pickle data was truncated'),
    (b'S"a\\n\\x"\n.', 'ValueError: invalid \\x escape at position 3'),
    (b'S"a"b\n.', 'UnpicklingError: the STRING opcode argument must be quoted'),
    (b'S "a" \n.', 'UnpicklingError: the STRING opcode argument must be quoted'),
    (b'S"a\'\n.', 'UnpicklingError: the STRING opcode argument must be quoted'),
    (b'Sabc', 'UnpicklingError: pickle data was truncated'),
    (b'\x95\x04\x00\x00\x00\x00\x00\x00\x00', 'UnpicklingError: pickle data was truncated'),
    (b'NN.', '= None'),
    (b'N0N(.', 'UnpicklingError: unexpected MARK found'),
    (b'\x8aabc', 'UnpicklingError: pickle data was truncated'),
    (b'F1e400\n.', "OverflowError: value too large to convert to float: '1e400\n'"),
    (b'Fnan\n.', '= nan'),
    (b'F-inf\n.', '= -inf'),
    (b'F1\x00\n.', '= 1.0'),
    (b'I1\x00\n.', '= True'),
    (b'cbuiltins\nint\n(t(NR.', 'UnpicklingError: unexpected MARK found'),
    (b'NNNb.', '= None'),
    (b']Nb.', '= []'),
    (b'N\x85b.', 'UnpicklingError: unpickling stack underflow'),
    (b'N(N(0110.', 'UnpicklingError: could not find MARK'),
    (b'cos\nx\xff\n.', "UnicodeDecodeError: 'utf-8' codec can't decode byte 0xff in position 1: invalid start byte"),
    (b'c\xff\nx\n.', "UnicodeDecodeError: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"),
    (b'N\x93.', 'UnpicklingError: STACK_GLOBAL requires str'),
    (b'(NN\x93.', 'UnpicklingError: STACK_GLOBAL requires str'),
    (b']q\x00.', '= []'),
    (b'(lq\x00h\x00a.', '= [[...]]'),
    (b'}(K\x01Nu.', '= {1: None}'),
    (b'Np5\ng5\n.', '= None'),
    (b'Np700\ng700\n.', '= None'),
    (b'Nr\xff\xff\x00\x00j\xff\xff\x00\x00.', '= None'),
    (b'\x80\x04\x95\x05\x00\x00\x00\x00\x00\x00\x00\x8c\x01a\x94.', "= 'a'"),
    (b'N(NN\x86\x87.', 'UnpicklingError: unexpected MARK found'),
    (b'G\x7f\xf8\x00\x00\x00\x00\x00\x00.', '= nan'),
    (b'\x8a\t\x00\x00\x00\x00\x00\x00\x00\x00\x80.', '= -2361183241434822606848'),
    (b'\x8a\t\xff\xff\xff\xff\xff\xff\xff\xff\x00.', '= 18446744073709551615'),
    (b'U\x02ab.', "= 'ab'"),
    (b'T\x01\x00\x00\x00a.', "= 'a'"),
    (b'(K\x01K\x02\x91.', '= frozenset({1, 2})'),
    (b'\x8c\x02\xc3\xa9.', "= 'é'"),
    (b'\x8c\x03\xed\xa0\x80.', "= '\\ud800'"),
    (b'V\\u00e9\\U0001f600\xe9\n.', "= 'é😀é'"),
    (b'\x96\x02\x00\x00\x00\x00\x00\x00\x00ab.', "= bytearray(b'ab')"),
    (b'(2.', 'UnpicklingError: unexpected MARK found'),
    (b'N(N1.', '= None'),
    (b'N(00.', 'UnpicklingError: unpickling stack underflow'),
    (b'I1_0\n.', '= 10'),
    (b'I1__0\n.', 'ValueError: could not convert string to int'),
    (b'L-0b101L\n.', '= -5'),
    (b'L0o8L\n.', "ValueError: invalid literal for int() with base 8: '0o8'"),
    (b'F-0.0\n.', '= -0.0'),
    (b'F.5\n.', '= 0.5'),
    (b'F 1\n.', "ValueError: could not convert string to float: ' 1\n'"),
    (b'Pa\xff\n.',
     'UnpicklingError: A load persistent id instruction was encountered,\nbut no persistent_load function was specified.'),
]
for data, expected in STREAMS:
    assert outcome(pickle.loads, data) == expected, (data, outcome(pickle.loads, data), expected)
    assert outcome(pickle.load, io.BytesIO(data)) == expected, (data, expected)
