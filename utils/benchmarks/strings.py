# String building, splitting and searching.
def words(n):
    parts = []
    for i in range(n):
        parts.append("%d:%s" % (i, chr(97 + i % 26) * (i % 7)))
    return " ".join(parts)


def count(text):
    seen = {}
    for word in text.split():
        key = word.partition(":")[2].upper()
        seen[key] = seen.get(key, 0) + 1
    return seen


text = words(80000)
result = count(text)
line = ""
for i in range(60000):
    line += str(i % 10)
print(len(text), len(result), text.find("79999:"), line.count("12"), len(text.replace("a", "bb")))
print("".join(sorted(k for k in result if len(k) == 1)), f"{len(line):>10}|{3.14159:.2f}")
