# Random operations, from seeds, on files, buffers and text streams.
# RUN: %S/every-way.sh %s %t
# REQUIRES: pyvm
import _io

class R:

    def __init__(self, s):
        self.s = s * 2654435761 + 12345 & 4294967295

    def n(self, k):
        self.s = self.s * 1103515245 + 12345 & 2147483647
        return (self.s >> 8) % k

def show(*a):
    print(*a)

def do(f, *a):
    try:
        r = f(*a)
    except Exception as e:
        return type(e).__name__ + ': ' + str(e)
    return repr(r)
path = 'random-io'

def wf(data):
    with open(path, 'wb') as f:
        f.write(data)

def rf():
    with open(path, 'rb') as f:
        return f.read()

def binary(seed):
    r = R(seed)
    kind = seed % 4
    base = bytes((r.n(5) == 0 and 10 or 97 + r.n(26) for _ in range(r.n(120))))
    wf(base)
    if kind == 0:
        f = _io.BytesIO(base)
    elif kind == 1:
        f = open(path, 'r+b', buffering=1 + r.n(20))
    elif kind == 2:
        f = open(path, 'r+b', buffering=8)
    else:
        f = open(path, ['rb', 'wb', 'ab', 'a+b', 'w+b'][r.n(5)], buffering=[-1, 2, 4, 16, 0][r.n(5)])
    show('seed', seed, kind, base, type(f))
    for i in range(40):
        op = r.n(14)
        if op == 0:
            show(i, 'read', do(f.read, r.n(30) - 1))
        elif op == 1:
            show(i, 'write', do(f.write, bytes((65 + r.n(20) for _ in range(r.n(25))))))
        elif op == 2:
            show(i, 'seek', do(f.seek, r.n(100)))
        elif op == 3:
            show(i, 'seekc', do(f.seek, r.n(20) - 10, 1))
        elif op == 4:
            show(i, 'seeke', do(f.seek, -r.n(20), 2))
        elif op == 5:
            show(i, 'tell', do(f.tell))
        elif op == 6:
            show(i, 'readline', do(f.readline, r.n(20) - 2))
        elif op == 7:
            show(i, 'read1', do(f.read1, r.n(12)) if hasattr(f, 'read1') else '')
        elif op == 8:
            show(i, 'peek', do(f.peek, 1) if hasattr(f, 'peek') else '')
        elif op == 9:
            b = bytearray(r.n(25))
            show(i, 'readinto', do(f.readinto, b), b)
        elif op == 10:
            show(i, 'trunc', do(f.truncate, *([r.n(100)] if r.n(2) else [])))
        elif op == 11:
            show(i, 'flush', do(f.flush))
            kind and show(rf())
        elif op == 12:
            show(i, 'readlines', do(f.readlines, r.n(30)) if r.n(3) == 0 else do(next, f, None))
        elif op == 13:
            b = bytearray(r.n(25))
            show(i, 'readinto1', do(f.readinto1, b) if hasattr(f, 'readinto1') else '', b)
    if kind == 0:
        show(f.getvalue())
    show(do(f.close), do(f.read), do(f.write, b'x'), do(f.tell), do(f.seek, 0), do(f.flush), do(f.readline), do(next, f))
    if kind:
        show(rf())
chars = ['a', 'b', '\n', '\r', '\r\n', 'é', '€', '😀', 'x', 'yz']

def text(seed):
    r = R(seed)
    s = ''.join((chars[r.n(len(chars))] for _ in range(r.n(80))))
    nl = [None, '', '\n', '\r', '\r\n'][r.n(5)]
    kind = seed % 3
    enc = ['utf-8', 'utf-8', 'latin-1', 'ascii'][r.n(4)]
    err = ['strict', 'replace', 'ignore', 'surrogateescape', 'backslashreplace'][r.n(5)]
    wf(s.encode('utf-8'))
    if kind == 0:
        f = do(_io.StringIO, s, nl) and _io.StringIO(s, nl)
    elif kind == 1:
        f = open(path, ['r', 'r+', 'w', 'w+', 'a', 'a+'][r.n(6)], encoding=enc, errors=err, newline=nl)
    else:
        f = _io.TextIOWrapper(_io.BytesIO(s.encode()), enc, err, nl)
    if kind:
        f._CHUNK_SIZE = [1, 2, 3, 5, 7, 8192][r.n(6)]
    show('seed', seed, kind, repr(s), repr(nl), enc, err)
    cookies = [0]
    for i in range(30):
        op = r.n(12)
        if op == 0:
            show(i, 'read', do(f.read, r.n(12) - 1))
        elif op == 1:
            show(i, 'write', do(f.write, ''.join((chars[r.n(len(chars))] for _ in range(r.n(8))))))
        elif op == 2:
            c = cookies[r.n(len(cookies))]
            show(i, 'seek', c, do(f.seek, c))
        elif op == 3:
            show(i, 'seeke', do(f.seek, 0, 2))
        elif op in (4, 10):
            t = do(f.tell)
            show(i, 'tell', t)
            if t.isdigit():
                cookies.append(int(t))
        elif op == 5:
            show(i, 'readline', do(f.readline, r.n(12) - 2))
        elif op == 6:
            show(i, 'next', do(next, f, None), do(next, f, None), do(f.seek, 0, r.n(2) * 2))
        elif op == 7:
            show(i, 'nl', do(lambda: f.newlines))
        elif op == 8:
            show(i, 'trunc', do(f.truncate, *([r.n(60)] if r.n(2) else [])))
        elif op == 9:
            show(i, 'flush', do(f.flush))
            kind == 1 and show(rf())
        elif op == 11 and r.n(2):
            show(i, 'lines', do(f.readlines, r.n(20)), do(f.seek, 0, r.n(2) * 2))
        elif kind and r.n(3) == 0:
            k = {'encoding': ['utf-8', 'latin-1'][r.n(2)]} if r.n(2) else {'newline': [None, '', '\n', '\r'][r.n(4)]} if r.n(2) else {'line_buffering': True}
            show(i, 'reconf', k, do(lambda: f.reconfigure(**k)), f.encoding, f.errors)
    if kind == 0:
        show(repr(f.getvalue()), f.__getstate__())
    if kind == 2:
        show(do(f.flush), f.buffer.getvalue())
    show(do(f.close), do(f.read), do(f.write, 'x'), do(f.tell), do(f.seek, 0), do(f.flush), do(f.readline), do(next, f))
    if kind == 1:
        show(rf())
for s in range(60):
    (binary(s), text(s))
