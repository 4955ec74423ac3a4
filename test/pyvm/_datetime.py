# _datetime: every way to make, compare, move, write and read dates and times, compared with what CPython does.
# RUN: PYTHONHASHSEED=0 %python %s > %t.python
# RUN: PYTHONHASHSEED=0 pyvm %s > %t.pyvm
# RUN: diff %t.python %t.pyvm
# RUN: pyvm --check-leaks %s
import os
import sys
del sys.path[0]
import time as clock
os.environ['TZ'] = 'EST5EDT,M3.2.0,M11.1.0'
clock.tzset()
import copy
import pickle
import _datetime
from datetime import *

assert datetime is _datetime.datetime


def show(text):
    """The value of an expression, or its error."""
    try:
        print(text, '->', repr(eval(text)))
    except Exception as error:
        print(text, '->', type(error).__name__, error)


class Zone(tzinfo):
    def __init__(self, offset=None, name=None, dst=None):
        self.offset, self.name, self.saving = offset, name, dst

    def __repr__(self):
        return f'Zone({self.offset!r})'

    def utcoffset(self, when):
        return self.offset

    def tzname(self, when):
        return self.name

    def dst(self, when):
        return self.saving


class Folded(tzinfo):
    """An hour less while fold is 1."""
    def utcoffset(self, when):
        return timedelta(hours=2 - when.fold)

    def dst(self, when):
        return timedelta(0)


class Date(date):
    pass


class DateTime(datetime):
    pass


class Time(time):
    pass


class Delta(timedelta):
    pass


class Other:
    """Knows what to do with any operand."""
    def __radd__(self, other):
        return 'radd'

    def __eq__(self, other):
        return 'eq'

    def __gt__(self, other):
        return 'gt'


