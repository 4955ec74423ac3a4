# No line end at the end, and a form feed.
# GOLDEN: tokens
# RUN: pytok --no-header %s | diff %golden.tokens -
x = 1
if x:
    y