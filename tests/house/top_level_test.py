"""The top level holds what the architecture says, and no file tells of one machine or of work
left undone."""

import re

from house import ROOT, finish, tracked_files

TOP_LEVEL = {"CMakeLists.txt", "README.md", "LICENSE", "grader", "sandbox", "rubrics", "reference",
             "tests", "ci"}
# Folders of one person's machine. In tests of path rules, /proc/1/root/ is a different thing.
MACHINE = re.compile(r"(?<![\w/.])/(?:root|home/(?!ada/|NAME/)\w+|Users/\w+)/")
UNDONE = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|X" + r"XX)\b")


def top_level_faults(files):
    there = {path.parts[0] for path in files if not path.parts[0].startswith(".")}
    return ([f"{name}: does not belong at the top level" for name in sorted(there - TOP_LEVEL)]
            + [f"{name}: is missing at the top level" for name in sorted(TOP_LEVEL - there)])


def place_of_checkout():
    """The folder that the tree happens to lie in; short ones are words of their own."""
    return re.compile(re.escape(str(ROOT)) + r"\b") if len(ROOT.parts) > 2 else re.compile(r"(?!)")


def text_of(path):
    try:
        return (ROOT / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return (ROOT / path).read_bytes().decode("latin-1")


def line_faults(path, text, pattern, what):
    return [f"{path}:{number}: {what}: {line.strip()[:80]}"
            for number, line in enumerate(text.splitlines(), 1) if pattern.search(line)]


def file_faults(path, checkout):
    text = text_of(path)
    faults = line_faults(path, text, MACHINE, "a folder of one machine")
    faults += line_faults(path, text, checkout, "the folder of this checkout")
    if path.suffix in (".c", ".h"):
        faults += line_faults(path, text, UNDONE, "work left undone")
    return faults


def main():
    files = tracked_files()
    checkout = place_of_checkout()
    faults = top_level_faults(files)
    for path in files:
        faults += file_faults(path, checkout)
    finish(faults, len(files))


main()
