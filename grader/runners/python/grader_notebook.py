"""A notebook as a module: its code cells in file order. Beside run_functions.py."""
import json
import linecache

CELLS_OF_PYTHON = ("%%time", "%%timeit", "%%capture", "%%prun")


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


def run_cells(path, module):
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
