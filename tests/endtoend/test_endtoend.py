#!/usr/bin/python3
"""The grader as its users run it: learners, instructors, and repositories.

Environment: GRADER (the program), GRADER_TEST_SOURCE (the source tree)."""

import csv
import json
import os
import pathlib
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
import unittest

SOURCE = pathlib.Path(os.environ["GRADER_TEST_SOURCE"])
GRADER = pathlib.Path(os.environ["GRADER"]).resolve()
SAMPLES = SOURCE / "tests" / "submissions"
SCHEMA = SOURCE / "rubrics" / "schemas" / "report.schema.json"
sys.path.insert(0, str(SAMPLES))
from samples import git, make_repository, make_sample  # noqa: E402  (the path must be there first)


USER_OF_BOTH_LIBRARIES = r"""
#include <reference/operation.h>
#include <sandbox/sandbox.h>
#include <stdio.h>

int main(void)
{
    size_t count;
    struct sandbox_result *result = NULL;
    struct sandbox_error error;
    struct sandbox_spec *spec = sandbox_spec_new(SANDBOX_PROFILE_RUN);
    const char *const command[] = {"/bin/sh", "-c", "exit 7", NULL};
    ref_operation_all(&count);
    sandbox_spec_set_command(spec, command);
    if (sandbox_run(spec, &result, &error) != SANDBOX_OK) {
        fprintf(stderr, "%s\n", error.message);
        return 1;
    }
    printf("%zu operations, %s %d\n", count, sandbox_outcome_name(result->outcome),
           result->exit_code);
    sandbox_result_free(result);
    sandbox_spec_free(spec);
    return 0;
}
"""


def run(*words, cwd=None, environment=None, text=True, timeout=300):
    return subprocess.run([str(word) for word in words], cwd=cwd, capture_output=True, text=text,
                          env=environment, timeout=timeout, check=False)


def grader(*words, **options):
    return run(GRADER, *words, **options)


def without(report, *members):
    """The report without what may differ between two gradings."""
    copy = json.loads(json.dumps(report))
    del copy["measured"]
    for member in members:
        part = copy
        *path, last = member.split(".")
        for key in path:
            part = part[key]
        del part[last]
    return copy


class EndToEnd(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="grader-test-"))
        self.folder.chmod(0o755)
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def sample(self, name, repository=True):
        folder = self.folder / name
        (make_repository if repository else make_sample)(name, folder)
        return folder

    def grade(self, *words, status=0):
        out = self.folder / "report.json"
        result = grader(*words, "--out", out, "--quiet")
        self.assertEqual(result.returncode, status, result.stderr)
        return json.loads(out.read_text(encoding="utf-8"))

    def assert_full(self, report):
        score = report["score"]
        self.assertEqual(score["points"] + score["pending"], score["maximum"], report["criteria"])


