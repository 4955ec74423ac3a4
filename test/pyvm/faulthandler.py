# faulthandler: tracebacks of crashes, on signals, after a time; where they go; what is refused.
# RUN: %python %s
# RUN: pyvm %s
# RUN: pyvm --check-leaks %s
import sys
del sys.path[0]
import faulthandler
import os
import re
import signal
import subprocess
import tempfile


def raises(kind, text, function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except kind as error:
        assert str(error) == text, str(error)
    else:
        raise AssertionError(kind)


def run(code, *options, **variables):
    """What a program writes to standard error, its addresses left out, and its status."""
    done = subprocess.run([sys.executable, *options, '-c', code], env={**os.environ, **variables}, capture_output=True, text=True)
    assert done.stdout == '', done.stdout
    return re.sub('0x[0-9a-f]{16}', 'ID', done.stderr), done.returncode


# crashes
stack = 'Current thread ID (most recent call first):\n  File "<string>", line 3 in crash\n  File "<string>", line 4 in <module>\n'
for call, name, number in [('_sigsegv()', 'Segmentation fault', signal.SIGSEGV), ('_sigsegv(True)', 'Segmentation fault', signal.SIGSEGV),
                           ('_read_null()', 'Segmentation fault', signal.SIGSEGV), ('_sigabrt()', 'Aborted', signal.SIGABRT),
                           ('_sigfpe()', 'Floating point exception', signal.SIGFPE)]:
    code = f'import faulthandler\ndef crash():\n  faulthandler.{call}\ncrash()'
    assert run(code, '-X', 'faulthandler') == (f'Fatal Python error: {name}\n\n{stack}', -number), run(code, '-X', 'faulthandler')
    assert run(code) == ('', -number)
assert run('import faulthandler; faulthandler.enable(all_threads=False); faulthandler._sigsegv()')[0] == \
    'Fatal Python error: Segmentation fault\n\nStack (most recent call first):\n  File "<string>", line 1 in <module>\n'
text, status = run('import faulthandler, sys; sys.stdlib_module_names = frozenset({"gc"}); import gc; faulthandler.enable(); faulthandler._sigsegv()')
modules = text.split('Extension modules: ')[1].split(' (total')[0].split(', ')
assert 'sys' in modules and 'faulthandler' in modules and 'gc' not in modules
text, status = run('''import faulthandler, gc
class Circle:
  def __del__(self):
    faulthandler._sigsegv()
c = Circle()
c.c = c
del c
faulthandler.enable()
gc.collect()''')
assert '  Garbage-collecting\n  File "<string>", line 4 in __del__\n  File "<string>", line 9 in <module>\n' in text, text
assert run('import faulthandler; faulthandler._fatal_error_c_thread()') == (
    'Fatal Python error: faulthandler_fatal_error_thread: in new thread\nPython runtime state: initialized\n\n'
    'Thread ID (most recent call first):\n  File "<string>", line 1 in <module>\n', -signal.SIGABRT)

# how it is turned on
code = 'import faulthandler, sys; sys.exit(faulthandler.is_enabled())'
for expected, options, variables in [(0, [], {}), (1, ['-X', 'faulthandler'], {}), (1, ['-X', 'dev'], {}),
                                     (1, [], {'PYTHONFAULTHANDLER': '1'}), (0, [], {'PYTHONFAULTHANDLER': ''}),
                                     (0, ['-E'], {'PYTHONFAULTHANDLER': '1'})]:
    assert run(code, *options, **variables) == ('', expected), (options, variables)
assert not faulthandler.is_enabled() and faulthandler.enable() is None and faulthandler.is_enabled()
assert faulthandler.disable() is True and faulthandler.disable() is False


# at will
def written(write):
    with tempfile.TemporaryFile('w+') as file:
        write(file)
        file.seek(0)
        return re.sub(r', line \d+', '', re.sub('0x[0-9a-f]{16}', 'ID', file.read()))


def deep(n, file):
    deep(n - 1, file) if n else faulthandler.dump_traceback(file, all_threads=False)


here = f'  File "{__file__}" in '
assert written(lambda f: faulthandler.dump_traceback(f, False)) == \
    f'Stack (most recent call first):\n{here}<lambda>\n{here}written\n{here}<module>\n'
assert written(lambda f: faulthandler.dump_traceback(f.fileno())) == \
    f'Current thread ID (most recent call first):\n{here}<lambda>\n{here}written\n{here}<module>\n'
assert written(lambda f: deep(200, f)) == 'Stack (most recent call first):\n' + f'{here}deep\n' * 100 + '  ...\n'
names = {}
exec(f'def {"x" * 510}\u00e9(f):\n  faulthandler.dump_traceback(f, False)\ndef \u00e9\u4e00\U0001d4d0(f):\n {"x" * 510}\u00e9(f)', globals(), names)
globals().update(names)
lines = written(names['\u00e9\u4e00A']).splitlines()
assert lines[1] == f'  File "<string>" in {"x" * 500}...' and lines[2] == '  File "<string>" in \\xe9\\u4e00A', lines


# on signals
def kill(file):
    faulthandler.register(signal.SIGUSR1, file, all_threads=False)
    os.kill(os.getpid(), signal.SIGUSR1)
    assert faulthandler.unregister(signal.SIGUSR1) and not faulthandler.unregister(signal.SIGUSR1)


assert written(kill) == f'Stack (most recent call first):\n{here}kill\n{here}written\n{here}<module>\n'
seen = []


def chained(file):
    signal.signal(signal.SIGUSR1, lambda *args: seen.append(1))
    faulthandler.register(signal.SIGUSR1, file, chain=True)
    os.kill(os.getpid(), signal.SIGUSR1)
    os.kill(os.getpid(), signal.SIGUSR1)
    faulthandler.unregister(signal.SIGUSR1)
    os.kill(os.getpid(), signal.SIGUSR1)


assert written(chained).count(f'Current thread ID (most recent call first):\n{here}chained\n') == 2 and len(seen) == 3


# after a time
def later(file, **options):
    import time
    faulthandler.dump_traceback_later(0.1, file=file, **options)
    time.sleep(0.35)
    faulthandler.cancel_dump_traceback_later()


report = f'Timeout (0:00:00.100000)!\nThread ID (most recent call first):\n{here}later\n'
assert written(later).startswith(report) and written(later).count('Timeout') == 1
assert written(lambda f: later(f, repeat=True)).count(report) in (2, 3)
assert run('import faulthandler, time; faulthandler.dump_traceback_later(1e-3, exit=True); time.sleep(30)') == (
    'Timeout (0:00:00.001000)!\nThread ID (most recent call first):\n  File "<string>", line 1 in <module>\n', 1)

# what is refused
raises(AttributeError, "'str' object has no attribute 'fileno'", faulthandler.enable, 'x')
raises(ValueError, 'file is not a valid file descripter', faulthandler.enable, -1)
raises(TypeError, "'str' object cannot be interpreted as an integer", faulthandler.dump_traceback, 1, all_threads='x')
raises(ValueError, 'timeout must be greater than 0', faulthandler.dump_traceback_later, 0)
raises(OverflowError, 'timestamp too large to convert to C _PyTime_t', faulthandler.dump_traceback_later, 1e20)
raises(ValueError, 'signal number out of range', faulthandler.register, 65)
raises(RuntimeError, 'signal 11 cannot be registered, use enable() instead', faulthandler.register, signal.SIGSEGV)
raises(OSError, '[Errno 22] Invalid argument', faulthandler.register, signal.SIGKILL)
raises(TypeError, 'unregister() takes exactly 1 argument (0 given)', faulthandler.unregister)
stderr, sys.stderr = sys.stderr, None
raises(RuntimeError, 'sys.stderr is None', faulthandler.enable)
sys.stderr = stderr
