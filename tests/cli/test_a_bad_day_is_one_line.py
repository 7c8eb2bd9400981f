"""A machine or a wish that cannot work is one clear line and an exit code, never a stack trace."""

import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SEED = "scenarios/seeds/oom-main.yaml"
NOBODY = (
    *("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"),
    # so that it can read the interpreter and the checkout wherever they lie
    *("--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"),
)

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become nobody and mount")


class Told:
    """What a command said, and its exit code."""

    def __init__(self, done: subprocess.CompletedProcess[str]) -> None:
        self.code = done.returncode
        self.out, self.err = done.stdout, done.stderr
        assert "Traceback" not in self.out + self.err, self.out + self.err
        assert "INTERNALERROR" not in self.out + self.err, self.out + self.err

    @property
    def line(self) -> str:
        """The only line of an error."""
        (line,) = self.err.splitlines()
        return line


def shakedown(*arguments: str, wrapped: tuple[str, ...] = (), before: str = "", **environment: str) -> Told:
    """Runs the command; with `before`, in a mount namespace of its own after that shell command."""
    command = [*wrapped, sys.executable, "-m", "harness.cli", *arguments]
    if before:
        command = ["unshare", "--mount", "sh", "-ec", f"{before}\nexec {shlex.join(command)}"]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return Told(done)


def run(folder: Path, *arguments: str, before: str = "") -> Told:
    return shakedown("run", SEED, f"--reports={folder / 'reports'}", *arguments, before=before)


def nothing_is_left(folder: Path) -> bool:
    """No empty folder of a run that never was."""
    reports = folder / "reports"
    return not reports.exists() or not list(reports.iterdir())


