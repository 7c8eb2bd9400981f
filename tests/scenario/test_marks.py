"""Every key and value is found again at its line and column."""

from pathlib import Path

import pytest

from harness.scenario.load import load
from harness.scenario.problems import ScenarioErrors
from harness.scenario.reading import read_yaml
from tests.scenario.writing import GOOD, changed, write

PATH = Path("x.yaml")


def at(text: str, *where: str | int, key: bool = False) -> tuple[int, int]:
    _, marks = read_yaml(text, PATH)
    mark = marks.key(where) if key else marks.value(where)
    return mark.line, mark.column


def test_keys_and_values() -> None:
    text = "a: 1\nb:\n  - c: two\n    d: [x, y]\n"
    assert at(text, "a") == (1, 4)
    assert at(text, "b", key=True) == (2, 1)
    assert at(text, "b", 0, "c") == (3, 8)
    assert at(text, "b", 0, "d", 1) == (4, 12)


def test_a_path_that_is_not_there_is_at_its_nearest_parent() -> None:
    text = "a:\n  b: {c: 1}\n"
    assert at(text, "a", "b", "x", "y") == (2, 6)
    assert at(text, "nowhere") == (1, 1)


def test_aliases_are_where_they_are_written_first() -> None:
    assert at("a: &x [1]\nb: *x\n", "b", 0) == (1, 8)


def test_columns_count_characters() -> None:
    assert at("{ä: 1, b: 2}", "b") == (1, 11)


def test_a_byte_order_mark_does_not_count(tmp_path: Path) -> None:
    path = write(tmp_path, "\ufeff" + GOOD)
    assert load(path).marks.value(("name",)).column == 7


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", True),
        ("'yes'", "yes"),
        ("0x10", 16),
        ("010", 8),
        ("1:30", "1:30"),
        ("2024-01-01", "2024-01-01"),
        ("1e3", "1e3"),
        ("1.5e+3", 1500.0),
        ("~", None),
        ("=", "="),
        ("|\n  a\n  b", "a\nb"),
    ],
)
def test_scalars(text: str, value: object) -> None:
    data, _ = read_yaml(f"a: {text}", PATH)
    assert data == {"a": value}


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    path = write(tmp_path, changed(("title: A good scenario", "titel: x"), ("phase: Succeeded", "phase: Fine")))
    with pytest.raises(ScenarioErrors) as raised:
        load(path)
    assert [problem.line for problem in raised.value.problems] == [1, 2, 22]


def test_the_hash_covers_the_workflow_file(tmp_path: Path) -> None:
    head, rest = GOOD.split("workflow:\n")
    body, tail = rest.split("method:")
    flow = "\n".join(line.removeprefix("  ") for line in body.splitlines()) + "\n"
    (tmp_path / "flow.yaml").write_text(flow, encoding="utf-8")
    path = write(tmp_path, f"{head}workflow: flow.yaml\nmethod:{tail}")
    first = load(path)
    assert first.marks.value(("workflow", "spec", "entrypoint")).path == tmp_path / "flow.yaml"
    (tmp_path / "flow.yaml").write_text(flow + "# changed\n", encoding="utf-8")
    assert load(path).source_sha256 != first.source_sha256
