"""Includes point down only, and libraries neither print nor end the process.

First the rules are tried on a small tree with every violation in it: each must be found, and
nothing else. Then they are tried on the real one.
"""

import tempfile
from pathlib import Path

from house import ROOT, finish
from layers import tree_faults

# Files in which nothing is wrong, each with something that looks as if.
RIGHT = {
    "reference/include/reference/array.h": "#include <stddef.h>\n",
    "reference/core/sum.h": "#include <math.h>\n",
    "reference/core/sum.c": '#include "core/sum.h"\n#include "reference/array.h"\n'
                            "#include <cblas.h>\n",
    "sandbox/include/sandbox/sandbox.h": "#include <stdint.h>\n",
    "sandbox/launch.h": "#include <sys/types.h>\n",
    "sandbox/launch.c": '#include "launch.h"\n#include <seccomp.h>\n#include <linux/sched.h>\n'
                        "void f(void) { _exit(1); }\n",
    "sandbox/tool/main.c": "#include <sandbox/sandbox.h>\n"
                           'int main(void) { printf("x"); exit(1); }\n',
    "grader/base/error.h": '/* #include "grader/grade.h" and printf("x"); */\n',
    "grader/base/error.c": '#include "grader/base/error.h"\n'
                           'const char *text = "printf(\\"x\\"); // system(1)";\n'
                           "// strcpy(a, b); \\\n   gets(c);\n"
                           "void f(void) { snprintf(a, 1, \"x\"); file->exit(1); my_exit(2); }\n",
    "grader/json/json_document.h": "#include <cjson/cJSON.h>\n",
    "grader/manifest/manifest.c": '#include "grader/json/json_document.h"\n',
    "grader/batch/progress.c": 'void f(void) { fprintf(stream, "x"); fputs("x", stream); }\n',
    "grader/marking/verdict.h": "#include <stddef.h>\n",
    "grader/marking/mark.h": "#include <stddef.h>\n",
    "grader/grading/grading.h": '#include "grader/marking/verdict.h"\n',
    "grader/run/program.h": '#include "sandbox/sandbox.h"\n',
    "grader/run/learner_fault.c": '#include "grader/json/json_document.h"\n',
    "grader/grade.h": '#include "grader/grading/grading.h"\n',
    "grader/commands/commands.h": '#include "grader/grade.h"\n',
    "grader/commands/version.c": "#include <git2.h>\n#include <cjson/cJSON.h>\n",
    "grader/main.c": '#include "grader/commands/commands.h"\nint main(void) { puts("x"); }\n',
    "grader/intake/intake_git.h": "#include <git2.h>\n#include <git2/sys/repository.h>\n",
}

# One violation per file: its text, and what the fault says.
WRONG = {
    "reference/core/up.c": ('#include "grader/base/error.h"', "reference knows nothing of grader"),
    "reference/core/across.c": ("#include <sandbox/sandbox.h>",
                                "reference knows nothing of sandbox"),
    "reference/core/climb.c": ('#include "../../grader/grade.h"',
                               "reference knows nothing of grader"),
    "reference/core/kernel.c": ("#include <sys/stat.h>", "portable mathematics"),
    "reference/include/reference/leak.h": ('#include "../../core/sum.h"',
                                           "a public header includes a private one"),
    "reference/core/stop.c": ("void f(void) { abort(); }", "abort: a library ends the process"),
    "sandbox/up.c": ('#include "grader/base/error.h"', "sandbox knows nothing of grader"),
    "sandbox/across.c": ('#include "reference/array.h"', "sandbox knows nothing of reference"),
    "sandbox/print.c": ('void f(void) { perror("x"); }', "perror: a library prints"),
    "sandbox/lost.c": ('#include "not_there.h"', "there is no such file"),
    "grader/base/up.c": ('#include "grader/grade.h"', "base may not include grade"),
    "grader/base/json.c": ("#include <cjson/cJSON.h>", "cJSON comes in through json_document.h"),
    "grader/base/git.c": ("#include <git2/types.h>", "libgit2 types stay inside intake"),
    "grader/base/salt.c": ("#include <sodium.h>", "keyed seeds and digests"),
    "grader/base/dot.c": ("#include <cblas.h>", "arithmetic is the reference's"),
    "grader/base/filter.c": ("#include <seccomp.h>", "filters are the sandbox's"),
    "grader/base/text.c": ("#include <cmark-gfm.h>", "Markdown of the case study"),
    "grader/base/line.c": ("#include <argp.h>", "command lines"),
    "grader/run/program.c": ('#include "grader/json/json_document.h"',
                             "cJSON types stay inside"),
    "grader/run/private.c": ('#include "sandbox/launch.h"', "only public headers of sandbox"),
    "grader/reporting/step.c": ('#include "grader/marking/mark.h"',
                                "reporting may not include marking"),
    "grader/scoring/command.c": ('#include "grader/commands/commands.h"',
                                 "scoring may not include commands"),
    "grader/scoring/road.c": ('  #  include "grader/grade.h"', "scoring may not include grade"),
    "grader/extra/extra.c": ('#include "grader/base/error.h"',
                             "module extra does not stand in the table"),
    "grader/scoring/print.c": ('void f(void) { printf("x"); }', "printf: a library prints"),
    "grader/scoring/complain.c": ('void f(void) { fprintf(stderr, "x"); }',
                                  "fprintf: a library prints"),
    "grader/scoring/put.c": ('void f(void) { fputs("x",\n stdout); }', "fputs: a library prints"),
    "grader/scoring/stop.c": ("void f(void) { exit(1); }", "exit: a library ends the process"),
    "grader/commands/locale.c": ('void f(void) { setlocale(0, ""); }', "the locale stays"),
    "grader/commands/copy.c": ("void f(void) { strcpy(a, b); }", "strcpy: banned function"),
    "grader/commands/join.c": ("void f(void) { strcat(a, b); }", "strcat: banned function"),
    "grader/commands/format.c": ('void f(void) { sprintf(a, "x"); }', "sprintf: banned function"),
    "grader/commands/split.c": ("void f(void) { strtok (a, b); }", "strtok: banned function"),
    "grader/commands/line.c": ("void f(void) { gets(a); }", "gets: banned function"),
    "grader/commands/number.c": ("void f(void) { atoi(a); }", "atoi: banned function"),
    "grader/commands/shell.c": ("void f(void) { system(a); }", "system: banned function"),
    "grader/commands/pipe.c": ('void f(void) { popen(a, "r"); }', "popen: banned function"),
}


def write_tree(root):
    texts = {**RIGHT, **{path: text for path, (text, _) in WRONG.items()}}
    for path, text in texts.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def rule_faults():
    """What the rules miss on the tree of violations, and what they find too much."""
    with tempfile.TemporaryDirectory() as folder:
        write_tree(Path(folder))
        found, _ = tree_faults(Path(folder))
    faults = []
    for path, (_, expected) in WRONG.items():
        here = [fault for fault in found if fault.startswith(path + ":")]
        if len(here) != 1 or expected not in here[0]:
            faults.append(f"self-check: {path}: expected \"{expected}\", found {here}")
    faults += [f"self-check: false alarm: {fault}" for fault in found
               if fault.split(":")[0] not in WRONG]
    return faults


def main():
    faults = rule_faults()
    print(f"self-check: {len(WRONG)} violations tried")
    found, seen = tree_faults(ROOT)
    finish(faults + found, seen)


main()
