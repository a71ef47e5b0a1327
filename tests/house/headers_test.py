"""Every header compiles alone: the public ones as strict C17 and as C++17, ours as C."""

import os
import shlex
from concurrent.futures import ThreadPoolExecutor

from house import HOUSES, ROOT, c_files, finish, run

STRICT = ("-Wall", "-Wextra", "-pedantic", "-Werror", "-fsyntax-only")
PUBLIC = ("reference/include/", "sandbox/include/")
PACKAGES = ("libcjson", "libgit2", "openblas", "lapacke", "libseccomp", "libsodium")


def public_name(path):
    """As a user of the installed library includes it, or None."""
    for folder in PUBLIC:
        if str(path).startswith(folder):
            return str(path)[len(folder):]
    return None


def package_flags():
    flags = run("pkg-config", "--cflags", *PACKAGES)
    if flags.returncode != 0:
        raise SystemExit(f"pkg-config: {flags.stderr.strip()}")
    return shlex.split(flags.stdout)


def compilations(headers, packages):
    """(header, way, command, source) of everything to compile."""
    folders = [f"-I{folder}" for folder in PUBLIC]
    for header in headers:
        name = public_name(header)
        if name is not None:
            # Twice: the guard works.
            source = f"#include <{name}>\n#include <{name}>\n"
            yield header, "C17", ["gcc", "-x", "c", "-std=c17", *STRICT, *folders], source
            yield header, "C++17", ["g++", "-x", "c++", "-std=c++17", *STRICT, *folders], source
        else:
            source = f'#include "{header}"\n#include "{header}"\n'
            own = [*folders, f"-I{header.parts[0]}", "-I.", "-D_GNU_SOURCE", *packages]
            yield header, "C", ["gcc", "-x", "c", "-std=gnu17", "-Wall", "-Wextra", "-Werror",
                                "-fsyntax-only", *own], source


def compile_one(work):
    header, way, command, source = work
    result = run(*command, "-", input=source, cwd=ROOT)
    if result.returncode == 0:
        return []
    errors = [line for line in result.stderr.splitlines() if "error:" in line]
    return [f"{header} as {way}: {line}" for line in errors or [result.stderr.strip()]]


def main():
    headers = c_files(HOUSES, suffixes=(".h",))
    work = list(compilations(headers, package_flags()))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        faults = [fault for faults in pool.map(compile_one, work) for fault in faults]
    public = sum(public_name(header) is not None for header in headers)
    print(f"{len(headers)} headers, {public} of them public")
    finish(faults, len(work) if public else 0)


main()
