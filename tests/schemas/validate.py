#!/usr/bin/python3
"""Checks the data of all rubrics, the manifests of all sample submissions, and reports.

    validate.py [--coverage] [REPORT.json ...]

Without arguments: every file below rubrics/ against its schema, and what a schema cannot say: sums
of points, references between files, messages for every misconception that a task names. With
arguments the named reports are checked against the schema of reports as well. One line per fault;
exit status 1 when there is any. --coverage makes a topic of the syllabus without a task a fault.
"""
import json
import keyword
import os
import pathlib
import re
import sys
import tempfile
from fractions import Fraction

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
RUBRICS = os.path.join(TOP, "rubrics")
SCHEMAS = os.path.join(RUBRICS, "schemas")
SUBMISSIONS = os.path.join(TOP, "tests", "submissions")
sys.path.insert(0, SUBMISSIONS)
import samples  # noqa: E402  (the path must be there first)

faults = []


def fault(path, text):
    faults.append(f"{os.path.relpath(path, TOP)}: {text}")


def unique_keys(pairs):
    members = {}
    for key, value in pairs:
        if key in members:
            raise ValueError(f"the key '{key}' stands there twice")
        members[key] = value
    return members


class Decimal3(float):
    """A number of a JSON file that remembers its text, so that sums of points are exact."""

    def __new__(cls, text):
        number = super().__new__(cls, text)
        number.text = text
        return number


def exact(points):
    return Fraction(getattr(points, "text", points))


def load(path, parse_float=float):
    """The parsed file, or None after reporting why not."""
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file, object_pairs_hook=unique_keys, parse_float=parse_float)
    except FileNotFoundError:
        fault(path, "no such file")
    except (ValueError, UnicodeDecodeError) as problem:
        fault(path, f"not JSON: {problem}")
    return None


def validator(name):
    path = os.path.join(SCHEMAS, f"{name}.schema.json")
    schema = load(path)
    if schema is None:
        return None
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as problem:
        fault(path, f"not a schema: {problem.message}")
        return None
    return Draft202012Validator(schema)


def problems(schema, document):
    """One text per fault of the document, with its place, in the document's order."""
    found = sorted(schema.iter_errors(document), key=lambda e: [str(p) for p in e.absolute_path])
    for error in found:
        while error.context:  # of alternatives show the one that came closest
            error = max(error.context, key=lambda e: (len(e.absolute_path), e.validator != "const"))
        place = "/".join(str(part) for part in error.absolute_path) or "(top)"
        yield f"{place}: {error.message[:300]}"


def conforms(schema, document, path):
    texts = list(problems(schema, document))
    for text in texts:
        fault(path, text)
    return not texts


def load_valid(path, schema):
    """Parsed and fitting its schema, else None. Integers-as-floats would hide 0.1 + 0.2, so points
    keep their text."""
    plain = load(path)
    if plain is None or schema is None or not conforms(schema, plain, path):
        return None
    return load(path, parse_float=Decimal3)


def check_thousandths(path, what, points):
    if exact(points) * 1000 % 1 != 0:
        fault(path, f"{what}: at most three decimals")


def check_inputs(path, task):
    seen = {}
    for name, spec in task["inputs"].items():
        for parameter, value in spec.items():
            if parameter == "generate":
                continue
            if isinstance(value, str) and value not in seen:
                fault(path, f"inputs/{name}/{parameter}: '{value}' is not an input made before it")
            if isinstance(value, list) and len(value) > task["cases"]:
                fault(path, f"inputs/{name}/{parameter}: {len(value)} values for {task['cases']} cases")
        seen[name] = bool(spec.get("hidden", False))
    for name, output in task["outputs"].items():
        truth = output.get("truth")
        if truth is not None and not seen.get(truth, False):
            fault(path, f"outputs/{name}/truth: '{truth}' is not a hidden input")


def check_task(path, task, name, criteria, messages):
    if task["task"] != name:
        fault(path, f"task: is '{task['task']}', the file is named '{name}'")
    if keyword.iskeyword(name):
        fault(path, f"task: '{name}' cannot be the name of a Python function")
    if task["criterion"] not in criteria:
        fault(path, f"criterion: the rubric has no '{task['criterion']}'")
    check_thousandths(path, "points", task["points"])
    for identifier in task["misconceptions"] + task["accept"]:
        if identifier not in messages and identifier.split("/")[0] not in messages:
            fault(path, f"misconceptions.json has no message for {identifier}")
    check_inputs(path, task)


