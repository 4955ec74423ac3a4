# syslog and _crypt: masks, arguments and hashes, compared with CPython.
# RUN: %python %s > %t.python
# RUN: pyvm %s > %t.pyvm
# RUN: diff %t.python %t.pyvm
# RUN: pyvm --check-leaks %s
import sys
del sys.path[0]
import _crypt
import syslog as l


def show(text):
    """The value of an expression, or its error."""
    try:
        print(text, '->', repr(eval(text)))
    except Exception as error:
        print(text, '->', type(error).__module__, type(error).__name__, error, error.args)


for expression in '''\
l.syslog()
l.syslog('x')
l.syslog(5, 'x')
l.syslog(5)
l.syslog('a', 'b')
l.syslog(1, 2, 3)
l.syslog('\\ud800')
l.syslog('a\\x00b')
l.openlog('x', l.LOG_PID, l.LOG_MAIL)
l.openlog(5)
l.openlog(ident='q', logoption=1, facility=8)
l.openlog(foo=1)
l.openlog(1, 2, 3, 4)
l.openlog()
l.closelog()
l.setlogmask(255)
l.setlogmask(255)
l.setlogmask('x')
l.setlogmask()
l.LOG_MASK(3)
l.LOG_UPTO(3)
l.LOG_MASK('x')
l.LOG_UPTO(7)
l.LOG_MASK(40)
l.LOG_MASK()
_crypt.crypt('a', 'ab')
_crypt.crypt('a', '$6$abc')
_crypt.crypt('a', '')
_crypt.crypt(5, 'a')
_crypt.crypt('a')
_crypt.crypt('a', '*x')
_crypt.crypt('a\\x00', 'ab')
'''.splitlines():
    show(expression)
for name in dir(l):
    value = getattr(l, name)
    if name not in ('__file__', '__spec__', '__loader__'):
        print(name, value.__text_signature__ if callable(value) and type(value) is not type else value, value.__doc__ if callable(value) else '')
for name in dir(_crypt):
    value = getattr(_crypt, name)
    if name not in ('__file__', '__spec__', '__loader__'):
        print(name, value.__text_signature__ if callable(value) and type(value) is not type else value, value.__doc__ if callable(value) else '')
