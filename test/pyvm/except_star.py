# RUN: pyvm --check-leaks %s
# RUN: %python %s
"""except*: what is left of a group keeps its nesting, but not the groups that have nothing left."""
group = ExceptionGroup("a", [ExceptionGroup("b", [ExceptionGroup("c", [ValueError("v")]),
                                                  ExceptionGroup("d", [TypeError("t")])])])
try:
    try:
        raise group
    except* TypeError as matched:
        assert [e.message for e in matched.exceptions[0].exceptions] == ["d"]
except ExceptionGroup as e:
    left = e
assert [e.message for e in left.exceptions] == ["b"]
assert [e.message for e in left.exceptions[0].exceptions] == ["c"], left.exceptions[0].exceptions
