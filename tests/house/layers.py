"""Who may know whom: the architecture as data, and the rules that read it.

A "module" is a folder of grader/ (or grade, main: the files beside them), or one of the houses
"sandbox" and "reference", of which only the public headers can be included from outside.
"""

import os
import re
from pathlib import Path

from house import c_files, line_of, read, without_comments, without_texts

# Every module of the grader, lowest first: the modules it may include, and why. An entry may name
# only what stands above it in this table, so arrows can point down only.
MODULES = {
    "base": ((), "files, errors, buffers and clocks know nothing else"),
    "exchange": (("base", "reference"), "untrusted bytes become arrays of the reference"),
    "json": (("base", "exchange"), "numbers and places in a text are read as in every exchange"),
    "intake": (("base",), "repositories; nothing of what is in them"),
    "manifest": (("base", "json"), "submission.json"),
    "casestudy": (("base", "json"), "the learner's report as text, or as notebook cells"),
    "marking/verdict": ((), "the words for what was found, used all along the road"),
    "grading": (("base", "exchange", "intake", "marking/verdict"), "the result: what every step fills in"),
    "rubric": (("base", "json", "grading", "reference"), "data, checked against the reference"),
    "cases": (("base", "rubric", "reference"), "inputs and expected values of one task"),
    "run": (("base", "json", "exchange", "manifest", "grading", "rubric", "cases", "sandbox"),
            "the learner's program, in the sandbox"),
    "marking": (("base", "exchange", "grading", "rubric", "cases", "reference",
                 "marking/verdict"), "outputs against expected values"),
    "scoring": (("base", "grading", "rubric", "casestudy", "run", "marking", "marking/verdict"),
                "verdicts become points"),
    "reporting": (("base", "json", "grading", "marking/verdict"),
                  "writes the result, renders the JSON; knows no step of the road"),
    "batch": (("base", "json", "intake", "grading", "reporting"),
              "calls the grader as a program and keeps its reports"),
    "grade": (("base", "intake", "manifest", "casestudy", "grading", "rubric", "cases", "run",
               "marking", "marking/verdict", "scoring"), "the road itself"),
    "commands": (("base", "grading", "reporting", "batch", "grade"), "argv in, exit status out"),
    "main": (("commands",), "the table of commands"),
}

# Headers that only some files may include, and why. A place is a folder or a file.
RESERVED = {
    r"git2(\.h|/.*)": (("grader/intake/", "grader/commands/version.c"),
                       "libgit2 types stay inside intake"),
    r"(cjson/)?cJSON\.h": (("grader/json/", "grader/commands/version.c"),
                           "cJSON comes in through json_document.h"),
    r"grader/json/json_document\.h": (
        ("grader/json/", "grader/manifest/", "grader/rubric/", "grader/reporting/",
         "grader/casestudy/", "grader/batch/", "grader/run/learner_fault.c"),
        "cJSON types stay inside the files that read or write JSON"),
    r"sodium\.h": (("grader/cases/seed_key.c", "grader/rubric/rubric_load.c", "grader/grade.c",
                    "grader/intake/", "grader/commands/version.c"),
                   "keyed seeds and digests"),
    r"cmark-gfm.*\.h": (("grader/casestudy/", "grader/commands/version.c"),
                        "Markdown of the case study"),
    # The report names the arithmetic that was used: grade.c asks OpenBLAS for it, and sets its
    # threads for the whole process.
    r"(cblas|lapacke|openblas.*)\.h": (
        ("reference/", "grader/grade.c", "grader/commands/version.c"),
        "arithmetic is the reference's"),
    r"seccomp\.h": (("sandbox/", "grader/commands/version.c"), "filters are the sandbox's"),
    r"argp\.h": (("grader/commands/", "sandbox/tool/"), "command lines"),
    r"(linux|sys|asm)/.*": (("sandbox/", "grader/"), "the reference is portable mathematics"),
}

# Programs, not libraries: these may print and end the process.
PROGRAMS = ("grader/commands/", "grader/main.c", "sandbox/tool/", "sandbox/bench/")

CALL = r"(?<![\w.>])(?:%s)\s*\("
PRINTING = re.compile(
    CALL % "v?printf|puts|putchar|perror|psignal|v?warnx?|v?errx?"
    + r"|" + CALL % "v?fprintf" + r"\s*(?:stdout|stderr)\b"
    + r"|" + CALL % "fputs|fputc|putc|fwrite" + r"[^;]*\b(?:stdout|stderr)\b")
