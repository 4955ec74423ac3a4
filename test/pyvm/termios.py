# termios: the settings of a pseudo-terminal, compared with what CPython reads and writes.
# RUN: %python %s > %t.python
# RUN: pyvm %s > %t.pyvm
# RUN: diff %t.python %t.pyvm
# RUN: pyvm --check-leaks %s
import sys
del sys.path[0]
import os
import pty
import termios as T

master, s = pty.openpty()
r, w = os.pipe()


class File:
    def fileno(self):
        return s


def changed(index, value):
    """The settings with another value; an index of two digits changes a character."""
    settings = T.tcgetattr(s)
    if index < 10:
        settings[index] = value
    else:
        settings[6][index % 10] = value
    return settings


x = T.tcgetattr(s)
print(x)
x[3] &= ~T.ICANON
T.tcsetattr(s, T.TCSANOW, x)
print(T.tcgetattr(s))
x[3] |= T.ICANON
T.tcsetattr(s, T.TCSADRAIN, x)
assert T.error.__mro__[1] is Exception and T.error.__module__ == 'termios'


def show(text):
    """The value of an expression, or its error."""
    try:
        print(text, '->', repr(eval(text)))
    except Exception as error:
        print(text, '->', type(error).__module__, type(error).__name__, error, error.args)


for expression in '''\
T.tcgetattr(-1)
T.tcgetattr(999)
T.tcgetattr('x')
T.tcgetattr(r)
T.tcsetattr(s, T.TCSANOW, x)
T.tcsetattr(s, T.TCSANOW, x)
T.tcsetattr(s, T.TCSANOW, x[:5])
T.tcsetattr(s, T.TCSANOW, tuple(x))
T.tcsetattr(s, 'x', x)
T.tcsetattr(s, 99, x)
T.tcgetwinsize(s)
T.tcsetwinsize(s, (24, 80))
T.tcgetwinsize(s)
T.tcsetwinsize(s, (1,))
T.tcsetwinsize(s, 5)
T.tcsetwinsize(s, [1, 'x'])
T.tcsetwinsize(s, (70000, 1))
T.tcsetwinsize(s, (2 ** 70, 1))
T.tcsetwinsize(s, (-1, 1))
T.tcgetwinsize(r)
T.tcsendbreak(s, 0)
T.tcdrain(s)
T.tcflush(s, T.TCIOFLUSH)
T.tcflow(s, T.TCOON)
T.tcflush(s, 99)
T.tcflow(s, 99)
T.tcdrain(r)
T.tcsendbreak(r, 0)
T.tcflush('x', 0)
T.tcflush()
T.tcgetattr(2 ** 40)
T.tcgetattr(File())
T.tcsetattr(s, 0, changed(6, [1]))
T.tcsetattr(s, 0, changed(6, 5))
T.tcsetattr(s, 0, changed(0, 'x'))
T.tcsetattr(s, 0, changed(0, 2**40))
T.tcsetattr(s, 0, changed(0, 2**70))
T.tcsetattr(s, 0, changed(4, -5))
T.tcsetattr(s, 0, changed(10, 'ab'))
T.tcsetattr(s, 0, changed(10, b'ab'))
T.tcsetattr(s, 0, changed(10, 5))
T.tcgetattr(s)
'''.splitlines():
    show(expression)
for name in dir(T):
    value = getattr(T, name)
    if name not in ('__file__', '__spec__', '__loader__'):
        print(name, value.__text_signature__ if callable(value) and type(value) is not type else value, value.__doc__ if callable(value) else '')