class Learner(EndToEnd):
    def test_a_folder_that_is_no_repository_is_graded_as_it_stands(self):
        report = self.grade("check", self.sample("pca-python", repository=False))
        self.assert_full(report)
        self.assertEqual(report["submission"]["commit"], None)

    def test_check_sees_uncommitted_changes_and_grade_does_not(self):
        folder = self.sample("pca-python")
        (folder / "submission.json").write_text("{}", encoding="utf-8")
        self.assertEqual(self.grade("check", folder)["outcome"], "not_runnable")
        self.assert_full(self.grade("grade", folder))

    def test_check_uses_the_folder_it_stands_in(self):
        folder = self.sample("pca-python")
        result = grader("check", cwd=folder)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("88", result.stdout)

    def test_a_failed_check_shows_its_inputs_on_public_data(self):
        folder = self.sample("wrong-divisors", repository=False)
        report = self.grade("check", folder)
        checks = {check["check"]: check for criterion in report["criteria"]
                  for check in criterion["checks"]}
        self.assertIsNone(checks["components"]["inputs"])
        rows = checks["covariance"]["inputs"]["values"]["X"]
        mean = [sum(column) / len(rows) for column in zip(*rows)]
        variance = sum((row[0] - mean[0]) ** 2 for row in rows) / (len(rows) - 1)
        first = [evidence for evidence in checks["covariance"]["evidence"]
                 if evidence["case"] == checks["covariance"]["inputs"]["case"]][0]
        worst = first["comparison"]["worst"]
        if (worst["row"], worst["column"]) == (1, 1):
            self.assertAlmostEqual(worst["expected"], variance)
        self.assertEqual(len(mean), first["expected_shape"][0])

    def test_one_task_alone(self):
        report = self.grade("check", self.sample("pca-python"), "--task", "covariance")
        verdicts = {check["check"]: check["verdict"] for criterion in report["criteria"]
                    for check in criterion["checks"]}
        self.assertEqual(verdicts["covariance"], "correct")
        self.assertEqual(verdicts["scores"], "skipped")

    def test_another_seed_gives_other_data_and_the_same_marks(self):
        folder = self.sample("wrong-divisors")
        one, two = (self.grade("check", folder, "--seed", seed) for seed in ("1", "2"))
        self.assertEqual(one["score"], two["score"])
        self.assertNotEqual(without(one), without(two))

    def test_a_build_that_does_not_end_is_told_from_one_that_fails(self):
        rubric = self.folder / "rubric"
        shutil.copytree(SOURCE / "rubrics" / "module6", rubric)
        limits = json.loads((rubric / "rubric.json").read_text(encoding="utf-8"))
        limits["limits"]["build"]["cpu_time_ms"] = 300
        (rubric / "rubric.json").write_text(json.dumps(limits), encoding="utf-8")
        folder = self.sample("pca-python", repository=False)
        manifest = json.loads((folder / "submission.json").read_text(encoding="utf-8"))
        manifest["build"] = "while :; do :; done"
        (folder / "submission.json").write_text(json.dumps(manifest), encoding="utf-8")
        report = self.grade("check", folder, "--rubric", rubric)
        self.assertEqual(report["outcome"], "not_runnable")
        self.assertIn("did not end", report["message"])

    def test_two_runs_give_the_same_report(self):
        for name in ("wrong-divisors", "broken-exception", "linear-regression-c"):
            folder = self.sample(name)
            self.assertEqual(without(self.grade("check", folder)),
                             without(self.grade("check", folder)))


