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
import os
import sys
import traceback
import types

import grader_arrays  # beside this file; learners' modules have other names
import grader_notebook

MESSAGE_MAX = 2000


class Failure(Exception):
    """What the learner has to be told; kind is the word of error.json."""

    def __init__(self, kind, message):
        super().__init__(message)
        self.kind = kind


def import_model(path):
    module = types.ModuleType(os.path.splitext(os.path.basename(path))[0])
    module.__file__ = path
    sys.modules[module.__name__] = module
    if path.endswith(".ipynb"):
        return module, grader_notebook.run_cells(path, module)
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
        message += f" (did you mean {meant}?)"
    message += f"; it defines {', '.join(defined[:20])}" if defined else "; it defines no functions"
    for cell, error in failed[:3]:
        message += f"; {cell} failed: {type(error).__name__}: {error}"
    raise Failure("no_function", message)


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


def write_results(results, function, output):
    """All that can be written is, then the first that cannot is the failure."""
    failure = None
    for name, value in results.items():
        try:
            shape, data = grader_arrays.to_numbers(value)
        except Exception as error:
            reason = "" if value is None else f": {error}"
            message = f"{function}: {name} is {describe(value)}{reason}"
            failure = failure or Failure("bad_result", message)
        else:
            grader_arrays.write_npy(os.path.join(output, name + ".npy"), shape, data)
    if failure:
        raise failure


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
    return {"kind": kind, "type": name, "message": printable(message)[:MESSAGE_MAX], **place,
            "traceback": [printable(line) for line in shown]}


def printable(text):
    """Without what JSON cannot carry: NUL and halves of surrogate pairs."""
    return text.replace("\0", "?").encode("utf-8", "replace").decode("utf-8")


def write_error(output, about):
    with open(os.path.join(output, "error.json"), "w", encoding="utf-8") as file:
        json.dump(about, file)


def run_case(module, failed, task, inputs_folder, output):
    folder = os.path.dirname(module.__file__)
    os.makedirs(output, exist_ok=True)
    os.chdir(folder)
    names = grader_arrays.read_lines(os.path.join(inputs_folder, "outputs.txt"))
    inputs = grader_arrays.read_inputs(inputs_folder)
    try:
        function = find_function(module, failed, task)
        positional, named = choose_arguments(function, inputs)
        results = name_results(function(*positional, **named), names, task)
        write_results(results, task, output)
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
            task = grader_arrays.read_lines(os.path.join(case_folder, "task.txt"))[0]
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
