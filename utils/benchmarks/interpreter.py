# A small interpreter: match statements, tuples, dictionaries of functions.
def tokens(text):
    number = ""
    for ch in text + " ":
        if ch.isdigit():
            number += ch
            continue
        if number:
            yield ("num", int(number))
            number = ""
        if ch in "+-*()":
            yield ("op", ch)


def parse(stream):
    items, at = list(stream), 0

    def expression():
        nonlocal at
        left = term()
        while at < len(items) and items[at] in (("op", "+"), ("op", "-")):
            op = items[at][1]
            at += 1
            left = (op, left, term())
        return left

    def term():
        nonlocal at
        left = atom()
        while at < len(items) and items[at] == ("op", "*"):
            at += 1
            left = ("*", left, atom())
        return left

    def atom():
        nonlocal at
        kind, value = items[at]
        at += 1
        if kind == "num":
            return value
        inner = expression()
        at += 1
        return inner

    return expression()


def evaluate(node):
    match node:
        case int():
            return node
        case ("+", left, right):
            return evaluate(left) + evaluate(right)
        case ("-", left, right):
            return evaluate(left) - evaluate(right)
        case ("*", left, right):
            return evaluate(left) * evaluate(right)


text = "(1+2)*3-4*(5-6)+" * 60 + "7"
total = 0
for _ in range(60):
    total += evaluate(parse(tokens(text)))
print(total)
