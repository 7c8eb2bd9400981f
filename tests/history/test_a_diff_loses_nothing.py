"""What a history stores as a difference comes back byte for byte, whatever the objects look like."""

from __future__ import annotations

import contextlib
import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.history import versions as kept
from harness.history.contract import LINE, schema
from harness.history.diff import Misfit, apply, difference
from harness.history.errors import BadHistory
from harness.history.format import KINDS, dump
from harness.history.parse import parse
from harness.history.reader import read
from harness.history.versions import Versions
from harness.history.writer import Writer
from harness.model.events import Ended, EndReason, Resource, Seen, Verb
from harness.mutation.corpus import CORPUS, samples
from harness.mutation.tape import load
from tests.oracles.build import header
from tests.scenario import test_schema as schemas

SCHEMA = Path(__file__).parents[2] / "docs" / "history.schema.json"
KEY = st.sampled_from(["a", "b", "c", "metadata", "status"])
VALUE = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.floats(-1, 1) | st.text(max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEY, inner, max_size=4),
    max_leaves=10,
)
OBJECT = st.dictionaries(KEY, VALUE, max_size=4)
SHOWN = st.tuples(
    st.sampled_from(Verb), st.sampled_from(["p", "q"]), st.sampled_from(["", "u1", "u2"]), OBJECT, st.booleans()
)


@given(VALUE, VALUE)
@settings(max_examples=400)
def test_what_changed_applied_to_the_old_is_the_new(old: Any, new: Any) -> None:
    change = difference(old, new)
    assert (old if change is None else apply(old, change)) == new


@given(OBJECT, VALUE)
@settings(max_examples=150)
def test_a_change_of_any_shape_fits_or_is_refused(old: dict[str, Any], change: Any) -> None:
    with contextlib.suppress(Misfit):
        apply(old, change)


@given(st.lists(SHOWN, max_size=12), st.sampled_from(Resource))
@settings(max_examples=60)
def test_objects_of_any_kind_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, shown: list[tuple[Verb, str, str, dict[str, Any], bool]], what: Resource
) -> None:
    """First seen MODIFIED, deleted, made again under the name with another UID, or with none: all of it."""
    path = tmp_path_factory.mktemp("h") / "h.jsonl"
    raws = [{"metadata": {"name": name, "uid": uid}, "spec": raw} for _, name, uid, raw, _ in shown]
    with Writer(path, header()) as writer:
        for seq, ((verb, *_, spoil), raw) in enumerate(zip(shown, raws, strict=True), start=1):
            stored = json.loads(dump(raw))
            seen = parse(what, stored)
            entry = Seen(seq=seq, t=0.0, wall=0.0, resource=what, verb=verb, version="1", object=seen)
            writer.write(entry, stored)
            if spoil:
                stored["metadata"]["uid"] = "changed afterwards"
        writer.write(Ended(seq=len(shown) + 1, t=0.0, wall=0.0, reason=EndReason.DECIDED))
    back = [line["object"] for _, line in read(path).raw_entries() if "object" in line]
    assert [dump(raw) for raw in back] == [dump(raw) for raw in raws]


@pytest.mark.parametrize("sample", samples()[::6], ids=lambda sample: sample.file)
def test_a_recorded_history_written_again_is_the_same(tmp_path: Path, sample: Any) -> None:
    tape = load(CORPUS / sample.file)
    with Writer(tmp_path / "h.jsonl", tape.header) as writer:
        for moment in tape.moments:
            writer.write(moment.entry, moment.raw)
    again = load(tmp_path / "h.jsonl")
    assert [moment.entry for moment in again.moments] == [moment.entry for moment in tape.moments]
    assert [dump(m.raw or {}) for m in again.moments] == [dump(m.raw or {}) for m in tape.moments]


def test_only_so_many_objects_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "KEPT", 2)
    ours, theirs = Versions(), Versions()
    for seq in range(1, 40):
        name = f"p{(seq * 7) % 5}" if seq % 3 else "p0"
        raw = {"metadata": {"name": name}, "spec": ["x" * 50, seq]}
        line = {"seq": seq, "resource": "pod", "verb": "MODIFIED", **ours.pack(seq, Resource.POD, Verb.MODIFIED, raw)}
        assert theirs.unpack(line)["object"] == raw


def lines(tmp_path: Path) -> list[str]:
    meta = {"name": "p", "uid": "u"}
    raws = [{"metadata": meta, "status": {"phase": "Running", "n": n}, "x": "x" * 99} for n in "123"]
    with Writer(tmp_path / "h.jsonl", header()) as writer:
        for seq, raw in enumerate(raws, start=1):
            pod = parse(Resource.POD, raw)
            entry = Seen(seq=seq, t=0.0, wall=0.0, resource=Resource.POD, verb=Verb.ADDED, version="1", object=pod)
            writer.write(entry, raw)
        writer.write(Ended(seq=4, t=0.0, wall=0.0, reason=EndReason.DECIDED))
    return (tmp_path / "h.jsonl").read_text().splitlines(keepends=True)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"base":1', '"base":9', "it changes the pod of entry 9, which is not the last version of any"),
        ('"diff":{', '"diff":{"nothing":[],', "no 'nothing' to remove"),
        ('"diff":{', '"diff":{"x":{"0":[1]},', "cannot change str"),
        ('"diff":{"status":{"n":["2"]}}', '"diff":[1]', "its diff is not an object"),
        ('"base":1', '"base":{}', "which is not the last version of any"),
    ],
)
def test_a_diff_that_does_not_fit_is_refused_with_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    written = lines(tmp_path)
    assert old in written[2]
    written[2] = written[2].replace(old, new)
    (tmp_path / "bad.jsonl").write_text("".join(written))
    with pytest.raises(BadHistory, match=r"bad\.jsonl:3: the diff does not fit: .*" + said.replace("(", r"\(")):
        list(read(tmp_path / "bad.jsonl").entries())


def test_the_committed_schema_is_that_of_the_types() -> None:
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == schema(), (
        "write it anew: python -m harness.history.contract > docs/history.schema.json"
    )


def test_the_schema_knows_every_kind() -> None:
    shapes = schema()["$defs"].values()
    kinds = {shape["properties"]["kind"]["const"] for shape in shapes if "kind" in shape.get("properties", {})}
    assert kinds == set(KINDS.values())


@pytest.mark.parametrize("sample", samples()[::9], ids=lambda sample: sample.file)
def test_every_line_of_the_corpus_fits_the_schema(sample: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schemas, "SCHEMA", schema())
    for number, line in enumerate(gzip.decompress((CORPUS / sample.file).read_bytes()).decode().splitlines(), start=1):
        LINE.validate_json(line)
        assert number > 8 or schemas.wrong(json.loads(line), schema()) == []


@pytest.mark.parametrize("change", ['"kind":"watch"', '"verb":"', '"name":"', '"seq":'])
def test_the_schema_refuses_what_the_reader_would(tmp_path: Path, change: str) -> None:
    line = lines(tmp_path)[1]
    with pytest.raises(ValueError, match="validation error"):
        LINE.validate_json(line.replace(change, f'"other":1,{change[:-1]}x{change[-1]}'))
