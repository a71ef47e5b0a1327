#!/usr/bin/python3
"""Makes a git repository of every sample submission, grades all of them with `grader batch`, and
compares each report with expectations.json: exactly the listed checks must fail, with the listed
verdicts and misconceptions, and everything else must be right.

  grade_samples.py --grader PATH [--table] [--only NAME]... [--seeds N] [--jobs N]

--seeds N grades each sample again on N other sets of public data. Exit status 0 when all is as
expected, else 1. The last line counts the gradings."""

import argparse
import csv
import json
import os
import pathlib
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

from samples import expectations, make_repository


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--grader", required=True, type=pathlib.Path)
    parser.add_argument("--table", action="store_true", help="print a table of the samples")
    parser.add_argument("--only", action="append", metavar="NAME")
    parser.add_argument("--kind", action="append", choices=["right", "wrong", "broken"])
    parser.add_argument("--seeds", type=int, default=0)
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)))
    return parser.parse_args()


def failed_checks(report):
    """Every automatic check that is not right: name -> (verdict, misconceptions). Where the whole
    submission could not be run, the checks that were skipped for it say nothing more."""
    silent = ("correct", "pending_manual")
    if report["outcome"] != "graded":
        silent += ("skipped",)
    found = {}
    for criterion in report["criteria"]:
        for check in criterion["checks"]:
            if check["verdict"] not in silent:
                found[check["check"]] = (check["verdict"], check["misconceptions"])
    return found


def differences(report, expectation):
    """One line per difference between a report and what was expected of it."""
    lines = []
    if report["outcome"] != expectation["outcome"]:
        lines.append(f"outcome {report['outcome']} ({report['message']}), "
                     f"expected {expectation['outcome']}")
    found = failed_checks(report)
    expected = expectation["failed"]
    for name in sorted(found.keys() - expected.keys()):
        lines.append(f"{name}: {found[name][0]} {found[name][1]}, expected correct")
    for name in sorted(expected.keys() - found.keys()):
        lines.append(f"{name}: correct, expected {expected[name]['verdict']}")
    for name in sorted(found.keys() & expected.keys()):
        verdict, ids = found[name]
        want = expected[name]
        if verdict != want["verdict"]:
            lines.append(f"{name}: {verdict}, expected {want['verdict']}")
        if sorted(ids) != sorted(want.get("misconceptions", [])):
            lines.append(f"{name}: misconceptions {ids}, expected {want.get('misconceptions', [])}")
    full = report["score"]["points"] + report["score"]["pending"] == report["score"]["maximum"]
    if expectation["kind"] == "right" and not full:
        lines.append(f"score {report['score']}: not full")
    return lines


def grade_batch(grader, samples, folder, jobs):
    roster = folder / "roster.csv"
    with open(roster, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["learner", "repository"])
        for sample in samples:
            make_repository(sample, folder / sample)
            writer.writerow([sample, folder / sample])
    out = folder / "grades"
    subprocess.run([grader, "batch", roster, "--out", out, "--jobs", str(jobs)], check=True,
                   stdout=subprocess.DEVNULL)
    return {sample: json.loads((out / "reports" / f"{sample}.json").read_text())
            for sample in samples}


def grade_seed(grader, sample, seed, folder):
    out = folder / f"{sample}-{seed}.json"
    subprocess.run([grader, "check", folder / sample, "--seed", str(seed), "--out", out, "-q"],
                   check=True)
    return json.loads(out.read_text())


def print_table(reports, expected):
    print(f"{'sample submission':34} {'score':>14}  what was found")
    for sample, report in reports.items():
        score = report["score"]
        points = f"{score['points'] / 1000:g} + {score['pending'] / 1000:g}"
        found = failed_checks(report)
        if report["outcome"] != "graded":
            words = f"{report['outcome']}: {report['message']}"
        elif not found:
            words = "everything right"
        else:
            words = "; ".join(f"{name} {verdict} {' '.join(ids)}".strip()
                              for name, (verdict, ids) in found.items())
        mark = "as expected" if not differences(report, expected[sample]) else "NOT EXPECTED"
        print(f"{sample:34} {points:>14}  {words[:110]} [{mark}]")


def main():
    options = arguments()
    grader = options.grader.resolve()
    expected = expectations()
    samples = [name for name, want in expected.items()
               if (not options.only or name in options.only)
               and (not options.kind or want["kind"] in options.kind)]
    passed = failed = 0
    with tempfile.TemporaryDirectory(prefix="grader-samples-") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        reports = grade_batch(grader, samples, folder, options.jobs)
        if options.table:
            print_table(reports, expected)
        results = [(sample, "", reports[sample]) for sample in samples]
        seeds = range(options.first_seed, options.first_seed + options.seeds)
        pairs = [(sample, seed) for seed in seeds for sample in samples]
        with ThreadPoolExecutor(options.jobs) as pool:
            graded = pool.map(lambda p: grade_seed(grader, p[0], p[1], folder), pairs)
            results += [(sample, f" seed {seed}", report)
                        for (sample, seed), report in zip(pairs, graded)]
        for sample, label, report in results:
            lines = differences(report, expected[sample])
            for line in lines:
                print(f"{sample}{label}: {line}", file=sys.stderr)
            passed += not lines
            failed += bool(lines)
    print(f"samples: {passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