def check_wording(path, wording, schema):
    for key, template in wording.items():
        allowed = schema.schema["properties"][key]["placeholders"]
        for placeholder in re.findall(r"{([^{}]*)}", template):
            if placeholder not in allowed:
                fault(path, f"{key}: there is no placeholder {{{placeholder}}} in this sentence")
        if re.sub(r"{[^{}]*}", "", template).strip("{}") != re.sub(r"{[^{}]*}|[{}]", "", template):
            fault(path, f"{key}: a brace without its partner")


def builtin_points(rubric):
    """Points per criterion that do not depend on the project: checks, manual items, case study."""
    points = {}
    for criterion in rubric["criteria"]:
        own = criterion.get("checks", []) + criterion.get("manual", [])
        points[criterion["criterion"]] = sum((exact(item["points"]) for item in own), Fraction(0))
    study = rubric["case_study"]
    if study["criterion"] in points:
        points[study["criterion"]] += sum(exact(check["points"]) for check in study["checks"])
    return points


def check_rubric(path, rubric, folder):
    if rubric["rubric"] != os.path.basename(folder):
        fault(path, f"rubric: is '{rubric['rubric']}', the folder is '{os.path.basename(folder)}'")
    requirements = [item["requirement"] for item in rubric["requirements"]]
    names = [criterion["criterion"] for criterion in rubric["criteria"]]
    for kind, values in (("requirement", requirements), ("criterion", names)):
        for value in sorted({v for v in values if values.count(v) > 1}):
            fault(path, f"{kind} '{value}' stands there twice")
    for criterion in rubric["criteria"]:
        if criterion["requirement"] not in requirements:
            fault(path, f"criterion {criterion['criterion']}: no requirement '{criterion['requirement']}'")
        for item in [criterion] + criterion.get("checks", []) + criterion.get("manual", []):
            check_thousandths(path, criterion["criterion"], item["points"])
    for check in rubric["case_study"]["checks"]:
        check_thousandths(path, f"case_study, {check['check']}", check["points"])
    for requirement in requirements:
        if requirement not in [criterion["requirement"] for criterion in rubric["criteria"]]:
            fault(path, f"no criterion serves the requirement '{requirement}'")
    if rubric["case_study"]["criterion"] not in names:
        fault(path, f"case_study: the rubric has no criterion '{rubric['case_study']['criterion']}'")
    total = sum(exact(criterion["points"]) for criterion in rubric["criteria"])
    if total != exact(rubric["points"]):
        fault(path, f"points: the criteria add up to {float(total):g}, not {float(rubric['points']):g}")


def check_projects(folder, rubric, schemas, messages, topics):
    here = os.path.join(folder, "projects")
    present = sorted(os.listdir(here)) if os.path.isdir(here) else []
    for name in present:
        if name not in rubric["projects"]:
            fault(os.path.join(here, name), "not among the projects of rubric.json")
    criteria = {criterion["criterion"]: criterion for criterion in rubric["criteria"]}
    reserved = {check["check"] for c in rubric["criteria"] for check in c.get("checks", [])}
    for name in rubric["projects"]:
        path = os.path.join(here, name, "project.json")
        project = load_valid(path, schemas["project"])
        if project is None:
            continue
        if project["project"] != name:
            fault(path, f"project: is '{project['project']}', the folder is '{name}'")
        files = {f[:-5] for f in os.listdir(os.path.join(here, name)) if f.endswith(".json")}
        for extra in sorted(files - set(project["tasks"]) - {"project"}):
            fault(os.path.join(here, name, extra + ".json"), "not among the tasks of project.json")
        points = builtin_points(rubric)
        complete = True
        for task_name in project["tasks"]:
            task_path = os.path.join(here, name, task_name + ".json")
            task = load_valid(task_path, schemas["task"])
            if task is None:
                complete = False
                continue
            if task_name in reserved | {"project"}:
                fault(task_path, f"task: the name '{task_name}' is taken")
            check_task(task_path, task, task_name, criteria, messages)
            topics.add(task["topic"])
            if task["criterion"] in points:
                points[task["criterion"]] += exact(task["points"])
        for criterion, value in criteria.items():
            if complete and points[criterion] != exact(value["points"]):
                fault(path, f"criterion {criterion}: the checks add up to {float(points[criterion]):g} "
                            f"points, not {float(value['points']):g}")


