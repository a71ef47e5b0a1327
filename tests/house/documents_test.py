"""Man page, completion and scripts: clean, and telling of the same options as the program.

Usage: documents_test.py GRADER
"""

import re
import sys
from pathlib import Path

from house import ROOT, finish, run, tracked_files

COMMANDS = ("check", "grade", "batch", "show")
PAGE = ROOT / "grader/man/grader.1"
COMPLETION = ROOT / "grader/completion/grader.bash"
SCRIPTS = ("ci/demo", "ci/test", "ci/bench", "ci/fuzz", "ci/install_packages", "ci/hooks/post-receive",
           ".ci/run")
SHELL = re.compile(r"#!\s*(?:/usr)?/bin/(?:env )?(?:ba|da)?sh\b")
OPTION = re.compile(r"(?<![\w-])--([a-z][a-z-]*)")

# Calls the completion as bash does: words of the line so far, the last one unfinished.
COMPLETE = """
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_grader
printf '%s\\n' "${COMPREPLY[@]}"
"""


def page_faults():
    lint = run("mandoc", "-T", "lint", "-W", "warning", str(PAGE))
    lines = (lint.stdout + lint.stderr).splitlines()
    return lines or (["mandoc finds fault with the man page"] if lint.returncode != 0 else [])


def script_faults():
    shell = [str(path) for path in tracked_files()
             if (str(path) in SCRIPTS or str(path).startswith("ci/"))
             and SHELL.match((ROOT / path).read_bytes()[:40].decode("latin-1"))]
    check = run("shellcheck", "--format=gcc", *shell, str(COMPLETION.relative_to(ROOT)), cwd=ROOT)
    faults = check.stdout.splitlines()
    if check.returncode != 0 and not faults:
        faults = [f"shellcheck failed: {check.stderr.strip()}"]
    return faults, len(shell)


def help_options(grader, *command):
    """Long options that --help shows, and the faults of the call itself."""
    shown = run(str(grader), *command, "--help")
    name = " ".join(("grader", *command))
    if shown.returncode != 0:
        return set(), [f"{name} --help: exit status {shown.returncode}: {shown.stderr.strip()}"]
    options = set(OPTION.findall(shown.stdout))
    if not options:
        return set(), [f"{name} --help shows no options"]
    if command:  # of other commands, help only tells in examples
        options = set(re.findall(r"^\s+(?:-\S, )?--([a-z][a-z-]*)", shown.stdout, re.MULTILINE))
    return options, []


def page_options():
    """Long options of the man page; in mdoc they are written "Fl -name"."""
    return set(re.findall(r"\bFl -([a-z][a-z-]*)", PAGE.read_text(encoding="utf-8")))


def completed(*words):
    """What the completion offers at the end of these words."""
    offer = run("bash", "-c", COMPLETE, "bash", str(COMPLETION), *words)
    if offer.returncode != 0 or offer.stderr:
        raise SystemExit(f"completion of {words}: {offer.stderr.strip()}")
    return {word for word in offer.stdout.split("\n") if word}


def command_faults(grader, command, in_page):
    shown, faults = help_options(grader, command)
    offered = {word.lstrip("-") for word in completed("grader", command, "--")}
    faults += [f"man page: --{name} of {command} is missing" for name in sorted(shown - in_page)]
    faults += [f"completion: --{name} of {command} is missing" for name in sorted(shown - offered)]
    if shown:
        faults += [f"completion: {command} has no --{name}" for name in sorted(offered - shown)]
    return shown, faults


def program_faults(grader):
    in_page = page_options()
    known, faults = help_options(grader)
    # Help of the program itself: its own options, and some of the commands in examples.
    faults += [f"man page: --{name} is missing" for name in sorted(known - in_page)]
    for command in COMMANDS:
        shown, more = command_faults(grader, command, in_page)
        known |= shown
        faults += more
    faults += [f"man page: no command has --{name}" for name in sorted(in_page - known)]
    missing = set(COMMANDS) - completed("grader", "")
    faults += [f"completion: the command {name} is missing" for name in sorted(missing)]
    return faults


def main():
    grader = Path(sys.argv[1]).resolve()
    scripts, looked_at = script_faults()
    finish(page_faults() + scripts + program_faults(grader), looked_at)


main()
