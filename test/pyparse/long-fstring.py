# A literal of very many expressions and lines is read once, and each expression stands in its place.
# RUN: %python %s > %t.py && pyparse --no-header %t.py > %t.ours
# RUN: %python -c "import ast, sys; print(ast.dump(ast.parse(open(sys.argv[1]).read()), include_attributes=True, indent=3))" %t.py | diff - %t.ours
print('x = f"' + "{a}" * 3000 + '"')
print("y = f'''" + "{b} text\n" * 3000 + "{c}{d\n}'''")
print('z = f"{p}" f"{q}{r:{s}}" f"""\n{t}{u}"""', "f'{v}'")
