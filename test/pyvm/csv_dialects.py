# _csv and csv: reading and writing in all dialects, and every error.
# RUN: %python %s
# RUN: pyvm --check-leaks %s
import sys

del sys.path[0]
import _csv
import copy
import csv
import io
import pickle


def R(lines, *args, **kwargs):
    return list(_csv.reader(lines, *args, **kwargs))


def W(rows, *args, **kwargs):
    out = io.StringIO(newline="")
    writer = _csv.writer(out, *args, **kwargs)
    return [writer.writerow(row) for row in rows], out.getvalue()


def D(*args, **kwargs):
    d = _csv.Dialect(*args, **kwargs)
    return (d.delimiter, d.doublequote, d.escapechar, d.lineterminator, d.quotechar, d.quoting, d.skipinitialspace, d.strict)


def outcome(text):
    try:
        return repr(eval(text))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


D0 = _csv.Dialect()
assert csv.Dialect and _csv.Dialect("excel") is csv.get_dialect("excel") and D0.strict is False
for case in r"""
R(['a'*20]) -> [['aaaaaaaaaaaaaaaaaaaa']]
R(1) -> TypeError: 'int' object is not iterable
R(['a,b','c']) -> [['a', 'b'], ['c']]
R(['"a,b",c']) -> [['a,b', 'c']]
R(['"a\n','b"']) -> [['a\nb']]
R(['"a']) -> [['a']]
R(['"a'],strict=True) -> Error: unexpected end of data
R(['"a"b'],strict=True) -> Error: ',' expected after '"'
R(['"a"b']) -> [['ab']]
R(['a"b"']) -> [['a"b"']]
R(['a\nb']) -> Error: new-line character seen in unquoted field - do you need to open the file in universal-newline mode?
R(['a\r\n','b']) -> [['a'], ['b']]
R([b'a']) -> Error: iterator should return strings, not bytes (the file should be opened in text mode)
R(['a\0b']) -> [['a\x00b']]
R(['']) -> [[]]
R(['\n']) -> [[]]
R(['1,2.5,"x"'],quoting=2) -> [[1.0, 2.5, 'x']]
R(['1,x'],quoting=2) -> ValueError: could not convert string to float: 'x'
R(['a;b'],delimiter=';') -> [['a', 'b']]
R(['a\\,b'],escapechar='\\') -> [['a,b']]
R(['a\\'],escapechar='\\') -> [['a\n']]
R(['a\\\n'],escapechar='\\') -> [['a\n']]
R(['"a\\"b"'],escapechar='\\') -> [['a"b']]
R(['a\\\n','b'],escapechar='\\') -> [['a\nb']]
R([' a, b'],skipinitialspace=True) -> [['a', 'b']]
R(['"a""b"']) -> [['a"b']]
R(['"a""b"'],doublequote=False) -> [['a"b"']]
R(['"a,b"'],quoting=3) -> [['"a', 'b"']]
R(['a'],'nodialect') -> Error: unknown dialect
R(['a\tb'],'excel-tab') -> [['a', 'b']]
R(['a\rb']) -> Error: new-line character seen in unquoted field - do you need to open the file in universal-newline mode?
R(['"a\rb"']) -> [['a\rb']]
R(['\u1234,\U0001f600']) -> [['ሴ', '😀']]
R(["'a,b'"],quotechar="'") -> [['a,b']]
R(['a'],delimiter='ab') -> TypeError: "delimiter" must be a 1-character string
R(['a'],foo=1) -> TypeError: 'foo' is an invalid keyword argument for this function
R(['a'],None) -> [['a']]
R(['a'],1,2) -> TypeError:  expected at most 2 arguments, got 3
W([[1,2.5,'a',None,True]]) -> ([15], '1,2.5,a,,True\r\n')
W([['a,b','c"d','e\nf','']]) -> ([21], '"a,b","c""d","e\nf",\r\n')
W([['']]) -> ([4], '""\r\n')
W([[None]]) -> ([4], '""\r\n')
W([[]]) -> ([2], '\r\n')
W([['a','']]) -> ([4], 'a,\r\n')
W(['ab']) -> ([5], 'a,b\r\n')
W([1]) -> Error: iterable expected, not int
W([[1,'a']],quoting=1) -> ([9], '"1","a"\r\n')
W([[1,'a',2.5,None]],quoting=2) -> ([14], '1,"a",2.5,""\r\n')
W([[1j,'a']],quoting=2) -> ([8], '1j,"a"\r\n')
W([['a,b']],quoting=3) -> Error: need to escape, but no escapechar set
W([['a,b']],quoting=3,escapechar='\\') -> ([6], 'a\\,b\r\n')
W([['a"b']],doublequote=False) -> Error: need to escape, but no escapechar set
W([['a"b']],doublequote=False,escapechar='\\') -> ([6], 'a\\"b\r\n')
W([['a\\b']],escapechar='\\') -> ([6], 'a\\\\b\r\n')
W([['']],quoting=3) -> Error: single empty field record must be quoted
W([['a']],lineterminator='!') -> ([2], 'a!')
W([['a!b']],lineterminator='!') -> ([6], '"a!b"!')
W([[' a']],delimiter=' ') -> ([6], '" a"\r\n')
W([['a b']],skipinitialspace=True) -> ([5], 'a b\r\n')
W([['\r','x']]) -> ([7], '"\r",x\r\n')
W([['a\\']],escapechar='\\',quoting=3) -> ([5], 'a\\\\\r\n')
W([['"']],quotechar=None,quoting=3) -> ([3], '"\r\n')
W([['"']],quotechar=None) -> ([3], '"\r\n')
W([['\u1234','\U0001f600,']]) -> ([8], 'ሴ,"😀,"\r\n')
W([['x',None]],quoting=1) -> ([8], '"x",""\r\n')
W([[1e16,1.1,10**20]]) -> ([33], '1e+16,1.1,100000000000000000000\r\n')
D(delimiter='ab') -> TypeError: "delimiter" must be a 1-character string
D(delimiter='') -> TypeError: "delimiter" must be a 1-character string
D(delimiter=1) -> TypeError: "delimiter" must be string, not int
D(delimiter=None) -> TypeError: "delimiter" must be string, not NoneType
D(quotechar=None) -> (',', True, None, '\r\n', None, 3, False, False)
D(quotechar=None,quoting=0) -> TypeError: quotechar must be set if quoting enabled
D(quotechar='ab') -> TypeError: "quotechar" must be a 1-character string
D(quotechar=1) -> TypeError: "quotechar" must be string or None, not int
D(quotechar='') -> TypeError: "quotechar" must be a 1-character string
D(escapechar='ab') -> TypeError: "escapechar" must be a 1-character string
D(escapechar=1) -> TypeError: "escapechar" must be string or None, not int
D(lineterminator=None) -> TypeError: lineterminator must be set
D(lineterminator=1) -> TypeError: "lineterminator" must be a string
D(quoting=5) -> TypeError: bad "quoting" value
D(quoting='a') -> TypeError: "quoting" must be an integer
D(quoting=None) -> TypeError: "quoting" must be an integer
D(foo=1) -> TypeError: 'foo' is an invalid keyword argument for this function
D('excel-tab') -> ('\t', True, None, '\r\n', '"', 0, False, False)
D('unix') -> (',', True, None, '\n', '"', 1, False, False)
D('nodialect') -> Error: unknown dialect
D(skipinitialspace=5,strict=1) -> (',', True, None, '\r\n', '"', 0, True, True)
D(';' and 'excel',';') -> (';', True, None, '\r\n', '"', 0, False, False)
D(csv.excel_tab) -> ('\t', True, None, '\r\n', '"', 0, False, False)
D(csv.excel_tab,delimiter='x') -> ('x', True, None, '\r\n', '"', 0, False, False)
D(type('X',(),{'delimiter':';','quoting':3})) -> (';', True, None, '\r\n', '"', 3, False, False)
D(1) -> (',', True, None, '\r\n', '"', 0, False, False)
csv.register_dialect(1) -> TypeError: dialect name must be a string
csv.register_dialect('x',delimiter=';') -> None
csv.register_dialect('y','x',quoting=3) -> None
D('y') -> (';', True, None, '\r\n', '"', 3, False, False)
csv.unregister_dialect('y') -> None
csv.unregister_dialect('y') -> Error: unknown dialect
csv.get_dialect('y') -> Error: unknown dialect
csv.list_dialects() -> ['excel', 'excel-tab', 'unix', 'x']
csv.unregister_dialect('x') -> None
csv.field_size_limit() -> 131072
csv.field_size_limit('x') -> TypeError: limit must be an integer
csv.field_size_limit(10) -> 131072
R(['a'*20]) -> Error: field larger than field limit (10)
R(['a'*10]) -> [['aaaaaaaaaa']]
csv.field_size_limit(131072) -> 10
_csv.writer(1) -> TypeError: argument 1 must have a "write" method
_csv.writer(io.StringIO()).writerows([[1],[2]]) -> None
_csv.writer(io.StringIO()).writerows(1) -> TypeError: 'int' object is not iterable
_csv.writer(io.StringIO()).writerows([1]) -> Error: iterable expected, not int
copy.copy(D0) -> TypeError: cannot pickle 'Dialect' instances
pickle.dumps(D0) -> TypeError: cannot pickle 'Dialect' instances
_csv.reader([]).line_num -> 0
next(_csv.reader([1])) -> Error: iterator should return strings, not int (the file should be opened in text mode)
list(csv.DictReader(['a,b','1,2','3'])) -> [{'a': '1', 'b': '2'}, {'a': '3', 'b': None}]
_csv.Error.__mro__[1] -> <class 'Exception'>
_csv.__version__ -> '1.0'
""".strip().splitlines():
    text, wanted = case.split(" -> ")
    assert outcome(text) == wanted, (text, outcome(text))

