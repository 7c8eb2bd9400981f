"""Whatever a file holds, loading it ends soon, with a scenario or with ScenarioErrors."""

import json
import tempfile
import time
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from harness.scenario.lint import Context, check
from harness.scenario.problems import ScenarioErrors
from harness.scenario.source import LARGEST
from tests.scenario.writing import GOOD

MARKS = st.sampled_from([*"[]{}:,-?*&!|>'\"%@`#\t\n \\<=~", "<<: ", "- ", ": ", "*a", "&a ", "!!int ", "${a}", "null"])
KEYS = st.sampled_from([word.strip("{}[],:") for word in GOOD.split() if word.endswith(":")] + ["nodes", "all", "skip"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | KEYS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS | st.text(max_size=5), inner, max_size=6),
    max_leaves=30,
)


def survives(raw: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "any.yaml")
        path.write_bytes(raw)
        began = time.monotonic()
        for problem in check([path], Context()).problems:
            assert problem.line >= 1
            assert problem.column >= 1
            assert "\n" not in str(problem)
        assert time.monotonic() - began < 2


@given(st.binary(max_size=400))
@settings(max_examples=150, database=None)
def test_bytes(raw: bytes) -> None:
    survives(raw)


@given(st.text(max_size=300))
@settings(max_examples=150, database=None)
def test_text(text: str) -> None:
    survives(text.encode("utf-8", "surrogatepass"))


@given(st.lists(MARKS | KEYS, max_size=60))
@settings(max_examples=250, database=None)
def test_yaml_marks(parts: list[str]) -> None:
    survives("".join(parts).encode())


@given(st.integers(0, len(GOOD)), st.integers(0, 12), MARKS | KEYS | st.text(max_size=5))
@settings(max_examples=300, database=None)
def test_good_file_with_one_change(start: int, length: int, put: str) -> None:
    survives((GOOD[:start] + put + GOOD[start + length :]).encode("utf-8", "surrogatepass"))


@given(st.dictionaries(KEYS, VALUES, max_size=8), KEYS, VALUES)
@settings(max_examples=200, database=None)
def test_any_data(data: dict[str, object], key: str, value: object) -> None:
    survives(json.dumps({**data, key: value}, allow_nan=True).encode())


@given(KEYS, VALUES)
@settings(max_examples=200, database=None)
def test_good_file_with_any_value(key: str, value: object) -> None:
    head, found, tail = GOOD.partition(f"{key}: ")
    survives((head + found + json.dumps(value) + "\n" + tail.partition("\n")[2]).encode())


def test_biggest_file_that_is_read() -> None:
    for unit in (
        "- a\n",
        "a: b\n",
        "'",
        '"',
        "? ",
        "- - ",
        "[",
        "{a: ",
        "&a ",
        "!",
        "|\n",
        "# \n",
        "\n",
        "x",
        "x ",
        ": ",
    ):
        survives((unit * LARGEST).encode()[:LARGEST])


def test_nothing_but_scenario_errors_is_raised() -> None:
    assert issubclass(ScenarioErrors, Exception)
