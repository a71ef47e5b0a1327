"""Linear regression with nothing but the standard library: python3 model.py TASK INPUT OUTPUT."""
import json
import math
import os
import sys


# ---- tables ------------------------------------------------------------------------------------

def read_table(folder, name):
    with open(os.path.join(folder, name + ".csv")) as file:
        return [[float(cell) for cell in line.split(",")] for line in file if line.strip()]


def read_column(folder, name):
    return [row[0] for row in read_table(folder, name)]


def write_column(folder, name, numbers):
    with open(os.path.join(folder, name + ".csv"), "w") as file:
        for number in numbers:
            file.write(("R2 = %.4f" % number if name == "r2" else repr(float(number))) + "\n")


def dot(a, b):
    return math.fsum(x * y for x, y in zip(a, b))


def with_ones(X):
    return [[1.0] + row for row in X]


def times(A, x):
    return [dot(row, x) for row in A]


# ---- least squares by Householder reflections --------------------------------------------------

def triangle(A, y):
    """R and the first entries of Q'y, for A = QR."""
    A = [row[:] + [value] for row, value in zip(A, y)]
    n, p = len(A), len(A[0]) - 1
    for k in range(p):
        column = [A[i][k] for i in range(k, n)]
        length = math.sqrt(dot(column, column))
        v = column[:]
        v[0] += length if column[0] >= 0 else -length
        size = dot(v, v)
        if size == 0:
            continue
        for j in range(k, p + 1):
            factor = 2 * dot(v, [A[i][j] for i in range(k, n)]) / size
            for i in range(k, n):
                A[i][j] -= factor * v[i - k]
    return [row[:p] for row in A[:p]], [row[p] for row in A[:p]]


def back_substitute(R, b):
    x = [0.0] * len(b)
    for i in range(len(b) - 1, -1, -1):
        x[i] = (b[i] - dot(R[i][i + 1:], x[i + 1:])) / R[i][i]
    return x


def coefficients(X, y):
    return back_substitute(*triangle(with_ones(X), y))


def uncertainty(X, y):
    A = with_ones(X)
    R, b = triangle(A, y)
    p = len(R)
    theta = back_substitute(R, b)
    residual = [value - fitted for value, fitted in zip(y, times(A, theta))]
    df = len(y) - p
    sigma = math.sqrt(dot(residual, residual) / df)
    inverse = [back_substitute(R, [1.0 if i == j else 0.0 for i in range(p)]) for j in range(p)]
    se = [sigma * math.sqrt(sum(inverse[j][i] ** 2 for j in range(p))) for i in range(p)]
    return theta, se, sigma, df


# ---- eigenvalues by Jacobi rotations -----------------------------------------------------------

def jacobi_eigenvalues(S):
    S = [row[:] for row in S]
    d = len(S)
    for _ in range(60):
        if math.sqrt(sum(S[i][j] ** 2 for i in range(d) for j in range(d) if i != j)) < 1e-300:
            break
        for p in range(d):
            for q in range(p + 1, d):
                if S[p][q] == 0:
                    continue
                angle = 0.5 * math.atan2(2 * S[p][q], S[q][q] - S[p][p])
                c, s = math.cos(angle), math.sin(angle)
                for k in range(d):
                    S[k][p], S[k][q] = c * S[k][p] - s * S[k][q], s * S[k][p] + c * S[k][q]
                for k in range(d):
                    S[p][k], S[q][k] = c * S[p][k] - s * S[q][k], s * S[p][k] + c * S[q][k]
    return sorted((S[i][i] for i in range(d)), reverse=True)


# ---- Student's t for whole degrees of freedom, by its finite series ----------------------------

def student_centre(t, df):
    """Probability that a t-distributed number lies between -|t| and |t|."""
    angle = math.atan(abs(t) / math.sqrt(df))
    c, s = math.cos(angle), math.sin(angle)
    if df % 2 == 0:
        term, total = 1.0, 1.0
        for k in range(2, df, 2):
            term *= c * c * (k - 1) / k
            total += term
        return s * total
    total = 0.0
    if df > 1:
        term = c
        total = c
        for k in range(3, df, 2):
            term *= c * c * (k - 1) / k
            total += term
    return 2 / math.pi * (angle + s * total)


def student_quantile(level, df):
    low, high = 0.0, 1.0
    while student_centre(high, df) < level:
        high *= 2
    for _ in range(100):
        middle = (low + high) / 2
        if student_centre(middle, df) < level:
            low = middle
        else:
            high = middle
    return (low + high) / 2


# ---- calculus ----------------------------------------------------------------------------------

def residuals(X, y, theta):
    return [fitted - value for fitted, value in zip(times(with_ones(X), theta), y)]


def mean_loss(X, y, theta):
    r = residuals(X, y, theta)
    return dot(r, r) / (2 * len(y))


def mean_gradient(X, y, theta):
    r = residuals(X, y, theta)
    return [dot(column, r) / len(y) for column in zip(*with_ones(X))]


def descend(X, y, theta, rate, iterations):
    losses = [mean_loss(X, y, theta)]
    for _ in range(iterations):
        theta = [value - rate * slope for value, slope in zip(theta, mean_gradient(X, y, theta))]
        losses.append(mean_loss(X, y, theta))
    return losses, theta


# ---- one branch per task -----------------------------------------------------------------------

def solve_task(task, folder):
    X = read_table(folder, "X")
    if task == "hessian_spectrum":
        A = with_ones(X)
        columns = list(zip(*A))
        values = jacobi_eigenvalues([[dot(a, b) / len(A) for b in columns] for a in columns])
        return {"eigenvalues": values, "condition": [values[0] / values[-1]]}
    y = read_column(folder, "y")
    if task in ("fit", "fit_ill_conditioned"):
        return {"theta": coefficients(X, y)}
    if task in ("predict", "predict_held_out", "predict_correlated"):
        return {"y_new": times(with_ones(read_table(folder, "X_new")), coefficients(X, y))}
    if task == "loss":
        return {"loss": [mean_loss(X, y, read_column(folder, "theta"))]}
    if task == "gradient":
        return {"gradient": mean_gradient(X, y, read_column(folder, "theta"))}
    if task in ("first_step", "descent"):
        with open(os.path.join(folder, "params.json")) as file:
            params = json.load(file)
        losses, theta = descend(X, y, read_column(folder, "theta0"), params["learning_rate"],
                                int(params["iterations"]))
        return {"theta": theta} if task == "first_step" else {"losses": losses, "theta": theta}
    if task == "r_squared":
        r = residuals(X, y, coefficients(X, y))
        mean = math.fsum(y) / len(y)
        return {"r2": [1 - dot(r, r) / math.fsum((value - mean) ** 2 for value in y)]}
    theta, se, sigma, df = uncertainty(X, y)
    if task == "standard_errors":
        return {"se": se, "sigma": [sigma]}
    if task == "t_tests":
        t = [a / b for a, b in zip(theta, se)]
        return {"t": t, "p": [1 - student_centre(value, df) for value in t]}
    if task == "confidence_intervals":
        with open(os.path.join(folder, "params.json")) as file:
            q = student_quantile(json.load(file)["level"], df)
        return {"lower": [a - q * b for a, b in zip(theta, se)],
                "upper": [a + q * b for a, b in zip(theta, se)]}
    sys.exit("unknown task " + task)


if __name__ == "__main__":
    for name, numbers in solve_task(sys.argv[1], sys.argv[2]).items():
        write_column(sys.argv[3], name, numbers)
