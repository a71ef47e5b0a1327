"""Every C file of the tree is formatted as .clang-format says."""

from house import ROOT, finish, run, tracked_files

AT_ONCE = 40


def main():
    files = [str(path) for path in tracked_files() if path.suffix in (".c", ".h")]
    faults = []
    for start in range(0, len(files), AT_ONCE):
        result = run("clang-format", "--dry-run", "-Werror", "--style=file",
                     *files[start:start + AT_ONCE], cwd=ROOT)
        named = [line for line in result.stderr.splitlines() if ": error:" in line]
        faults += named
        if result.returncode != 0 and not named:
            faults.append(f"clang-format failed: {result.stderr.strip()}")
    finish(faults, len(files))


main()