d, t, dt, td = date(2000, 1, 2), time(1, 2, 3, 4), datetime(2000, 1, 2, 3, 4, 5, 6), timedelta(1, 2, 3)
aware, tz, z = dt.replace(tzinfo=timezone.utc), timezone(timedelta(hours=1), 'nm'), Zone()
for expression in '''\
date()
date(1)
date(1, 2, 3, 4)
date(0, 1, 1)
date(10000, 1, 1)
date(2000, 13, 1)
date(2000, 2, 30)
date(2000, 0, 1)
date('x', 1, 1)
date(2 ** 40, 1, 1)
date(1.5, 1, 1)
date(b'abc')
date(b'\\x07\\xd0\\x01\\x01')
date('\\x07Ð\\x01\\x01')
date(b'\\x07\\xd0\\r\\x01')
date(year=2000, month=1, day=2)
date('ćÐ\\x01\\x01')
time()
time(24)
time(0, 60)
time(0, 0, 60)
time(0, 0, 0, 10 ** 6)
time(1, 2, 3, 4, 5)
time(fold=2)
time(1, 2, 3, 4, fold=1)
time(b'\\x01\\x02\\x03\\x00\\x00\\x04')
time(b'\\x81\\x02\\x03\\x00\\x00\\x04', timezone.utc)
time(b'\\x81\\x02\\x03\\x00\\x00\\x04', 5)
time(-1)
time(1, 2, 3, 4, None, 1)
datetime()
datetime(2000, 1)
datetime(2000, 1, 1, 24)
datetime(2000, 1, 1, tzinfo=5)
datetime(b'\\x07\\xd0\\x01\\x01\\x01\\x02\\x03\\x00\\x00\\x04')
datetime(b'\\x07\\xd0\\x81\\x01\\x01\\x02\\x03\\x00\\x00\\x04', timezone.utc)
datetime(b'\\x07\\xd0\\x81\\x01\\x01\\x02\\x03\\x00\\x00\\x04', 3)
timedelta(1, 2, 3, 4, 5, 6, 7)
timedelta(1, 2, 3, 4, 5, 6, 7, 8)
timedelta('x')
timedelta(1.5, 2.7, 3.9)
timedelta(10 ** 9)
timedelta(-10 ** 9)
timedelta(999999999, 86399, 999999)
timedelta(999999999, 86400)
timedelta(1e+300)
timedelta(float('nan'))
timedelta(float('inf'))
timedelta(microseconds=0.5)
timedelta(microseconds=1.5)
timedelta(days=0.1, seconds=0.1, weeks=0.3)
timedelta(10 ** 30)
timedelta(None)
timezone()
timezone(1)
timezone(timedelta(1))
timezone(timedelta(hours=-24))
timezone(timedelta(hours=1), 5)
timezone(timedelta(hours=1), 'x')
timezone(timedelta(0))
timezone(timedelta(hours=-1, microseconds=3))
timezone(timedelta(0), 'UTC')
d.replace(day=40)
d.replace(1, 2, 3, 4)
t.replace(tzinfo=5)
dt.replace(fold=3)
dt.replace(tzinfo=timezone.utc, fold=1)
dt.__reduce_ex__('x')
dt.__reduce_ex__()
date.fromisoformat(5)
time.fromisoformat(5)
datetime.fromisoformat(5)
date.fromisocalendar(2000, 1, 1)
date.fromisocalendar(2000, 54, 1)
date.fromisocalendar(2000, 1, 8)
date.fromisocalendar(0, 1, 1)
date.fromisocalendar(10000, 1, 1)
date.fromisocalendar(2000, 1)
date.fromisocalendar(2000, 2 ** 70, 1)
date.fromisocalendar(9999, 53, 1)
datetime.fromisocalendar(2000, 1, 1)
date.fromisocalendar('x', 1, 1)
date.fromisocalendar(year=2000, week=1, day=1)
date.fromordinal(0)
date.fromordinal(1)
date.fromordinal(3652060)
date.fromordinal(3652059)
date.fromordinal('x')
date.fromordinal(2 ** 70)
date.fromtimestamp(0)
date.fromtimestamp(1e+20)
date.fromtimestamp('x')
date.fromtimestamp(float('nan'))
datetime.fromtimestamp(0, timezone.utc)
datetime.fromtimestamp(1.5, tz=timezone(timedelta(hours=1)))
datetime.fromtimestamp(1.9999999, timezone.utc)
datetime.fromtimestamp(1000000000000.0)
datetime.fromtimestamp(2 ** 70)
datetime.fromtimestamp(-62135596801)
datetime.utcfromtimestamp(-1.5)
datetime.fromtimestamp(0, 5)
datetime.utcfromtimestamp(1e+18)
datetime.fromtimestamp()
datetime.utcfromtimestamp(253402300800)
dt.isoformat('TT')
dt.isoformat(5)
dt.isoformat('€')
dt.isoformat(b'T')
d.strftime('%Y-%m-%d %% %f %z %Z %H %j')
dt.strftime('%f %z %Z %%f %')
dt.replace(tzinfo=timezone(timedelta(hours=-1, minutes=-30, seconds=-5))).strftime('%z %Z %:z')
t.strftime('%H %f %Y')
d.strftime(5)
d.strftime('\\ud800')
d.strftime('é€')
d.__format__('')
d.__format__('%Y')
d.__format__(5)
t.strftime('a\\x00b %H')
date(1, 1, 1).strftime('%Y')
datetime.strptime('2000', '%Y')
datetime.strptime('x', '%Y')
datetime.strptime(5, '%Y')
datetime.strptime('2000-01-01 +0100 XX', '%Y-%m-%d %z XX')
datetime.combine(d, t)
datetime.combine(d, t, timezone.utc)
datetime.combine(d, 5)
datetime.combine(5, t)
datetime.combine(dt, t)
datetime.combine(d, t, tzinfo=5)
dt.astimezone(timezone.utc)
dt.astimezone(5)
dt.timestamp()
dt.replace(tzinfo=timezone.utc).timestamp()
datetime(1, 1, 1).timestamp()
datetime(9999, 12, 31, 23, 59, 59).timestamp()
datetime.min.__sub__(timedelta(1))
date.max.__add__(timedelta(1))
datetime.max + timedelta(1)
date.min - timedelta(1)
timedelta.max + timedelta(1)
-timedelta.max
timedelta.max * 2
td * 1e+300
td / 0
td // 0
td / td
td // timedelta(0)
td % timedelta(0)
td / 0.0
td * 0.3
td / 0.3
td * float('nan')
td * True
aware - dt
aware < dt
aware == dt
aware - aware.replace(tzinfo=timezone(timedelta(hours=1)))
t < t.replace(tzinfo=timezone.utc)
t == t.replace(tzinfo=timezone.utc)
d == dt
d < dt
dt < d
t < 5
td < 5
td == 5
timezone.utc < timezone.utc
timezone.utc == 5
tz.utcoffset(dt)
tz.utcoffset(None)
tz.utcoffset(5)
tz.dst(None)
tz.dst(5)
tz.tzname(None)
tz.tzname(5)
tz.fromutc(dt)
tz.fromutc(5)
tz.__getinitargs__()
z.utcoffset(dt)
z.dst(dt)
z.tzname(dt)
z.fromutc(5)
z.fromutc(dt)
z.__reduce__()
dt.replace(tzinfo=z).utcoffset()
str(dt.replace(tzinfo=z))
type(Date(2000, 1, 1) + td), type(DateTime(2000, 1, 1) + td), type(Delta(1) + Delta(1)), type(DateTime(2000, 1, 1).replace(year=1))
type(DateTime.fromtimestamp(0)), type(DateTime.combine(d, t)), repr(DateTime(2000, 1, 1)), repr(Delta(1)), repr(Time(1))
type(DateTime(2000, 1, 1).astimezone(timezone.utc)), type(DateTime.fromisoformat('2000-01-01')), type(Time.fromisoformat('01'))
type(Date.fromordinal(5)), type(Date.fromisocalendar(2000, 1, 1)), type(DateTime.strptime('2000', '%Y')), DateTime.fromordinal(5)
Zone(1, 2, 3).__reduce__()
z.fromutc(dt.replace(tzinfo=z))
tzinfo().utcoffset(None)
tzinfo().fromutc(5)
type(d.isocalendar())(1, 2)
d.isocalendar().year, d.isocalendar()[1:], d.isocalendar() == (1999, 52, 7), hash(d.isocalendar()) == hash((1999, 52, 7))
setattr(d, 'year', 5)
setattr(date, 'x', 5)
type('Z', (timezone,), {})
d.timetuple(), dt.timetuple(), dt.utctimetuple(), d.ctime(), dt.ctime()
str(td), str(-td), repr(-td), str(timedelta(5)), abs(-td), +td, td.total_seconds(), timedelta.max.total_seconds()
td * 0.3, td / 0.3, td * 1e-300, td / 1e300, td * 1e5, td / 7, td // 7, td % timedelta(0, 7), divmod(td, timedelta(0, 7))
timedelta(days=1e15, hours=-24e15), timedelta(10**40, -86400 * 10**40), timedelta(weeks=True), timedelta(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7)
td * Delta(1)
td / 10**30, td // 10**30, -td // 10**30
'''.splitlines():
    show(expression)

