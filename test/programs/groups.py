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