class Instructor(EndToEnd):
    def serve(self, mode, root):
        server = subprocess.Popen(
            ["/usr/bin/python3", SOURCE / "tests" / "intake" / "git_server.py", mode, root],
            stdout=subprocess.PIPE, text=True)
        self.addCleanup(server.stdout.close)
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)
        return int(server.stdout.readline())

    def test_a_served_repository_gives_the_report_of_the_folder(self):
        root = self.folder / "served"
        root.mkdir()
        bare = root / "work.git"
        folder = self.sample("wrong-tests")
        run("git", "clone", "-q", "--bare", folder, bare)
        given = ("identity", "submission.origin", "submission.repository_given")
        expected = without(self.grade("grade", folder), *given)
        for mode in ("git", "http"):
            address = f"{mode}://127.0.0.1:{self.serve(mode, root)}/work.git"
            self.assertEqual(without(self.grade("grade", address), *given), expected, mode)
        self.assertEqual(without(self.grade("grade", bare.as_uri()), *given), expected)

    def test_a_ref_and_a_commit(self):
        folder = self.sample("pca-python")
        commit = run("git", "-C", folder, "rev-parse", "HEAD").stdout.strip()
        git(folder, "tag", "handed-in")
        (folder / "submission.json").write_text("{}", encoding="utf-8")
        git(folder, "commit", "-q", "-a", "-m", "spoiled")
        self.assertEqual(self.grade("grade", folder)["outcome"], "not_runnable")
        for ref in ("handed-in", commit, commit[:10]):
            report = self.grade("grade", folder, "--ref", ref)
            self.assert_full(report)
            self.assertEqual(report["submission"]["commit"], commit)

    def test_a_secret_key_gives_data_of_its_own_and_hides_values(self):
        folder = self.sample("broken-spy")
        key = self.folder / "course.key"
        key.write_text("a secret of the course\n", encoding="utf-8")
        self.assertEqual(grader("grade", folder, "--key", key).returncode, 2)
        key.chmod(0o600)
        secret = self.grade("grade", folder, "--key", key, "--learner", "ada")
        public = self.grade("grade", folder, "--learner", "ada")
        self.assertNotEqual(secret["seed"], public["seed"])
        self.assertEqual(secret["feedback"], "hint")
        worst = [evidence["comparison"]["worst"] for criterion in secret["criteria"]
                 for check in criterion["checks"] for evidence in check.get("evidence", [])
                 if evidence.get("comparison")]
        self.assertTrue(worst)
        for entry in worst:
            self.assertNotIn("expected", entry)
            self.assertNotIn("got", entry)

    def test_what_cannot_be_fetched_is_a_report_too(self):
        empty = self.folder / "empty"
        empty.mkdir()
        git(empty, "init", "-q", "-b", "main")
        report = self.grade("grade", empty)
        self.assertEqual(report["outcome"], "not_fetched")
        self.assertEqual(report["score"]["points"], 0)
        self.assertIn("no commits", report["message"])

    def test_inputs_may_come_as_npy(self):
        folder = self.sample("pca-python", repository=False)
        manifest = json.loads((folder / "submission.json").read_text(encoding="utf-8"))
        manifest["format"] = "npy"
        (folder / "submission.json").write_text(json.dumps(manifest), encoding="utf-8")
        self.assert_full(self.grade("check", folder))

    def test_exit_statuses(self):
        folder = self.sample("wrong-no-intercept")
        self.assertEqual(grader("grade", folder).returncode, 0)
        self.assertEqual(grader("grade", folder, "--pass", "50").returncode, 0)
        self.assertEqual(grader("grade", folder, "--pass", "87.5").returncode, 1)
        self.assertEqual(grader("grade", folder, "--pass", "many").returncode, 2)
        self.assertEqual(grader("grade", folder, "--no-such-option").returncode, 2)
        self.assertEqual(grader("grade").returncode, 2)
        self.assertEqual(grader("grade", self.folder / "nowhere").returncode, 2)
        self.assertEqual(grader("grade", "ftp://example.org/x").returncode, 2)
        self.assertEqual(grader("grade", folder, "--ref", "nowhere").returncode, 2)
        self.assertEqual(grader("grade", folder, "--rubric", self.folder).returncode, 2)
        self.assertEqual(grader("no-such-command").returncode, 2)
        self.assertEqual(grader("grade", folder, "--out", "/proc/nowhere/x").returncode, 3)

    def test_a_message_is_one_line(self):
        for words in (("grade", self.folder / "nowhere"), ("grade", "ext::sh -c x"),
                      ("grade", self.sample("pca-python"), "--ref", "x")):
            lines = grader(*words).stderr.strip().splitlines()
            self.assertEqual(len(lines), 1, lines)
            self.assertTrue(lines[0].startswith("grader: "), lines)

    def roster(self, names):
        roster = self.folder / "roster.csv"
        with open(roster, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["learner", "repository"])
            writer.writerows([name, self.sample(name)] for name in names)
        return roster

    def test_a_batch_continues_where_it_stopped(self):
        names = ["pca-python", "wrong-rows", "linear-regression-c", "broken-manifest",
                 "wrong-divisors", "pca-notebook"]
        roster = self.roster(names)
        out = self.folder / "grades"
        batch = subprocess.Popen([GRADER, "batch", roster, "--out", out, "--jobs", "1"],
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                 start_new_session=True)
        deadline = time.monotonic() + 120
        while len(list(out.glob("reports/*.json"))) < 2 and time.monotonic() < deadline:
            time.sleep(0.02)
        os.killpg(batch.pid, signal.SIGKILL)
        batch.wait()
        early = {path.name: path.stat().st_mtime_ns for path in out.glob("reports/*.json")}
        self.assertTrue(2 <= len(early) < len(names), early)
        again = grader("batch", roster, "--out", out, "--jobs", "2")
        self.assertEqual(again.returncode, 0, again.stdout + again.stderr)
        reports = {path.name: path for path in out.glob("reports/*.json")}
        self.assertEqual(sorted(reports), sorted(f"{name}.json" for name in names))
        for name, changed in early.items():
            self.assertEqual(reports[name].stat().st_mtime_ns, changed, name)
        whole = self.folder / "undisturbed"
        self.assertEqual(grader("batch", roster, "--out", whole).returncode, 0)
        for name, path in reports.items():
            self.assertEqual(without(json.loads(path.read_text())),
                             without(json.loads((whole / "reports" / name).read_text())), name)

    def test_reports_of_a_batch_tell_what_their_audience_may_know(self):
        roster = self.roster(["wrong-rows"])
        key = self.folder / "course.key"
        key.write_text("a secret of the course\n", encoding="utf-8")
        key.chmod(0o600)
        for audience, level in (("learner", "hint"), ("instructor", "full"), ("verdict", "verdict")):
            out = self.folder / audience
            batch = grader("batch", roster, "--out", out, "--key", key, "--feedback", audience)
            self.assertEqual(batch.returncode, 0, batch.stderr)
            report = json.loads((out / "reports" / "wrong-rows.json").read_text())
            self.assertEqual(report["feedback"], level)
            self.assertEqual(report["score"]["points"], 68500)

    def test_every_report_follows_the_schema(self):
        import jsonschema
        schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
        validator = jsonschema.validators.validator_for(schema)(schema)
        for name in ("pca-python", "wrong-divisors", "wrong-tests", "broken-build",
                     "broken-manifest", "broken-nan", "broken-socket", "broken-crash",
                     "broken-no-report"):
            report = self.grade("check", self.sample(name))
            self.assertEqual([error.message for error in validator.iter_errors(report)], [], name)

    def test_every_format_renders_every_report(self):
        for name in ("pca-python", "wrong-tests", "broken-build", "broken-manifest"):
            self.grade("check", self.sample(name))
            for form in ("text", "json", "markdown", "junit"):
                shown = grader("show", self.folder / "report.json", "--format", form)
                self.assertEqual(shown.returncode, 0, shown.stderr)
                self.assertTrue(shown.stdout.strip())


