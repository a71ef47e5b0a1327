#!/usr/bin/python3
"""Runs the sample submissions without the grader and compares them with an independent computation.

    try_functions.py [SAMPLE ...]

For every sample of kind right or wrong (or those named): makes data of the shapes that the tasks
ask for, runs the sample on it, and checks that exactly the tasks fail that expectations.json lists.
Data, computations and comparison are this script's own (numpy and quadrature), on purpose: they
share nothing with the reference library.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

from samples import expectations, make_sample

HERE = os.path.dirname(os.path.abspath(__file__))
PROJECTS = os.path.join(HERE, "..", "..", "rubrics", "module6", "projects")
TOLERANCE = 1e-8  # relative to the largest entry


# ---- data --------------------------------------------------------------------------------------

def generate(rng, kind, p, made):
    rows, columns = int(p.get("rows", 0)), int(p.get("columns", 1))
    if kind == "normal":
        return p.get("mean", 0) + p.get("sd", 1) * rng.normal(size=(rows, columns))
    if kind == "uniform":
        return rng.uniform(p["low"], p["high"], size=(rows, columns))
    if kind == "correlated_normal":
        r = p.get("correlation", 0.5)
        common = rng.normal(size=(rows, 1))
        noise = rng.normal(size=(rows, columns))
        return p.get("mean", 3) + np.sqrt(r) * common + np.sqrt(1 - r) * noise
    if kind == "linear_response":
        X, theta = made[p["X"]], made[p["theta"]]
        return (theta[0] + X @ theta[1:]
                + p.get("noise", 1) * rng.normal(size=(len(X), 1)))
    if kind == "low_rank":
        rank = int(p["rank"])
        scale = p.get("decay", 0.6) ** np.arange(rank)
        X = 3 * rng.normal(size=(rows, rank)) * scale @ orthonormal(rng, columns, rank).T
        return p.get("mean", 2) + X + p.get("noise", 0.1) * rng.normal(size=(rows, columns))
    if kind == "orthonormal":
        return orthonormal(rng, rows, columns)
    if kind == "symmetric_spectrum":
        size = int(p["size"])
        Q = orthonormal(rng, size, size)
        return Q @ np.diag(p.get("top", -4) * p.get("ratio", 0.6) ** np.arange(size)) @ Q.T
    if kind == "ill_conditioned":
        s = np.geomspace(1, 1 / p["condition"], columns)
        return p.get("mean", 0) + orthonormal(rng, rows, columns) * s @ orthonormal(rng, columns, columns).T
    raise ValueError(f"no generator {kind}")


def orthonormal(rng, rows, columns):
    return np.linalg.qr(rng.normal(size=(rows, columns)))[0]


COUNTS = {"k", "iterations"}
REALS = {"learning_rate", "level"}
VECTORS = {"y", "theta", "theta0", "theta_true", "y_test", "v0"}


def make_case(task, case, rng):
    """All inputs, hidden ones too, as the learner sees them: numbers, vectors, matrices."""
    made = {}
    for name, spec in task["inputs"].items():
        p = {key: value[case % len(value)] if isinstance(value, list) else value
             for key, value in spec.items()}
        made[name] = (np.array([[p["value"]]]) if "value" in p
                      else generate(rng, p["generate"], p, made))
    result = {}
    for name, array in made.items():
        if name in COUNTS:
            result[name] = int(array[0, 0])
        elif name in REALS:
            result[name] = float(array[0, 0])
        else:
            result[name] = array[:, 0] if name in VECTORS else array
    return result


# ---- right answers, by other means than the samples --------------------------------------------

def student_density(u, df):
    return (1 + u * u / df) ** (-(df + 1) / 2)


NODES, WEIGHTS = np.polynomial.legendre.leggauss(200)


def integral(f, a, b):
    return (b - a) / 2 * np.sum(WEIGHTS * f((b - a) / 2 * NODES + (a + b) / 2))


def student_tails(t, df):
    """Two-sided p by quadrature over the angle, where the density is a power of the cosine."""
    angle = np.arctan(abs(t) / np.sqrt(df))
    power = lambda x: np.cos(x) ** (df - 1)
    return integral(power, angle, np.pi / 2) / integral(power, 0, np.pi / 2)


def student_quantile(level, df):
    low, high = 0.0, 1e4
    for _ in range(120):
        middle = (low + high) / 2
        low, high = (middle, high) if student_tails(middle, df) > 1 - level else (low, middle)
    return low


def slope(f, W, step=1e-4):
    """Gradient by fourth-order differences: exact for polynomials up to degree four."""
    G = np.zeros_like(W)
    for index in np.ndindex(W.shape):
        E = np.zeros_like(W)
        E[index] = step
        G[index] = (8 * (f(W + E) - f(W - E)) - (f(W + 2 * E) - f(W - 2 * E))) / (12 * step)
    return G


class LinearRegression:
    def __init__(self, c):
        self.c = c
        self.A = np.hstack([np.ones((len(c["X"]), 1)), c["X"]])
        if "y" in c:
            gram = np.linalg.inv(self.A.T @ self.A)
            self.theta = gram @ (self.A.T @ c["y"])
            self.theta += gram @ (self.A.T @ (c["y"] - self.A @ self.theta))
            self.df = self.A.shape[0] - self.A.shape[1]
            self.rss = np.sum((c["y"] - self.A @ self.theta) ** 2)
            self.se = np.sqrt(self.rss / self.df * np.diag(gram))

    def mean_loss(self, theta):
        return np.mean((self.A @ theta - self.c["y"]) ** 2) / 2

    def ols_fit(self):
        return {"theta": self.theta}

    def ols_predict(self):
        return {"y_new": self.theta[0] + self.c["X_new"] @ self.theta[1:]}

    def ols_loss(self):
        return {"loss": self.mean_loss(self.c["theta"])}

    def ols_gradient(self):
        return {"gradient": slope(self.mean_loss, self.c["theta"], 1e-2)}

    def ols_descent(self):
        theta = self.c["theta0"].copy()
        losses = [self.mean_loss(theta)]
        for _ in range(self.c["iterations"]):
            theta = theta - self.c["learning_rate"] * slope(self.mean_loss, theta, 1e-2)
            losses.append(self.mean_loss(theta))
        return {"losses": np.array(losses), "theta": theta}

    def ols_standard_errors(self):
        return {"se": self.se, "sigma": np.sqrt(self.rss / self.df)}

    def ols_t_tests(self):
        t = self.theta / self.se
        return {"t": t, "p": np.array([student_tails(value, self.df) for value in t])}

    def ols_confidence_intervals(self):
        half = student_quantile(self.c["level"], self.df) * self.se
        return {"lower": self.theta - half, "upper": self.theta + half}

    def ols_r_squared(self):
        return {"r2": np.corrcoef(self.A @ self.theta, self.c["y"])[0, 1] ** 2}

    def ols_hessian_spectrum(self):
        values = np.linalg.eigvals(self.A.T @ self.A / len(self.A)).real
        values = np.sort(values)[::-1]
        return {"eigenvalues": values, "condition": values[0] / values[-1]}


class Components:
    def __init__(self, c):
        self.c = c
        if "X" in c:
            self.mean = np.mean(c["X"], axis=0)
            self.C = np.cov(c["X"], rowvar=False)
            values, vectors = np.linalg.eigh(self.C)
            self.values, self.V = values[::-1], vectors[:, ::-1][:, :c.get("k")]

    def covariance(self):
        return {"C": self.C}

    def pca_components(self):
        return {"V": self.V}

    def pca_explained_variance(self):
        return {"variance": self.values, "ratio": self.values / np.trace(self.C)}

    def pca_project(self):
        return {"scores": (self.c["X"] - self.mean) @ self.V}

    def rebuilt(self, rows):
        return self.mean + (rows - self.mean) @ (self.V @ self.V.T)

    def pca_reconstruct(self):
        return {"X_hat": self.rebuilt(self.c["X"])}

    def pca_transform_new(self):
        return {"X_new_hat": self.rebuilt(self.c["X_new"])}

    def power_iteration(self):
        A, v, estimates = self.c["A"], self.c["v0"], []
        for t in range(1, self.c["iterations"] + 1):
            v = np.linalg.matrix_power(A, t) @ self.c["v0"]
            estimates.append((v @ A @ v) / (v @ v))
        return {"eigenvalues": np.array(estimates), "vector": v / np.sqrt(v @ v)}

    def reconstruction_gradient(self):
        D = self.c["X"] - self.mean
        error = lambda W: np.linalg.norm(D - D @ W @ W.T, "fro") ** 2 / len(D)
        return {"error": error(self.c["W"]), "gradient": slope(error, self.c["W"], 1e-2)}

    def ppca_log_likelihood(self):
        X, k = self.c["X"], self.c["k"]
        n, d = X.shape
        S = (n - 1) / n * self.C
        values = (n - 1) / n * self.values
        sigma2 = np.mean(values[k:])
        model = self.V @ np.diag(values[:k] - sigma2) @ self.V.T + sigma2 * np.eye(d)
        total = -n / 2 * (d * np.log(2 * np.pi) + np.log(np.linalg.det(model))
                          + np.trace(np.linalg.inv(model) @ S))
        return {"sigma2": sigma2, "log_likelihood": total}


RIGHT = {"linear-regression": LinearRegression, "pca": Components}


# ---- the samples -------------------------------------------------------------------------------

def load_functions(folder, file):
    path = os.path.join(folder, file)
    with open(path, encoding="utf-8") as stream:
        text = stream.read()
    if file.endswith(".ipynb"):
        cells = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
        text = "\n".join("".join(cell["source"]) for cell in cells)
        text = "\n".join(line for line in text.split("\n") if not line.startswith(("%", "!")))
    space = {"__name__": "submission", "__file__": path}
    stdout, sys.stdout = sys.stdout, open(os.devnull, "w")
    try:
        exec(compile(text, path, "exec"), space)
    finally:
        sys.stdout.close()
        sys.stdout = stdout
    return space


def call(space, task, inputs, outputs):
    result = space[task](**inputs)
    if isinstance(result, dict):
        return result
    if isinstance(result, tuple) and len(outputs) > 1:
        return dict(zip(outputs, result))
    return {outputs[0]: result}


def run_program(command, folder, task, inputs, outputs):
    with tempfile.TemporaryDirectory() as scratch:
        into, out = os.path.join(scratch, "in"), os.path.join(scratch, "out")
        os.mkdir(into)
        os.mkdir(out)
        scalars = {k: v for k, v in inputs.items() if isinstance(v, (int, float))}
        for name, value in inputs.items():
            if name not in scalars:
                np.savetxt(os.path.join(into, name + ".csv"), value, fmt="%.17g", delimiter=",")
        with open(os.path.join(into, "params.csv"), "w") as file:
            file.writelines(f"{name},{value!r}\n" for name, value in scalars.items())
        with open(os.path.join(into, "params.json"), "w") as file:
            json.dump(scalars, file)
        subprocess.run(command + [task, into, out], cwd=folder, check=True)
        return {name: np.loadtxt(os.path.join(out, name + ".csv"), delimiter=",", ndmin=1)
                for name in outputs if os.path.exists(os.path.join(out, name + ".csv"))}


def error_of(got, expected, compare):
    got, expected = np.asarray(got, dtype=float), np.asarray(expected, dtype=float)
    if got.size != expected.size:
        return np.inf
    got = got.reshape(expected.shape)
    if compare == "columns_up_to_sign":
        signs = np.sign(np.sum(got * expected, axis=0))
        got = got * np.where(signs == 0, 1, signs)
    return np.max(np.abs(got - expected)) / np.max(np.abs(expected))


def try_task(answer, project, task, seed):
    worst, note = 0.0, ""
    for case in range(task["cases"]):
        rng = np.random.default_rng([seed, case])
        made = make_case(task, case, rng)
        inputs = {n: v for n, v in made.items() if not task["inputs"][n].get("hidden")}
        try:
            with np.errstate(all="ignore"):
                got = answer(task["task"], inputs, list(task["outputs"]))
        except Exception as problem:
            return np.inf, f"{type(problem).__name__}: {problem}"
        right = getattr(RIGHT[project](made), task["reference"])()
        for name, output in task["outputs"].items():
            if name not in got:
                return np.inf, f"no {name}"
            if output["compare"] == "metric":
                truth = made[output["truth"]]
                rmse = lambda a: np.sqrt(np.mean((np.asarray(a).ravel() - truth) ** 2))
                error = 0 if rmse(got[name]) <= (1 + output["margin"]) * rmse(right[name]) else np.inf
            elif isinstance(output["tolerance"], dict):
                truth = made["theta_true"]  # without noise these are the answer
                error = error_of(got[name], truth, "value") / output["tolerance"]["epsrel"] * TOLERANCE
            else:
                error = error_of(got[name], right[name], output["compare"])
            if not error <= worst:
                worst, note = error, f"case {case + 1}, {name}"
    return worst, note


def try_sample(name, expected):
    project = expected["project"]
    with open(os.path.join(PROJECTS, project, "project.json"), encoding="utf-8") as file:
        tasks = json.load(file)["tasks"]
    wrong = {}
    largest = 0.0
    with tempfile.TemporaryDirectory() as scratch:
        copy = os.path.join(scratch, "copy")
        make_sample(name, pathlib.Path(copy))
        with open(os.path.join(copy, "submission.json"), encoding="utf-8") as file:
            manifest = json.load(file)
        if "build" in manifest:
            command = manifest["build"]
            subprocess.run(command, shell=isinstance(command, str), cwd=copy, check=True,
                           stdout=subprocess.DEVNULL)
        if "functions" in manifest:
            space = load_functions(copy, manifest["functions"])
            answer = lambda task, inputs, outputs: call(space, task, inputs, outputs)
        else:
            answer = lambda task, inputs, outputs: run_program(manifest["run"], copy, task, inputs, outputs)
        for seed, task_name in enumerate(tasks):
            with open(os.path.join(PROJECTS, project, task_name + ".json"), encoding="utf-8") as file:
                task = json.load(file)
            error, note = try_task(answer, project, task, seed)
            if not error <= TOLERANCE:
                wrong[task_name] = f"{error:.2g} ({note})"
            else:
                largest = max(largest, error)
    listed = {check for check in expected["failed"] if check in tasks}
    good = set(wrong) == listed
    print(f"{name}: {'as expected' if good else 'NOT AS EXPECTED'}; "
          f"{len(tasks) - len(wrong)} of {len(tasks)} right (largest error {largest:.1e})"
          + "".join(f"\n    {task}: {text}" for task, text in wrong.items()))
    for task in sorted(listed - set(wrong)):
        print(f"    {task}: should be wrong")
    return good


def main(names):
    expected = expectations()
    names = names or [n for n, e in expected.items() if e["kind"] in ("right", "wrong")]
    return 0 if all([try_sample(name, expected[name]) for name in names]) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
