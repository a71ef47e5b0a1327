"""Principal component analysis: one function per task."""
import math

import numpy as np


def centre(X):
    return X - X.mean(axis=0)


def axes(X, k):
    """The first k right singular vectors of the centred rows, as columns."""
    return np.linalg.svd(centre(X), full_matrices=False)[2][:k].T


# ---- the model ---------------------------------------------------------------------------------

def components(X, k):
    rows = axes(X, k).T
    largest = np.argmax(np.abs(rows), axis=1)
    return rows * np.sign(rows[np.arange(k), largest])[:, None]


def reconstruct(X, k):
    V = axes(X, k)
    return X.mean(axis=0) + centre(X) @ V @ V.T


def reconstruct_large(X, k):
    U, s, Vt = np.linalg.svd(centre(X), full_matrices=False)
    return X.mean(axis=0) + (U[:, :k] * s[:k]) @ Vt[:k]


def transform_new(X, X_new, k):
    V = axes(X, k)
    mean = X.mean(axis=0)
    return mean + (X_new - mean) @ V @ V.T


# ---- linear algebra ----------------------------------------------------------------------------

def covariance(X):
    return np.cov(X)


def scores(X, k):
    return centre(X) @ axes(X, k)


def power_iteration(A, v0, iterations):
    v = v0 / np.linalg.norm(v0)
    eigenvalues = []
    for _ in range(iterations):
        w = A @ v
        v = w / np.linalg.norm(w)
        eigenvalues.append(v @ A @ v)
    return {"eigenvalues": np.array(eigenvalues), "vector": v}


# ---- calculus ----------------------------------------------------------------------------------

def reconstruction_error(X, W):
    D = centre(X)
    return np.sum((D - D @ W @ W.T) ** 2) / len(X)


def reconstruction_gradient(X, W):
    D = centre(X)
    E = D - D @ W @ W.T
    slope = -2 / len(X) * (D.T @ E @ W + E.T @ D @ W)
    return {"error": np.sum(E ** 2) / len(X), "gradient": slope}


# ---- statistics --------------------------------------------------------------------------------

def explained_variance(X):
    variance = np.linalg.svd(centre(X), compute_uv=False) ** 2 / (len(X) - 1)
    return {"variance": variance, "ratio": variance}


def likelihood_parts(X, k):
    """Eigenvalues of the maximum-likelihood covariance and the noise variance."""
    eigenvalues = np.linalg.svd(centre(X), compute_uv=False) ** 2 / len(X)
    return eigenvalues, eigenvalues[k:].mean()


def noise_variance(X, k):
    return likelihood_parts(X, k)[0][k:].sum() / X.shape[1]


def log_likelihood(X, k):
    n, d = X.shape
    eigenvalues, sigma2 = likelihood_parts(X, k)
    log_det = np.sum(np.log(eigenvalues[:k])) + (d - k) * math.log(sigma2)
    return -n / 2 * (d * math.log(2 * math.pi) + log_det + d)