def check_one_rubric(folder, schemas, topics):
    messages_path = os.path.join(folder, "misconceptions.json")
    messages = load_valid(messages_path, schemas["misconceptions"]) or {}
    wording_path = os.path.join(folder, "wording.json")
    wording = load_valid(wording_path, schemas["wording"])
    if wording is not None:
        check_wording(wording_path, wording, schemas["wording"])
    path = os.path.join(folder, "rubric.json")
    rubric = load_valid(path, schemas["rubric"])
    if rubric is not None:
        check_rubric(path, rubric, folder)
        check_projects(folder, rubric, schemas, messages, topics)
        return rubric
    return None


def check_names(path, sample, project, rubric, rubric_folder):
    """Every check that an expectation names must exist."""
    known = {c["check"] for criterion in rubric["criteria"] for c in criterion.get("checks", [])}
    known |= {f"report_{c['check']}" for c in rubric["case_study"]["checks"]}
    file = os.path.join(rubric_folder, "projects", project, "project.json")
    known |= set((load(file) or {"tasks": []})["tasks"])
    for name, expected in sample["failed"].items():
        if name not in known:
            fault(path, f"the project {project} has no check '{name}'")
        if set(expected) - {"verdict", "misconceptions"} or "verdict" not in expected:
            fault(path, f"failed/{name}: needs 'verdict' and, if any, 'misconceptions'")


def check_samples(schema, rubric, rubric_folder, scratch):
    path = os.path.join(SUBMISSIONS, "expectations.json")
    expectations = load(path)
    if expectations is None or schema is None or rubric is None:
        return
    folders = sorted(e.name for e in os.scandir(SUBMISSIONS)
                     if e.is_dir() and e.name not in ("__pycache__", "patches"))
    folders += sorted(e.name.removesuffix(".patch")
                      for e in os.scandir(os.path.join(SUBMISSIONS, "patches")))
    for name in sorted(set(folders) - set(expectations)):
        fault(path, f"nothing is expected of the sample '{name}'")
    for name, sample in expectations.items():
        if name not in folders:
            fault(path, f"there is no sample '{name}'")
            continue
        allowed = {"base", "project", "kind", "outcome", "failed", "note"}
        if set(sample) - allowed or allowed - {"base", "note"} - set(sample):
            fault(path, f"{name}: needs exactly {', '.join(sorted(allowed))}")
            continue
        if sample["kind"] not in ("right", "wrong", "broken"):
            fault(path, f"{name}: kind '{sample['kind']}'")
        if sample["outcome"] not in ("graded", "not_runnable", "not_fetched"):
            fault(path, f"{name}: outcome '{sample['outcome']}'")
        check_names(path, sample, sample["project"], rubric, rubric_folder)
        # A sample that cannot be run although it builds has a faulty manifest, or none.
        faulty = sample["outcome"] == "not_runnable" and "builds" not in sample["failed"]
        copy = os.path.join(scratch, name)
        samples.make_sample(name, pathlib.Path(copy))
        manifest_path = os.path.join(copy, "submission.json")
        if not os.path.exists(manifest_path):
            if not faulty:
                fault(manifest_path, "no such file")
            continue
        manifest = load(manifest_path)
        if manifest is None:
            continue
        texts = list(problems(schema, manifest))
        if faulty and not texts:
            fault(manifest_path, "fits the schema, but is expected not to")
        if not faulty:
            for text in texts:
                fault(manifest_path, text)
            if manifest.get("project") != sample["project"]:
                fault(manifest_path, f"project: expectations.json says '{sample['project']}'")


def check_coverage(schema, topics):
    if schema is None:
        return
    for alternative in schema.schema["oneOf"]:
        module = alternative["properties"]["module"]["const"]
        for topic in alternative["properties"]["topic"]["enum"]:
            if topic not in topics:
                fault(RUBRICS, f"no task covers module {module}, '{topic}'")


def main(arguments):
    coverage = "--coverage" in arguments
    reports = [argument for argument in arguments if argument != "--coverage"]
    names = ["rubric", "project", "task", "submission", "misconceptions", "wording"]
    schemas = {name: validator(name) for name in names}
    topics = set()
    for entry in sorted(os.scandir(RUBRICS), key=lambda e: e.name):
        if entry.is_dir() and os.path.exists(os.path.join(entry.path, "rubric.json")):
            rubric = check_one_rubric(entry.path, schemas, topics)
            if entry.name == "module6":
                with tempfile.TemporaryDirectory() as scratch:
                    check_samples(schemas["submission"], rubric, entry.path, scratch)
    if coverage:
        check_coverage(schemas["task"], topics)
    if reports:
        schema = validator("report")
        for path in reports:
            report = load(path)
            if schema is not None and report is not None:
                conforms(schema, report, path)
    for line in faults:
        print(line)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