ENDING = re.compile(CALL % "exit|abort|quick_exit")
BANNED = re.compile(CALL % "v?sprintf|strcpy|stpcpy|strcat|strtok|gets|ato[ifl]|atoll|system|popen")
LOCALE = re.compile(CALL % "(?:new|use)?setlocale|newlocale|uselocale")

# Patterns in code (without comments and literals), what to say, and where they are allowed.
CODE_RULES = (
    (PRINTING, "a library prints", PROGRAMS),
    (ENDING, "a library ends the process", PROGRAMS),
    (BANNED, "banned function", ()),
    (LOCALE, "the locale stays as it is", ()),
)

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:<([^>\n]+)>|"([^"\n]+)")', re.MULTILINE)
PUBLIC = ("reference/include", "sandbox/include")


def is_in(path, places):
    return any(str(path) == place or (place.endswith("/") and str(path).startswith(place))
               for place in places)


def resolve(path, name, quoted, root):
    """The file of the tree that an include means, or None: then it is a system header."""
    folders = [str(path.parent), path.parts[0]] if quoted else []
    for folder in [*folders, *PUBLIC, "."]:
        found = Path(os.path.normpath(os.path.join(folder, name)))
        if (root / found).is_file():
            return found
    return None


def module_of(path):
    """The module of a file; see MODULES."""
    if path.parts[0] != "grader":
        return path.parts[0]
    if len(path.parts) == 2:
        return path.stem
    if "/".join(path.with_suffix("").parts[1:]) in MODULES:
        return "/".join(path.with_suffix("").parts[1:])
    return path.parts[1]


def is_public(path):
    return any(str(path).startswith(folder + "/") for folder in PUBLIC)


def house_fault(path, target):
    """Includes between the houses, and from a public header to a private one."""
    house, other = path.parts[0], target.parts[0]
    if is_public(path) and not is_public(target):
        return "a public header includes a private one"
    if house == other:
        return None
    if house != "grader":
        return f"{house} knows nothing of {other}"
    if other not in ("reference", "sandbox"):
        return f"{other} is no house that grader may include"
    return None if is_public(target) else f"only public headers of {other} can be included"


def module_fault(path, target):
    """Includes between the modules of the grader."""
    module, other = module_of(path), module_of(target)
    if path.parts[0] != "grader":
        return None
    if module not in MODULES:
        return f"module {module} does not stand in the table of layers"
    if module == other or other in MODULES[module][0]:
        return None
    return f"{module} may not include {other}"


def reserved_fault(path, name):
    for pattern, (places, reason) in RESERVED.items():
        if re.fullmatch(pattern, name) and not is_in(path, places):
            return f"not for this file: {reason}"
    return None


def include_faults(path, source, root):
    for include in INCLUDE.finditer(without_comments(source)):
        name = include.group(1) or include.group(2)
        target = resolve(path, name, include.group(2) is not None, root)
        reasons = [reserved_fault(path, name)]
        if target is not None:
            reasons += [house_fault(path, target) or module_fault(path, target)]
        elif include.group(2) is not None:
            reasons.append("there is no such file in the tree")
        for reason in filter(None, reasons):
            yield f"{path}:{line_of(source, include.start(0))}: includes {name}: {reason}"


def code_faults(path, source):
    code = without_texts(source)
    for pattern, what, places in CODE_RULES:
        if is_in(path, places):
            continue
        for match in pattern.finditer(code):
            word = re.match(r"\w+", match.group(0)).group(0)
            yield f"{path}:{line_of(code, match.start())}: {word}: {what}"


def table_faults():
    """The table itself: what a module may include stands above it."""
    above = {"reference", "sandbox"}
    for module, (allowed, _) in MODULES.items():
        for other in allowed:
            if other not in above:
                yield f"table of layers: {module} may include {other}, which does not stand above"
        above.add(module)


def tree_faults(root):
    """All faults of the tree, and how many files were looked at."""
    files = c_files(("reference", "sandbox", "grader"), root=root)
    faults = list(table_faults())
    for path in files:
        source = read(path, root)
        faults += include_faults(path, source, root)
        faults += code_faults(path, source)
    return faults, len(files)
