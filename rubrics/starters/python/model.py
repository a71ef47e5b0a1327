"""Two small tasks as functions. Copy this file, and put the tasks of your project in their place.

submission.json tells the grader where the functions are:

    {
      "project": "linear-regression",
      "functions": "model.py",
      "report": "REPORT.md"
    }

For each task the grader calls the function of that name, with the inputs of the task by name.
Matrices and vectors come as NumPy arrays, counts as int, other numbers as float. You need not read or
write any file, and may print whatever you like.
"""
import numpy as np


def column_means(X):
    """One output: return it."""
    return X.mean(axis=0)


def stretch(v, factor):
    """Several outputs: return a dict with their names (or a tuple, in the order of the task)."""
    w = factor * v
    return {"w": w, "total": np.sum(w)}


if __name__ == "__main__":  # for trying things out; the grader does not run this part
    print(column_means(np.array([[1.0, 2.0], [3.0, 4.0]])))
