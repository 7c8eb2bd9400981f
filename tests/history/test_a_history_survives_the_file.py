"""What is written is what is read, and what is damaged is refused with its line."""

import base64
import gzip
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.history.errors import BadHistory
from harness.history.format import decode, decode_header, encode, encode_header
from harness.history.parse import parse, strip
from harness.history.reader import read
from harness.history.writer import Writer
from harness.model.events import (
    AnyEntry,
    Command,
    Ended,
    EndReason,
    Gap,
    KernelKill,
    NodePower,
    Noted,
    Nudged,
    Resource,
    Seen,
    Stage,
    StepChanged,
    Target,
    Verb,
)
from harness.model.verdicts import Verdict
from harness.oracles.judge import judge
from tests.oracles.build import Tape, header, node

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
TIME = st.floats(0, 1e6).map(lambda t: round(t, 6))
WHOLE = st.integers(0, 10**6)
BASE: dict[str, Any] = {"seq": st.integers(1, 10**6), "t": TIME, "wall": TIME}
TARGET = st.builds(
    Target, pod=TEXT, pod_uid=TEXT, node_id=TEXT, container=TEXT, container_id=TEXT, host=TEXT, workflow=TEXT
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
ENTRIES = st.one_of(
    st.builds(Gap, **BASE, resource=st.sampled_from(Resource), why=TEXT),
    st.builds(
        StepChanged, **BASE, step=WHOLE, verb=TEXT, stage=st.sampled_from(Stage), target=st.none() | TARGET,
        cause=st.none() | WHOLE, detail=TEXT,
    ),
    st.builds(KernelKill, **BASE, container_id=TEXT, pid=WHOLE, task=TEXT, line=TEXT),
    st.builds(NodePower, **BASE, host=TEXT, on=st.booleans(), processes=WHOLE),
    st.builds(
        Command, **BASE, step=WHOLE, argv=st.lists(TEXT, max_size=3).map(tuple), exit_code=WHOLE, output=TEXT,
        seconds=TIME,
    ),
    st.builds(Nudged, **BASE, accepted=st.booleans(), detail=TEXT),
    st.builds(Ended, **BASE, reason=st.sampled_from(EndReason), detail=TEXT),
    st.builds(Noted, **BASE, text=TEXT),
)  # fmt: skip


@given(ENTRIES)
def test_every_kind_of_entry_is_read_as_it_was_written(entry: AnyEntry) -> None:
    line = encode(entry)
    assert "\n" not in line
    assert decode(line, 2) == entry


@given(st.sampled_from(Resource), st.sampled_from(Verb), st.dictionaries(TEXT, JSON, max_size=4), JSON, JSON)
def test_a_watch_entry_of_any_shape_is_read_as_it_was_written(
    resource: Resource, verb: Verb, raw: dict[str, Any], status: Any, spec: Any
) -> None:
    raw |= {"metadata": {"name": "x"}, "status": status, "spec": spec}
    entry = Seen(seq=1, t=0.0, wall=0.0, resource=resource, verb=verb, version="1", object=parse(resource, raw))
    assert decode(encode(entry, raw), 2) == entry


@given(st.text(max_size=200))
def test_garbage_is_refused_with_its_line(line: str) -> None:
    with pytest.raises(BadHistory, match=r"h\.jsonl:7"):
        decode(line, 7, "h.jsonl")


@given(ENTRIES, st.data())
@settings(max_examples=50)
def test_a_field_of_the_wrong_type_is_refused(entry: AnyEntry, data: st.DataObject) -> None:
    raw = json.loads(encode(entry))
    key = data.draw(st.sampled_from(sorted(raw)))
    raw[key] = [{}]
    with pytest.raises(BadHistory):
        decode(json.dumps(raw), 3)


def write(path: Path, tape: Tape) -> Path:
    with Writer(path, tape.header) as writer:
        for entry, raw in zip(tape.entries, tape.raws, strict=True):
            writer.write(entry, raw)
    return path


def whole() -> Tape:
    tape = Tape().workflow("Running", node("main", "Running", started=0)).pod("u1").lease().host()
    return tape.workflow("Succeeded", node("main", "Succeeded", started=0, finished=1)).end()


def test_a_file_gives_the_same_verdict_as_the_run(tmp_path: Path) -> None:
    tape = whole()
    path = write(tmp_path / "h.jsonl", tape)
    recording = read(path)
    assert recording.header == tape.header
    assert list(recording.entries()) == tape.entries
    assert judge(recording.header, recording.entries()) == judge(tape.header, tape.entries)
    packed = tmp_path / "h.jsonl.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert list(read(packed).entries()) == tape.entries


def damaged(lines: list[str]) -> dict[str, tuple[str, str]]:
    swapped = [*lines[:2], lines[3], lines[2], *lines[4:]]
    late = lines[2].replace('"t":0.2', '"t":0.05')
    return {
        "truncated": ("".join(lines[:-1]), f":{len(lines) - 1}: truncated"),
        "cut in a line": ("".join(lines)[:-20], f":{len(lines)}: truncated"),
        "swapped": ("".join(swapped), ":3: seq 3 where 2 must come"),
        "dropped": ("".join(lines[:2] + lines[3:]), ":3: seq 3 where 2 must come"),
        "backwards": ("".join([*lines[:2], late, *lines[3:]]), ":3: time runs backwards"),
        "garbage": ("".join([*lines[:2], "garbage\n", *lines[2:]]), ":3: not JSON"),
        "unknown kind": ("".join([*lines[:-1], lines[-1].replace('"end"', '"fin"')]), "unknown kind 'fin'"),
        "after the end": ("".join([*lines, lines[-1]]), "an entry after the end"),
    }


@pytest.mark.parametrize("how", sorted(damaged(["x"] * 9)))
def test_a_damaged_file_is_infra_with_its_line(tmp_path: Path, how: str) -> None:
    lines = write(tmp_path / "h.jsonl", whole()).read_text().splitlines(keepends=True)
    text, message = damaged(lines)[how]
    (tmp_path / "bad.jsonl").write_text(text)
    recording = read(tmp_path / "bad.jsonl")
    judgement = judge(recording.header, recording.entries())
    assert judgement.verdict is Verdict.INFRA
    assert message in judgement.reason


def test_another_version_is_refused_naming_both() -> None:
    line = encode_header(replace(header(), version=2))
    with pytest.raises(BadHistory, match="version 2, this harness reads version 1"):
        decode_header(line)


def test_no_history_at_all_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").touch()
    (tmp_path / "binary.jsonl").write_bytes(b"\xff\xfe\n")
    (tmp_path / "other.jsonl").write_text("{}\n")
    for name in ("empty", "binary", "other", "missing"):
        with pytest.raises(BadHistory):
            read(tmp_path / f"{name}.jsonl")


def test_a_writer_refuses_what_a_reader_would(tmp_path: Path) -> None:
    with Writer(tmp_path / "h.jsonl", header()) as writer, pytest.raises(BadHistory, match="seq 2 where 1"):
        writer.write(Noted(seq=2, t=0.0, wall=0.0, text=""))


def test_compressed_nodes_are_read_and_offloaded_ones_recognised() -> None:
    nodes = {"main": node("main", "Running", started=0)}
    packed = base64.b64encode(gzip.compress(json.dumps(nodes).encode())).decode()
    statuses = (
        {"nodes": nodes},
        {"compressedNodes": packed},
        {"offloadNodeStatusVersion": "v"},
        {"compressedNodes": "!"},
    )
    plain, compressed, offloaded, corrupt = (parse(Resource.WORKFLOW, {"status": status}) for status in statuses)
    assert compressed.nodes == plain.nodes  # type: ignore[union-attr]  # workflows, all of them
    assert offloaded.offloaded  # type: ignore[union-attr]  # as above
    assert corrupt.offloaded  # type: ignore[union-attr]  # as above


def test_a_pod_says_its_template_with_or_without_annotations() -> None:
    env = [
        {"name": "ARGO_TEMPLATE", "value": '{"name":"ma\\"in","inputs":{}}'},
        {"name": "ARGO_NODE_ID", "value": "n1"},
    ]
    pod = parse(Resource.POD, {"spec": {"initContainers": [{"env": env}]}})
    assert (pod.template, pod.node_id) == ('ma"in', "n1")  # type: ignore[union-attr]  # a pod


def test_strip_leaves_the_given_object_alone() -> None:
    raw = {
        "metadata": {
            "managedFields": [1],
            "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "x", "a": "b"},
        }
    }
    assert strip(raw) == {"metadata": {"annotations": {"a": "b"}}}
    assert "managedFields" in raw["metadata"]
