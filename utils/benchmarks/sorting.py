# Sorting with and without keys, and a quicksort in Python.
def numbers(n):
    state, out = 12345, []
    for _ in range(n):
        state = (state * 1103515245 + 12345) % 2147483648
        out.append(state)
    return out


def quicksort(items):
    if len(items) < 2:
        return items
    pivot = items[len(items) // 2]
    return (quicksort([x for x in items if x < pivot]) + [x for x in items if x == pivot]
            + quicksort([x for x in items if x > pivot]))


data = numbers(120000)
a = sorted(data)
b = sorted(data, key=lambda x: -x)
c = sorted(map(str, data))
d = quicksort(data[:40000])
pairs = sorted((x % 100, x) for x in data)
print(a[0], b[0], c[0], d[0], pairs[0], a == b[::-1])
