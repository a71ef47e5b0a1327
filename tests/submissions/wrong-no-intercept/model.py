"""Linear regression: one function per task."""
import math

import numpy as np


def with_ones(X):
    return np.column_stack([np.ones(X.shape[0]), X])


def solve(X, y):
    return np.linalg.lstsq(with_ones(X), y, rcond=None)[0]


# ---- the model ---------------------------------------------------------------------------------

def fit(X, y):
    return np.linalg.lstsq(X, y, rcond=None)[0]


def predict(X, y, X_new):
    return X_new @ np.linalg.lstsq(X, y, rcond=None)[0]


def loss(X, y, theta):
    residual = with_ones(X) @ theta - y
    return residual @ residual / (2 * len(y))


def predict_held_out(X, y, X_new):
    return with_ones(X_new) @ solve(X, y)


def predict_correlated(X, y, X_new):
    return with_ones(X_new) @ solve(X, y)


# ---- linear algebra ----------------------------------------------------------------------------

def fit_ill_conditioned(X, y):
    Q, R = np.linalg.qr(with_ones(X))
    return np.linalg.solve(R, Q.T @ y)


def hessian_spectrum(X):
    A = with_ones(X)
    eigenvalues = np.linalg.svd(A, compute_uv=False) ** 2 / len(A)
    return {"eigenvalues": eigenvalues, "condition": eigenvalues[0] / eigenvalues[-1]}


# ---- calculus ----------------------------------------------------------------------------------

def gradient(X, y, theta):
    A = with_ones(X)
    return A.T @ (A @ theta - y) / len(y)


def first_step(X, y, theta0, learning_rate, iterations):
    return theta0 - learning_rate * gradient(X, y, theta0)


def descent(X, y, theta0, learning_rate, iterations):
    theta = np.array(theta0, dtype=float)
    losses = [loss(X, y, theta)]
    for _ in range(iterations):
        theta = theta - learning_rate * gradient(X, y, theta)
        losses.append(loss(X, y, theta))
    return np.array(losses), theta


# ---- statistics --------------------------------------------------------------------------------

def uncertainty(X, y):
    """Coefficients, their standard errors, residual standard deviation, degrees of freedom."""
    A = with_ones(X)
    n, p = A.shape
    Q, R = np.linalg.qr(A)
    theta = np.linalg.solve(R, Q.T @ y)
    residual = y - A @ theta
    sigma = math.sqrt(residual @ residual / (n - p))
    root = np.linalg.solve(R, np.eye(p))
    return theta, sigma * np.sqrt(np.sum(root ** 2, axis=1)), sigma, n - p


def beta_fraction(a, b, x):
    """The continued fraction of the incomplete beta function, evaluated from the front."""
    tiny = 1e-300
    c, d = 1.0, 1.0 - (a + b) * x / (a + 1)
    d = 1.0 / (d if abs(d) > tiny else tiny)
    value = d
    for m in range(1, 1000):
        for term in (m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
                     -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))):
            d = 1.0 + term * d
            d = 1.0 / (d if abs(d) > tiny else tiny)
            c = 1.0 + term / c
            c = c if abs(c) > tiny else tiny
            value *= c * d
        if abs(c * d - 1.0) < 1e-16:
            break
    return value


def incomplete_beta(a, b, x):
    if x <= 0.0 or x >= 1.0:
        return 0.0 if x <= 0.0 else 1.0
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
                     + a * math.log(x) + b * math.log1p(-x))
    if x < (a + 1) / (a + b + 2):
        return front * beta_fraction(a, b, x) / a
    return 1.0 - front * beta_fraction(b, a, 1.0 - x) / b


def two_sided_p(t, df):
    return incomplete_beta(df / 2, 0.5, df / (df + t * t))


def student_quantile(level, df):
    """The t whose two tails together hold 1 - level."""
    low, high = 0.0, 1.0
    while two_sided_p(high, df) > 1 - level:
        high *= 2
    for _ in range(200):
        middle = (low + high) / 2
        if two_sided_p(middle, df) > 1 - level:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def standard_errors(X, y):
    theta, se, sigma, df = uncertainty(X, y)
    return {"se": se, "sigma": sigma}


def t_tests(X, y):
    theta, se, sigma, df = uncertainty(X, y)
    t = theta / se
    return {"t": t, "p": np.array([two_sided_p(value, df) for value in t])}


def confidence_intervals(X, y, level):
    theta, se, sigma, df = uncertainty(X, y)
    half = student_quantile(level, df) * se
    return {"lower": theta - half, "upper": theta + half}


def r_squared(X, y):
    residual = y - with_ones(X) @ solve(X, y)
    centred = y - y.mean()
    return 1 - (residual @ residual) / (centred @ centred)
