# Lone surrogates stay two, in every form of the tree.
# RUN: pyparse %s > %t.text && pyparse --emit=json %s > %t.json && pyparse %t.json | diff %t.text - && pyparse --emit=binary %s | pyparse | diff %t.text -
# RUN: pyparse --emit=json %t.text | cmp - %t.json && pycomp %s -o %t.pyc && pycomp %t.json | cmp - %t.pyc
# RUN: %python -c "import ast, sys; print(ast.dump(ast.parse(open(sys.argv[1]).read()), include_attributes=True, indent=3))" %s > %t.theirs && pyparse --no-header %t.json | diff - %t.theirs
a = "\ud800\udc02", "\udc02\ud800", "x\ud800\udc02\ud900\udc01y", "\ud800", "\U00010002", "\ud800\ud800\udc00\udc00", "퟿\udbff\udfff"
