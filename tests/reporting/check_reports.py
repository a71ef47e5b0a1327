#!/usr/bin/python3
"""Judges what write_reports made, by other people's programs: a JSON Schema validator, an XML parser.

    check_reports.py WRITER SCHEMA

The schema itself is judged too: it must refuse reports that were damaged in known ways.
"""
import copy
import json
import pathlib
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

import jsonschema

faults = []


def check_report(validator, path):
    report = json.loads(path.read_text(encoding="utf-8"))
    for error in validator.iter_errors(report):
        faults.append(f"{path.name}: {error.json_path}: {error.message[:200]}")
    return report


def check_junit(path, report):
    """Well formed, counts that agree, names that are unique, nothing that a text smuggled in."""
    suites = ElementTree.fromstring(path.read_bytes())
    checks = {check["check"] for criterion in report["criteria"] for check in criterion["checks"]}
    seen = set()
    for suite in suites.iter("testsuite"):
        cases = suite.findall("testcase")
        for attribute, tag in (("failures", "failure"), ("errors", "error"),
                               ("skipped", "skipped")):
            count = sum(case.find(tag) is not None for case in cases)
            if int(suite.get(attribute)) != count:
                faults.append(f"{path.name}: {attribute} is not {count}")
        if int(suite.get("tests")) != len(cases):
            faults.append(f"{path.name}: tests is not {len(cases)}")
        for case in cases:
            key = case.get("classname"), case.get("name")
            if key in seen:
                faults.append(f"{path.name}: {key} stands there twice")
            seen.add(key)
    if checks and len(seen) < len(checks):
        faults.append(f"{path.name}: {len(seen)} cases for {len(checks)} checks")
    if report["outcome"] != "graded" and not list(suites.iter("error")):
        faults.append(f"{path.name}: what could not be graded looks as if it had passed")
    if any("mine" == case.get("name") for case in suites.iter("testcase")):
        faults.append(f"{path.name}: a text became a test case")


DAMAGES = {
    "no score": lambda r: r.pop("score"),
    "an unknown member": lambda r: r.update(extra=1),
    "points as text": lambda r: r["score"].update(points="73.5"),
    "a fraction of a milli-point": lambda r: r["score"].update(points=0.5),
    "an unknown verdict": lambda r: r["criteria"][0]["checks"][0].update(verdict="fine"),
    "an unknown rung": lambda r: r["criteria"][0]["checks"][2]["evidence"][0].update(rung="top"),
    "an unknown outcome": lambda r: r.update(outcome="done"),
    "a digest that is none": lambda r: r["rubric"].update(digest="abc"),
    "another version": lambda r: r.update(schema_version=2),
    "a number word that is none":
        lambda r: r["criteria"][0]["checks"][2]["evidence"][0]["comparison"].update(digits="nan"),
    "values at the feedback level hint": lambda r: r.update(feedback="hint"),
    "evidence at the feedback level verdict": lambda r: r.update(feedback="verdict"),
    "a message although it is graded": lambda r: r.update(message="why"),
}


def check_schema(schema, validator, report):
    type(validator).check_schema(schema)
    for name, damage in DAMAGES.items():
        damaged = copy.deepcopy(report)
        damage(damaged)
        if validator.is_valid(damaged):
            faults.append(f"the schema accepts a report with {name}")


def main():
    writer, schema_path = sys.argv[1:]
    schema = json.loads(pathlib.Path(schema_path).read_text(encoding="utf-8"))
    validator = jsonschema.validators.validator_for(schema)(schema)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([writer, folder], check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
        reports = sorted(pathlib.Path(folder).glob("*.json"))
        if not reports:
            faults.append("no reports were written")
        for path in reports:
            report = check_report(validator, path)
            check_junit(path.with_suffix(".xml"), report)
            if path.stem == "full":
                check_schema(schema, validator, report)
    print("\n".join(faults) or f"{len(reports)} reports are as they should be")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