reader = csv.reader(io.StringIO('a,"b\nc"\nd\n', newline=""))
assert next(reader) == ["a", "b\nc"] and reader.line_num == 2 and next(reader) == ["d"] and reader.line_num == 3 and next(reader, 0) == 0
assert reader.dialect.delimiter == "," and iter(reader) is reader
sniffed = csv.Sniffer().sniff("a;b;c\n1;2;3\n4;5;6\n")
assert sniffed.delimiter == ";" and csv.Sniffer().has_header("name;n\nx;1\ny;2\n")

# There and back.
rows = [["", "a", 'b"c', "d,e", "f\r\ng", " h ", "'", "\\", ";"], [""], [], ["\n", "\r", '"', '""', ","]]
for options in ({}, {"quoting": 1}, {"delimiter": ";"}, {"quotechar": "'"}, {"doublequote": False, "escapechar": "\\"}, {"dialect": "unix"},
                {"quoting": 3, "escapechar": "\\", "quotechar": None}):
    out = io.StringIO(newline="")
    wanted = rows if options.get("quoting") != 3 else [rows[0][1:4], rows[0][5:7]]
    csv.writer(out, **options).writerows(wanted)
    assert list(csv.reader(io.StringIO(out.getvalue(), newline=""), **options)) == wanted, options
