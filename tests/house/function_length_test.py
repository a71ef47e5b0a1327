"""No function of ours is longer than LIMIT lines; prints how long they are."""

import re
from statistics import median

from house import HOUSES, ROOT, c_files, finish, run

LIMIT = 80
FIELDS = re.compile(r"\tline:(\d+)\b.*\tend:(\d+)\b")


def lengths(files):
    """(lines, name, file) of every function, by universal-ctags."""
    tags = run("ctags", "--languages=C", "--language-force=C", "--kinds-C=f", "--fields=+ne",
               "--sort=no", "-f", "-", *map(str, files), cwd=ROOT)
    if tags.returncode != 0 or tags.stderr:
        raise SystemExit(f"ctags failed (universal-ctags is needed): {tags.stderr.strip()}")
    found = []
    for tag in tags.stdout.splitlines():
        place = FIELDS.search(tag)
        if place is None:
            raise SystemExit(f"ctags gives no end of a function: {tag}")
        first, last = int(place.group(1)), int(place.group(2))
        name, file = tag.split("\t")[:2]
        found.append((last - first + 1, name, file))
    return sorted(found)


def main():
    functions = lengths(c_files(HOUSES))
    if functions:
        sizes = [size for size, _, _ in functions]
        p95 = sizes[min(len(sizes) - 1, int(0.95 * len(sizes)))]
        print(f"{len(sizes)} functions: median {median(sizes):g}, p95 {p95}, max {sizes[-1]} lines")
    finish([f"{file}: {name} has {size} lines, more than {LIMIT}"
            for size, name, file in functions if size > LIMIT], len(functions))


main()
