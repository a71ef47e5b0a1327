#!/usr/bin/python3
"""The sample submissions: right ones are folders, the others a base and a patch that spoils it.

  samples.py NAME FOLDER      makes the sample NAME in FOLDER, which must not exist
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent


def expectations():
    return json.loads((HERE / "expectations.json").read_text(encoding="utf-8"))


def git(folder, *words):
    """Runs git in the folder, with nobody's configuration and always the same commit identity."""
    environment = dict(
        os.environ,
        GIT_CONFIG_GLOBAL="/dev/null",
        GIT_CONFIG_SYSTEM="/dev/null",
        GIT_CEILING_DIRECTORIES=str(pathlib.Path(folder).parent),
        GIT_AUTHOR_NAME="A Learner",
        GIT_AUTHOR_EMAIL="learner@example.org",
        GIT_COMMITTER_NAME="A Learner",
        GIT_COMMITTER_EMAIL="learner@example.org",
        GIT_AUTHOR_DATE="2026-01-05T10:00:00Z",
        GIT_COMMITTER_DATE="2026-01-05T10:00:00Z",
    )
    subprocess.run(["git", "-C", str(folder), *words], check=True, env=environment,
                   stdout=subprocess.DEVNULL)


def make_sample(name, folder):
    """Copies the sample's files into the folder, which must not exist."""
    base = expectations()[name].get("base", name)
    shutil.copytree(HERE / base, folder)
    if base != name:
        git(folder, "apply", str(HERE / "patches" / f"{name}.patch"))


def make_repository(name, folder):
    """The same as a git repository with one commit on the branch main."""
    make_sample(name, folder)
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "final project")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    make_sample(sys.argv[1], pathlib.Path(sys.argv[2]).absolute())
