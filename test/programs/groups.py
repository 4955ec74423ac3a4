# RUN: %S/every-way.sh %s %t
# REQUIRES: pyvm
def raiser():
    errors = []
    for f in (lambda: 1 / 0, lambda: [][0], lambda: {}["k"]):
        try:
            f()
        except Exception as e:
            errors.append(e)
    raise ExceptionGroup("several", errors)


try:
    raiser()
except* ZeroDivisionError:
    print("division")


# What no clause takes keeps the groups it stood in, also those of one member.
try:
    try:
        raise ExceptionGroup("j1", [ExceptionGroup("j2", [ExceptionGroup("j3", [ValueError("V")]),
                                                          ExceptionGroup("j4", [TypeError("T")])])])
    except* TypeError as taken:
        print(repr(taken))
except ExceptionGroup as left:
    print(repr(left))