class Repository(EndToEnd):
    def test_a_push_is_answered(self):
        bare = self.folder / "course" / "ada.git"
        run("git", "init", "-q", "--bare", "-b", "main", bare)
        hook = bare / "hooks" / "post-receive"
        shutil.copy(SOURCE / "ci" / "hooks" / "post-receive", hook)
        hook.chmod(hook.stat().st_mode | stat.S_IXUSR)
        run("git", "-C", bare, "config", "grader.command", GRADER)
        work = self.sample("wrong-no-intercept")
        push = run("git", "-C", work, "push", "-q", bare, "main")
        self.assertEqual(push.returncode, 0, push.stderr)
        self.assertIn("77 / 100", push.stderr)
        self.assertIn("origin", push.stderr)  # "... forced through the origin"


class Machine(EndToEnd):
    def test_an_installation_is_complete(self):
        """The installed grader finds its data, and both libraries serve another program."""
        build = pathlib.Path(os.environ["GRADER_TEST_BUILD"])
        prefix = self.folder / "usr"
        installed = run("cmake", "--install", build, "--prefix", prefix)
        self.assertEqual(installed.returncode, 0, installed.stderr)
        self.assertTrue((prefix / "share/man/man1/grader.1").is_file())
        out = self.folder / "installed.json"
        checked = run(prefix / "bin" / "grader", "check", self.sample("pca-python"), "-q", "--out",
                      out, environment={"PATH": "/usr/bin:/bin"})
        self.assertEqual(checked.returncode, 0, checked.stderr)
        self.assert_full(json.loads(out.read_text(encoding="utf-8")))
        program = self.folder / "user.c"
        program.write_text(USER_OF_BOTH_LIBRARIES, encoding="utf-8")
        metadata = [path.parent for path in prefix.glob("lib/**/*.pc")]
        environment = dict(os.environ, PKG_CONFIG_PATH=":".join(map(str, metadata)))
        flags = run("pkg-config", "--cflags", "--libs", "reference", "sandbox",
                    environment=environment)
        self.assertEqual(flags.returncode, 0, flags.stderr)
        if "GRADER_SANITIZE:BOOL=ON" in (build / "CMakeCache.txt").read_text(encoding="utf-8"):
            flags.stdout += " -fsanitize=address,undefined"
        compiled = run("cc", "-o", self.folder / "user", program, *flags.stdout.split())
        self.assertEqual(compiled.returncode, 0, compiled.stderr)
        used = run(self.folder / "user")
        self.assertEqual((used.returncode, used.stdout), (0, "19 operations, exited 7\n"),
                         used.stderr)

    def test_nothing_is_left_behind(self):
        scratch = self.folder / "tmp"
        scratch.mkdir()
        environment = dict(os.environ, TMPDIR=str(scratch))
        for name in ("broken-stays-behind", "broken-fork-bomb"):
            # A file name of its own tells its processes from those of tests that run beside.
            folder = self.sample(name)
            own = f"own_{os.getpid()}_{name[-4:]}.py"
            manifest = json.loads((folder / "submission.json").read_text(encoding="utf-8"))
            (folder / manifest["functions"]).rename(folder / own)
            manifest["functions"] = own
            (folder / "submission.json").write_text(json.dumps(manifest), encoding="utf-8")
            result = grader("check", folder, "-q", environment=environment)
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertEqual(list(scratch.iterdir()), [], name)
            self.assertEqual(self.processes_with(own), [], name)

    @staticmethod
    def processes_with(word):
        found = []
        for entry in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                if word.encode() in (entry / "cmdline").read_bytes().split(b"\0"):
                    found.append(entry.name)
            except OSError:
                continue
        return found

    def test_interruption_ends_at_once_and_cleans_up(self):
        scratch = self.folder / "tmp"
        scratch.mkdir()
        work = self.sample("broken-endless-loop")
        running = subprocess.Popen([GRADER, "check", work, "-q"], stderr=subprocess.PIPE, text=True,
                                   env=dict(os.environ, TMPDIR=str(scratch)))
        time.sleep(3)
        running.send_signal(signal.SIGINT)
        start = time.monotonic()
        _, message = running.communicate(timeout=60)
        self.assertLess(time.monotonic() - start, 5)
        self.assertEqual(running.returncode, 130, message)
        self.assertEqual(list(scratch.iterdir()), [])

    def test_version_names_every_library(self):
        text = grader("--version").stdout
        for name in ("grader", "libgit2", "cJSON", "libseccomp", "OpenBLAS", "libsodium",
                     "OpenBLAS core"):
            self.assertIn(name, text)

    def test_help_has_examples(self):
        self.assertEqual(grader("--help").returncode, 0)
        for command in ("check", "grade", "batch", "show"):
            result = grader(command, "--help")
            self.assertEqual(result.returncode, 0, command)
            self.assertIn(f"grader {command}", result.stdout)

    def test_a_full_standard_output_is_noticed(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            result = subprocess.run([GRADER, "--help"], stdout=full, stderr=subprocess.PIPE,
                                    check=False)
        self.assertEqual(result.returncode, 3)


if os.getuid() == 0:  # otherwise all the tests above have run as an ordinary user
    class OrdinaryUser(EndToEnd):
        def test_an_ordinary_user_gets_the_same_marks(self):
            folder = self.sample("wrong-divisors")
            copy = self.folder / "installed"
            shutil.copytree(GRADER.parent.parent / "share", copy / "share")
            (copy / "bin").mkdir()
            shutil.copy(GRADER, copy / "bin" / "grader")
            run("chmod", "-R", "a+rX", copy, folder)
            out = self.folder / "user"
            out.mkdir()
            out.chmod(0o777)
            result = run("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
                         copy / "bin" / "grader", "grade", folder, "--out", out / "report.json", "-q",
                         cwd="/", environment={"PATH": "/usr/bin:/bin", "TMPDIR": str(out)})
            self.assertEqual(result.returncode, 0, result.stderr)
            report = json.loads((out / "report.json").read_text(encoding="utf-8"))
            self.assertEqual(without(report), without(self.grade("grade", folder)))


if __name__ == "__main__":
    unittest.main()
