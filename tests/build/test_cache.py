"""An entry is whole or absent, whoever is killed and however many make it at once."""

from __future__ import annotations

import errno
import io
import os
import select
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from harness.build import cache, progress
from harness.model.errors import BuildFailed, DiskFull, MachineUnfit

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def cache_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SHAKEDOWN_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def write(text: str) -> cache.Make:
    return lambda folder: void((folder / "content").write_text(text))


def void(_: object) -> None:
    return None


def start(script: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script), *map(str, arguments)],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for(path: Path) -> None:
    deadline = time.monotonic() + 20
    while not path.exists():
        assert time.monotonic() < deadline, f"{path} did not appear"
        time.sleep(0.01)


def test_an_entry_is_made_once(cache_folder: Path) -> None:
    first = cache.ensure("kind/one", write("first"))
    second = cache.ensure("kind/one", write("second"))
    assert first == second == cache_folder / "kind/one"
    assert (second / "content").read_text() == "first"


def test_finding_an_entry_takes_less_than_a_millisecond() -> None:
    cache.ensure("kind/one", write("x"))
    best = min(timed(lambda: cache.ensure("kind/one", write("y"))) for _ in range(20))
    assert best < 0.001


def timed(call: object) -> float:
    started = time.perf_counter()
    assert callable(call)
    call()
    return time.perf_counter() - started


def test_a_new_recipe_replaces_the_entry() -> None:
    cache.ensure("kind/one", write("old"), recipe="1")
    entry = cache.ensure("kind/one", write("new"), recipe="2")
    assert (entry / "content").read_text() == "new"
    assert cache.find("kind/one", recipe="1") is None
    assert leftovers(entry) == []


def test_a_folder_that_the_cache_did_not_make_gives_way(cache_folder: Path) -> None:
    (cache_folder / "kind/one").mkdir(parents=True)
    (cache_folder / "kind/one/by-hand").touch()
    entry = cache.ensure("kind/one", write("made"))
    assert sorted(path.name for path in entry.iterdir()) == [".made.json", "content"]


def leftovers(entry: Path) -> list[str]:
    return [path.name for path in entry.parent.iterdir() if path.name.startswith(f".{entry.name}.")]


def test_a_failed_making_leaves_nothing(cache_folder: Path) -> None:
    def fail(folder: Path) -> None:
        (folder / "half").touch()
        raise BuildFailed("no")

    with pytest.raises(BuildFailed):
        cache.ensure("kind/one", fail)
    assert list((cache_folder / "kind").iterdir()) == []


def test_a_full_disk_is_one_clear_line(cache_folder: Path) -> None:
    def fill(folder: Path) -> None:
        (folder / "half").touch()
        raise OSError(errno.ENOSPC, "No space left on device", "half")

    with pytest.raises(DiskFull, match=r"full.*SHAKEDOWN_CACHE") as caught:
        cache.ensure("kind/one", fill)
    assert caught.value.exit_code == 4
    assert list((cache_folder / "kind").iterdir()) == []


def test_too_little_room_is_said_before_anything_is_made(cache_folder: Path) -> None:
    with pytest.raises(DiskFull, match=r"GiB free, and \d+\.0 GiB are needed"):
        cache.ensure("kind/one", write("x"), needs_bytes=1 << 60)
    assert list((cache_folder / "kind").iterdir()) == []


def test_a_folder_that_cannot_be_written_is_one_clear_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(tmp_path))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(MachineUnfit, match=r"cannot be used: Permission denied; set SHAKEDOWN_CACHE"):
        cache.ensure("kind/one", write("x"))


MAKER = """
    import sys, time
    from pathlib import Path
    from harness.build import cache, progress

    signs = Path(sys.argv[1])

    def make(folder):
        (folder / "half").write_text("half")
        with (signs / "makings").open("a") as file:
            file.write("made\\n")
        (signs / "making").touch()
        while not (signs / "go").exists():
            time.sleep(0.01)
        (folder / "whole").write_text("whole")

    print(cache.ensure("kind/one", make, progress=progress.Lines(sys.stderr)))
"""