# operators between all kinds
for op in '+', '-', '*', '/', '//', '%', '<', '==':
    for a in 'd', 't', 'dt', 'td', '3', '1.5', 'None':
        for b in 'd', 't', 'dt', 'td', '2', '0.7', '0', '0.0', 'Other()':
            show(f'{a} {op} {b}')

# what a time zone may answer
for answer in 5, None, timedelta(1), timedelta(hours=23, microseconds=1), timedelta(hours=-24), 'x':
    x, y = dt.replace(tzinfo=Zone(answer, answer, answer)), t.replace(tzinfo=Zone(answer, answer, answer))
    for method in 'utcoffset', 'dst', 'tzname', 'isoformat', '__repr__', '__hash__':
        show(f'x.{method}()')
        show(f'y.{method}()')
    for text in 'x.timetuple()', 'x.utctimetuple()', 'x.timestamp()', "x.strftime('%z|%Z')", 'x - aware', 'x == aware', \
            'x < aware', 'x.astimezone(timezone.utc)', 'x.tzinfo.fromutc(x)', 'y < t', 'y == t':
        show(text)

# pickles and copies
for x in [d, t, dt, td, aware, tz, timezone.utc, time(1, tzinfo=tz, fold=1), datetime(1, 1, 1, fold=1), Date(1, 1, 1), Delta(5),
          d.isocalendar()]:
    print(repr(x), str(x), hash(x), x.__reduce__(), copy.copy(x) == x)
    for protocol in range(6):
        print(pickle.dumps(x, protocol))
        assert pickle.loads(pickle.dumps(x, protocol)) == x

