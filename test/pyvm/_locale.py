# _locale: every function, compared with CPython in the same locales.
# RUN: %python %s > %t.python
# RUN: pyvm %s > %t.pyvm
# RUN: diff %t.python %t.pyvm
# RUN: pyvm --check-leaks %s
import sys
del sys.path[0]
import _locale
import locale


def show(text):
    """The value of an expression, or its error."""
    try:
        print(text, '->', repr(eval(text)))
    except Exception as error:
        print(text, '->', type(error).__module__, type(error).__name__, error, error.args)


for expression in '''\
_locale.setlocale(_locale.LC_ALL)
_locale.setlocale(_locale.LC_ALL, None)
_locale.setlocale(_locale.LC_ALL, 'xx_YY')
_locale.setlocale(99)
_locale.setlocale(99, 'C')
_locale.setlocale('x')
_locale.setlocale()
_locale.setlocale(0, 5)
_locale.setlocale(_locale.LC_ALL, 'C.UTF-8')
_locale.setlocale(_locale.LC_ALL, 'a\\x00b')
_locale.setlocale(_locale.LC_ALL, '\\ud800')
_locale.localeconv()
_locale.strcoll('a', 'b')
_locale.strcoll('b', 'a')
_locale.strcoll('é', 'z')
_locale.strcoll('a', 5)
_locale.strcoll('a\\x00', 'a')
_locale.strxfrm('abc')
_locale.strxfrm('é')
_locale.strxfrm(5)
_locale.strxfrm('')
_locale.strxfrm('a\\x00b')
_locale.nl_langinfo(-5)
_locale.nl_langinfo('x')
_locale.getencoding()
_locale.gettext('x')
_locale.gettext(5)
_locale.dgettext(None, 'x')
_locale.dgettext('d', 'x')
_locale.dgettext(5, 'x')
_locale.dcgettext(None, 'x', _locale.LC_MESSAGES)
_locale.textdomain(None)
_locale.textdomain('foo')
_locale.textdomain(5)
_locale.bindtextdomain('foo', None)
_locale.bindtextdomain('foo', '/tmp')
_locale.bindtextdomain('', None)
_locale.bindtextdomain('foo', 5)
_locale.bind_textdomain_codeset('foo', 'UTF-8')
_locale.bind_textdomain_codeset('foo', None)
_locale.bindtextdomain(5, '/tmp')
_locale.bindtextdomain('foo', b'/tmp')
'''.splitlines():
    show(expression)
for name in dir(_locale):
    value = getattr(_locale, name)
    if name not in ('__file__', '__spec__', '__loader__'):
        print(name, value.__text_signature__ if callable(value) and type(value) is not type else value, value.__doc__ if callable(value) else '')
for name in 'CODESET', 'DAY_1', 'RADIXCHAR', 'THOUSEP', 'CRNCYSTR', 'ERA', 'YESEXPR', 'D_T_FMT', 'ALT_DIGITS', 'ERA_D_FMT':
    show(f'_locale.nl_langinfo(_locale.{name})')
for name in 'de_DE.UTF-8', 'en_US.UTF-8', 'C':  # which may not be installed
    show(f'_locale.setlocale(_locale.LC_ALL, {name!r})')
    show('_locale.localeconv()')
    print(1.5, float('1.5'), '%f' % 1.5, locale.atof('1.5'), locale.str(2.5), format(1.5, '.3f'))
assert locale.Error is _locale.Error and locale.getlocale()
