# RUN: not pyvm %s > %t.ours
# RUN: (not %python %s) | diff %t.ours -
# Prints the audit events of what a program does.
import sys

del sys.path[0]  # the tests beside this one have modules' names
import array
import ast
import gc
import importlib
import io
import marshal
import os
import re
import shutil
import signal
import socket
import tempfile
import threading
import types

log = []
on = False
def short(x):
    if isinstance(x, (types.FrameType, types.CodeType, types.FunctionType)): return type(x).__name__ + ':' + getattr(x, '__name__', getattr(x, 'co_name', ''))
    if isinstance(x, list): return f'list'
    if isinstance(x, types.TracebackType): return 'tb'
    if isinstance(x, int) and abs(x) > 10**9: return 'bigint'
    return re.sub(r'0x[0-9a-f]+', '0x', repr(x))[:90].replace(tmp, 'TMP')
tmp = tempfile.mkdtemp()
def hook(event, args):
    global on
    if on:
        on = False
        log.append(event + '(' + ', '.join(map(short, args)) + ')')
        on = True
sys.addaudithook(hook)
def t(name, f):
    global on
    log.clear()
    on = True
    try:
        try:
            f()
        finally:
            on = False
        r = ''
    except BaseException as e:
        r = type(e).__name__ + ':' + str(e)[:60].replace(tmp, 'TMP')
    print(name, '|', ' '.join(log), '|', r)
    sys.stdout.flush()
P = os.path.join
f = P(tmp, 'f'); g = P(tmp, 'g')
t('open w', lambda: open(f, 'w').close())
t('open rb', lambda: open(f, 'rb').close())
t('open bytes', lambda: open(os.fsencode(f), 'rb').close())
t('open a+', lambda: open(f, 'a+').close())
t('open x', lambda: open(f, 'x').close())
t('fileio', lambda: io.FileIO(f, 'r+').close())
t('os.open', lambda: os.close(os.open(f, os.O_RDONLY)))
t('os.open2', lambda: os.close(os.open(os.fsencode(f), os.O_RDONLY, 0o600)))
t('io.open_code', lambda: io.open_code(f).close())
t('badmode', lambda: open(f, 'zz'))
t('missing', lambda: open(P(tmp, 'no')))
t('compile', lambda: compile('1+1', 'fn', 'eval'))
t('compile bytes', lambda: compile(b'1+1', 'fn', 'exec'))
t('compile bytesname', lambda: compile('1+1', b'fn', 'exec'))
tree = ast.parse('x=1')
t('compile ast', lambda: compile(tree, 'fn', 'exec'))
t('ast.parse', lambda: ast.parse('x=1'))
t('compile nul', lambda: compile('1\0', 'fn', 'exec'))
t('eval str', lambda: eval('1+1'))
t('exec str', lambda: exec('pass'))
t('exec bytes', lambda: exec(b'pass'))
c = compile('1', 'fn', 'eval')
t('eval code', lambda: eval(c))
t('exec code', lambda: exec(c))
t('eval sp', lambda: eval('  1'))
t('eval bad', lambda: eval('1 1'))
t('import cached', lambda: __import__('os'))
t('import no', lambda: __import__('nonono'))
t('import_module', lambda: importlib.import_module('this_is_not'))
def fn(a, b=1, *, c=2): pass
def gen(): yield
async def co(): pass
async def ag(): yield
t('fn.__code__', lambda: fn.__code__)
t('fn.__defaults__', lambda: fn.__defaults__)
t('fn.__kwdefaults__', lambda: fn.__kwdefaults__)
t('fn.__closure__', lambda: (fn.__closure__, fn.__globals__, fn.__dict__, fn.__annotations__, fn.__name__))
t('set code', lambda: setattr(fn, '__code__', fn.__code__))
t('set code bad', lambda: setattr(fn, '__code__', 1))
t('set defaults', lambda: setattr(fn, '__defaults__', (1,)))
t('set defaults none', lambda: setattr(fn, '__defaults__', None))
t('set defaults bad', lambda: setattr(fn, '__defaults__', 1))
t('del defaults', lambda: delattr(fn, '__defaults__'))
t('set kw', lambda: setattr(fn, '__kwdefaults__', {'c': 1}))
t('set kw bad', lambda: setattr(fn, '__kwdefaults__', 1))
t('del kw', lambda: delattr(fn, '__kwdefaults__'))
t('del code', lambda: delattr(fn, '__code__'))
t('set name', lambda: (setattr(fn, '__name__', 'q'), setattr(fn, '__qualname__', 'q')))
gg = gen(); cc = co(); aa = ag()
t('gi_code', lambda: gg.gi_code); t('gi_frame', lambda: gg.gi_frame)
t('cr_code', lambda: cc.cr_code); t('cr_frame', lambda: cc.cr_frame)
t('ag_code', lambda: aa.ag_code); t('ag_frame', lambda: aa.ag_frame)
cc.close()
fr = sys._getframe()
t('f_code', lambda: fr.f_code); t('f_back', lambda: fr.f_back); t('f_locals', lambda: fr.f_globals)
try: 1/0
except ZeroDivisionError as e: tb = e.__traceback__
t('tb_frame', lambda: tb.tb_frame); t('tb_next', lambda: tb.tb_next)
t('getattr', lambda: getattr(fn, '__code__'))
t('obj getattr', lambda: object.__getattribute__(fn, '__code__'))
t('hasattr', lambda: hasattr(tb, 'tb_frame'))
class A: pass
class B: pass
class C(A): pass
t('C.__name__', lambda: setattr(C, '__name__', 'X'))
t('C.__name__ bad', lambda: setattr(C, '__name__', 1))
t('C.__qualname__', lambda: setattr(C, '__qualname__', 'X'))
t('C.__bases__', lambda: setattr(C, '__bases__', (B,)))
t('C.__bases__ bad', lambda: setattr(C, '__bases__', 1))
t('C.__module__', lambda: setattr(C, '__module__', 'X'))
t('C.__doc__', lambda: setattr(C, '__doc__', 'X'))
t('C.__abs__', lambda: setattr(C, '__abstractmethods__', ()))
t('del C.__name__', lambda: delattr(C, '__name__'))
t('del C.__module__', lambda: delattr(C, '__module__'))
t('int name', lambda: setattr(int, '__name__', 'X'))
t('int bases', lambda: setattr(int, '__bases__', (A,)))
t('int attr', lambda: setattr(int, 'foo', (A,)))
a = A()
t('class', lambda: setattr(a, '__class__', B))
t('class bad', lambda: setattr(a, '__class__', int))
t('class bad2', lambda: setattr(a, '__class__', 3))
t('del class', lambda: delattr(a, '__class__'))
t('attr', lambda: (setattr(a, 'x', 1), setattr(A, 'x', 1), a.x, delattr(a, 'x')))
t('code.replace', lambda: c.replace(co_name='z'))
t('code.new bad', lambda: types.CodeType(0,0,0,0,0,0,b'd',(None,),(),(),'f','n','q',1,b'',b''))
t('function new', lambda: types.FunctionType(fn.__code__, {}))
t('getframe', lambda: sys._getframe())
t('getframe1', lambda: sys._getframe(1))
t('settrace', lambda: (sys.settrace(None), sys.setprofile(None), sys.gettrace()))
t('asyncgen hooks', lambda: sys.set_asyncgen_hooks(None, None))
t('asyncgen hooks1', lambda: sys.set_asyncgen_hooks(finalizer=None))
t('asyncgen hooks2', lambda: sys.set_asyncgen_hooks(firstiter=fn))
sys.set_asyncgen_hooks(None, None)
t('gc', lambda: (gc.get_objects(), gc.get_objects(1), gc.get_objects(generation=None), gc.get_referrers(a, A), gc.get_referents(a), gc.collect()))
def mf():
    with open(f, 'wb') as h: marshal.dump([1], h, 2)
    with open(f, 'rb') as h: marshal.load(h)
