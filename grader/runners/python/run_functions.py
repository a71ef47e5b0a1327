"""Calls a learner's Python functions on the cases of the grader.

    python3 -B run_functions.py MODEL --cases CASES_DIR OUTPUT_DIR
    python3 -B run_functions.py MODEL TASK INPUT_DIR OUTPUT_DIR

MODEL is a Python file or a notebook (.ipynb: its code cells in file order, magics left out). It is
imported once, with its own folder as working directory and first on sys.path. With --cases, every
sub-folder of CASES_DIR is one case, and its outputs go to the folder of the same name in OUTPUT_DIR.

A case folder holds
    task.txt       the task; the function of that name is called ("-" counts as "_")
    outputs.txt    the names of the outputs, one per line
    inputs.json    {"X": {"kind": "matrix"}, "k": {"kind": "count"}}; kinds: matrix, vector, count, real
    params.json    {"k": 3}: the value of each count and real
    X.csv          one file for each matrix and vector (or X.npy, read where there is NumPy)

Inputs are passed by argument name: matrices and vectors as NumPy arrays of float64 (nested lists
where there is no NumPy), counts as int, reals as float. The function returns a dict by output
names, or its outputs as a tuple in the order of outputs.txt, or the one output itself.

An output folder holds NAME.npy for each output. What went wrong is in its error.json:
    {"kind": "exception", "type": "ValueError", "message": "...", "file": "model.py", "line": 12,
     "traceback": ["model.py:12: in gradient: ..."]}; type, file and line may be null
    kind: exception, no_function, missing_argument, bad_result, or import (then in OUTPUT_DIR itself)
Exit status: 0 when all cases were gone through, 1 when MODEL cannot be imported, 2 for a wrong call.
"""
import collections.abc
import difflib
import inspect
import json
import linecache
import numbers
import os
import struct
import sys
import traceback
import types

try:
    import numpy  # before the learner's folder is on the path: a random.py there must not hurt it
except Exception:  # whatever keeps NumPy from loading, lists do as well
    numpy = None

MESSAGE_MAX = 2000
CELLS_OF_PYTHON = ("%%time", "%%timeit", "%%capture", "%%prun")


class Failure(Exception):
    """What the learner has to be told; kind is the word of error.json."""

    def __init__(self, kind, message):
        super().__init__(message)
        self.kind = kind


def without_magics(cell):
    """The cell with lines for IPython or the shell turned into pass."""
    if cell.startswith("%%") and not cell.startswith(CELLS_OF_PYTHON):
        return ""
    lines = []
    for line in cell.split("\n"):
        code = line.lstrip()
        lines.append(line[:len(line) - len(code)] + "pass" if code[:1] in ("%", "!") else line)
    return "\n".join(lines)


def compile_cell(cell, name):
    try:
        return compile(cell, name, "exec")  # a line may begin with the operator %
    except SyntaxError:
        return compile(without_magics(cell), name, "exec")


def import_notebook(path, module):
    """Runs the cells as a person does who presses Run All and goes on after an error. Returns
    (cell name, exception) of the cells that failed."""
    with open(path, encoding="utf-8-sig") as file:
        cells = json.load(file)["cells"]
    failed = []
    for number, cell in enumerate(cells, 1):
        if cell.get("cell_type") != "code":
            continue
        source = "".join(cell.get("source", ""))
        name = f"{path} cell {number}"
        linecache.cache[name] = (len(source), None, source.splitlines(True), name)
        try:
            exec(compile_cell(source, name), module.__dict__)
        except BaseException as error:  # sys.exit in a cell ends the cell
            failed.append((f"cell {number}", error))
    return failed


def import_model(path):
    module = types.ModuleType(os.path.splitext(os.path.basename(path))[0])
    module.__file__ = path
    sys.modules[module.__name__] = module
    if path.endswith(".ipynb"):
        return module, import_notebook(path, module)
    with open(path, "rb") as file:
        exec(compile(file.read(), path, "exec"), module.__dict__)
    return module, []


def find_function(module, failed, task):
    name = task.replace("-", "_")
    function = getattr(module, name, None)
    if callable(function):
        return function
    folder = os.path.dirname(module.__file__)
    defined = [n for n, value in vars(module).items() if isinstance(value, types.FunctionType)
               and value.__code__.co_filename.startswith(folder)]
    message = f"{os.path.basename(module.__file__)} has no function {name}"
    near = difflib.get_close_matches(name.lower(), [n.lower() for n in defined], 1)
    if near:
        meant = next(n for n in defined if n.lower() == near[0])
        message += f"; did you mean {meant}?"
    message += f"; it defines {', '.join(defined[:20])}" if defined else "; it defines no functions"
    for cell, error in failed[:3]:
        message += f"; {cell} failed: {type(error).__name__}: {error}"
    raise Failure("no_function", message)


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


