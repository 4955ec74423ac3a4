# The tokens of one module with a bit of everything, in all three forms.
# GOLDEN: tokens tokens-exact
# RUN: pytok --no-header %s | diff %golden.tokens -
# RUN: pytok -e --no-header %s | diff %golden.tokens-exact -
# RUN: pytok --emit=binary %s | pytok -e --no-header | diff %golden.tokens-exact -
# RUN: pytok --emit=json %s | pytok -e --no-header | diff %golden.tokens-exact -
# RUN: pytok %s | pytok -e --no-header | diff %golden.tokens-exact -
# RUN: pytok --emit=binary %s | pytok --untokenize | diff %s -
def f(a, *b: int, c=0x1_F, **d) -> None:
	if a:  # a tab
		return b'\x00' + rb"\d", 1.5e-3j, 0o17, 0b1, 1_000, .5
	return """three
  lines \
	"" of""", 'continued \
 string'

class É(object): pass
x = a @ b // c ** ~d; y = not(
    # inside
    z != {1: 2}[1])
x \
  = 3
print(f"{x!r:>{y}}", ..., x:=3)
a ? b $ ²