t('marshal file', mf)
t('array', lambda: array.array('i', [1])); t('array2', lambda: array.array('b'))
t('mkdir', lambda: (os.mkdir(g), os.mkdir(P(g, 'h'), 0o700)))
t('listdir', lambda: (os.listdir(g), os.listdir(os.fsencode(g)), list(os.scandir(g))))
t('listdir0', lambda: (os.listdir(), list(os.scandir())))
t('rename', lambda: os.rename(f, f + '2')); t('replace', lambda: os.replace(f + '2', f))
t('link', lambda: (os.link(f, f + '3'), os.symlink(f, f + '4')))
t('remove', lambda: (os.remove(f + '3'), os.unlink(f + '4')))
t('chmod', lambda: (os.chmod(f, 0o600), os.utime(f, (1, 2)), os.utime(f), os.utime(f, ns=(5, 6)), os.truncate(f, 0)))
fd = os.open(f, os.O_RDWR)
t('fchmod', lambda: (os.fchmod(fd, 0o600), os.ftruncate(fd, 1), os.fchown(fd, -1, -1), os.chown(f, -1, -1), os.lchown(f, -1, -1)))
t('setx', lambda: os.setxattr(f, 'user.a', b'1'))
t('rmdir', lambda: (os.rmdir(P(g, 'h')), os.rmdir(g)))
t('chdir', lambda: (os.chdir(tmp), os.fchdir(os.open('.', 0)), os.getcwd()))
t('pthread_kill', lambda: signal.pthread_kill(threading.get_ident(), 0))
t('socket', lambda: socket.socket().close())
t('accept', lambda: s.accept()[0].close()); t('connect_ex', lambda: s2.connect_ex(('127.0.0.1', 1)))
t('sys.audit', lambda: (sys.audit('my', 1), sys.audit('my2')))
t('nothing', lambda: (sys.exc_info(), sys.getrefcount(1), sys.getsizeof(1), sys.intern('a')))
t('execve', lambda: os.execve('/nonexistent', ['a'], {}))
shutil.rmtree(tmp)


# hooks are traced only if they say that they can be
class Hook:
    def __call__(self, event, args):
        pass


traced = []


def tracer(frame, event, arg):
    if frame.f_code is code:
        traced.append(event)


hook, code = Hook(), Hook.__call__.__code__
sys.addaudithook(hook)
sys.settrace(tracer)
sys.audit("x")
print(traced)
hook.__cantrace__ = True
sys.audit("x")
hook.__cantrace__ = False
sys.audit("x")
sys.settrace(None)
print(traced)


# a hook that objects
def objects(event, args):
    if event in refused:
        raise RuntimeError(event)


refused = {"open", "exec", "import", "object.__getattr__", "builtins.id", "sys.excepthook"}
sys.addaudithook(objects)
for operation in (lambda: open("/dev/null"), lambda: exec("pass"), lambda: __import__("no_such_module"), lambda: objects.__code__,
                  lambda: id(1), lambda: eval("1")):
    try:
        operation()
    except RuntimeError as e:
        print("refused", e)
raise ValueError("not shown")