def choose_arguments(function, inputs):
    """(positional, by name) for the call."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):  # some compiled functions do not tell
        return list(inputs.values()), {}
    kinds = [parameter.kind for parameter in parameters]
    positional, named = [], {}
    for parameter in parameters:
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        if parameter.name in inputs:
            if parameter.kind == parameter.POSITIONAL_ONLY:
                positional.append(inputs[parameter.name])
            else:
                named[parameter.name] = inputs[parameter.name]
        elif parameter.default is parameter.empty:
            raise Failure("missing_argument", f"{function.__name__} has a parameter "
                          f"{parameter.name}, but the inputs are {', '.join(inputs)}")
    if kinds == [inspect.Parameter.VAR_POSITIONAL]:
        return list(inputs.values()), {}
    return positional, inputs if inspect.Parameter.VAR_KEYWORD in kinds and not positional else named


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


def describe(value):
    if value is None:
        return "nothing (None); is there a return?"
    if isinstance(value, (list, tuple)):
        return f"a {type(value).__name__} of {len(value)}"
    return f"a value of type {type(value).__name__}"


def name_results(result, names, function):
    """The result as a dict by output names."""
    if isinstance(result, collections.abc.Mapping):
        if not any(name in result for name in names):
            keys = ", ".join(str(key) for key in result)
            raise Failure("bad_result", f"{function} returned a dict with {keys or 'no keys'}; "
                          f"expected {', '.join(names)}")
        return {name: result[name] for name in names if name in result}
    if all(name in getattr(result, "_fields", ()) for name in names):
        return {name: getattr(result, name) for name in names}
    if len(names) == 1:
        return {names[0]: result}
    if isinstance(result, (list, tuple)) and len(result) == len(names):
        return dict(zip(names, result))
    raise Failure("bad_result", f"{function} returned {describe(result)}; expected a dict or a tuple "
                  f"of {', '.join(names)}")


def convert_results(results, function):
    converted = {}
    for name, value in results.items():
        try:
            converted[name] = to_numbers(value)
        except Exception as error:
            reason = "" if value is None else f": {error}"
            raise Failure("bad_result", f"{function}: {name} is {describe(value)}{reason}") from None
    return converted


def write_npy(path, shape, data):
    header = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {tuple(shape)}, }}"
    header += " " * (-(len(header) + 11) % 64) + "\n"
    with open(path + ".part", "wb") as file:
        file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + data)
    os.replace(path + ".part", path)


def describe_error(error, kind, folder):
    """The content of error.json, with the learner's own lines of the traceback only."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__)
              if frame.filename.startswith(folder + os.sep)]
    place = {"file": None, "line": None}
    if isinstance(error, SyntaxError) and str(error.filename).startswith(folder + os.sep):
        place = {"file": os.path.relpath(error.filename, folder), "line": error.lineno}
    elif frames:
        place = {"file": os.path.relpath(frames[-1].filename, folder), "line": frames[-1].lineno}
    try:
        message = str(error)
    except Exception:
        message = ""
    shown = [f"{os.path.relpath(frame.filename, folder)}:{frame.lineno}: in {frame.name}: "
             f"{frame.line}" for frame in frames[-8:]]
    name = None if isinstance(error, Failure) else type(error).__name__
    return {"kind": kind, "type": name, "message": message[:MESSAGE_MAX], **place,
            "traceback": shown}


def write_error(output, about):
    with open(os.path.join(output, "error.json"), "w", encoding="utf-8") as file:
        json.dump(about, file)


def run_case(module, failed, task, inputs_folder, output):
    folder = os.path.dirname(module.__file__)
    os.makedirs(output, exist_ok=True)
    os.chdir(folder)
    names = read_lines(os.path.join(inputs_folder, "outputs.txt"))
    inputs = read_inputs(inputs_folder)
    try:
        function = find_function(module, failed, task)
        positional, named = choose_arguments(function, inputs)
        results = name_results(function(*positional, **named), names, task)
        for name, (shape, data) in convert_results(results, task).items():
            write_npy(os.path.join(output, name + ".npy"), shape, data)
        lacking = [name for name in names if name not in results]
        if lacking:
            raise Failure("bad_result", f"the dict that {task} returned has no {', '.join(lacking)}")
    except Failure as failure:
        write_error(output, describe_error(failure, failure.kind, folder))
    except BaseException as error:  # sys.exit in a function costs this case, not the others
        write_error(output, describe_error(error, "exception", folder))


def main(arguments):
    if len(arguments) != 4:
        print(__doc__, file=sys.stderr)
        return 2
    model = os.path.realpath(arguments[0])
    source, output = os.path.abspath(arguments[2]), os.path.abspath(arguments[3])
    folder = os.path.dirname(model)
    sys.argv = [model]
    sys.path[:] = [folder] + [p for p in sys.path if p != os.path.dirname(os.path.abspath(__file__))]
    os.chdir(folder)
    os.makedirs(output, exist_ok=True)
    try:
        module, failed = import_model(model)
    except BaseException as error:
        write_error(output, describe_error(error, "import", folder))
        return 1
    if arguments[1] != "--cases":
        run_case(module, failed, arguments[1], source, output)
        return 0
    for case in sorted(os.listdir(source)):
        case_folder = os.path.join(source, case)
        if os.path.isdir(case_folder):
            task = read_lines(os.path.join(case_folder, "task.txt"))[0]
            run_case(module, failed, task, case_folder, os.path.join(output, case))
            flush()
    return 0


def flush():
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            pass  # the learner closed or replaced it


if __name__ == "__main__":
    status = main(sys.argv[1:])
    flush()
    os._exit(status)  # threads that the learner left running must not hold the process
