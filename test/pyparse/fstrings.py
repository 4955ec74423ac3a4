# f-strings: positions of nested expressions, format specs, debug text, doubled braces.
# GOLDEN: ast
# RUN: pyparse --no-header %s | diff %golden.ast -
f"{x}"; f"a{ x }b{{c}}{y!r}{z:>{w}.{p}f}{d = }{e=!s:3}"
u"a" f'{b["k"]}' 'c' r"\d"
f"""
 {
 x} {y +
1 if 0 else 2}""" if 0 else f'''{
a, b}
  {c: %H:%M
  {d}}'''
rf"\{x}" f"{lambda_ or (lambda x: 1)}" f"{f'{inner!a}'}" f"{x!=y}" f"{x:=5}" f"{'a' 'b'}"
("one" f"{1}"
  f"{2:{3}4}"
   "five")
f"" ""; b"" b"\x00"; f"{ {1: 2}[1] }" "\ud83d"
