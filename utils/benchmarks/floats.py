# Float arithmetic: an n-body step and a numerical integral.
def simulate(steps):
    bodies = [[0.0, 0.0, 0.0, 0.0, 40.0], [5.0, 0.0, 0.0, 2.6, 0.04], [8.3, 4.1, -1.1, 1.8, 0.01]]
    for _ in range(steps):
        for i in range(3):
            a = bodies[i]
            for j in range(i + 1, 3):
                b = bodies[j]
                dx, dy = a[0] - b[0], a[1] - b[1]
                force = 0.001 / ((dx * dx + dy * dy) ** 1.5)
                a[2] -= dx * b[4] * force
                a[3] -= dy * b[4] * force
                b[2] += dx * a[4] * force
                b[3] += dy * a[4] * force
        for body in bodies:
            body[0] += 0.001 * body[2]
            body[1] += 0.001 * body[3]
    return bodies[1][0]


def integral(n):
    total, step = 0.0, 1.0 / n
    for i in range(n):
        x = (i + 0.5) * step
        total += 4.0 / (1.0 + x * x)
    return total * step


print(f"{simulate(20000):.9f} {integral(500000):.9f}")
