"""The files of a case: inputs as Python values, results as NPY files. Beside run_functions.py.

Works with and without NumPy: where there is none, matrices and vectors are nested lists.
"""
import json
import numbers
import os
import struct

try:
    import numpy  # before the learner's folder is on the path: a random.py there must not hurt it
except Exception:  # whatever keeps NumPy from loading, lists do as well
    numpy = None


def read_json(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def read_lines(path):
    with open(path, encoding="utf-8") as file:
        return file.read().split()


def read_array(stem, vector):
    if numpy is not None and os.path.exists(stem + ".npy"):
        return numpy.load(stem + ".npy")
    with open(stem + ".csv", encoding="ascii") as file:
        rows = [[float(number) for number in line.split(",")] for line in file]
    if vector:
        rows = [number for row in rows for number in row]
    return rows if numpy is None else numpy.array(rows, dtype=numpy.float64)


def read_inputs(folder):
    """Read anew for every call, so that nothing a function does to them reaches another case."""
    params = read_json(os.path.join(folder, "params.json"))
    inputs = {}
    for name, about in read_json(os.path.join(folder, "inputs.json")).items():
        if about["kind"] == "count":
            inputs[name] = int(params[name])
        elif about["kind"] == "real":
            inputs[name] = float(params[name])
        else:
            inputs[name] = read_array(os.path.join(folder, name), about["kind"] == "vector")
    return inputs


def to_numbers(value):
    """(shape, bytes) of anything that is an array of real numbers; TypeError or ValueError if not."""
    if numpy is not None:
        found = numpy.asarray(value.toarray() if hasattr(value, "toarray") else value)
        if found.dtype.kind == "O" and all(isinstance(x, numbers.Number) for x in found.flat):
            found = found.astype(numpy.complex128)  # whole numbers too large for NumPy's
        if found.dtype.kind == "c" and not numpy.any(found.imag != 0):
            found = found.real
        if found.dtype.kind not in "fiub":
            raise TypeError("complex numbers" if found.dtype.kind == "c" else "not numbers")
        return found.shape, found.astype("<f8").tobytes()
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        parts = [to_numbers(part) for part in value]
        if any(shape != parts[0][0] for shape, _ in parts):
            raise ValueError("rows of different lengths")
        return (len(parts), *(parts[0][0] if parts else ())), b"".join(data for _, data in parts)
    if isinstance(value, complex):
        if value.imag != 0:
            raise TypeError("complex numbers")
        value = value.real
    if not isinstance(value, numbers.Number):
        raise TypeError("not numbers")
    return (), struct.pack("<d", value)


def write_npy(path, shape, data):
    header = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {tuple(shape)}, }}"
    header += " " * (-(len(header) + 11) % 64) + "\n"
    with open(path + ".part", "wb") as file:
        file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + data)
    os.replace(path + ".part", path)
