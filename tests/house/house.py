"""What the house tests share: the files of the tree, C code without comments, the verdict."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOUSES = ("reference", "sandbox", "grader")

TOKEN = re.compile(
    r"""(?P<comment>/\*.*?\*/|//(?:\\\n|[^\n])*)"""
    r"""|(?P<text>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')""",
    re.DOTALL | re.VERBOSE,
)


def run(*command, **options):
    """Runs a tool that must be there: a missing tool is a failure, never a skip."""
    if shutil.which(command[0]) is None:
        raise SystemExit(f"{command[0]} is not installed: ci/install_packages test")
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


def tracked_files(root=ROOT):
    """Paths relative to the root: what git tracks, or everything but builds where git does not."""
    if (root / ".git").exists():
        listing = run("git", "-c", "safe.directory=*", "-C", str(root), "ls-files", "-z")
        if listing.returncode != 0:
            raise SystemExit(f"git ls-files: {listing.stderr.strip()}")
        names = [name for name in listing.stdout.split("\0") if name]
        return [Path(name) for name in sorted(names) if (root / name).is_file()]
    found = []
    for folder, folders, files in os.walk(root):
        inside = Path(folder).relative_to(root)
        folders[:] = [name for name in folders if name != "__pycache__"
                      and not (inside == Path(".") and name.startswith("build"))]
        found += [inside / name for name in files]
    return sorted(found)


def c_files(houses, suffixes=(".c", ".h"), root=ROOT):
    """C files of the given top-level folders."""
    return [path for path in tracked_files(root)
            if path.suffix in suffixes and path.parts[0] in houses]


def read(path, root=ROOT):
    return (root / path).read_text(encoding="utf-8")


def _blank(match):
    return re.sub(r"[^\n]", " ", match.group(0))


def without_comments(source):
    """The code with comments blanked; lines keep their numbers."""
    return TOKEN.sub(lambda m: _blank(m) if m.group("comment") else m.group(0), source)


def without_texts(source):
    """The code with comments, string literals and characters blanked."""
    return TOKEN.sub(_blank, source)


def line_of(source, offset):
    return source.count("\n", 0, offset) + 1


def finish(faults, seen):
    """One line per fault; nothing looked at is a fault of the test."""
    for fault in faults:
        print(fault)
    if not seen:
        print("nothing was looked at")
    print(f"{len(faults)} faults in {seen} places")
    sys.exit(1 if faults or not seen else 0)
