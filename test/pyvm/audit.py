# RUN: pyvm --check-leaks %s
# RUN: %python %s
# Hooks stay for ever: --check-leaks has nothing to say here.
import builtins
import sys

events = []
sys.addaudithook(lambda event, args: events.append((event, args)) if event.startswith("my.") else None)
sys.audit("my.event", 1, "two")
sys.audit("my.empty")
assert events == [("my.event", (1, "two")), ("my.empty", ())], events

for args, text in ((), "audit() missing 1 required positional argument: 'event'"), ((1,), "expected str for argument 'event', not int"):
    try:
        sys.audit(*args)
    except TypeError as e:
        assert str(e) == text, str(e)
    else:
        raise AssertionError


def objector(event, args):
    if event == "my.bad":
        raise PermissionError("no")


sys.addaudithook(objector)
try:
    sys.audit("my.bad")
except PermissionError:
    pass
else:
    raise AssertionError

# breakpoint()
assert sys.breakpointhook is sys.__breakpointhook__
sys.breakpointhook = lambda *args, **kw: (args, kw)
assert breakpoint(1, a=2) == ((1,), {"a": 2})
del sys.breakpointhook
try:
    breakpoint()
except RuntimeError as e:
    assert str(e) == "lost sys.breakpointhook"

# knobs
assert sys.getswitchinterval() == 0.005
sys.setswitchinterval(0.01)
assert sys.getswitchinterval() == 0.01
try:
    sys.setswitchinterval(0)
except ValueError as e:
    assert str(e) == "switch interval must be strictly positive"
flags = sys.getdlopenflags()
sys.setdlopenflags(flags)
assert sys.get_coroutine_origin_tracking_depth() == 0 and sys.getallocatedblocks() > 0
assert "os" in sys.stdlib_module_names and len(sys.stdlib_module_names) > 300
