# Attributes, methods, inheritance, properties.
class Shape:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def area(self):
        return 0

    def moved(self, dx, dy):
        self.x += dx
        self.y += dy
        return self


class Box(Shape):
    def __init__(self, x, y, w, h):
        super().__init__(x, y)
        self.w = w
        self.h = h

    def area(self):
        return self.w * self.h

    @property
    def right(self):
        return self.x + self.w


class Slotted:
    __slots__ = ("value", "next")

    def __init__(self, value, next):
        self.value = value
        self.next = next


def run(n):
    total = 0
    box = Box(0, 0, 2, 3)
    for i in range(n):
        box.moved(1, -1)
        total += box.area() + box.right
    return total


head = None
for i in range(100000):
    head = Slotted(i, head)
total = 0
while head is not None:
    total += head.value
    head = head.next
print(run(150000), total, sum(Box(i, i, 1, 1).area() for i in range(60000)))