def test_two_processes_make_it_once_and_the_second_says_for_whom_it_waits(tmp_path: Path) -> None:
    first = start(MAKER, tmp_path)
    wait_for(tmp_path / "making")
    second = start(MAKER, tmp_path)
    assert second.stderr is not None
    assert second.stderr.readline() == f"waiting for process {first.pid}, which is making kind/one ...\n"
    (tmp_path / "go").touch()
    outputs = [each.communicate(timeout=20)[0] for each in (first, second)]
    assert outputs[0] == outputs[1] == f"{cache.root() / 'kind/one'}\n"
    assert (tmp_path / "makings").read_text() == "made\n"


def test_a_killed_making_is_not_taken_for_whole_and_is_cleared_away(tmp_path: Path) -> None:
    killed = start(MAKER, tmp_path)
    wait_for(tmp_path / "making")
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    entry = cache.root() / "kind/one"
    assert len(leftovers(entry)) == 1
    assert cache.find("kind/one") is None

    made = cache.ensure("kind/one", write("whole"))
    assert sorted(path.name for path in made.iterdir()) == [".made.json", "content"]
    assert leftovers(entry) == []


def test_who_waits_takes_over_when_the_maker_is_killed(tmp_path: Path) -> None:
    first = start(MAKER, tmp_path)
    wait_for(tmp_path / "making")
    second = start(MAKER, tmp_path)
    assert second.stderr is not None
    second.stderr.readline()
    first.send_signal(signal.SIGKILL)
    (tmp_path / "go").touch()
    second.communicate(timeout=20)
    first.communicate()
    assert second.returncode == 0
    assert (tmp_path / "makings").read_text() == "made\nmade\n"
    assert sorted(path.name for path in (cache.root() / "kind/one").iterdir()) == [".made.json", "half", "whole"]


def test_programs_die_with_the_harness(tmp_path: Path) -> None:
    script = """
        import sys
        from harness.build import commands
        commands.run(["sh", "-c", "cd $0; echo $$ > new; mv new pid; exec sleep 600", sys.argv[1]])
    """
    harness = start(script, tmp_path)
    wait_for(tmp_path / "pid")
    program = os.pidfd_open(int((tmp_path / "pid").read_text()))
    harness.send_signal(signal.SIGKILL)
    harness.communicate()
    try:
        assert select.select([program], [], [], 5)[0] == [program]
    finally:
        os.close(program)


def test_the_cache_folder_can_be_moved(monkeypatch: pytest.MonkeyPatch) -> None:
    assert cache.root() == Path(os.environ["SHAKEDOWN_CACHE"])
    monkeypatch.delenv("SHAKEDOWN_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", "/var/caches")
    assert cache.root() == Path("/var/caches/argo-shakedown")


def test_progress_in_a_log_says_what_and_how_many() -> None:
    log = io.StringIO()
    lines = progress.to(log)
    lines.plan(["Debian packages", "Argo v3.5.10"])
    with lines.step("Argo v3.5.10"):
        pass
    assert log.getvalue().splitlines() == [
        "to be made: Debian packages, Argo v3.5.10",
        "[2/2] Argo v3.5.10 ...",
        "[2/2] Argo v3.5.10: done in 0.0 s",
    ]


def test_progress_says_that_a_step_failed() -> None:
    log = io.StringIO()
    with pytest.raises(BuildFailed), progress.Lines(log).step("Argo v3.5.10"):
        raise BuildFailed("no")
    assert "Argo v3.5.10: failed after" in log.getvalue()


@pytest.mark.parametrize(("seconds", "text"), [(0.44, "0.4 s"), (38.2, "38 s"), (249, "4 min 9 s")])
def test_durations_read_well(seconds: float, text: str) -> None:
    assert progress.duration(seconds) == text


def test_a_full_disk_is_known_by_what_copying_says() -> None:
    def fill(folder: Path) -> None:
        raise shutil.Error([("a", "b", "[Errno 28] No space left on device: 'b'")])

    with pytest.raises(DiskFull):
        cache.ensure("kind/one", fill)