@needs_root
def test_not_root(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    for parent in tmp_path.parents:
        if parent.name.startswith(("pytest-", "popen-")):
            parent.chmod(0o755)
    told = shakedown("run", SEED, f"--reports={tmp_path / 'reports'}", wrapped=NOBODY, HOME="/nonexistent")
    assert told.code == 4
    expected = "you are not root; run it as root (sudo), or use `--provider kind`"
    assert told.line == f"shakedown: this machine cannot run a local cluster: {expected}"
    assert nothing_is_left(tmp_path)


@needs_root
def test_doctor_without_root() -> None:
    told = shakedown("doctor", wrapped=NOBODY, HOME="/nonexistent")
    assert told.code == 4
    assert told.out.startswith("missing  you are not root; run it as root (sudo)")
    assert told.err == ""


@needs_root
def test_doctor_for_machines_without_root() -> None:
    told = shakedown("doctor", "--json", wrapped=NOBODY, HOME="/nonexistent")
    assert told.code == 4
    first, *_ = json.loads(told.out)
    assert (first["what"], first["ok"], first["needed"]) == ("you are not root", False, True)


@needs_root
def test_no_memory_controller(tmp_path: Path) -> None:
    hidden = "umount --recursive --lazy /sys/fs/cgroup"
    told = run(tmp_path, before=hidden)
    assert told.code == 4
    assert told.line == (
        "shakedown: this machine cannot run a local cluster: no cgroup hierarchy is mounted; mount /sys/fs/cgroup"
    )
    assert nothing_is_left(tmp_path)
    assert "missing  no cgroup hierarchy is mounted; mount /sys/fs/cgroup" in shakedown("doctor", before=hidden).out


@needs_root
def test_read_only_memory_controller(tmp_path: Path) -> None:
    controller = "/sys/fs/cgroup/memory" if Path("/sys/fs/cgroup/memory").is_dir() else "/sys/fs/cgroup"
    told = run(tmp_path, before=f"mount -o remount,bind,ro {controller}")
    assert told.code == 4
    assert f"{controller} is read-only; boot with cgroup_enable=memory" in told.line


@needs_root
def test_full_disk(tmp_path: Path) -> None:
    small = f"mount -t tmpfs -o size=4m none {tmp_path}"
    told = shakedown("run", SEED, f"--reports={tmp_path / 'reports'}", before=small, SHAKEDOWN_CACHE=str(tmp_path))
    assert told.code == 4
    assert f"{tmp_path} has 4 MB free, and 1024 MB are needed; free some, or set SHAKEDOWN_CACHE" in told.line
    doctor = shakedown("doctor", before=small, SHAKEDOWN_CACHE=str(tmp_path))
    assert doctor.code == 4
    assert f"missing  {tmp_path} has 4 MB free, and 1024 MB are needed" in doctor.out


@needs_root
def test_full_disk_under_the_reports(tmp_path: Path) -> None:
    filled = (
        f"mount -t tmpfs -o size=64k none {tmp_path} && (head -c 1m /dev/zero 2>/dev/null > {tmp_path}/full || true)"
    )
    told = shakedown("run", SEED, f"--reports={tmp_path / 'reports'}", "--argo=v3.7.15", before=filled)
    assert told.code == 4
    assert "Traceback" not in told.err
    *_, line = told.err.splitlines()  # a run may say before what a killed one had left
    assert line.startswith("shakedown: ")
    assert "results.json cannot be written: No space left on device; free some space" in line


@needs_root
def test_reports_of_somebody_else(tmp_path: Path) -> None:
    told = shakedown("run", SEED, f"--reports={ROOT / 'harness'}", wrapped=NOBODY, HOME="/nonexistent")
    assert told.code == 4
    assert told.line == (
        f"shakedown: {ROOT / 'harness'} cannot hold reports: permission denied; choose another folder with --reports"
    )


def test_reports_below_a_file(tmp_path: Path) -> None:
    (tmp_path / "reports").touch()
    told = run(tmp_path)
    assert told.code == 4
    assert told.line == (
        f"shakedown: {tmp_path / 'reports'} cannot hold reports: File exists; choose another folder with --reports"
    )


@needs_root
def test_refused_release(tmp_path: Path) -> None:
    told = run(tmp_path, "--argo=v3.7.10")
    assert told.code == 4
    assert told.line == (
        "shakedown: Argo v3.7.10 cannot be had here: the module proxy refuses it; "
        "choose another release; see: shakedown argo list"
    )
    assert nothing_is_left(tmp_path)


@needs_root
def test_release_that_is_too_old(tmp_path: Path) -> None:
    told = run(tmp_path, "--argo=v2.12.0")
    assert told.code == 4
    assert told.line == "shakedown: Argo v2.12.0 is older than v3.4.0, the oldest that the harness understands"


@needs_root
def test_release_that_nobody_made(tmp_path: Path) -> None:
    told = run(tmp_path, "--argo=v9.9.9")
    assert told.code == 4
    assert told.err.splitlines()[-1].startswith("shakedown: Argo v9.9.9 cannot be had here: ")
    assert nothing_is_left(tmp_path)


EXISTING = ("--provider=existing", "--context=lab", "--i-own-this-cluster=lab")
WRONG = {
    ("--argo=newest",): "shakedown: 'newest' is not a release; write it like v3.5.10 or 3.5.10",
    ("--kubernetes=latest",): "shakedown: 'latest' is not a release; write it like v3.5.10 or 3.5.10",
    (
        "--provider=docker",
    ): "Error: Invalid value for '--provider': 'docker' is not one of 'auto', 'local', 'kind', 'existing'.",
    ("-k", "nothing-like-it"): "shakedown: no cell matches -k 'nothing-like-it'; cells are named like "
    "oom-main[v3.5.10]",
    ("--repeat=banana",): "shakedown: 'banana' is no way to repeat; a number up to 1000, until-fail or decide",
    ("--repeat=decide", "--budget=soon"): "shakedown: --budget: 'soon' is not a duration: write a number with a unit "
    "(ms, s, m, h), such as 30s or 1m30s",
    ("--nodes=0",): "Error: Invalid value for '--nodes': 0 is not in the range 1<=x<=20.",
    (*EXISTING, "--nodes=3"): "shakedown: --nodes is for clusters that the harness starts, and this one runs already; "
    "leave --nodes out",
    (*EXISTING, "--clusters=1"): "shakedown: --clusters is for clusters that the harness starts, and this one runs"
    " already; leave --clusters out",
    ("no-such.yaml",): "no-such.yaml:1:1: there is no such file",
    ("no-such-scenario",): "shakedown: no such file, folder or scenario: no-such-scenario",
}


@pytest.mark.parametrize("arguments", list(WRONG), ids=" ".join)
def test_wrong_usage(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    told = run(tmp_path, *arguments)
    assert told.code == 2
    assert told.err.splitlines()[-1] == WRONG[arguments]
    assert nothing_is_left(tmp_path)


def test_the_tests_of_a_project_have_no_say(tmp_path: Path) -> None:
    """Neither its settings of pytest nor its cache: a run is the same wherever it is started."""
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option\n")
    shutil.copy(ROOT / SEED, tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "harness.cli", "run", "oom-main.yaml", "--argo=v3.7.15", "-k", "nothing"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert Told(done).line.startswith("shakedown: no cell matches -k 'nothing'")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["oom-main.yaml", "pytest.ini", "reports"]


@pytest.mark.parametrize("owned", [(), ("--i-own-this-cluster", "other")])
def test_a_cluster_is_not_adopted_and_nothing_is_promised(tmp_path: Path, owned: tuple[str, ...]) -> None:
    told = shakedown("cluster", "adopt", "--context", "lab", *owned, KUBECONFIG=str(tmp_path / "config"))
    assert (told.code, told.out) == (2, "")
    assert told.line.endswith("; only if it may be broken: --i-own-this-cluster lab")


@pytest.mark.parametrize(
    ("file", "why"),
    [
        ("none", "there is no such file; name another with --kubeconfig or KUBECONFIG"),
        (".", "Is a directory"),
        ("none/config", "there is no such file; name another with --kubeconfig or KUBECONFIG"),
    ],
)
def test_a_kubeconfig_that_is_not_there_is_told_in_words(tmp_path: Path, file: str, why: str) -> None:
    path = tmp_path / file
    told = shakedown("cluster", "adopt", "--kubeconfig", str(path), "--context", "lab", "--i-own-this-cluster", "lab")
    assert (told.code, told.out) == (2, "")
    assert told.line == f"shakedown: the kubeconfig {path} cannot be read: {why}"
    assert "Errno" not in told.line


@pytest.mark.parametrize("command", ["run", "lint", "matrix", "export", "doctor"])
def test_an_empty_text_is_not_the_working_folder(command: str) -> None:
    told = shakedown(command, "")
    assert told.code == 2
    assert "an empty text is no file and no folder: is a variable not set?" in told.err


def test_a_junit_file_that_cannot_be_written_is_told_before_a_run(tmp_path: Path) -> None:
    told = run(tmp_path, f"--junitxml={tmp_path}", "--provider=local")
    assert told.code == 4
    assert f"{tmp_path} cannot be written: Is a directory" in told.err
    assert not (tmp_path / "reports" / "latest").exists()
    told = run(tmp_path, "--junitxml=/proc/x.xml", "--provider=local")
    assert told.code == 4
    assert "/proc/x.xml cannot be written" in told.err
    assert "choose another file with --junitxml" in told.err