# ISO 8601
for text in ['2000-01-02', '20000102', '2000-W01-1', '2000W011', '2000-W01', '2000W01', '2000-w01', '2000-1-2', '', '2000-01-02T',
             '2000-13-01', '2000-W54-1', '2000-W01-8', '2000-W00-1', '0000-01-01', '2000-0102', '2000\u0660-01-02', '2009-W53-5',
             '2000-01-02\ud800', '2010-W53-1']:
    show(f'date.fromisoformat({ascii(text)})')
for text in ['01', '01:02', '0102', '01:02:03', '010203', '01:02:03.4', '01:02:03,4567891', 'T01:02', '01:02Z', '01:02z', '01:02-01',
             '01:02:03+01:00:01.5', '24:00', '', '1', '01:2', '01:02:', '01:02:03.', '01:02+', '01:02+24:00', '01:02-00:00', '01 02',
             '01:02Z1', '01:0203', '0102:03', '01:02:03:04']:
    show(f'time.fromisoformat({ascii(text)})')
for text in ['2000-01-02', '2000-01-02 03:04:05.678+01:00', '20000102030405', '2000-W01-1T01', '2000W011T01', '2000-W01T01', '2000W01T01',
             '2000-01-02\ud80003:04', '2000-01-02\U0001f60003:04', '2000-01-02T', '2000-01-02T03:04:05Z', '2000-01', '20000102T',
             '2000-01-02T03:04+25:00', '2000-W01-01', '2000-1-02T03:04', '2000-01-02T03:04:05+00:00:00.1', '2000W0110']:
    show(f'datetime.fromisoformat({ascii(text)})')
for x in dt, t:
    for timespec in 'auto', 'hours', 'minutes', 'seconds', 'milliseconds', 'microseconds', 'x', '\ud800', 5:
        show(f'{"dt" if x is dt else "t"}.isoformat(timespec={timespec!a})')

# local time, its gap and its fold
for text in '2021-03-14T02:30', '2021-11-07T01:30', '2021-07-01T12:00', '2021-01-01T12:00':
    for fold in 0, 1:
        x = datetime.fromisoformat(text).replace(fold=fold)
        print(x.timestamp(), repr(x.astimezone()), repr(x.astimezone(timezone.utc)), repr(datetime.fromtimestamp(x.timestamp())))
one, two = datetime(2000, 1, 1, tzinfo=Folded()), datetime(2000, 1, 1, tzinfo=Folded(), fold=1)
print(one == two, hash(one) == hash(two), one == one.astimezone(timezone.utc), one - two, one.utcoffset(), two.utcoffset())
assert abs(datetime.now() - datetime.fromtimestamp(clock.time())) < timedelta(seconds=60) and type(Date.today()) is Date
assert abs(datetime.now(timezone.utc) - DateTime.now(timezone.utc)) < timedelta(seconds=60) and date.today() <= date.today()

# days and weeks of all years
ordinal, total = 1, 0
while ordinal <= date.max.toordinal():
    x = date.fromordinal(ordinal)
    assert x.toordinal() == ordinal and x.weekday() == (ordinal + 6) % 7 and date.fromisocalendar(*x.isocalendar()) == x
    total += x.year * 7 + x.month * 5 + x.day + x.isocalendar().week + x.timetuple().tm_yday
    ordinal += 97
print(total)

class Odd(datetime):
    """What its arithmetic makes is no datetime."""
    def __new__(cls, *args):
        return 5 if len(args) > 7 else super().__new__(cls, *args)


print(datetime.__new__(Odd, 2000, 1, 1) + timedelta(1), datetime.__new__(Odd, 2000, 1, 1).utctimetuple())

# tables
for cls in date, time, datetime, timedelta, timezone, tzinfo, type(d.isocalendar()):
    print(cls, sorted(vars(cls)), bool(cls.__doc__), cls.__text_signature__)
    for name, value in sorted(vars(cls).items()):
        print(name, type(value).__name__, bool(value.__doc__), getattr(value, '__text_signature__', None))
print([name for name in dir(_datetime) if name != '__file__'], type(_datetime.datetime_CAPI))
# datetimes are not watched for cycles, and these belong to one: their zones' classes know this module
del x, y, one, two
